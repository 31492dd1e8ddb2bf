"""One message on its way to its platform, and what became of it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from bot import faults
from bot.platforms.port import (
    ChatGone,
    MaybeSent,
    NotEditable,
    NotNow,
    Platform,
    Rejected,
    Shown,
)
from bot.splitting import split
from storage.ledger import outbox
from storage.ledger.outbox import Parcel

log = logging.getLogger(__name__)

Verdict = Literal["sent", "more", "later", "uncertain", "failed", "gone"]
"""``more``: a part of the card was sent, the next part follows as soon as the pace allows."""

Again = Callable[[], Awaitable[None]]
"""Returns when the pace allows another call for the same card."""

MOST_EDITS = 5
"""Attempts at a change whose answer does not come; changing a message twice does no harm."""

EDIT_AGAIN_MILLIS = 5_000


@dataclass(slots=True)
class Report:
    """What became of a message; ``messages`` are those it now stands in besides.

    A change is posted next from the part ``posts_from`` on, where that is a number.
    """

    parcel: Parcel
    verdict: Verdict = "sent"
    messages: list[str] = field(default_factory=list)
    posts_from: int | None = None
    millis: int = 0
    everywhere: bool = False
    error: str = ""


async def deliver(parcel: Parcel, shown: Shown, platform: Platform, merged: str, again: Again) -> Report:
    """Send a message's next part, or edit an earlier one.

    ``merged`` stands in messages that a shorter card needs no longer.
    """
    report = Report(parcel)
    parts = split(shown, platform.capabilities)
    try:
        if not outbox.is_posted(parcel.row):
            await _edit(report, parts, platform, merged, again)
        else:
            await _send_next(report, parts, platform)
    except NotNow as busy:
        report.verdict, report.millis, report.everywhere = "later", int(busy.seconds * 1000), busy.everywhere
    except ChatGone as fault:
        report.verdict, report.error = "gone", faults.kind(fault)
    except (Rejected, NotEditable) as fault:
        report.verdict, report.error = "failed", str(fault)
    except MaybeSent as fault:
        _doubt(report, fault)
    except Exception as fault:  # noqa: BLE001 - a platform that breaks its promise leaves the same doubt
        faults.tell(log, fault, "Message %d", parcel.row.id)
        _doubt(report, fault)
    return report


def _doubt(report: Report, fault: Exception) -> None:
    """Nobody knows whether it arrived. A change that posts nothing new is made again."""
    row = report.parcel.row
    if outbox.is_posted(row):
        report.verdict = "uncertain"
    elif row.attempts < MOST_EDITS:
        report.verdict, report.millis = "later", EDIT_AGAIN_MILLIS
    else:
        report.verdict = "failed"
    report.error = faults.kind(fault)


async def _send_next(report: Report, parts: list[Shown], platform: Platform) -> None:
    """Send the first part that was not sent yet: each is written down before the next begins."""
    at = len(report.parcel.shown)
    if at < len(parts):
        await _send(report, parts[at], platform)
    if at + 1 < len(parts):
        report.verdict = "more"


async def _send(report: Report, part: Shown, platform: Platform) -> None:
    parcel = report.parcel
    first = parcel.shown[0].message if parcel.shown else None
    # Files answer the words they belong to.
    reply_to = first if part.files and first is not None else parcel.row.reply_to
    thread = None if parcel.chat.topic_closed else parcel.chat.thread or None
    sent = await platform.send(parcel.chat.external, thread, part, reply_to)
    report.messages.append(sent)


async def _edit(report: Report, parts: list[Shown], platform: Platform, merged: str, again: Again) -> None:
    """Change the messages in which a card stands; what cannot be changed there is posted next."""
    parcel = report.parcel
    if not parcel.shown or not platform.capabilities.edits:
        report.verdict, report.posts_from = "more", 0
        return
    words = [part for part in parts if part.is_worded] or parts[:1]
    standing = parcel.shown[: max(1, len(parcel.shown) - (len(parts) - len(words)))]
    try:
        for at, ref in enumerate(standing):
            if at:
                await again()
            part = words[at] if at < len(words) else Shown(lines=(merged,))
            await platform.edit(parcel.chat.external, ref.message, part)
    except NotEditable:
        report.verdict, report.posts_from = "more", 0
        return
    if len(words) > len(standing):
        report.verdict, report.posts_from = "more", len(standing)
