"""Judging the rows of a register one by one and against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from storage.documents.register_words import KINDS, yes_or_no
from storage.terms.errors import Unreadable
from storage.terms.names import normalise_name
from storage.terms.register import (
    DEFAULT_COLLECTIVES,
    CollectiveRule,
    DepartmentKind,
    Problem,
    Register,
    RegisterEntry,
    find_collective,
)
from storage.terms.texts import Value

LONGEST_NAME = 60
MOST_PROBLEMS = 200
"""Problems that are listed; nobody reads more at once."""

Fields: TypeAlias = dict[str, Any]

_DEPARTMENT = frozenset({"name", "kind", "aliases", "since", "until", "parent"})
_COLLECTIVE = frozenset({"name", "aliases", "kinds", "choose"})
_SPLIT = re.compile(r"[、;；,，/／\n\r|]+")
_SPACE = re.compile(r"\s+")
_INNER_SPACE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
_NAME = re.compile(r"[\w()（）\[\]【】〔〕<>＜＞〈〉《》·•・ .“”‘’\"'&—\-]+")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it was found: where, and its values by field."""

    place: str
    row: int
    fields: Fields


class Gathering:
    """A register as it grows row by row, with what is wrong in it."""

    def __init__(self) -> None:
        self._departments: list[tuple[RawRow, RegisterEntry]] = []
        self._collectives: list[CollectiveRule] = []
        self._problems: list[Problem] = []

    def complain(self, raw: RawRow, key: str, **values: Value) -> None:
        """Note what is wrong in a row."""
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(raw.place, raw.row, f"register.{key}", values))

    def add_department(self, raw: RawRow) -> None:
        """Take a row as a department, or note its problems."""
        before = len(self._problems)
        self._check_fields(raw, _DEPARTMENT)
        name = self._name(raw, raw.fields.get("name"))
        kind = self._kind(raw)
        aliases = self._aliases(raw, name)
        since, until = self._day(raw, "since"), self._day(raw, "until")
        if since and until and until < since:
            self.complain(raw, "days_reversed", since=since, until=until)
        parent = self._text(raw, "parent") or None
        if kind is not None and len(self._problems) == before:
            self._departments.append((raw, RegisterEntry(name, kind, aliases, since, until, parent)))

    def add_collective(self, raw: RawRow) -> None:
        """Take a row as a collective name, with its other spellings, or note its problems."""
        before = len(self._problems)
        self._check_fields(raw, _COLLECTIVE)
        name = _clean(self._text(raw, "name"))
        if not name or len(name) > LONGEST_NAME:
            self.complain(raw, "name_missing" if not name else "name_too_long", limit=LONGEST_NAME)
        elif find_collective(self._collectives, name):
            self.complain(raw, "collective_twice", name=name)
        kinds = self._kinds(raw)
        choose = raw.fields.get("choose")
        chosen = choose if isinstance(choose, bool) else yes_or_no(_words(choose))
        if chosen is None:
            self.complain(raw, "choose_unknown", words=_words(choose)[:40])
        elif len(self._problems) == before:
            for each in (name, *_spellings(raw.fields.get("aliases"))):
                if find_collective(self._collectives, each) is None:
                    self._collectives.append(CollectiveRule(each, kinds, chosen))

    def register(self) -> Register:
        """Return what was gathered, checked as a whole; raises :class:`Unreadable` when it holds nothing."""
        if not self._departments and not self._problems:
            raise Unreadable("register.no_departments")
        rules = tuple(self._collectives) or DEFAULT_COLLECTIVES
        self._check_collective_names(rules)
        self._check_names_differ()
        self._check_parents()
        problems = sorted(self._problems, key=lambda each: (each.place, each.row))
        return Register(tuple(entry for _, entry in self._departments), rules, tuple(problems))

    def _check_fields(self, raw: RawRow, known: frozenset[str]) -> None:
        for field in sorted(raw.fields.keys() - known):
            self.complain(raw, "field_unknown", field=field[:40])

    def _text(self, raw: RawRow, field: str) -> str:
        value = raw.fields.get(field)
        if isinstance(value, (list, dict, bool)):
            self.complain(raw, "field_shape", field=field)
            return ""
        return _words(value)

    def _name(self, raw: RawRow, value: Any) -> str:
        name = _clean(value if isinstance(value, str) else self._text(raw, "name"))
        if not any(each.isalpha() for each in name):
            self.complain(raw, "name_missing")
        elif len(name) > LONGEST_NAME:
            self.complain(raw, "name_too_long", name=name[:20], limit=LONGEST_NAME)
        elif not _NAME.fullmatch(name):
            self.complain(raw, "name_odd", name=name)
        return name

    def _kind(self, raw: RawRow) -> DepartmentKind | None:
        words = self._text(raw, "kind")
        kind = KINDS.get(normalise_name(words))
        if kind is None:
            self.complain(raw, "kind_unknown" if words else "kind_missing", words=words[:40])
        return kind

    def _kinds(self, raw: RawRow) -> tuple[DepartmentKind, ...]:
        words = list(_split(raw.fields.get("kinds")))
        if not words:
            self.complain(raw, "kind_missing", words="")
        kinds: list[DepartmentKind] = []
        for word in words:
            kind = KINDS.get(normalise_name(word))
            if kind is None:
                self.complain(raw, "kind_unknown", words=word[:40])
            elif kind not in kinds:
                kinds.append(kind)
        return tuple(kinds)

    def _aliases(self, raw: RawRow, name: str) -> tuple[str, ...]:
        taken = {normalise_name(name)}
        aliases: list[str] = []
        for alias in map(_clean, _split(raw.fields.get("aliases"))):
            if len(alias) > LONGEST_NAME or not _NAME.fullmatch(alias):
                self.complain(raw, "name_odd", name=alias[:LONGEST_NAME])
            elif normalise_name(alias) not in taken:
                taken.add(normalise_name(alias))
                aliases.append(alias)
        return tuple(aliases)

    def _day(self, raw: RawRow, field: str) -> date | None:
        value = raw.fields.get(field)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        words = self._text(raw, field)
        if not words:
            return None
        try:
            if read := _DAY.fullmatch(words):
                return date(int(read[1]), int(read[2]), int(read[3]))
        except ValueError:
            # A day that no calendar has is told like one that cannot be read.
            pass
        self.complain(raw, "day_unreadable", words=words[:40])
        return None

    def _check_collective_names(self, rules: tuple[CollectiveRule, ...]) -> None:
        collective = {normalise_name(rule.name) for rule in rules}
        for raw, entry in self._departments:
            for name in (entry.name, *entry.aliases):
                if normalise_name(name) in collective:
                    self.complain(raw, "name_is_collective", name=name)

    def _check_names_differ(self) -> None:
        """A name stands for one department; an alias may pass on, but never means two at once."""
        names: dict[str, RawRow] = {}
        meant: dict[str, list[RegisterEntry]] = {}
        for raw, entry in self._departments:
            plain = normalise_name(entry.name)
            if plain in names:
                self.complain(raw, "name_twice", name=entry.name, first=names[plain].row)
            names.setdefault(plain, raw)
        for raw, entry in self._departments:
            for name in (entry.name, *entry.aliases):
                others = meant.setdefault(normalise_name(name), [])
                clash = next((each for each in others if _together(each, entry)), None)
                if clash and normalise_name(clash.name) != normalise_name(entry.name):
                    self.complain(raw, "alias_twice", alias=name, name=entry.name, other=clash.name)
                others.append(entry)

    def _check_parents(self) -> None:
        known = {normalise_name(n) for _, entry in self._departments for n in (entry.name, *entry.aliases)}
        for raw, entry in self._departments:
            if entry.parent is None:
                continue
            parent = normalise_name(entry.parent)
            if parent not in known or parent in {normalise_name(n) for n in (entry.name, *entry.aliases)}:
                self.complain(raw, "parent_unknown", name=entry.name, parent=entry.parent[:LONGEST_NAME])


def _together(one: RegisterEntry, other: RegisterEntry) -> bool:
    starts_in_time = one.since is None or other.until is None or one.since <= other.until
    return starts_in_time and (other.since is None or one.until is None or other.since <= one.until)


def _words(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _clean(words: str) -> str:
    """Return a name as printed, without the spaces that set its characters apart."""
    visible = "".join(c for c in words if c.isprintable() or c.isspace())
    return _INNER_SPACE.sub("", _SPACE.sub(" ", visible).strip())


def _spellings(value: object) -> list[str]:
    """Return the other spellings of a collective name: in a list each stands whole (各乡镇、街道)."""
    found = value if isinstance(value, list) else list(_split(value))
    return [name for each in found if isinstance(each, str) and 0 < len(name := _clean(each)) <= LONGEST_NAME]


def _split(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _split(each)
    elif not isinstance(value, (Mapping, bool)):
        yield from (part.strip() for part in _SPLIT.split(_words(value)) if part.strip())
