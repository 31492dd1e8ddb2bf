"""A year's arrangement of days off and make-up days (放假调休), as the State Council publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class YearDays:
    """One year's published arrangement: days off, and weekend days that are worked instead."""

    off: frozenset[date]
    work: frozenset[date] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Return the arrangement as plain JSON values."""
        return {name: sorted(day.isoformat() for day in getattr(self, name)) for name in ("off", "work")}

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> YearDays:
        """Read back what :meth:`to_json` wrote."""
        off, work = (frozenset(map(date.fromisoformat, packed[name])) for name in ("off", "work"))
        return cls(off, work)
