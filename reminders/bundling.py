"""One bundle per chat and working day: everything unasked for it, the least urgent within the week's cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reminders import calendars, desk, policies
from reminders.bundle_cards import bundle_card
from reminders.ladder import is_open, next_opening
from reminders.told import gather, read
from reminders.workdays import Workdays
from storage.ledger import bundles, lookup, snoozes
from storage.records import Bundle, Chat, StepRow
from storage.terms.clock import office_day
from storage.terms.ladder import ESCALATIONS, FOR_GROUPS, UNWARNED
from storage.terms.roles import Purpose
from storage.unit import Unit

AT_ONCE = 20
"""Bundles made in one unit of work: where progress is asked for, each reads all that its departments have."""


@dataclass(frozen=True, slots=True)
class _Morning:
    """The day on which bundles are made, and the next opening after it."""

    today: date
    monday: date
    tomorrow: int
    days: Workdays
    cap: int


async def send_due(unit: Unit, days: Workdays) -> int:
    """Make and say the bundles whose moment has come; return how many were looked at."""
    waiting = await bundles.due(unit, AT_ONCE)
    days, policy = calendars.in_force(unit.directory, days), policies.office(unit.directory)
    tomorrow = next_opening(unit.now, policy.at, days)
    if not is_open(unit.now, policy.at, days):
        for bundle in waiting:
            bundles.put_off(unit, bundle, tomorrow)
        return len(waiting)
    today = office_day(unit.now)
    monday = today - timedelta(today.weekday())
    morning = _Morning(today, monday, tomorrow, days, policy.cap)
    groups, desks = await _sort(unit, waiting, morning)
    if groups:
        await _send_to_groups(unit, groups, morning)
    if desks:
        await _send_to_desks(unit, desks, morning)
    return len(waiting)


async def _sort(
    unit: Unit, waiting: Sequence[Bundle], morning: _Morning
) -> tuple[list[Bundle], list[Bundle]]:
    """Return the bundles that may be said now: of departments' groups, and of the coordinators."""
    had = await bundles.said_since(unit, [bundle.chat_id for bundle in waiting], morning.today)
    groups, desks = list[Bundle](), list[Bundle]()
    for bundle in waiting:
        chat = unit.directory.get(Chat, bundle.chat_id)
        if not chat.active:
            bundles.fall_away(unit, bundle)
        elif had[chat.id]:
            bundles.put_off(unit, bundle, morning.tomorrow)
        elif chat.purpose == Purpose.DEPARTMENT:
            groups.append(bundle)
        elif chat.purpose == Purpose.COORDINATION:
            desks.append(bundle)
        else:
            bundles.fall_away(unit, bundle)
    return groups, desks


# ---------------------------------------------------------------- departments' groups


async def _send_to_groups(unit: Unit, groups: Sequence[Bundle], morning: _Morning) -> None:
    chats = [bundle.chat_id for bundle in groups]
    heard = await bundles.heard_by(unit, chats)
    said_this_week = await bundles.said_since(unit, chats, morning.monday)
    resting = snoozes.until(unit.directory, morning.today)
    bound = {
        chat: [d.id for d in lookup.departments_of(unit.directory, chat) if d.id not in resting]
        for chat in chats
    }
    every = {department for departments in bound.values() for department in departments}
    kinds = FOR_GROUPS.union(ESCALATIONS)
    rows = await bundles.steps_for(unit, every, kinds, min(heard.values()))
    news = {chat: _of_chat(rows, bound[chat], heard[chat]) for chat in chats}
    spoken_of = {row.id: row for mine in news.values() for steps in mine.values() for row in steps}
    found = await read(unit, list(spoken_of.values()))
    for bundle in groups:
        mine = news[bundle.chat_id]
        told = gather(unit, found, mine)
        if not told:
            bundles.fall_away(unit, bundle)
        elif said_this_week[bundle.chat_id] >= morning.cap and not any(each.urgent for each in told):
            bundles.put_off(unit, bundle, morning.tomorrow)
        else:
            upto = max(row.id for steps in mine.values() for row in steps)
            asks = {each.department: each.asks for each in told}
            bundles.send(
                unit, bundle, bundle_card(told, morning.today, morning.days), morning.today, upto, asks
            )


def _of_chat(rows: Sequence[StepRow], departments: Sequence[int], heard: int) -> dict[int, list[StepRow]]:
    """Return the steps that a chat has not heard of yet, by department."""
    found: dict[int, list[StepRow]] = {}
    for department in departments:
        mine = [
            row
            for row in rows
            if row.department_id == department
            and row.id > heard
            and (row.kind in FOR_GROUPS or (row.data or {}).get(UNWARNED))
        ]
        if mine:
            found[department] = mine
    return found


# ---------------------------------------------------------------- coordinators


async def _send_to_desks(unit: Unit, desks: Sequence[Bundle], morning: _Morning) -> None:
    heard = await bundles.heard_by(unit, [bundle.chat_id for bundle in desks])
    rows = await bundles.steps_for(unit, None, desk.KINDS, min(heard.values()))
    for bundle in desks:
        mine = [row for row in rows if row.id > heard[bundle.chat_id]]
        card = await desk.desk_card(unit, mine) if mine else None
        if card is None:
            bundles.fall_away(unit, bundle)
        else:
            bundles.send(unit, bundle, card, morning.today, mine[-1].id, {})
