"""What the reading of a notice is not sure of is asked by taps, remembered, and blocks nothing."""

from __future__ import annotations

import random

import pytest

from bot.platforms.port import ShownFile
from storage.ledger import lookup
from storage.records import AuditRow, Doubt, Plan, PlanItem
from storage.terms.statuses import PlanStatus
from storage.unit import Unit
from tests.corpus.documents import PARTS, documents
from tests.corpus.files import file_of
from tests.flows.notices import bring, labels, press, reply, settle_in
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage

NOTICE = """云岭市{year}年政务公开工作要点

云岭市人民政府办公室
{year}年3月2日

一、重点领域
1.公开财政资金。公开财政资金使用情况，汛期前完成。（财政局牵头，发改局配合）
2.公开重大项目。逐项公开审批结果。（教育局负责落实，6月底前完成）
3.开展政策解读。同步解读，汛期前完成发布。（财政局、教育局、发改局负责落实，{year}年1月底前完成）
4.开展业务培训。（教育局负责落实，长期坚持）
"""


async def bring_doubtful(stage: Stage, year: int = 2026) -> None:
    if year == 2026:
        await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, NOTICE.format(year=year))


async def plan_of(stage: Stage, year: int = 2026) -> Plan:
    assert stage.office is not None
    found = lookup.plans(stage.office.database.directory, *PlanStatus)
    return next(plan for plan in found if plan.year == year)


async def limits(stage: Stage, year: int = 2026) -> dict[int, list[tuple[str, str | None]]]:
    """Return each item's limits: as printed, and the day."""
    assert stage.office is not None
    directory = stage.office.database.directory
    plan = await plan_of(stage, year)
    return {
        item.position: [(each["phrase"], each["due"]) for each in item.deadlines]
        for item in lookup.items_of(directory, plan.id)
    }


async def test_doubts_come_as_questions_and_one_answer_holds_for_all_of_a_kind(stage: Stage) -> None:
    await bring_doubtful(stage)
    summary, question = stage.messages(COORDINATION)[-2:]
    assert "还有3个问题" in summary.text
    assert "早于成文日期" not in summary.text
    assert question.title == "第1/3问"
    assert "“汛期前”像是时限，没有读懂" in question.text
    assert "第1项　公开财政资金：“财政资金。公开财政资金使用情况，汛期前完成。”" in question.text
    assert "第3项　开展政策解读" in question.text
    assert labels(question) == ["不作时限", "长期坚持", "逐处答", "以后再说"]
    await reply(stage, "5月底前")
    question = stage.last(COORDINATION)
    assert question.title == "第2/2问"
    assert "记下了，时限：5月底前" in question.text
    assert "下面的时限早于成文日期" in question.text
    found = await limits(stage)
    assert ("汛期前", "2026-05-31") in found[1]
    assert ("汛期前", "2026-05-31") in found[3]
    await press(stage, "应是下一年")
    assert ("2026年1月底前", "2027-01-31") in (await limits(stage))[3]

    async def look(unit: Unit) -> None:
        steps = await unit.all(AuditRow.filter(verb="doubt.answer").order_by("id"))
        assert [row.data["answer"].get("answer") for row in steps[:2]] == ["date", None]
        assert steps[0].data["name"] == ["汛期前"]

    await stage.work(look)


async def test_what_was_answered_is_not_asked_of_the_same_office_again(stage: Stage) -> None:
    await bring_doubtful(stage)
    await reply(stage, "5月底前")
    await press(stage, "照读到的办")
    await bring_doubtful(stage, 2027)
    summary, question = stage.messages(COORDINATION)[-2:]
    assert "照以前的答复处理了2处疑问（汛期前）" in summary.text
    assert "汛期前" not in question.text
    assert question.title == "第1/1问"
    assert "早于成文日期" in question.text
    assert ("汛期前", "2027-05-31") in (await limits(stage, 2027))[1]


async def test_what_was_remembered_may_be_asked_anew(stage: Stage) -> None:
    await bring_doubtful(stage)
    await reply(stage, "5月底前")
    await bring_doubtful(stage, 2027)
    await press(stage, "这些也重新问")
    assert "“汛期前”像是时限" in stage.last(COORDINATION).text
    await press(stage, "不作时限")
    assert all(phrase != "汛期前" for phrase, _ in (await limits(stage, 2027))[1])
    await bring_doubtful(stage, 2028)
    assert "照以前的答复处理了2处疑问（汛期前）" in stage.messages(COORDINATION)[-2].text
    assert all(phrase != "汛期前" for phrase, _ in (await limits(stage, 2028))[1])


async def test_another_office_is_asked_for_itself(stage: Stage) -> None:
    await bring_doubtful(stage)
    await reply(stage, "5月底前")
    await bring(stage, NOTICE.format(year=2027).replace("云岭市人民政府办公室", "青石县人民政府办公室"))
    assert "汛期前" in stage.last(COORDINATION).text


