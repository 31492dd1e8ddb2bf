"""What any platform must do behind the port; one test class per platform inherits this.

A platform's class gives a ``stage``: the platform, one chat it can speak in, and people who
act there as they would in its own app.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

import pytest

from bot.platforms.port import ChatGone, NotEditable, Platform, Shown, ShownButton, ShownFile
from handlers.events import Action, AnyEvent, Command, Edited, File, Reply

E = TypeVar("E", bound=AnyEvent)

PATIENCE = 10


class Stage(Protocol):
    """A platform with people on it."""

    platform: Platform
    chat: str
    account: str

    async def say(
        self, text: str = "", *, files: tuple[ShownFile, ...] = (), reply_to: str | None = None
    ) -> str:
        """Let the person say something in the chat; return the message."""
        ...

    async def rewrite(self, message: str, text: str) -> None:
        """Let the person edit their message."""
        ...

    async def press(self, message: str, token: str) -> None:
        """Let the person press a button."""
        ...

    async def seen(self, message: str) -> Shown:
        """Return what people see of a message of the bot, without its files' content."""
        ...

    async def linked(self, message: str) -> str | None:
        """Return the message that a message of the bot is shown as answering."""
        ...

    async def restart(self) -> None:
        """Bring the platform up again as after a crash of the bot."""
        ...


