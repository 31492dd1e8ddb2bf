"""Show that nothing of a document is lost: every character belongs to exactly one part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from handlers.notices.messages import words

Part: TypeAlias = Literal["metadata", "preamble", "heading", "item", "closing"]
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text and the part it belongs to; ``number`` where it is numbered."""

    start: int
    end: int
    part: Part
    number: str = ""


def unassigned(text: str, spans: Sequence[Span]) -> int:
    """Count the characters that no span has, or more than one."""
    wrong = place = 0
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        wrong += abs(span.start - place)
        place = max(place, span.end)
    return wrong + abs(len(text) - place)


def coverage_lines(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """List the spans with their lines, the characters of each part, and whether all is covered."""
    say = words("coverage")
    totals: dict[Part, int] = {}
    line = 1
    for span in spans:
        piece = text[span.start : span.end]
        last = line + piece.rstrip("\n").count("\n")
        totals[span.part] = totals.get(span.part, 0) + len(piece)
        yield say["line"].format(
            first=line,
            last=last,
            kind=say[span.part],
            number=f" {span.number}" if span.number else "",
            characters=len(piece),
            start=" ".join(piece[: _SHOWN * 2].split())[:_SHOWN],
        )
        line += piece.count("\n")
    for part, characters in totals.items():
        yield say["total"].format(kind=say[part], characters=characters)
    wrong = unassigned(text, spans)
    yield say["broken"].format(characters=wrong) if wrong else say["whole"].format(characters=len(text))
