"""What whoever runs the bot decides of the office, as plain values; :mod:`bot.environment` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FirstCoordinator:
    """An account that is a coordinator because the settings say so."""

    platform: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The office's settings.

    ``anyone_answers`` lets everybody in a department's group answer for it. ``file_limit`` is the largest
    file that is taken in, in bytes. ``grace`` is how many seconds what is in hand may take to end when the
    bot stops. ``durable`` commits wait for the disk; only those of a ledger that nobody keeps need not.
    """

    language: Language = "zh"
    coordinators: tuple[FirstCoordinator, ...] = ()
    anyone_answers: bool = False
    file_limit: int = 20 * MEGABYTE
    grace: float = 8.0
    durable: bool = True
