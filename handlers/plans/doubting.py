"""A coordinator's answers to the doubts of a draft: by button, or by a reply to the question."""

from __future__ import annotations

import re

from handlers import wording
from handlers.choosing import departments_meant, near_departments
from handlers.events import Reply
from handlers.notices import read_names
from handlers.notices.role_words import EVERY_DEPARTMENT
from handlers.plans import questions, unsure
from handlers.plans.asked import answered, decides, plan_of, shown
from handlers.plans.typed import clause_typed
from handlers.turns import Answers, Turn
from storage.ledger import answering_doubts as ledger
from storage.ledger import dialogues, lookup, messages, plans, reading_doubts
from storage.records import Department, Doubt, Plan, PlanItem
from storage.terms.cards import Button, Card, Edit, Outgoing
from storage.terms.errors import Refusal
from storage.terms.notice import Responsibility
from storage.terms.register import DepartmentKind
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind
from storage.terms.texts import Text, text

_BETWEEN = re.compile(r"[、,，;；/\s]+")

SHOWN_NAMES = 8

OWN_KINDS = (
    DepartmentKind.BUREAU,
    DepartmentKind.INSTITUTION,
    DepartmentKind.TOWNSHIP,
    DepartmentKind.SUBDISTRICT,
)


async def show(turn: Turn) -> Answers:
    """Ask the next question of a draft in a message of its own, ``anew`` also what was remembered."""
    plan = turn.directory.get(Plan, int(turn.values["plan"]))
    if turn.values.get("anew"):
        await reading_doubts.ask_again(turn.unit, plan)
    return await questions.next_card(turn, plan, again=True)


@decides()
async def later(turn: Turn, doubt: Doubt) -> Answers:
    """Leave a question for later: the next one comes."""
    reading_doubts.put_off(turn.unit, doubt)
    return await answered(turn, doubt, text("doubting.said.later"))


@decides(DoubtKind.READING)
async def reading(turn: Turn, doubt: Doubt) -> Answers:
    """What the reading was not sure of is answered, for all of one kind at once."""
    return await answered(turn, doubt, await unsure.pressed(turn, doubt))


@decides(DoubtKind.READING)
async def apart(turn: Turn, doubt: Doubt) -> Answers:
    """Each place of a kind is asked for itself."""
    count = len(reading_doubts.split(turn.unit, doubt))
    return await answered(turn, doubt, text("doubting.said.apart", count=count))


# ---------------------------------------------------------------- names


@decides(DoubtKind.NAME)
async def name_is(turn: Turn, doubt: Doubt) -> Answers:
    """The unknown name means a department of the register."""
    return await _means(turn, doubt, turn.directory.get(Department, int(turn.values["department"])))


async def _means(turn: Turn, doubt: Doubt, department: Department) -> list[Outgoing]:
    await ledger.name_means(turn.unit, doubt, department)
    said = text("doubting.said.means", name=doubt.name, department=department.name)
    return await answered(turn, doubt, said)


@decides(DoubtKind.NAME)
async def name_is_new(turn: Turn, doubt: Doubt) -> Answers:
    """The unknown name is to be added to the register: ask of what kind it is."""
    assert turn.said is not None  # noqa: S101 - a button stands on a card
    values = {"doubt": doubt.id}
    kinds = [
        Button(text(f"register.kind.{kind}"), "doubt.add", {**values, "kind": kind.value})
        for kind in OWN_KINDS
    ]
    rows = (*wording.in_rows(kinds, 2), (Button(text("doubting.button.back"), "doubt.back", values),))
    card = Card(
        title=text("doubting.title", number=turn.subject["number"], count=turn.subject["count"]),
        lines=(text("doubting.which_kind", name=doubt.name),),
        rows=rows,
        subject=turn.subject,
    )
    return Edit(turn.said.id, card)


