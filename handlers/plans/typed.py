"""What coordinators type of an item: who answers for it, and until when."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from handlers.choosing import near_departments
from handlers.notices import read_deadline, read_names
from handlers.notices.names import looks_like_body
from handlers.replies import read_due
from handlers.turns import Turn
from storage.ledger import lookup
from storage.records import Plan
from storage.terms.errors import Refusal
from storage.terms.notice import Deadline, Responsibility

_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"[、,，;；\n]+")


@cache
def filter_words(section: str) -> Mapping[str, str]:
    """Return the words people narrow lists by: a section of ``filter_words.toml``."""
    source = resources.files("handlers.plans").joinpath("filter_words.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(source)[section]
    return words


def clause_typed(turn: Turn, typed: str) -> Responsibility:
    """Read a clause that a person typed. Refuses what holds no names, or words that are none."""
    responsibility = read_names(_SPACES.sub(",", typed.strip()))
    for name in responsibility.names:
        known = lookup.department_called(turn.directory, name)
        meant = known or lookup.collective_called(turn.directory, name)
        if not (meant or looks_like_body(name) or near_departments(turn, name, 1)):
            raise Refusal("clause.unreadable", name=name)
    if not responsibility.names:
        raise Refusal("clause.empty")
    return responsibility


def limits_typed(typed: str, plan: Plan, today: date) -> list[Deadline]:
    """Read the time limits a person typed, none where they say so. Refuses what is no limit."""
    phrases = [phrase.strip() for phrase in _BETWEEN.split(typed) if phrase.strip()]
    if len(phrases) == 1 and phrases[0] in filter_words("limits"):
        return []
    if not phrases:
        raise Refusal("item.limit", words=typed.strip())
    return [limit_typed(phrase, plan, today) for phrase in phrases]


def limit_typed(phrase: str, plan: Plan, today: date) -> Deadline:
    """Read one time limit a person typed. Refuses what is none, and a day gone by."""
    limit = read_deadline(phrase, plan.year, plan.issued_on)
    if limit is None or (limit.kind == "relative" and limit.due is None):
        day = read_due(phrase, today)
        limit = None if day is None else Deadline(phrase, "date", day)
    if limit is None:
        raise Refusal("item.limit", words=phrase)
    if limit.due is not None and limit.due < today:
        raise Refusal("item.limit_past", day=limit.due)
    return limit
