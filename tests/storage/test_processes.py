"""One process serves a database; others read beside it; a process killed at any moment loses nothing."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.exceptions import OperationalError

from storage.actors import SYSTEM
from storage.database import Database, DatabaseInUse, NotALedger
from storage.ledger import trail
from storage.records import Member
from storage.unit import Unit
from tests.storage.world import NOW, dump, memory_agrees

ROOT = Path(__file__).parents[2]

SERVE = """
import asyncio, sys
from pathlib import Path
from storage.database import Database

async def main():
    database = await Database.open(Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await database.close()

asyncio.run(main())
"""

WRITE = """
import asyncio, sys
from pathlib import Path
from storage.actors import SYSTEM
from storage.database import Database
from storage.records import Department, Member

async def main():
    database = await Database.open(Path(sys.argv[1]))
    number = database.last_number(Member)
    print("open", flush=True)
    while True:
        number += 1

        async def work(unit, name=str(number)):
            unit.add(Member(name=name, created_at=0))
            await unit.count(Member.all())
            unit.add(Department(name=name, kind="bureau"))
            unit.note("both", name=name)

        await database.unit(SYSTEM, 0, work)
        print(number, flush=True)

asyncio.run(main())
"""


def start(program: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def add(database: Database, name: str) -> None:
    async def work(unit: Unit) -> None:
        unit.add(Member(name=name, created_at=NOW))
        unit.note("add", name=name)

    await database.unit(SYSTEM, NOW, work)


async def test_a_database_is_served_once(database: Database) -> None:
    with pytest.raises(DatabaseInUse):
        await Database.open(database.path)
    await add(database, "still served")


async def test_a_second_name_for_the_file_is_no_second_database(database: Database, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "link.sqlite3"
    other.parent.mkdir()
    other.symlink_to(database.path)
    with pytest.raises(DatabaseInUse):
        await Database.open(other)


async def test_another_process_is_noticed_until_it_ends_however_it_ends(path: Path) -> None:
    with start(SERVE, path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(DatabaseInUse):
            await Database.open(path)
        reader = await Database.open(path, reading=True)
        await reader.close()
        process.kill()
    await (await Database.open(path)).close()


async def test_a_closed_database_can_be_served_again(path: Path) -> None:
    for _ in range(2):
        database = await Database.open(path)
        await add(database, "x")
        await database.close()
        await database.close()


async def test_a_reader_sees_what_is_committed_and_cannot_write(database: Database) -> None:
    await add(database, "one")
    reader = await Database.open(database.path, reading=True)
    try:
        assert [row["name"] for row in (await dump(reader))["member"]] == ["one"]
        await add(database, "two")
        assert (await trail.verify(reader)).links == 2
        with pytest.raises(OperationalError, match="readonly"):
            await add(reader, "three")
        assert (await trail.verify(reader)).links == 2
    finally:
        await reader.close()
    await add(database, "three")
    await memory_agrees(database)


async def test_there_must_be_something_to_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await Database.open(tmp_path / "none.sqlite3", reading=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("reading", [False, True])
async def test_what_cannot_be_opened_is_left_closed(tmp_path: Path, *, reading: bool) -> None:
    """A connection left open would keep the process from ending, a lock would keep the next one out."""
    path = tmp_path / "letters.sqlite3"
    path.write_bytes(b"Dear colleagues, " * 500)
    for _ in range(2):
        with pytest.raises(NotALedger):
            await Database.open(path, reading=reading)
    assert path.read_bytes().startswith(b"Dear colleagues")


@pytest.mark.parametrize("name", ["台账 2026.sqlite3", "a#b?c%41.sqlite3", "led[ger].sqlite3"])
async def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        database = await Database.open(tmp_path / "new" / name)
        await add(database, "x")
        await database.close()
    reader = await Database.open(tmp_path / "new" / name, reading=True)
    assert len((await dump(reader))["member"]) == 2
    await reader.close()
    assert {each.name for each in (tmp_path / "new").iterdir()} == {name, f"{name}.lock"}


async def test_killed_at_any_moment_nothing_acknowledged_is_lost(path: Path) -> None:
    chance = random.Random(3)
    acknowledged = 0
    for _ in range(8):
        with start(WRITE, path) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            for _ in range(chance.randrange(1, 30)):
                acknowledged = int(process.stdout.readline())
            await asyncio.sleep(chance.random() / 100)
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split("\n")[:-1]
            acknowledged = int(rest[-1]) if rest else acknowledged
    database = await Database.open(path)
    try:
        stored = await dump(database)
        members = [int(row["name"]) for row in stored["member"]]
        assert members == [int(row["name"]) for row in stored["department"]]
        assert members == list(range(1, len(members) + 1))
        assert len(members) >= acknowledged
        assert await trail.verify(database) == trail.Verdict(len(members), None, database.last_hash)
    finally:
        await database.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
