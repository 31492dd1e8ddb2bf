"""The outbox as delivery works it off: what is due, what is under way, what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.functions import Count, Min
from tortoise.queryset import QuerySet

from storage.ledger import chats, lookup
from storage.records import Chat, MessageRef, OutboxRow, StoredFile
from storage.terms.cards import Card
from storage.terms.roles import Purpose
from storage.terms.statuses import OutboxStatus
from storage.unit import Unit

CHAT_GONE = "chat gone"
DROPPED = "dropped"
"""Why a message was laid aside: its chat is closed to the bot, or a coordinator let it be."""

LATELY = 5_000
"""Newest messages among which those of the last minute are: no platform takes so many in a minute."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way: its row, its chat, its card and its files.

    ``shown`` are the messages in which the card stands so far: for an edit those it changes, for a new
    message those of its parts that an interrupted attempt already sent.
    """

    row: OutboxRow
    chat: Chat
    card: Card
    files: dict[int, StoredFile]
    shown: list[MessageRef]


async def recover(unit: Unit) -> list[OutboxRow]:
    """After a start: what was being posted is in doubt; a change of a message is simply made again.

    Returns both.
    """
    rows = await unit.all(OutboxRow.filter(status=OutboxStatus.SENDING).order_by("id"))
    for row in rows:
        row.status = (OutboxStatus.UNCERTAIN if is_posted(row) else OutboxStatus.PENDING).value
        row.not_before = min(row.not_before, unit.now)
        row.sent_at = unit.now
        unit.save(row, "status", "not_before", "sent_at")
    return rows


async def doubt_all(unit: Unit) -> int:
    """Write that everything that waits or is under way may have been sent: the ledger is a copy put back.

    The next start names it as it names what a crash left in doubt. Returns how much it is.
    """
    waiting = [OutboxStatus.PENDING, OutboxStatus.SENDING]
    rows = await unit.all(OutboxRow.filter(status__in=waiting))
    for row in rows:
        row.status = OutboxStatus.SENDING.value
        unit.save(row, "status")
    return sum(map(is_posted, rows))


def is_posted(row: OutboxRow) -> bool:
    """Tell whether sending a message shows a new one: doing that twice would double it."""
    return row.target_id is None or row.posts_from is not None


async def heads(unit: Unit, platform: str, skip: set[int], most: int, *, urgent: bool) -> list[OutboxRow]:
    """Return what may be sent next on a platform: the oldest message of each chat that is not to ``skip``.

    ``urgent`` ones are answers to people, the longest waiting first; of the others those of the chats that
    have most to be told, as these need the most time.
    """
    if most <= 0:
        return []
    waiting = _waiting(platform, skip).filter(urgent=urgent)
    grouped = waiting.annotate(head=Min("id"), number=Count("id")).group_by("chat_id")
    ordered = grouped.order_by("head") if urgent else grouped.order_by("-number", "head")
    numbers = [
        each["head"] for each in await unit.rows(ordered.limit(most).values("chat_id", "head", "number"))
    ]
    return await unit.many(OutboxRow, numbers)


async def any_waits(unit: Unit, platform: str, skip: set[int]) -> bool:
    """Tell whether a message waits in a chat that is not to ``skip``."""
    return bool(await unit.rows(_waiting(platform, skip).limit(1).values("id")))


def _waiting(platform: str, skip: set[int]) -> QuerySet[OutboxRow]:
    waiting = OutboxRow.filter(status=OutboxStatus.PENDING, chat__platform=platform, chat__active=True)
    return waiting.exclude(chat_id__in=sorted(skip)) if skip else waiting


async def put_off(unit: Unit) -> dict[int, int]:
    """Return the chats that wait for another attempt, each with the moment of it."""
    rows = await unit.rows(
        OutboxRow.filter(status=OutboxStatus.PENDING, not_before__gt=unit.now, attempts__gt=0).values(
            "chat_id", "not_before"
        )
    )
    return {row["chat_id"]: row["not_before"] for row in rows}


async def sent_since(unit: Unit, moment: int) -> list[tuple[int, int]]:
    """Return the chats of what was, or may have been, sent since a moment, each with that of it, in order."""
    newest = unit.database.last_number(OutboxRow) - LATELY
    rows = await unit.rows(
        OutboxRow.filter(id__gt=newest, sent_at__gte=moment).order_by("sent_at").values("chat_id", "sent_at")
    )
    return [(row["chat_id"], row["sent_at"]) for row in rows]


async def next_moment(unit: Unit) -> int | None:
    """Return the earliest moment after now at which a message that was put off is tried again."""
    waiting = OutboxRow.filter(status=OutboxStatus.PENDING, not_before__gt=unit.now)
    found = await unit.rows(waiting.order_by("not_before").limit(1).values("not_before"))
    return found[0]["not_before"] if found else None


async def parcel(unit: Unit, row: OutboxRow) -> Parcel:
    """Return all that sending a message needs."""
    card = Card.from_json(row.card)
    files = {number: await unit.get(StoredFile, number) for number in card.files}
    shown = await _shown(unit, row) if row.target_id is not None or row.attempts else []
    return Parcel(row, unit.directory.get(Chat, row.chat_id), card, files, shown)


def claim(unit: Unit, row: OutboxRow) -> None:
    """Mark a message as being sent: on disk before the send, so that a crash leaves a doubt and no double."""
    row.status = OutboxStatus.SENDING.value
    row.attempts += 1
    unit.save(row, "status", "attempts")


async def _shown(unit: Unit, row: OutboxRow) -> list[MessageRef]:
    """Return where a card stands: the messages of its last whole posting, or so far of this one."""
    if row.target_id is None or row.posts_from == 0:
        return await unit.all(MessageRef.filter(outbox_id=row.id).order_by("id"))
    postings = [row.target_id]
    newer = await unit.rows(OutboxRow.filter(target_id=row.target_id).values("id"))
    postings += [each["id"] for each in newer]
    refs = await unit.all(MessageRef.filter(outbox_id__in=postings).order_by("id"))
    last = max((ref.outbox_id for ref in refs), default=0)
    return [ref for ref in refs if ref.outbox_id == last]


def stands_at(unit: Unit, row: OutboxRow, messages: list[str]) -> None:
    """Note where a card stands, so that replies to these messages are known to speak of it.

    A change that is posted anew stands for itself; else its messages continue the earlier ones.
    """
    owner = row.id if row.target_id is None or row.posts_from == 0 else row.target_id
    for message in messages:
        unit.add(MessageRef(chat_id=row.chat_id, message=message, outbox_id=owner))
        unit.database.remembered.put_number((row.chat_id, message), owner)


def proved(unit: Unit, row: OutboxRow, message: str) -> None:
    """Write that a message of which it was in doubt arrived: somebody pressed its button."""
    if row.status == OutboxStatus.UNCERTAIN:
        stands_at(unit, row, [message])
        sent(unit, row)


def sent(unit: Unit, row: OutboxRow) -> None:
    """Write that a message surely arrived."""
    row.status = OutboxStatus.SENT.value
    row.sent_at = unit.now
    row.error = ""
    unit.save(row, "status", "sent_at", "error")


async def said_anew(unit: Unit, row: OutboxRow) -> None:
    """Write that a card surely stands in its chat: nobody asks any more whether its first message arrived."""
    first = None if row.posts_from != 0 else await unit.get(OutboxRow, row.target_id or row.id)
    if first is not None and first.status in (OutboxStatus.UNCERTAIN, OutboxStatus.FAILED):
        first.status, first.error = OutboxStatus.PARKED.value, DROPPED
        unit.save(first, "status", "error")


def later(unit: Unit, row: OutboxRow, millis: int) -> None:
    """Put a message off that surely was not sent."""
    wait(unit, row)
    row.not_before = unit.now + millis
    unit.save(row, "not_before")


def partly_sent(unit: Unit, row: OutboxRow) -> None:
    """Write that a part of a message arrived; the rest goes before everything else in its chat."""
    row.urgent, row.sent_at = True, unit.now
    unit.save(row, "urgent", "sent_at")
    wait(unit, row)


def post_from(unit: Unit, row: OutboxRow, part: int) -> None:
    """Write that a change is posted from a part on; this stands on disk before it is."""
    row.posts_from = part
    unit.save(row, "posts_from")
    partly_sent(unit, row)


def wait(unit: Unit, row: OutboxRow) -> None:
    """Let a message wait for its turn; while its chat is closed to the bot it is laid aside."""
    if unit.directory.get(Chat, row.chat_id).active:
        row.status = OutboxStatus.PENDING.value
        unit.save(row, "status")
    else:
        park(unit, row)


def uncertain(unit: Unit, row: OutboxRow) -> None:
    """Write that nobody knows whether a message arrived; it is not sent again by itself."""
    row.status, row.sent_at = OutboxStatus.UNCERTAIN.value, unit.now
    unit.save(row, "status", "sent_at")


def failed(unit: Unit, row: OutboxRow, error: str) -> None:
    """Write that a message cannot be sent."""
    row.status = OutboxStatus.FAILED.value
    row.error = error[:500]
    unit.save(row, "status", "error")


async def gone(unit: Unit, chat: Chat) -> None:
    """Write that a chat is closed to the bot, and park what waits for it."""
    chats.set_presence(unit, chat, present=False)
    waiting = OutboxRow.filter(
        chat_id=chat.id, status__in=[OutboxStatus.PENDING, OutboxStatus.SENDING]
    ).order_by("id")
    for row in await unit.all(waiting):
        park(unit, row)


def park(unit: Unit, row: OutboxRow) -> None:
    """Lay a message aside until its chat is open again."""
    row.status = OutboxStatus.PARKED.value
    row.error = CHAT_GONE
    unit.save(row, "status", "error")


def let_be(unit: Unit, row: OutboxRow) -> None:
    """Lay a message aside for good."""
    row.status, row.error = OutboxStatus.PARKED.value, DROPPED
    unit.save(row, "status", "error")


async def release(unit: Unit, chat: Chat) -> None:
    """Send what was laid aside while a chat was closed to the bot."""
    parked = OutboxRow.filter(chat_id=chat.id, status=OutboxStatus.PARKED, error=CHAT_GONE).order_by("id")
    for row in await unit.all(parked):
        row.status = OutboxStatus.PENDING.value
        row.error = ""
        unit.save(row, "status", "error")


async def is_said(unit: Unit, key: str) -> bool:
    """Tell whether the message of a key is in the outbox already."""
    return await unit.count(OutboxRow.filter(key=key)) > 0


def coordination_chats(unit: Unit, besides: int | None = None) -> list[Chat]:
    """Return the coordination groups that can be told something, besides the one it is about."""
    return [chat for chat in lookup.chats_for(unit.directory, Purpose.COORDINATION) if chat.id != besides]
