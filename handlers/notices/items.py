"""Which numbered units are items, which are headings over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handlers.notices.clauses import UnitClauses
from handlers.notices.deadline_forms import Frame
from handlers.notices.deadlines import find_deadlines
from handlers.notices.folding import fold, split_outside
from handlers.notices.outline import Node
from storage.terms.notice import NoticeItem

_LONGEST_TITLE = 60
_TITLE_ENDS = "。;:!?\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered unit that is an item, with the clauses found in it."""

    node: Node
    clauses: UnitClauses


class Sorter:
    """Tells items from headings by where the clauses stand.

    An item is the smallest numbered unit with a clause of its own, and any numbered sibling of
    one. Points inside an item, （1） or ①, are items only when more than the last of them has a
    clause: a clause behind the last point closes the item they belong to. A unit with neither
    clause nor item beside it (一、总体要求) is no item; but in a notice without any clause the
    smallest units are.
    """

    def __init__(self, clauses: Mapping[int, UnitClauses]) -> None:
        self._own = clauses
        self._claims: dict[int, bool] = {}
        self._bare = not any(clauses.values())

    def items(self, nodes: Sequence[Node]) -> Iterator[Unit]:
        """Yield the items among the units and under them, in order."""
        beside_item = any(self._claims_any(node) and not self._is_heading(node) for node in nodes)
        for node in nodes:
            if self._is_heading(node):
                yield from self.items(node.children)
            elif beside_item or self._bare:
                yield Unit(node, self._clauses_of(node))

    def _is_heading(self, node: Node) -> bool:
        children = node.children
        claiming = [child for child in children if self._claims_any(child)]
        if all(child.mark.within for child in children):
            return bool(claiming) and not (len(children) > 1 and claiming == children[-1:])
        return bool(claiming) or self._bare

    def _claims_any(self, node: Node) -> bool:
        known = self._claims.get(node.start)
        if known is None:
            known = bool(self._own[node.start]) or any(map(self._claims_any, node.children))
            self._claims[node.start] = known
        return known

    def _clauses_of(self, node: Node) -> UnitClauses:
        found = list(self._own[node.start].found)
        for child in node.children:
            found += self._clauses_of(child).found
        return UnitClauses(tuple(found))


def make_item(text: str, unit: Unit, frame: Frame) -> NoticeItem:
    """Put together what a unit says: title, words, who answers for it, until when."""
    node, clauses = unit.node, unit.clauses
    words = _words(text, unit)
    return NoticeItem(
        number=node.number,
        headings=tuple(title_of(text, above.words, above.own_end) for above in node.path[:-1]),
        title=title_of(words, 0, len(words)),
        text=words,
        responsibility=clauses.responsibility,
        deadlines=find_deadlines("。".join([words, *clauses.limits]), frame),
    )


def title_of(text: str, start: int, end: int) -> str:
    """Return the short sentence a unit begins with; of a long one its beginning up to a comma."""
    words = text[start:end].strip()[: _LONGEST_TITLE * 3]
    folded = fold(words)
    for begin, stop in split_outside(folded, _TITLE_ENDS):
        if title := words[begin:stop].strip():
            return _shorten(title)
    return ""


def _shorten(title: str) -> str:
    title = _without_clause(title)
    if len(title) <= _LONGEST_TITLE:
        return title
    for _, stop in split_outside(fold(title), ","):
        if 4 <= stop <= _LONGEST_TITLE:
            return title[:stop]
    return title[: _LONGEST_TITLE - 1] + "…"


def _without_clause(title: str) -> str:
    return title.rstrip("。;；:：,， ")


def _words(text: str, unit: Unit) -> str:
    node, end = unit.node, unit.node.end
    if unit.clauses and unit.clauses.last.closing:
        last = unit.clauses.last
        kept = text[node.words : last.start] + "\n" + text[last.end : end]
    else:
        kept = text[node.words : end]
    return "\n".join(line.strip() for line in kept.split("\n") if line.strip())
