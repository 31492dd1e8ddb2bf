"""Scripted officials play a city's year: the same seed tells the same story, and the ledger holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import cli, rehearsing
from bot.platforms.rehearsal.room import Room
from bot.settings import Settings
from bot.texts import Catalogue
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import counting, trail
from storage.records import Assignment, AuditRow, InboxRow, OutboxRow, ProgressReport
from storage.terms.statuses import InboxStatus, OutboxStatus
from storage.unit import Unit

ROOT = Path(__file__).parents[2]
SPRING = date(2026, 4, 10)
SUMMER = date(2026, 7, 3)
SEEDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Played:
    """A rehearsal that was played: its transcript and its ledger."""

    lines: list[str]
    ledger: Path

    async def rows(self, query: Callable[[], Any]) -> list[Any]:
        """Return what a query finds in the ledger."""
        database = await Database.open(self.ledger, reading=True)

        async def work(unit: Unit) -> list[Any]:
            return list(await unit.all(query()))

        try:
            return await database.unit(SYSTEM, 0, work)
        finally:
            await database.close()


async def play(folder: Path, seed: int, until: date) -> Played:
    plan = rehearsing.prepare(None, None, folder / "ledger.sqlite3", None)
    lines: list[str] = []
    await rehearsing.play(plan, Settings(durable=False), until, seed, lines.append)
    return Played(lines, folder / "ledger.sqlite3")


@pytest.fixture(scope="module")
def known() -> dict[int, Played]:
    """Keep what was played for the other tests, which only look at it."""
    return {}


# Whoever played a seed runs all its tests: else every process would play it anew.
@pytest.fixture(params=[pytest.param(n, marks=pytest.mark.xdist_group(f"summer-{n}")) for n in SEEDS])
async def summer(
    request: pytest.FixtureRequest, known: dict[int, Played], tmp_path_factory: pytest.TempPathFactory
) -> Played:
    """Play from the notice to the summer, two rounds of progress long."""
    seed: int = request.param
    if seed not in known:
        known[seed] = await play(tmp_path_factory.mktemp(f"seed-{seed}"), seed, SUMMER)
    return known[seed]


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


async def test_the_ledger_holds_whatever_officials_did(summer: Played) -> None:
    database = await Database.open(summer.ledger, reading=True)
    try:
        verdict = await trail.verify(database)
    finally:
        await database.close()
    assert verdict.broken is None
    assert verdict.links > 1000
    odd_in = [InboxStatus.FAILED.value, InboxStatus.PENDING.value]
    assert await summer.rows(lambda: InboxRow.filter(status__in=odd_in)) == []
    odd_out = [status.value for status in OutboxStatus if status is not OutboxStatus.SENT]
    assert await summer.rows(lambda: OutboxRow.filter(status__in=odd_out)) == []


async def test_much_happens_of_every_kind(summer: Played) -> None:
    verbs = {row.verb for row in await summer.rows(AuditRow.all)}
    assert {
        "plan.activate",
        "assignment.acknowledge",
        "report.take",
        "assignment.approve",
        "assignment.return",
    } <= verbs
    assert any(verb.startswith("extension.") for verb in verbs)
    assert any(verb.startswith("transfer.") for verb in verbs)
    database = await Database.open(summer.ledger, reading=True)
    try:
        counts = await database.unit(SYSTEM, 0, counting.whole_ledger)
    finally:
        await database.close()
    assert counts.items > 20
    assert counts.reports > 200
    assert counts.corrected > 0


async def test_each_reply_that_was_taken_stands_in_the_ledger_once(summer: Played) -> None:
    standing: dict[tuple[int, str], int] = {}
    for report in await summer.rows(lambda: ProgressReport.filter(superseded_by=None)):
        key = (report.assignment_id, report.message)
        standing[key] = standing.get(key, 0) + 1
    assert [key for key, times in standing.items() if times != 1] == []


async def test_nobody_reads_a_key_of_the_catalogue(summer: Played) -> None:
    sections = sorted({key.split(".")[0] for key in Catalogue.load(strict=True).templates["zh"]})
    key = re.compile(rf"(?<![\w./])(?:{'|'.join(sections)})\.[a-z_]+(?![\w/])")
    assert [line for line in summer.lines if key.search(line)] == []
    assert [line for line in summer.lines if re.search(r"[{}]|None", line)] == []


async def test_strangers_private_data_and_secrets_leave_nothing_behind(summer: Played) -> None:
    room = Room(summer.ledger.with_name(summer.ledger.name + rehearsing.ROOM_ENDING), now=lambda: 0)
    try:
        said = [each for each in room.happenings() if each.account == rehearsing.STRANGER]
    finally:
        room.close()
    assert len(said) >= 3
    assert (
        await summer.rows(lambda: AuditRow.filter(message__in=[h.message for h in said if h.kind == "said"]))
        == []
    )
    transcript = "\n".join(summer.lines)
    assert "11010519491231002X" in transcript
    assert "机密★" in transcript
    kept = summer.ledger.read_bytes()
    assert b"11010519491231002X" not in kept
    assert "机密★".encode() not in kept
    assert await summer.rows(lambda: InboxRow.filter(status=InboxStatus.REFUSED.value)) != []


async def test_a_year_ends_with_most_of_it_done(tmp_path: Path) -> None:
    played = await play(tmp_path, 4, date(2026, 12, 31))
    done = [a for a in await played.rows(Assignment.all) if a.status == "done"]
    assert len(done) > 100
    assert played.lines[-1].startswith("留痕完整")


def test_without_a_last_day_it_says_how_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "--headless"]) == 2
    assert "--until 2026-12-31" in capsys.readouterr().err
