"""The yearly assessment (考核): outcomes and deadlines, never speed; for coordinators' eyes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from storage.terms.errors import Refusal


class Outcome(StrEnum):
    """What became of something that was owed."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    ANSWERED_LATE = "answered_late"
    MISSING = "missing"


DUE = (Outcome.ON_TIME, Outcome.LATE, Outcome.OPEN)
ASKED = (Outcome.ANSWERED, Outcome.ANSWERED_LATE, Outcome.MISSING)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row behind the figures: what was owed by when, what came when, and what that is.

    ``SUBMITTED`` counts a submission for review, against which returns are measured.
    """

    department: int
    outcome: Outcome
    title: str
    due: date | None
    came: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each share counts, of a hundred."""

    on_time: int = 60
    returned: int = 20
    campaigns: int = 20

    def __post_init__(self) -> None:
        """Refuse weights that do not make a hundred."""
        each = (self.on_time, self.returned, self.campaigns)
        if sum(each) != 100 or min(each) < 0:
            raise Refusal("assessment.weights", total=sum(each))


@dataclass(frozen=True, slots=True)
class Figures:
    """A department's figures of a year; a share is None where nothing was owed."""

    due: int
    on_time: int
    submitted: int
    returned: int
    asked: int
    answered: int

    @property
    def shares(self) -> tuple[float | None, float | None, float | None]:
        """What was done on time, was not returned, was answered on time: from 0 to 1."""
        return (
            _share(self.on_time, self.due),
            _share(self.submitted - min(self.returned, self.submitted), self.submitted),
            _share(self.answered, self.asked),
        )

    def score(self, weights: Weights) -> float | None:
        """Return the weighted sum, of a hundred; what does not apply is left out of the reckoning."""
        each = zip(self.shares, (weights.on_time, weights.returned, weights.campaigns), strict=True)
        applied = [(share, weight) for share, weight in each if share is not None]
        total = sum(weight for _, weight in applied)
        return round(100 * sum(share * weight for share, weight in applied) / total, 1) if total else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def figures(facts: Sequence[Fact]) -> Figures:
    """Count the facts of one department."""

    def count(*outcomes: Outcome) -> int:
        return sum(fact.outcome in outcomes for fact in facts)

    return Figures(
        due=count(*DUE),
        on_time=count(Outcome.ON_TIME),
        submitted=count(Outcome.SUBMITTED),
        returned=count(Outcome.RETURNED),
        asked=count(*ASKED),
        answered=count(Outcome.ANSWERED),
    )
