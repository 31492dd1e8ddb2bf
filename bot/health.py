"""How the program is, in numbers, for whoever watches it: names nobody, and needs no password."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from aiohttp import web

from bot import faults
from bot.composition import Office
from bot.listening import listen
from bot.platforms.port import Platform
from storage.actors import SYSTEM
from storage.ledger.traffic import Traffic, traffic

PATH = "/healthz"
PATIENCE_SECONDS = 5.0
"""A ledger that takes longer to answer is in trouble."""

LONGEST_WAIT_SECONDS = 300.0
"""An event is answered long before, whatever has to be tried again."""

LONGEST_REST_SECONDS = 900.0
"""What is due is looked for at least every five minutes, whatever the clock does."""

LEAST_FREE_BYTES = 200 * 1024 * 1024


class Health:
    """Looks at the parts of the program."""

    def __init__(
        self, office: Office, platforms: Sequence[Platform], patience: float = PATIENCE_SECONDS
    ) -> None:
        self._office = office
        self._platforms = platforms
        self._patience = patience
        self._start = office.clock.steady()

    async def look(self) -> dict[str, Any]:
        """Return the numbers; ``troubles`` names each part that is in trouble, and with what."""
        troubles = {each.name: each.trouble for each in self._platforms if each.trouble}
        told: dict[str, Any] = {
            "status": "ok",
            "troubles": troubles,
            "version": version("taizhang"),
            "uptime_seconds": (self._office.clock.steady() - self._start) // 1000,
            "platforms": {each.name: self._platform(each) for each in self._platforms},
        }
        try:
            async with asyncio.timeout(self._patience):
                counts = await self._office.database.unit(SYSTEM, self._office.clock.now(), traffic)
        except Exception as fault:  # noqa: BLE001 - that it does not answer is the answer
            troubles["database"] = f"does not answer ({faults.kind(fault)})"
        else:
            told |= self._traffic(counts, troubles)
        told["reminders"] = self._reminders(troubles)
        told["database"] = self._database(troubles)
        told["status"] = "degraded" if troubles else "ok"
        return told

    def _platform(self, platform: Platform) -> dict[str, Any]:
        heard = self._office.receiver.heard.get(platform.name)
        return {
            "status": "degraded" if platform.trouble else "ok",
            "trouble": platform.trouble,
            "heard_seconds_ago": self._ago(heard),
        }

    def _traffic(self, counts: Traffic, troubles: dict[str, str]) -> dict[str, Any]:
        waits = self._ago(counts.oldest_event)
        if (waits or 0) > LONGEST_WAIT_SECONDS:
            troubles["inbox"] = "an event waits for longer than it ever should"
        return {
            "inbox": {**counts.inbox, "oldest_pending_seconds": waits},
            "outbox": {**counts.outbox, "oldest_due_seconds": self._ago(counts.oldest_due)},
        }

    def _reminders(self, troubles: dict[str, str]) -> dict[str, Any]:
        scheduler = self._office.scheduler
        looked = (self._office.clock.steady() - scheduler.looked) / 1000
        if scheduler.trouble:
            troubles["reminders"] = f"what is due could not be said ({scheduler.trouble})"
        elif looked > LONGEST_REST_SECONDS:
            troubles["reminders"] = "a look for what is due takes longer than it ever should"
        return {"looked_seconds_ago": looked}

    def _database(self, troubles: dict[str, str]) -> dict[str, Any]:
        database = self._office.database
        try:
            free, size = shutil.disk_usage(database.path.parent).free, database.size
        except OSError as fault:
            troubles.setdefault("database", f"its file cannot be seen ({faults.kind(fault)})")
            return {}
        if free < LEAST_FREE_BYTES:
            troubles["disk"] = "little room is left beside the ledger"
        return {"bytes": size, "free_bytes": free}

    def _ago(self, moment: int | None) -> float | None:
        """Return the seconds since a moment; a clock set back makes none of them negative."""
        return None if moment is None else max(0.0, (self._office.clock.now() - moment) / 1000)


class HealthServer:
    """Answers ``GET /healthz``: 200 when all is well, 503 when a part is in trouble."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._health = health
        self._address = host, port
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Begin to listen; return the address. Raises OSError when the port is taken."""
        app = web.Application()
        app.router.add_get(PATH, self._told)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        host, port = self._address
        await listen(self._runner, host, port)
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self._runner.addresses[0][1]}{PATH}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _told(self, request: web.Request) -> web.Response:
        del request
        told = await self._health.look()
        return web.json_response(told, status=503 if told["troubles"] else 200)
