"""Migrations: what they make is what the records say, and none of them can harm a ledger."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

from storage import inspecting, migrating, sqlite
from storage.database import Database
from storage.migrating import MigrationFault
from storage.records import Department
from storage.unit import Unit
from tests.storage.world import BUREAU, build, dump, every, item

ROOT = Path(__file__).parents[2]
KNOWN = sorted((ROOT / "storage/migrations").glob("[0-9]*.py"))
NEWEST = KNOWN[-1].stem

HEAD = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("ledger", "newest")]
    initial = False
    operations = [
        {}
    ]
""".replace("newest", NEWEST)
PHONE = "fields.CharField(max_length=20, db_default='-')"
COLUMN = HEAD.format(f"ops.AddField(model_name='Department', name='phone', field={PHONE})")


def sql(*statements: str) -> str:
    return HEAD.format(",\n".join(f"ops.RunSQL({statement!r})" for statement in statements))


@pytest.fixture
async def filled(path: Path) -> Path:
    """Return a database with something in it, as the release before left it."""
    database = await Database.open(path)
    world = await build(database)
    await world.plan(
        item("first", every("quarter"), lead="甲局", names="各乡镇"), item("second", names="乙局")
    )
    await database.close()
    return path


@pytest.fixture
def releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of migrations of a release to come."""
    package = tmp_path / "releases" / f"release_{tmp_path.name.replace('-', '_')}"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for migration in KNOWN:
        shutil.copy(migration, package)
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setattr(migrating, "MIGRATIONS", package.name)
    yield package
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def content(path: Path) -> list[str]:
    """Return the whole database as statements."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def layout(path: Path) -> dict[str, object]:
    """Return tables, columns, references, and the columns of indexes and uniques."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table != "tortoise_migrations":
                columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
                found[table] = sorted(row[1:] for row in columns)
    _, parts = inspecting.shape(path)
    found["parts"] = {part for part in parts if part[0] != "tortoise_migrations"}
    return found


async def test_the_migrations_make_what_the_records_say(tmp_path: Path, empty: Path) -> None:
    fresh = tmp_path / "generated.sqlite3"
    async with TortoiseContext() as context:
        await context.init(config=migrating._config(fresh))
        await context.generate_schemas()
    assert layout(empty) == layout(fresh)


async def test_no_change_of_the_records_lacks_its_migration(empty: Path) -> None:
    config = migrating._config(empty)
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert context.apps is not None
        assert await MigrationAutodetector(context.apps, config["apps"]).changes() == []


async def test_a_forgotten_migration_would_be_noticed(empty: Path, releases: Path) -> None:
    (releases / "9000_phone.py").write_text(COLUMN)
    config = migrating._config(empty)
    async with TortoiseContext() as context:
        await context.init(config=config)
        assert context.apps is not None
        assert len(await MigrationAutodetector(context.apps, config["apps"]).changes()) == 1


async def test_another_programs_database_is_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE note (words TEXT)")
    with pytest.raises(MigrationFault, match="strange"):
        await Database.open(path)
    assert content(path) == ["BEGIN TRANSACTION;", "CREATE TABLE note (words TEXT);", "COMMIT;"]


async def test_a_database_up_to_date_is_left_alone(filled: Path) -> None:
    before = filled.stat().st_mtime_ns, filled.stat().st_ino
    assert not await migrating.bring_up_to_date(filled)
    assert (filled.stat().st_mtime_ns, filled.stat().st_ino) == before


async def test_an_upgrade_keeps_every_row_and_index(filled: Path, releases: Path) -> None:
    before, (rows, parts) = content(filled), inspecting.shape(filled)
    filled.chmod(0o600)
    (releases / "9000_phone.py").write_text(COLUMN)
    assert await migrating.bring_up_to_date(filled)
    after_rows, after_parts = inspecting.shape(filled)
    rows.pop("tortoise_migrations")
    assert after_rows.pop("tortoise_migrations") == len(KNOWN) + 1
    assert (rows, parts) == (after_rows, after_parts)
    with closing(sqlite3.connect(filled)) as connection:
        assert set(connection.execute("SELECT phone FROM department")) == {("-",)}
    kept = filled.with_name(filled.name + ".before-0")
    assert content(kept) == before
    assert {stat.S_IMODE(each.stat().st_mode) for each in (filled, kept)} == {0o600}
    assert not await migrating.bring_up_to_date(filled)
    database = await Database.open(filled)
    assert len((await dump(database))["department"]) == 5
    await database.close()


async def test_the_kept_original_never_takes_another_ones_place(filled: Path, releases: Path) -> None:
    taken = filled.with_name(filled.name + ".before-1")
    taken.write_text("mine")
    filled.with_name(filled.name + ".before-0").write_text("mine, too")
    (releases / "9000_phone.py").write_text(COLUMN)
    await migrating.bring_up_to_date(filled)
    assert taken.read_text() == "mine"
    assert filled.with_name(filled.name + ".before-2").exists()


REBUILD = (
    "CREATE TABLE other (id BIGINT NOT NULL PRIMARY KEY, member_id BIGINT NOT NULL, platform TEXT, "
    "external TEXT); INSERT INTO other SELECT * FROM account; DROP TABLE account; "
    "ALTER TABLE other RENAME TO account"
)
HARMFUL = {
    "rows": (sql("PRAGMA foreign_keys=OFF", "DELETE FROM milestone WHERE id > 1"), "rows_lost"),
    "table": (sql("DROP TABLE evidence"), "rows_lost"),
    "index": (sql("DROP INDEX {index}"), "parts_lost"),
    "unique": (sql(REBUILD), "parts_lost"),
    "broken reference": (
        sql("UPDATE assignment SET department_id = 99 WHERE id = 1"),
        "references_broken.*'assignment'|FOREIGN KEY",
    ),
    "nonsense": (sql("ALTER nothing"), "syntax"),
}


@pytest.mark.parametrize("harm", HARMFUL)
async def test_a_migration_that_would_harm_the_ledger_is_refused(
    filled: Path, releases: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, words = HARMFUL[harm]
    if harm == "table":
        with closing(sqlite3.connect(filled)) as connection:
            connection.execute(
                "INSERT INTO dialogue (id, chat_id, kind, state, created_at) VALUES (1, 1, 'k', '{}', 1)"
            )
            connection.commit()
        source = source.replace("evidence", "dialogue")
    if harm == "index":
        with closing(sqlite3.connect(filled)) as connection:
            (index,) = connection.execute(
                "SELECT name FROM sqlite_master WHERE tbl_name = 'milestone' AND sql LIKE '%INDEX%due%'"
            ).fetchone()
        source = source.replace("{index}", index)
    if harm == "broken reference":
        config = migrating._config

        def careless(path: Path) -> dict[str, object]:
            found = config(path)
            found["connections"]["default"]["credentials"]["foreign_keys"] = "OFF"
            return found

        monkeypatch.setattr(migrating, "_config", careless)
    before = sha256(filled.read_bytes()).digest()
    (releases / "9000_harm.py").write_text(source)
    with pytest.raises(Exception, match=words) as told:
        await migrating.bring_up_to_date(filled)
    assert harm == "nonsense" or told.type is MigrationFault
    assert sha256(filled.read_bytes()).digest() == before
    assert {each.name for each in filled.parent.iterdir() if each.is_file()} <= {
        filled.name,
        f"{filled.name}.lock",
    }
    monkeypatch.undo()
    database = await Database.open(filled)
    await database.close()


async def test_a_reference_that_would_no_longer_be_held_is_noticed(filled: Path, tmp_path: Path) -> None:
    loose = tmp_path / "loose.sqlite3"
    shutil.copy(filled, loose)
    with closing(sqlite3.connect(loose)) as connection:
        (definition,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'evidence'").fetchone()
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = ? WHERE name = 'evidence'",
            (definition.replace("ON DELETE RESTRICT", "ON DELETE CASCADE"),),
        )
        connection.commit()
    with pytest.raises(MigrationFault, match=r"parts_lost.*CASCADE|parts_lost.*RESTRICT"):
        migrating._compare(filled, loose)


async def test_a_partial_index_is_another_one_than_a_whole_one(filled: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.sqlite3", tmp_path / "other.sqlite3"
    for path, condition in ((one, "status = 'open'"), (other, "status = 'met'")):
        shutil.copy(filled, path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"CREATE INDEX mine ON milestone (due) WHERE {condition}")
            connection.commit()
    migrating._compare(one, one)
    with pytest.raises(MigrationFault, match="status = 'open'"):
        migrating._compare(one, other)


async def test_a_newer_releases_database_is_refused(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('ledger', '0007_later', '2027')"
        )
        connection.commit()
    before = content(filled)
    with pytest.raises(MigrationFault, match=r"newer.*0007_later"):
        await Database.open(filled)
    assert content(filled) == before
    with pytest.raises(MigrationFault):
        await Database.open(filled)


async def test_what_a_killed_migration_left_is_swept_away(filled: Path, releases: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal", "-before"):
        filled.with_name(f"{filled.name}.migrating{ending}").write_bytes(b"half")
    (releases / "9000_phone.py").write_text(COLUMN)
    assert await migrating.bring_up_to_date(filled)
    assert not list(filled.parent.glob("*.migrating*"))


async def test_what_stands_only_in_the_log_is_not_lost(filled: Path, releases: Path) -> None:
    """A program that reads keeps the log from being brought in: then the upgrade waits for another time."""
    (releases / "9000_phone.py").write_text(COLUMN)
    with closing(sqlite3.connect(filled, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM department").fetchall()
        with closing(sqlite3.connect(filled, isolation_level=None)) as writer:
            writer.execute("INSERT INTO member VALUES (77, 'only in the log', 1)")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite, "empty_log", impatient)
            with pytest.raises(MigrationFault, match="held_open"):
                await migrating.bring_up_to_date(filled)
    assert await migrating.bring_up_to_date(filled)
    with closing(sqlite3.connect(filled)) as connection:
        assert connection.execute("SELECT name FROM member WHERE id = 77").fetchone() == ("only in the log",)


def impatient(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from storage import inspecting, migrating, sqlite

moments = iter(range(1000))
wanted = int(sys.argv[4])

def die_in_time(known):
    def step(*args, **kwargs):
        if next(moments) == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
        return known(*args, **kwargs)
    return step

sys.path.insert(0, sys.argv[2])
migrating.MIGRATIONS = sys.argv[3]
for name in ("copy", "settle", "empty_log"):
    setattr(sqlite, name, die_in_time(getattr(sqlite, name)))
for name in ("replace", "rename", "unlink"):
    setattr(Path, name, die_in_time(getattr(Path, name)))
asyncio.run(migrating.bring_up_to_date(Path(sys.argv[1])))
"""


