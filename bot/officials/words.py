"""What officials say, and by which words they know a card: from ``words.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences by name, several of a kind to choose from, and the patterns of labels and cards."""

    table: dict[str, Any]

    def pattern(self, name: str) -> str:
        """Return the pattern by which a card or a button is known."""
        found: str = self.table["known"][name]
        return found

    def one(self, kind: str, chance: Random, /, **values: object) -> str:
        """Return one of the sentences of a kind, filled in."""
        said: str = chance.choice(self.table["said"][kind])
        return said.format(**values)

    def day(self, day: date) -> str:
        """Write a day as people do."""
        written: str = self.table["day"].format(month=day.month, day=day.day)
        return written


def load_words() -> Words:
    """Read the words."""
    return Words(tomllib.loads(resources.files("bot.officials").joinpath("words.toml").read_text("utf-8")))
