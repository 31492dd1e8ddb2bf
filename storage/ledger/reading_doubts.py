"""Doubts about how a notice was read: raised with a draft, answered for all of one kind, remembered.

What was answered in an earlier notice of the same office is not asked again: earlier doubts are the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from storage.ledger import drafting, lookup, plans
from storage.records import Doubt, Party, Plan, PlanItem
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.notice import Deadline, Notice, NoticeItem, ReadingDoubt
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind, ItemRole, PlanStatus
from storage.unit import Unit

Entry: TypeAlias = "dict[str, Any]"
"""One field in doubt: the item (its number in the ledger), value, place, and what the item said then."""

ReadLimit: TypeAlias = "Callable[[str], Deadline | None]"

ASKED_OTHERWISE = frozenset(
    {"odd_name", "name_long", "prose_as_name", "no_clause", "nobody_named", "year_unknown"}
)
"""Doubts that the register, the year or the clause settle, with questions of their own."""

BY_WORDS = frozenset({"limit_unread", "time_unread", "time_left"})
"""Doubts whose answer depends on the words: each wording is a question of its own."""

ONCE = frozenset(
    {
        *("deadline_past", "number_repeated", "number_skipped", "column_guessed", "glued", "unlike_others"),
        *("division_unsure", "who_left", "half_a_name", "left_in_clause", "names_at_end"),
    }
)
"""Doubts about facts of one document, of which nothing is to be remembered."""

_WEIGHTS = ("item", "name", "role", "deadline")
_VALUE_LENGTH = 120
_MOST_ENTRIES = 200


async def raise_doubts(unit: Unit, plan: Plan, notice: Notice, read_limit: ReadLimit) -> list[Doubt]:
    """Add the doubts of a reading to its draft; return those that earlier answers settled."""
    unit.actor.require(Permission.COORDINATE)
    items = {item.number: item for item in reversed(lookup.items_of(unit.directory, plan.id))}
    known = await _remembered(unit, plan)
    raised = []
    for (key, field, answer), entries in _grouped(notice.doubts, items, known).items():
        about = {"key": key, "field": field, "entries": entries[:_MOST_ENTRIES]}
        raised.append((unit.add(Doubt(plan_id=plan.id, kind=DoubtKind.READING.value, about=about)), answer))
    settled = [(doubt, dict(answer)) for doubt, answer in raised if isinstance(answer, tuple)]
    for doubt, answer in settled:
        await _apply(unit, doubt, answer, read_limit)
        _close(unit, doubt, {**answer, "remembered": True})
    return [doubt for doubt, _ in settled]


def _grouped(
    found: Iterable[ReadingDoubt], items: Mapping[str, PlanItem], known: Mapping[tuple[str, str], Any]
) -> dict[tuple[str, str, Any], list[Entry]]:
    groups: dict[tuple[str, str, Any], list[Entry]] = {}
    for doubt in found:
        if doubt.key in ASKED_OTHERWISE:
            continue
        item = items.get(doubt.item[:60])
        value = _bare(doubt.value) if doubt.key in BY_WORDS else doubt.value[:_VALUE_LENGTH]
        entry = {"item": item.id if item else None, "value": value}
        entry |= {"place": doubt.place.to_json(), "was": _said(item, doubt.field)}
        answer = known.get(_rule(doubt.key, value))
        words = normalise_name(value) if doubt.key in BY_WORDS else ""
        groups.setdefault((doubt.key, doubt.field, answer or words), []).append(entry)
    order = sorted(groups, key=lambda group: (group[0] in ONCE, _WEIGHTS.index(group[1])))
    return {group: groups[group] for group in order}


def _bare(value: str) -> str:
    """Return the words of a field without the label before them."""
    return value.replace("\uff1a", ":").rpartition(":")[2].strip()[:_VALUE_LENGTH]


def _said(item: PlanItem | None, field: str) -> Any:
    if item is None or field == "item":
        return None
    return [each["phrase"] for each in item.deadlines] if field == "deadline" else item.clause


def _rule(key: str, value: str) -> tuple[str, str]:
    by_value = key in BY_WORDS or key == "section_without_clause"
    return key, normalise_name(value[:_VALUE_LENGTH]) if by_value else ""


async def _remembered(unit: Unit, plan: Plan) -> dict[tuple[str, str], Any]:
    """Return what was answered in the same office's earlier notices, the newest answer for each."""
    known: dict[tuple[str, str], Any] = {}
    for doubt in await earlier(unit, plan, DoubtKind.READING):
        about = doubt.about or {}
        said = (doubt.answer or {}).get("answer")
        if said and said != "clause" and about["key"] not in ONCE:
            answer = {name: value for name, value in doubt.answer.items() if name != "remembered"}
            for entry in about["entries"]:
                known[_rule(about["key"], entry["value"])] = tuple(sorted(answer.items()))
    return known


