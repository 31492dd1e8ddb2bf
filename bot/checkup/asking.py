"""One question to a platform's server, without its SDK: what it answers, and what its clock says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.checkup import Finding, well, wrong
from storage.terms.clock import Clock

SECONDS = 15.0
CLOCK_SECONDS = 30
"""Signatures and deadlines bear no clock that is further off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, headers by their small names; ``status`` is 0 when nothing did."""

    status: int = 0
    told: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


async def ask(
    url: str, proxy: str | None, *, headers: Mapping[str, str] | None = None, **asked: str | int
) -> Answer:
    """Post a question. Whatever goes wrong is no answer, and nothing is told of it: it may hold a token."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=asked, headers=headers, proxy=proxy) as answer,
        ):
            told = await answer.json(content_type=None)
            return Answer(
                answer.status,
                told if isinstance(told, dict) else {},
                {name.lower(): value for name, value in answer.headers.items()},
            )
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Answer()


def clock(answer: Answer, own: Clock) -> Finding | None:
    """Compare our clock with the one of a server that answered; None where it did not say."""
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
    off = round(own.now() / 1000 - theirs)
    return well("clock") if abs(off) <= CLOCK_SECONDS else wrong("clock_off", seconds=abs(off))
