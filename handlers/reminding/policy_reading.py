"""Reading how a policy is to be changed: from words behind a command, or from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from functools import cache
from importlib import resources
from typing import Any
from unicodedata import normalize

from reminders.policy import Policy
from storage.terms.errors import Refusal
from storage.terms.ladder import Cadence, Rhythm
from storage.terms.texts import text

LARGEST = 64 * 1024

_BETWEEN = re.compile(r"[\s、,，;；=]+")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_NUMBER = re.compile(r"\d{1,3}")

Entries = list[tuple[str, list[str]]]
"""Each place as it was written, and what stands behind it."""


@dataclass(slots=True)
class Wanted:
    """A policy as it would be, and the cadences of items by their numbers (None: as the plan)."""

    policy: Policy
    items: dict[int, Cadence | None] = field(default_factory=dict)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    source = resources.files("handlers.reminding").joinpath("policy_words.toml").read_text("utf-8")
    return tomllib.loads(source)


def read_words(before: Policy, words: str) -> Wanted:
    """Read a change written behind a command: places, each followed by its values."""
    entries: Entries = []
    for word in filter(None, _BETWEEN.split(normalize("NFKC", words))):
        if word in _words()["places"]:
            entries.append((word, []))
        elif entries:
            entries[-1][1].append(word)
        else:
            raise Refusal("policy.unknown", entry=word)
    return _changed(before, entries)


def read_file(before: Policy, written: bytes) -> Wanted:
    """Read a change from TOML: the same places as keys, numbers or lists behind them."""
    if len(written) > LARGEST:
        raise Refusal("policy.large", kilobytes=LARGEST // 1024)
    try:
        table = tomllib.loads(written.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("policy.not_toml", reason=str(error)) from error
    return _changed(before, [(place, list(_values(value))) for place, value in table.items()])


def _values(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                yield from (str(name), str(each))
        case []:
            yield next(iter(_words()["none"]))
        case list():
            for each in value:
                yield from _values(each)
        case time():
            yield f"{value:%H:%M}"
        case _:
            yield str(value).casefold() if isinstance(value, bool) else str(value)


def _changed(before: Policy, entries: Entries) -> Wanted:
    if not entries:
        raise Refusal("policy.form")
    items: dict[int, Cadence | None] = {}
    changes: dict[str, Any] = {}
    for word, values in entries:
        place = _words()["places"].get(word)
        if place is None:
            raise Refusal("policy.unknown", entry=word)
        if place == "items":
            items |= _items(values)
        else:
            changes[place] = _value(place, values)
    return Wanted(replace(before, **changes), items)


def _items(values: Sequence[str]) -> dict[int, Cadence | None]:
    if len(values) < 2 or len(values) % 2:
        raise Refusal("policy.items")
    found: dict[int, Cadence | None] = {}
    for number, word in zip(values[::2], values[1::2], strict=True):
        if not _NUMBER.fullmatch(number):
            raise Refusal("policy.items")
        found[int(number)] = None if _words()["cadences"].get(word) == "plan" else _cadence(word)
    return found


def _value(place: str, values: Sequence[str]) -> Any:
    if not values:
        raise Refusal("policy.nothing", place=text(f"policy.place.{place}"))
    none = len(values) == 1 and values[0] in _words()["none"]
    if place in ("ahead", "prompts"):
        return () if none else tuple(_number(place, value) for value in values)
    if len(values) != 1:
        raise _refused(place, " ".join(values))
    (value,) = values
    if place == "at":
        return _time(value)
    if place == "digest":
        return Rhythm.NEVER if none else _rhythm(value)
    if place == "cadence":
        return Cadence.NEVER if none else _cadence(value)
    return None if none and place != "cap" else _number(place, value)


def _number(place: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        raise _refused(place, value)
    return int(value)


def _time(value: str) -> time:
    found = _TIME.fullmatch(normalize("NFKC", value))
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise _refused("at", value)
    return time(hour, minute)


def _cadence(value: str) -> Cadence:
    meant = _words()["cadences"].get(value)
    if meant in (None, "plan"):
        raise _refused("cadence", value)
    return Cadence(meant)


def _rhythm(value: str) -> Rhythm:
    meant = _words()["rhythms"].get(value)
    if meant is None:
        raise _refused("digest", value)
    return Rhythm(meant)


def _refused(place: str, entry: str) -> Refusal:
    return Refusal("policy.value", place=text(f"policy.place.{place}"), entry=entry)
