"""What Slack tells becomes the events of the conversations; what concerns nobody becomes none."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.adapter import UNREADABLE
from bot.platforms.slack.translation import Kind, Known, Me, Wanted, translate, wanted
from bot.platforms.slack.words import escaped, message_id, plain, root_of, ts_of
from handlers.events import (
    Action,
    AnyEvent,
    Attachment,
    Command,
    Edited,
    File,
    Membership,
    Migrated,
    Reply,
    Talk,
)

ME = Me("U0BOT", {"待办", "todo", "import"})
TS, CARD, SAID = "1772413201.000100", "1772413190.000100", "1772413180.000100"
AT = 1772413201000
KNOWN = Known({"U1": "李强", "U2": "王敏"}, "发改局")
FILE = {
    "id": "F1",
    "name": "证.png",
    "mimetype": "image/png",
    "size": 3,
    "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/x.png",
}
PICTURE = Attachment(str(FILE["url_private_download"]), "证.png", "image/png", 3)


def said(text: str = "", **more: Any) -> dict[str, Any]:
    event = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "text": text,
        "ts": TS,
    }
    return {"event_id": "Ev1", "event": event | more}


def understood(told: dict[str, Any], known: Known = KNOWN) -> AnyEvent | None:
    return translate("events_api", told, ME, known, AT)


UNDER_CARD = {"thread_ts": CARD, "parent_user_id": "U0BOT"}
UNDER_WANG = {"thread_ts": SAID, "parent_user_id": "U2"}

# What is said, where, the event and what is in it.
WORDS: list[tuple[str, dict[str, Any], type[AnyEvent], dict[str, Any]]] = [
    ("<@U0BOT> 待办", {}, Command, {"name": "待办", "argument": "", "addressed": True, "reply_to": None}),
    ("<@U0BOT|台账>，待办  3", {}, Command, {"name": "待办", "argument": "3"}),
    ("<@U0BOT> /items 财政局\n教育局", {}, Command, {"name": "items", "argument": "财政局\n教育局"}),
    ("<@U0BOT> TODO", {}, Command, {"name": "todo"}),
    (" /todo 3", {}, Command, {"name": "todo", "argument": "3", "addressed": False}),
    ("／待办 3", {}, Command, {"name": "待办", "argument": "3"}),
    ("<@U0BOT> 还有几项？", {}, Talk, {"text": "还有几项？", "addressed": True}),
    ("待办 3", {}, Talk, {"text": "待办 3", "addressed": False}),
    ("待办 3", {"channel": "D1", "channel_type": "im"}, Command, {"name": "待办", "addressed": True}),
    ("在吗", {"channel": "D1", "channel_type": "im"}, Talk, {"addressed": True}),
    ("问问<@U0BOT>", {}, Talk, {"text": "问问@U0BOT", "addressed": False}),
    ("/1/2 已完成", {}, Talk, {"text": "/1/2 已完成"}),
    ("/", {}, Talk, {"text": "/"}),
    ("1 已完成", UNDER_CARD, Reply, {"text": "1 已完成", "reply_to": CARD, "message": f"{TS}:{CARD}"}),
    ("<@U0BOT> 1 已完成", UNDER_CARD, Reply, {"text": "1 已完成", "reply_to": CARD}),
    ("<@U0BOT> 待办", UNDER_CARD, Command, {"reply_to": CARD, "reply_to_account": None}),
    ("1 已完成", {**UNDER_CARD, "subtype": "thread_broadcast"}, Reply, {"reply_to": CARD}),
    ("好的", UNDER_WANG, Talk, {"text": "好的"}),
    ("<@U0BOT> 待办", UNDER_WANG, Command, {"reply_to_account": "U2", "reply_to_name": "王敏"}),
    ("好的", {"thread_ts": TS}, Talk, {"message": TS}),
    ("", {"files": [FILE], "subtype": "file_share"}, File, {"files": (PICTURE,), "addressed": False}),
    ("<@U0BOT> import", {"files": [FILE]}, Command, {"name": "import", "files": (PICTURE,)}),
    ("", {"files": [FILE], **UNDER_CARD}, Reply, {"files": (PICTURE,), "text": ""}),
    ("看", {"files": [{"id": "F2", "mode": "tombstone"}]}, Talk, {"text": "看"}),
    (
        "",
        {"files": [{"id": "F3", "file_access": "check_file_info"}]},
        File,
        {"files": (Attachment("F3", "F3", "application/octet-stream", 0),)},
    ),
    ("a &lt;b&gt; &amp;amp;", {}, Talk, {"text": "a <b> &amp;"}),
    (
        "<@U2> 见 <https://x.cn/a|附件>、<https://x.cn>",
        {},
        Talk,
        {"text": "@王敏 见 附件 https://x.cn/a、https://x.cn"},
    ),
    ("<!date^1392734382^{date}|2月18日> <!subteam^S1|@科室>", {}, Talk, {"text": "2月18日 @科室"}),
    ("<!channel> <#C2|财政> <mailto:a@b.cn|a@b.cn> <@U9>", {}, Talk, {"text": "@channel #财政 a@b.cn @U9"}),
]


@pytest.mark.parametrize(("text", "more", "kind", "fields"), WORDS)
def test_words(text: str, more: dict[str, Any], kind: type[AnyEvent], fields: dict[str, Any]) -> None:
    event = understood(said(text, **more))
    assert type(event) is kind
    assert {name: getattr(event, name) for name in fields} == fields
    assert (event.sender.account, event.sender.name, event.at) == ("U1", "李强", AT)
    assert (event.place.platform, event.place.title, event.place.thread) == ("slack", "发改局", None)
    assert event.place.kind == ("private" if event.place.chat == "D1" else "group")


def test_under_a_persons_words_people_answer_what_the_bot_said_there() -> None:
    known = Known(KNOWN.names, "", (f"{CARD}:{SAID}", f"{CARD}:1.0"))
    event = understood(said("1 已完成", **UNDER_WANG), known)
    assert isinstance(event, Reply)
    assert event.reply_to == f"{CARD}:{SAID}"


def test_a_message_that_names_the_bot_comes_twice_and_is_one() -> None:
    told = said("<@U0BOT> 待办")
    event = {name: value for name, value in told["event"].items() if name != "channel_type"}
    again = {"event_id": "Ev2", "event": event | {"type": "app_mention"}}
    assert understood(told) == understood(again)


NOBODYS: list[dict[str, Any]] = [
    said("1", bot_id="B9"),
    said("1", user="U0BOT"),
    said("1", user=None),
    said("李强加入了频道", subtype="channel_join"),
    said("", subtype="message_deleted", previous_message={}),
    said("1", subtype="bot_message"),
    {"event_id": "Ev1", "event": {"type": "member_joined_channel", "channel": "C1", "user": "U7"}},
    {"event_id": "Ev1", "event": {"type": "member_left_channel", "channel": "C1", "user": "U7"}},
    {"event_id": "Ev1", "event": {"type": "channel_rename", "channel": {"id": "C1", "name": "x"}}},
    {"event_id": "Ev1", "event": {"type": "reaction_added", "user": "U1", "item": {"channel": "C1"}}},
]


@pytest.mark.parametrize("told", NOBODYS)
def test_what_concerns_nobody_is_no_event(told: dict[str, Any]) -> None:
    assert understood(told) is None


def changed(before: str, after: str, **more: Any) -> dict[str, Any]:
    message = {"user": "U1", "text": after, "ts": TS, **more}
    return said(
        subtype="message_changed",
        message=message,
        previous_message={**message, "text": before},
        user=None,
        ts=CARD,
        event_ts=TS,
    )


def test_an_edited_message() -> None:
    event = understood(changed("<@U0BOT> 1 已完成", "<@U0BOT> 1 60%", thread_ts=CARD))
    assert isinstance(event, Edited)
    assert (event.message, event.text, event.event_id) == (f"{TS}:{CARD}", "1 60%", "Ev1")
    assert event.sender.account == "U1"


@pytest.mark.parametrize(
    "told",
    [changed("见附件", "见附件"), changed("一", "二", user="U0BOT"), changed("一", "二", bot_id="B9")],
    ids=["a link unfolds", "our own card", "another bot"],
)
def test_what_is_no_persons_edit_is_no_event(told: dict[str, Any]) -> None:
    assert understood(told) is None


@pytest.mark.parametrize(
    ("event", "present"),
    [
        ({"type": "member_joined_channel", "channel": "C1", "user": "U0BOT", "inviter": "U2"}, True),
        ({"type": "member_left_channel", "channel": "C1", "user": "U0BOT"}, False),
        ({"type": "channel_left", "channel": "C1"}, False),
        ({"type": "group_left", "channel": "C1"}, False),
        ({"type": "channel_archive", "channel": "C1", "user": "U2"}, False),
        ({"type": "channel_deleted", "channel": "C1"}, False),
        ({"type": "channel_unarchive", "channel": "C1", "user": "U2"}, True),
    ],
)
def test_the_bot_comes_and_goes(event: dict[str, Any], present: bool) -> None:
    told = understood({"event_id": "Ev7", "event": {**event, "event_ts": TS}})
    assert isinstance(told, Membership)
    assert (told.present, told.place.chat, told.event_id, told.at) == (present, "C1", "Ev7", AT)
    assert told.sender.name == ("王敏" if "inviter" in event else "")


def test_a_channel_goes_on_under_another_number() -> None:
    event = {"type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C9"}
    told = understood({"event_id": "Ev7", "event_time": 1772413201, "event": event})
    assert isinstance(told, Migrated)
    assert (told.place.chat, told.new_chat, told.at) == ("G1", "C9", AT)


SLASH = {
    "command": "/taizhang",
    "text": "待办 3",
    "user_id": "U1",
    "user_name": "li",
    "channel_id": "C1",
    "channel_name": "fagai",
    "trigger_id": "1.2.3",
}


@pytest.mark.parametrize(
    ("more", "name", "argument"),
    [
        ({}, "待办", "3"),
        ({"text": ""}, "help", ""),
        ({"text": "  /Items  财政局 红 "}, "items", "财政局 红"),
        ({"command": "/todo", "text": "3"}, "todo", "3"),
        ({"command": "/台账", "text": "a &amp; b"}, "a", "& b"),
    ],
)
def test_a_slash_command(more: dict[str, Any], name: str, argument: str) -> None:
    event = translate("slash_commands", SLASH | more, ME, Known(), AT)
    assert isinstance(event, Command)
    assert (event.name, event.argument, event.addressed, event.at) == (name, argument, True, AT)
    assert event.message == event.event_id
    assert (event.sender.name, event.place.title) == ("li", "fagai")


def test_a_slash_command_in_private() -> None:
    told = SLASH | {"channel_id": "D1", "channel_name": "directmessage"}
    event = translate("slash_commands", told, ME, Known(), AT)
    assert event is not None
    assert (event.place.kind, event.place.title) == ("private", "")


def press(**more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "li"},
        "channel": {"id": "C1"},
        "message": {"ts": TS, "thread_ts": CARD},
        "container": {"message_ts": TS, "channel_id": "C1"},
        "actions": [{"action_id": "taizhang.0.1", "value": "t1", "action_ts": TS}],
        "trigger_id": "9.8.7",
        **more,
    }


def test_a_press() -> None:
    event = translate("interactive", press(), ME, KNOWN, AT + 1)
    assert isinstance(event, Action)
    assert (event.token, event.message, event.at) == ("t1", f"{TS}:{CARD}", AT)
    assert (event.sender.name, event.place.title) == ("李强", "发改局")


def test_a_press_has_one_name_however_often_it_is_told() -> None:
    told = [
        translate("interactive", each, ME, KNOWN, AT)
        for each in (press(), press(), press(trigger_id="9.8.8"), press(user={"id": "U2"}))
    ]
    names = [event.event_id for event in told if event is not None]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 200


@pytest.mark.parametrize(
    "told",
    [
        press(type="view_submission"),
        press(actions=[{"action_id": "other.app", "value": "t1", "action_ts": TS}]),
        press(actions=[{"action_id": "taizhang.0.0", "action_ts": TS}]),
    ],
)
def test_a_press_on_what_is_not_ours_is_no_event(told: dict[str, Any]) -> None:
    assert translate("interactive", told, ME, Known(), AT) is None


def test_what_must_be_looked_up() -> None:
    assert wanted("events_api", said("<@U2> 好的", **UNDER_CARD), ME) == Wanted(
        "C1", frozenset({"U1", "U2"}), CARD, under_ours=True
    )
    assert wanted("events_api", said("好的", **UNDER_WANG), ME) == Wanted("C1", frozenset({"U1", "U2"}), SAID)
    assert wanted("interactive", press(), ME) == Wanted("C1", frozenset({"U1"}))
    assert wanted("slash_commands", SLASH, ME) == Wanted("C1")


@given(st.text())
def test_what_is_escaped_reads_as_it_was(words: str) -> None:
    shown = escaped(words)
    assert plain(shown, {}) == words
    assert not set(shown) & set("<>")


def test_a_message_in_a_thread_knows_its_root() -> None:
    inside = message_id(TS, CARD)
    assert (ts_of(inside), root_of(inside)) == (TS, CARD)
    assert message_id(TS, TS) == message_id(TS, None) == root_of(TS) == ts_of(TS) == TS


JUNK = st.sampled_from(
    [None, "", "x", "inf", "1e999", 0, -1, 1.5, True, [], {}, [None], {"id": None}, "<@U0BOT>"]
)
WHOLE: list[tuple[Kind, dict[str, Any]]] = [
    ("events_api", said("<@U0BOT> 待办 <@U2>", files=[FILE], **UNDER_CARD)),
    ("events_api", changed("一", "二", thread_ts=CARD)),
    (
        "events_api",
        {"event_id": "Ev1", "event": {"type": "member_joined_channel", "channel": "C1", "user": "U0BOT"}},
    ),
    ("slash_commands", SLASH),
    ("interactive", press()),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where there is something in a payload, outermost first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


@given(st.sampled_from(WHOLE), st.data())
def test_rubbish_anywhere_is_read_or_set_aside(
    whole: tuple[Kind, dict[str, Any]], data: st.DataObject
) -> None:
    kind, told = whole[0], copy.deepcopy(whole[1])
    *way, last = data.draw(st.sampled_from(places(told)[1:]))
    holder: Any = told
    for key in way:
        holder = holder[key]
    if isinstance(holder, dict) and data.draw(st.booleans()):
        del holder[last]
    else:
        holder[last] = data.draw(JUNK)
    with suppress(*UNREADABLE):
        wanted(kind, told, ME)
        event = translate(kind, told, ME, KNOWN, AT)
        assert event is None or event.place.platform == "slack"
