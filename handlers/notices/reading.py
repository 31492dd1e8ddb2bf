"""Read a notice: bytes → lines → outline → items → clauses → names and time limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.notices.clauses import ClauseReader, UnitClauses
from handlers.notices.coverage import Span, coverage_lines
from handlers.notices.doubts import (
    doubts_of_head,
    doubts_of_headings,
    doubts_of_item,
    doubts_of_outline,
    doubts_of_sections,
)
from handlers.notices.duties import begins_closing, find_duties, find_standing, is_appendix
from handlers.notices.flattening import script_of
from handlers.notices.head import Head, read_head, year_of_limits
from handlers.notices.items import Sorter, make_item, spread
from handlers.notices.limits import Frame
from handlers.notices.outline import Line, Node, read_outline, walk
from handlers.notices.parts import Tree
from handlers.notices.uncertain import doubts_of, doubts_of_columns
from storage.documents.blocks_in import read_blocks
from storage.documents.text_in import blocks_of
from storage.terms.blocks import Block
from storage.terms.errors import Unreadable
from storage.terms.notice import Duty, Notice


@dataclass(frozen=True, slots=True)
class Reading:
    """A notice as read, the text it was read from, and which part each character belongs to."""

    notice: Notice
    text: str
    spans: tuple[Span, ...]


def read_notice(data: bytes, year: int | None = None) -> Reading:
    """Read a notice from the bytes of its file; ``year`` is a person's word where it names none.

    Raises:
        Unreadable: as :func:`storage.documents.blocks_in.read_blocks` does, and
            ``notice_too_many_units`` or ``not_a_notice``.
    """
    return read_document(read_blocks("", data), year)


def coverage_report(reading: Reading) -> str:
    """Return a listing that shows which part every stretch of the document belongs to."""
    return "\n".join(coverage_lines(reading.text, reading.spans)) + "\n"


def read_text(text: str, year: int | None = None) -> Reading:
    """Read a notice from its text; raises as :func:`read_document` does."""
    return read_document(blocks_of(text), year)


def read_document(blocks: Iterable[Block], year: int | None = None) -> Reading:
    """Read a notice from the blocks of whatever file it came in.

    Raises:
        Unreadable: ``notice_too_many_units`` or ``not_a_notice``.
    """
    script = script_of(blocks)
    text, lines = script.text, script.lines
    head = read_head(text, lines)
    head = replace(head, year=_year_of(head, text, year))
    reader = ClauseReader(text)
    top, clauses = _outline(text, lines, head, reader)
    rows = {line.start for line in lines if line.kind == "row"}
    if not top or not (head.titled or rows or any(clauses.values())):
        raise Unreadable("not_a_notice")
    everywhere = _said_above(lines, head, top, reader)
    units = spread(list(Sorter(text, clauses, rows).items(top)), clauses, everywhere)
    frame = Frame(head.year, head.issued_on)
    items = tuple(make_item(text, unit, clauses, frame) for unit in units)
    body = lines[head.metadata_lines].start if head.metadata_lines < len(lines) else len(text)
    tree = Tree(top, units)
    spans = tuple(tree.spans(len(text), body))
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
    warnings.sort(key=lambda each: each.line)
    notice = Notice(
        title=head.title,
        document_number=head.document_number,
        issuer=head.issuer,
        issued_on=head.issued_on,
        year=head.year,
        standing=find_standing(_words_of(text, spans, "preamble", "heading", "closing")),
        duties=_duties(text, spans, frame),
        items=items,
        warnings=tuple(warnings),
        doubts=doubts_of_columns(script.guessed) + doubts_of(warnings, units, items, frame, script.place_of),
    )
    return Reading(notice, text, spans)


def _year_of(head: Head, text: str, said: int | None) -> int | None:
    """Return the notice's year; of one that looks back on a year by its title, the year it sets limits in."""
    if head.year is None:
        return said or year_of_limits(text)
    stated = None if head.issued_on else year_of_limits(text)
    return stated if stated == head.year + 1 else head.year


def _said_above(lines: Sequence[Line], head: Head, top: Sequence[Node], reader: ClauseReader) -> UnitClauses:
    """Find the sentence above the first unit that names who answers for all (以下任务由…)."""
    above = [line for line in lines[head.metadata_lines :] if line.start < top[0].start]
    found = reader.find(above[0].start, top[0].start) if above else UnitClauses()
    return UnitClauses(found.reaching("below") + tuple(each for each in found.found if each.labelled))


def _outline(
    text: str, lines: Sequence[Line], head: Head, reader: ClauseReader
) -> tuple[list[Node], dict[int, UnitClauses]]:
    """Read the outline up to where the closing begins, and the clauses of each unit's own words."""
    numbered = lines[head.first_line :]
    top = read_outline(text, numbered, len(text))
    clauses = {node.start: reader.find(node.start, node.own_end) for node in walk(top)}
    cut = _appendix(text, numbered, clauses)
    if cut < len(text):
        top = read_outline(text, [line for line in numbered if line.start < cut], cut)
        clauses = {node.start: reader.find(node.start, node.own_end) for node in walk(top)}
    _cut_closing(text, lines, top, clauses, reader)
    return top, clauses


def _appendix(text: str, lines: Sequence[Line], clauses: Mapping[int, UnitClauses]) -> int:
    """Find the line behind the last clause from which only appendices and page footers follow."""
    ends = [found.last.end for found in clauses.values() if found.found]
    for line in lines:
        if ends and line.start >= ends[-1] and is_appendix(text[line.start : line.end]):
            return line.start
    return len(text)


def _cut_closing(
    text: str,
    lines: Sequence[Line],
    top: Sequence[Node],
    clauses: dict[int, UnitClauses],
    reader: ClauseReader,
) -> None:
    """End the last unit where the closing begins; its clause, or else the closing's words, tell where."""
    if not top:
        return
    last = list(walk(top))[-1]
    found = clauses[last.start]
    closing = [each for each in found.found if each.closing]
    first, behind = (closing[0].end, closing[-1].end) if closing else (last.start + 1, len(text))
    if _clauses_stand_first(text, top, clauses):
        behind = len(text)
    end = last.end
    for line in lines:
        if last.end > line.start >= first and (
            line.start >= behind or begins_closing(text[line.start : line.end])
        ):
            end = line.start
            break
    for node in reversed(_last_branch(top)):
        node.end = min(node.end, end)
    clauses[last.start] = reader.find(last.start, end)


def _clauses_stand_first(text: str, top: Sequence[Node], clauses: Mapping[int, UnitClauses]) -> bool:
    """Say whether the items of a document go on behind their clauses, as under a heading that names who."""
    ends = [
        bool(text[clauses[node.start].last.end : node.end].strip())
        for node in list(walk(top))[:-1]
        if clauses[node.start]
    ]
    return sum(ends) * 2 > len(ends)


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
