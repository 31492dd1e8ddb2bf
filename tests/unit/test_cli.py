"""The command line does what it is asked, or says in one sentence why not."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import cli
from bot.commands.telling import WRONG
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import people
from storage.sqlite import ProcessLock
from storage.unit import Unit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def _ledger(path: Path) -> None:
    database = await Database.open(path)

    async def work(unit: Unit) -> None:
        for number in range(3):
            people.meet(unit, "rehearsal", str(number), f"成员{number}")

    await database.unit(SYSTEM, 0, work)
    await database.close()


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_its_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])
    assert end.value.code == 0
    assert said(capsys)[0].startswith("taizhang 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["notice"],
        ["notice", "parse"],
        ["rehearse", "--port", "x"],
        ["rehearse", "--port", "70000"],
        ["rehearse", "--at", "2026-13-01"],
        ["audit"],
    ],
)
def test_a_wrong_command_line_is_told_with_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert "usage" in said(capsys)[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["notice", "parse", "nothing.txt"], "nothing.txt"),
        (["rehearse", "--notice", "nothing.txt"], "nothing.txt"),
        (["rehearse", "--departments", "nothing.xlsx"], "nothing.xlsx"),
        (["audit", "verify"], "taizhang.sqlite3"),
        (["audit", "verify", "--database", "other.sqlite3"], "other.sqlite3"),
        (["export"], "taizhang.sqlite3"),
        (["rehearse", "--headless"], "--until"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_status_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    out, err = said(capsys)
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_it_speaks_the_language_that_is_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["audit", "verify"]) == 2
    assert "找不到" in said(capsys)[1]
    monkeypatch.setenv("TAIZHANG_LANGUAGE", "en")
    assert cli.main(["audit", "verify"]) == 2
    assert "There is no ledger" in said(capsys)[1]


def test_a_whole_trail_is_told(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_ledger(elsewhere / "taizhang.sqlite3"))
    assert cli.main(["audit", "verify"]) == 0
    assert "共 3 条" in said(capsys)[0]


def test_a_ledger_without_a_plan_has_nothing_to_export(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(_ledger(elsewhere / "taizhang.sqlite3"))
    assert cli.main(["export"]) == 2
    assert said(capsys)[1].count("\n") == 1


def test_a_ledger_is_exported_while_it_is_served(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from openpyxl import load_workbook

    from storage.sqlite import ProcessLock

    path = str(elsewhere / "l.sqlite3")
    assert cli.main(["rehearse", "--headless", "--until", "2026-03-02", "--database", path]) == 0
    lock = ProcessLock(Path(path))
    assert lock.acquire()
    try:
        assert cli.main(["export", "--database", path]) == 0
        assert cli.main(["export", "--database", path, "--department", "教育局", "--output", "e.xlsx"]) == 0
    finally:
        lock.release()
    (whole,) = elsewhere.glob("2026*.xlsx")
    sheet = load_workbook(whole).worksheets[0]
    assert sheet.max_row > 100
    assert "市教育局" in str([cell.value for row in load_workbook("e.xlsx").worksheets[0] for cell in row])
    said(capsys)
    assert cli.main(["export", "--database", path, "--department", "教育"]) == 2
    assert "市教育局" in said(capsys)[1]
    assert cli.main(["export", "--database", path, "--output", "nowhere/x.xlsx"]) == 2
    assert "nowhere" in said(capsys)[1]


def test_the_first_broken_link_is_named(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3
    from contextlib import closing

    path = elsewhere / "l.sqlite3"
    asyncio.run(_ledger(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE audit SET who = 'x' WHERE id = 2")
        connection.commit()
    assert cli.main(["audit", "verify", "--database", str(path)]) == 1
    assert "第 2 条" in said(capsys)[0]


def test_a_ledger_in_use_is_told(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from storage.sqlite import ProcessLock

    path = elsewhere / "l.sqlite3"
    asyncio.run(_ledger(path))
    lock = ProcessLock(path)
    assert lock.acquire()
    try:
        assert cli.main(["rehearse", "--database", str(path)]) == 2
    finally:
        lock.release()
    assert "正由另一个进程使用" in said(capsys)[1]


def test_the_rehearsal_is_served_until_it_is_told_to_stop(elsewhere: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "rehearse"],
        cwd=elsewhere,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        address = served.stdout.readline()
        served.send_signal(signal.SIGTERM)
        assert served.wait(20) == 0
        assert "http://127.0.0.1:" in address
        assert served.stderr.read() == ""
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("command", [["audit", "verify"], ["export"], ["rehearse"]])
def test_what_is_no_ledger_is_told_and_left_as_it_is(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (elsewhere / "folder").mkdir()
    (elsewhere / "damaged").write_bytes(b"no database at all" * 99)
    with closing(sqlite3.connect(elsewhere / "foreign")) as foreign:
        foreign.execute("CREATE TABLE something (else_ TEXT)")
    os.mkfifo(elsewhere / "pipe")
    for name in ("folder", "damaged", "foreign", "pipe"):
        path = elsewhere / name
        before = path.stat()
        assert cli.main([*command, "--database", str(path)]) == WRONG
        out, err = said(capsys)
        assert out == ""
        assert name in err
        assert err.count("\n") == 1
        after = path.stat()
        assert (after.st_ino, after.st_mode, after.st_size) == (before.st_ino, before.st_mode, before.st_size)


def test_a_terminal_that_lacks_a_character_and_one_that_is_full() -> None:
    program = [sys.executable, "-m", "bot.cli", "--help"]
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    shown = subprocess.run(program, cwd=ROOT, env=plain, capture_output=True, check=True)
    assert rb"\u53f0\u8d26" in shown.stdout
    reading = [sys.executable, "-m", "bot.cli", "notice", "parse", "bot/sample/notice.txt"]
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(reading, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert told.returncode == WRONG
    assert told.stderr.count(b"\n") == 1


def test_a_ledger_is_backed_up_and_restored(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_ledger(elsewhere / "taizhang.sqlite3"))
    assert cli.main(["backup", "copy"]) == 0
    assert "留痕完整" in said(capsys)[0]
    assert cli.main(["backup", "copy"]) == WRONG
    assert "--force" in said(capsys)[1]
    assert cli.main(["backup", "copy", "--force"]) == 0
    said(capsys)
    before = (elsewhere / "taizhang.sqlite3").stat()
    for command in ("backup", "restore"):
        force = ["--force"] if command == "backup" else []
        assert cli.main([command, "taizhang.sqlite3", *force]) == WRONG
        assert "就是台账本身" in said(capsys)[1]
    assert (elsewhere / "taizhang.sqlite3").stat().st_ino == before.st_ino
    lock = ProcessLock(elsewhere / "taizhang.sqlite3")
    assert lock.acquire()
    assert cli.main(["restore", "copy"]) == WRONG
    lock.release()
    assert "请先停掉它再恢复" in said(capsys)[1]
    assert cli.main(["restore", "copy"]) == 0
    out, _ = said(capsys)
    assert "before-restore-1" in out
    assert "不会自行重发" in out
    assert cli.main(["audit", "verify"]) == 0


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_cannot_be_kept_is_told_in_one_sentence(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (elsewhere / "damaged").write_bytes(b"no database at all" * 99)
    (elsewhere / "folder").mkdir()
    attempts = {
        "backup": [["copy"], ["copy", "--database", "damaged"], ["folder", "--database", "damaged"]],
        "restore": [["none"], ["damaged"], ["folder"]],
    }
    for arguments in attempts[command]:
        assert cli.main([command, *arguments]) == WRONG
        out, err = said(capsys)
        assert (out, err.count("\n")) == ("", 1)
    assert sorted(each.name for each in elsewhere.iterdir()) == ["damaged", "folder"]


ARRANGED = """[2027]
off = ["2027-01-01/2027-01-03", "2027-02-05/2027-02-11", "2027-04-03/2027-04-05", "2027-05-01/2027-05-05",
       "2027-06-09", "2027-09-15", "2027-10-01/2027-10-07"]
