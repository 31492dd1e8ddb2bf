"""Leave (请假): a member is away for some days, and a deputy answers in their place."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.office.members import called, which_member
from handlers.office.office_words import meaning, parts, words_of
from handlers.replies.periods import read_period
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from storage.ledger import lookup, people
from storage.records import Leave, Member
from storage.terms.cards import Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import Text, text

SHOWN = 15


async def answer(turn: Turn) -> Answers:
    """``/leave``: show who is away, grant leave, or end it."""
    turn.actor.require(Permission.COORDINATE)
    words = words_of(turn)
    if not words:
        return _list(turn)
    named = parts(words)
    if len(named) == 2 and meaning("leave", named[1]) == "end":
        return _end(turn, named[0])
    period = read_period(words, turn.today)
    names = [] if period is None else [*parts(period.before), *parts(period.behind)]
    if period is None or not 1 <= len(names) <= 2:
        raise Refusal("leave.form")
    values: dict[str, Any] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    if len(names) == 2:
        values["deputy_name"] = names[1]
    found = called(turn, names[0])
    if len(found) > 1:
        return which_member(turn, found, "leave.of", values)
    return _with_member(turn, {**values, "member": found[0].id})


def _list(turn: Turn) -> Card:
    leaves = lookup.leaves_from(turn.directory, turn.today)
    lines = [_line(turn, leave) for leave in leaves[:SHOWN]] or [text("leave.nobody")]
    if len(leaves) > SHOWN:
        lines.append(text("leave.more", count=len(leaves) - SHOWN))
    return Card(title=text("leave.title"), lines=(*lines, text("leave.how")))


def _line(turn: Turn, leave: Leave) -> Text:
    name = turn.directory.get(Member, leave.member_id).name
    if leave.deputy_id is None:
        return text("leave.line", name=name, first=leave.first_day, last=leave.last_day)
    deputy = turn.directory.get(Member, leave.deputy_id).name
    return text("leave.line_deputy", name=name, first=leave.first_day, last=leave.last_day, deputy=deputy)


async def of_member(turn: Turn) -> Answers:
    """Go on with the member of the pressed button."""
    turn.actor.require(Permission.COORDINATE)
    return in_place(turn, _with_member(turn, turn.values))


def _with_member(turn: Turn, values: dict[str, Any]) -> Card:
    if "deputy_name" not in values:
        return _granted(turn, values)
    known = {key: value for key, value in values.items() if key != "deputy_name"}
    found = [m for m in called(turn, str(values["deputy_name"])) if m.id != values["member"]]
    if not found:
        raise Refusal("leave.own_deputy")
    if len(found) == 1:
        return _granted(turn, {**known, "deputy": found[0].id})
    return which_member(turn, found, "leave.with", {**known, "who": known["member"]})


async def with_deputy(turn: Turn) -> Answers:
    """Grant leave with the deputy of the pressed button."""
    values = turn.values
    return in_place(turn, _granted(turn, {**values, "member": values["who"], "deputy": values["member"]}))


def _granted(turn: Turn, values: dict[str, Any]) -> Card:
    member = turn.directory.get(Member, int(values["member"]))
    deputy = turn.directory.get(Member, int(values["deputy"])) if values.get("deputy") else None
    first, last = date.fromisoformat(values["first"]), date.fromisoformat(values["last"])
    before = _spoken_for(turn, deputy)
    leave = people.grant_leave(turn.unit, member, first, last, deputy)
    lines = [_line(turn, leave)]
    if deputy is None:
        lines.append(text("leave.no_deputy"))
    elif added := _spoken_for(turn, deputy) - before:
        names = [lookup.short_name(turn.directory, number) for number in sorted(added)]
        lines.append(text("leave.became_deputy", name=deputy.name, departments=names))
    return Card(title=text("leave.granted"), lines=tuple(lines))


def _spoken_for(turn: Turn, member: Member | None) -> set[int]:
    """Return the departments a member speaks for."""
    held = [] if member is None else lookup.memberships_of(turn.directory, member.id)
    return {m.department_id for m in held if m.department_id is not None}


# ---------------------------------------------------------------- ending


def _end(turn: Turn, name: str) -> Card:
    found = called(turn, name)
    away = {leave.member_id for leave in lookup.leaves_from(turn.directory, turn.today)}
    on_leave = [member for member in found if member.id in away]
    if len(on_leave) > 1:
        return which_member(turn, on_leave, "leave.end", {})
    return _ended(turn, (on_leave or found)[0])


async def end_of(turn: Turn) -> Answers:
    """End the leave of the member of the pressed button."""
    turn.actor.require(Permission.COORDINATE)
    return in_place(turn, _ended(turn, turn.directory.get(Member, int(turn.values["member"]))))


def _ended(turn: Turn, member: Member) -> Card:
    people.end_leave(turn.unit, member, turn.today)
    return Card(lines=(text("leave.ended", name=member.name),))
