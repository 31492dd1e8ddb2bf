"""Find the clauses in a unit's words that say who answers for it, wherever they stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, TypeAlias

from handlers.notices import role_words as words
from handlers.notices.days import number
from handlers.notices.folding import blank_inside, fold, pairs
from handlers.notices.names import Clause, Rule, looks_like_body, read_clause
from storage.terms.notice import Responsibility

LONGEST_CLAUSE = 2000
"""A bracket longer than this is prose; sixty names by name fill half of it."""

_LONGEST_SENTENCE = 300
_AFTER_CLAUSE = "。;.,、)]"
_OPENER = re.compile(r"[(\[]")
_SENTENCE = re.compile(r"[^。;!?\n]+(?:[。;!?]|(?=\n)|$)")
_BY = re.compile(r"(?:^|(?<=[,:]))\s*(?=由|[^,]{0,14}由)")
_TIME_FIRST = re.compile(
    r"[于在]?(?:[0-9]{4}年)?(?:[0-9]{1,2}月|第?[一二三四]季度|年)[^,]{0,4}(?:前|内)|每(?:[年月季周]|学[年期])"
)
_TARGET = re.compile(
    r"[^,;。局委办厅院部]{1,14}(?:[率量数]|达到?|不低于|不少于|不超过)[^,;。局委办厅院部]{0,12}[0-9]"
)
_DASHED = re.compile(r"\s*-{2,3}\s*")
_COUNT_ALL = 10_000

_LEADS: tuple[tuple[Literal["first", "comma"], re.Pattern[str]], ...] = (
    ("first", words.LEADS_FIRST),
    ("comma", words.LEADS_BEFORE_COMMA),
)

Scope: TypeAlias = Literal["own", "above", "below"]
"""Whose clause it is: its unit's, that of so many items above, or of all that stand below."""


