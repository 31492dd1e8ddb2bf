"""What was said unasked in the course of a year: bundles, steps, lights, campaigns."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from storage.records import Ask, Bundle, Campaign, Digest, StepRow
from storage.terms.campaigns import CampaignStatus
from storage.terms.ladder import StepKind
from storage.terms.lights import Light
from storage.unit import Unit

Weeks = dict[date, int]
"""Monday → bundles of that week."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A campaign: how many departments it asked, how many answered, and how many with a nil return."""

    title: str
    asked: int
    answered: int
    nil: int


@dataclass(frozen=True, slots=True)
class Year:
    """The bundles of each department's chat by week, steps by kind, lights by day of digest, campaigns."""

    bundles: dict[int, Weeks]
    steps: Counter[StepKind]
    lights: list[tuple[date, dict[Light, int]]]
    campaigns: list[Answered]


async def whole_year(unit: Unit) -> Year:
    """Gather what all plans together had said."""
    bundles: dict[int, Weeks] = defaultdict(Counter)
    said = Bundle.filter(day__not_isnull=True).order_by("day")
    for row in await unit.rows(said.values("chat_id", "day", "asks")):
        if row["asks"]:  # the coordinators' own ask nobody
            bundles[row["chat_id"]][row["day"] - timedelta(days=row["day"].weekday())] += 1
    steps = Counter(StepKind(row["kind"]) for row in await unit.rows(StepRow.all().values("kind")))
    digests = await unit.all(Digest.filter(figures__not_isnull=True).order_by("day"))
    shown = (Light.RED, Light.YELLOW, Light.GREEN)
    lights = [(each.day, {light: len(each.figures.get(light, ())) for light in shown}) for each in digests]
    opened = Campaign.filter(status__not_in=[CampaignStatus.PLANNED.value, CampaignStatus.DROPPED.value])
    campaigns = []
    for each in await unit.all(opened.order_by("opens", "id")):
        asks = await unit.all(Ask.filter(campaign_id=each.id))
        answered = [ask for ask in asks if ask.answered_at is not None]
        campaigns.append(Answered(each.title, len(asks), len(answered), sum(ask.nil for ask in answered)))
    return Year(dict(bundles), steps, lights, campaigns)
