"""What Telegram tells becomes the events that the conversations accept: a table of raw updates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.identifiers import event_name, message_name, message_number, query_of
from bot.platforms.telegram.translation import KINDS, Me, chat_of, translate
from handlers.events import (
    Action,
    AnyEvent,
    Attachment,
    Command,
    Edited,
    File,
    Membership,
    Migrated,
    Place,
    Reply,
    Sender,
    Talk,
)

ME = Me(42, "Taizhang_bot", frozenset({"待办", "审核"}))
LI = {"id": 7, "is_bot": False, "first_name": "李", "last_name": "强"}
WANG = {"id": 8, "is_bot": False, "first_name": "王敏"}
BOT = {"id": 42, "is_bot": True, "first_name": "台账", "username": "Taizhang_bot"}
GROUP = {"id": -1001, "type": "supergroup", "title": "财政局"}
PRIVATE = {"id": 7, "type": "private", "first_name": "李", "last_name": "强"}
BASIS = {"message_id": 5, "date": 1772413200, "chat": GROUP, "from": LI}
CARD = {"message_id": 3, "date": 1772413000, "chat": GROUP, "from": BOT, "text": "待办"}
SAID = {"message_id": 4, "date": 1772413100, "chat": GROUP, "from": WANG, "text": "请报"}
PDF = {
    "file_id": "F1",
    "file_unique_id": "u1",
    "file_name": "证.pdf",
    "mime_type": "application/pdf",
    "file_size": 9,
}
ATTACHED = (Attachment("F1", "证.pdf", "application/pdf", 9),)


def message(**fields: Any) -> AnyEvent | None:
    return translate({"update_id": 900, "message": BASIS | fields}, ME)


# What is said, in answer to what, in which chat; the event and what is in it.
WORDS: list[tuple[str, dict[str, Any] | None, dict[str, Any], type[AnyEvent], dict[str, Any]]] = [
    ("/todo", None, GROUP, Command, {"name": "todo", "argument": "", "addressed": False, "reply_to": None}),
    ("/Items 财政局  red", None, GROUP, Command, {"name": "items", "argument": "财政局  red"}),
    ("/items\n财政局\n教育局", None, GROUP, Command, {"name": "items", "argument": "财政局\n教育局"}),
    ("／待办 3", None, GROUP, Command, {"name": "待办", "argument": "3", "addressed": False}),
    ("/todo@taizhang_BOT 3", None, GROUP, Command, {"name": "todo", "argument": "3", "addressed": True}),
    ("/todo@Taizhang_bot2 3", None, GROUP, Talk, {"addressed": False}),
    ("/todo@other_bot 3", None, GROUP, Talk, {"addressed": False}),
    ("@Taizhang_bot /todo 3", None, GROUP, Command, {"name": "todo", "argument": "3", "addressed": True}),
    ("@Taizhang_bot 待办 3", None, GROUP, Command, {"name": "待办", "argument": "3", "addressed": True}),
    ("@taizhang_bot，待办", None, GROUP, Command, {"name": "待办", "argument": "", "addressed": True}),
    ("待办", None, GROUP, Talk, {"text": "待办", "addressed": False}),
    ("待办 3", None, PRIVATE, Command, {"name": "待办", "argument": "3", "addressed": True}),
    ("@Taizhang_bot 待办事项有哪些", None, GROUP, Talk, {"text": "待办事项有哪些", "addressed": True}),
    ("@Taizhang_bot2 待办", None, GROUP, Talk, {"text": "@Taizhang_bot2 待办", "addressed": False}),
    ("问问 @Taizhang_bot", None, GROUP, Talk, {"text": "问问 @Taizhang_bot", "addressed": True}),
    ("好的", None, GROUP, Talk, {"text": "好的", "addressed": False}),
    ("好的", None, PRIVATE, Talk, {"text": "好的", "addressed": True}),
    ("好的", SAID, GROUP, Talk, {"text": "好的"}),
    ("1 已完成", CARD, GROUP, Reply, {"text": "1 已完成", "reply_to": "-1001:3", "files": ()}),
    ("@Taizhang_bot 1 已完成", CARD, GROUP, Reply, {"text": "1 已完成"}),
    ("待办", CARD, PRIVATE, Reply, {"text": "待办"}),
    (
        "/return 3 材料不全",
        CARD,
        GROUP,
        Command,
        {"name": "return", "reply_to": "-1001:3", "reply_to_account": None},
    ),
    (
        "/enrol",
        SAID,
        GROUP,
        Command,
        {"reply_to": "-1001:4", "reply_to_account": "8", "reply_to_name": "王敏"},
    ),
    ("/", None, GROUP, Talk, {"text": "/"}),
    ("/1/2 已完成", None, GROUP, Talk, {"text": "/1/2 已完成"}),
    ("\U0001f600" * 4096, None, GROUP, Talk, {"text": "\U0001f600" * 4096}),
    ("半\ud83d个", None, GROUP, Talk, {"text": "半\ufffd个"}),
]


@pytest.mark.parametrize(("words", "answers", "chat", "kind", "fields"), WORDS)
def test_words(
    words: str,
    answers: dict[str, Any] | None,
    chat: dict[str, Any],
    kind: type[AnyEvent],
    fields: dict[str, Any],
) -> None:
    event = message(text=words, chat=chat, **({} if answers is None else {"reply_to_message": answers}))
    assert type(event) is kind
    for name, value in fields.items():
        assert getattr(event, name) == value
    private = chat is PRIVATE
    assert event.place == (
        Place("telegram", "7", "private", "李 强")
        if private
        else Place("telegram", "-1001", "group", "财政局")
    )
    assert (event.sender, event.at, event.event_id) == (Sender("7", "李 强"), 1772413200000, "42-900")
    assert event.message == f"{chat['id']}:5"


FILES: list[tuple[dict[str, Any], type[AnyEvent], dict[str, Any]]] = [
    ({"document": PDF}, File, {"files": ATTACHED, "text": "", "addressed": False}),
    ({"document": PDF, "caption": "@Taizhang_bot 清单"}, File, {"text": "清单", "addressed": True}),
    ({"document": PDF, "caption": "/import"}, Command, {"name": "import", "files": ATTACHED}),
    (
        {"document": PDF, "caption": "1 已完成", "reply_to_message": CARD},
        Reply,
        {"text": "1 已完成", "files": ATTACHED},
    ),
    (
        {"document": PDF, "media_group_id": "a", "reply_to_message": CARD},
        Reply,
        {"text": "", "files": ATTACHED},
    ),
    (
        {
            "photo": [
                {"file_id": "s", "file_unique_id": "1", "width": 90, "height": 60, "file_size": 10},
                {"file_id": "l", "file_unique_id": "2", "width": 900, "height": 600, "file_size": 99},
            ]
        },
        File,
        {"files": (Attachment("l", "photo-2.jpg", "image/jpeg", 99),)},
    ),
    (
        {"document": {"file_id": "x", "file_unique_id": "9"}},
        File,
        {"files": (Attachment("x", "document-9", "application/octet-stream", 0),)},
    ),
    (
        {"video": {"file_id": "v", "file_unique_id": "8", "file_size": 21 * 1024 * 1024}},
        File,
        {"files": (Attachment("v", "video-8.mp4", "video/mp4", 21 * 1024 * 1024),)},
    ),
    (
        {"voice": {"file_id": "o", "file_unique_id": "7"}},
        File,
        {"files": (Attachment("o", "voice-7.ogg", "audio/ogg", 0),)},
    ),
]


@pytest.mark.parametrize(("fields", "kind", "expected"), FILES)
def test_files(fields: dict[str, Any], kind: type[AnyEvent], expected: dict[str, Any]) -> None:
    event = message(**fields)
    assert type(event) is kind
    for name, value in expected.items():
        assert getattr(event, name) == value


NOBODY: list[dict[str, Any]] = [
    {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "sender_chat": GROUP},
    {
        "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
        "sender_chat": {"id": -9, "title": "报"},
    },
    {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
    {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
    {"from": None, "sender_chat": GROUP},
]


@pytest.mark.parametrize("author", NOBODY)
def test_whoever_speaks_for_a_group_or_a_channel_is_nobody(author: dict[str, Any]) -> None:
    event = message(text="1 已完成", reply_to_message=CARD, **author)
    assert isinstance(event, Reply)
    assert event.sender.account is None


def test_a_named_anonymous_message_is_nobodys_account() -> None:
    answered = SAID | {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": GROUP,
    }
    event = message(text="/enrol", reply_to_message=answered)
    assert isinstance(event, Command)
    assert (event.reply_to, event.reply_to_account, event.reply_to_name) == ("-1001:4", None, "")


def test_a_topic_is_a_thread_and_its_beginning_is_answered_by_nobody() -> None:
    beginning = CARD | {"forum_topic_created": {"name": "财政", "icon_color": 0}}
    event = message(text="好的", message_thread_id=3, is_topic_message=True, reply_to_message=beginning)
    assert isinstance(event, Talk)
    assert event.place.thread == "3"


def test_replies_in_a_group_without_topics_make_no_thread() -> None:
    event = message(text="1 已完成", message_thread_id=3, reply_to_message=CARD)
    assert isinstance(event, Reply)
    assert event.place.thread is None


def test_an_edited_message() -> None:
    told = BASIS | {"text": "@Taizhang_bot 1 60%", "edit_date": 1772413260}
    event = translate({"update_id": 901, "edited_message": told}, ME)
    assert isinstance(event, Edited)
    assert (event.message, event.text, event.at, event.event_id) == (
        "-1001:5",
        "1 60%",
        1772413260000,
        "42-901",
    )


@pytest.mark.parametrize("card", [CARD, {"chat": GROUP, "message_id": 3, "date": 0}])
def test_a_pressed_button_of_a_card_that_is_shown_or_too_old(card: dict[str, Any]) -> None:
    query = {"id": "4382", "from": LI, "message": card, "chat_instance": "1", "data": "t1"}
    event = translate({"update_id": 902, "callback_query": query}, ME)
    assert isinstance(event, Action)
    assert (event.token, event.message, event.sender.account) == ("t1", "-1001:3", "7")
    assert query_of(event.event_id) == "4382"


PRESENCE: list[tuple[dict[str, Any], dict[str, Any], bool | None]] = [
    ({"status": "left"}, {"status": "member"}, True),
    ({"status": "kicked"}, {"status": "administrator"}, True),
    ({"status": "member"}, {"status": "administrator"}, None),
    ({"status": "member"}, {"status": "left"}, False),
    ({"status": "member"}, {"status": "kicked"}, False),
    ({"status": "member"}, {"status": "restricted", "is_member": True, "can_send_messages": False}, False),
    ({"status": "restricted", "is_member": True, "can_send_messages": False}, {"status": "member"}, True),
    ({"status": "restricted", "is_member": True, "can_send_messages": True}, {"status": "member"}, None),
]


@pytest.mark.parametrize(("before", "after", "present"), PRESENCE)
def test_the_bot_comes_goes_and_is_silenced(
    before: dict[str, Any], after: dict[str, Any], present: bool | None
) -> None:
    change = {
        "chat": GROUP,
        "from": LI,
        "date": 1772413200,
        "old_chat_member": before,
        "new_chat_member": after,
    }
    event = translate({"update_id": 903, "my_chat_member": change}, ME)
    if present is None:
        assert event is None
    else:
        assert isinstance(event, Membership)
        assert (event.present, event.sender.account) == (present, "7")


@pytest.mark.parametrize(
    "fields",
    [
        {"chat": GROUP | {"id": -5, "type": "group"}, "migrate_to_chat_id": -1001},
        {"chat": GROUP, "migrate_from_chat_id": -5},
        {"chat": GROUP, "migrate_from_chat_id": -5, "from": None},
    ],
)
def test_a_migration_is_the_same_whichever_side_tells_it(fields: dict[str, Any]) -> None:
    event = message(**fields)
    assert isinstance(event, Migrated)
    assert (event.place.chat, event.new_chat, event.sender.account) == ("-5", "-1001", None)


PASSED_OVER: list[dict[str, Any]] = [
    {"message": BASIS},
    {"message": BASIS | {"new_chat_members": [LI]}},
    {"message": BASIS | {"text": "hi", "from": {"id": 99, "is_bot": True, "first_name": "other"}}},
    {"message": BASIS | {"text": "hi", "chat": {"id": -3, "type": "channel", "title": "报"}}},
    {"callback_query": {"id": "1", "from": LI, "chat_instance": "1", "data": "t"}},
    {
        "callback_query": {
            "id": "1",
            "from": LI,
            "message": CARD,
            "chat_instance": "1",
            "game_short_name": "g",
        }
    },
    {"channel_post": BASIS | {"text": "hi"}},
    {"something_new": {"of": "tomorrow"}},
]


@pytest.mark.parametrize("told", PASSED_OVER)
def test_what_is_no_concern_of_the_bot(told: dict[str, Any]) -> None:
    assert translate({"update_id": 904} | told, ME) is None


BROKEN: list[dict[str, Any]] = [
    {"message": None},
    {"message": {"text": "hi"}},
    {"message": BASIS | {"text": 5}},
    {"message": BASIS | {"photo": [{}]}},
    {"callback_query": {"id": "1", "message": CARD, "data": "t"}},
    {"my_chat_member": {"chat": GROUP}},
]


@pytest.mark.parametrize("told", BROKEN)
def test_what_is_not_as_telegram_describes_it_is_said_to_be_so(told: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError)):
        translate({"update_id": 905} | told, ME)


@pytest.mark.parametrize(
    ("told", "chat"),
    [
        ({"message": BASIS}, "-1001"),
        ({"edited_message": BASIS}, "-1001"),
        ({"callback_query": {"message": CARD}}, "-1001"),
        ({"my_chat_member": {"chat": PRIVATE}}, "7"),
        ({"callback_query": {"message": None}}, ""),
        ({"message": "words"}, ""),
        ({"message": {"chat": None}}, ""),
        ({}, ""),
    ],
)
def test_the_chat_by_which_order_is_kept(told: dict[str, Any], chat: str) -> None:
    assert chat_of({"update_id": 906} | told) == chat


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["chat", "id", "type", "from", "text", "date", "message_id", "message", "data"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(kind=st.sampled_from(KINDS), told=JSON)
def test_the_chat_of_any_rubbish_is_told_without_a_fault(kind: str, told: Any) -> None:
    assert isinstance(chat_of({"update_id": 1, kind: told}), str)


@given(chat=st.integers(-(10**14), 10**12), number=st.integers(1, 10**9), other=st.text(max_size=12))
def test_a_message_is_found_by_its_name_in_its_own_chat_alone(chat: int, number: int, other: str) -> None:
    name = message_name(chat, number)
    assert message_number(str(chat), name) == number
    assert len(name) <= 60
    assert message_number(f"{chat}0", name) is None
    assert message_number(str(chat), other) is None
    assert message_number(str(chat), None) is None


def test_events_of_two_bots_are_never_named_alike() -> None:
    assert len({event_name(1, 23), event_name(12, 3), event_name(1, 2, "3"), event_name(1, 2)}) == 4
    assert query_of(event_name(1, 2)) is None
    assert query_of("no such event") is None
