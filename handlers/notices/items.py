"""Which numbered units are items, which are headings over them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.notices.clauses import FoundClause, UnitClauses
from handlers.notices.deadlines import find_deadlines, stated_deadlines
from handlers.notices.folding import fold, split_outside
from handlers.notices.limits import Frame
from handlers.notices.outline import CHAPTER, Node, walk
from handlers.notices.role_words import NO_ITEM
from storage.terms.notice import Deadline, NoticeItem

_LONGEST_TITLE = 60
_TITLE_ENDS = "。;:!?\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered unit that is an item, with the clauses found in it."""

    node: Node
    clauses: UnitClauses


_NONE = UnitClauses()


class Sorter:
    """Tells items from headings by where the clauses stand.

    An item is the smallest numbered unit with a clause of its own, and any numbered sibling of
    one. Points inside an item, （1） or ①, are items only when more than the last of them has a
    clause: a clause behind the last point closes the item they belong to. A chapter (一、) with a
    clause that the numbers under it lack has it for all of them. A unit with neither clause nor
    item beside it (一、总体要求) is no item; but in a notice without any clause the smallest
    units are.
    """

    def __init__(self, text: str, clauses: Mapping[int, UnitClauses], rows: Collection[int] = ()) -> None:
        self._text = text
        self._own = {start: found.own for start, found in clauses.items()}
        self._reach = clauses
        self._rows = rows
        self._claims: dict[int, bool] = {}
        self._bare = not rows and not any(self._says(start) for start in clauses)

    def items(self, nodes: Sequence[Node], above: UnitClauses = _NONE) -> Iterator[Unit]:
        """Yield the items among the units and under them, in order; ``above`` is a chapter's clause."""
        beside_item = {node.rank for node in nodes if self._claims_any(node) and not self._is_heading(node)}
        for node in nodes:
            if self._is_heading(node):
                yield from self.items(node.children, self._own[node.start] or above)
            elif self._is_idle(node):
                continue
            elif node.rank in beside_item or self._bare or (above and not node.within):
                yield Unit(node, self._clauses_of(node) or _inherited(above))

    def _is_idle(self, node: Node) -> bool:
        title = title_of(self._text, node.words, node.own_end)
        return bool(NO_ITEM.match(fold(title))) and not self._claims_any(node)

    def _is_heading(self, node: Node) -> bool:
        children = node.children
        claiming = [child for child in children if self._claims_any(child)]
        if all(child.within for child in children):
            return bool(claiming) and not (len(children) > 1 and claiming == children[-1:])
        if not claiming and self._own[node.start]:
            return node.rank <= CHAPTER.rank
        return bool(claiming) or self._bare

    def _says(self, start: int) -> bool:
        return bool(self._own[start]) or bool(self._reach[start].reaching("above")) or start in self._rows

    def _claims_any(self, node: Node) -> bool:
        known = self._claims.get(node.start)
        if known is None:
            known = self._says(node.start) or any(map(self._claims_any, node.children))
            self._claims[node.start] = known
        return known

    def _clauses_of(self, node: Node) -> UnitClauses:
        found = list(self._own[node.start].found)
        for child in node.children:
            found += self._clauses_of(child).found
        return UnitClauses(tuple(found))


def _inherited(above: UnitClauses) -> UnitClauses:
    return UnitClauses(above.found, inherited=True) if above else _NONE


def spread(units: Sequence[Unit], clauses: Mapping[int, UnitClauses], everywhere: UnitClauses) -> list[Unit]:
    """Give the items without a clause that of the sentence behind or before them (以上3项由…)."""
    spread_out = list(units)
    for index, unit in enumerate(units):
        for found in _reaching(unit.node, clauses):
            reach = UnitClauses((found,), inherited=True)
            for place in range(index, max(-1, index - found.count), -1):
                if spread_out[place].clauses:
                    break
                spread_out[place] = replace(units[place], clauses=reach)
    if everywhere:
        whole = UnitClauses(everywhere.found, inherited=True)
        spread_out = [each if each.clauses else replace(each, clauses=whole) for each in spread_out]
    return spread_out


def _reaching(node: Node, clauses: Mapping[int, UnitClauses]) -> Iterator[FoundClause]:
    for each in walk([node]):
        yield from clauses[each.start].reaching("above")


def make_item(text: str, unit: Unit, clauses: Mapping[int, UnitClauses], frame: Frame) -> NoticeItem:
    """Put together what a unit says: title, words, who answers for it, until when."""
    node = unit.node
    words = _words(text, unit, clauses)
    return NoticeItem(
        number=node.number,
        headings=tuple(title_of(text, above.words, above.own_end) for above in node.path[:-1]),
        title=title_of(words, 0, len(words)),
        text=words,
        responsibility=unit.clauses.responsibility,
        deadlines=_deadlines(words, _limits(unit, clauses), frame),
    )


def _deadlines(words: str, limits: Sequence[str], frame: Frame) -> tuple[Deadline, ...]:
    found = list(find_deadlines(words, frame))
    for limit in limits:
        stated = stated_deadlines(limit, frame)
        # What a column says of the same day counts; the words beside it only say it again.
        same = {each.due for each in stated if each.due is not None}
        found = [each for each in found if each.due not in same or each in stated]
        found += [each for each in stated if each not in found]
    return tuple(found)


def _limits(unit: Unit, clauses: Mapping[int, UnitClauses]) -> list[str]:
    own = [limit for each in walk([unit.node]) for limit in clauses[each.start].own.limits]
    return own + (list(unit.clauses.limits) if unit.clauses.inherited else [])


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


def _words(text: str, unit: Unit, clauses: Mapping[int, UnitClauses]) -> str:
    """Return what an item says, without the clauses and fields that stand in it."""
    node = unit.node
    kept: list[str] = []
    done = node.words
    for each in walk([node]):
        for found in clauses[each.start].found:
            if found.closing and found.start >= done:
                kept.append(text[done : found.start])
                done = max(done, found.end)
                if _ends_line(text, done):
                    kept.append("\n")
    kept.append(text[done : node.end])
    return "\n".join(line.strip() for line in "".join(kept).split("\n") if line.strip())


def _ends_line(text: str, place: int) -> bool:
    return text[place : place + 1] in ("", "\n")
