"""The command line: what whoever runs the bot types."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from bot.commands import audit, calendar, digest, doctor, keeping, rehearse, snapshot
from bot.commands.telling import WRONG, Say, wrong
from bot.texts import Catalogue
from storage.terms.clock import SystemClock
from storage.terms.errors import Refusal
from storage.terms.texts import Text, Value

if TYPE_CHECKING:
    from bot.environment import Environment

LANGUAGE = "TAIZHANG_LANGUAGE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line asks; return the exit status."""
    _write_whatever_comes(sys.stdout, sys.stderr)
    say = _words()
    given = _parser(say).parse_args(arguments)
    try:
        status: int = given.run(given, say)
        sys.stdout.flush()
    except Refusal as refusal:
        return wrong(say(refusal.text.key, **refusal.text.values))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing more can be said there.
        _write_no_more()
        return 0
    except OSError as fault:
        _write_no_more()
        return wrong(say("cli.system", reason=str(fault)))
    return status


def _write_whatever_comes(*streams: TextIO) -> None:
    """Let a terminal that does not know a character show its number instead of ending the program."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _write_no_more() -> None:
    """Drop what could not be written: the interpreter would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _words() -> Say:
    written = os.environ.get(LANGUAGE) or _in_file(LANGUAGE)
    language = "en" if written.strip().lower() == "en" else "zh"
    catalogue = Catalogue.load(language)

    def say(key: str, /, **values: Value) -> str:
        return catalogue.render(Text(key, values), language)

    return say


def _in_file(name: str) -> str:
    """Return a setting from the file, before any library that could read it is imported."""
    try:
        lines = Path(".env").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    values = [line.partition("=")[2] for line in lines if line.partition("=")[0].strip() == name]
    return values[-1].strip(" '\"") if values else ""


class _Parser(argparse.ArgumentParser):
    """Answers a wrong command line with one sentence and how it is written rightly."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message}\n{self.format_usage()}")


def _parser(say: Say) -> argparse.ArgumentParser:
    parser = _Parser(prog="taizhang", description=say("cli.about"))
    parser.add_argument("--version", action="version", version=f"taizhang {version('taizhang')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands.add_parser("run", help=say("cli.run")))
    _add_notice(commands.add_parser("notice", help=say("cli.notice")), say)
    rehearse.add_rehearse(commands.add_parser("rehearse", help=say("cli.rehearse")), say)
    digest.add_digest(commands.add_parser("digest", help=say("cli.digest")), say)
    audit.add_audit(commands.add_parser("audit", help=say("cli.audit")), say)
    _add_export(commands.add_parser("export", help=say("cli.export")), say)
    doctor.add(commands.add_parser("doctor", help=say("cli.doctor")))
    keeping.add_backup(commands.add_parser("backup", help=say("cli.backup")), say)
    keeping.add_restore(commands.add_parser("restore", help=say("cli.restore")), say)
    calendar.add_calendar(commands.add_parser("calendar", help=say("cli.calendar")), say)
    snapshot.add_snapshot(commands.add_parser("snapshot", help=say("cli.snapshot")), say)
    return parser


# ---------------------------------------------------------------- run


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace, say: Say) -> int:
    from bot.environment import look, read_environment
    from bot.running import run

    del given, say
    return run(read_environment(serving=True), look().strange)


# ---------------------------------------------------------------- notice


def _add_notice(parser: argparse.ArgumentParser, say: Say) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    parse = actions.add_parser("parse", help=say("cli.notice_parse"))
    parse.add_argument("file", type=Path, metavar="FILE")
    parse.add_argument("--json", action="store_true", help=say("cli.json"))
    parse.add_argument("--coverage", action="store_true", help=say("cli.coverage"))
    parse.set_defaults(run=_parse_notice)


def _parse_notice(given: argparse.Namespace, say: Say) -> int:
    from bot.commands import notice

    del say
    return notice.run(given.file, given.json, given.coverage, sys.stdout, sys.stderr)


# ---------------------------------------------------------------- export


def _add_export(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument("--year", type=int, metavar="YEAR", help=say("cli.export_year"))
    parser.add_argument("--department", metavar="NAME", help=say("cli.export_department"))
    parser.add_argument("--output", type=Path, metavar="FILE", help=say("cli.export_output"))
    parser.add_argument("--database", type=Path, metavar="FILE", help=say("cli.database"))
    parser.set_defaults(run=_export)


def _export(given: argparse.Namespace, say: Say) -> int:
    from bot.commands import export
    from storage.database import NotALedger

    environment = _environment()
    path = given.database or environment.database
    try:
        work = export.run(
            path,
            environment.language,
            SystemClock(),
            year=given.year,
            department=given.department,
            output=given.output,
        )
        written = asyncio.run(work)
    except NotALedger:
        return wrong(say("cli.no_ledger", file=str(path)))
    except OSError as fault:
        if not path.exists():
            return wrong(say("cli.no_database", file=str(path)))
        return wrong(say("cli.system", reason=str(fault)))
    print(say("cli.exported", file=str(written)))
    return 0


def _environment() -> Environment:
    from bot.environment import read_environment

    return read_environment()


if __name__ == "__main__":
    sys.exit(main())
