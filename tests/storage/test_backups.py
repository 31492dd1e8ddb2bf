"""Backups: whole whatever happens meanwhile, proved before they are named, and restored without doubling."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage import backups, sqlite
from storage.actors import SYSTEM
from storage.backups import NotProved
from storage.database import Database, DatabaseInUse, NotALedger
from storage.ledger import inbox, messages, outbox, people
from storage.migrating import MigrationFault
from storage.records import AuditRow, Chat, OutboxRow
from storage.terms.cards import Card, Send
from storage.terms.roles import Purpose
from storage.terms.texts import text
from storage.unit import Unit

ROOT = Path(__file__).parents[2]
NOW = 1772413200000


async def grown(database: Database, steps: int, first: int = 0) -> None:
    """Let the ledger grow by so many steps."""
    for number in range(first, first + steps):

        async def work(unit: Unit, number: int = number) -> None:
            people.meet(unit, "p", str(number), f"成员{number}")
            unit.note("test.step", number=number)

        await database.unit(SYSTEM, NOW, work)


@pytest.fixture
async def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite3"
    database = await Database.open(path)
    await grown(database, 20)
    await database.close()
    return path


async def links(path: Path) -> int:
    database = await Database.open(path)
    try:
        return database.last_number(AuditRow)
    finally:
        await database.close()


async def test_a_backup_is_proved_and_for_its_owner_alone(ledger: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.sqlite3"
    proof = await backups.back_up(ledger, target)
    assert proof.links == await links(ledger)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert await backups.prove(target) == proof
    assert sorted(each.name for each in tmp_path.glob("backup*")) == [target.name]


async def test_a_backup_is_taken_while_the_bot_writes(ledger: Path, tmp_path: Path) -> None:
    database = await Database.open(ledger)
    writing = asyncio.create_task(grown(database, 300, first=100))
    proofs = [await backups.back_up(ledger, tmp_path / f"{number}") for number in range(3)]
    await writing
    await database.close()
    assert [p.links for p in proofs] == sorted(p.links for p in proofs)
    assert proofs[-1].links <= await links(ledger)


async def test_what_is_restored_is_what_was_backed_up(ledger: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    proof = await backups.back_up(ledger, target)
    database = await Database.open(ledger)
    await grown(database, 5, first=50)
    await database.close()
    later = await links(ledger)
    restored, kept = await backups.restore(target, ledger, NOW)
    assert restored == proof
    assert kept is not None
    assert await links(kept) == later
    assert await links(ledger) == proof.links + 1, "that it was restored is a step of its own"
    assert (await backups.prove(ledger)).links == proof.links + 1
    _, again = await backups.restore(target, ledger, NOW)
    assert again not in (None, kept)


async def test_a_ledger_is_restored_where_there_is_none_or_a_damaged_one(
    ledger: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    await backups.back_up(ledger, target)
    proof, kept = await backups.restore(target, tmp_path / "new" / "ledger", NOW)
    assert kept is None
    for side in ("", *sqlite.SIDES):
        ledger.with_name(ledger.name + side).unlink(missing_ok=True)
    ledger.write_bytes(b"damaged" * 1000)
    _, kept = await backups.restore(target, ledger, NOW)
    assert kept is not None
    assert kept.read_bytes() == b"damaged" * 1000
    assert await links(ledger) == proof.links + 1


async def test_what_waited_is_in_doubt_or_kept_aside_after_a_restore(ledger: Path, tmp_path: Path) -> None:
    async def say(unit: Unit) -> None:
        chat = unit.add(
            Chat(platform="p", external="c", title="群", purpose=Purpose.NONE.value, created_at=NOW)
        )
        for key in "ab":
            row = messages.say(unit, Send(chat.id, Card(lines=(text("delivery.merged"),)), key=key))
            if key == "b":
                outbox.claim(unit, row)
        inbox.take_in(unit, platform="p", event="1", chat="c", kind="command", payload={"kind": "command"})

    database = await Database.open(ledger)
    await database.unit(SYSTEM, NOW, say)
    await database.close()
    await backups.back_up(ledger, tmp_path / "backup")
    await backups.restore(tmp_path / "backup", ledger, NOW)
    database = await Database.open(ledger)

    async def start(unit: Unit) -> list[str]:
        await outbox.recover(unit)
        return [row.status for row in await unit.all(OutboxRow.all().order_by("id"))]

    assert await database.unit(SYSTEM, NOW, start) == ["uncertain", "uncertain"]
    assert await database.unit(SYSTEM, NOW, lambda unit: inbox.waiting(unit, 9)) == []
    await database.close()


async def test_nothing_is_restored_while_the_bot_runs(ledger: Path, tmp_path: Path) -> None:
    await backups.back_up(ledger, tmp_path / "backup")
    database = await Database.open(ledger)
    with pytest.raises(DatabaseInUse):
        await backups.restore(tmp_path / "backup", ledger, NOW)
    await database.close()
    assert [each.name for each in tmp_path.glob("*restor*")] == []


def tampered(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE audit SET who = 'somebody else' WHERE id = 3")
        raw.commit()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8192])


def zeroed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = bytes(4096)
    path.write_bytes(bytes(content))


def of_a_newer_release(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('ledger', '9999_x', '')")
        raw.commit()


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE something (x)")


@pytest.mark.parametrize("harm", [tampered, cut_short, zeroed, of_a_newer_release, foreign])
async def test_what_is_not_whole_is_refused_and_nothing_changed(
    ledger: Path, tmp_path: Path, harm: object
) -> None:
    target = tmp_path / "backup"
    await backups.back_up(ledger, target)
    before = ledger.read_bytes()
    harm(target)  # type: ignore[operator]
    with pytest.raises((NotProved, NotALedger, MigrationFault)):
        await backups.restore(target, ledger, NOW)
    assert ledger.read_bytes() == before
    assert [each.name for each in tmp_path.glob("*restor*")] == []


async def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await backups.back_up(tmp_path / "none", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


RESTORE = """
import asyncio, os, signal, sqlite3, sys
from pathlib import Path
from storage import backups, sqlite

