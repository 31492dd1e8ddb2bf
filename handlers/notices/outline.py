"""The outline of a notice: lines, the marks that number them, and the tree these make.

A new way of numbering is a new row of :data:`MARKS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

from handlers.notices.folding import fold, mark_start
from storage.terms.errors import Unreadable

MOST_UNITS = 5000
"""No plan has so many numbered units; a file that has them is something else."""

BULLETS = "●■◆►▶➢•◎"
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
    Mark(0, re.compile(rf"(第[{_CHINESE}]{{1,4}}(?:章|篇|部分))(?=[\s、:.])[\s、:.]?"), "{}"),
    Mark(1, re.compile(rf"([{_CHINESE}]{{1,4}})\s?[、.,](?![{_CHINESE}]{{1,4}}、)"), "{}"),
    Mark(2, re.compile(rf"[(\[]\s?([{_CHINESE}]{{1,4}})\s?[)\]]"), "({})"),
    Mark(3, re.compile(r"([0-9]{1,3})\s?[.、,](?:(?![0-9])|(?=[0-9]{4}年|[0-9]{5}|[0-9]{1,2}月))"), "{}"),
    Mark(4, re.compile(r"[(\[]\s?([0-9]{1,3})\s?[)\]]|([0-9]{1,2})\)"), "({})", within=True),
    Mark(5, re.compile(r"([①-⑳])"), "{}", within=True),
    Mark(2, re.compile(rf"(第[{_CHINESE}]{{1,4}}条)[\s、:.]?"), "{}"),
    Mark(
        2,
        re.compile(
            rf"(?:重点)?(?:任务|实事|事项|项目|行动|工程|问题)\s?([0-9]{{1,2}}|[{_CHINESE}]{{1,3}})\s?[:、.]"
        ),
        "{}",
    ),
    Mark(5, re.compile(rf"([{BULLETS}])\s?"), "{}", within=True),
)
CHAPTER, SECTION, NUMBER, POINT = MARKS[1], MARKS[2], MARKS[3], MARKS[4]

Kind: TypeAlias = Literal["free", "row", "heading", "inside", "end"]
"""What a line is to the outline.

Only a free one is looked at for its mark; a row begins an item and a heading stands over items
whatever they look like, inside lines belong to the unit before them, and an end belongs to none.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the source, and where it begins and ends (its line end included)."""

    number: int
    start: int
    end: int
    kind: Kind = "free"
    rank: float = 0
    label: str = ""
    skip: int = 0
    """Characters at its beginning that are the label."""


@dataclass(slots=True)
class Node:
    """A numbered unit: its mark, where its own words begin and end, and the units under it."""

    rank: float
    within: bool
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
        return "/".join(node.label for node in self.path if node.label)


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
            label = match.group(match.lastindex or 1)
            if label.isdecimal():
                label = str(int(label))
            return mark, mark.label.format(label), match.end()
    return None


def read_outline(text: str, lines: Sequence[Line], end: int) -> list[Node]:
    """Return the outermost units of the lines, each with its units under it.

    Raises:
        Unreadable: ``notice_too_many_units``.
    """
    marked = [(line, found) for line in lines if (found := _begin(text, line)) is not None]
    nodes = [node for _, node in marked if isinstance(node, Node)]
    if len(nodes) > MOST_UNITS:
        raise Unreadable("notice_too_many_units", limit=MOST_UNITS)
    if nodes and _inverse(nodes):
        _turn(nodes)
    top: list[Node] = []
    open_nodes: list[Node] = []
    for line, node in marked:
        if node == "end":
            while open_nodes:
                open_nodes.pop().end = line.start
            continue
        _keep_among_numbers(node, open_nodes)
        while open_nodes and open_nodes[-1].rank >= node.rank:
            open_nodes.pop().end = line.start
        node.parent = open_nodes[-1] if open_nodes else None
        beside = node.parent.children if node.parent else top
        if node.label and node.label in BULLETS:
            node.label = str(len(beside) + 1)
        beside.append(node)
        open_nodes.append(node)
    for node in open_nodes:
        node.end = end
    return top


def _begin(text: str, line: Line) -> Node | Literal["end"] | None:
    """Make the unit that a line begins; nothing where it begins none."""
    if line.kind in ("row", "heading"):
        return Node(line.rank, False, line.label, line.number, line.start, line.start + line.skip)
    if line.kind == "end":
        return "end"
    found = read_mark(fold(text[line.start : line.end])) if line.kind == "free" else None
    if found is None:
        return None
    mark, label, words = found
    return Node(mark.rank, mark.within, label, line.number, line.start, line.start + words)


def _inverse(nodes: Sequence[Node]) -> bool:
    """Say whether the document puts （一） under 1., as some offices do."""
    pairs = [(a.rank, b.rank, b.label) for a, b in pairwise(nodes)]
    under = sum(pair == (NUMBER.rank, SECTION.rank, "(一)") for pair in pairs)
    over = sum(pair == (SECTION.rank, NUMBER.rank, "1") for pair in pairs)
    return under > over and nodes[0].rank == NUMBER.rank


def _turn(nodes: Iterable[Node]) -> None:
    for node in nodes:
        if node.rank in (NUMBER.rank, SECTION.rank):
            node.rank = NUMBER.rank + SECTION.rank - node.rank


def _keep_among_numbers(node: Node, above: Sequence[Node]) -> None:
    """Count a lone （24） behind 22. as one of these: no list of points begins with it."""
    if node.rank != POINT.rank or node.label == "(1)":
        return
    if any(each.rank == POINT.rank for each in above):
        return
    before = next((each for each in reversed(above) if each.rank == NUMBER.rank), None)
    value = int(node.label.strip("()"))
    if before and before.label.isdecimal() and not before.children and value > int(before.label):
        node.rank, node.within = NUMBER.rank, False


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield every unit in the order of the text."""
    for node in nodes:
        yield node
        yield from walk(node.children)
