"""A draft is put to work, closed or given up; two years stand side by side."""

from __future__ import annotations

import asyncio

from bot.platforms.port import ShownFile
from storage.records import Assignment, Plan
from storage.terms.register import DepartmentKind
from storage.terms.statuses import PlanStatus
from storage.unit import Unit
from tests.flows.notices import SMALL, bring, labels, press, put_to_work, settle_in
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison
from tests.golden.notices.real import real_notices


async def plans(stage: Stage) -> dict[int, str]:
    assert stage.office is not None
    return {plan.year: plan.status for plan in stage.office.database.directory.all(Plan)}


async def assignments(stage: Stage) -> int:
    found: list[int] = []

    async def look(unit: Unit) -> None:
        found.append(await unit.count(Assignment.all()))

    await stage.work(look)
    return found[0]


def said(stage: Stage) -> str:
    message = stage.last(COORDINATION)
    return f"{message.title}\n{message.text}"


async def test_the_preview_tells_what_goes_where_and_nothing_goes_before(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, SMALL.replace("财政局", "税务局"))
    await press(stage, "外部单位")
    await press(stage, "都按年底")
    await stage.say(COORDINATION, COORDINATOR, "/启用")
    preview = said(stage)
    assert "启用“云岭市2026年政务公开工作要点”？" in preview
    assert "3项要点，分工6件" in preview
    assert "发给4个单位，共3个群" in preview
    assert "1个单位还没有绑定群：税务局" in preview
    assert stage.messages("发改局") == []
    await press(stage, "再等等")
    assert await plans(stage) == {2026: PlanStatus.DRAFT}
    await stage.say(COORDINATION, COORDINATOR, "/activate")
    await press(stage, "确认，发出")
    assert "4个单位的6件分工已交办" in said(stage)
    assert "要绑定群" in said(stage)
    for name in ("发改局", "财政局", "教育局"):
        assert len(stage.messages(name)) == 1
        assert "开展政策解读" in stage.last(name).text
    assert "公开财政资金" not in stage.last("教育局").text


async def test_an_open_question_comes_before(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL)
    await press(stage, "确认启用")
    assert "还有1个问题要答" in said(stage)
    assert "都按年底" in labels(stage.last(COORDINATION))
    assert await plans(stage) == {2026: PlanStatus.DRAFT}


async def test_an_item_that_falls_to_nobody_is_told(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await bring(stage, SMALL.replace("发改局配合，", ""))
    await press(stage, "不是单位")
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    assert "第1项没有落到任何单位" in said(stage)


async def test_two_coordinators_put_it_to_work_once(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, SMALL)
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    first = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "/activate")
    second = stage.last(COORDINATION)
    stage.room.press(COORDINATION, COORDINATOR, first.id, "确认，发出")
    stage.room.press(COORDINATION, COORDINATOR, second.id, "确认，发出")
    stage.room.press(COORDINATION, COORDINATOR, first.id, "确认，发出")
    await asyncio.wait_for(stage.settle(), 20)
    assert await assignments(stage) == 6
    assert [len(stage.messages(name)) for name in ("发改局", "财政局", "教育局")] == [1, 1, 1]


async def test_others_put_nothing_to_work_and_close_nothing(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, SMALL)
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    for person in (LEADER, STRANGER):
        await stage.press(COORDINATION, person, "确认，发出")
        assert stage.toast(person) == "这件事要由统筹人员来办。"
        for words in ("/activate", "/close"):
            await stage.say(COORDINATION, person, words)
            assert "要由统筹人员来办" in said(stage)
    await stage.say("发改局", liaison("发改局"), "/close")
    assert await plans(stage) == {2026: PlanStatus.DRAFT}


async def test_a_plan_is_closed_after_a_question(stage: Stage) -> None:
    await put_to_work(stage)
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    card = stage.last(COORDINATION)
    assert "还有6件没有办结" in card.text
    await press(stage, "不，保留")
    assert await plans(stage) == {2026: PlanStatus.ACTIVE}
    await stage.say(COORDINATION, COORDINATOR, "/close 2026")
    await stage.restart()
    await press(stage, "确认交账")
    assert "已交账。未办结的6件按现状封存" in said(stage)
    assert await plans(stage) == {2026: PlanStatus.CLOSED}
    for words in ("/close", "/close 2026", "/due 1 7月15日", "/status", "/items", "/add 甲；发改局；长期"):
        await stage.say(COORDINATION, COORDINATOR, words)
        assert "2026年的计划已经交账" in said(stage), words
    await stage.say(COORDINATION, COORDINATOR, "/close 2025")
    assert "还没有年度计划" in said(stage)
    await stage.say(COORDINATION, COORDINATOR, "/items 2026")
    assert "公开财政资金" in said(stage)