"""


def test_a_years_days_off_are_taken_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger, file = tmp_path / "ledger.sqlite3", tmp_path / "2027.toml"
    asyncio.run(_ledger(ledger))
    file.write_text(ARRANGED, "utf-8")
    command = ["calendar", "load", str(file), "--database", str(ledger)]
    assert cli.main(command) == 0
    assert said(capsys)[0] == "✅ 2027年放假安排已记入，工作日随即按此计算\n"
    assert cli.main(command) == 0
    assert said(capsys)[0] == "2027年放假安排与已有的相同，没有变动。\n"


def test_days_off_that_cannot_be_taken_in_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, file = tmp_path / "ledger.sqlite3", tmp_path / "2027.toml"
    command = ["calendar", "load", str(file), "--database", str(ledger)]
    assert cli.main(command) == 2
    assert "2027.toml" in said(capsys)[1]
    file.write_text("[2027]\noff = []", "utf-8")
    assert cli.main(command) == 2
    assert said(capsys)[1] == "2027年放假安排缺少元旦：1月1日应当放假。请补上后再发。\n"
    file.write_text(ARRANGED, "utf-8")
    assert cli.main(command) == 2
    assert said(capsys)[1] == f"找不到台账文件 {ledger}。\n"
    ledger.write_text("no ledger", "utf-8")
    assert cli.main(command) == 2
    assert "不是本版本的台账文件" in said(capsys)[1]


def test_beside_a_running_bot_the_way_in_chat_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger, file = tmp_path / "ledger.sqlite3", tmp_path / "2027.toml"
    asyncio.run(_ledger(ledger))
    file.write_text(ARRANGED, "utf-8")
    lock = ProcessLock(ledger)
    assert lock.acquire()
    try:
        assert cli.main(["calendar", "load", str(file), "--database", str(ledger)]) == 2
    finally:
        lock.release()
    assert "/calendar" in said(capsys)[1]
