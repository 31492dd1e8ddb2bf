"""Forms: the fields that a campaign asks for, and how what people write becomes their values.

A value is kept as people read it, save days (2026-06-30) and months (2026-06); an empty one is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from storage.terms.texts import Text, text

Values: TypeAlias = "dict[str, str]"
"""Name of a field → what stands in it."""

LONGEST = 200
LONGEST_WORDS = 4_000
MOST = 10_000_000
"""A count above it is a slip of the finger."""

_NUMBERS = re.compile(r"\d+")
_TAIL = " :：,，-—"
_NUMBER = re.compile(r"(\d+)(?:\.0+)?\s*[人个名次场件条]?")


class FieldKind(StrEnum):
    """What may stand in a field."""

    TEXT = "text"
    WORDS = "words"
    """text of several sentences"""
    NUMBER = "number"
    DAY = "day"
    MONTH = "month"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    ``open_choices`` are those that take words behind them (合并至…). ``needed_unless`` names a choice field
    and the choices beside which this one may stay empty.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    open_choices: tuple[str, ...] = ()
    needed: bool = False
    needed_unless: tuple[str, tuple[str, ...]] | None = None
    width: int = 12

    def is_needed(self, values: Mapping[str, str]) -> bool:
        """Tell whether the field may not stay empty beside others."""
        if self.needed_unless is None:
            return self.needed
        other, choices = self.needed_unless
        value = values.get(other, "")
        return bool(value) and not any(value.startswith(choice) for choice in choices)


class FieldFault(ValueError):  # noqa: N818 - an answer to a person, as refusals are
    """What stands in a field cannot; ``text`` says why."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.text: Text = text(f"form.fault.{key}", **values)


def read_value(field: Field, written: object, year: int) -> str:
    """Return what stands in a field, empty where nothing does. Raises :class:`FieldFault`.

    ``year`` is meant where a day is written without one.
    """
    if field.kind in (FieldKind.DAY, FieldKind.MONTH):
        return _read_day(field, written, year)
    words = _words(written)
    if not words:
        return ""
    if field.kind is FieldKind.NUMBER:
        found = _NUMBER.fullmatch(words)
        if found is None or int(found[1]) > MOST:
            raise FieldFault("number", value=_shown(words))
        return str(int(found[1]))
    if field.kind is FieldKind.CHOICE:
        return _read_choice(field, words)
    most = LONGEST_WORDS if field.kind is FieldKind.WORDS else LONGEST
    if len(words) > most:
        raise FieldFault("long", most=most)
    return words


def lacking(fields: Sequence[Field], values: Mapping[str, str]) -> Field | None:
    """Return the first field that may not stay empty and is."""
    return next((each for each in fields if each.is_needed(values) and not values.get(each.name)), None)


def _words(written: object) -> str:
    if written is None:
        return ""
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    if isinstance(written, datetime | date):
        written = f"{written:%Y-%m-%d}"
    lines = (" ".join(line.split()) for line in str(written).strip().splitlines())
    return "\n".join(line for line in lines if line)


def _read_choice(field: Field, words: str) -> str:
    if words in field.choices and words not in field.open_choices:
        return words
    for choice in sorted(field.open_choices, key=len, reverse=True):
        if words.startswith(choice):
            rest = words.removeprefix(choice).strip(_TAIL)
            if not rest:
                raise FieldFault("choice_words", choice=choice)
            if len(rest) > LONGEST:
                raise FieldFault("long", most=LONGEST)
            return f"{choice}{rest}"
    raise FieldFault("choice", value=_shown(words), choices=list(field.choices))


def choice_of(field: Field, value: str) -> str:
    """Return the choice that a value of the field is, without the words behind it."""
    return next((c for c in sorted(field.choices, key=len, reverse=True) if value.startswith(c)), value)


def _read_day(field: Field, written: object, year: int) -> str:
    if isinstance(written, datetime | date):
        return f"{written:%Y-%m-%d}" if field.kind is FieldKind.DAY else f"{written:%Y-%m}"
    words = _words(written)
    if not words:
        return ""
    numbers = [int(each) for each in _NUMBERS.findall(words)]
    try:
        if field.kind is FieldKind.MONTH:
            return f"{date(*_year_month(numbers), 1):%Y-%m}"
        if len(numbers) == 2:
            numbers.insert(0, year)
        return f"{date(*_three(numbers)):%Y-%m-%d}"
    except ValueError:
        key = "month" if field.kind is FieldKind.MONTH else "day"
        raise FieldFault(key, value=_shown(words)) from None


def _year_month(numbers: Sequence[int]) -> tuple[int, int]:
    if len(numbers) not in (1, 2, 3) or not 1990 <= numbers[0] <= 2099:
        raise ValueError
    return numbers[0], numbers[1] if len(numbers) > 1 else 1


def _three(numbers: Sequence[int]) -> tuple[int, int, int]:
    year, month, day = numbers
    if not 1990 <= year <= 2099:
        raise ValueError
    return year, month, day


def _shown(words: str) -> str:
    return words if len(words) <= 20 else words[:19] + "…"
