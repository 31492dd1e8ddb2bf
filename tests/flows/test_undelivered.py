"""Messages that may not have arrived: coordinators see them, send them again, or let them be."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.platforms.port import DeliveryFault, MaybeSent, NotEditable, NotNow, Rejected
from bot.platforms.rehearsal.adapter import Interruption, Step
from handlers.turns import Answers, Turn
from storage.ledger import lookup
from storage.records import OutboxRow
from storage.terms.cards import Edit, Send
from tests.flows.improvised import Improvised, answering, card, echo
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, PLATFORM, STRANGER, liaison

GROUPS = ["发改局", "财政局", "教育局"]


@pytest.fixture
async def told(play: Improvised) -> Improvised:
    """Three groups, and a command that tells them all something."""
    await play.departments(GROUPS)

    async def tell(turn: Turn) -> Answers:
        found = [lookup.chat_at(turn.directory, PLATFORM, name) for name in GROUPS]
        return [Send(chat.id, card("请签收", buttons=("go",), kind="quiz")) for chat in found if chat]

    play.command("tell", tell)
    play.action("go", echo)
    play.reply("quiz", echo)
    return play


def failing(fault: type[DeliveryFault], *chats: str) -> Interruption:
    async def interrupt(step: Step, chat: str) -> None:
        del step
        if chat in chats:
            raise NotNow(30) if fault is NotNow else fault("no answer")

    return interrupt


async def nothing(step: Step, chat: str) -> None:
    del step, chat


async def tell(play: Improvised, fault: type[DeliveryFault], *chats: str, when: str) -> None:
    """Tell the three groups something, with a fault in some."""
    setattr(play.platform, when, failing(fault, *chats))
    await play.say(COORDINATION, COORDINATOR, "/tell")
    setattr(play.platform, when, nothing)


async def states(play: Improvised) -> list[str]:
    rows = await play.rows(OutboxRow, "status", "chat_id")
    return [status for status, chat in rows if chat != 1]


async def test_a_message_in_doubt_is_sent_again_when_a_coordinator_says_so(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="before")
    assert told.texts("发改局") == []
    assert "不能确定是否送达" in told.last(COORDINATION).text
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert told.texts("发改局") == ["请签收"]
    assert told.last(COORDINATION).text == "✅ 已安排再发1条。"
    assert await states(told) == ["sent"] * 3


async def test_a_message_that_arrived_after_all_is_not_sent_again(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="after")
    await told.press(COORDINATION, COORDINATOR, "已经送达")
    assert told.last(COORDINATION).text == "✅ 已记：1条已经送达。"
    assert told.texts("发改局") == ["请签收"]
    assert await states(told) == ["sent"] * 3
    await told.say(COORDINATION, COORDINATOR, "/未送达")
    assert told.last(COORDINATION).text == "没有未送达的消息。"


async def test_a_pressed_button_proves_that_the_card_arrived(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="after")
    await told.press("发改局", liaison("发改局"), "go")
    assert await states(told) == ["sent"] * 4
    await told.say("发改局", liaison("发改局"), "收到", reply_to=told.messages("发改局")[0])
    assert told.last("发改局").text == "收到"
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert told.toast(COORDINATOR) == "这些消息已经处理过了。"
    assert told.texts("发改局").count("请签收") == 1


async def test_several_in_doubt_stand_on_one_card_and_each_can_be_settled(told: Improvised) -> None:
    await tell(told, MaybeSent, *GROUPS, when="before")
    await told.say(COORDINATION, COORDINATOR, "/未送达")
    listed = told.last(COORDINATION)
    assert (listed.title, len(listed.rows)) == ("3条消息没有收到平台回执", 4)
    assert "1. 发改局政务公开群　请签收" in listed.lines
    await told.press(COORDINATION, COORDINATOR, "第2条已到")
    again = told.last(COORDINATION)
    assert (again.title, again.id) == ("2条消息没有收到平台回执", listed.id)
    await told.press(COORDINATION, COORDINATOR, "2条都再发")
    assert [told.texts(group) for group in GROUPS] == [["请签收"], [], ["请签收"]]


async def test_after_a_crash_all_in_doubt_are_named_on_one_card(told: Improvised) -> None:
    hanging, reached = asyncio.Event(), []

    async def hang(step: Step, chat: str) -> None:
        del step
        if chat in GROUPS:
            reached.append(chat)
            await hanging.wait()

    told.platform.before = hang
    told.room.say(COORDINATION, COORDINATOR, "/tell")
    office = told.office
    assert office is not None
    await office._pulse.until(lambda: len(reached) == 3)
    await told.kill()
    told.platform.before = nothing
    await told.open()
    await told.settle()
    assert told.last(COORDINATION).title == "3条消息没有收到平台回执"
    await told.press(COORDINATION, COORDINATOR, "3条都再发")
    assert [told.texts(group) for group in GROUPS] == [["请签收"]] * 3


async def test_a_refused_message_can_be_tried_again_or_let_be(told: Improvised) -> None:
    await tell(told, Rejected, "发改局", "财政局", when="before")
    await told.say(COORDINATION, COORDINATOR, "/未送达")
    assert told.last(COORDINATION).title == "2条消息被平台拒收"
    await told.press(COORDINATION, COORDINATOR, "第1条不发")
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert (told.texts("发改局"), told.texts("财政局")) == ([], ["请签收"])
    assert await states(told) == ["parked", "sent", "sent"]


async def test_what_waits_for_closed_groups_is_counted(told: Improvised) -> None:
    told.room.remove_bot("教育局")
    await told.settle()
    await told.say(COORDINATION, COORDINATOR, "/tell")
    await told.say(COORDINATION, COORDINATOR, "/undelivered")
    assert told.last(COORDINATION).lines == ("教育局政务公开群　1条待发",)


@pytest.mark.parametrize("person", [LEADER, STRANGER])
async def test_nobody_but_a_coordinator_decides(told: Improvised, person: str) -> None:
    await tell(told, MaybeSent, "发改局", when="before")
    before = await states(told)
    await told.press(COORDINATION, person, "再发一次")
    assert told.toast(person)
    await told.say(COORDINATION, person, "/undelivered")
    assert "请签收" not in told.last(COORDINATION).text
    assert await states(told) == before


async def doubtful(play: Improvised) -> int:
    (number,) = [n for n, status in await play.rows(OutboxRow, "id", "status") if status == "uncertain"]
    return int(number)


async def test_it_is_sent_as_the_card_reads_now(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="before")
    asked, number = told.last(COORDINATION), await doubtful(told)
    told.command("change", answering(Edit(number, card("已改期"))))
    told.platform.before = failing(NotNow, "发改局")
    await told.say(COORDINATION, COORDINATOR, "/change")
    await told.press(COORDINATION, COORDINATOR, "再发一次", on=asked)
    told.platform.before = nothing
    await told.advance(timedelta(minutes=1))
    assert told.texts("发改局") == ["已改期"]


async def test_a_card_that_was_said_anew_is_in_question_no_more(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="before")
    told.command("change", answering(Edit(await doubtful(told), card("已改期"))))
    await told.say(COORDINATION, COORDINATOR, "/change")
    assert told.texts("发改局") == ["已改期"]
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert told.toast(COORDINATOR) == "这些消息已经处理过了。"


async def test_a_change_that_was_being_posted_anew_at_the_end_is_in_doubt(told: Improvised) -> None:
    await told.say(COORDINATION, COORDINATOR, "/tell")
    (number, *_), chat = [n for n, _ in await told.rows(OutboxRow, "id", "status")], "发改局"
    told.command("change", answering(Edit(number, card("已改期"))))
    reached, hanging = asyncio.Event(), asyncio.Event()

    async def before(step: Step, where: str) -> None:
        if where == chat and step == "edit":
            raise NotEditable("too old")
        if where == chat:
            reached.set()
            await hanging.wait()

    told.platform.before = before
    told.room.say(COORDINATION, COORDINATOR, "/change")
    await reached.wait()
    await told.kill()
    told.platform.before = nothing
    await told.open()
    await told.settle()
    assert told.texts(chat) == ["请签收"]
    assert "已改期" in told.last(COORDINATION).text
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert told.texts(chat) == ["请签收", "已改期"]


async def test_a_press_that_comes_twice_sends_once(told: Improvised) -> None:
    await tell(told, MaybeSent, "发改局", when="before")
    message = told.last(COORDINATION)
    for _ in range(2):
        told.room.press(COORDINATION, COORDINATOR, message.id, message.buttons[0].token)
    await told.settle()
    assert told.texts("发改局") == ["请签收"]


async def test_a_card_in_parts_goes_on_where_it_was(told: Improvised) -> None:
    async def long(turn: Turn) -> Answers:
        chat = lookup.chat_at(turn.directory, PLATFORM, "发改局")
        assert chat is not None
        return Send(chat.id, card("一" * 4000, "二" * 4000, "三" * 4000))

    told.command("long", long)
    faults = iter([None, NotNow(1), MaybeSent("cut")])

    async def before(step: Step, chat: str) -> None:
        del step
        if chat == "发改局" and (fault := next(faults, None)) is not None:
            raise fault

    told.platform.before = before
    await told.say(COORDINATION, COORDINATOR, "/long")
    await told.advance(timedelta(seconds=2))
    assert [words[0] for words in told.texts("发改局")] == ["一"]
    await told.press(COORDINATION, COORDINATOR, "再发一次")
    assert [words[0] for words in told.texts("发改局")] == ["一", "二", "三"]
