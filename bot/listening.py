"""Listening on a port: begun wholly or not at all."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Begin to listen. Who is told to end in the middle of it leaves no port taken. Raises OSError."""
    begun = asyncio.create_task(web.TCPSite(runner, host, port).start())
    try:
        await asyncio.shield(begun)
    except asyncio.CancelledError:
        with suppress(OSError):
            await begun
        await runner.cleanup()
        raise
