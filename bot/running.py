"""Serving the platforms that the settings name, until the process is told to stop."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import version

from bot import faults, logs
from bot.composition import Office, compose
from bot.environment import Environment
from bot.health import Health, HealthServer
from bot.platforms.chosen import chosen
from bot.platforms.port import Platform
from bot.texts import Catalogue
from storage.database import DatabaseInUse, NotALedger
from storage.migrating import MigrationFault
from storage.terms.clock import Clock, SystemClock
from storage.terms.texts import Text, text

log = logging.getLogger(__name__)

DONE, DIED, REFUSED = 0, 1, 2
"""Exit statuses: told to stop, a part died and a new start may help, somebody has to mend something."""


def run(given: Environment, strange: Iterable[Text] = ()) -> int:
    """Serve until the process is told to stop; return its exit status.

    What is ``strange`` about the settings is told first. Whatever ends it otherwise is told by one sentence.
    """
    catalogue = Catalogue.load(given.language)

    def say(sentence: Text) -> str:
        return catalogue.render(sentence, given.language)

    with logs.written(sys.stderr, given.log_level, given.log_form, given.secrets()):
        for sentence in strange:
            log.warning("%s", say(sentence))
        try:
            asyncio.run(_until_told(given))
        except Exception as group:  # noqa: BLE001 - whatever it is, the operator is told
            return _told_why(group, given, say)
        return DONE


def _told_why(fault: Exception, given: Environment, say: Callable[[Text], str]) -> int:
    match first := faults.first(fault):
        case DatabaseInUse():
            log.error("%s", say(text("cli.in_use", file=str(given.database))))
        case NotALedger():
            log.error("%s", say(text("cli.no_ledger", file=str(given.database))))
        case ConnectionError() | TimeoutError():
            faults.tell(log, fault, "A part of the program ended, so all of it does")
            return DIED
        case OSError(errno=errno.EADDRINUSE | errno.EADDRNOTAVAIL):
            log.error("%s", say(text("cli.address", reason=str(first))))
        case MigrationFault():
            log.error("%s", say(first.said))
        case OSError():
            log.error("%s", say(text("cli.system", reason=str(first))))
        case _:
            faults.tell(log, fault, "A part of the program ended, so all of it does")
            return DIED
    return REFUSED


async def _until_told(given: Environment) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.in_loop)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, _told_to_stop, stop, each)
    clock = SystemClock()
    async with serving(given, chosen(given, clock), clock) as (_, address):
        gc.freeze()  # what lives as long as the program is not looked through again and again
        log.info("Ready: %s", _ready(given, address))
        await stop.wait()
        log.info("Told to stop: what is in hand is finished; a second signal ends it at once")
    log.info("Stopped")


def _told_to_stop(stop: asyncio.Event, told: signal.Signals) -> None:
    if stop.is_set():
        log.warning("Ended at once; what was in hand is taken up at the next start")
        os._exit(128 + told)
    stop.set()


@asynccontextmanager
async def serving(
    given: Environment, platforms: list[Platform], clock: Clock
) -> AsyncIterator[tuple[Office, str]]:
    """Serve the platforms while the block runs, then close them; give the office and where its health is."""
    try:
        async with compose(given.database, platforms, clock, given.settings()) as office:
            server = HealthServer(Health(office, platforms), given.health_host, given.health_port)
            try:
                yield office, await server.start() if given.health_port else ""
            finally:
                await server.stop()
    finally:
        for each in platforms:
            await each.close()


def _ready(given: Environment, address: str) -> str:
    ways = []
    if given.telegram_token is not None:
        ways.append(f"Telegram ({given.telegram_mode})")
    if given.slack_bot_token is not None:
        ways.append("Slack (Socket Mode)" if given.slack_app_token is not None else "Slack (HTTP)")
    health = f"; health at {address}" if address else ""
    return f"taizhang {version('taizhang')} serves {given.database} on {' and '.join(ways)}{health}"
