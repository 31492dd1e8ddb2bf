"""What stands in a letter: read in the unit of work, written as a document in a thread."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count
from typing import Any

from handlers.turns import Turn
from reminders.workdays import Workdays
from storage.ledger import letters, lookup, views
from storage.ledger.views import View
from storage.records import Department, Letter, Plan
from storage.terms.letters import LetterKind
from storage.terms.texts import Text, text

FEW = 3
"""Departments that a letter is named by; of more only the first, with how many there are."""

_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as a document. ``shown`` are the assignments in it."""

    letter: int
    number: str
    name: str
    content: bytes
    shown: tuple[int, ...]


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the names of the fields, and what people call letters."""
    source = resources.files("handlers.reminding").joinpath("letter_words.toml").read_text("utf-8")
    return tomllib.loads(source)


async def contents(turn: Turn, drafts: Sequence[Letter]) -> dict[int, list[View]]:
    """Return what each letter is about, as things stand now: of its department all that is overdue."""
    late = await views.overdue(turn.unit)
    return {
        each.id: [
            view
            for view in late
            if (
                view.department == each.department_id
                if each.department_id is not None
                else view.id in each.assignments
            )
        ]
        for each in drafts
    }


def kind_name(kind: LetterKind) -> Text:
    """Return what a kind of letter is called."""
    return text(f"letter.kind.{kind}")


def about(turn: Turn, letter: Letter, late: Sequence[View]) -> Text:
    """Return whom a letter is about."""
    if letter.department_id is not None:
        return text("letter.one", department=lookup.short_name(turn.directory, letter.department_id))
    names = list(dict.fromkeys(view.department_name for view in late))
    if len(names) > FEW:
        return text("letter.many", department=names[0], count=len(names))
    return text("letter.several", departments=names)


def demand(letter: Letter) -> Text:
    """Return what a letter demands: as a coordinator worded it, or as usual."""
    return text("letter.worded", words=letter.words) if letter.words else text(f"letter.demand.{letter.kind}")


async def numbering(turn: Turn, kind: LetterKind) -> Iterator[str]:
    """Return the numbers that the next letters of a kind get this year: none that a letter bears already."""
    borne, year = await letters.numbers(turn.unit, kind), str(turn.today.year)
    worded = (turn.words(text("letter.number", year=year, number=number)) for number in count(1))
    return (number for number in worded if number not in borne)


async def write_all(turn: Turn, drafts: Sequence[Letter]) -> Callable[[], list[Written]]:
    """Read what letters say; what is returned writes them. One with nothing left to say is passed over."""
    from storage.documents import letters as documents

    found = await contents(turn, drafts)
    free: dict[LetterKind, Iterator[str]] = {}
    wanted: list[tuple[Letter, str, str, bytes, dict[str, Any]]] = []
    for letter in drafts:
        late = found[letter.id]
        if not late:
            continue
        kind = LetterKind(letter.kind)
        if kind not in free:
            free[kind] = await numbering(turn, kind)
        number = letter.number or next(free[kind])
        own = await letters.template(turn.unit, kind)
        template = documents.shipped(kind) if own is None else own.content
        name = turn.words(
            text("letter.file", kind=kind_name(kind), number=number, about=about(turn, letter, late))
        )
        wanted.append((letter, number, name, template, fields(turn, letter, late, number)))
    shown = {letter.id: tuple(view.id for view in found[letter.id]) for letter in drafts}

    def make() -> list[Written]:
        return [
            Written(
                letter.id,
                number,
                f"{_NOT_IN_A_NAME.sub(' ', name).strip()}.docx",
                documents.write(template, filled),
                shown[letter.id],
            )
            for letter, number, name, template, filled in wanted
        ]

    return make


def fields(turn: Turn, letter: Letter, late: Sequence[View], number: str) -> dict[str, Any]:
    """Return what stands in the fields of a letter, by their names in the template."""
    issuers = [turn.directory.get(Plan, view.plan).issuer for view in late]
    issuer = next((each for each in issuers if each), None)
    whom = "" if letter.department_id is None else turn.directory.get(Department, letter.department_id).name
    filled: dict[str, Any] = {
        "number": number,
        "department": whom,
        "day": turn.words(text("letter.day", day=turn.today)),
        "issuer": issuer or turn.words(text("letter.issuer")),
        "demand": turn.words(demand(letter)),
        "count": str(len(late)),
        "items": [_row(turn, position, view, turn.days) for position, view in enumerate(late, 1)],
    }
    names = words()["fields"]
    return {names[name]: value for name, value in filled.items()}


def _row(turn: Turn, position: int, view: View, days: Workdays) -> dict[str, str]:
    due = view.due or turn.today
    row = {
        "number": str(position),
        "department": turn.directory.get(Department, view.department).name,
        "item": view.title,
        "due": turn.words(text("letter.day", day=due)),
        "late": turn.words(text("letter.late", workdays=days.workdays_between(due, turn.today))),
        "words": view.words,
    }
    names = words()["columns"]
    return {names[name]: value for name, value in row.items()}


def sample(turn: Turn) -> dict[str, Any]:
    """Return a filling with which a template can be tried: every field that there is."""
    names, columns = words()["fields"], words()["columns"]
    filled: dict[str, Any] = dict.fromkeys(names.values(), turn.words(text("letter.sample")))
    return {**filled, names["items"]: [dict.fromkeys(columns.values(), turn.words(text("letter.sample")))]}
