"""Each message is said once, in its order, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.port import DeliveryFault, MaybeSent, NotEditable, NotNow, Rejected
from bot.platforms.rehearsal.adapter import Interruption, Step
from handlers.turns import Answers, Turn
from storage.ledger import lookup
from storage.records import Chat, OutboxRow
from storage.terms.cards import Edit, Send
from storage.unit import Unit
from tests.flows.improvised import Improvised, answering, card, echo
from tests.flows.stage import COORDINATION, COORDINATOR, PLATFORM, liaison


def raising(*faults: DeliveryFault | None, where: str = "") -> Interruption:
    """Raise these in turn, then nothing any more; in one chat only where one is named."""
    left = list(faults)

    async def interrupt(step: Step, chat: str) -> None:
        del step
        if left and where in ("", chat):
            fault = left.pop(0)
            if fault is not None:
                raise fault

    return interrupt


class Hanging:
    """A network that takes its time."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, step: Step, chat: str) -> None:
        del step, chat
        self.reached.set()
        await self.go.wait()


async def nothing(step: Step, chat: str) -> None:
    del step, chat


def to_group(name: str, *lines: str) -> Callable[[Turn], Awaitable[Answers]]:
    async def answer(turn: Turn) -> Answers:
        chat = lookup.chat_at(turn.directory, PLATFORM, name)
        assert chat is not None
        return [Send(chat.id, card(line)) for line in lines]

    return answer


async def active(play: Improvised, name: str) -> bool:
    return bool(dict(await play.rows(Chat, "external", "active"))[name])


# ---------------------------------------------------------------- ends and beginnings


async def test_what_was_said_before_the_end_is_sent_after_it(play: Improvised) -> None:
    network = Hanging()
    play.command("echo", echo)
    play.platform.before = network
    play.room.say(COORDINATION, COORDINATOR, "/echo 一")
    await network.reached.wait()
    play.room.say(COORDINATION, COORDINATOR, "/echo 二")
    await play.kill()
    play.platform.before = nothing
    await play.open()
    await play.settle()
    assert "二" in play.texts(COORDINATION)


@pytest.mark.parametrize(("where", "arrived"), [("before", 0), ("after", 1)])
async def test_a_message_killed_between_claim_and_receipt_is_in_doubt_and_not_sent_again(
    play: Improvised, where: str, arrived: int
) -> None:
    await play.departments(["发改局"])
    network = Hanging()
    play.command("tell", to_group("发改局", "请签收"))
    setattr(play.platform, where, network)
    play.room.say(COORDINATION, COORDINATOR, "/tell")
    await network.reached.wait()
    await play.kill()
    setattr(play.platform, where, nothing)
    await play.open()
    await play.settle()
    assert play.texts("发改局") == ["请签收"] * arrived
    assert (await play.outbox())[0] == "uncertain"
    assert "不能确定是否送达" in play.last(COORDINATION).text
    assert "发改局政务公开群" in play.last(COORDINATION).text


async def test_an_ordinary_end_waits_for_the_receipt(play: Improvised) -> None:
    network = Hanging()
    play.command("echo", echo)
    play.platform.after = network
    play.room.say(COORDINATION, COORDINATOR, "/echo 一")
    await network.reached.wait()
    asyncio.get_running_loop().call_soon(network.go.set)
    await play.restart()
    assert await play.outbox() == ["sent"]


async def test_a_change_interrupted_by_the_end_is_made_again(play: Improvised) -> None:
    network = Hanging()
    play.command("ask", answering(card("旧", buttons=("go",))))

    async def change(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card("新"))

    play.action("go", change)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    play.platform.before = network
    play.room.press(COORDINATION, COORDINATOR, play.last(COORDINATION).id, "go")
    await network.reached.wait()
    await play.kill()
    play.platform.before = nothing
    await play.open()
    await play.settle()
    assert play.texts(COORDINATION) == ["新"]
    assert await play.outbox() == ["sent", "sent"]


# ---------------------------------------------------------------- what platforms answer


async def test_a_platform_that_asks_to_wait_is_heeded_and_order_kept(play: Improvised) -> None:
    await play.departments(["发改局", "财政局"])
    play.command("tell", to_group("发改局", "一", "二"))
    play.command("other", to_group("财政局", "三"))
    play.platform.before = raising(NotNow(30), where="发改局")
    await play.say(COORDINATION, COORDINATOR, "/tell")
    await play.say(COORDINATION, COORDINATOR, "/other")
    assert (play.texts("发改局"), play.texts("财政局")) == ([], ["三"])
    await play.advance(timedelta(seconds=29))
    assert play.texts("发改局") == []
    await play.restart()
    await play.settle()
    assert play.texts("发改局") == []
    await play.advance(timedelta(seconds=2))
    assert play.texts("发改局") == ["一", "二"]
    assert await play.outbox() == ["sent"] * 3