left = int(sys.argv[3])

def passing(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

connect = sqlite3.connect
def counted(*given, **named):
    raw = connect(*given, **named)
    raw.set_trace_callback(passing)
    return raw
vars(sqlite3)["connect"] = counted
for name in ("settle", "empty_log", "copy"):
    def step(*given, real=getattr(sqlite, name), **named):
        passing()
        result = real(*given, **named)
        passing()
        return result
    setattr(sqlite, name, step)
asyncio.run(backups.restore(Path(sys.argv[1]), Path(sys.argv[2]), 0))
"""


@pytest.mark.parametrize("last", [1, 3, 10, 30, 60, 90, 120, 150, 180, 210, 240])
async def test_a_restore_that_is_killed_leaves_one_whole_ledger(
    ledger: Path, tmp_path: Path, last: int
) -> None:
    target = tmp_path / "backup"
    proof = await backups.back_up(ledger, target)
    database = await Database.open(ledger)
    await grown(database, 5, first=50)
    await database.close()
    later = await links(ledger)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RESTORE, str(target), str(ledger), str(last),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert await process.wait() in (0, -signal.SIGKILL)
    assert (await backups.prove(ledger)).links in (later, proof.links + 1)
    await backups.restore(target, ledger, NOW)
    assert await links(ledger) == proof.links + 1


async def test_a_full_disk_leaves_no_half_backup(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(sqlite, "settle", full)
    with pytest.raises(OSError, match="No space"):
        await backups.back_up(ledger, tmp_path / "backup")
    assert [each.name for each in tmp_path.glob("backup*")] == []
    shutil.rmtree(tmp_path)
