"""Which part of the document each stretch of its text belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.notices.coverage import Part, Span
from handlers.notices.items import Unit
from handlers.notices.outline import Node, walk


class Tree:
    """The outline with its items known: what stands over an item is a heading, the rest is idle.

    An idle section belongs to the preamble before the first item, to the closing behind the
    last one, and counts as heading between items.
    """

    def __init__(self, top: Sequence[Node], units: Sequence[Unit]) -> None:
        self._top = top
        self._items = {unit.node.start for unit in units}
        self._over_items = {above.start for unit in units for above in unit.node.path[:-1]}
        self._first, self._last = (units[0].node.start, units[-1].node.start) if units else (0, 0)

    @property
    def headings(self) -> list[Node]:
        """The units over items."""
        return [node for node in walk(self._top) if node.start in self._over_items]

    @property
    def idle(self) -> list[Node]:
        """The outermost units that are no items and stand over none."""
        return [node for node in self._leaves(self._top) if node.start not in self._items]

    def spans(self, length: int, body: int) -> Iterator[Span]:
        """Yield the parts in order: ``body`` is where the document begins."""
        first = self._top[0].start
        if body:
            yield Span(0, min(body, first), "metadata")
        if body < first:
            yield Span(body, first, "preamble")
        done = first
        for span in self._unit_spans(self._top):
            if done < span.start:
                # Words behind a table belong to no row of it.
                yield Span(done, span.start, "closing" if done > self._last else "heading")
            yield span
            done = span.end
        if done < length:
            yield Span(done, length, "closing")

    def _leaves(self, nodes: Sequence[Node]) -> Iterator[Node]:
        for node in nodes:
            if node.start in self._over_items:
                yield from self._leaves(node.children)
            else:
                yield node

    def _unit_spans(self, nodes: Sequence[Node]) -> Iterator[Span]:
        for node in nodes:
            if node.start in self._over_items:
                yield Span(node.start, node.own_end, "heading", node.number)
                yield from self._unit_spans(node.children)
            else:
                yield Span(node.start, node.end, self._part(node), node.number)

    def _part(self, node: Node) -> Part:
        if node.start in self._items:
            return "item"
        if node.start < self._first:
            return "preamble"
        return "closing" if node.start > self._last else "heading"