async def earlier(unit: Unit, plan: Plan, kind: DoubtKind) -> list[Doubt]:
    """Return the answered doubts of a kind in other notices of the same office, oldest first."""
    issuer = normalise_name(plan.issuer or "")
    others = [
        each.id
        for each in lookup.plans(unit.directory, *PlanStatus)
        if each.id != plan.id and normalise_name(each.issuer or "") == issuer
    ]
    query = Doubt.filter(plan_id__in=others, kind=kind.value, answered_at__isnull=False)
    return await unit.all(query.order_by("answered_at", "id")) if others else []


# ---------------------------------------------------------------- open


def still(unit: Unit, doubt: Doubt) -> list[Entry]:
    """Return the entries that still stand: of items not left out, whose field was not corrected since."""
    about = doubt.about or {}
    return [entry for entry in about.get("entries", ()) if _stands(unit, entry, about["field"])]


def _stands(unit: Unit, entry: Entry, field: str) -> bool:
    if entry["item"] is None:
        return True
    item = unit.directory.get(PlanItem, entry["item"])
    return not item.dropped and _said(item, field) == entry["was"]


def put_off(unit: Unit, doubt: Doubt) -> None:
    """Leave a question for later: the others come first."""
    _put(unit, doubt, {**(doubt.about or {}), "later": True})


def take_up(unit: Unit, doubts: Iterable[Doubt]) -> None:
    """Ask again what was left for later."""
    for doubt in doubts:
        _put(unit, doubt, {name: value for name, value in (doubt.about or {}).items() if name != "later"})


def _put(unit: Unit, doubt: Doubt, about: dict[str, Any]) -> None:
    unit.actor.require(Permission.COORDINATE)
    doubt.about = about or None
    unit.save(doubt, "about")


def is_put_off(doubt: Doubt) -> bool:
    """Say whether a question was left for later."""
    return bool((doubt.about or {}).get("later"))


# ---------------------------------------------------------------- answered


async def answer(unit: Unit, doubt: Doubt, said: Mapping[str, str], read_limit: ReadLimit) -> None:
    """Answer a doubt of the reading for all it is about. Refuses once the plan is in force."""
    _require_draft(unit, doubt)
    await _apply(unit, doubt, said, read_limit)
    _close(unit, doubt, dict(said))


def split(unit: Unit, doubt: Doubt) -> list[Doubt]:
    """Ask about each entry for itself."""
    _require_draft(unit, doubt)
    about = doubt.about or {}
    apart = [
        unit.add(
            Doubt(
                plan_id=doubt.plan_id,
                kind=DoubtKind.READING.value,
                about={**about, "entries": [entry], "of": doubt.id},
            )
        )
        for entry in still(unit, doubt)
    ]
    _close(unit, doubt, {"split": True})
    return apart


async def ask_again(unit: Unit, plan: Plan) -> None:
    """Ask what earlier answers settled in a draft; the new answers are the ones remembered."""
    unit.actor.require(Permission.COORDINATE)
    for doubt in await unit.all(Doubt.filter(plan_id=plan.id, kind=DoubtKind.READING.value).order_by("id")):
        if (doubt.answer or {}).get("remembered"):
            _require_draft(unit, doubt)
            doubt.answer, doubt.answered_at = None, None
            unit.save(doubt, "answer", "answered_at")
            entries = [entry for entry in (doubt.about or {})["entries"] if not _left_out(unit, entry)]
            _still_stand(unit, doubt, entries)


def _left_out(unit: Unit, entry: Entry) -> bool:
    return entry["item"] is not None and unit.directory.get(PlanItem, entry["item"]).dropped


