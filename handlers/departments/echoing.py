"""The echo: in one line what the bot understood of a reply, and what it could not take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from handlers import wording
from handlers.departments import owed
from handlers.replies import Ambiguity, Entry
from storage.ledger.reports import Taken
from storage.terms.cards import Button, Card
from storage.terms.texts import Text, pack, text, unpack

KIND = "echo"
WORDS_SHOWN = 24
LABEL_WORDS = 10
A_ROW = 2
MANY = 4
"""Items noted at one stroke, from which on they can be taken back at one stroke too."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted of one item: its report, and how the echo words it."""

    report: int
    said: Text
    submitted: bool


@dataclass(slots=True)
class Account:
    """What a person's message came to; it lives in the echo's subject, so that a restart loses nothing.

    ``numbers`` are those of the card replied to. ``missed`` are lines on items that were not taken,
    ``unread`` fragments that nothing could be done with, ``questions`` what can be read in several ways:
    the first is being asked. ``files`` came along and belong to every item the message names. ``asked``
    counts the questions answered, so that no button of an earlier one is taken for the next.
    """

    department: int
    numbers: dict[int, int]
    message: str
    noted: dict[int, Noted] = field(default_factory=dict)
    missed: list[Text] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    questions: list[Ambiguity] = field(default_factory=list)
    files: tuple[int, ...] = ()
    asked: int = 0
    which: bool = False
    corrected: bool = False

    def to_subject(self) -> dict[str, Any]:
        """Return the account as the echo's subject keeps it."""
        return {
            "kind": KIND,
            "department": self.department,
            "numbers": {str(n): a for n, a in self.numbers.items()},
            "message": self.message,
            "noted": {str(n): [e.report, pack(e.said), e.submitted] for n, e in self.noted.items()},
            "missed": [pack(each) for each in self.missed],
            "unread": self.unread,
            "questions": [
                [q.fragment, [[entry_to_json(e) for e in choice] for choice in q.choices]]
                for q in self.questions
            ],
            "files": list(self.files),
            "asked": self.asked,
            "which": self.which,
            "corrected": self.corrected,
        }

    @classmethod
    def from_subject(cls, subject: Mapping[str, Any]) -> Account:
        """Read back what :meth:`to_subject` wrote."""
        return cls(
            department=subject["department"],
            numbers={int(n): a for n, a in subject["numbers"].items()},
            message=subject["message"],
            noted={
                int(n): Noted(report, unpack(said), submitted)
                for n, (report, said, submitted) in subject["noted"].items()
            },
            missed=[unpack(each) for each in subject["missed"]],
            unread=list(subject["unread"]),
            questions=[
                Ambiguity(fragment, tuple(tuple(entry_from_json(e) for e in choice) for choice in choices))
                for fragment, choices in subject["questions"]
            ],
            files=tuple(subject["files"]),
            asked=subject["asked"],
            which=subject["which"],
            corrected=subject["corrected"],
        )


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain JSON values."""
    return {
        "number": entry.number,
        "percent": entry.percent,
        "done": entry.done,
        "words": entry.words,
        "expected": entry.expected.isoformat() if entry.expected else None,
        "none_yet": entry.none_yet,
        "links": list(entry.links),
    }


def entry_from_json(packed: Mapping[str, Any]) -> Entry:
    """Read back what :func:`entry_to_json` wrote."""
    expected = packed["expected"]
    day = date.fromisoformat(expected) if expected else None
    return Entry(**{**packed, "expected": day, "links": tuple(packed["links"])})


# ---------------------------------------------------------------- wording


def noted(entry: Entry, taken: Taken, files: int) -> Noted:
    """Word what was noted of an item."""
    said = meaning(entry)
    bare = files and not (entry.words or entry.links)
    if taken.late:
        said = text("report.late", status=text(f"status.{taken.assignment.status}"))
    count = files + len(entry.links)
    if bare and not taken.late:
        said = text("report.enclosed", count=count)
    elif count:
        said = text("report.with_evidence", said=said, count=count)
    return Noted(taken.report.id, said, taken.submitted)


def meaning(entry: Entry, most: int = WORDS_SHOWN) -> Text:
    """Word what an entry says, in short."""
    if entry.done:
        return text("report.done")
    if entry.percent and entry.expected:
        return text("report.percent_expected", percent=entry.percent, day=entry.expected)
    if entry.percent:
        return text("report.percent", percent=entry.percent)
    if entry.none_yet:
        none = text("report.none_yet")
        return text("report.both", first=none, then=_expected(entry.expected)) if entry.expected else none
    if entry.expected:
        return _expected(entry.expected)
    return text("report.words", words=wording.short(entry.words, most))


def _expected(day: date) -> Text:
    return text("report.expected", day=day)


def summary(account: Account) -> Text | None:
    """Return the one line of what was noted; items of which the same was said stand together."""
    parts: list[tuple[Text, list[int]]] = []
    for number, each in sorted(account.noted.items()):
        same = next((numbers for said, numbers in parts if said == each.said), None)
        if same is None:
            parts.append((each.said, [number]))
        else:
            same.append(number)
    if not parts:
        return None
    alone = len(account.numbers) == 1
    worded = [
        said if alone else text("report.part", numbers=owed.spans(numbers), said=said)
        for said, numbers in parts
    ]
    line = worded[0]
    for part in worded[1:]:
        line = text("report.and", first=line, then=part)
    return text("report.corrected" if account.corrected else "report.noted", what=line)


def echo(account: Account, *, how: bool = False) -> Card:
    """Return the echo of an account, with the first question it leaves; ``how`` adds how to correct it."""
    line = summary(account)
    lines = [] if line is None else [line]
    lines += account.missed
    if account.unread and not account.which:
        first = str(next(iter(account.numbers)))
        fragments = [wording.short(each, WORDS_SHOWN) for each in account.unread]
        lines.append(text("report.unread", fragments=fragments, number=first))
    rows: tuple[tuple[Button, ...], ...] = ()
    if account.questions:
        lines.append(_question(account))
        rows = _choices(account)
    elif account.which:
        lines.append(text("report.which_by_reply", count=len(account.files)))
    if how:
        lines.append(text("report.how_to_correct", number=str(next(iter(account.noted or account.numbers)))))
    subject = account.to_subject()
    lines = lines or [text("report.nothing_noted")]
    return Card(lines=tuple(lines), rows=(*rows, *_mending(account, how=how)), subject=subject)


def _mending(account: Account, *, how: bool) -> tuple[tuple[Button, ...], ...]:
    if not account.noted:
        return ()
    buttons = [] if how else [Button(text("report.button.correct"), "report.correct")]
    if any(each.submitted for each in account.noted.values()) or len(account.noted) >= MANY:
        buttons.append(Button(text("report.button.retract"), "report.retract"))
    return (tuple(buttons),) if buttons else ()


def _question(account: Account) -> Text:
    fragment = account.questions[0].fragment
    if account.which:
        return text("report.which", count=len(account.files))
    return text("report.question", fragment=wording.short(fragment, WORDS_SHOWN * 2))


def _choices(account: Account) -> tuple[tuple[Button, ...], ...]:
    buttons = [
        Button(
            _number(choice) if account.which else _choice(choice),
            "report.choose",
            {"question": account.asked, "choice": at},
        )
        for at, choice in enumerate(account.questions[0].choices)
    ]
    if all(account.questions[0].choices):
        none = {"question": account.asked, "choice": len(buttons)}
        buttons.append(Button(text("report.button.none_of_these"), "report.choose", none))
    return wording.in_rows(buttons, wording.A_ROW if account.which else A_ROW)


def _number(choice: Sequence[Entry]) -> Text:
    return text("report.button.number", number=choice[0].number)


def _choice(choice: Sequence[Entry]) -> Text:
    if not choice:
        return text("report.button.none_of_these")
    bare = {replace(entry, number=0) for entry in choice}
    groups = [[e for e in choice if replace(e, number=0) == each] for each in bare]
    worded = [
        text("report.part", numbers=owed.spans(e.number for e in each), said=meaning(each[0], LABEL_WORDS))
        for each in sorted(groups, key=lambda each: each[0].number)
    ]
    line = worded[0]
    for part in worded[1:]:
        line = text("report.and", first=line, then=part)
    return line
