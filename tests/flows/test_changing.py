"""Changing a plan in force by the coordinators' word."""

from __future__ import annotations

from datetime import date

import pytest

from storage.terms.register import DepartmentKind
from storage.terms.statuses import AssignmentStatus
from tests.flows import desk
from tests.flows.desk import LEAD, SUPPORT
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison

AWAITING, DONE, CANCELLED = AssignmentStatus.AWAITING, AssignmentStatus.DONE, AssignmentStatus.CANCELLED
SUSPENDED, WORKING = AssignmentStatus.SUSPENDED, AssignmentStatus.WORKING
ITEMS = {
    "发布权责清单": {"发改局": LEAD, "财政局": SUPPORT},
    "公开预算决算": {"财政局": LEAD},
}


async def _city(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await desk.plan(stage, ITEMS)


async def _order(stage: Stage, words: str) -> str:
    await stage.say(COORDINATION, COORDINATOR, words)
    return stage.last(COORDINATION).text


@pytest.mark.parametrize(
    "words",
    [
        "/due 1 发改局 7月15日 等上级文件",
        "/改期 第1项 市发改局 7月15日，等上级文件",
        "/due １　发改局　延到7月15日　等上级文件",
        "/due 1、发改局、7.15 等上级文件",
        "/due 第1项发改局 2026年7月15日前 等上级文件",
    ],
)
async def test_one_departments_due_day(stage: Stage, words: str) -> None:
    await _city(stage)
    assert "时限已改，7月15日到期" in await _order(stage, words)
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 15)
    assert await desk.due(stage, 1, "财政局") == desk.DUE
    told = stage.last("发改局").text
    assert "原为6月30日到期，现为7月15日到期" in told
    assert "等上级文件" in told
    assert not stage.messages("财政局")


@pytest.mark.parametrize(
    "command", ["/due 1 发改局 7月15日", "/suspend 1 发改局", "/cancel 1", "/move 1 发改局 教育局"]
)
async def test_a_reason_has_its_measure(stage: Stage, command: str) -> None:
    await _city(stage)
    told = await _order(stage, f"{command} {'长' * 501}")
    assert told == "原因最多写500字，现在有501字，请写短一些再发。"
    assert await desk.status(stage, 1, "发改局") is AWAITING
    assert "最多写" not in await _order(stage, f"{command} {'长' * 500}")


async def test_a_change_for_all_is_confirmed_by_a_button_that_counts(stage: Stage) -> None:
    await _city(stage)
    assert "2个单位的时限都改为7月15日" in await _order(stage, "/due 1 7月15日 等上级文件")
    assert await desk.due(stage, 1, "发改局") == desk.DUE
    await stage.restart()
    card = stage.last(COORDINATION)
    stage.room.press(COORDINATION, COORDINATOR, card.id, "确认改期2个单位")
    stage.room.press(COORDINATION, COORDINATOR, card.id, "确认改期2个单位")
    await stage.settle()
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 15)
    assert await desk.due(stage, 1, "财政局") == date(2026, 7, 15)
    assert await desk.steps(stage, "assignment.due") == 2
    assert len(stage.messages("财政局")) == 1
    assert not stage.last(COORDINATION).buttons


async def test_a_change_thought_better_of(stage: Stage) -> None:
    await _city(stage)
    await _order(stage, "/cancel 1 任务取消")
    await stage.press(COORDINATION, COORDINATOR, "不改了")
    assert "没有改动" in stage.last(COORDINATION).text
    assert await desk.status(stage, 1, "发改局") is AWAITING


async def test_a_near_name_goes_on_without_typing_again(stage: Stage) -> None:
    await _city(stage)
    assert "是不是" in await _order(stage, "/due 1 发改委 7月15日 等上级文件")
    await stage.restart()
    await stage.press(COORDINATION, COORDINATOR, "市发改局")
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 15)
    assert "等上级文件" in stage.last("发改局").text


async def test_a_name_nobody_bears_is_typed_again_in_reply(stage: Stage) -> None:
    await _city(stage)
    assert "没有找到" in await _order(stage, "/due 1 外星人 7月15日 等上级文件")
    asked = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "发改局", reply_to=asked)
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 15)
    await stage.say(COORDINATION, COORDINATOR, "财政局", reply_to=asked)
    assert await desk.due(stage, 1, "财政局") == desk.DUE


async def test_suspended_resumed_cancelled_reopened(stage: Stage) -> None:
    await _city(stage)
    await _order(stage, "/暂缓 1 发改局 等上级文件")
    assert await desk.status(stage, 1, "发改局") is SUSPENDED
    assert "暂缓办理" in stage.last("发改局").text
    await _order(stage, "/恢复 1 发改局 文件已下发")
    assert await desk.status(stage, 1, "发改局") is WORKING
    await _order(stage, "/撤销 1 发改局 任务取消")
    assert await desk.status(stage, 1, "发改局") is CANCELLED
    assert "不用再办" in stage.last("发改局").text
    await _order(stage, "/重办 1 发改局 8月1日 抽查发现未落实")
    assert await desk.status(stage, 1, "发改局") is WORKING
    assert await desk.due(stage, 1, "发改局") == date(2026, 8, 1)
    assert "请重新办理，8月1日到期" in stage.last("发改局").text


