"""The rehearsal room is a platform like the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.platforms.port import Shown, ShownFile
from bot.platforms.rehearsal.adapter import RehearsalPlatform
from bot.platforms.rehearsal.room import Room
from storage.terms.clock import HandClock
from tests.platforms.conformance import Conformance


class RehearsalStage:
    chat = "group"
    account = "li"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def _open(self) -> None:
        self.room = Room(self._path, now=HandClock(datetime(2026, 3, 2, 1, tzinfo=UTC)).now)
        self.room.ensure_chat(self.chat, "发展和改革局")
        self.room.ensure_person(self.account, "李强", "liaison", [self.chat], department="发展和改革局")
        self.platform = RehearsalPlatform(self.room, retry_seconds=0)

    async def say(
        self, text: str = "", *, files: tuple[ShownFile, ...] = (), reply_to: str | None = None
    ) -> str:
        return self.room.say(self.chat, self.account, text, files, reply_to)

    async def rewrite(self, message: str, text: str) -> None:
        self.room.edit(self.chat, self.account, message, text)

    async def press(self, message: str, token: str) -> None:
        self.room.press(self.chat, self.account, message, token)

    async def seen(self, message: str) -> Shown:
        found = self.room.message(message)
        return Shown(found.title, found.lines, found.rows)

    async def linked(self, message: str) -> str | None:
        return self.room.message(message).reply_to

    async def restart(self) -> None:
        self.room.close()
        self._open()

    def close(self) -> None:
        self.room.close()


class TestRehearsal(Conformance):
    @pytest.fixture
    def stage(self, tmp_path: Path) -> Iterator[RehearsalStage]:
        stage = RehearsalStage(tmp_path / "room.sqlite3")
        yield stage
        stage.close()
