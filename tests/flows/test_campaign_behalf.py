"""A department without a group answers by telephone, and a coordinator writes it down."""

from __future__ import annotations

from bot.platforms.rehearsal.world import Message
from storage.ledger import chats, lookup
from storage.records import Chat, Milestone
from storage.terms.statuses import MilestoneStatus
from storage.unit import Unit
from tests.flows.departments import JUNE, Given
from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, shown
from tests.flows.test_campaigns import TITLE, arrange

DEMANDED = Given("清理网络工作群", due=JUNE, text="每半年清理本单位工作群。")


async def leave_group(stage: Stage, name: str) -> None:
    """Take a department's only group away from it."""

    async def work(unit: Unit) -> None:
        department = lookup.department_called(unit.directory, name)
        assert department is not None
        for chat in lookup.chats_of(unit.directory, department.id):
            chats.unbind(unit, unit.directory.get(Chat, chat.id), department)

    await stage.work(work)


async def answered_for(stage: Stage) -> Message:
    """Take 财政局's group away, and let a coordinator open what it is asked."""
    await arrange(stage, "发改局", "财政局")
    await leave_group(stage, "财政局")
    await stage.say(COORDINATION, COORDINATOR, "/campaign 网络工作群清理")
    await stage.press(COORDINATION, COORDINATOR, "代财政局填报")
    return stage.last(COORDINATION)


async def test_a_coordinator_answers_for_a_department_without_a_group(stage: Stage) -> None:
    await arrange(stage, "发改局", "财政局", item=DEMANDED)
    await leave_group(stage, "财政局")

    await stage.say(COORDINATION, COORDINATOR, "/campaign 网络工作群清理")
    labels = [button.label for button in stage.last(COORDINATION).buttons]
    assert "代财政局填报" in labels
    assert "代发改局填报" not in labels  # it is asked in its own group
    await stage.press(COORDINATION, COORDINATOR, "代财政局填报")
    asked = stage.last(COORDINATION)
    assert shown(asked).startswith(f"财政局：{TITLE}（6月25日前）")
    await stage.press(COORDINATION, COORDINATOR, "零报告", on=asked)
    assert "已零报告" in shown(stage.last(COORDINATION))

    await stage.say(COORDINATION, COORDINATOR, "/campaign 网络工作群清理")
    assert "已报1/2个单位，其中零报告1个" in shown(stage.last(COORDINATION))

    async def met(unit: Unit) -> None:
        found = await unit.all(Milestone.filter(status=MilestoneStatus.MET.value))
        assert len(found) == 1  # the item that demands the same is met with it

    await stage.work(met)


async def test_nobody_else_answers_for_it(stage: Stage) -> None:
    asked = await answered_for(stage)

    stage.newcomer(STRANGER, "路人", COORDINATION)
    await stage.press(COORDINATION, STRANGER, "零报告", on=asked)
    await stage.say(COORDINATION, STRANGER, "无", reply_to=asked)
    await stage.say(COORDINATION, COORDINATOR, "/campaign 网络工作群清理")
    assert "已报0/2个单位" in shown(stage.last(COORDINATION))


async def test_a_department_that_has_a_group_again_answers_for_itself(stage: Stage) -> None:
    asked = await answered_for(stage)

    async def work(unit: Unit) -> None:
        department = lookup.department_called(unit.directory, "财政局")
        assert department is not None
        chat = next(c for c in unit.directory.all(Chat) if c.title == "财政局政务公开群")
        chats.bind(unit, chat, [department])

    await stage.work(work)
    await stage.press(COORDINATION, COORDINATOR, "零报告", on=asked)
    await stage.say(COORDINATION, COORDINATOR, "/campaign 网络工作群清理")
    assert "已报0/2个单位" in shown(stage.last(COORDINATION))
