"""What a reading gathers before it is put together; where two readings stand, a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from handlers.replies.readings import Ambiguity, Entry

Choice = tuple[Entry, ...]
_MOST_CHOICES = 6


@dataclass(slots=True)
class Told:
    """What the reading gathers before it is put together."""

    entries: dict[int, Choice] = field(default_factory=dict)
    rest: Choice = ()
    everyone: Choice = ()
    excepted: set[int] = field(default_factory=set)
    exceptions: list[str] = field(default_factory=list)
    questions: list[Ambiguity] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def for_numbers(readings: Sequence[Entry], numbers: Sequence[int]) -> list[Choice]:
    """Say each reading of all these items."""
    return [tuple(replace(reading, number=number) for number in numbers) for reading in readings]


def all_ways(told: Told) -> list[Choice]:
    """Return the readings of a part: every entry, with each question's choices in turn."""
    sure = tuple(entry for entries in told.entries.values() for entry in entries)
    ways = product(*(question.choices for question in told.questions))
    return [sure + tuple(e for choice in way for e in choice) for way, _ in zip(ways, range(4), strict=False)]


def settle(told: Told, fragment: str, choices: Sequence[Choice]) -> None:
    """Keep a part's readings: one is taken, several are asked."""
    first_of_each: dict[Choice, Choice] = {}
    for choice in choices:
        first_of_each.setdefault(_meaning(choice), choice)
    different = list(first_of_each.values())[:_MOST_CHOICES]
    if len(different) == 1 and different[0]:
        _keep(told, fragment, different[0])
    elif any(different):
        told.questions.append(Ambiguity(fragment, tuple(different)))
    else:
        told.unread.append(fragment)


def _meaning(choice: Choice) -> tuple[Entry, ...]:
    return tuple(replace(entry, words="", links=()) for entry in choice)


def same_meaning(one: Choice, other: Choice) -> bool:
    """Say whether two choices differ at most in their words."""
    return _meaning(one) == _meaning(other)


def _keep(told: Told, fragment: str, entries: Choice) -> None:
    """Keep entries; an item named twice with different meanings becomes a question."""
    for entry in entries:
        before = told.entries.get(entry.number)
        if before is None:
            told.entries[entry.number] = (entry,)
        elif same_meaning(before, (entry,)):
            if entry.words != before[0].words:
                told.entries[entry.number] = (_joined(before[0], entry),)
        else:
            del told.entries[entry.number]
            told.questions.append(Ambiguity(fragment, (before, (entry,))))


def _joined(first: Entry, second: Entry) -> Entry:
    return replace(first, words=f"{first.words}，{second.words}", links=first.links + second.links)
