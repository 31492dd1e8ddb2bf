"""A port is listened on wholly or not at all."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest
from aiohttp import web

from bot.listening import listen
from tests.platforms.telegram_stage import free_port


@pytest.mark.parametrize("steps", range(8))
async def test_who_is_told_to_end_in_the_middle_leaves_no_port_taken(steps: int) -> None:
    runner, port = web.AppRunner(web.Application()), free_port()
    await runner.setup()
    begun = asyncio.create_task(listen(runner, "127.0.0.1", port))
    for _ in range(steps):
        await asyncio.sleep(0)
    begun.cancel()
    with suppress(asyncio.CancelledError):
        await begun
    await runner.cleanup()
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", port))


async def test_a_port_that_is_taken_is_told() -> None:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        plug.listen()
        with pytest.raises(OSError, match="address already in use"):
            await listen(runner, "127.0.0.1", plug.getsockname()[1])
    await runner.cleanup()
