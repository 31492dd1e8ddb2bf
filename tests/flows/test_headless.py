"""Scripted officials play a city's year: the same seed tells the same story, and the ledger holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot import cli, rehearsing
from bot.platforms.rehearsal.room import Room
from bot.texts import Catalogue
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import counting, trail
from storage.records import Assignment, AuditRow, InboxRow, OutboxRow, ProgressReport
from storage.terms.statuses import InboxStatus, OutboxStatus
from tests.flows.played import Played

ROOT = Path(__file__).parents[2]
SPRING = date(2026, 3, 10)


def told(seed: int, hash_seed: str, until: date) -> bytes:
    command = [sys.executable, "-m", "bot.cli", "rehearse", "--headless", "--until", until.isoformat()]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    done = subprocess.run(
        [*command, "--seed", str(seed)],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout


def test_the_same_seed_tells_the_same_story_to_the_byte_and_another_seed_another() -> None:
    once = told(7, "0", SPRING)
    assert told(7, "12345", SPRING) == once
    assert told(8, "0", SPRING) != once
    assert len(once.splitlines()) > 300


async def test_the_ledger_holds_whatever_officials_did(year: Played) -> None:
    database = await Database.open(year.ledger, reading=True)
    try:
        verdict = await trail.verify(database)
    finally:
        await database.close()
    assert verdict.broken is None
    assert verdict.links > 1000
    odd_in = [InboxStatus.FAILED.value, InboxStatus.PENDING.value]
    assert await year.rows(lambda: InboxRow.filter(status__in=odd_in)) == []
    odd_out = [status.value for status in OutboxStatus if status is not OutboxStatus.SENT]
    assert await year.rows(lambda: OutboxRow.filter(status__in=odd_out)) == []


async def test_much_happens_of_every_kind(year: Played) -> None:
    verbs = {row.verb for row in await year.rows(AuditRow.all)}
    assert {
        "plan.activate",
        "assignment.acknowledge",
        "report.take",
        "assignment.approve",
        "assignment.return",
    } <= verbs
    assert any(verb.startswith("extension.") for verb in verbs)
    assert any(verb.startswith("transfer.") for verb in verbs)
    database = await Database.open(year.ledger, reading=True)
    try:
        counts = await database.unit(SYSTEM, 0, counting.whole_ledger)
    finally:
        await database.close()
    assert counts.items > 20
    assert counts.reports > 200
    assert counts.corrected > 0


async def test_each_reply_that_was_taken_stands_in_the_ledger_once(year: Played) -> None:
    standing: dict[tuple[int, str], int] = {}
    for report in await year.rows(lambda: ProgressReport.filter(superseded_by=None)):
        key = (report.assignment_id, report.message)
        standing[key] = standing.get(key, 0) + 1
    assert [key for key, times in standing.items() if times != 1] == []


async def test_nobody_reads_a_key_of_the_catalogue(year: Played) -> None:
    sections = sorted({key.split(".")[0] for key in Catalogue.load(strict=True).templates["zh"]})
    key = re.compile(rf"(?<![\w./])(?:{'|'.join(sections)})\.[a-z_]+(?![\w/])")
    assert [line for line in year.lines if key.search(line)] == []
    assert [line for line in year.lines if re.search(r"[{}]|None", line)] == []


async def test_strangers_private_data_and_secrets_leave_nothing_behind(year: Played) -> None:
    room = Room(year.ledger.with_name(year.ledger.name + rehearsing.ROOM_ENDING), now=lambda: 0)
    try:
        said = [each for each in room.happenings() if each.account == rehearsing.STRANGER]
    finally:
        room.close()
    assert len(said) >= 3
    assert (
        await year.rows(lambda: AuditRow.filter(message__in=[h.message for h in said if h.kind == "said"]))
        == []
    )
    transcript = "\n".join(year.lines)
    assert "11010519491231002X" in transcript
    assert "机密★" in transcript
    kept = year.ledger.read_bytes()
    assert b"11010519491231002X" not in kept
    assert "机密★".encode() not in kept
    assert await year.rows(lambda: InboxRow.filter(status=InboxStatus.REFUSED.value)) != []


async def test_it_ends_with_most_of_it_done_and_a_summary(year: Played) -> None:
    done = [a for a in await year.rows(Assignment.all) if a.status == "done"]
    assert len(done) > 100
    told = year.lines[year.lines.index(next(line for line in year.lines if line.startswith("演练结束"))) :]
    assert told[-1].startswith("留痕完整")
    for kind in ("主动提醒", "提醒步骤：", "亮灯", "2026年上半年网络工作群清理：已报1"):
        assert any(line.startswith(kind) for line in told), kind


def test_its_documents_are_kept(year: Played) -> None:
    kept = [each.name for each in year.papers.iterdir()]
    for ending in ("transcript.txt", "进展图2026年6月8日.png", "清理报表.xlsx", "考核参考.xlsx"):
        assert any(name.endswith(ending) for name in kept), ending
    assert sum(name.endswith(".docx") for name in kept) > 10
    transcript = (year.papers / "transcript.txt").read_text("utf-8").splitlines()
    assert transcript == "\n".join(year.lines).splitlines()


def test_another_years_plan_says_which_year_it_is_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "--headless", "--year", "2031"]) == 2
    assert capsys.readouterr().err == "要点是2026年的，请写 --year 2026。\n"


def test_without_a_last_day_it_says_how_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "--headless"]) == 2
    assert "--year 2026" in capsys.readouterr().err
