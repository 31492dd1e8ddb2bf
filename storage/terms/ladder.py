"""What the bot says unasked, by its kind, and to whom; the rules of when live in ``reminders``."""

from __future__ import annotations

from enum import StrEnum


class StepKind(StrEnum):
    """One thing said unasked (a step), at most once."""

    UNSIGNED = "unsigned"
    """签收催办: the department has not acknowledged"""
    UNSIGNED_TOLD = "unsigned_told"
    """the same, told to the coordinators"""
    AHEAD = "ahead"
    """提醒: some working days before the due day"""
    TODAY = "today"
    """提醒: the due day itself"""
    OVERDUE = "overdue"
    """催办: overdue, naming the liaison"""
    SLIP = "slip"
    """督办: a supervision slip to sign"""
    NAMING = "naming"
    """通报: a draft that names departments in public, to sign"""
    INTERVIEW = "interview"
    """约谈: a draft that invites to an interview, to sign"""
    PROMPT = "prompt"
    """报进展: progress of a period is asked for"""
    PROMPT_AGAIN = "prompt_again"
    """the same, of those who still owe it"""
    PROMPT_CLOSED = "prompt_closed"
    """who did not report in a period, told to the coordinators"""
    WEEK = "week"
    """周报: a department's own items that are overdue, with each digest, until they are done"""
    CAMPAIGN = "campaign"
    """报送: what a campaign asks for has not been answered"""
    CAMPAIGN_TOLD = "campaign_told"
    """a campaign opened or closed, told to the coordinators"""
    CALENDAR = "calendar"
    """a year's days off are not known, told to the coordinators"""


FOR_GROUPS = frozenset(
    {
        StepKind.UNSIGNED,
        StepKind.AHEAD,
        StepKind.TODAY,
        StepKind.OVERDUE,
        StepKind.PROMPT,
        StepKind.PROMPT_AGAIN,
        StepKind.WEEK,
        StepKind.CAMPAIGN,
    }
)
"""Steps that are said in a department's groups; all others are the coordinators'."""

ESCALATIONS = (StepKind.SLIP, StepKind.NAMING, StepKind.INTERVIEW)
"""Steps of which a draft is made that a coordinator signs, mildest first."""

UNWARNED = "unwarned"
"""What an escalation's step bears when its department missed being told that it is overdue."""


class Rhythm(StrEnum):
    """How often leaders and coordinators get a digest."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    NEVER = "never"


class Cadence(StrEnum):
    """How often progress is asked for."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    NEVER = "never"