async def test_killed_at_any_step_there_is_always_one_whole_database(
    filled: Path, releases: Path, tmp_path: Path
) -> None:
    (releases / "9000_phone.py").write_text(COLUMN)
    old: set[int] = set()
    new: set[int] = set()
    for moment in range(40):
        place = tmp_path / str(moment)
        place.mkdir()
        path = Path(shutil.copy(filled, place / "ledger.sqlite3"))
        arguments = [str(path), str(releases.parent), releases.name, str(moment)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            KILLED,
            *arguments,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        ended = await process.wait()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("SELECT count(*) FROM department").fetchone() == (5,)
            columns = {row[1] for row in connection.execute("PRAGMA table_info('department')")}
        (new if "phone" in columns else old).add(moment)
        for kept in place.glob("*.before-*"):
            assert content(kept) == content(filled)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        await migrating.bring_up_to_date(path)
        assert inspecting.shape(path)[0]["department"] == 5
        assert not list(place.glob("*.migrating*"))
    else:
        pytest.fail("the migration never came to its end")
    assert len(old) > 8
    assert max(old) < min(new)


async def test_a_new_database_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    path.with_name(path.name + "-wal").write_bytes(b"of a database that was deleted")
    database = await Database.open(path)
    world = await build(database)

    async def work(unit: Unit) -> int:
        return await unit.count(Department.filter(kind=BUREAU.value))

    assert await world.do(work) == 3
    await database.close()


async def test_a_fresh_ledger_is_its_owners_alone_to_read(tmp_path: Path) -> None:
    path = tmp_path / "fresh.sqlite3"
    await migrating.bring_up_to_date(path)
    assert path.stat().st_mode & 0o777 == 0o600
