"""What hurts is drafted by the bot and decided by people: slips, namings, interviews, signed and posted."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

from docx import Document

from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message
from storage.documents.letters import shipped
from storage.terms.letters import LetterKind
from tests.flows.departments import JUNE, Given, hand_out
from tests.flows.mornings import diary, unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison
from tests.flows.test_reminders import never_prompt

ONE, TWO = Given("做好规划信息公开", due=JUNE), Given("推进重大项目信息公开", due=JUNE)
SLIP_DAY, NAMING_DAY = date(2026, 7, 3), date(2026, 7, 7)


async def arrange(stage: Stage, day: date = SLIP_DAY) -> None:
    """Hand items out to two departments that let them lie."""
    await stage.departments(["发改局", "教育局"])
    await hand_out(stage, {"发改局": (ONE, TWO), "教育局": (ONE,)})
    await stage.press("发改局", liaison("发改局"), "全部签收")
    await stage.press("教育局", liaison("教育局"), "签收")
    await never_prompt(stage)
    await until(stage, day, time(10))


def words_in(stage: Stage, message: Message) -> str:
    """Return everything that a message's Word document says."""
    (file,) = message.files
    document = Document(BytesIO(stage.content(file.id)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def last(stage: Stage) -> str:
    message = stage.last(COORDINATION)
    return f"{message.title}\n{message.text}".strip()


async def test_slips_wait_for_a_coordinator_and_go_out_once_signed(stage: Stage) -> None:
    await arrange(stage)
    told = diary(stage, COORDINATION)
    assert told.endswith("7月3日 09:00\n今日提请（7月3日）\n📄 待签文书：督办单2份。签发后才会发出。")
    before = len(stage.messages("发改局"))
    await stage.press(COORDINATION, COORDINATOR, "查看待签文书")
    assert (
        last(stage)
        == """待签文书2份
1. 督办单：发改局，逾期2项
2. 督办单：教育局，逾期1项
点开可改要求、编号，预览后签发。签发前不会发给任何单位。"""
    )
    assert len(stage.messages("发改局")) == before
    await stage.press(COORDINATION, COORDINATOR, "全部签发（2份）")
    assert "督办单〔2026〕1号：发改局\n督办单〔2026〕2号：教育局" in last(stage)
    posted = stage.last("发改局")
    assert posted.title == "督办单〔2026〕1号"
    assert "1. “做好规划信息公开”（6月30日到期）" in posted.text
    written = words_in(stage, posted)
    for said in ("市发改局：", "〔2026〕1号", "共2项", "推进重大项目信息公开", "2026年6月30日", "3个工作日"):
        assert said in written
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    assert last(stage) == "没有待签的文书。"


async def test_a_reply_to_a_slip_is_a_report(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "全部签发（2份）")
    await stage.say("发改局", liaison("发改局"), "1 已完成 2 60%", reply_to=stage.last("发改局"))
    assert stage.last("发改局").text.startswith("已记：1 办结（待审核）；2 60%")


async def test_wording_and_number_are_the_coordinators(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "第1份")
    draft = stage.last(COORDINATION)
    assert draft.title == "督办单（拟稿）：发改局"
    await stage.say(COORDINATION, COORDINATOR, "请于7月10日前办结。", reply_to=draft)
    await stage.say(COORDINATION, COORDINATOR, "编号 云公开督〔2026〕8号", reply_to=stage.last(COORDINATION))
    assert "编号：云公开督〔2026〕8号" in last(stage)
    assert "要求：请于7月10日前办结。" in last(stage)
    edited = stage.last(COORDINATION)
    await stage.press(COORDINATION, COORDINATOR, "预览")
    assert "请于7月10日前办结。" in words_in(stage, stage.last(COORDINATION))
    assert not stage.last("发改局").files
    await stage.press(COORDINATION, COORDINATOR, "签发", on=edited)
    assert stage.last("发改局").title == "督办单云公开督〔2026〕8号"
    assert "请于7月10日前办结。" in words_in(stage, stage.last("发改局"))


async def test_no_two_letters_bear_one_number(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "第2份")
    await stage.say(COORDINATION, COORDINATOR, "编号 〔2026〕1号", reply_to=stage.last(COORDINATION))
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "第1份")
    draft = stage.last(COORDINATION)
    assert "编号：〔2026〕2号" in last(stage)
    await stage.say(COORDINATION, COORDINATOR, "编号 〔2026〕1号", reply_to=draft)
    assert last(stage) == "编号〔2026〕1号已经用过，请换一个。"
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "全部签发（2份）")
    assert "督办单〔2026〕2号：发改局\n督办单〔2026〕1号：教育局" in last(stage)


async def test_what_was_put_right_or_dropped_is_not_sent(stage: Stage) -> None:
    await arrange(stage)
    await stage.say("教育局", liaison("教育局"), "已完成", reply_to=unasked(stage, "教育局")[-1])
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    assert "待签文书1份\n1. 督办单：发改局，逾期2项" in last(stage)
    await stage.press(COORDINATION, COORDINATOR, "第1份")
    await stage.press(COORDINATION, COORDINATOR, "不发")
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    assert last(stage) == "没有待签的文书。"
    assert not any(message.files for message in stage.messages("发改局"))


async def test_a_naming_is_one_letter_that_those_named_get(stage: Stage) -> None:
    await arrange(stage, NAMING_DAY)
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    assert "3. 通报：发改局、教育局，逾期3项" in last(stage)
    await stage.press(COORDINATION, COORDINATOR, "第3份")
    await stage.press(COORDINATION, COORDINATOR, "签发")
    for group in ("发改局", "教育局"):
        assert stage.last(group).title == "通报〔2026〕1号"
    assert "市教育局" in words_in(stage, stage.last("发改局"))


async def test_signing_is_the_coordinators_alone(stage: Stage) -> None:
    await arrange(stage)
    await stage.press(COORDINATION, COORDINATOR, "查看待签文书")
    await stage.press(COORDINATION, LEADER, "全部签发（2份）")
    assert not any(message.files for message in stage.messages("发改局"))


async def test_the_office_writes_by_its_own_template(stage: Stage) -> None:
    await arrange(stage)
    await stage.say(COORDINATION, COORDINATOR, "/文书模板 督办单")
    assert stage.content(stage.last(COORDINATION).files[0].id) == shipped(LetterKind.SLIP)
    wrong = edited("{{ 局长 }}")
    await stage.say(COORDINATION, COORDINATOR, "/文书模板 督办单", files=[wrong])
    assert last(stage).startswith("模板里的字段“局长”不认识。")
    await stage.say(
        COORDINATION, COORDINATOR, "/文书模板 督办单", files=[ShownFile("a.docx", "text/plain", b"PK")]
    )
    assert last(stage) == "这不是 Word 文件（docx）。请在 Word 里另存为 docx 再发。"
    await stage.say(COORDINATION, COORDINATOR, "/文书模板 督办单", files=[edited("本局制 {{ 编号 }}")])
    assert last(stage) == "✅ 督办单今后用这个模板。"
    await stage.say(COORDINATION, COORDINATOR, "/督办")
    await stage.press(COORDINATION, COORDINATOR, "全部签发（2份）")
    assert "本局制 〔2026〕1号" in words_in(stage, stage.last("发改局"))


def edited(line: str) -> ShownFile:
    """Return the template of a slip with a line more."""
    document = Document(BytesIO(shipped(LetterKind.SLIP)))
    document.add_paragraph(line)
    written = BytesIO()
    document.save(written)
    return ShownFile("督办单.docx", "application/octet-stream", written.getvalue())
