"""The periods for which progress is asked for (按月、按季、半年)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

from storage.terms.clock import OFFICE_ZONE, to_millis
from storage.terms.ladder import Cadence
from storage.terms.texts import Text, text

MONTHS = {Cadence.MONTH: 1, Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6}


@dataclass(frozen=True, slots=True)
class Period:
    """A period, first and last day included."""

    cadence: Cadence
    first: date
    last: date

    @property
    def begins_at(self) -> int:
        """The moment, in epoch milliseconds, at which it begins."""
        return to_millis(datetime.combine(self.first, time(0), OFFICE_ZONE))

    @property
    def name(self) -> Text:
        """What people call it."""
        number = (self.last.month - 1) // MONTHS[self.cadence] + 1
        return text(f"period.{self.cadence.name.lower()}{number}")

    def to_json(self) -> dict[str, Any]:
        """Return the period as plain JSON values."""
        return {
            "cadence": self.cadence.value,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """Read back what :meth:`to_json` wrote."""
        first, last = (date.fromisoformat(packed[name]) for name in ("first", "last"))
        return cls(Cadence(packed["cadence"]), first, last)


def periods_of(cadence: Cadence, year: int) -> list[Period]:
    """Return the periods of a year in turn; none where progress is never asked for."""
    length = MONTHS.get(cadence)
    if length is None:
        return []
    ends = range(length, 13, length)
    return [
        Period(cadence, date(year, end - length + 1, 1), date(year, end, monthrange(year, end)[1]))
        for end in ends
    ]
