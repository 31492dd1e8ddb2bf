"""The Chinese words of warnings and of the coverage listing, kept in ``messages.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from storage.terms.notice import ReadingWarning


def warn(line: int, key: str, **values: str | int) -> ReadingWarning:
    """Make a warning with its sentence."""
    return ReadingWarning(line, key, words("warnings")[key].format(**values), values)


@cache
def words(section: str) -> Mapping[str, str]:
    """Return the sentences of a section by key."""
    import tomllib
    from importlib.resources import files

    source = files("handlers.notices").joinpath("messages.toml").read_text(encoding="utf-8")
    sentences: dict[str, str] = tomllib.loads(source)[section]
    return sentences
