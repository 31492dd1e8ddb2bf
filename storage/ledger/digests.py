"""Digests in the ledger: the one that waits, those that were made, and to whom they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from storage.ledger import lookup
from storage.records import Chat, Digest, Membership
from storage.terms.clock import office_day
from storage.terms.roles import Permission, Purpose, Role
from storage.unit import Unit

Figures = Mapping[str, Sequence[int]]
"""Each figure, with the numbers of the assignments that it counts."""


async def waiting(unit: Unit) -> Digest | None:
    """Return the digest that is to come."""
    return await unit.first(Digest.filter(due_at__not_isnull=True).order_by("id"))


def plan(unit: Unit, before: Digest | None, rhythm: str, due_at: int) -> Digest:
    """Write when the next digest is due, in place of what was planned before."""
    if before is None:
        return unit.add(Digest(rhythm=rhythm, day=office_day(due_at), due_at=due_at))
    if (before.rhythm, before.due_at) != (rhythm, due_at):
        before.rhythm, before.day, before.due_at = rhythm, office_day(due_at), due_at
        unit.save(before)
    return before


def call_off(unit: Unit, digest: Digest) -> None:
    """Let a digest that waits never come."""
    digest.due_at = None
    unit.save(digest, "due_at")


def made(unit: Unit, digest: Digest, figures: Figures) -> None:
    """Write that a digest was made, with the rows behind its figures."""
    digest.due_at, digest.made_at = None, unit.now
    digest.figures = {name: list(numbers) for name, numbers in figures.items()}
    unit.save(digest)
    unit.note("digest.send", digest=digest.id, rhythm=digest.rhythm, day=digest.day.isoformat())


def made_now(unit: Unit, figures: Figures) -> None:
    """Write down a digest that somebody asked for."""
    unit.actor.require(Permission.OVERSEE)
    made(unit, unit.add(Digest(rhythm="asked", day=office_day(unit.now))), figures)


async def last_day(unit: Unit) -> date | None:
    """Return the day of the latest digest that was due."""
    found = await unit.first(Digest.filter(made_at__not_isnull=True).exclude(rhythm="asked").order_by("-id"))
    return None if found is None else found.day


async def newest(unit: Unit) -> Digest | None:
    """Return the latest digest that was made, asked for or due."""
    return await unit.first(Digest.filter(made_at__not_isnull=True).order_by("-id"))


def readers(unit: Unit) -> list[Chat]:
    """Return where digests go: coordination and leaders' groups, and leaders who enrolled in private."""
    directory = unit.directory
    chats = [
        *lookup.chats_for(directory, Purpose.COORDINATION),
        *lookup.chats_for(directory, Purpose.LEADERS),
    ]
    chats += [
        directory.get(Chat, held.private)
        for held in directory.all(Membership)
        if held.until is None and held.role == Role.LEADER and held.private is not None
    ]
    return list({chat.id: chat for chat in chats if chat.active}.values())
