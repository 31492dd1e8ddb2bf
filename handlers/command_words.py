"""The Chinese words that people may type for a command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def command_words() -> Mapping[str, str]:
    """Return the Chinese command words and what they stand for."""
    source = resources.files("handlers").joinpath("command_words.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(source)["words"]
    return words
