"""``taizhang notice parse``: show what a notice says, as a listing, as JSON, or part by part."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TextIO

from handlers.notices import LARGEST_FILE, Reading, coverage_report, read_notice, refuse_size
from storage.terms.errors import Unreadable
from storage.terms.notice import FROM_EVENT, Deadline, Notice, NoticeItem, Responsibility

_BAD_INPUT = 2
_INDENT = "　　"

Words = Mapping[str, Mapping[str, str]]


def run(file: Path, as_json: bool, coverage: bool, out: TextIO, err: TextIO) -> int:
    """Read a notice and print it; return the exit status, 2 when the file is none.

    With ``coverage`` the listing of every stretch of the document follows; beside JSON it goes
    to ``err``, so that what is on ``out`` stays one JSON value.
    """
    words = _words()
    try:
        reading = read_notice(_read(file))
    except Unreadable as refusal:
        key = refusal.text.key.removeprefix("refusal.")
        err.write(words["refusals"][key].format(file=file, **refusal.text.values) + "\n")
        return _BAD_INPUT
    if as_json:
        json.dump(reading.notice.to_json(), out, ensure_ascii=False, indent=2)
        out.write("\n")
    elif not coverage:
        out.writelines(f"{line}\n" for line in listing(reading.notice, words))
    if coverage:
        _write_coverage(reading, err if as_json else out)
    return 0


def listing(notice: Notice, words: Words) -> Iterator[str]:
    """Yield the lines of a notice for a person: head, items under their headings, duties, doubts."""
    say = words["listing"]
    yield from _head(notice, words)
    shown: tuple[str, ...] | None = None
    for item in notice.items:
        if item.headings != shown:
            shown = item.headings
            yield ""
            yield say["heading"].format(heading=words["joined"]["headings"].join(shown))
        yield from _item(item, words)
    if notice.duties:
        yield ""
        yield say["duties"]
    for duty in notice.duties:
        yield say["duty"].format(text=duty.text)
        yield from (_INDENT + _deadline(each, words) for each in duty.deadlines)
    if notice.warnings:
        yield ""
        yield say["warnings"]
    for warning in notice.warnings:
        yield _INDENT + say["warning"].format(line=warning.line, message=warning.message)


def _head(notice: Notice, words: Words) -> Iterator[str]:
    say = words["listing"]
    yield say["title"].format(title=notice.title)
    values = {
        "document_number": notice.document_number,
        "issuer": notice.issuer,
        "issued_on": notice.issued_on,
        "year": notice.year,
        "standing": words["joined"]["names"].join(notice.standing),
    }
    yield from (say[key].format(value=value) for key, value in values.items() if value)
    yield say["counts"].format(
        items=len(notice.items), duties=len(notice.duties), warnings=len(notice.warnings)
    )


def _item(item: NoticeItem, words: Words) -> Iterator[str]:
    yield words["listing"]["item"].format(number=item.number, title=item.title)
    yield from (_INDENT + line for line in _who(item.responsibility, words))
    yield from (_INDENT + _deadline(each, words) for each in item.deadlines)


def _who(responsibility: Responsibility, words: Words) -> Iterator[str]:
    say = words["listing"]
    if not responsibility.names:
        yield say["nobody"]
    for role, names in (
        ("lead", responsibility.lead),
        ("responsible", responsibility.responsible),
        ("support", responsibility.support),
    ):
        if names:
            yield say[role].format(value=words["joined"]["names"].join(names))


def _deadline(deadline: Deadline, words: Words) -> str:
    return words["listing"]["deadline"].format(
        phrase=deadline.phrase, detail=_detail(deadline, words["detail"])
    )


def _detail(deadline: Deadline, say: Mapping[str, str]) -> str:
    if deadline.due:
        return say["due"].format(day=deadline.due)
    if deadline.offset is None:
        return say.get(deadline.kind, "")
    if not deadline.offset.start.startswith(FROM_EVENT):
        return say["notice"]
    event = deadline.offset.start.removeprefix(FROM_EVENT)
    return say["event"].format(event=event) if event else say["waiting"]


def _write_coverage(reading: Reading, to: TextIO) -> None:
    to.write(coverage_report(reading))


def _read(file: Path) -> bytes:
    """Read the file, its size looked at first."""
    try:
        if file.is_dir():
            raise Unreadable("directory")
        if not file.exists():
            raise Unreadable("no_file")
        refuse_size(file.stat().st_size)
        with file.open("rb") as source:
            data = source.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Unreadable("unreadable") from error
    return data


def _words() -> Words:
    source = files("bot.commands").joinpath("notice.toml").read_text(encoding="utf-8")
    words: Words = tomllib.loads(source)
    return words
