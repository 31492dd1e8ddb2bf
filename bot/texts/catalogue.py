"""Keys and values in, words out."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Any

from storage.terms.clock import OFFICE_ZONE
from storage.terms.texts import Text, Value

log = logging.getLogger(__name__)

LANGUAGES = ("zh", "en")
SPECS = frozenset({"", "day", "day_year", "moment", "list", "lines", "n"})
PLURAL = "plural:"

Part = tuple[str, str | None, str]
"""Words, then the field that follows them (None at the end) and its spec."""


class CatalogueError(Exception):
    """The catalogue and what asks for its sentences do not fit together."""


class Catalogue:
    """Every sentence in every language."""

    def __init__(self, templates: Mapping[str, Mapping[str, str]], *, strict: bool = False) -> None:
        """Take in the templates by language and key. Raises :class:`CatalogueError`.

        ``strict`` makes a missing sentence or value an error; otherwise the key itself is shown and the fault
        logged, since a person waits for an answer.
        """
        self.strict = strict
        self.templates = {language: dict(sentences) for language, sentences in templates.items()}
        self._parts = {
            language: {key: parse(key, template) for key, template in sentences.items()}
            for language, sentences in templates.items()
        }

    @classmethod
    def load(cls, *languages: str, strict: bool = False) -> Catalogue:
        """Read the files that come with the program: of these languages, or of all."""
        here = resources.files("bot.texts")
        return cls({each: _read(here / each) for each in languages or LANGUAGES}, strict=strict)

    def render(self, text: Text, language: str, year: int | None = None) -> str:
        """Word a text in a language. With the year it is said in, days of other years name theirs."""
        parts = self._parts[language].get(text.key)
        if parts is None:
            return self._missing(f"{text.key} ({language})", text.key)
        words: list[str] = []
        for before, name, spec in parts:
            words.append(before)
            if name is None:
                continue
            if name not in text.values:
                return self._missing(f"{text.key} lacks {name}", text.key)
            try:
                words.append(self._worded(text.values[name], spec, language, year))
            except (TypeError, ValueError, AttributeError) as fault:
                return self._missing(f"{text.key}: {name}: {fault}", text.key)
        return "".join(words)

    def has(self, key: str) -> bool:
        """Tell whether there is such a sentence."""
        return all(key in sentences for sentences in self.templates.values())

    def _missing(self, fault: str, key: str) -> str:
        if self.strict:
            raise CatalogueError(fault)
        log.error("The catalogue does not fit: %s", fault)
        return key

    def _worded(self, value: Value, spec: str, language: str, year: int | None) -> str:
        if spec.startswith(PLURAL):
            one, _, many = spec.removeprefix(PLURAL).partition("|")
            return one if value == 1 else many
        match value:
            case Text():
                return self.render(value, language, year)
            case str():
                return value
            case date():
                return self._day(value, spec or "day", language, year)
            case int() | float():
                return f"{value:,}" if spec == "n" and language == "en" else str(value)
            case Sequence():
                joint = "\n" if spec == "lines" else self._say("format.joint", language)
                return joint.join(self._worded(each, "", language, year) for each in value)
            case _:
                raise TypeError(f"{type(value).__name__} has no words")

    def _day(self, value: date, spec: str, language: str, year: int | None) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(OFFICE_ZONE)
            if spec == "moment":
                clock = f"{value:%H:%M}"
                return self._say("format.moment", language).format(
                    day=self._day(value.date(), "day", language, year), time=clock
                )
        if spec == "day" and year not in (None, value.year):
            spec = "day_year"
        month = self._say("format.months", language).split()[value.month - 1]
        return self._say(f"format.{spec}", language).format(year=value.year, month=month, day=value.day)

    def _say(self, key: str, language: str) -> str:
        return self.templates[language][key]


def parse(key: str, template: str) -> tuple[Part, ...]:
    """Take a template apart. Raises :class:`CatalogueError` when it is no template."""
    try:
        found = list(Formatter().parse(template))
    except ValueError as fault:
        raise CatalogueError(f"{key}: {fault}") from fault
    for _, name, spec, conversion in found:
        if name is None:
            continue
        plural = (spec or "").startswith(PLURAL) and (spec or "").count("|") == 1
        if not name.isidentifier() or conversion or not (spec in SPECS or plural):
            raise CatalogueError(f"{key}: what is {{{name}:{spec}}}?")
    return tuple((before, name, spec or "") for before, name, spec, _ in found)


def _read(folder: Traversable) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for key, template in flat(tomllib.loads(file.read_text("utf-8"))):
            if key in sentences:
                raise CatalogueError(f"{file.name}: {key} stands twice")
            sentences[key] = template
    return sentences


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted keys of nested tables with their templates."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        elif isinstance(value, str):
            yield before + key, value
        else:
            raise CatalogueError(f"{before}{key} is no text")