async def test_a_send_whose_answer_never_came_is_told_and_not_repeated(play: Improvised) -> None:
    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一", "二"))
    play.platform.after = raising(MaybeSent("time-out"), where="发改局")
    await play.say(COORDINATION, COORDINATOR, "/tell")
    assert play.texts("发改局") == ["一", "二"]
    assert await play.outbox() == ["uncertain", "sent", "sent"]
    assert "不能确定是否送达" in play.last(COORDINATION).text


async def test_doubt_about_the_coordinators_own_group_is_told_to_nobody(play: Improvised) -> None:
    play.command("echo", echo)
    play.platform.after = raising(*[MaybeSent("time-out")] * 5)
    await play.say(COORDINATION, COORDINATOR, "/echo 一")
    assert await play.outbox() == ["uncertain"]


async def test_a_change_whose_answer_never_came_is_made_again(play: Improvised) -> None:
    async def change(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card("新"))

    play.command("ask", answering(card("旧", buttons=("go",))))
    play.action("go", change)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    play.platform.after = raising(MaybeSent("time-out"))
    await play.press(COORDINATION, COORDINATOR, "go")
    assert await play.outbox() == ["sent", "pending"]
    await play.advance(timedelta(seconds=5))
    assert await play.outbox() == ["sent", "sent"]


async def test_a_message_that_is_refused_is_told(play: Improvised) -> None:
    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一", "二"))
    play.platform.before = raising(Rejected("no"), where="发改局")
    await play.say(COORDINATION, COORDINATOR, "/tell")
    assert play.texts("发改局") == ["二"]
    assert "拒收" in play.last(COORDINATION).text
    assert (await play.rows(OutboxRow, "status", "error"))[0] == ("failed", "no")


async def test_a_platform_that_breaks_its_promise_leaves_a_doubt(play: Improvised) -> None:
    async def broken(step: Step, chat: str) -> None:
        del step
        if chat == "发改局":
            raise KeyError("boom")

    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一"))
    play.platform.after = broken
    await play.say(COORDINATION, COORDINATOR, "/tell")
    assert (await play.outbox())[0] == "uncertain"


async def test_messages_to_a_closed_group_wait_until_the_bot_is_back(play: Improvised) -> None:
    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一", "二"))
    play.room.remove_bot("发改局")
    await play.settle()
    assert not await active(play, "发改局")
    await play.say(COORDINATION, COORDINATOR, "/tell")
    assert (await play.outbox())[-2:] == ["parked", "parked"]
    play.room.admit_bot("发改局")
    await play.settle()
    assert play.texts("发改局") == ["一", "二"]


async def test_a_group_found_closed_is_told_once(play: Improvised, monkeypatch: pytest.MonkeyPatch) -> None:
    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一", "二", "三"))
    play.room.remove_bot("发改局")
    waiting = play.room.waiting()
    for happening in waiting:
        play.room.acknowledge(happening.id)
    await play.settle()

    async def back(unit: Unit) -> None:
        chat = lookup.chat_at(unit.directory, PLATFORM, "发改局")
        assert chat is not None
        chat.active = True
        unit.save(chat, "active")

    await play.work(back)
    await play.say(COORDINATION, COORDINATOR, "/tell")
    assert not await active(play, "发改局")
    assert [text for text in play.texts(COORDINATION) if "联系不上" in text] == play.texts(COORDINATION)
    assert len(play.texts(COORDINATION)) == 1
    assert (await play.outbox())[:3] == ["parked"] * 3


async def test_who_speaks_in_a_chat_shows_that_the_bot_is_there(play: Improvised) -> None:
    await play.departments(["发改局"])
    play.command("tell", to_group("发改局", "一"))
    play.command("echo", echo)
    play.room.remove_bot("发改局")
    await play.settle()
    await play.say(COORDINATION, COORDINATOR, "/tell")
    play.room.admit_bot("发改局")
    for happening in play.room.waiting():
        play.room.acknowledge(happening.id)
    await play.say("发改局", liaison("发改局"), "/echo 在")
    assert play.texts("发改局") == ["在", "一"]


async def test_a_chat_gets_the_next_message_only_after_the_receipt_of_the_one_before(
    play: Improvised,
) -> None:
    network = Hanging()
    began: list[str] = []

    async def note(step: Step, chat: str) -> None:
        began.append(chat)
        await network(step, chat)

    play.command("echo", echo)
    play.platform.before = note
    play.room.say(COORDINATION, COORDINATOR, "/echo 一")
    play.room.say(COORDINATION, COORDINATOR, "/echo 二")
    await network.reached.wait()
    office = play.office
    assert office is not None
    await play.room.acknowledged.until(lambda: not play.room.waiting())
    await office._pulse.until(lambda: office.dispatcher.idle)
    assert len(await play.outbox()) == 2
    assert began == [COORDINATION]
    network.go.set()
    await play.settle()
    assert play.texts(COORDINATION) == ["一", "二"]


# ---------------------------------------------------------------- changes and long messages


