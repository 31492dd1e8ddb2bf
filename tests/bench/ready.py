"""Started as a process of its own: the program from nothing to ready, or only the libraries it stands on.

Run with ``libraries``, or with a ledger's file; prints one line when it has come so far, and waits.
"""

from __future__ import annotations

import sys


def _libraries() -> None:
    import asyncio
    import logging
    import sqlite3
    import tomllib
    import zoneinfo

    import aiosqlite
    import chinese_calendar.constants
    import pydantic_settings
    import tortoise.backends.sqlite

    assert all((asyncio, logging, sqlite3, tomllib, zoneinfo))
    assert all((aiosqlite, chinese_calendar, pydantic_settings, tortoise))
    _told()


def _program(ledger: str) -> None:
    import gc

    gc.disable()  # while importing, as the command does

    import asyncio
    from datetime import datetime
    from pathlib import Path

    from bot.composition import compose
    from bot.environment import read_environment
    from bot.platforms.rehearsal.adapter import RehearsalPlatform
    from bot.platforms.rehearsal.room import Room
    from storage.terms.clock import OFFICE_ZONE, HandClock

    gc.freeze()
    gc.enable()

    async def run() -> None:
        clock = HandClock(datetime(2026, 3, 2, 9, tzinfo=OFFICE_ZONE))
        room = Room(now=clock.now)
        settings = read_environment().settings()
        async with compose(Path(ledger), [RehearsalPlatform(room)], clock, settings) as office:
            await office.quiet()
            gc.freeze()
            _told()
        room.close()

    asyncio.run(run())


def _told() -> None:
    sys.stdout.write(f"ready {' '.join(sorted(sys.modules))}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    if sys.argv[1] == "libraries":
        _libraries()
    else:
        _program(sys.argv[1])