async def test_a_draft_is_given_up_and_can_be_brought_anew(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL)
    question = stage.last(COORDINATION)
    await press(stage, "作废草稿", on=stage.messages(COORDINATION)[-2])
    await press(stage, "不，保留")
    assert await plans(stage) == {2026: PlanStatus.DRAFT}
    await press(stage, "作废草稿", on=stage.messages(COORDINATION)[-3])
    await press(stage, "作废草稿", on=stage.last(COORDINATION))
    assert "已作废" in said(stage)
    await press(stage, "都按年底", on=question)
    assert stage.toast(COORDINATOR) == "这个问题已经有人答过了。"
    await bring(stage, SMALL)
    assert "已读出" in str(stage.messages(COORDINATION)[-2].title)


async def test_next_year_s_plan_stands_beside_this_year_s(stage: Stage) -> None:
    await put_to_work(stage)
    await bring(stage, SMALL.replace("2026", "2027").replace("公开财政资金。", "公开预算决算。"))
    await stage.say(COORDINATION, COORDINATOR, "/item 1")
    assert "公开财政资金" in said(stage)
    await stage.say(COORDINATION, COORDINATOR, "/item 2027 1")
    assert "公开预算决算" in said(stage)
    await stage.say(COORDINATION, COORDINATOR, "/item 草稿 1")
    assert "公开预算决算" in said(stage)
    await stage.say(COORDINATION, COORDINATOR, "/plans")
    assert "【草稿】2027年" in said(stage)
    assert "【执行中】2026年　云岭市2026年政务公开工作要点：要点3项，分工未办结6件" in said(stage)
    await press(stage, "2027年答问")
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    await press(stage, "确认，发出")
    assert await plans(stage) == {2026: PlanStatus.ACTIVE, 2027: PlanStatus.ACTIVE}
    await stage.say(COORDINATION, COORDINATOR, "/item 1")
    assert "公开预算决算" in said(stage)
    await stage.say(COORDINATION, COORDINATOR, "/close 2026")
    await press(stage, "确认交账")
    assert await plans(stage) == {2026: PlanStatus.CLOSED, 2027: PlanStatus.ACTIVE}


async def test_the_sample_is_handed_out_to_the_whole_city(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await press(stage, "市市场监管局")
    await press(stage, "全部19个")
    await press(stage, "确认19个")
    await press(stage, "各部门")
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    assert "发给20个单位，共20个群" in said(stage)
    await press(stage, "确认，发出")
    assert "20个单位的" in said(stage)
    groups = [chat for chat in stage.room.chats() if chat.id != COORDINATION and chat.kind == "group"]
    assert [len(stage.messages(chat.id)) for chat in groups] == [1] * 20


class TestTheRealNotice:
    """Only where the notice stands beside the project."""

    __test__ = bool(real_notices())

    async def test_it_is_brought_answered_and_handed_out(self, stage: Stage) -> None:
        await stage.departments(["政府办", "财政局", "发改局"])
        await stage.departments(["青石镇"], DepartmentKind.TOWNSHIP)
        file = ShownFile("notice.txt", "text/plain", real_notices()[0].read_bytes())
        await stage.say(COORDINATION, COORDINATOR, "/import", files=[file])
        assert "要点21项" in stage.messages(COORDINATION)[-2].text
        for _ in range(60):
            buttons = labels(stage.last(COORDINATION))
            if "确认启用" in buttons:
                break
            wanted = ("外部单位", "确认4个", "全部4个", "都按年底", "各部门")
            await press(stage, next(label for label in wanted if label in buttons))
        await press(stage, "确认启用")
        await press(stage, "确认，发出")
        assert "已启用" in said(stage)
        assert len(stage.messages("青石镇")) == 1
