"""The webhook takes updates from whoever knows the secret, and from nobody else."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.platforms.telegram.intake import Turns
from bot.platforms.telegram.webhook import ATTEMPTS, BODY_LIMIT, SECRET_HEADER
from handlers.events import AnyEvent, Command, Unreadable
from tests.platforms.conformance import PATIENCE, Heard, listening
from tests.platforms.telegram_stage import (
    GROUP,
    PERSON,
    SECRET,
    TelegramStage,
    staged,
    webhook_settings,
)

OTHER = -1001500000009
UPDATE: dict[str, Any] = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 1772413200,
        "chat": {"id": GROUP, "type": "supergroup", "title": "财政局"},
        "from": {"id": PERSON, "is_bot": False, "first_name": "李"},
        "text": "/todo 5",
    },
}


@dataclass
class Door:
    """A platform that listens at its webhook, and what came through."""

    stage: TelegramStage
    url: str
    session: aiohttp.ClientSession
    heard: Heard = field(default_factory=Heard)
    broken: int = 0
    entered: int = 0
    held: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, event: AnyEvent) -> None:
        if event.place.chat == str(GROUP):
            self.entered += 1
            self.reached.set()
            await self.held.wait()
        if self.broken:
            self.broken -= 1
            raise OSError("disk full")
        await self.heard.receive(event)

    async def bring(self, body: bytes | str, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        raw = io.BytesIO(body.encode() if isinstance(body, str) else body)
        async with self.session.post(self.url, data=raw, headers=headers) as answer:
            await answer.read()
            return answer.status


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    settings = webhook_settings()
    async with (
        staged(mode="webhook", webhook=settings) as stage,
        aiohttp.ClientSession() as session,
    ):
        door = Door(stage, settings.url, session)
        door.held.set()
        async with listening(stage.platform, door.receive):
            await stage.say("/todo 0")
            await door.heard.next(Command)
            door.heard.events.clear()
            door.reached.clear()
            yield door


async def test_the_webhook_is_announced_with_its_secret(door: Door) -> None:
    (announced,) = door.stage.fake.sent("setWebhook")
    assert announced["secret_token"] == SECRET
    assert json.loads(announced["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
    assert door.stage.fake.sent("deleteWebhook") == []


async def test_an_update_with_the_secret_is_heard(door: Door) -> None:
    assert await door.bring(json.dumps(UPDATE)) == 200
    assert door.heard.arguments() == ["5"]


@pytest.mark.parametrize(
    ("secret", "status"),
    [(None, 401), ("", 403), ("another", 403), (SECRET[:-1], 403), (f"{SECRET}x", 403), ("ä", 403)],
)
@pytest.mark.parametrize(
    "body", [json.dumps(UPDATE), "rubbish", "x" * (BODY_LIMIT + 1)], ids=["update", "rubbish", "huge"]
)
async def test_nothing_is_heard_or_kept_of_a_stranger(
    door: Door, secret: str | None, status: int, body: str
) -> None:
    assert await door.bring(body, secret) == status
    assert door.heard.events == []


async def test_a_body_that_is_too_large_is_refused(door: Door) -> None:
    assert await door.bring(b" " * (BODY_LIMIT + 1)) == 413
    assert door.heard.events == []


@pytest.mark.parametrize("body", ["rubbish", "", "[1]", '"words"', "null", b"\xff\xfe", "[" * 100_000])
async def test_what_is_no_update_is_kept_aside_and_not_asked_for_again(door: Door, body: str | bytes) -> None:
    for _ in range(2):
        assert await door.bring(body) == 200
    first, again = door.heard.events
    assert isinstance(first, Unreadable)
    assert first == again, "it has one name, so that it is kept once"


@pytest.mark.parametrize(
    "update", [{}, {"update_id": 6, "message": {"text": "x"}}, {"update_id": 7, "message": 1}]
)
async def test_an_update_that_cannot_be_understood_is_kept_aside(door: Door, update: dict[str, Any]) -> None:
    assert await door.bring(json.dumps(update)) == 200
    (kept,) = door.heard.events
    assert isinstance(kept, Unreadable)
    assert json.loads(kept.raw) == update
    assert kept.why


async def test_what_cannot_be_stored_is_not_acknowledged(door: Door) -> None:
    door.broken = ATTEMPTS
    assert await door.bring(json.dumps(UPDATE)) == 500
    assert door.heard.events == []
    assert await door.bring(json.dumps(UPDATE)) == 200
    assert door.heard.arguments() == ["5"]


async def test_only_posts_to_the_one_path(door: Door) -> None:
    async with door.session.get(door.url) as answer:
        assert answer.status == 405
    async with door.session.post(f"{door.url}/other", headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == 404


async def test_updates_come_through_in_the_order_they_are_brought(door: Door) -> None:
    world = door.stage.world
    other = world.chat(OTHER, "教育局")
    for number in range(6):
        world.say(other if number % 2 else GROUP, PERSON, f"/todo {number}")
    await door.heard.until(lambda: len(door.heard.events) == 6)
    assert door.heard.arguments() == ["0", "1", "2", "3", "4", "5"]


def update(number: int, chat: int) -> str:
    message: dict[str, Any] = UPDATE["message"]
    told = message | {"text": f"/todo {number}", "chat": message["chat"] | {"id": chat}}
    return json.dumps({"update_id": number, "message": told})


async def test_one_chat_in_order_chats_side_by_side(door: Door) -> None:
    async with asyncio.TaskGroup() as visits:
        door.held.clear()
        door.entered = 0
        visits.create_task(door.bring(update(1, GROUP)))
        async with asyncio.timeout(PATIENCE):
            await door.reached.wait()
        visits.create_task(door.bring(update(2, GROUP)))
        assert await door.bring(update(3, OTHER)) == 200
        assert await door.bring(update(4, OTHER)) == 200
        assert door.heard.arguments() == ["3", "4"]
        assert door.entered == 1
        door.held.set()
    assert door.heard.arguments() == ["3", "4", "1", "2"]


def test_a_quiet_chat_leaves_nothing_behind() -> None:
    turns = Turns()
    with turns.of("1") as first:
        with turns.of("1") as second, turns.of("2") as third:
            assert first is second is not third
        with turns.of("1") as again:
            assert again is first
    with turns.of("1") as anew:
        assert anew is not first
