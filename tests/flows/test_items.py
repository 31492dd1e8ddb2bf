"""Items are listed, looked at, corrected while they are a draft, and added by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.ledger import lookup
from storage.records import Assignment, PlanItem
from storage.unit import Unit
from tests.flows.notices import SMALL, bring, labels, press, put_to_work, reply, settle_in
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison


async def say(stage: Stage, words: str, person: str = COORDINATOR) -> str:
    """Say something in the coordination group; return what the bot answers."""
    await stage.say(COORDINATION, person, words)
    return said(stage)


def said(stage: Stage) -> str:
    """Return the newest message of the coordination group, title and all."""
    message = stage.last(COORDINATION)
    return f"{message.title}\n{message.text}"


async def draft(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, SMALL)


# ---------------------------------------------------------------- the list


async def test_a_draft_s_items_are_listed_with_their_clauses(stage: Stage) -> None:
    await draft(stage)
    listed = await say(stage, "/items")
    assert "2026年度要点草稿（3项）" in listed
    assert "1. 公开财政资金" in listed
    assert "财政局牵头，发改局配合" in listed
    assert "｜6月底前" in listed


@pytest.mark.parametrize(
    ("words", "shown", "hidden"),
    [
        ("牵头 财政局", ["公开财政资金"], ["公开重大项目", "开展政策解读"]),
        ("财政局牵头", ["公开财政资金"], ["公开重大项目", "开展政策解读"]),
        ("配合", ["公开财政资金"], ["公开重大项目", "开展政策解读"]),
        ("教育局", ["开展政策解读"], ["公开财政资金", "公开重大项目"]),
        ("责任，发改局", ["公开重大项目", "开展政策解读"], ["公开财政资金"]),
    ],
)
async def test_items_are_narrowed_in_a_draft_and_in_force(
    stage: Stage, words: str, shown: list[str], hidden: list[str]
) -> None:
    await draft(stage)
    for _ in range(2):
        listed = await say(stage, f"/要点 {words}")
        assert all(title in listed for title in shown)
        assert not any(title in listed for title in hidden)
        if stage.messages("发改局"):
            break
        await press(stage, "都按年底")
        await press(stage, "确认启用")
        await press(stage, "确认，发出")


async def test_items_are_narrowed_by_where_they_stand(stage: Stage) -> None:
    await put_to_work(stage)
    await stage.press("发改局", liaison("发改局"), "全部签收")
    waiting = await say(stage, "/items 未签收")
    assert "公开财政资金" in waiting
    assert "公开重大项目" not in waiting
    assert "办理中" not in await say(stage, "/items 未签收 财政局")
    assert "财政局、教育局" in await say(stage, "/items 未签收 责任")
    one = await say(stage, "/items 发改局 办理中")
    assert "发改局配合｜办理中 0%｜6月30日" in one
    assert "没有符合“逾期”的要点" in await say(stage, "/items 逾期")


async def test_a_department_is_offered_when_the_name_is_not_known(stage: Stage) -> None:
    await put_to_work(stage)
    await say(stage, "/items 财政")
    await press(stage, "市财政局")
    assert "财政局" in said(stage)
    assert "公开重大项目" not in said(stage)


async def test_a_long_list_is_paged_in_place(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await say(stage, "/items")
    first = stage.last(COORDINATION)
    assert "第1/4页" in first.text
    assert len(labels(first)) <= 10
    await press(stage, "下一页")
    second = stage.last(COORDINATION)
    assert second.id == first.id
    assert "9. 加强市场监管信息公开" in second.text
    await press(stage, "上一页")
    assert "第1/4页" in stage.last(COORDINATION).text
    await press(stage, "3")
    assert stage.last(COORDINATION).title == "第3项　深化财政资金信息公开"


@pytest.mark.parametrize("words", ["/items", "/item 1"])
async def test_leaders_look_and_strangers_do_not(stage: Stage, words: str) -> None:
    await put_to_work(stage)
    assert "公开财政资金" in await say(stage, words, LEADER)
    assert labels(stage.last(COORDINATION)) in ([], ["1", "2", "3"])
    assert "公开财政资金" not in await say(stage, words, STRANGER)
    await stage.say("发改局", liaison("发改局"), words)
    assert "公开财政资金" not in stage.last("发改局").text


# ---------------------------------------------------------------- one item


async def test_one_item_is_shown_whole(stage: Stage) -> None:
    await draft(stage)
    whole = await say(stage, "/item 1")
    for words in (
        "第1项　公开财政资金",
        "重点领域",
        "公开财政资金使用情况",
        "牵头：财政局",
        "配合：发改局",
        "6月底前（2026年6月30日）",
    ):
        assert words in whole
    assert labels(stage.last(COORDINATION)) == ["改标题", "改单位", "改时限", "删去"]
    assert "责任：各部门（3个单位）" in await say(stage, "/item ３")
    assert "按2026年12月31日" in said(stage)


@pytest.mark.parametrize(
    ("words", "answer"), [("/item 9", "没有第9项"), ("/item", "请写上序号"), ("/item 甲", "请写上序号")]
)
async def test_a_number_that_is_none_is_refused(stage: Stage, words: str, answer: str) -> None:
    await draft(stage)
    assert answer in await say(stage, words)


async def test_the_title_is_corrected(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/item 2")
    await press(stage, "改标题")
    asked = stage.last(COORDINATION)
    assert "现在是：公开重大项目" in asked.text
    await reply(stage, "公开重大建设项目，含进展", to=asked)
    assert "第2项　公开重大建设项目，含进展" in said(stage)
    assert "改标题" not in labels(next(m for m in stage.messages(COORDINATION) if m.id == asked.id))


async def test_the_departments_are_corrected_and_an_unknown_name_is_asked(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/item 2")
    await press(stage, "改单位")
    await reply(stage, "教育局牵头，体育局配合")
    assert "牵头：教育局" in stage.messages(COORDINATION)[-2].text
    assert "体育局（待确认）" in stage.messages(COORDINATION)[-2].text
    assert "名录里没有“体育局”" in stage.last(COORDINATION).text
    await press(stage, "不是单位")
    assert "体育局（已划去）" in await say(stage, "/item 2")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("9月底前", "9月底前（2026年9月30日）"),
        ("每季度", "每季度（定期）"),
        ("长期", "时限：长期"),
        ("无", "按2026年12月31日"),
        ("6月底前、11月15日", "11月15日（2026年11月15日）"),
    ],
)
async def test_the_limit_is_corrected(stage: Stage, typed: str, shown: str) -> None:
    await draft(stage)
    await say(stage, "/item 1")
    await press(stage, "改时限")
    await reply(stage, typed)
    assert shown in said(stage)


@pytest.mark.parametrize(("typed", "answer"), [("等通知", "没有看懂时限"), ("2月1日", "已经过去了")])
async def test_what_is_no_limit_is_refused(stage: Stage, typed: str, answer: str) -> None:
    await draft(stage)
    await say(stage, "/item 1")
    await press(stage, "改时限")
    await reply(stage, typed)
    assert answer in said(stage)
    assert "2026年6月30日" in await say(stage, "/item 1")


async def test_limits_given_to_every_item_settle_the_question(stage: Stage) -> None:
    await draft(stage)
    for number in (2, 3):
        await say(stage, f"/item {number}")
        await press(stage, "改时限")
        await reply(stage, "10月底前")
    await say(stage, "/activate")
    assert "确认，发出" in labels(stage.last(COORDINATION))


async def test_an_item_is_left_out_after_a_question(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/item 1")
    await press(stage, "删去")
    await press(stage, "返回")
    assert "改标题" in labels(stage.last(COORDINATION))
    await press(stage, "删去")
    await press(stage, "确认删去")
    assert "公开财政资金" not in await say(stage, "/items")
    assert "没有第1项" in await say(stage, "/item 1")


async def test_a_name_of_an_item_left_out_is_not_asked_any_more(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await bring(stage, SMALL)
    assert "财政局" in stage.last(COORDINATION).text
    await say(stage, "/item 1")
    await press(stage, "删去")
    await press(stage, "确认删去")
    await press(stage, "继续答问")
    assert "没有写时限" in said(stage)


async def test_what_is_handed_out_keeps_its_departments(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/item 1")
    before = stage.last(COORDINATION)
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    await press(stage, "确认，发出")
    await press(stage, "改单位", on=before)
    assert "已经交办" in (stage.toast(COORDINATOR) or "")
    done = next(each for each in stage.messages(COORDINATION) if "已启用" in each.title)
    assert labels(done) == []
    assert "财政局（牵头）：待签收" in await say(stage, "/item 1")
    assert "改标题" in labels(stage.last(COORDINATION))
    assert "改单位" not in labels(stage.last(COORDINATION))


async def test_only_coordinators_correct(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/item 1")
    await stage.press(COORDINATION, LEADER, "改标题")
    assert stage.toast(LEADER) == "这件事要由统筹人员来办。"
    await press(stage, "改标题")
    await stage.say(COORDINATION, STRANGER, "乱改", reply_to=stage.last(COORDINATION))
    assert "第1项　公开财政资金" in await say(stage, "/item 1")


# ---------------------------------------------------------------- added by hand


async def items(stage: Stage) -> list[PlanItem]:
    assert stage.office is not None
    return [i for i in stage.office.database.directory.all(PlanItem) if i.ad_hoc]


async def test_an_item_is_added_in_one_line_and_told_to_its_departments(stage: Stage) -> None:
    await put_to_work(stage)
    before = {name: len(stage.messages(name)) for name in ("发改局", "财政局", "教育局")}
    await stage.advance(timedelta(days=1))
    await say(stage, "/add 报送半年总结，附清单；发改局牵头，财政局配合；6月底前")
    assert "牵头：发改局" in said(stage)
    assert "共2个单位" in said(stage)
    assert "2026年6月30日" in said(stage)
    await press(stage, "确认交办")
    assert "第4项“报送半年总结，附清单”已交办给2个单位" in said(stage)
    told = {name: len(stage.messages(name)) - before[name] for name in before}
    assert told == {"发改局": 1, "财政局": 1, "教育局": 0}
    assert "报送半年总结" in stage.last("发改局").text
    assert "公开财政资金" not in stage.last("发改局").text
    assert "报送半年总结" in await say(stage, "/items 发改局")


async def test_an_item_is_added_step_by_step_over_a_restart(stage: Stage) -> None:
    await put_to_work(stage)
    await say(stage, "/交办")
    await reply(stage, "核对政务新媒体账号")
    await stage.restart()
    await reply(stage, "财政、教育局")
    assert "没有“财政”" in said(stage)
    await press(stage, "市财政局")
    await stage.restart()
    assert "请回复本条，写上时限" in said(stage)
    await press(stage, "年底")
    await press(stage, "确认交办")
    assert "已交办给2个单位" in said(stage)
    found: list[Assignment] = []

    async def look(unit: Unit) -> None:
        (item,) = await items(stage)
        found.extend(await unit.all(Assignment.filter(item_id=item.id)))

    await stage.work(look)
    assert stage.office is not None
    names = {lookup.short_name(stage.office.database.directory, a.department_id) for a in found}
    assert names == {"财政局", "教育局"}


async def test_adding_is_cancelled_and_its_cards_are_over(stage: Stage) -> None:
    await put_to_work(stage)
    await say(stage, "/add")
    asked = stage.last(COORDINATION)
    await press(stage, "取消")
    await reply(stage, "补一件事", to=asked)
    assert await items(stage) == []


async def test_an_item_is_handed_out_once_however_often_it_is_confirmed(stage: Stage) -> None:
    await put_to_work(stage)
    await say(stage, "/add 补报一件事；发改局；长期")
    card = stage.last(COORDINATION)
    stage.room.press(COORDINATION, COORDINATOR, card.id, "确认交办")
    stage.room.press(COORDINATION, COORDINATOR, card.id, "确认交办")
    await stage.settle()
    assert len(await items(stage)) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/add 甲；发改局；等通知", "没有看懂时限"),
        ("/add 甲；今天天气不错；6月底前", "不像单位名称"),
        ("/add 甲；发改局；6月底前；再来一段", "请这样写"),
        ("/add 甲；发改局；2月1日", "已经过去了"),
        ("/add 甲；各有关部门；长期", "要写明是哪些单位"),
    ],
)
async def test_what_cannot_be_added_says_how(stage: Stage, words: str, answer: str) -> None:
    await put_to_work(stage)
    assert answer in await say(stage, words)
    assert await items(stage) == []


async def test_an_item_joins_a_draft_and_goes_out_with_it(stage: Stage) -> None:
    await draft(stage)
    await say(stage, "/add 报送总结；教育局；9月底前")
    await press(stage, "确认交办")
    assert "已加入草稿" in said(stage)
    assert stage.messages("教育局") == []
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    await press(stage, "确认，发出")
    assert "报送总结" in stage.last("教育局").text


async def test_without_a_plan_nothing_is_added_and_others_may_not(stage: Stage) -> None:
    await stage.departments(["发改局"])
    assert "还没有年度计划" in await say(stage, "/add 甲；发改局；长期")
    assert "要由统筹人员来办" in await say(stage, "/add 甲；发改局；长期", STRANGER)
