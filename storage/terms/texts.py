"""Texts are keys with values; words come from the catalogue, at the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | float | date | datetime | Text | Sequence[Value]"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence of the catalogue: its key and the values that fill it.

    A value may be another text, a date (rendered as the language writes days) or a
    sequence (joined as the language joins names).
    """

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def text(key: str, /, **values: Value) -> Text:
    """Name the sentence ``key`` of the catalogue and what fills it."""
    return Text(key, values)


def pack(value: Value) -> Any:
    """Turn a value into what JSON can hold; :func:`unpack` turns it back."""
    match value:
        case Text():
            return {"text": value.key, "values": {k: pack(v) for k, v in value.values.items()}}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case str() | int() | float():
            return value
        case _:
            return [pack(each) for each in value]


def unpack(packed: Any) -> Any:
    """Turn what :func:`pack` made back into values."""
    match packed:
        case {"text": key, "values": values}:
            return Text(key, {k: unpack(v) for k, v in values.items()})
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case list():
            return [unpack(each) for each in packed]
        case _:
            return packed


def short(words: str, most: int) -> str:
    """Return words cut to so many characters, in one line."""
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1] + "…"
