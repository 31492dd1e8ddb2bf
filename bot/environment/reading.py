"""The settings read: what holds, and every wrong one with a sentence that says what it should be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from bot.environment.contradictions import contradictions, without_effect
from bot.environment.written import PREFIX, Environment, variable
from storage.terms.errors import Unreadable
from storage.terms.texts import Text, text

KINDS = {
    "bool_parsing": "yes_no",
    "greater_than_equal": "number",
    "int_parsing": "number",
    "int_parsing_size": "number",
    "less_than_equal": "number",
    "literal_error": "choice",
}
"""The library's names of faults that are told by a sentence of ours; faults of ours bear its name."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the settings found.

    ``environment`` has its default for each wrong value. ``wrong`` values keep every command from being
    done, ``contradictory`` ones what serves the platforms, ``strange`` ones nothing.
    """

    environment: Environment
    wrong: tuple[Text, ...] = ()
    contradictory: tuple[Text, ...] = ()
    strange: tuple[Text, ...] = ()


def read_environment(*, serving: bool = False) -> Environment:
    """Read the settings; ``serving`` asks whether they fit together, too.

    Raises :class:`Unreadable` that names all that are wrong.
    """
    looked = look()
    problems = looked.wrong + (looked.contradictory if serving else ())
    if problems:
        raise Unreadable("settings", problems=problems)
    return looked.environment


def look() -> Looked:
    """Read the settings without refusing any."""
    try:
        strange = tuple(_unknown())
    except UnicodeDecodeError:
        return Looked(Environment(_env_file=None), (text("setting.file"),))
    wrong: dict[str, Text] = {}
    try:
        environment = Environment()
    except ValidationError as fault:
        wrong = {
            str(error["loc"][0]): _sentence(str(error["loc"][0]), error["type"]) for error in fault.errors()
        }
        defaults: dict[str, Any] = {name: Environment.model_fields[name].default for name in wrong}
        environment = Environment(**defaults)
    return Looked(
        environment,
        tuple(wrong.values()),
        tuple(said for names, said in contradictions(environment) if not names & wrong.keys()),
        (*strange, *without_effect(environment)),
    )


def _sentence(name: str, fault: str) -> Text:
    kind = KINDS.get(fault, fault)
    field = Environment.model_fields[name]
    match kind:
        case "choice":
            return text("setting.choice", name=variable(name), choices=get_args(field.annotation))
        case "number":
            least, most = (
                next(getattr(each, bound) for each in field.metadata if hasattr(each, bound))
                for bound in ("ge", "le")
            )
            return text("setting.number", name=variable(name), least=least, most=most)
        case _:
            return text(f"setting.{kind}", name=variable(name))


def _unknown() -> Iterator[Text]:
    """Yield the variables that look like settings and are none. Raises UnicodeDecodeError."""
    known = {name.upper() for name in Environment.model_fields}
    written = DotEnvSettingsSource(Environment).env_vars
    names = {name.upper() for name in (*os.environ, *written)}
    given = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    for name in sorted(given - known):
        near = get_close_matches(name, known, 1)
        if near:
            yield text("setting.near", name=PREFIX + name, near=PREFIX + near[0])
        else:
            yield text("setting.unknown", name=PREFIX + name)
