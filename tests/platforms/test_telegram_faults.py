"""What Telegram refuses, and what the network loses, means the right thing to delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.platforms.port import ChatGone, DeliveryFault, MaybeSent, NotEditable, NotNow, Rejected, Shown
from bot.platforms.telegram.faults import fault_of, fetch_fault_of, is_thread_gone, is_unchanged
from tests.platforms.telegram_fake import FakeTelegram, Trouble, too_many
from tests.platforms.telegram_stage import GROUP, TelegramStage, free_port, platform_for, staged
from tests.platforms.telegram_world import TOKEN


@pytest.fixture(autouse=True)
def periods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)

CLASSES: list[tuple[TelegramError, type[DeliveryFault]]] = [
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), ChatGone),
    (Forbidden("Forbidden: bot was blocked by the user"), ChatGone),
    (ChatMigrated(-1002), NotNow),
    (InvalidToken("Unauthorized"), NotNow),
    (Conflict("terminated by other getUpdates request"), NotNow),
    (BadRequest("Chat not found"), ChatGone),
    (BadRequest("Not enough rights to send text messages to the chat"), ChatGone),
    (BadRequest("CHAT_WRITE_FORBIDDEN"), ChatGone),
    (BadRequest("Message can't be edited"), NotEditable),
    (BadRequest("Message to edit not found"), NotEditable),
    (BadRequest("Message is too long"), Rejected),
    (BadRequest("BUTTON_DATA_INVALID"), Rejected),
    (BadRequest("Can't parse entities: unsupported start tag"), Rejected),
    (BadRequest("TOPIC_CLOSED"), Rejected),
    (NetworkError("Request Entity Too Large"), Rejected),
    (caused(TimedOut(), aiohttp.SocketTimeoutError()), MaybeSent),
    (caused(TimedOut(), TimeoutError()), MaybeSent),
    (caused(TimedOut(), aiohttp.ConnectionTimeoutError()), NotNow),
    (caused(NetworkError(""), aiohttp.ClientConnectorError(KEY, OSError())), NotNow),
    (caused(NetworkError(""), aiohttp.ClientConnectorDNSError(KEY, OSError())), NotNow),
    (caused(NetworkError(""), aiohttp.ClientProxyConnectionError(KEY, OSError())), NotNow),
    (caused(NetworkError(""), aiohttp.ServerDisconnectedError()), MaybeSent),
    (caused(NetworkError(""), aiohttp.ClientOSError()), MaybeSent),
    (caused(NetworkError(""), ConnectionResetError()), MaybeSent),
    (NetworkError("Internal Server Error"), MaybeSent),
    (NetworkError("Bad Gateway"), MaybeSent),
    (TelegramError("Invalid server response"), MaybeSent),
]


@pytest.mark.parametrize(("error", "kind"), CLASSES, ids=lambda value: repr(value)[:50])
def test_each_failure_has_its_meaning(error: TelegramError, kind: type[DeliveryFault]) -> None:
    assert type(fault_of(error)) is kind


@pytest.mark.parametrize("period", [17, timedelta(seconds=17)])
def test_too_fast_says_for_how_long(period: int | timedelta) -> None:
    fault = fault_of(RetryAfter(period))
    assert isinstance(fault, NotNow)
    assert fault.seconds == 17


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BadRequest("File is too big"), Rejected),
        (BadRequest("Invalid file_id"), Rejected),
        (caused(TimedOut(), aiohttp.SocketTimeoutError()), NotNow),
        (NetworkError("Bad Gateway"), NotNow),
    ],
)
def test_a_file_may_be_fetched_again(error: TelegramError, kind: type[DeliveryFault]) -> None:
    assert type(fetch_fault_of(error)) is kind


def test_what_only_looks_like_a_refusal_is_none() -> None:
    assert not is_unchanged(TelegramError("message is not modified"))
    assert not is_thread_gone(Forbidden("TOPIC_CLOSED"))


# ---------------------------------------------------------------- over the wire


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with staged(answer_seconds=0.3) as stage:
        yield stage


WORDS = Shown("工作要点", ("共 2 项",))

OVER_THE_WIRE: list[tuple[Trouble, type[DeliveryFault], int]] = [
    (too_many(7), NotNow, 0),
    (Trouble("refused", 500, "Internal Server Error"), MaybeSent, 0),
    (Trouble("refused", 502, "Bad Gateway"), MaybeSent, 0),
    (Trouble("cut"), MaybeSent, 0),
    (Trouble("cut after"), MaybeSent, 1),
    (Trouble("silent after"), MaybeSent, 1),
    (Trouble("garbled after"), MaybeSent, 1),
    (Trouble("refused", 403, "Forbidden: bot was kicked from the supergroup chat"), ChatGone, 0),
    (Trouble("refused", 400, "Bad Request: BUTTON_DATA_INVALID"), Rejected, 0),
    (Trouble("refused", 401, "Unauthorized"), NotNow, 0),
]


@pytest.mark.parametrize(("trouble", "kind", "arrived"), OVER_THE_WIRE, ids=lambda value: repr(value)[:40])
async def test_a_send_that_fails(
    stage: TelegramStage, trouble: Trouble, kind: type[DeliveryFault], arrived: int
) -> None:
    stage.fake.troubles["sendMessage"].append(trouble)
    with pytest.raises(kind) as told:
        await stage.platform.send(stage.chat, None, WORDS, None)
    if isinstance(told.value, NotNow):
        assert told.value.seconds in (7, 60)
    assert len(stage.world.chats[GROUP].messages) == arrived
    assert len(stage.fake.sent("sendMessage")) == 1, "a send is never repeated behind delivery's back"


async def test_a_server_that_is_not_there_was_surely_not_told() -> None:
    fake = FakeTelegram()
    await fake.start()
    platform = platform_for(fake)
    await fake.stop()
    with pytest.raises(NotNow):
        await platform.send("-1", None, WORDS, None)
    await platform.close()


async def test_a_proxy_that_is_not_there_was_surely_not_told(stage: TelegramStage) -> None:
    platform = platform_for(stage.fake, proxy=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotNow):
        await platform.send(stage.chat, None, WORDS, None)
    await platform.close()
    assert not stage.world.chats[GROUP].messages


async def test_a_proxy_is_asked_for_what_only_it_can_reach(stage: TelegramStage) -> None:
    platform = platform_for(stage.fake, base_url="http://telegram.invalid/bot", proxy=stage.fake.root)
    await platform.send(stage.chat, None, WORDS, None)
    await platform.close()
    assert len(stage.world.chats[GROUP].messages) == 1


async def test_no_failure_says_the_address_that_holds_the_token(
    stage: TelegramStage, caplog: pytest.LogCaptureFixture
) -> None:
    platform = platform_for(stage.fake, base_url="http://127.0.0.1:65536/bot")
    with caplog.at_level("DEBUG"), pytest.raises(NotNow) as told:
        await platform.send(stage.chat, None, WORDS, None)
    await platform.close()
    assert TOKEN not in caplog.text + repr(told.value) + str(told.value)
