"""What in a notice a person should look at before it is put to work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handlers.notices import days
from handlers.notices.clauses import UnitClauses
from handlers.notices.head import Head
from handlers.notices.items import Unit, title_of
from handlers.notices.limits import Frame
from handlers.notices.messages import warn
from handlers.notices.names import looks_like_body
from handlers.notices.outline import Node, walk
from storage.terms.notice import NoticeItem, ReadingWarning


def doubts_of_head(head: Head) -> Iterator[ReadingWarning]:
    """Say what is missing above the items."""
    if not head.title:
        yield warn(1, "title_unknown")
    if head.issued_on is None:
        yield warn(1, "date_unknown")
    if head.year is None:
        yield warn(1, "year_unknown")


def doubts_of_outline(nodes: Sequence[Node]) -> Iterator[ReadingWarning]:
    """Say where a number is repeated or skipped among siblings of one kind."""
    before: dict[float, tuple[int, set[str]]] = {}
    for node in nodes:
        value = days.number(node.label.strip("()"))
        last, seen = before.get(node.rank, (0, set()))
        if value == 1 and last > 1 and not node.within:
            # A second list begins, as a second table does.
            last, seen = 0, set()
        if not node.label:
            pass
        elif node.label in seen:
            yield warn(node.line, "number_repeated", number=node.number)
        elif value is not None and last and value > last + 1:
            yield warn(node.line, "number_skipped", number=node.number)
        seen.add(node.label)
        before[node.rank] = (value or 0, seen)
        yield from doubts_of_outline(node.children)


def doubts_of_item(text: str, unit: Unit, item: NoticeItem, frame: Frame) -> Iterator[ReadingWarning]:
    """Say what is unclear in one item."""
    node, clauses = unit.node, unit.clauses
    line = node.line
    if not clauses:
        yield warn(line, "no_clause", number=item.number)
    for key in clauses.doubts:
        yield warn(line, key, number=item.number)
    if clauses and clauses.last.closing and text[clauses.last.end : node.end].strip():
        yield warn(line, "text_after_clause", number=item.number)
    for name in item.responsibility.names:
        if not looks_like_body(name):
            yield warn(line, "odd_name", number=item.number, name=name)
    for deadline in item.deadlines:
        if deadline.due and frame.issued_on and deadline.due < frame.issued_on:
            yield warn(line, "deadline_past", number=item.number, phrase=deadline.phrase)
    if len(item.deadlines) > 1:
        yield warn(line, "deadlines_several", number=item.number)


def doubts_of_headings(
    text: str, headings: Sequence[Node], clauses: Mapping[int, UnitClauses]
) -> Iterator[ReadingWarning]:
    """Say where a heading names who answers for what the items under it name others for."""
    for node in headings:
        if clauses[node.start] and any(clauses[each.start] for each in walk(node.children)):
            yield warn(node.line, "group_clause", title=title_of(text, node.words, node.own_end))


def doubts_of_sections(text: str, idle: Sequence[Node]) -> Iterator[ReadingWarning]:
    """Say which sections were not taken as items, since nobody is named in or beside them."""
    for node in idle:
        title = title_of(text, node.words, node.own_end)
        yield warn(node.line, "section_without_clause", title=title, number=node.number)
