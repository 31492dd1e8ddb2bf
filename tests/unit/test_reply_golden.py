"""The golden table of replies: expected readings were written before the reader."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from handlers.replies import CardItem, Entry, ReplyReading, read_reply

GOLDEN = Path(__file__).parents[1] / "golden" / "replies"
TODAY = date(2026, 11, 23)


def _card(name: str) -> list[CardItem]:
    listed, _, closed = name.partition(" closed ")
    struck = {int(n) for n in closed.split(",") if n}
    items: list[CardItem] = []
    for part in listed.split(","):
        first, last = (re.findall(r"\d+", part) * 2)[:2]
        items += [
            CardItem(n, f"事项{n}", general="general" in part, open=n not in struck)
            for n in range(int(first), int(last) + 1)
        ]
    return items


def _cases() -> list[tuple[str, str, str]]:
    cases = []
    for table in sorted(GOLDEN.glob("*.toml")):
        for card, replies in tomllib.loads(table.read_text(encoding="utf-8")).items():
            cases += [(card, reply, says) for reply, says in replies.items()]
    return cases


def _write_entry(entry: Entry, name: str) -> str:
    assert entry.done == (entry.percent == 100)
    words = [name]
    if entry.done:
        words.append("done")
    elif entry.percent is not None:
        words.append(f"{entry.percent}%")
    if entry.none_yet:
        words.append("none")
    if len(words) == 1:
        words.append("open")
    if entry.expected:
        words.append(f"by {entry.expected}")
    return " ".join(words)


def _write(reading: ReplyReading) -> str:
    said = [_write_entry(entry, str(entry.number)) for entry in reading.entries]
    if reading.rest:
        said.append(_write_entry(reading.rest, "rest"))
    for question in reading.questions:
        choices = [
            " + ".join(_write_entry(e, str(e.number)) for e in choice) or "unread"
            for choice in question.choices
        ]
        said.append("ask " + " | ".join(choices))
    said += [f"unread {fragment}" for fragment in reading.unread]
    if reading.received:
        said.append("received")
    return "; ".join(said) or "nothing"


@pytest.mark.parametrize(("card", "reply", "says"), _cases())
def test_reply_reads_as_written_down(card: str, reply: str, says: str) -> None:
    assert _write(read_reply(reply, _card(card), TODAY)) == says


def test_table_is_large() -> None:
    assert len(_cases()) >= 180
