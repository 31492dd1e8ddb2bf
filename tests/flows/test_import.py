"""A notice is brought, its doubts are answered, and nothing is asked twice."""

from __future__ import annotations

import pytest

from bot.platforms.port import ShownFile
from storage.ledger import lookup
from storage.records import Department, Doubt, Party, Plan
from storage.terms.statuses import PlanStatus
from storage.unit import Unit
from tests.flows.notices import SAMPLE, SMALL, TITLE, bring, labels, press, reply, settle_in
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison, notice_file


async def drafts(stage: Stage) -> list[Plan]:
    assert stage.office is not None
    return lookup.plans(stage.office.database.directory, PlanStatus.DRAFT)


async def departments_named(stage: Stage, name: str) -> list[str]:
    """Return the departments that a name turned out to mean."""
    found: list[str] = []

    async def look(unit: Unit) -> None:
        for party in await unit.all(Party.filter(name=name, struck=False)):
            found.extend(unit.directory.get(Department, n).name for n in party.departments or [])

    await stage.work(look)
    return found


async def test_the_summary_says_what_was_read(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    summary, question = stage.messages(COORDINATION)[-2:]
    assert summary.title == f"已读出：{TITLE}"
    for words in (
        "文号：云政办发〔2026〕8号",
        "发文：云岭市人民政府办公室",
        "成文：2026年3月2日",
        "要点25项",
        "对各单位的共同要求3条",
        "（4月1日前）",
        "没有遗漏",
        "还有4个问题",
    ):
        assert words in summary.text
    assert question.title == "第1/4问"
    assert "第9项　加强市场监管信息公开（市场监督局牵头，农业农村局、卫健局配合）" in question.text
    assert "市市场监管局" in labels(question)


async def test_what_comes_next_is_the_button_that_stands_out(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    (summary,) = [each for each in stage.messages(COORDINATION) if each.title.startswith("已读出")]
    assert [button.label for button in summary.buttons if button.style == "primary"] == ["继续答问"]
    await stage.departments(["民政局"])
    await bring(
        stage,
        "云岭市2027年政务公开工作要点\n\n一、重点领域\n1.公开低保信息。（民政局负责落实，6月底前完成）\n",
    )
    summary = stage.messages(COORDINATION)[-2]
    assert [button.label for button in summary.buttons if button.style == "primary"] == ["确认启用"]
    assert "继续答问" not in labels(summary)


async def test_four_questions_by_button_lead_to_a_plan_without_doubts(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await press(stage, "市市场监管局")
    question = stage.last(COORDINATION)
    assert question.title == "第2/4问"
    assert "“市场监督局”就是市市场监管局，已记住。" in question.text
    assert "第11项　加强应急管理信息公开（应急局牵头，各有关部门负责落实）" in question.text
    await reply(stage, "教育局、卫健局 市场监督局")
    question = stage.last(COORDINATION)
    assert "已选3个：教育局、卫健局、市场监管局" in question.text
    await press(stage, "✕卫健局")
    await press(stage, "确认2个")
    question = stage.last(COORDINATION)
    assert question.title == "第3/4问"
    assert "第20项　推动公开专区提档升级" in question.text
    assert "便民服务中心" in question.text
    await press(stage, "各部门")
    question = stage.last(COORDINATION)
    assert question.title == "第4/4问"
    assert "这14项没有写时限" in question.text
    await press(stage, "都按年底")
    done = stage.last(COORDINATION)
    assert "问题都答完了" in done.text
    assert "确认启用" in labels(done)
    assert await departments_named(stage, "各有关部门") == ["市教育局", "市市场监管局"]
    assert await departments_named(stage, "市场监督局") == ["市市场监管局"]


async def test_a_clause_is_typed_and_its_unknown_name_is_asked_next(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await press(stage, "市市场监管局")
    await press(stage, "全部19个")
    await press(stage, "确认19个")
    await reply(stage, "发改局、图书局牵头，各部门落实")
    question = stage.last(COORDINATION)
    assert question.title == "第4/5问"
    assert "图书局" in question.text
    assert "第20项：发改局、图书局牵头，各部门落实。" in question.text
    await press(stage, "不是单位")
    assert stage.last(COORDINATION).title == "第5/5问"
    assert await departments_named(stage, "图书局") == []


@pytest.mark.parametrize("typed", ["今天天气不错", "牵头", "？"])
async def test_words_that_are_no_clause_are_refused_with_an_example(stage: Stage, typed: str) -> None:
    await stage.departments(["发改局"])
    await bring(
        stage,
        SMALL.replace("（发改局负责落实）", "").replace(
            "（财政局牵头，发改局配合，6月底前完成）", "（发改局）"
        ),
    )
    question = stage.last(COORDINATION)
    assert "由谁办" in question.text
    await reply(stage, typed)
    assert "请这样写" in stage.last(COORDINATION).text
    await reply(stage, "发改局", to=question)
    assert "第2项：发改局。" in stage.last(COORDINATION).text


async def test_an_item_without_a_clause_is_left_out(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL.replace("（发改局负责落实）", ""))
    await press(stage, "不交办（删去）")
    assert "第2项“公开重大项目”不交办" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/items")
    assert "公开重大项目" not in stage.last(COORDINATION).text
    assert "公开财政资金" in stage.last(COORDINATION).text


async def test_a_name_that_fills_a_screen_is_quoted_cut(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL.replace("财政局", "钱袋子局"))
    await reply(stage, "某" * 3000)
    assert f"名录里也没有“{'某' * 25}…”" in stage.last(COORDINATION).text
    assert "某" * 26 not in stage.last(COORDINATION).text


async def test_a_name_is_typed_in_reply_and_remembered(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL.replace("财政局", "钱袋子局"))
    question = stage.last(COORDINATION)
    assert "钱袋子局" in question.text
    await reply(stage, "财政")
    again = stage.last(COORDINATION)
    assert again.id != question.id
    assert again.title == "第1/2问"
    assert "名录里也没有“财政”" in again.text
    assert "市财政局" in labels(again)
    await reply(stage, "财政局", to=again)
    assert "“钱袋子局”就是市财政局" in stage.last(COORDINATION).text
    assert stage.office is not None
    known = lookup.department_called(stage.office.database.directory, "钱袋子局")
    assert known is not None
    assert known.name == "市财政局"
    await stage.say(
        COORDINATION,
        COORDINATOR,
        "/import",
        files=[
            notice_file("again.txt", SMALL.replace("财政局", "钱袋子局").replace("2026年政务", "2027年政务"))
        ],
    )
    assert "钱袋子局" not in stage.last(COORDINATION).text


async def test_a_new_department_is_added_with_its_kind(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await bring(stage, SMALL)
    await press(stage, "新增单位")
    assert "“财政局”是新单位" in stage.last(COORDINATION).text
    await press(stage, "返回")
    assert "新增单位" in labels(stage.last(COORDINATION))
    await press(stage, "新增单位")
    await press(stage, "部门")
    assert "已加入名录（部门）" in stage.last(COORDINATION).text
    assert stage.office is not None
    added = lookup.department_called(stage.office.database.directory, "财政局")
    assert added is not None
    assert added.kind == "bureau"


async def test_a_register_loaded_meanwhile_answers_the_names(stage: Stage) -> None:
    await bring(stage, SMALL)
    assert "名录还是空的" in stage.messages(COORDINATION)[-2].text
    await stage.departments(["发改局", "财政局"])
    await press(stage, "继续答问")
    assert "没有写时限" in stage.last(COORDINATION).text


async def test_an_old_question_is_pressed_again_and_answered_by_two(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    first = stage.last(COORDINATION)
    await press(stage, "继续答问")
    second = stage.last(COORDINATION)
    assert first.id != second.id
    await press(stage, "不是单位", on=second)
    await press(stage, "市市场监管局", on=first)
    assert stage.toast(COORDINATOR) == "这个问题已经有人答过了。"
    assert await departments_named(stage, "市场监督局") == []
    now = next(m for m in stage.messages(COORDINATION) if m.id == first.id)
    assert now.title == "第2/4问"


async def test_a_reply_to_an_answered_question_changes_nothing(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    first = stage.last(COORDINATION)
    await press(stage, "继续答问")
    await press(stage, "不是单位")
    await reply(stage, "教育局", to=first)
    assert "这个问题已经有人答过了。" in stage.last(COORDINATION).text
    assert await departments_named(stage, "市场监督局") == []


async def test_a_second_import_is_refused_and_another_year_is_not(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await bring(stage)
    assert "已经导入过了" in stage.last(COORDINATION).text
    assert len(await drafts(stage)) == 1
    await bring(stage, SAMPLE.replace("2026", "2027"))
    assert {plan.year for plan in await drafts(stage)} == {2026, 2027}


async def test_a_restart_in_the_middle_loses_nothing(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await press(stage, "市市场监管局")
    await reply(stage, "教育局")
    await stage.restart()
    await reply(stage, "卫健局")
    assert "已选2个：教育局、卫健局" in stage.last(COORDINATION).text
    await stage.restart()
    await press(stage, "确认2个")
    assert stage.last(COORDINATION).title == "第3/4问"


async def test_a_year_that_the_notice_lacks_is_asked(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL.replace("2026年3月2日", "").replace("2026年", ""))
    asked = stage.last(COORDINATION)
    assert "哪一年" in asked.text
    await reply(stage, "明年", to=asked)
    assert "没有看懂年份" in stage.last(COORDINATION).text
    await reply(stage, "２０２７年", to=asked)
    assert [plan.year for plan in await drafts(stage)] == [2027]
    await stage.say(COORDINATION, COORDINATOR, "/item 1")
    assert "2027年6月30日" in stage.last(COORDINATION).text


async def test_the_year_is_pressed_or_said_with_the_command(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    yearless = SMALL.replace("2026年3月2日", "").replace("2026年", "")
    await bring(stage, yearless)
    await press(stage, "2026年")
    await bring(stage, yearless, words="/导入 2028")
    assert sorted(plan.year for plan in await drafts(stage)) == [2026, 2028]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"\x00\x01\x02" * 40, "不是文本文件"),
        ("今天开会。\n明天也开会。".encode(), "不像是工作要点通知"),
        ("机密★5年\n一、做事\n1.某事。（某局）".encode(), "密级标志"),
        (b"a" * 3_000_000, "太大"),
    ],
)
async def test_what_is_no_notice_is_one_sentence(stage: Stage, content: bytes, words: str) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/import", files=[ShownFile("x.txt", "text/plain", content)])
    assert words in stage.last(COORDINATION).text
    assert await drafts(stage) == []


async def test_without_a_file_it_is_asked_for_and_taken_in_reply(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/import")
    asked = stage.last(COORDINATION)
    assert "请回复本条" in asked.text
    files = [notice_file("n.txt", SMALL)]
    await stage.say(COORDINATION, COORDINATOR, files=files, reply_to=asked)
    assert len(await drafts(stage)) == 1
    files = [notice_file("n.txt", SAMPLE), notice_file("m.txt", SAMPLE)]
    await stage.say(COORDINATION, COORDINATOR, "/import", files=files)
    assert "一次只能导入一份" in stage.last(COORDINATION).text


async def test_a_file_alone_is_offered_to_be_read_only_when_the_bot_is_spoken_to(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    before = len(stage.messages(COORDINATION))
    await stage.say(COORDINATION, COORDINATOR, files=[notice_file("n.txt", SMALL)])
    assert len(stage.messages(COORDINATION)) == before
    await stage.say(COORDINATION, COORDINATOR, "@台账 看看这个", files=[notice_file("n.txt", SMALL)])
    assert "要读作工作要点通知吗" in stage.last(COORDINATION).text
    await press(stage, "读作通知")
    assert len(await drafts(stage)) == 1


@pytest.mark.parametrize("person", [LEADER, STRANGER])
async def test_only_coordinators_import(stage: Stage, person: str) -> None:
    await stage.say(COORDINATION, person, "/import", files=[notice_file("n.txt", SMALL)])
    assert await drafts(stage) == []
    assert stage.last(COORDINATION).text == "这件事要由统筹人员来办。"


async def test_not_in_a_department_s_group(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await stage.say("发改局", liaison("发改局"), "/import", files=[notice_file("n.txt", SMALL)])
    assert await drafts(stage) == []
    stage.room.ensure_person(COORDINATOR, "王静", "coordinator", ["发改局"])
    await stage.say("发改局", COORDINATOR, "/import", files=[notice_file("n.txt", SMALL)])
    assert stage.last("发改局").text == "这里不能办这件事，请到统筹群里办。"
    assert await drafts(stage) == []


async def test_a_stranger_answers_no_doubt(stage: Stage) -> None:
    await settle_in(stage)
    await bring(stage)
    await stage.press(COORDINATION, STRANGER, "市市场监管局")
    assert stage.toast(STRANGER) == "这件事要由统筹人员来办。"
    await stage.say(COORDINATION, STRANGER, "教育局", reply_to=stage.last(COORDINATION))
    open_ones: list[Doubt] = []

    async def look(unit: Unit) -> None:
        open_ones.extend(await unit.all(Doubt.filter(answered_at=None)))

    await stage.work(look)
    assert len(open_ones) == 4


async def test_private_data_in_a_notice_is_masked_before_it_is_kept(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await bring(stage, SMALL.replace("逐项公开", "联系电话13812345678，逐项公开"))
    await stage.say(COORDINATION, COORDINATOR, "/item 2")
    assert "13812345678" not in stage.last(COORDINATION).text
    assert b"13812345678" not in stage.database_path.read_bytes()
