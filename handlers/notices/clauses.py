"""Find the clause in a unit's words that says who answers for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.notices.folding import blank_inside, fold, pairs
from handlers.notices.names import Clause, read_clause
from handlers.notices.role_words import BODY
from storage.terms.notice import Responsibility

LONGEST_CLAUSE = 2000
"""A bracket longer than this is prose; sixty names by name fill half of it."""

_AFTER_CLAUSE = "。;.,、)]"
_OPENER = re.compile(r"[(\[]")


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A clause and where it stands in the text, brackets and the mark behind it included."""

    start: int
    end: int
    clause: Clause
    closing: bool
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class UnitClauses:
    """The clauses of one unit; where there are several, the names of all count."""

    found: tuple[FoundClause, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def last(self) -> FoundClause:
        """The clause that closes the unit."""
        return self.found[-1]

    @property
    def doubts(self) -> tuple[str, ...]:
        """Keys of what a person should look at."""
        several = ("several_clauses",) if len(self.found) > 1 else ()
        return several + tuple(dict.fromkeys(each.doubt for each in self.found if each.doubt))

    @property
    def limits(self) -> tuple[str, ...]:
        """The time limits that stand in the clauses."""
        return tuple(limit for each in self.found for limit in each.clause.limits)

    @property
    def responsibility(self) -> Responsibility:
        """Everyone named, each with the highest role of all the clauses."""
        read = [each.clause.responsibility for each in self.found]
        lead = _union([each.lead for each in read], ())
        responsible = _union([each.responsible for each in read], lead)
        support = _union([each.support for each in read], lead + responsible)
        return Responsibility("；".join(each.raw for each in read), lead, responsible, support)


def find_clauses(text: str, start: int, end: int) -> UnitClauses:
    """Find the clauses between two places: a bracket that closes a paragraph, else one inside it."""
    folded = fold(text[start:end])
    candidates = [
        found
        for opener, closer in pairs(folded)
        if folded[opener] in "([" and (found := _candidate(text, folded, start, opener, closer))
    ]
    closing = [each for each in candidates if each.closing]
    if closing:
        return UnitClauses(tuple(closing))
    unclosed = _unclosed(text, folded, start)
    if unclosed:
        return UnitClauses((unclosed,))
    inside = [each for each in candidates if each.clause.named_role]
    return UnitClauses(tuple(inside[-1:]))


def _candidate(text: str, folded: str, start: int, opener: int, closer: int) -> FoundClause | None:
    if closer - opener > LONGEST_CLAUSE or not BODY.search(folded, opener + 1, closer):
        return None
    clause = read_clause(text[start + opener + 1 : start + closer])
    if not clause.is_plain:
        return None
    end = closer + 1
    while end < len(folded) and folded[end] in _AFTER_CLAUSE:
        end += 1
    closing = _ends_paragraph(folded, end)
    return FoundClause(start + opener, start + end, clause, closing, "" if closing else "clause_inside")


def _unclosed(text: str, folded: str, start: int) -> FoundClause | None:
    """Read a clause whose closing bracket was forgotten at the end of the unit."""
    end = len(folded.rstrip())
    paired = {opener for opener, _ in pairs(folded)}
    lone = [mark.start() for mark in _OPENER.finditer(blank_inside(folded)) if mark.start() not in paired]
    if not lone or end - lone[-1] > LONGEST_CLAUSE:
        return None
    clause = read_clause(text[start + lone[-1] + 1 : start + end])
    if not (clause.is_plain and clause.named_role):
        return None
    return FoundClause(start + lone[-1], start + end, clause, True, "clause_unclosed")


def _ends_paragraph(folded: str, place: int) -> bool:
    while place < len(folded) and folded[place].isspace():
        if folded[place] == "\n":
            return True
        place += 1
    return place >= len(folded)


def _union(groups: list[tuple[str, ...]], taken: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(name for group in groups for name in group)
    return tuple(name for name in names if name not in taken)
