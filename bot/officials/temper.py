"""Tempers: how soon and how well a liaison answers, as ``tempers.toml`` has them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from random import Random
from typing import Any

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Temper:
    """How a liaison is.

    Spans are drawn from: ``sign`` in minutes of work until things are confirmed, ``late`` in working days
    behind the day on which progress is due, ``mend`` in working days until what came back is mended.
    ``rounds`` are the months at whose end progress is told. ``pace`` is how much of an item is done from one
    round to the next, in percent. ``keeps`` (a day that is due), ``enclose`` and ``slip`` are chances.
    ``fills`` is how a campaign is answered: ``reply``, ``keep`` (by tap), ``form``, ``nil``, or ``late``.
    ``asks`` is what is asked of the coordinators once: a later day, or that an item be taken away.
    """

    name: str
    style: str
    share: int
    sign: Span | None = None
    late: Span = (0, 0)
    mend: Span | None = None
    rounds: tuple[int, ...] = ()
    pace: Span = (0, 0)
    keeps: float = 0.0
    enclose: float = 0.0
    slip: float = 0.0
    asks: str = ""
    fills: str = ""


def load_tempers() -> list[Temper]:
    """Read the tempers."""
    source = resources.files("bot.officials").joinpath("tempers.toml").read_text("utf-8")
    return [_temper(name, table) for name, table in tomllib.loads(source).items()]


def _temper(name: str, table: dict[str, Any]) -> Temper:
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in table.items()}
    return Temper(name=name, **values)


def deal(tempers: Sequence[Temper], count: int, chance: Random) -> list[Temper]:
    """Deal tempers out: each at least once as far as they reach, the rest by their shares."""
    dealt = list(tempers)[:count]
    rest = chance.choices(tempers, [temper.share for temper in tempers], k=count - len(dealt))
    dealt += rest
    chance.shuffle(dealt)
    return dealt
