"""The corpus: documents of our own wording, each with the reading a careful clerk would give.

A document is a text file in three parts, each begun by a line of equals signs: what kind of file it
is and which form it stands for; its words, a table's row as ``|cell|cell|`` (``^`` belongs to the
cell above, ``<`` to the cell at the left); and its reading, an item as ::

    [一/(一)/1] how it begins ~ how it ends
    L leads
    R responsible
    S support
    D 6月底前=2026-06-30; 每季度=quarter; 长期=open; 印发后5个工作日内=relative
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("open", "kept", "late", "fresh")
"""Looked at while rules were mended; kept back from that; written when all was done."""

_ITEM = re.compile(r"\[(?P<number>[^\]]+)\] (?P<begins>.+) ~ (?P<ends>.+)")
_PART = re.compile(r"^=====\n", re.MULTILINE)
_ROLES = {"L": "lead", "R": "responsible", "S": "support"}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as printed, and what it comes to: a day, a period word, ``open`` or ``relative``."""

    phrase: str
    value: str


@dataclass(slots=True)
class Item:
    """An item as it should be read."""

    number: str
    begins: str
    ends: str
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the corpus."""

    name: str
    part: str
    head: dict[str, str]
    lines: tuple[str, ...]
    items: tuple[Item, ...]
    standing: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind of file it is made into."""
        return self.head["kind"]

    @property
    def form(self) -> str:
        """The form it stands for."""
        return self.head["form"]

    @property
    def clean(self) -> bool:
        """Whether a careful clerk would have hardly anything to ask."""
        return self.head["clean"] == "yes"


def documents(*parts: str) -> list[Document]:
    """Return the documents of some parts of the corpus, by default of all."""
    return [read(path) for part in parts or PARTS for path in sorted((HERE / part).glob("*.txt"))]


def read(path: Path) -> Document:
    """Read one document of the corpus."""
    head, words, reading = _PART.split(path.read_text(encoding="utf-8"))
    items, standing = _reading(reading)
    return Document(
        name=path.stem,
        part=path.parent.name,
        head=dict(line.split(": ", 1) for line in head.splitlines()),
        lines=tuple(words.rstrip("\n").split("\n")),
        items=items,
        standing=standing,
    )


def cells(line: str) -> list[str] | None:
    """Return the cells of a table's row, or None when the line is a paragraph."""
    if len(line) > 1 and line.startswith("|") and line.endswith("|"):
        return line[1:-1].split("|")
    return None


def _reading(written: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    items: list[Item] = []
    standing: tuple[str, ...] = ()
    for line in filter(None, written.splitlines()):
        key, _, said = line.partition(" ")
        if match := _ITEM.fullmatch(line):
            items.append(Item(match["number"], match["begins"], match["ends"]))
        elif key in _ROLES:
            items[-1].names[_ROLES[key]] = tuple(said.split(" "))
        elif key == "D":
            items[-1].limits = tuple(_limits(said))
        elif key == "standing":
            standing = tuple(said.split(" "))
        else:
            raise ValueError(line)
    return tuple(items), standing


def _limits(said: str) -> Iterator[Limit]:
    for each in said.split("; "):
        phrase, value = each.rsplit("=", 1)
        yield Limit(phrase, value)