@decides(DoubtKind.NAME)
async def back(turn: Turn, doubt: Doubt) -> Answers:
    """Return from a step of a question to the question."""
    assert turn.said is not None  # noqa: S101 - a button stands on a card
    return Edit(turn.said.id, await questions.next_card(turn, plan_of(turn, doubt)))


@decides(DoubtKind.NAME)
async def name_added(turn: Turn, doubt: Doubt) -> Answers:
    """The unknown name is added to the register, as a body of the kind that was chosen."""
    kind = DepartmentKind(turn.values["kind"])
    await ledger.name_is_new(turn.unit, doubt, kind)
    said = text("doubting.said.added", name=doubt.name, kind=text(f"register.kind.{kind}"))
    return await answered(turn, doubt, said)


@decides(DoubtKind.NAME)
async def name_is_nobody(turn: Turn, doubt: Doubt) -> Answers:
    """The unknown name is no responsible body."""
    await ledger.name_is_nobody(turn.unit, doubt)
    return await answered(turn, doubt, text("doubting.said.nobody", name=doubt.name))


# ---------------------------------------------------------------- clauses and limits


@decides(DoubtKind.CLAUSE)
async def everybody(turn: Turn, doubt: Doubt) -> Answers:
    """The item without a clause falls to every department."""
    return await _clause(turn, doubt, read_names(EVERY_DEPARTMENT))


async def _clause(turn: Turn, doubt: Doubt, responsibility: Responsibility) -> list[Outgoing]:
    item = await turn.unit.get(PlanItem, doubt.item_id or 0)
    await ledger.clause_is(turn.unit, doubt, responsibility)
    said = text("doubting.said.clause", number=item.position, clause=responsibility.raw)
    return await answered(turn, doubt, said)


@decides(DoubtKind.CLAUSE)
async def leave_out(turn: Turn, doubt: Doubt) -> Answers:
    """The item without a clause is handed to nobody."""
    item = await turn.unit.get(PlanItem, doubt.item_id or 0)
    await plans.drop(turn.unit, item)
    said = text("doubting.said.left_out", number=item.position, title=item.title)
    return await answered(turn, doubt, said)


@decides(DoubtKind.DEADLINES)
async def year_close(turn: Turn, doubt: Doubt) -> Answers:
    """Items without a limit are due at the year's close, all at once."""
    ledger.year_close(turn.unit, doubt)
    year = str(plan_of(turn, doubt).year)
    return await answered(turn, doubt, text("doubting.said.year_close", year=year))


# ---------------------------------------------------------------- a choice among departments


@decides(DoubtKind.CHOOSE)
async def toggle(turn: Turn, doubt: Doubt) -> Answers:
    """Put one department in, or take it out."""
    number = int(turn.values["department"])
    chosen = await _chosen(turn)
    rest = [each for each in chosen if each != number]
    return await _choose(turn, doubt, rest if number in chosen else [*chosen, number])


@decides(DoubtKind.CHOOSE)
async def choose_all(turn: Turn, doubt: Doubt) -> Answers:
    """Choose every department that the collective name may mean."""
    return await _choose(turn, doubt, questions.choosable(turn, doubt))


@decides(DoubtKind.CHOOSE)
async def choose_none(turn: Turn, doubt: Doubt) -> Answers:
    """Begin the choice anew."""
    return await _choose(turn, doubt, [])


async def _chosen(turn: Turn) -> list[int]:
    number = int(turn.subject["dialogue"])
    dialogue = await dialogues.resume(turn.unit, number, questions.CHOOSING)
    return [int(each) for each in dialogue.state["chosen"]]


async def _choose(
    turn: Turn,
    doubt: Doubt,
    chosen: list[int],
    *said: Text,
    near: tuple[int, ...] = (),
) -> list[Outgoing]:
    number = int(turn.subject["dialogue"])
    dialogue = await dialogues.resume(turn.unit, number, questions.CHOOSING)
    dialogues.put(turn.unit, dialogue, chosen=chosen)
    card = await questions.choice(turn, doubt, dialogue, turn.subject, said, near)
    return shown(turn, card)


