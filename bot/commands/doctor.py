"""``taizhang doctor``: looks at everything the bot needs, a line each: well, or what to do."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.telling import Say

if TYPE_CHECKING:
    from bot.checkup import Finding
    from bot.environment.reading import Looked

MARKS = {"well": "✓", "note": "·", "wrong": "✗"}
WELL, TO_MEND = 0, 1


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.set_defaults(run=_run)


def _run(given: argparse.Namespace, say: Say) -> int:
    from bot.environment import look

    del given
    findings = asyncio.run(examine(look(), Path(".env")))
    for each in findings:
        print(MARKS[each.state], say(each.said.key, **each.said.values))
    to_mend = sum(each.state == "wrong" for each in findings)
    print(say("doctor.to_mend", count=to_mend) if to_mend else say("doctor.all_well"))
    return TO_MEND if to_mend else WELL


async def examine(looked: Looked, written: Path) -> list[Finding]:
    """Look at everything, the platforms side by side; nothing is changed anywhere."""
    from bot.checkup import machine
    from bot.checkup.ledger import ledger, workdays
    from storage.sqlite import ProcessLock
    from storage.terms.clock import SystemClock, office_day

    given, clock = looked.environment, SystemClock()
    platforms: list[AsyncIterator[Finding]] = []
    if given.telegram_token is not None:
        from bot.platforms.telegram.checkup import telegram

        platforms.append(telegram(given, clock, served=ProcessLock(given.database.resolve()).is_held()))
    if given.slack_bot_token is not None:
        from bot.platforms.slack.checkup import slack

        platforms.append(slack(given, clock))
    days = workdays(given.database, office_day(clock.now()))
    looks = (days, ledger(given.database, clock), *platforms)
    calendar, *others = await asyncio.gather(*map(_all, looks))
    here: Iterable[Finding] = (
        *machine.settings(looked),
        *machine.private_files([written, given.database]),
        machine.disk(given.database),
        *calendar,
        machine.font(),
    )
    found: list[Finding] = []
    for each in (*here, *(each for findings in others for each in findings)):
        if each not in found:  # each platform's clock is compared with ours
            found.append(each)
    return found


async def _all(findings: AsyncIterator[Finding]) -> list[Finding]:
    """Return what a look finds; one that breaks off says so."""
    from bot import faults
    from bot.checkup import wrong

    found = []
    try:
        async for each in findings:
            found.append(each)  # noqa: PERF401 - what was found before it broke off counts
    except Exception as fault:  # noqa: BLE001 - a doctor falls over nothing
        found.append(wrong("broke_off", fault=faults.kind(fault)))
    return found
