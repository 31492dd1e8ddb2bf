"""The catalogue says everything that the program asks for, in both languages, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from string import Formatter

import pytest

from bot.texts.catalogue import LANGUAGES, Catalogue
from handlers.command_words import command_words
from handlers.coordinators.digesting import FIGURES
from handlers.helping import TOPICS
from handlers.notices.messages import words
from handlers.plans import unsure
from handlers.reminding.clocks import CHANGES
from handlers.routing import COMMANDS
from reminders.calendars import festivals
from reminders.periods import periods_of
from storage.terms.ladder import Cadence, Rhythm
from storage.terms.lights import Light
from storage.terms.register import DepartmentKind
from storage.terms.roles import Role
from storage.terms.statuses import AssignmentStatus, ItemRole, Move
from tests.architecture.house import Module, modules

CATALOGUE = Catalogue.load(strict=True)

TEXTS = {"text", "Text", "say"}
REFUSALS = {"Refusal", "NotAllowed", "Unreadable"}
PROBLEMS = {"Problem", "complain"}

FAMILIES: dict[str, set[str]] = {
    "role": {role.value for role in Role},
    "itemrole": {role.value for role in ItemRole},
    "status": {status.value for status in AssignmentStatus},
    "move": {move.value for move in Move},
    "light": {light.value for light in Light},
    "delivery": {"uncertain", "failed", "gone"},
    "sign": {light.value for light in Light},
    "register.kind": {kind.value for kind in DepartmentKind},
    "reading": set(words("warnings")),
    "doubting.why": {*unsure.ANSWERS, *unsure.OF_FIELD},
    "doubting.answer": {
        answer
        for each in (unsure.ANSWERS, unsure.OF_FIELD)
        for answers in each.values()
        for answer in answers
    },
    "period": {
        period.name.key.removeprefix("period.") for cadence in Cadence for period in periods_of(cadence, 2026)
    },
    "policy.rhythm": {rhythm.value for rhythm in Rhythm},
    "digest.light": {*(light.value for light in Light), "done"},
    "digest.figure": set(FIGURES),
    "clock.told": set(CHANGES),
    "policy.cadence": {*(cadence.value for cadence in Cadence), "plan"},
    "calendar.festival": {name for name, _ in festivals(2027)},
    "help.command": set(COMMANDS) - {"start"},
    "help.topic": set(TOPICS),
}
"""Keys that are put together from a word of the domain: f"status.{status}"."""

PARTS = re.compile(r"^(format|improvised)\.")
"""What the catalogue itself asks for."""


def own_modules() -> list[Module]:
    return [
        module for module in modules() if not module.stands_in("storage/migrations", "bot/commands/notice.py")
    ]


def literals(node: ast.AST) -> Iterator[str]:
    """Yield the keys an expression may stand for; in a conditional expression there are two."""
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)
        case _:
            return


def asked_for(module: Module) -> Iterator[tuple[str, str]]:
    """Yield each key that a module asks for by name, and where."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        prefix = {**dict.fromkeys(TEXTS, ""), **dict.fromkeys(REFUSALS, "refusal.")}.get(name)
        if prefix is None:
            continue
        for key in literals(node.args[0]):
            if prefix or "." in key:
                yield prefix + key, f"{module.path}:{node.lineno}"


def spoken() -> set[str]:
    """Every string of the code that is or may become part of a key: whole, or the last words of one."""
    return {
        node.value
        for module in own_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


WORD = r"([a-z0-9_.]+)"
LETTERS = re.compile("[a-z]")


def patterns() -> list[re.Pattern[str]]:
    """What f-strings put together: f"asking.{kind}.ask" stands for a key with a word of the code between."""
    found = {
        "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else WORD for part in node.values
        )
        for module in own_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr)
    }
    return [re.compile(each) for each in sorted(found) if len(LETTERS.findall(each.replace(WORD, ""))) > 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_say_the_same(language: str) -> None:
    other = next(each for each in LANGUAGES if each != language)
    assert sorted(set(CATALOGUE.templates[language]) - set(CATALOGUE.templates[other])) == []


def test_both_languages_use_the_same_values() -> None:
    differing = {
        key: [sorted(_fields(CATALOGUE.templates[language][key])) for language in LANGUAGES]
        for key in CATALOGUE.templates["zh"]
        if not PARTS.match(key) and CATALOGUE.has(key)
        if _fields(CATALOGUE.templates["zh"][key]) != _fields(CATALOGUE.templates["en"][key])
    }
    assert differing == {}


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_key_that_the_code_asks_for_is_there() -> None:
    missing = {
        key: place for module in own_modules() for key, place in asked_for(module) if not CATALOGUE.has(key)
    }
    assert missing == {}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_word_of_a_family_is_there(family: str) -> None:
    assert sorted(word for word in FAMILIES[family] if not CATALOGUE.has(f"{family}.{word}")) == []


def left_over(keys: Iterable[str]) -> list[str]:
    """Return the keys that nothing in the code can stand for."""
    said = spoken()
    asked = {key for module in own_modules() for key, _ in asked_for(module)}
    asked |= {f"{family}.{word}" for family, words in FAMILIES.items() for word in words}
    composed = patterns()

    def is_composed(key: str, depth: int = 2) -> bool:
        fits = [fit for each in composed if (fit := each.fullmatch(key))]
        return any(all(is_said(word, depth - 1) for word in fit.groups()) for fit in fits)

    def is_said(word: str, depth: int) -> bool:
        return word in said or (depth > 0 and is_composed(word, depth))

    def is_used(key: str) -> bool:
        bare = key.removeprefix("refusal.").removeprefix("problem.").removeprefix("register.")
        return (
            key in asked | said or is_composed(key) or (bare != key and (bare in said or is_composed(bare)))
        )

    return sorted(key for key in keys if not PARTS.match(key) and not is_used(key))


def test_no_sentence_is_left_over() -> None:
    assert left_over(CATALOGUE.templates["zh"]) == []


def test_a_sentence_left_over_is_noticed() -> None:
    planted = [
        "review.nobody_says_this",
        "refusal.nobody.said",
        "status.nonsense",
        "trail.assignment.nonsense",
    ]
    assert left_over(planted) == sorted(planted)


def test_every_command_word_leads_to_a_command() -> None:
    assert sorted(word for word, name in command_words().items() if name not in COMMANDS) == []
