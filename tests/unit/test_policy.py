"""A policy that cannot be is refused with the place and the reason."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.policy import FURTHEST, Policy
from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence
from storage.terms.texts import Text


@pytest.mark.parametrize(
    ("values", "place", "reason"),
    [
        ({"at": time(22)}, "at", "night"),
        ({"at": time(7, 59)}, "at", "night"),
        ({"at": time(17, 1)}, "at", "night"),
        ({"ahead": (10, -1)}, "ahead", "number"),
        ({"ahead": (FURTHEST + 1,)}, "ahead", "number"),
        ({"ahead": (3, 10)}, "ahead", "descending"),
        ({"ahead": (3, 3)}, "ahead", "descending"),
        ({"ahead": (7, 6, 5, 4, 3, 2, 1)}, "ahead", "descending"),
        ({"prompts": (3, 0)}, "prompts", "number"),
        ({"overdue": 0}, "overdue", "number"),
        ({"overdue": 3, "slip": 3}, "slip", "ascending"),
        ({"slip": 6}, "naming", "ascending"),
        ({"slip": None, "naming": 1}, "naming", "ascending"),
        ({"unsigned": 4, "unsigned_told": 2}, "unsigned_told", "ascending"),
        ({"cap": 0}, "cap", "number"),
        ({"cap": 6}, "cap", "number"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], place: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        Policy(**values)
    assert refused.value.text.key == f"refusal.policy.{reason}"
    assert refused.value.text.values["place"] == Text(f"policy.place.{place}")


some = st.builds(
    Policy,
    ahead=st.sets(st.integers(0, FURTHEST), max_size=6).map(lambda days: tuple(sorted(days, reverse=True))),
    overdue=st.none() | st.just(1),
    interview=st.none() | st.integers(6, FURTHEST),
    unsigned=st.none() | st.just(1),
    at=st.times(time(8), time(17)).map(lambda moment: moment.replace(second=0, microsecond=0)),
    cadence=st.sampled_from(Cadence),
    cap=st.integers(1, 5),
)


@given(some)
def test_a_policy_is_read_back_as_it_was_written(policy: Policy) -> None:
    assert Policy.from_json(policy.to_json()) == policy


def test_nothing_written_is_the_default() -> None:
    assert Policy.from_json(None) == Policy()
