"""Each event has its effect once, in the order of its chat, and one that fails harms no other."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from bot import dispatch
from bot.answering import Answering
from handlers.events import Command, Migrated, Place, Sender
from handlers.turns import Answers, Turn
from storage.database import QUIET
from storage.ledger import people
from storage.records import InboxRow
from storage.terms.cards import Edit, Toast
from storage.terms.errors import Refusal
from storage.terms.roles import Purpose
from tests.flows.improvised import Improvised, answering, card, echo, words
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, liaison


class Boom(Exception):  # noqa: N818 - a fault of no known kind
    """What nobody expected."""


# ---------------------------------------------------------------- refusals and faults


async def test_a_refusal_is_answered_and_changes_nothing(play: Improvised) -> None:
    async def refuse(turn: Turn) -> Answers:
        people.meet(turn.unit, "rehearsal", "ghost", "幽灵")
        raise Refusal("chat.already")

    play.command("refuse", refuse)
    said = await play.say(COORDINATION, COORDINATOR, "/refuse")
    assert "不用再设" in play.last(COORDINATION).text
    assert play.last(COORDINATION).reply_to == said
    assert await play.inbox() == ["done"]
    await play.restart()
    assert not play.is_on_disk("幽灵")


async def test_a_refused_press_is_answered_by_a_toast(play: Improvised) -> None:
    async def refuse(turn: Turn) -> Answers:
        raise Refusal("chat.already")

    play.command("ask", answering(card("?", buttons=("go",))))
    play.action("go", refuse)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, LEADER, "go")
    assert "不用再设" in (play.toast(LEADER) or "")
    assert play.toast(COORDINATOR) is None
    assert len(play.messages(COORDINATION)) == 1


async def test_a_press_that_a_message_answers_is_answered_without_words(play: Improvised) -> None:
    async def edit(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card("改了"))

    play.command("ask", answering(card("?", buttons=("go", "edit"))))
    play.action("go", answering(card("看这里")))
    play.action("edit", edit)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, LEADER, "go")
    await play.press(COORDINATION, LEADER, "edit")
    pressed = [each.id for each in play.room.happenings() if each.kind == "pressed"]
    answered = [each.data for each in play.room.happenings() if each.kind == "toast"]
    assert answered == [{"words": "", "press": press} for press in pressed]


async def test_a_fault_is_told_and_the_event_kept(play: Improvised, caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    async def fail(turn: Turn) -> Answers:
        tries.append(1)
        people.meet(turn.unit, "rehearsal", "ghost", "幽灵")
        await turn.unit.get(InboxRow, 1)
        raise Boom("秘不外传")

    await play.departments(["发改局"])
    play.command("fail", fail)
    play.command("echo", echo)
    for _ in range(2):
        await play.say("发改局", liaison("发改局"), "/fail")
        assert "没有丢失" in play.last("发改局").text
    await play.say("发改局", liaison("发改局"), "/echo 还在")
    assert play.last("发改局").text == "还在"
    assert len(tries) == 4
    assert [text.startswith("有一条消息处理时出错（Boom") for text in play.texts(COORDINATION)] == [True]
    assert await play.inbox() == ["failed", "failed", "done"]
    assert not play.is_on_disk("幽灵")
    assert "秘不外传" not in caplog.text
    assert "Boom at" in caplog.text


async def test_the_fullest_log_holds_no_words_of_people(
    play: Improvised, caplog: pytest.LogCaptureFixture
) -> None:
    await play.close()
    for name in ("", *QUIET):
        logging.getLogger(name).setLevel(logging.DEBUG if name == "" else logging.NOTSET)
    try:
        caplog.handler.setLevel(logging.DEBUG)
        await play.open()
        play.command("echo", echo)
        await play.say(COORDINATION, COORDINATOR, "/echo 秘不外传")
        assert play.last(COORDINATION).text == "秘不外传"
        assert await play.inbox() == ["done"]
        assert "秘不外传" not in caplog.text
        assert not [record.name for record in caplog.records if record.name in QUIET]
    finally:
        logging.getLogger().setLevel(logging.WARNING)


async def test_a_fault_that_passes_is_not_noticed(play: Improvised) -> None:
    left = [Boom()]

    async def once(turn: Turn) -> Answers:
        if left:
            raise left.pop()
        return card("好了")

    play.command("once", once)
    await play.say(COORDINATION, COORDINATOR, "/once")
    assert play.texts(COORDINATION) == ["好了"]
    assert await play.inbox() == ["done"]


async def test_a_failing_event_harms_none_beside_it(play: Improvised) -> None:
    async def fail(turn: Turn) -> Answers:
        raise Boom

    names = [f"{number}局" for number in range(8)]
    await play.departments(names)
    play.command("fail", fail)
    play.command("echo", echo)
    assert play.office is not None
    async with asyncio.timeout(20):
        for at, name in enumerate(names):
            play.room.say(name, liaison(name), "/fail" if at == 3 else f"/echo {name}")
            play.room.say(name, liaison(name), f"/echo 第二条 {name}")
        await play.settle()
    for at, name in enumerate(names):
        first, second = play.texts(name)
        assert first == name or (at == 3 and "没有丢失" in first)
        assert second == f"第二条 {name}"


async def test_a_failing_press_is_answered_by_a_toast(play: Improvised) -> None:
    async def fail(turn: Turn) -> Answers:
        raise Boom

    play.command("ask", answering(card("?", buttons=("go",))))
    play.action("go", fail)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, COORDINATOR, "go")
    assert "没有丢失" in (play.toast(COORDINATOR) or "")


# ---------------------------------------------------------------- slow work


async def test_slow_work_runs_in_a_thread_and_holds_only_its_own_chat(play: Improvised) -> None:
    may_end = threading.Event()
    threads: list[str] = []

    async def gather(turn: Turn) -> Any:
        argument = turn.event.argument  # type: ignore[union-attr]

        def work() -> str:
            threads.append(threading.current_thread().name)
            may_end.wait(10)
            return f"做完了{argument}"

        return work

    async def answer(turn: Turn) -> Answers:
        return card(turn.prepared)

    await play.departments(["发改局"])
    play.command("slow", answer, gather)
    play.command("echo", echo)
    play.room.say(COORDINATION, COORDINATOR, "/slow 一")
    play.room.say(COORDINATION, COORDINATOR, "/echo 二")
    play.room.say("发改局", liaison("发改局"), "/echo 三")
    for _ in range(2_000):
        if play.messages("发改局"):
            break
        await asyncio.sleep(0.001)
    assert play.texts("发改局") == ["三"]
    assert play.messages(COORDINATION) == []
    may_end.set()
    await play.settle()
    assert play.texts(COORDINATION) == ["做完了一", "二"]
    assert threads
    assert threads[0] != threading.main_thread().name


async def test_what_waits_behind_slow_work_keeps_its_place(play: Improvised) -> None:
    async def gather(turn: Turn) -> Any:
        return lambda: None

    async def answer(turn: Turn) -> Answers:
        return card("一")

    play.command("slow", answer, gather)
    play.command("echo", echo)
    assert play.office is not None
    place, sender = Place("rehearsal", COORDINATION), Sender(COORDINATOR, "王静")
    told = [("slow", ""), ("echo", "二"), ("slow", ""), ("echo", "三")]
    events = [
        Command(event_id=str(at), place=place, sender=sender, name=name, argument=argument)
        for at, (name, argument) in enumerate(told)
    ]
    await asyncio.gather(*(play.office.receiver.receive(event) for event in events))
    await play.settle()
    assert play.texts(COORDINATION) == ["一", "二", "一", "三"]


async def test_an_event_that_cannot_even_be_answered_holds_nobody_up(play: Improvised) -> None:
    async def fail(turn: Turn) -> Answers:
        raise Boom

    assert play.office is not None
    play.command("fail", fail)
    play.command("echo", echo)
    play.monkeypatch.setattr(dispatch, "PATIENCE_SECONDS", (0.0, 0.0))

    async def speechless(*event: object) -> None:
        raise Boom

    play.monkeypatch.setattr(Answering, "apologise", speechless)
    play.room.say(COORDINATION, COORDINATOR, "/fail")
    await play.say(COORDINATION, COORDINATOR, "/echo 后来")
    assert play.texts(COORDINATION) == ["后来"]
    assert await play.inbox() == ["failed", "done"]


@pytest.mark.parametrize("where", ["gather", "work"])
async def test_slow_work_may_refuse(play: Improvised, where: str) -> None:
    async def gather(turn: Turn) -> Any:
        def work() -> None:
            raise Refusal("chat.private")

        if where == "gather":
            work()
        return work

    play.command("slow", echo, gather)
    play.command("echo", echo)
    await play.say(COORDINATION, COORDINATOR, "/slow")
    await play.say(COORDINATION, COORDINATOR, "/echo 后来")
    assert "私聊" in play.texts(COORDINATION)[0]
    assert play.texts(COORDINATION)[1:] == ["后来"]


async def test_slow_work_that_fails_is_told(play: Improvised) -> None:
    tries: list[int] = []

    async def gather(turn: Turn) -> Any:
        def work() -> None:
            tries.append(1)
            raise Boom

        return work

    play.command("slow", echo, gather)
    await play.say(COORDINATION, COORDINATOR, "/slow")
    assert "没有丢失" in play.last(COORDINATION).text
    assert len(tries) == 2
    assert await play.inbox() == ["failed"]


async def test_a_reader_that_finds_a_marking_leaves_nothing_of_the_event(play: Improvised) -> None:
    async def gather(turn: Turn) -> Any:
        def work() -> None:
            raise Refusal("secret")

        return work

    play.command("slow", echo, gather)
    await play.say(COORDINATION, COORDINATOR, "/slow 什么")
    assert await play.rows(InboxRow, "status", "payload") == [("refused", None)]


# ---------------------------------------------------------------- buttons


async def test_an_unknown_button_is_answered_courteously(play: Improvised) -> None:
    play.command("ask", answering(card("?", buttons=("go",))))
    await play.say(COORDINATION, COORDINATOR, "/ask")
    message = play.last(COORDINATION)
    for token in ("nonsense", "nonsense.0", message.buttons[0].token.replace(".0", ".7"), ".0", ""):
        play.room.press(COORDINATION, COORDINATOR, message.id, token, stale=True)
        await play.settle()
    assert play.toast(COORDINATOR) == "这个按钮已失效。"
    assert await play.inbox() == ["done"] * 6


async def test_a_button_of_another_chat_is_none(play: Improvised) -> None:
    await play.departments(["发改局"])
    play.command("ask", answering(card("?", buttons=("go",))))
    play.action("go", answering(Toast(words("不该如此"))))
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.say("发改局", liaison("发改局"), "/ask")
    token = play.last(COORDINATION).buttons[0].token
    play.room.press("发改局", liaison("发改局"), play.last("发改局").id, token, stale=True)
    await play.settle()
    assert play.toast(liaison("发改局")) == "这个按钮已失效。"


async def test_a_double_press_has_its_effect_once(play: Improvised) -> None:
    pressed: list[int] = []

    async def go(turn: Turn) -> Answers:
        pressed.append(1)
        assert turn.said is not None
        return [Edit(turn.said.id, card("好了", buttons=("more",))), Toast(words("收到"))]

    play.command("ask", answering(card("?", buttons=("go", "more"))))
    play.action("go", go)
    play.action("more", answering(Toast(words("更多"))))
    await play.say(COORDINATION, COORDINATOR, "/ask")
    message = play.last(COORDINATION)
    play.room.press(COORDINATION, COORDINATOR, message.id, "go")
    play.room.press(COORDINATION, STRANGER, message.id, message.buttons[0].token, stale=True)
    await play.settle()
    assert (len(pressed), play.toast(COORDINATOR), play.toast(STRANGER)) == (1, "收到", "这个按钮已失效。")
    old = message.buttons[1].token
    play.room.press(COORDINATION, STRANGER, message.id, old, stale=True)
    await play.settle()
    assert play.toast(STRANGER) == "更多"


async def test_a_reply_to_a_message_that_is_not_known_is_not_taken_as_received(play: Improvised) -> None:
    from bot.platforms.port import Shown

    foreign = play.room.show(COORDINATION, Shown(lines=("从前的卡片",)))
    play.room.say(COORDINATION, COORDINATOR, "1 已完成", reply_to=foreign)
    await play.settle()
    assert "没有记入台账" in play.last(COORDINATION).text


# ---------------------------------------------------------------- the whole


async def test_an_answer_knows_who_and_where(play: Improvised) -> None:
    seen: list[Any] = []

    async def look(turn: Turn) -> Answers:
        seen.append((turn.actor.name, turn.actor.purpose, sorted(turn.actor.roles), turn.actor.message))
        return None

    await play.departments(["发改局"])
    play.command("look", look)
    first = await play.say("发改局", liaison("发改局"), "/look")
    second = await play.say(COORDINATION, STRANGER, "/look")
    assert seen == [
        ("发改局联络员", Purpose.DEPARTMENT, ["liaison"], first),
        ("路人", Purpose.COORDINATION, [], second),
    ]


async def test_a_part_that_dies_takes_the_program_down(
    play: Improvised, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert play.office is not None

    def broken(*_: Any) -> Any:
        raise Boom

    play.command("echo", echo)
    monkeypatch.setattr(play.office.dispatcher._jobs, "take", broken)
    with pytest.raises(BaseExceptionGroup) as told:
        await play.say(COORDINATION, COORDINATOR, "/echo 一")
    assert told.group_contains(Boom)
    await play.open()
    await play.settle()
    assert play.texts(COORDINATION) == ["一"]


async def test_an_event_is_done_in_the_transaction_of_its_effect(
    play: Improvised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written as a whole is not written at all, and tried again."""
    from storage import sqlite

    real, left = sqlite.write, [Boom()]

    async def write(client: Any, statements: Any, **how: Any) -> None:
        if left and any("outbox" in sql for sql, _ in statements):
            raise left.pop()
        await real(client, statements, **how)

    monkeypatch.setattr(sqlite, "write", write)
    play.command("echo", echo)
    await play.say(COORDINATION, COORDINATOR, "/echo 一")
    assert left == []
    assert play.texts(COORDINATION) == ["一"]
    assert await play.inbox() == ["done"]


async def test_a_migrated_chat_goes_on(play: Improvised) -> None:
    from storage.records import Chat

    await play.departments(["发改局"])
    assert play.office is not None
    event = Migrated(
        event_id="m1", place=Place("rehearsal", "发改局"), sender=Sender(None), new_chat="新发改局"
    )
    await play.office.receiver.receive(event)
    await play.settle()
    assert "新发改局" in [row[0] for row in await play.rows(Chat, "external")]
