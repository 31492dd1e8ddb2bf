"""One message on its way to its platform, and what became of it."""

from __future__ import annotations

import logging
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
from storage.ledger.outbox import Parcel

log = logging.getLogger(__name__)

Verdict = Literal["sent", "later", "uncertain", "failed", "gone"]

MOST_EDITS = 5
"""Attempts at a change whose answer does not come; changing a message twice does no harm."""

EDIT_AGAIN_MILLIS = 5_000


@dataclass(slots=True)
class Report:
    """What became of a message; ``messages`` are those it now stands in, ``anew`` when an edit was posted."""

    parcel: Parcel
    verdict: Verdict = "sent"
    messages: list[str] = field(default_factory=list)
    anew: bool = False
    millis: int = 0
    error: str = ""


async def deliver(parcel: Parcel, shown: Shown, platform: Platform, merged: str) -> Report:
    """Send or edit a message. ``merged`` stands in messages that a shorter card needs no longer."""
    report = Report(parcel)
    parts = split(shown, platform.capabilities.text_limit)
    is_edit = parcel.row.target_id is not None
    try:
        if is_edit:
            await _edit(report, parts, platform, merged)
        else:
            await _send(report, parts[len(parcel.shown) :], platform)
    except NotNow as busy:
        report.verdict, report.millis = "later", int(busy.seconds * 1000)
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
    """Nobody knows whether it arrived. A change that posted nothing new is made again."""
    row = report.parcel.row
    if row.target_id is None or report.anew or report.messages:
        report.verdict = "uncertain"
    elif row.attempts < MOST_EDITS:
        report.verdict, report.millis = "later", EDIT_AGAIN_MILLIS
    else:
        report.verdict = "failed"
    report.error = faults.kind(fault)


async def _send(report: Report, parts: list[Shown], platform: Platform) -> None:
    parcel = report.parcel
    chat = parcel.chat
    for part in parts:
        sent = await platform.send(chat.external, chat.thread or None, part, parcel.row.reply_to)
        report.messages.append(sent)


async def _edit(report: Report, parts: list[Shown], platform: Platform, merged: str) -> None:
    """Change the messages in which a card stands; say it anew where that is not possible."""
    parcel = report.parcel
    if not parcel.shown or not platform.capabilities.edits:
        report.anew = True
        await _send(report, parts, platform)
        return
    try:
        for at, ref in enumerate(parcel.shown):
            part = parts[at] if at < len(parts) else Shown(lines=(merged,))
            await platform.edit(parcel.chat.external, ref.message, part)
    except NotEditable:
        report.anew = True
        await _send(report, parts, platform)
        return
    await _send(report, parts[len(parcel.shown) :], platform)
