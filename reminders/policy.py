"""A plan's policy of reminders: when each step of the ladder comes, and how often progress is asked for.

The defaults are the glossary's table. Days are working days; what is None is not done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import time
from itertools import pairwise
from typing import Any, Self

from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence, Rhythm
from storage.terms.texts import text

EARLIEST, LATEST = time(8), time(17)
"""When the bot may begin to speak unasked on a working day."""

QUIET = time(17, 30)
"""From then on nobody hears anything unasked until the next working morning."""

FURTHEST = 60
"""Working days: a step farther from its day than a quarter is no reminder of it."""

MOST_AHEAD = 6
MOST_BUNDLES = 5
"""Bundles a week: a group hears the bot once a working day at most."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When what is said.

    ``unsigned`` and ``unsigned_told`` count from handing out, ``ahead`` back from the due day (0 is the day
    itself), ``overdue``, ``slip``, ``naming`` and ``interview`` onward from it. ``prompts`` count back from
    the end of a period of ``cadence``. ``cap`` is how many bundles a group gets a week, what is due today,
    overdue or statutory apart; it, ``at`` and ``digest`` hold for the whole office, by its newest plan.
    """

    unsigned: int | None = 2
    unsigned_told: int | None = 4
    ahead: tuple[int, ...] = (10, 3, 0)
    overdue: int | None = 1
    slip: int | None = 3
    naming: int | None = 5
    interview: int | None = 10
    at: time = time(9)
    cadence: Cadence = Cadence.QUARTER
    prompts: tuple[int, ...] = (10, 3)
    cap: int = 3
    digest: Rhythm = Rhythm.WEEK

    def __post_init__(self) -> None:
        """Refuse what cannot be, naming the place."""
        if not EARLIEST <= self.at <= LATEST:
            raise _refused(
                "at", "night", at=f"{self.at:%H:%M}", first=f"{EARLIEST:%H:%M}", last=f"{LATEST:%H:%M}"
            )
        for place in ("ahead", "prompts"):
            self._check_descending(place, getattr(self, place))
        for chain in (("unsigned", "unsigned_told"), ("overdue", "slip", "naming", "interview")):
            self._check_ascending(chain)
        if not 1 <= self.cap <= MOST_BUNDLES:
            raise _refused("cap", "number", least=1, most=MOST_BUNDLES)

    def _check_descending(self, place: str, days: Sequence[int]) -> None:
        least = 0 if place == "ahead" else 1
        if any(not least <= day <= FURTHEST for day in days):
            raise _refused(place, "number", least=least, most=FURTHEST)
        if len(days) > MOST_AHEAD or any(a <= b for a, b in pairwise(days)):
            raise _refused(place, "descending", most=MOST_AHEAD)

    def _check_ascending(self, chain: Sequence[str]) -> None:
        before = 0
        for place in chain:
            days: int | None = getattr(self, place)
            if days is None:
                continue
            if not 1 <= days <= FURTHEST:
                raise _refused(place, "number", least=1, most=FURTHEST)
            if days <= before:
                raise _refused(place, "ascending", days=days, before=before)
            before = days

    def to_json(self) -> dict[str, Any]:
        """Return the policy as plain JSON values."""
        packed = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            **packed,
            "ahead": list(self.ahead),
            "prompts": list(self.prompts),
            "at": f"{self.at:%H:%M}",
            "cadence": self.cadence.value,
            "digest": self.digest.value,
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any] | None) -> Self:
        """Read back what :meth:`to_json` wrote; nothing written is the default."""
        if packed is None:
            return cls()
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in packed.items() if name in known}
        return cls(
            **{
                **values,
                "ahead": tuple(values["ahead"]),
                "prompts": tuple(values["prompts"]),
                "at": time.fromisoformat(values["at"]),
                "cadence": Cadence(values["cadence"]),
                "digest": Rhythm(values.get("digest", Rhythm.WEEK)),
            }
        )


def _refused(place: str, reason: str, /, **values: Any) -> Refusal:
    return Refusal(f"policy.{reason}", place=text(f"policy.place.{place}"), **values)