class Heard:
    """Receives as the bot does, and remembers."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._news = asyncio.Event()

    async def receive(self, event: AnyEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, heard_enough: Callable[[], bool]) -> None:
        """Wait until what was heard is enough."""
        async with asyncio.timeout(PATIENCE):
            while not heard_enough():
                self._news.clear()
                await self._news.wait()

    async def next(self, kind: type[E]) -> E:
        """Wait for the first event of a kind."""
        await self.until(lambda: any(isinstance(event, kind) for event in self.events))
        return next(event for event in self.events if isinstance(event, kind))

    def arguments(self) -> list[str]:
        """Return the arguments of the commands heard."""
        return [event.argument for event in self.events if isinstance(event, Command)]


@asynccontextmanager
async def listening(
    platform: Platform, receive: Callable[[AnyEvent], Awaitable[None]]
) -> AsyncIterator[None]:
    """Let a platform run for a while."""
    running = asyncio.create_task(platform.run(receive))
    try:
        yield
    finally:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


CARD = Shown("工作要点", ("共 2 项", "  牵头 1 项"), ((ShownButton("签收", "token-1", "primary"),),))


class Conformance:
    """The tests; ``stage`` is a fixture of the inheriting class."""

    async def test_what_is_sent_is_shown_and_has_a_number_of_its_own(self, stage: Stage) -> None:
        first = await stage.platform.send(stage.chat, None, CARD, None)
        second = await stage.platform.send(stage.chat, None, CARD, None)
        assert first != second
        seen = await stage.seen(first)
        assert (seen.title, seen.lines, seen.rows) == (CARD.title, CARD.lines, CARD.rows)

    async def test_an_edit_changes_the_words_and_the_buttons_in_place(self, stage: Stage) -> None:
        message = await stage.platform.send(stage.chat, None, CARD, None)
        await stage.platform.edit(stage.chat, message, Shown("", ("已签收",)))
        seen = await stage.seen(message)
        assert (seen.title, seen.lines, seen.rows) == ("", ("已签收",), ())

    async def test_a_message_answers_the_one_it_replies_to(self, stage: Stage) -> None:
        said = await stage.say("1 已完成")
        message = await stage.platform.send(stage.chat, None, Shown("", ("明白了",)), said)
        assert await stage.linked(message) == said

    async def test_a_chat_that_is_not_there_is_gone(self, stage: Stage) -> None:
        with pytest.raises(ChatGone):
            await stage.platform.send("nowhere", None, CARD, None)

    async def test_what_was_never_sent_cannot_be_edited(self, stage: Stage) -> None:
        with pytest.raises(NotEditable):
            await stage.platform.edit(stage.chat, "987654321", CARD)

    async def test_a_pressed_button_brings_its_token_back(self, stage: Stage) -> None:
        message = await stage.platform.send(stage.chat, None, CARD, None)
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.press(message, "token-1")
            action = await heard.next(Action)
            await stage.platform.answer(action.event_id, "已签收")
        assert (action.token, action.message, action.sender.account) == ("token-1", message, stage.account)
        assert (action.place.platform, action.place.chat) == (stage.platform.name, stage.chat)

    async def test_an_answer_that_comes_too_late_is_passed_over(self, stage: Stage) -> None:
        await stage.platform.answer("no such event", "已签收")

    async def test_a_reply_names_the_card_it_answers(self, stage: Stage) -> None:
        message = await stage.platform.send(stage.chat, None, CARD, None)
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            said = await stage.say("1 已完成\n2 60%", reply_to=message)
            reply = await heard.next(Reply)
        assert (reply.reply_to, reply.text, reply.message) == (message, "1 已完成\n2 60%", said)

    async def test_a_command_is_split_into_its_name_and_the_rest(self, stage: Stage) -> None:
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.say("/status  发展改革局")
            command = await heard.next(Command)
        assert (command.name, command.argument, command.reply_to) == ("status", "发展改革局", None)

    async def test_an_edit_names_the_message_that_reads_otherwise(self, stage: Stage) -> None:
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            card = await stage.platform.send(stage.chat, None, CARD, None)
            said = await stage.say("1 已完成", reply_to=card)
            await heard.next(Reply)
            await stage.rewrite(said, "1 60%")
            edited = await heard.next(Edited)
        assert (edited.message, edited.text) == (said, "1 60%")

    async def test_a_file_comes_up_as_it_was_sent(self, stage: Stage) -> None:
        content = bytes(range(256)) * 40
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.say(files=(ShownFile("佐证.bin", "application/octet-stream", content),))
            file = await heard.next(File)
            (attachment,) = file.files
            assert await stage.platform.fetch(attachment.ref) == content
        assert (attachment.name, attachment.size) == ("佐证.bin", len(content))

    async def test_what_the_bot_did_not_store_is_told_again_after_a_restart(self, stage: Stage) -> None:
        reached = asyncio.Event()

        async def never(event: AnyEvent) -> None:
            del event
            reached.set()
            await asyncio.Event().wait()

        async with listening(stage.platform, never):
            await stage.say("/todo 1")
            async with asyncio.timeout(PATIENCE):
                await reached.wait()
            await stage.say("/todo 2")
        await stage.restart()
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.say("/todo 3")
            await heard.until(lambda: len(heard.events) == 3)
        assert heard.arguments() == ["1", "2", "3"]
        assert len({event.event_id for event in heard.events}) == 3

    async def test_what_was_stored_is_not_told_again(self, stage: Stage) -> None:
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.say("/todo 1")
            await stage.say("/todo 2")
            await heard.until(lambda: len(heard.events) == 2)
            # The second is acknowledged once a third has come.
            await stage.say("/todo 3")
            await heard.until(lambda: len(heard.events) == 3)
        await stage.restart()
        again = Heard()
        async with listening(stage.platform, again.receive):
            await stage.say("/todo 4")
            await again.until(lambda: "4" in again.arguments())
        assert again.arguments() in (["4"], ["3", "4"])

    async def test_a_failed_reception_is_tried_again_in_order(self, stage: Stage) -> None:
        heard = Heard()
        faults = [OSError("disk full"), OSError("still full")]

        async def receive(event: AnyEvent) -> None:
            if faults:
                raise faults.pop()
            await heard.receive(event)

        async with listening(stage.platform, receive):
            await stage.say("/todo 1")
            await stage.say("/todo 2")
            await heard.until(lambda: len(heard.events) == 2)
        assert heard.arguments() == ["1", "2"]
