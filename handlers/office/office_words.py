"""What people write behind the commands of the register, of groups and of members, taken apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal
from unicodedata import normalize

from handlers.events import Command, Reply
from handlers.turns import Turn
from storage.terms.roles import Purpose, Role

Kind = Literal["roles", "groups", "register", "members", "leave", "snooze", "clock"]

_BETWEEN = re.compile(r"[\s、,，;；/／|｜]+")
_EDGES = " \t\n\u3000、,，;；:：.。!！\"'“”"


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    source = resources.files("handlers.office").joinpath("office_words.toml").read_text("utf-8")
    return tomllib.loads(source)


def meaning(kind: Kind, word: str) -> str | None:
    """Return what a word stands for, None when it is none of its kind."""
    return _words()[kind].get(normalize("NFKC", word).strip(_EDGES).casefold())


def role_called(word: str) -> Role | None:
    """Return the role of a word."""
    found = meaning("roles", word)
    return None if found is None else Role(found)


def group_called(word: str) -> Purpose | None:
    """Return the purpose of the group a word means."""
    found = meaning("groups", word)
    return None if found is None else Purpose(found)


def words_of(turn: Turn) -> str:
    """Return what was written behind a command, or in a reply, its edges clean."""
    match turn.event:
        case Command(argument=words) | Reply(text=words):
            return words.strip(_EDGES)
        case _:
            return ""


def parts(words: str) -> list[str]:
    """Split names set apart by spaces, commas or the like."""
    return [part for part in _BETWEEN.split(words) if part.strip(_EDGES)]


def head(words: str) -> tuple[str, str]:
    """Split off the first word."""
    first, *rest = _BETWEEN.split(words.strip(), maxsplit=1)
    return first, rest[0] if rest else ""
