"""Tests reach this machine and nothing beyond it."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from hypothesis import settings
from pytest_socket import SocketConnectBlockedError

BEYOND = ("192.0.2.1", 80)


def test_no_test_reaches_beyond_this_machine() -> None:
    with (
        contextlib.closing(socket.socket()) as plug,
        pytest.warns(UserWarning, match=BEYOND[0]),
        pytest.raises(SocketConnectBlockedError),
    ):
        plug.connect(BEYOND)


async def test_no_coroutine_reaches_beyond_this_machine() -> None:
    with pytest.warns(UserWarning, match=BEYOND[0]), pytest.raises(SocketConnectBlockedError):
        await asyncio.open_connection(*BEYOND)


async def test_this_machine_answers_itself() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"here")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b"here"
        writer.close()
        await writer.wait_closed()


def test_properties_are_not_judged_by_the_clock() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