async def test_each_place_may_be_answered_for_itself(stage: Stage) -> None:
    await bring_doubtful(stage)
    await press(stage, "逐处答")
    question = stage.last(COORDINATION)
    assert "分成2问" in question.text
    assert "开展政策解读" not in question.text
    await reply(stage, "5月底前")
    assert "开展政策解读" in stage.last(COORDINATION).text
    await press(stage, "长期坚持")
    found = await limits(stage)
    assert ("汛期前", "2026-05-31") in found[1]
    assert ("汛期前", None) in found[3]


async def test_what_is_left_for_later_is_asked_again_and_never_blocks(stage: Stage) -> None:
    await bring_doubtful(stage)
    await press(stage, "以后再说")
    assert "早于成文日期" in stage.last(COORDINATION).text
    await press(stage, "以后再说")
    await press(stage, "都按年底")
    card = stage.last(COORDINATION)
    assert "还有2问没有答" in card.text
    await stage.restart()
    await press(stage, "继续答问", on=card)
    assert "汛期前" in stage.last(COORDINATION).text
    await press(stage, "不作时限")
    await press(stage, "以后再说")
    await press(stage, "确认启用")
    preview = stage.last(COORDINATION)
    assert "还有1处疑问没有确认（第3项），按读到的办" in preview.text
    await press(stage, "确认，发出")
    assert (await plan_of(stage)).status == PlanStatus.ACTIVE


async def test_old_buttons_and_those_of_others_change_nothing(stage: Stage) -> None:
    await bring_doubtful(stage)
    first = stage.last(COORDINATION)
    await stage.press(COORDINATION, LEADER, "不作时限", on=first)
    assert "统筹人员" in (stage.toast(LEADER) or "")
    assert ("汛期前", None) not in (await limits(stage))[1]
    await press(stage, "继续答问")
    await press(stage, "长期坚持")
    before = await limits(stage)
    assert ("汛期前", None) in before[1]
    await press(stage, "不作时限", on=first)
    assert stage.toast(COORDINATOR) == "这个问题已经有人答过了。"
    assert await limits(stage) == before


async def test_a_field_that_was_corrected_is_not_asked_about(stage: Stage) -> None:
    await bring_doubtful(stage)
    await stage.say(COORDINATION, COORDINATOR, "/item 3")
    await press(stage, "改时限")
    await reply(stage, "9月底前")
    await press(stage, "继续答问")
    question = stage.last(COORDINATION)
    assert "汛期前" in question.text
    assert "开展政策解读" not in question.text


async def test_sections_become_items_when_people_say_so(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    written = NOTICE.format(year=2026) + "二、专项行动\n开展专项清理。\n"
    await bring(stage, written)
    assert "没有列为要点" in stage.last(COORDINATION).text
    assert labels(stage.last(COORDINATION)) == ["不是要点", "列为要点", "以后再说"]
    await press(stage, "列为要点")
    question = stage.last(COORDINATION)
    assert "没有写明责任单位" in question.text
    assert "专项行动" in question.text
    await press(stage, "各部门")

    async def look(unit: Unit) -> None:
        items = await unit.all(PlanItem.filter(title="专项行动"))
        assert len(items) == 1
        assert await unit.all(Doubt.filter(kind="reading", answered_at__isnull=False))

    await stage.work(look)


CORPUS = [document for part in PARTS for document in documents(part)]


@pytest.mark.parametrize("seed", range(3))
async def test_every_notice_can_be_answered_by_taps_to_the_end(stage: Stage, seed: int) -> None:
    await settle_in(stage)
    chance = random.Random(seed)
    for document in chance.sample(CORPUS, 4):
        file = ShownFile(f"通知.{document.kind}", "application/octet-stream", file_of(document))
        await stage.say(COORDINATION, COORDINATOR, "/导入", files=[file])
        question = stage.last(COORDINATION)
        if "这是哪一年" in question.text:
            await press(stage, "2026年")
            question = stage.last(COORDINATION)
        for _ in range(80):
            if not question.title.startswith("第"):
                break
            taps = [each for each in labels(question) if not each.startswith(("返回", "清空", "✕"))]
            await press(stage, chance.choice(taps), on=question)
            before, question = question, stage.last(COORDINATION)
            assert (before.title, before.text, before.buttons) != (
                question.title,
                question.text,
                question.buttons,
            )
        assert "问题都答完了" in question.text or "没有答" in question.text


async def test_a_reply_mends_the_clause_of_an_item_that_is_asked_about(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    written = NOTICE.format(year=2026).replace("汛期前", "尽快")
    await bring(stage, written.replace("结果。", "结果。（发改局牵头）及时回应。"))
    question = stage.last(COORDINATION)
    assert "不对的话，回复本条写上分工" in question.text
    assert "第2项" in question.text
    await reply(stage, "今天天气不错", to=question)
    assert "请这样写" in stage.last(COORDINATION).text
    await reply(stage, "财政局牵头，教育局配合", to=question)
    assert "第2项：财政局牵头，教育局配合" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/item 草稿 2")
    assert "财政局" in stage.last(COORDINATION).text


async def test_a_time_that_was_no_limit_is_taken_for_one_on_a_tap(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    written = NOTICE.format(year=2026).replace("汛期前", "尽快")
    await bring(stage, written.replace("逐项公开", "9月底逐项公开"))
    await press(stage, "记作时限")
    assert any(due == "2026-09-30" for _, due in (await limits(stage))[2])
