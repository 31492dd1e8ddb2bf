"""Days that pass on a stage: the clock goes from morning to morning, and what was said on each is read."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from bot.platforms.rehearsal.world import Message
from bot.rehearsal_clock import RehearsalClock
from storage.terms.clock import OFFICE_ZONE
from tests.flows.stage import Stage

NINE = time(9)
BUNDLE = re.compile("今日提醒|今日提请")


async def until(stage: Stage, day: date, at: time = NINE) -> None:
    """Let time pass to a moment; whatever falls due on the way is said at its own."""
    assert stage.office is not None
    clock = RehearsalClock(stage.clock, stage.office)
    await clock.move_to(datetime.combine(day, at, OFFICE_ZONE))
    await stage.settle()


async def sleep(stage: Stage, day: date, at: time = NINE) -> None:
    """Let time pass while the program is down."""
    await stage.close()
    stage.clock.set(datetime.combine(day, at, OFFICE_ZONE))
    await stage.open()
    await stage.settle()


async def jump(stage: Stage, day: date, at: time = NINE) -> None:
    """Set the clock to a moment, later or earlier, as a machine's clock is set."""
    assert stage.office is not None
    stage.clock.set(datetime.combine(day, at, OFFICE_ZONE))
    stage.office.clock_moved()
    await stage.settle()


def unasked(stage: Stage, chat: str) -> list[Message]:
    """Return the bundles a chat was sent."""
    return [each for each in stage.messages(chat) if BUNDLE.search(each.title)]


def mornings(stage: Stage, chat: str) -> list[str]:
    """Return when a chat was sent its bundles."""
    return [_moment(stage, each) for each in unasked(stage, chat)]


def diary(stage: Stage, chat: str, after: int = 0) -> str:
    """Return the bundles of a chat, each with its day, hour and words; ``after`` so many of them."""
    entries = [
        "\n".join([_moment(stage, each), each.title, *each.lines]) for each in unasked(stage, chat)[after:]
    ]
    return "\n\n".join(entries)


def _moment(stage: Stage, message: Message) -> str:
    shown = next(h for h in stage.room.happenings() if h.kind == "shown" and h.message == message.id)
    moment = datetime.fromtimestamp(shown.at / 1000, OFFICE_ZONE)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
