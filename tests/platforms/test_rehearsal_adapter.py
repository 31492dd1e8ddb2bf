"""What happens in the room reaches the bot as events; what the bot does reaches the room, faults and all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.platforms.port import (
    Capabilities,
    ChatGone,
    MaybeSent,
    NotNow,
    Rejected,
    Shown,
    ShownButton,
    ShownFile,
)
from bot.platforms.rehearsal.adapter import RehearsalPlatform, Step
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.translation import translate
from handlers.events import Action, AnyEvent, Attachment, Command, Edited, File, Membership, Reply, Talk
from storage.terms.clock import HandClock
from tests.platforms.conformance import Heard, listening

AT = 1772413200000
CARD = Shown("任务", ("共 2 项",), ((ShownButton("签收", "t1"),),))
PICTURE = ShownFile("证.png", "image/png", b"123")


@pytest.fixture
def room() -> Iterator[Room]:
    with closing(Room(now=HandClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC)).now)) as room:
        room.ensure_chat("g1", "财政局")
        room.ensure_chat("g2", "教育局")
        room.ensure_person("wang", "王敏", "coordinator", ["g1", "g2"])
        room.ensure_person("li", "李强", "liaison", ["g1"], department="财政局")
        yield room


# What is said, what it answers (the bot's card, Wang's words or nothing), the event and what is in it.
SAID: list[tuple[str, str | None, type[AnyEvent], dict[str, Any]]] = [
    ("/todo", None, Command, {"name": "todo", "argument": "", "reply_to": None}),
    ("/Items 财政局  red", None, Command, {"name": "items", "argument": "财政局  red"}),
    ("/items\n财政局\n教育局", None, Command, {"name": "items", "argument": "财政局\n教育局"}),
    ("／待办 3", None, Command, {"name": "待办", "argument": "3"}),
    ("/todo@台账 3", None, Command, {"name": "todo", "argument": "3"}),
    ("@台账 /todo 3", None, Command, {"name": "todo", "argument": "3"}),
    ("/return 3 材料不全", "card", Command, {"name": "return", "reply_to": "card", "reply_to_account": None}),
    ("/enrol", "wang", Command, {"reply_to": "wang", "reply_to_account": "wang", "reply_to_name": "王敏"}),
    ("1 已完成", "card", Reply, {"text": "1 已完成", "reply_to": "card"}),
    ("@台账 1 已完成", "card", Reply, {"text": "1 已完成"}),
    ("好的", "wang", Talk, {"text": "好的", "addressed": False}),
    ("好的", None, Talk, {"text": "好的", "addressed": False}),
    ("@台账，还有几项？", None, Talk, {"text": "还有几项？", "addressed": True}),
    ("\uff20台账 在吗", None, Talk, {"text": "在吗", "addressed": True}),
    ("问问@台账", None, Talk, {"text": "问问@台账", "addressed": False}),
    ("/", None, Talk, {"text": "/"}),
    ("/ todo", None, Talk, {"text": "/ todo"}),
    ("/todo@别的机器人", None, Talk, {"addressed": False}),
    ("/1/2 已完成", None, Talk, {"text": "/1/2 已完成"}),
]


@pytest.mark.parametrize(("words", "answers", "kind", "fields"), SAID)
def test_words(
    room: Room, words: str, answers: str | None, kind: type[AnyEvent], fields: dict[str, Any]
) -> None:
    numbers: dict[str | None, str] = {"card": room.show("g1", CARD), "wang": room.say("g1", "wang", "请报")}
    said = room.say("g1", "li", words, reply_to=numbers.get(answers))
    event = translate(room, room.waiting()[-1])
    assert type(event) is kind
    for name, value in fields.items():
        assert getattr(event, name) == (numbers.get(value, value) if name == "reply_to" else value)
    assert (event.message, event.at, event.sender.account, event.sender.name) == (said, AT, "li", "李强")
    assert (event.place.platform, event.place.chat, event.place.kind, event.place.title) == (
        "rehearsal",
        "g1",
        "group",
        "财政局",
    )


@pytest.mark.parametrize(
    ("words", "answers", "kind"),
    [
        ("", False, File),
        ("清单", False, File),
        ("/import", False, Command),
        ("1 已完成", True, Reply),
        ("", True, Reply),
        ("/import", True, Command),
    ],
)
def test_files(room: Room, words: str, answers: bool, kind: type[AnyEvent]) -> None:
    card = room.show("g1", CARD)
    message = room.message(room.say("g1", "li", words, [PICTURE], card if answers else None))
    event = translate(room, room.waiting()[-1])
    assert type(event) is kind
    assert isinstance(event, File | Command | Reply)
    assert event.files == (Attachment(message.files[0].id, "证.png", "image/png", 3),)


def test_a_private_chat_is_always_addressed(room: Room) -> None:
    room.say("private:li", "li", "还有几项？")
    room.say("private:li", "li", "", [PICTURE])
    talk, file = (translate(room, happening) for happening in room.waiting())
    assert isinstance(talk, Talk)
    assert isinstance(file, File)
    assert talk.addressed
    assert file.addressed
    assert talk.place.kind == "private"


def test_an_edited_a_pressed_and_a_moved_bot(room: Room) -> None:
    card = room.show("g1", CARD)
    said = room.say("g1", "li", "一")
    room.edit("g1", "li", said, "@台账 二")
    room.press("g1", "li", card, "签收")
    room.remove_bot("g1")
    room.admit_bot("g1", "wang")
    first, edited, pressed, left, joined = (translate(room, each) for each in room.waiting())
    assert isinstance(first, Talk)
    # Told late, the first message still says what it said.
    assert first.text == "一"
    assert isinstance(edited, Edited)
    assert (edited.message, edited.text) == (said, "二")
    assert isinstance(pressed, Action)
    assert (pressed.message, pressed.token) == (card, "t1")
    assert isinstance(left, Membership)
    assert (left.present, left.sender.account) == (False, None)
    assert isinstance(joined, Membership)
    assert (joined.present, joined.sender.name) == (True, "王敏")


def test_event_ids_are_of_this_room_and_of_one_happening(room: Room) -> None:
    room.say("g1", "li", "一")
    room.say("g1", "li", "二")
    names = {translate(room, happening).event_id for happening in room.waiting()}
    assert len(names) == 2
    assert all(name.startswith(room.birth) for name in names)


async def test_a_chat_that_fails_holds_up_no_other(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    platform = RehearsalPlatform(room, retry_seconds=0)
    heard = Heard()
    broken = True

    async def receive(event: AnyEvent) -> None:
        if event.place.chat == "g1" and broken:
            raise OSError("disk full")
        await heard.receive(event)

    room.say("g1", "li", "/a")
    room.say("g1", "li", "/b")
    room.say("g2", "wang", "/c")
    with caplog.at_level(logging.CRITICAL):
        async with listening(platform, receive):
            await heard.until(lambda: len(heard.events) == 1)
            assert [event.place.chat for event in heard.events] == ["g2"]
            broken = False
            await heard.until(lambda: len(heard.events) == 3)
    assert [event.name for event in heard.events if isinstance(event, Command)] == ["c", "a", "b"]
    assert room.waiting() == []


async def test_a_toast_reaches_whoever_pressed(room: Room) -> None:
    platform = RehearsalPlatform(room)
    card = await platform.send("g1", None, CARD, None)
    room.press("g1", "li", card, "签收")
    await platform.answer(translate(room, room.waiting()[-1]).event_id, "已签收")
    toast = room.happenings()[-1]
    assert (toast.kind, toast.account, toast.data["words"]) == ("toast", "li", "已签收")


@pytest.mark.parametrize("event_id", ["", "x", "-1", "ffffffff-3", "{birth}-", "{birth}-1", "{birth}-9999"])
async def test_answers_to_no_press_are_passed_over(room: Room, event_id: str) -> None:
    last = room.last_happening()
    await RehearsalPlatform(room).answer(event_id.format(birth=room.birth), "?")
    assert room.last_happening() == last


async def test_a_fault_before_the_room_leaves_nothing_and_one_after_it_a_message(room: Room) -> None:
    async def fault(step: Step, chat: str) -> None:
        assert (step, chat) == ("send", "g1")
        raise faults.pop()

    faults: list[Exception] = [NotNow(3)]
    with pytest.raises(NotNow):
        await RehearsalPlatform(room, before=fault).send("g1", None, CARD, None)
    assert room.messages("g1") == []
    faults = [MaybeSent()]
    with pytest.raises(MaybeSent):
        await RehearsalPlatform(room, after=fault).send("g1", None, CARD, None)
    assert [message.title for message in room.messages("g1")] == ["任务"]


async def test_a_removed_bot_finds_the_chat_gone(room: Room) -> None:
    platform = RehearsalPlatform(room)
    card = await platform.send("g1", None, CARD, None)
    room.remove_bot("g1")
    with pytest.raises(ChatGone):
        await platform.send("g1", None, CARD, None)
    with pytest.raises(ChatGone):
        await platform.edit("g1", card, CARD)


async def test_what_is_too_large_is_rejected(room: Room) -> None:
    platform = RehearsalPlatform(room, capabilities=Capabilities(True, 10, 10, 10))
    await platform.send("g1", None, Shown("12345", ("1234",)), None)
    with pytest.raises(Rejected):
        await platform.send("g1", None, Shown("12345", ("12345",)), None)
    with pytest.raises(Rejected):
        await platform.send("g1", None, Shown("", files=(ShownFile("a", "a/b", b"x" * 11),)), None)
    with pytest.raises(Rejected):
        await platform.fetch("77")
    assert len(room.messages("g1")) == 1


async def test_a_cancelled_platform_stops_watching(room: Room) -> None:
    platform = RehearsalPlatform(room)
    async with listening(platform, Heard().receive):
        await asyncio.sleep(0)
    room.say("g1", "li", "还在吗")
    assert len(room.waiting()) == 1