@decides(DoubtKind.CHOOSE)
async def chosen(turn: Turn, doubt: Doubt) -> Answers:
    """有关部门 means the departments chosen so far."""
    dialogue = await dialogues.resume(turn.unit, int(turn.subject["dialogue"]), questions.CHOOSING)
    departments = [int(each) for each in dialogue.state["chosen"]]
    await ledger.chosen(turn.unit, doubt, departments)
    dialogues.end(turn.unit, dialogue)
    names = [lookup.short_name(turn.directory, number) for number in departments]
    key = "doubting.said.chosen" if len(names) <= SHOWN_NAMES else "doubting.said.chosen_many"
    said = text(key, name=doubt.name, names=names[:SHOWN_NAMES], count=len(names))
    return await answered(turn, doubt, said)


# ---------------------------------------------------------------- replies


async def reply(turn: Turn) -> Answers:
    """Take a reply to a question: a name, some names, a clause, or that the year's close is meant.

    A card that was changed since asks another question than at first: the one it shows is answered.
    """
    turn.actor.require(Permission.COORDINATE)
    assert turn.said is not None and isinstance(turn.event, Reply)  # noqa: S101, PT018 - the table says so
    turn.subject = dict((await messages.newest_card(turn.unit, turn.said)).subject)
    if "doubt" not in turn.subject:
        return await questions.next_card(turn, turn.directory.get(Plan, int(turn.subject["plan"])))
    doubt = await turn.unit.get(Doubt, int(turn.subject["doubt"]))
    if doubt.answered_at is not None:
        said = text("refusal.doubt.answered")
        return shown(turn, await questions.next_card(turn, plan_of(turn, doubt), said))
    await ledger.open_doubt(turn.unit, doubt.id, DoubtKind(doubt.kind))
    typed = turn.event.text.strip()
    if not typed:
        raise Refusal("doubt.no_words")
    match DoubtKind(doubt.kind):
        case DoubtKind.NAME:
            return await _name_typed(turn, doubt, typed)
        case DoubtKind.CHOOSE:
            return await _names_typed(turn, doubt, typed)
        case DoubtKind.CLAUSE:
            return await _clause(turn, doubt, clause_typed(turn, typed))
        case DoubtKind.READING:
            return await answered(turn, doubt, await unsure.typed(turn, doubt, typed))
        case DoubtKind.DEADLINES:
            raise Refusal("doubt.press")


async def _name_typed(turn: Turn, doubt: Doubt, typed: str) -> list[Outgoing]:
    department = lookup.department_called(turn.directory, typed)
    if department is not None:
        return await _means(turn, doubt, department)
    key = "doubting.typed_near" if near_departments(turn, typed) else "doubting.typed_unknown"
    said = text(key, typed=wording.short(typed))
    return shown(turn, await questions.name_again(turn, doubt, typed, turn.subject, said))


async def _names_typed(turn: Turn, doubt: Doubt, typed: str) -> list[Outgoing]:
    chosen = await _chosen(turn)
    unknown: list[str] = []
    for name in filter(None, _BETWEEN.split(typed)):
        found = departments_meant(turn, name)
        unknown += [] if found else [name]
        chosen += [each for each in found if each not in chosen]
    near = [d.id for name in unknown for d in near_departments(turn, name, 2) if d.id not in chosen]
    said = (text("doubting.unknown_names", names=_quoted(unknown)),) if unknown else ()
    return await _choose(
        turn, doubt, chosen, *said, near=tuple(dict.fromkeys(near))[: questions.SHOWN_CHOSEN]
    )


def _quoted(names: list[str]) -> list[str]:
    """Return names as a card repeats them: some, and none longer than a line."""
    return [*map(wording.short, names[:SHOWN_NAMES]), *(["…"] if len(names) > SHOWN_NAMES else [])]
