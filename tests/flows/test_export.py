"""The ledger as a workbook, read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bot.platforms.rehearsal.world import Message
from handlers.coordinators import exporting, exporting_apart
from handlers.replies.published import published
from storage.terms.clock import OFFICE_ZONE
from storage.terms.texts import Text
from tests.flows import desk
from tests.flows.desk import LEAD, RESPONSIBLE, SUPPORT
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison

LATE = datetime(2026, 7, 6, 9, 30, tzinfo=OFFICE_ZONE)


async def _city(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    items = {
        "=1+1发布权责清单": {"发改局": LEAD, "财政局": SUPPORT},
        "公开预算决算": {"财政局": RESPONSIBLE},
    }
    await desk.plan(stage, items)


def _read(stage: Stage, message: Message) -> Workbook:
    (file,) = message.files
    return load_workbook(BytesIO(stage.room.content(file.id)))


def _cells(book: Workbook, sheet: int = 0) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in book.worksheets[sheet].values]


async def test_the_whole_ledger_is_sent_as_a_file(stage: Stage) -> None:
    await _city(stage)
    await desk.ask_extension(stage, 2, "财政局", date(2026, 7, 20))
    await desk.submit(stage, 1, "发改局", "=HYPERLINK(1)", file="清单.txt")
    await stage.say(COORDINATION, LEADER, "/台账")
    message = stage.last(COORDINATION)
    assert message.files[0].name == "2026年政务公开工作台账_20260302.xlsx"
    assert "分工3件，答复1条" in message.text
    book = _read(stage, message)
    assert book.sheetnames == ["事项", "答复"]
    items = _cells(book)
    assert items[0] == ["云岭市2026年政务公开工作要点工作台账"]
    assert items[1] == ["截至2026年3月2日"]
    assert items[2][:8] == ["序号", "板块", "要点", "内容", "单位", "角色", "时限", "状态"]
    assert [row[4] for row in items[3:]] == ["市发改局", "市财政局", "市财政局"]
    assert items[3][2] == "'=1+1发布权责清单"
    assert items[3][8] == "绿"
    assert "申请延到2026年7月20日，待定" in items[5]
    replies = _cells(book, 1)
    assert replies[-1][1:] == [
        "1",
        "'=1+1发布权责清单",
        "市发改局",
        "发改局联络员",
        1,
        "'=HYPERLINK(1)",
        "清单.txt",
    ]
    formulas = [
        c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ]
    assert formulas == []


async def test_a_large_ledger_made_in_a_process_of_its_own_reads_the_same(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", "发布12条")
    await stage.say(COORDINATION, LEADER, "/台账")
    here = stage.last(COORDINATION)
    asked: list[int] = []

    def made_apart(path: Path, now: int, words: Callable[[Text], str], plan: int) -> exporting.Made:
        asked.append(plan)
        return real(path, now, words, plan)

    real = exporting_apart.made_apart
    monkeypatch.setattr(exporting_apart, "made_apart", made_apart)
    monkeypatch.setattr(exporting, "LARGE", 2)
    await stage.say(COORDINATION, LEADER, "/台账")
    apart = stage.last(COORDINATION)
    assert len(asked) == 1
    assert apart.text == here.text
    assert stage.room.content(apart.files[0].id) == stage.room.content(here.files[0].id)


def test_a_workbook_whose_process_fails_is_missed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ChildProcessError):
        exporting_apart.made_apart(tmp_path / "none.sqlite3", 0, str, 1)
    assert "FileNotFoundError" in capfd.readouterr().err


async def test_lights_follow_the_days_rule(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局")
    await stage.advance(LATE - datetime.fromtimestamp(stage.clock.now() / 1000, OFFICE_ZONE))
    await stage.say(COORDINATION, COORDINATOR, "/export")
    rows = _cells(_read(stage, stage.last(COORDINATION)))[3:]
    assert [row[8] for row in rows] == ["绿", "红", "红"]


async def test_a_departments_own_ledger_names_nobody(stage: Stage) -> None:
    await _city(stage)
    words = "由发改局联络员整理，联系人：张三丰，电话0953-8812345，已发布12条"
    await desk.submit(stage, 1, "发改局", words)
    await stage.say(COORDINATION, COORDINATOR, "/export 发改局")
    message = stage.last(COORDINATION)
    assert message.files[0].name == "市发改局2026年政务公开工作台账_20260302.xlsx"
    book = _read(stage, message)
    assert book.sheetnames == ["事项"]
    everything = str(_cells(book))
    assert "已发布12条" in everything
    assert "市财政局" not in everything
    assert not [private for private in ("联络员", "张三丰", "8812345") if private in everything]


async def test_a_department_takes_its_own_ledger_and_no_other(stage: Stage) -> None:
    await _city(stage)
    await stage.say("发改局", liaison("发改局"), "/export")
    assert stage.last("发改局").files[0].name.startswith("市发改局")
    await stage.say("发改局", liaison("发改局"), "/export 财政局")
    assert not stage.last("发改局").files
    assert "统筹人员" in stage.last("发改局").text


async def test_strangers_get_nothing(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, STRANGER, "/export")
    assert not stage.last(COORDINATION).files
    assert "统筹人员" in stage.last(COORDINATION).text


async def test_a_near_name_is_offered(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, COORDINATOR, "/export 发改委")
    await stage.press(COORDINATION, COORDINATOR, "市发改局")
    assert stage.last(COORDINATION).files[0].name.startswith("市发改局")
    await stage.say(COORDINATION, COORDINATOR, "/export 外星人")
    await stage.say(COORDINATION, COORDINATOR, "财政局", reply_to=stage.last(COORDINATION))
    assert stage.last(COORDINATION).files[0].name.startswith("市财政局")


async def test_without_a_plan_it_is_said(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/export")
    assert not stage.last(COORDINATION).files


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("发布12条", "发布12条"),
        ("于20260302发布", "于20260302发布"),
        ("投资12345678元", "投资12345678元"),
        ("电话：8812345，已办", "电话，已办"),
        ("联系人：李四，已办", "已办"),
        ("王静已审", "已审"),
        ("138****1234已办", "已办"),
        ("https://a.gov.cn/art/20260302/1.html", "https://a.gov.cn/art/20260302/1.html"),
    ],
)
def test_what_a_website_may_show(words: str, shown: str) -> None:
    assert published(words, ["王静"]) == shown