async def test_a_message_that_cannot_be_changed_is_said_anew_and_both_take_replies(play: Improvised) -> None:
    async def change(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card("新", buttons=("go",), kind="quiz"))

    play.command("ask", answering(card("旧", buttons=("go",), kind="quiz")))
    play.action("go", change)
    play.reply("quiz", echo)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    play.platform.before = raising(NotEditable("old"))
    await play.press(COORDINATION, COORDINATOR, "go")
    assert play.texts(COORDINATION) == ["旧", "新"]
    for message in play.messages(COORDINATION):
        await play.say(COORDINATION, COORDINATOR, f"回{message.text}", reply_to=message)
    assert play.texts(COORDINATION)[2:] == ["回旧", "回新"]
    await play.press(COORDINATION, COORDINATOR, "go", on=play.messages(COORDINATION)[1])
    assert len(play.texts(COORDINATION)) == 4


async def test_a_platform_without_changes_gets_the_card_anew(play: Improvised) -> None:
    async def change(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card("新"))

    play.platform.capabilities = replace(play.platform.capabilities, edits=False)
    play.command("ask", answering(card("旧", buttons=("go",))))
    play.action("go", change)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, COORDINATOR, "go")
    assert play.texts(COORDINATION) == ["旧", "新"]


async def test_a_long_message_comes_in_parts_that_all_take_replies(play: Improvised) -> None:
    lines = [f"第{number}行" + "长" * 90 for number in range(100)]
    play.command("ask", answering(card(*lines, buttons=("go",), kind="quiz")))
    play.reply("quiz", echo)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    parts = play.messages(COORDINATION)
    assert [line for part in parts for line in part.lines] == lines
    assert len(parts) == 3
    assert [len(part.buttons) for part in parts] == [0, 0, 1]
    for part in parts:
        await play.say(COORDINATION, COORDINATOR, "好", reply_to=part)
        assert play.last(COORDINATION).text == "好"


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (3, 3), (2, 4)])
async def test_a_long_message_is_changed_in_its_parts(play: Improvised, before: int, after: int) -> None:
    async def change(turn: Turn) -> Answers:
        assert turn.said is not None
        return Edit(turn.said.id, card(*["新" * 4000] * after, buttons=("go",)))

    play.command("ask", answering(card(*["旧" * 4000] * before, buttons=("go",))))
    play.action("go", change)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, COORDINATOR, "go")
    shown = play.messages(COORDINATION)
    assert [message.text[0] for message in shown[:after]] == ["新"] * after
    assert len(shown) == max(before, after)
    assert all(message.text.startswith("（") for message in shown[after:])
    assert [len(message.buttons) for message in shown] == [int(at == after - 1) for at in range(len(shown))]
    await play.press(COORDINATION, COORDINATOR, "go")
    assert len(play.messages(COORDINATION)) == max(before, after)


async def test_a_part_that_arrived_is_not_sent_again(play: Improvised) -> None:
    play.command("ask", answering(card("一" * 4000, "二" * 4000)))
    play.platform.before = raising(None, NotNow(5))
    await play.say(COORDINATION, COORDINATOR, "/ask")
    assert len(play.messages(COORDINATION)) == 1
    await play.advance(timedelta(seconds=6))
    assert [text[0] for text in play.texts(COORDINATION)] == ["一", "二"]


async def test_a_reply_that_overtakes_the_receipt_is_still_known(play: Improvised) -> None:
    network = Hanging()
    play.command("ask", answering(card("怎么样？", kind="quiz")))
    play.reply("quiz", echo)
    play.platform.after = network
    play.room.say(COORDINATION, COORDINATOR, "/ask")
    await network.reached.wait()
    play.room.say(COORDINATION, COORDINATOR, "很好", reply_to=play.last(COORDINATION).id)
    asyncio.get_running_loop().call_later(0.01, network.go.set)
    await play.settle()
    assert play.texts(COORDINATION) == ["怎么样？", "很好"]


async def test_a_message_with_a_key_is_said_once(play: Improvised) -> None:
    async def answer(turn: Turn) -> Answers:
        return Send(turn.chat.id, card("只此一次"), key="once")

    play.command("once", answer)
    await play.say(COORDINATION, COORDINATOR, "/once")
    await play.say(COORDINATION, COORDINATOR, "/once")
    assert play.texts(COORDINATION) == ["只此一次"]


async def test_urgent_chats_come_first_and_chats_do_not_wait_for_one_another(play: Improvised) -> None:
    names = [f"{number}局" for number in range(30)]
    await play.departments(names)
    order: list[str] = []

    async def note(step: Step, chat: str) -> None:
        del step
        order.append(chat)

    async def wave(turn: Turn) -> Answers:
        found = [lookup.chat_at(turn.directory, PLATFORM, name) for name in names]
        return [*(Send(chat.id, card("通知")) for chat in found if chat), card("已发")]

    play.platform.before = note
    play.command("wave", wave)
    await play.say(COORDINATION, COORDINATOR, "/wave")
    assert order[0] == COORDINATION
    assert order[1:] == names