@dataclass(frozen=True, slots=True)
class FoundClause:
    """A clause and where it stands in the text, brackets and the mark behind it included.

    ``closing`` ones are no part of what the item says. Of a ``scope`` that reaches above, ``count``
    is the number of items.
    """

    start: int
    end: int
    clause: Clause
    closing: bool
    doubt: str = ""
    scope: Scope = "own"
    count: int = 0
    field: bool = False
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class UnitClauses:
    """The clauses of one unit; where there are several, the names of all count."""

    found: tuple[FoundClause, ...] = ()
    inherited: bool = False

    def __bool__(self) -> bool:
        return any(each.clause.responsibility.names for each in self.found)

    @property
    def last(self) -> FoundClause:
        """The clause that closes the unit."""
        return self.found[-1]

    @property
    def own(self) -> UnitClauses:
        """The clauses that speak of the unit alone."""
        return UnitClauses(tuple(each for each in self.found if each.scope == "own"), self.inherited)

    def reaching(self, scope: Scope) -> tuple[FoundClause, ...]:
        """Return the clauses that speak of other items."""
        return tuple(each for each in self.found if each.scope == scope)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Keys of what a person should look at."""
        named = [each for each in self.found if each.clause.responsibility.names]
        several = ("several_clauses",) if len([each for each in named if not each.field]) > 1 else ()
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
        raw = "；".join(each.raw for each in read if each.names)
        return Responsibility(raw, lead, responsible, support)


class ClauseReader:
    """Finds the clauses of a document; what it states once about who leads holds from there on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = fold(text)
        self._rules = sorted(self._stated())

    def find(self, start: int, end: int) -> UnitClauses:
        """Find the clauses between two places, in their order."""
        folded = self._folded[start:end]
        brackets = [
            read
            for opener, closer in pairs(folded)
            if folded[opener] in "([" and (read := self._bracket(folded, start, opener, closer))
        ]
        found = list(self._fields(folded, start))
        found += self._outside(found, [each for each in brackets if each.closing])
        found += self._outside(found, self._sentences(folded, start))
        if not found and (unclosed := self._unclosed(folded, start)):
            found = [unclosed]
        if not any(each.clause.responsibility.names for each in found):
            found += [each for each in brackets if not each.closing and each.clause.named_role][-1:]
        return UnitClauses(tuple(sorted(found, key=lambda each: each.start)))

    @staticmethod
    def _outside(taken: Sequence[FoundClause], more: Iterable[FoundClause]) -> list[FoundClause]:
        starts = sorted(each.start for each in taken)
        ends = sorted(each.end for each in taken)
        return [each for each in more if bisect_left(starts, each.end) == bisect_right(ends, each.start)]

    def _stated(self) -> Iterator[tuple[int, Rule]]:
        """Yield what is stated of who leads, and of what the rest are."""
        for leads, pattern in _LEADS:
            for each in pattern.finditer(self._folded):
                rest = words.REST_SUPPORTS.match(self._folded, each.end())
                yield each.start(), Rule(leads, "support" if rest else "responsible")

    def _read(self, start: int, end: int) -> Clause:
        stated = bisect_left(self._rules, end, key=itemgetter(0))
        return read_clause(self._text[start:end], self._rules[stated - 1][1] if stated else None)

    def _bracket(self, folded: str, start: int, opener: int, closer: int) -> FoundClause | None:
        if closer - opener > LONGEST_CLAUSE or not words.BODY.search(folded, opener + 1, closer):
            return None
        if words.SCOPE_ABOVE.match(folded, opener + 1):
            return None  # read as the sentence that it is
        clause = self._read(start + opener + 1, start + closer)
        if not clause.is_plain:
            return None
        end = closer + 1
        while end < len(folded) and folded[end] in _AFTER_CLAUSE:
            end += 1
        before = folded[max(0, opener - 4) : opener].rstrip()[-1:]
        follows = folded[closer + 1 : closer + 2] == ";"
        between = (follows or before in ("。", ";", "!")) and (clause.is_sure or clause.named_role)
        closing = _ends_paragraph(folded, end) or between or bool(words.FIELD.match(folded, end))
        return FoundClause(start + opener, start + end, clause, closing, "" if closing else "clause_inside")

    def _fields(self, folded: str, start: int) -> Iterator[FoundClause]:
        """Yield the labelled fields: 责任单位：… on a line of its own, or behind a sentence."""
        outer = blank_inside(folded, "([《“")
        marks = list(words.FIELD.finditer(outer))
        for mark, following in zip(marks, [*marks[1:], None], strict=False):
            end = min(_end_of_field(outer, mark.end()), following.start() if following else len(outer))
            if mark["limit"] is not None:
                value = self._text[start + mark.end() : start + end].strip()
                label = mark["limit"]
                clause = Clause(Responsibility(), (f"{label}：{value}",), False)
            elif label := mark["label"] or mark["said"]:
                clause = self._labelled(label, start + mark.start(), start + end)
                if not clause.responsibility.names and words.BODY.search(folded, mark.end(), end):
                    # Persons, or words that name nobody.
                    clause = Clause(Responsibility(), clause.limits, False)
            else:
                clause = Clause(Responsibility(), (), False)
            yield FoundClause(start + mark.start(), start + end, clause, True, field=True, labelled=True)

    def _labelled(self, label: str, start: int, end: int) -> Clause:
        """Read a field; behind 责任单位及责任人 persons stand beside their departments."""
        clause = self._read(start, end)
        if not label.endswith("责任人") or len(label) < len("单位责任人"):
            return clause
        read = read_clause("、".join(self._text[start:end].split())).responsibility
        lead, responsible, support = (
            tuple(filter(looks_like_body, names)) for names in (read.lead, read.responsible, read.support)
        )
        return Clause(Responsibility(read.raw, lead, responsible, support), clause.limits, clause.named_role)

    def _sentences(self, folded: str, start: int) -> Iterator[FoundClause]:
        """Yield the sentences that say who: 由甲局牵头，乙局配合。"""
        for sentence in _SENTENCE.finditer(blank_inside(folded)):
            begin, end = sentence.span()
            said = folded[begin:end]
            if said.lstrip()[:1] in tuple(words.STARS):
                clause = self._read(start + begin, start + end)
                if all(map(looks_like_body, clause.responsibility.names)) and _ends_paragraph(folded, end):
                    yield FoundClause(start + begin, start + end, clause, True, field=True)
                continue
            if dashed := _DASHED.match(said):
                clause = self._read(start + begin + dashed.end(), start + end)
                names = clause.responsibility.names
                if names and all(map(looks_like_body, names)) and _ends_paragraph(folded, end):
                    yield FoundClause(start + begin, start + end, clause, True, field=True)
                continue
            if (
                not words.ROLE.search(said)
                or "不再" in said
                or len(said) > 2 * _LONGEST_SENTENCE
                or said.count("(") != said.count(")")
            ):
                continue
            yield from self._sentence(folded, start, begin, end)

    def _sentence(self, folded: str, start: int, begin: int, end: int) -> Iterator[FoundClause]:
        said = folded[begin:end]
        scope: Scope
        for pattern, scope in ((words.SCOPE_ABOVE, "above"), (words.SCOPE_BELOW, "below")):
            if found := pattern.search(said):
                clause = self._read(start + begin + found.end(), start + begin + len(said.rstrip("。; )]")))
                if clause.is_sure:
                    count = number(found.groupdict().get("count") or "") or _COUNT_ALL
                    yield FoundClause(
                        start + begin, start + end, clause, True, scope=scope, count=count, field=True
                    )
                return
        for place in [each.end() for each in _BY.finditer(said)]:
            by = words.THIS.match(said, place)
            if by is None:
                continue
            begins = begin + max(place, by.end("when"))
            if begins and folded[begins - 1] in ",:":
                begins -= 1
            stop, clause = self._by(folded, start, begin + by.end(), end)
            if clause.is_likely:
                yield FoundClause(start + begins, start + stop, clause, True, field=True)
                return
        if begin and len(said) < _LONGEST_SENTENCE and not words.NOT_A_CLAUSE.match(said.strip()):
            stop, clause = self._by(folded, start, begin, end)
            if clause.is_sure and _ends_paragraph(folded, end):
                yield FoundClause(start + begin, start + stop, clause, True, field=True)

    def _by(self, folded: str, start: int, begin: int, end: int) -> tuple[int, Clause]:
        """Read who does it, up to where the sentence says what is done: 由甲局负责，9月底前报市政府."""
        clause, stop = self._read(start + begin, start + end), end
        for comma in reversed([each.start() for each in re.finditer(",", folded[begin:end])]):
            rest = folded[begin + comma + 1 : end]
            if not (_TIME_FIRST.match(rest) or _TARGET.match(rest) or words.NOT_A_CLAUSE.match(rest)):
                break
            if (shorter := self._read(start + begin, start + begin + comma)).is_sure:
                clause, stop = shorter, begin + comma
        return stop, clause

    def _unclosed(self, folded: str, start: int) -> FoundClause | None:
        """Read a clause whose closing bracket was forgotten at the end of the unit."""
        end = len(folded.rstrip())
        paired = {opener for opener, _ in pairs(folded)}
        lone = [m.start() for m in _OPENER.finditer(blank_inside(folded)) if m.start() not in paired]
        if not lone or end - lone[-1] > LONGEST_CLAUSE:
            return None
        clause = self._read(start + lone[-1] + 1, start + end)
        if not (clause.is_plain and clause.named_role):
            return None
        return FoundClause(start + lone[-1], start + end, clause, True, "clause_unclosed")


def _end_of_field(folded: str, place: int) -> int:
    """Say where the field ends: with its line, unless a list goes on, or with its sentence."""
    found = re.compile(r"(?<![、,])\n|。|$").search(folded, place)
    assert found is not None  # noqa: S101 - the end always matches
    return found.end() if found.group() == "。" else found.start()


def _ends_paragraph(folded: str, place: int) -> bool:
    while place < len(folded) and folded[place].isspace():
        if folded[place] == "\n":
            return True
        place += 1
    return place >= len(folded)


def _union(groups: list[tuple[str, ...]], taken: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(name for group in groups for name in group)
    return tuple(name for name in names if name not in taken)
