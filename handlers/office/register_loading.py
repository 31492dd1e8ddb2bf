"""A register comes in as a file: read in a thread, its problems listed, previewed, loaded when confirmed.

Until a coordinator agrees the register is kept as it was read, not the file: lists of offices often hold
telephone numbers beside the names, and nothing of these is to be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from handlers.standing import in_place
from handlers.turns import Answers, Turn
from storage.ledger import dialogues, register
from storage.terms import register_json
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal, Unreadable
from storage.terms.marks import has_security_mark
from storage.terms.register import Problem, Register
from storage.terms.roles import Permission
from storage.terms.texts import Text, text

DIALOGUE = "register.load"
MOST = 500
"""Departments of one file: a city has some two hundred, and many more at once would hold others up."""

SHOWN_PROBLEMS = 10
SHOWN_NAMES = 12
SHOWN_CHANGES = 10
SHEET_NAME = 40


@dataclass(frozen=True, slots=True)
class Read:
    """A register read in a thread, and the name of its file."""

    name: str
    register: Register


async def gather(turn: Turn) -> Callable[[], Read | None]:
    """Prepare to read the register that came with the command; nothing when none came."""
    if not turn.files:
        return _nothing
    turn.actor.require(Permission.COORDINATE)
    if len(turn.files) > 1:
        raise Refusal("register.one_file", count=len(turn.files))
    (received,) = turn.files
    if received.content is None:
        raise Unreadable("register.too_large")
    return partial(_read, received.name, received.content)


def _nothing() -> None:
    return None


def _read(name: str, content: bytes) -> Read:
    from storage.documents.register_in import read_register
    from storage.documents.tables_in import read_tables

    if name.lower().endswith(".xlsx"):
        # What is text as it is was looked at when it came.
        for table in read_tables(content, ".xlsx"):
            if any(has_security_mark(str(cell)) for _, cells in table.rows for cell in cells if cell):
                raise Refusal("secret")
    read = read_register(content, name)
    if len(read.departments) > MOST:
        raise Unreadable("register.too_many", count=len(read.departments), limit=MOST)
    return Read(name, read)


def offer(turn: Turn, read: Read) -> Card:
    """List what is wrong in a register, or show what it would change and ask for agreement."""
    turn.actor.require(Permission.COORDINATE)
    problems = read.register.problems
    if problems:
        return _problem_card(problems)
    change = register.preview(turn.unit, read.register)
    if not change.added and not change.changed:
        return Card(
            title=text("register.load.nothing_new", count=change.same),
            lines=_absent(change.absent),
        )
    state = {"register": register_json.to_json(read.register), "source": read.name[-120:]}
    dialogue = dialogues.begin(turn.unit, DIALOGUE, state)
    return Card(
        title=text("register.load.title", name=read.name[-60:]),
        lines=(*_change_lines(change), text("register.load.ask")),
        rows=(
            (
                Button(text("register.load.yes"), "register.load", {"dialogue": dialogue.id}, "primary"),
                Button(text("register.load.no"), "register.drop", {"dialogue": dialogue.id}),
            ),
        ),
    )


def _problem_card(problems: Sequence[Problem]) -> Card:
    lines = [_problem(each) for each in problems[:SHOWN_PROBLEMS]]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(text("register.load.more_problems", count=len(problems) - SHOWN_PROBLEMS))
    lines.append(text("register.load.mend"))
    return Card(title=text("register.load.problems", count=len(problems)), lines=tuple(lines))


def _problem(problem: Problem) -> Text:
    if problem.place and problem.row:
        place = problem.place[:SHEET_NAME]
        return text("register.load.row_of", place=place, row=problem.row, what=problem.text)
    if problem.row:
        return text("register.load.row", row=problem.row, what=problem.text)
    return text("register.load.whole", what=problem.text)


def _change_lines(change: register.RegisterChange) -> tuple[Text, ...]:
    lines = []
    if change.added:
        lines.append(_named("register.load.added", change.added))
    if change.changed:
        lines.append(text("register.load.changed", count=len(change.changed)))
        lines += [_difference(each) for each in change.changed[:SHOWN_CHANGES]]
        if len(change.changed) > SHOWN_CHANGES:
            lines.append(text("register.load.more_changes", count=len(change.changed) - SHOWN_CHANGES))
    if change.same:
        lines.append(text("register.load.same", count=change.same))
    return (*lines, *_absent(change.absent))


def _difference(difference: register.Difference) -> Text:
    what = [text(f"register.load.what.{each}") for each in difference.what]
    if "name" in difference.what:
        return text("register.load.renamed", name=difference.name, before=difference.before, what=what)
    return text("register.load.differs", name=difference.name, what=what)


def _absent(names: tuple[str, ...]) -> tuple[Text, ...]:
    return (_named("register.load.absent", names),) if names else ()


def _named(key: str, names: tuple[str, ...]) -> Text:
    if len(names) > SHOWN_NAMES:
        return text(f"{key}_among", count=len(names), names=names[:SHOWN_NAMES])
    return text(key, count=len(names), names=names)


async def load(turn: Turn) -> Answers:
    """Take in the register that was shown, as the ledger stands now."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), DIALOGUE)
    kept = register_json.from_json(dialogue.state["register"])
    change = register.load(turn.unit, kept, str(dialogue.state["source"]))
    dialogues.end(turn.unit, dialogue)
    lines = (*_change_lines(change), text("register.load.next"))
    return in_place(turn, Card(title=text("register.load.done"), lines=lines))


async def drop(turn: Turn) -> Answers:
    """Leave the register as it is."""
    turn.actor.require(Permission.COORDINATE)
    dialogue = await dialogues.resume(turn.unit, int(turn.values["dialogue"]), DIALOGUE)
    dialogues.end(turn.unit, dialogue)
    return in_place(turn, Card(lines=(text("register.load.dropped"),)))
