"""Snapshots (建账、查账、交账): frozen by themselves and by a word, and compared."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot import cli
from tests.flows.departments import JUNE, Given, approve, hand_out
from tests.flows.mornings import unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison, shown

ITEMS = (Given("做好规划信息公开", due=JUNE), Given("推进重大项目信息公开"))


def words(stage: Stage) -> str:
    """Return the desk's newest message, hashes left out."""
    return re.sub(r"[0-9a-f]{12,64}", "…", shown(stage.last(COORDINATION)))


async def a_year(stage: Stage) -> None:
    """Let one item be done and the other be reported on, and the year be closed."""
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": ITEMS}, campaigns=True)
    await stage.press("发改局", liaison("发改局"), "全部签收")
    await until(stage, date(2026, 6, 15))
    await stage.say(
        "发改局", liaison("发改局"), "1 已完成，发布12条 2 60%", reply_to=unasked(stage, "发改局")[-1]
    )
    await approve(stage, "发改局", ITEMS[0].title)
    await until(stage, date(2026, 7, 1))


async def test_the_ledger_is_frozen_at_the_year_s_turns_and_compared(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_year(stage)
    await stage.say(COORDINATION, COORDINATOR, "/查账")
    assert (
        words(stage)
        == """台账快照
2号查账（7月1日 00:00）　2026年台账　校验 …
1号建账（3月2日 09:00）　2026年台账　校验 …
比较任意两份：/snapshot 1 2
[现在查账][比较最近两份]"""
    )
    await stage.press(COORDINATION, COORDINATOR, "比较最近两份")
    assert (
        words(stage)
        == """台账变化对照
1号建账（3月2日 09:00） → 2号查账（7月1日 00:00）
事项2件 → 2件；已办结0件 → 1件
变动2件
第1项 发改局：状态办理中→已办结、进度0%→100%、进展无→已完成，发布12条
第2项 发改局：进度0%→60%、进展无→60%
<台账变化对照-1-2.xlsx>"""
    )
    (file,) = stage.last(COORDINATION).files
    rows = list(load_workbook(BytesIO(stage.content(file.id))).worksheets[0].iter_rows(values_only=True))
    assert rows[4][:8] == (1, "做好规划信息公开", "发改局", "变动", "办理中", "已办结", "0%", "100%")

    await stage.say(COORDINATION, COORDINATOR, "/查账")
    await stage.press(COORDINATION, COORDINATOR, "现在查账")
    assert words(stage) == "✅ 台账已冻结：3号临时查账（7月1日 09:00）\n校验值 …，已记入留痕"
    await stage.say(COORDINATION, COORDINATOR, "/快照 2 3")
    assert stage.last(COORDINATION).lines[-1] == "两份台账完全相同。"
    for asked, said in (
        ("/快照 1", "比较要写两份不同快照的编号，例如：/snapshot 1 2"),
        ("/快照 1 9", "没有9号快照。发送 /snapshot 可以看到有哪些。"),
    ):
        await stage.say(COORDINATION, COORDINATOR, asked)
        assert words(stage) == said
    await stage.say("发改局", liaison("发改局"), "/快照")
    assert "快照" not in shown(stage.last("发改局"))

    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    await until(stage, date(2026, 7, 1), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/快照")
    assert "4号交账（7月1日 " in stage.last(COORDINATION).lines[0]
    await asyncio.to_thread(_on_the_command_line, stage, capsys)


async def test_what_was_owed_at_the_close_keeps_its_day(stage: Stage) -> None:
    await a_year(stage)
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    await until(stage, date(2026, 7, 1), time(10))
    await stage.say(COORDINATION, COORDINATOR, "/快照 2 3")
    assert stage.last(COORDINATION).lines[-1] == "两份台账完全相同。"


def _on_the_command_line(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = str(stage.database_path)
    output = stage.folder / "diff.xlsx"
    capsys.readouterr()
    assert cli.main(["snapshot", "list", "--database", ledger]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert cli.main(["snapshot", "diff", "1", "2", "--database", ledger, "--output", str(output)]) == 0
    assert "已办结0件 → 1件" in capsys.readouterr().out
    assert output.read_bytes().startswith(b"PK")
    assert cli.main(["snapshot", "take", "--database", ledger]) == 2
    assert "机器人正在运行" in capsys.readouterr().err
    assert cli.main(["snapshot", "list", "--database", str(stage.folder / "none")]) == 2


async def test_a_snapshot_whose_content_was_changed_is_not_relied_on(stage: Stage) -> None:
    await a_year(stage)
    await stage.close()
    with closing(sqlite3.connect(stage.database_path)) as ledger, ledger:
        number = ledger.execute("SELECT file_id FROM snapshot WHERE id = 1").fetchone()[0]
        ledger.execute("UPDATE stored_file SET content = CAST(content || ' ' AS BLOB) WHERE id = ?", [number])
    await stage.open()
    await stage.say(COORDINATION, COORDINATOR, "/快照 1 2")
    assert words(stage) == "1号快照的内容与校验值不符，不能采信；请从备份中找回。"
