"""Read a notice: bytes → lines → outline → items → clauses → names and time limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.notices.clauses import UnitClauses, find_clauses
from handlers.notices.coverage import Span, coverage_lines
from handlers.notices.deadline_forms import Frame
from handlers.notices.doubts import (
    doubts_of_head,
    doubts_of_headings,
    doubts_of_item,
    doubts_of_outline,
    doubts_of_sections,
)
from handlers.notices.duties import begins_closing, find_duties, find_standing, is_appendix
from handlers.notices.head import Head, read_head
from handlers.notices.items import Sorter, make_item
from handlers.notices.outline import Line, Node, lines_of, read_outline, walk
from handlers.notices.parts import Tree
from storage.documents.text_in import decode
from storage.terms.errors import Unreadable
from storage.terms.notice import Duty, Notice


@dataclass(frozen=True, slots=True)
class Reading:
    """A notice as read, the text it was read from, and which part each character belongs to."""

    notice: Notice
    text: str
    spans: tuple[Span, ...]


def read_notice(data: bytes, year: int | None = None) -> Reading:
    """Read a notice from the bytes of a text file; ``year`` is a person's word where it names none.

    Raises:
        Unreadable: ``notice_too_large``, ``notice_empty``, ``notice_binary``,
            ``notice_too_many_units`` or ``not_a_notice``.
    """
    return read_text(decode(data), year)


def coverage_report(reading: Reading) -> str:
    """Return a listing that shows which part every stretch of the document belongs to."""
    return "\n".join(coverage_lines(reading.text, reading.spans)) + "\n"


def read_text(text: str, year: int | None = None) -> Reading:
    """Read a notice from its text; raises as :func:`read_notice` does, the bytes apart."""
    lines = lines_of(text)
    head = read_head(text, lines)
    if head.year is None:
        head = replace(head, year=year)
    top, clauses, end = _outline(text, lines, head)
    if not top or not (head.titled or any(clauses.values())):
        raise Unreadable("not_a_notice")
    units = list(Sorter(clauses).items(top))
    frame = Frame(head.year, head.issued_on)
    items = tuple(make_item(text, unit, frame) for unit in units)
    body = lines[head.metadata_lines].start if head.metadata_lines < len(lines) else len(text)
    tree = Tree(top, units)
    spans = tuple(tree.spans(len(text), body, end))
    warnings = [
        *doubts_of_head(head),
        *doubts_of_outline(top),
        *doubts_of_headings(text, tree.headings, clauses),
        *doubts_of_sections(text, tree.idle),
        *(
            each
            for unit, item in zip(units, items, strict=True)
            for each in doubts_of_item(text, unit, item, frame)
        ),
    ]
    notice = Notice(
        title=head.title,
        document_number=head.document_number,
        issuer=head.issuer,
        issued_on=head.issued_on,
        year=head.year,
        standing=find_standing(_words_of(text, spans, "preamble", "heading", "closing")),
        duties=_duties(text, spans, frame),
        items=items,
        warnings=tuple(sorted(warnings, key=lambda each: each.line)),
    )
    return Reading(notice, text, spans)


def _outline(text: str, lines: Sequence[Line], head: Head) -> tuple[list[Node], dict[int, UnitClauses], int]:
    """Read the outline up to where the closing begins, and the clauses of each unit's own words."""
    numbered = lines[head.first_line :]
    top = read_outline(text, numbered, len(text))
    clauses = {node.start: find_clauses(text, node.start, node.own_end) for node in walk(top)}
    cut = _appendix(text, numbered, clauses)
    if cut < len(text):
        top = read_outline(text, [line for line in numbered if line.start < cut], cut)
        clauses = {node.start: find_clauses(text, node.start, node.own_end) for node in walk(top)}
    return top, clauses, _cut_closing(text, lines, top, clauses)


def _appendix(text: str, lines: Sequence[Line], clauses: Mapping[int, UnitClauses]) -> int:
    """Find the line behind the last clause from which only appendices and page footers follow."""
    ends = [found.last.end for found in clauses.values() if found]
    for line in lines:
        if ends and line.start >= ends[-1] and is_appendix(text[line.start : line.end]):
            return line.start
    return len(text)


def _cut_closing(
    text: str, lines: Sequence[Line], top: Sequence[Node], clauses: dict[int, UnitClauses]
) -> int:
    """End the last unit where the closing begins; its clause, or else the closing's words, tell where."""
    if not top:
        return len(text)
    last = list(walk(top))[-1]
    found = clauses[last.start]
    closing = [each for each in found.found if each.closing]
    first, behind = (closing[0].end, closing[-1].end) if closing else (last.start + 1, len(text))
    end = len(text)
    for line in lines:
        if line.start >= first and (line.start >= behind or begins_closing(text[line.start : line.end])):
            end = line.start
            break
    for node in reversed(_last_branch(top)):
        node.end = end
    clauses[last.start] = find_clauses(text, last.start, end)
    return end


def _last_branch(top: Sequence[Node]) -> list[Node]:
    branch: list[Node] = []
    nodes = top
    while nodes:
        branch.append(nodes[-1])
        nodes = nodes[-1].children
    return branch


def _words_of(text: str, spans: Sequence[Span], *parts: str) -> str:
    return "\n".join(text[span.start : span.end] for span in spans if span.part in parts)


def _duties(text: str, spans: Sequence[Span], frame: Frame) -> tuple[Duty, ...]:
    above = find_duties(_words_of(text, spans, "preamble"), frame, closing=False)
    return above + find_duties(_words_of(text, spans, "closing"), frame, closing=True)
