"""A notice as it was read: items, who answers for them, until when.

The JSON of :meth:`Notice.to_json` is a contract with whoever reads it: names of fields and
their order are part of it, and :meth:`Notice.from_json` reads back what it wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias, cast

from storage.terms.blocks import Place
from storage.terms.texts import Text, Value

DeadlineKind: TypeAlias = Literal["date", "month", "period", "recurring", "relative", "open"]
Every: TypeAlias = Literal[
    "week", "ten-days", "half-month", "month", "two-months", "quarter", "half-year", "year"
]
OffsetUnit: TypeAlias = Literal["day", "workday", "month"]

FROM_NOTICE = "notice"
"""``Offset.start`` when the days count from the notice itself."""

FROM_EVENT = "event:"
"""What ``Offset.start`` begins with when the days count from something that happens later."""


@dataclass(frozen=True, slots=True)
class Offset:
    """So many days, working days or months after ``start``: ``notice``, or ``event:`` and its words."""

    count: int
    unit: OffsetUnit
    start: str

    def to_json(self) -> dict[str, Any]:
        """Return the offset as plain JSON values."""
        return {"count": self.count, "unit": self.unit, "from": self.start}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Offset:
        """Read back what :meth:`to_json` wrote."""
        return cls(packed["count"], packed["unit"], packed["from"])


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit as printed (``phrase``) and as understood.

    ``due`` is the last day of the limit; recurring and open limits have none, a relative one
    has one only when it counts calendar days or months from the dated notice itself.
    """

    phrase: str
    kind: DeadlineKind
    due: date | None = None
    every: Every | None = None
    offset: Offset | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the deadline as plain JSON values."""
        return {
            "phrase": self.phrase,
            "kind": self.kind,
            "due": None if self.due is None else self.due.isoformat(),
            "every": self.every,
            "offset": None if self.offset is None else self.offset.to_json(),
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Deadline:
        """Read back what :meth:`to_json` wrote."""
        offset = packed["offset"]
        return cls(
            phrase=packed["phrase"],
            kind=cast(DeadlineKind, packed["kind"]),
            due=_day(packed["due"]),
            every=packed["every"],
            offset=None if offset is None else Offset.from_json(offset),
        )


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for an item: the clause as printed (``raw``) and the names in it by role."""

    raw: str = ""
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    support: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the clause: leads first, then responsible, then support."""
        return self.lead + self.responsible + self.support

    def to_json(self) -> dict[str, Any]:
        """Return the responsibility as plain JSON values."""
        return {
            "raw": self.raw,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "support": list(self.support),
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Responsibility:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            raw=packed["raw"],
            lead=tuple(packed["lead"]),
            responsible=tuple(packed["responsible"]),
            support=tuple(packed["support"]),
        )


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One item of a notice.

    ``number`` is the path through the outline with half-width brackets (``一/(一)/1``).
    ``headings`` are the titles above it, outermost first, without their numbers.
    ``title`` is its first short sentence; ``text`` all it says, title included, without its
    number and without the clause that names who answers for it.
    """

    number: str
    headings: tuple[str, ...]
    title: str
    text: str
    responsibility: Responsibility = Responsibility()
    deadlines: tuple[Deadline, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the item as plain JSON values."""
        return {
            "number": self.number,
            "headings": list(self.headings),
            "title": self.title,
            "text": self.text,
            "responsibility": self.responsibility.to_json(),
            "deadlines": [each.to_json() for each in self.deadlines],
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> NoticeItem:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            number=packed["number"],
            headings=tuple(packed["headings"]),
            title=packed["title"],
            text=packed["text"],
            responsibility=Responsibility.from_json(packed["responsibility"]),
            deadlines=tuple(Deadline.from_json(each) for each in packed["deadlines"]),
        )


@dataclass(frozen=True, slots=True)
class Duty:
    """What the preamble or the closing of a notice asks of every unit."""

    text: str
    deadlines: tuple[Deadline, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the duty as plain JSON values."""
        return {"text": self.text, "deadlines": [each.to_json() for each in self.deadlines]}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Duty:
        """Read back what :meth:`to_json` wrote."""
        return cls(packed["text"], tuple(Deadline.from_json(each) for each in packed["deadlines"]))


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """Something in the notice that a person should look at: the line it stands on and what it is.

    ``message`` is the Chinese sentence of the JSON contract; ``key`` and ``values`` are what a
    catalogue words it from in another language. The values are no part of the JSON.
    """

    line: int
    key: str
    message: str
    values: Mapping[str, Value] = field(default_factory=dict, compare=False)

    @property
    def text(self) -> Text:
        """The warning as a sentence of the catalogue."""
        return Text(f"reading.{self.key}", self.values)

    def to_json(self) -> dict[str, Any]:
        """Return the warning as plain JSON values."""
        return {"line": self.line, "key": self.key, "message": self.message}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> ReadingWarning:
        """Read back what :meth:`to_json` wrote."""
        return cls(packed["line"], packed["key"], packed["message"])


DoubtField: TypeAlias = Literal["item", "name", "role", "deadline"]


@dataclass(frozen=True, slots=True)
class ReadingDoubt:
    """One field of the reading that is not sure: of which item (empty: of all), its value, why, and where.

    ``key`` says why in one word, ``why`` in a Chinese sentence.
    """

    item: str
    field: DoubtField
    value: str
    key: str
    why: str
    place: Place

    def to_json(self) -> dict[str, Any]:
        """Return the doubt as plain JSON values; a place names only what its kind of file has."""
        return {
            "item": self.item,
            "field": self.field,
            "value": self.value,
            "why": self.why,
            "place": self.place.to_json(),
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> ReadingDoubt:
        """Read back what :meth:`to_json` wrote."""
        field_ = cast(DoubtField, packed["field"])
        return cls(packed["item"], field_, packed["value"], "", packed["why"], Place(**packed["place"]))


@dataclass(frozen=True, slots=True)
class Notice:
    """An official document as read; ``standing`` are implementers declared once for every item.

    ``doubts`` are the fields of the reading that are not sure.
    """

    title: str
    document_number: str
    issuer: str
    issued_on: date | None
    year: int | None
    standing: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    items: tuple[NoticeItem, ...] = ()
    warnings: tuple[ReadingWarning, ...] = ()
    doubts: tuple[ReadingDoubt, ...] = field(default=(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the notice as plain JSON values, in the order of the contract."""
        return {
            "title": self.title,
            "document_number": self.document_number,
            "issuer": self.issuer,
            "issued_on": None if self.issued_on is None else self.issued_on.isoformat(),
            "year": self.year,
            "standing": list(self.standing),
            "duties": [each.to_json() for each in self.duties],
            "items": [each.to_json() for each in self.items],
            "warnings": [each.to_json() for each in self.warnings],
            "doubts": [each.to_json() for each in self.doubts],
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Notice:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            title=packed["title"],
            document_number=packed["document_number"],
            issuer=packed["issuer"],
            issued_on=_day(packed["issued_on"]),
            year=packed["year"],
            standing=tuple(packed["standing"]),
            duties=tuple(Duty.from_json(each) for each in packed["duties"]),
            items=tuple(NoticeItem.from_json(each) for each in packed["items"]),
            warnings=tuple(ReadingWarning.from_json(each) for each in packed["warnings"]),
            doubts=tuple(ReadingDoubt.from_json(each) for each in packed.get("doubts", ())),
        )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