async def test_the_first_word_of_a_reason_is_no_department(stage: Stage) -> None:
    await _city(stage)
    assert "2个单位都暂缓办理。原因：等上级文件 再说" in await _order(stage, "/suspend 1 等上级文件 再说")
    await stage.press(COORDINATION, COORDINATOR, "确认暂缓2个单位")
    assert await desk.status(stage, 1, "财政局") is SUSPENDED


async def test_a_word_like_a_department_can_be_the_reason(stage: Stage) -> None:
    await _city(stage)
    assert "是不是" in await _order(stage, "/suspend 1 财政 资金未到位")
    await stage.press(COORDINATION, COORDINATOR, "不是单位，是原因")
    assert "原因：财政 资金未到位" in stage.last(COORDINATION).text


async def test_departments_are_added_and_see_a_card(stage: Stage) -> None:
    await _city(stage)
    await _order(stage, "/加派 2 教育局 配合")
    assert await desk.status(stage, 2, "教育局") is AWAITING
    assert stage.messages("教育局")
    assert "已有这一项" in await _order(stage, "/assign 2 教育局 配合")
    assert "2个单位" in await _order(stage, "/assign 2 教育局、发改局 牵头")
    await stage.press(COORDINATION, COORDINATOR, "确认加派2个单位")
    assert await desk.status(stage, 2, "发改局") is AWAITING


async def test_a_duty_moves_from_one_department_to_another(stage: Stage) -> None:
    await _city(stage)
    await _order(stage, "/改派 2 财政局 教育局 职责调整")
    assert await desk.status(stage, 2, "财政局") is CANCELLED
    assert await desk.status(stage, 2, "教育局") is AWAITING
    assert "已改派给教育局" in stage.last("财政局").text
    assert stage.messages("教育局")


async def test_a_collective_name_stands_for_its_departments(stage: Stage) -> None:
    await stage.departments(["和平镇", "长乐镇"], DepartmentKind.TOWNSHIP)
    await _city(stage)
    assert "2个单位" in await _order(stage, "/assign 1 各乡镇 配合")
    await stage.press(COORDINATION, COORDINATOR, "确认加派2个单位")
    assert await desk.status(stage, 1, "和平镇") is AWAITING
    assert "涉及：和平镇、长乐镇" in await _order(stage, "/due 1 各乡镇 7月15日 等上级文件")
    await stage.press(COORDINATION, COORDINATOR, "确认改期2个单位")
    assert await desk.due(stage, 1, "长乐镇") == date(2026, 7, 15)
    assert await desk.due(stage, 1, "发改局") == desk.DUE
    assert "没有可以改期的分工" in await _order(stage, "/due 2 各乡镇 7月15日 等上级文件")


async def test_what_is_done_gets_no_new_due_day(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True)
    await stage.press(COORDINATION, COORDINATOR, "通过")
    assert "时限已改" not in await _order(stage, "/due 1 发改局 7月15日 等上级文件")
    assert await desk.due(stage, 1, "发改局") is None
    assert "2个单位" not in await _order(stage, "/due 1 7月15日 等上级文件")
    assert await desk.due(stage, 1, "财政局") == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/due", "请这样写：/due"),
        ("/due 1 发改局", "请这样写：/due"),
        ("/due 1 发改局 2025年1月5日", ""),
        ("/due 9 发改局 7月15日", ""),
        ("/due 2 发改局 7月15日", "没有分给市发改局"),
        ("/move 2 财政局 教育局", "请这样写：/move"),
        ("/suspend 1", "须有原因"),
        ("/suspend 1 发改局", "须有原因"),
        ("/resume 1 文件已下发", "没有可以恢复的分工"),
        ("/reopen 1 发改局 8月1日", "须有原因"),
        ("/assign 2 配合", "请这样写：/assign"),
    ],
)
async def test_what_cannot_be_done_is_said(stage: Stage, words: str, answer: str) -> None:
    await _city(stage)
    assert answer in await _order(stage, words)
    assert await desk.due(stage, 1, "发改局") == desk.DUE
    assert await desk.status(stage, 1, "发改局") is AWAITING
    assert not stage.messages("发改局")


async def test_others_change_nothing(stage: Stage) -> None:
    await _city(stage)
    stage.newcomer(liaison("发改局"), "发改局联络员", COORDINATION, "liaison")
    for person in (STRANGER, LEADER, liaison("发改局")):
        await stage.say(COORDINATION, person, "/cancel 2 不想办")
        assert "统筹人员" in stage.last(COORDINATION).text
    await _order(stage, "/cancel 1 任务取消")
    await stage.press(COORDINATION, STRANGER, "确认撤销2个单位")
    assert "统筹人员" in (stage.toast(STRANGER) or "")
    stage.newcomer(COORDINATOR, "王静", "发改局", "coordinator")
    await stage.say("发改局", COORDINATOR, "/cancel 2 任务取消")
    assert "请到统筹群里办" in stage.last("发改局").text
    assert await desk.status(stage, 1, "发改局") is AWAITING
    assert await desk.status(stage, 2, "财政局") is AWAITING
