"""The outline of a notice: lines, the marks that number them, and the tree these make.

A new way of numbering is a new row of :data:`MARKS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handlers.notices.folding import fold, mark_start
from storage.terms.errors import Unreadable

MOST_UNITS = 5000
"""No plan has so many numbered units; a file that has them is something else."""

_CHINESE = "一二三四五六七八九十百"


@dataclass(frozen=True, slots=True)
class Mark:
    """A way of numbering: its rank in the outline and how it looks at the start of a line.

    ``within`` marks number points inside an item; they make items only where each has a clause.
    """

    rank: int
    pattern: re.Pattern[str]
    label: str
    within: bool = False


MARKS = (
    Mark(1, re.compile(rf"([{_CHINESE}]{{1,4}})\s?、(?![{_CHINESE}]{{1,4}}、)"), "{}"),
    Mark(2, re.compile(rf"[(\[]\s?([{_CHINESE}]{{1,4}})\s?[)\]]"), "({})"),
    Mark(3, re.compile(r"([0-9]{1,3})\s?[.、](?:(?![0-9])|(?=[0-9]{4}年|[0-9]{5}))"), "{}"),
    Mark(4, re.compile(r"[(\[]\s?([0-9]{1,3})\s?[)\]]"), "({})", within=True),
    Mark(5, re.compile(r"([①-⑳])"), "{}", within=True),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, and where it begins and ends (its line end included)."""

    number: int
    start: int
    end: int


@dataclass(slots=True)
class Node:
    """A numbered unit: its mark, where its own words begin and end, and the units under it."""

    mark: Mark
    label: str
    line: int
    start: int
    words: int
    end: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def own_end(self) -> int:
        """Where the unit's own words end and those of the units under it begin."""
        return self.children[0].start if self.children else self.end

    @property
    def path(self) -> tuple[Node, ...]:
        """The units from the outermost down to this one."""
        return (*(self.parent.path if self.parent else ()), self)

    @property
    def number(self) -> str:
        """The path as a number, ``一/(一)/1``."""
        return "/".join(node.label for node in self.path)


def lines_of(text: str) -> list[Line]:
    """Cut a text into its lines."""
    found: list[Line] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        end = min(start + len(line) + 1, len(text))
        if start < end:
            found.append(Line(number, start, end))
        start = end
    return found


def read_mark(line: str) -> tuple[Mark, str, int] | None:
    """Return the mark at the start of a folded line, its label, and where the words begin."""
    start = mark_start(line)
    for mark in MARKS:
        if match := mark.pattern.match(line, start):
            label = match.group(1)
            if label.isdecimal():
                label = str(int(label))
            return mark, mark.label.format(label), match.end()
    return None


def read_outline(text: str, lines: Sequence[Line], end: int) -> list[Node]:
    """Return the outermost units of the lines, each with its units under it.

    Raises:
        Unreadable: ``notice_too_many_units``.
    """
    top: list[Node] = []
    open_nodes: list[Node] = []
    count = 0
    for line in lines:
        found = read_mark(fold(text[line.start : line.end]))
        if found is None:
            continue
        count += 1
        if count > MOST_UNITS:
            raise Unreadable("notice_too_many_units", limit=MOST_UNITS)
        mark, label, words = found
        while open_nodes and open_nodes[-1].mark.rank >= mark.rank:
            open_nodes.pop().end = line.start
        parent = open_nodes[-1] if open_nodes else None
        node = Node(mark, label, line.number, line.start, line.start + words, parent=parent)
        (parent.children if parent else top).append(node)
        open_nodes.append(node)
    for node in open_nodes:
        node.end = end
    return top


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield every unit in the order of the text."""
    for node in nodes:
        yield node
        yield from walk(node.children)
