"""Bundles: what waits to be said unasked to each chat, and what each has heard already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from tortoise.functions import Count, Max

from storage.ledger import messages, outbox
from storage.records import Bundle, Chat, OutboxRow, StepRow
from storage.records.work import STALE
from storage.terms.cards import Card, Send
from storage.terms.ladder import StepKind
from storage.terms.roles import Permission
from storage.terms.statuses import OutboxStatus
from storage.unit import Unit


async def ask_for(unit: Unit, chats: Iterable[int], today: date, tomorrow: int) -> None:
    """Let a bundle be made for chats that have something to hear: today, or ``tomorrow`` if they had theirs.

    ``tomorrow`` is the next working morning. A chat closed to the bot costs nothing: what it has missed is
    put together when it is open again.
    """
    wanted = [number for number in dict.fromkeys(chats) if unit.directory.get(Chat, number).active]
    if not wanted:
        return
    waiting = Bundle.filter(chat_id__in=wanted, due_at__not_isnull=True)
    asked = {row["chat_id"] for row in await unit.rows(waiting.values("chat_id"))}
    had = {
        row["chat_id"]
        for row in await unit.rows(Bundle.filter(chat_id__in=wanted, day=today).values("chat_id"))
    }
    for number in wanted:
        if number not in asked:
            unit.add(Bundle(chat_id=number, due_at=tomorrow if number in had else unit.now, asks={}))


async def due(unit: Unit, most: int) -> list[Bundle]:
    """Return bundles that are to be made now, one for each chat; others of the same chat fall away."""
    found = await unit.all(Bundle.filter(due_at__lte=unit.now).order_by("id").limit(most))
    first: dict[int, Bundle] = {}
    for bundle in found:
        if first.setdefault(bundle.chat_id, bundle) is not bundle:
            fall_away(unit, bundle)
    return list(first.values())


async def heard_by(unit: Unit, chats: Collection[int]) -> dict[int, int]:
    """Return the newest step that each chat has heard of; 0 for one that has heard of none."""
    rows = await unit.rows(
        Bundle.filter(chat_id__in=list(chats), day__not_isnull=True)
        .annotate(newest=Max("upto"))
        .group_by("chat_id")
        .values("chat_id", "newest")
    )
    return dict.fromkeys(chats, 0) | {row["chat_id"]: row["newest"] for row in rows}


async def said_since(unit: Unit, chats: Collection[int], first: date) -> dict[int, int]:
    """Return how many bundles each chat was sent from a day on."""
    rows = await unit.rows(
        Bundle.filter(chat_id__in=list(chats), day__gte=first)
        .annotate(bundles=Count("id"))
        .group_by("chat_id")
        .values("chat_id", "bundles")
    )
    return dict.fromkeys(chats, 0) | {row["chat_id"]: row["bundles"] for row in rows}


async def steps_for(
    unit: Unit, departments: Collection[int] | None, kinds: Iterable[StepKind], after: int
) -> list[StepRow]:
    """Return the steps of some kinds that came after one, oldest first: of some departments, or of all."""
    query = StepRow.filter(id__gt=after, kind__in=[kind.value for kind in kinds])
    if departments is not None:
        query = query.filter(department_id__in=list(departments))
    return await unit.all(query.order_by("id"))


def send(unit: Unit, bundle: Bundle, card: Card, today: date, upto: int, asks: dict[int, int]) -> None:
    """Say a bundle; a chat never gets a second one on the same day."""
    row = messages.say(unit, Send(bundle.chat_id, card, key=f"bundle:{bundle.chat_id}:{today.isoformat()}"))
    bundle.due_at, bundle.day, bundle.upto, bundle.outbox_id = None, today, upto, row.id
    bundle.asks = {str(department): count for department, count in asks.items()}
    unit.save(bundle)
    unit.note("bundle.send", chat=bundle.chat_id, day=today.isoformat(), upto=upto, asks=bundle.asks)


def put_off(unit: Unit, bundle: Bundle, until: int) -> None:
    """Let a bundle wait until a moment."""
    bundle.due_at = until
    unit.save(bundle, "due_at")


def fall_away(unit: Unit, bundle: Bundle) -> None:
    """Let a bundle go that has nothing to say, or nobody to say it to."""
    bundle.due_at = None
    unit.save(bundle, "due_at")


async def catch_up(unit: Unit, chat: Chat) -> None:
    """Let a chat that is open again hear what it missed, in one bundle.

    One that was laid aside unread while the chat was closed is taken into it.
    """
    last = await unit.first(Bundle.filter(chat_id=chat.id, day__not_isnull=True).order_by("-id"))
    if last is not None and last.outbox_id is not None:
        row = await unit.get(OutboxRow, last.outbox_id)
        if row.status == OutboxStatus.PARKED:
            outbox.let_be(unit, row)
            last.upto = 0
            unit.save(last, "upto")
    unit.add(Bundle(chat_id=chat.id, due_at=STALE, asks={}))


async def asks_since(unit: Unit, first: date) -> list[tuple[date, dict[int, int]]]:
    """Return the bundles sent from a day on: the day of each, and how much it asked of which department."""
    unit.actor.require(Permission.COORDINATE)
    rows = await unit.rows(Bundle.filter(day__gte=first).order_by("day", "id").values("day", "asks"))
    return [(row["day"], {int(number): count for number, count in row["asks"].items()}) for row in rows]