def _require_draft(unit: Unit, doubt: Doubt) -> None:
    unit.actor.require(Permission.COORDINATE)
    plan = unit.directory.get(Plan, doubt.plan_id)
    if plan.status != PlanStatus.DRAFT:
        raise Refusal("plan.not_draft", plan=plan.title)


def _close(unit: Unit, doubt: Doubt, said: dict[str, Any]) -> None:
    doubt.answer, doubt.answered_at = said, unit.now
    unit.save(doubt)
    about = doubt.about or {}
    values = list(dict.fromkeys(entry["value"] for entry in about["entries"] if entry["value"]))
    unit.note("doubt.answer", plan=doubt.plan_id, kind=doubt.kind, name=values[:4], answer=said)


async def _apply(unit: Unit, doubt: Doubt, said: Mapping[str, str], read_limit: ReadLimit) -> None:
    others = [
        each
        for each in await drafting.doubts(unit, unit.directory.get(Plan, doubt.plan_id))
        if each.kind == DoubtKind.READING
    ]
    standing = {each: still(unit, each) for each in others}
    for entry in still(unit, doubt):
        item = None if entry["item"] is None else unit.directory.get(PlanItem, entry["item"])
        match said["answer"]:
            case "add":
                await _add_section(unit, doubt.plan_id, entry["value"])
            case "first_leads" | "all_responsible" if item:
                await _set_roles(unit, item, first_leads=said["answer"] == "first_leads")
            case "drop" if item:
                await plans.drop(unit, item)
            case "next_year" | "none" | "open" | "date" | "limit" if item:
                _set_limit(unit, item, entry["value"], said, read_limit)
            case _:
                continue
    for other, entries in standing.items():
        _still_stand(unit, other, entries)


def _still_stand(unit: Unit, doubt: Doubt, entries: list[Entry]) -> None:
    """Let the answer to one doubt of an item not pass for a correction that settles its others."""
    about = doubt.about or {}
    now = [
        {**entry, "was": _said(unit.directory.get(PlanItem, entry["item"]), about["field"])}
        if entry["item"] is not None
        else entry
        for entry in entries
    ]
    if now != entries:
        _put(unit, doubt, {**about, "entries": now})


def _set_limit(
    unit: Unit, item: PlanItem, words: str, said: Mapping[str, str], read_limit: ReadLimit
) -> None:
    before = [Deadline.from_json(each) for each in item.deadlines]
    mine = [each for each in before if each.phrase == words]
    after = [each for each in before if each.phrase != words]
    match said["answer"]:
        case "next_year":
            after += [replace(each, due=_a_year_on(each.due)) for each in mine]
        case "open":
            after.append(Deadline(words, "open"))
        case "date" | "limit":
            limit = read_limit(said.get("phrase", words))
            after += mine if limit is None else [replace(limit, phrase=words)]
    if after != before:
        plans.set_deadlines(unit, item, after)


def _a_year_on(day: date | None) -> date | None:
    return day and date(day.year + 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


async def _set_roles(unit: Unit, item: PlanItem, *, first_leads: bool) -> None:
    """Let the first name of the clause lead, or none; who supports goes on supporting."""
    parties = (await drafting.parties_of(unit, [item]))[item.id]
    owing = sorted((p for p in parties if p.role != ItemRole.SUPPORT), key=lambda p: _where(item, p))
    for place, party in enumerate(owing):
        party.role = (ItemRole.LEAD if first_leads and not place else ItemRole.RESPONSIBLE).value
        unit.save(party, "role")
    leads = [party.name for party in owing if party.role == ItemRole.LEAD]
    unit.note("item.roles", plan=item.plan_id, item=item.id, leads=leads)


def _where(item: PlanItem, party: Party) -> tuple[int, int]:
    place = item.clause.find(party.name)
    return (place if place >= 0 else len(item.clause), party.id)


async def _add_section(unit: Unit, number: int, title: str) -> None:
    plan = unit.directory.get(Plan, number)
    position = max((item.position for item in lookup.items_of(unit.directory, number)), default=0) + 1
    await unit.all(Doubt.filter(plan_id=number, answered_at=None))
    drafting.add_read(unit, plan, position, NoticeItem(str(position), (), title, title))
