"""The stage of the flow tests on Telegram and on Slack: the same people, in the words of each platform."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

from bot.platforms.port import Shown, ShownFile
from bot.platforms.rehearsal.world import FileCard, Hat, Message
from bot.platforms.slack.words import escaped, message_id, root_of, ts_of
from handlers.command_words import command_words
from tests.flows.stage import Stage
from tests.platforms import slack_fake, telegram_world
from tests.platforms.slack_fake import Channel, SlackFake, Written
from tests.platforms.slack_seen import seen
from tests.platforms.telegram_fake import FakeTelegram
from tests.platforms.telegram_stage import platform_for, shown, webhook_settings

FIRST_GROUP, FIRST_PERSON = -1001600000000, 8000
NAMED = "@台账"
"""How people speak to the bot by name; each platform has its own way to write it."""


class TelegramOffice(Stage):
    """Telegram, by long polling or by webhook."""

    platform_name = "telegram"
    mode: Literal["polling", "webhook"] = "polling"

    def _settle_down(self) -> None:
        self.fake = FakeTelegram()
        self._chats: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._options: dict[str, Any] = {"command_words": command_words()}
        if self.mode == "webhook":
            self._options |= {"mode": "webhook", "webhook": webhook_settings()}

    async def __aenter__(self) -> Self:
        await self.fake.start()
        await super().__aenter__()
        return self

    async def _connect(self) -> None:
        self.platform = platform_for(self.fake, **self._options)

    async def _leave(self) -> None:
        await self.fake.stop()

    def account(self, person: str) -> str:
        return str(self._people.setdefault(person, FIRST_PERSON + len(self._people)))

    def external(self, chat: str) -> str:
        return str(self._number(chat))

    def _number(self, chat: str) -> int:
        return self._chats.setdefault(chat, FIRST_GROUP - len(self._chats))

    def _ensure_chat(self, chat: str, title: str) -> None:
        self.fake.world.chat(self._number(chat), title)

    def _ensure_person(self, person: str, name: str, hat: Hat, chat: str, department: str = "") -> None:
        del hat, chat, department
        self.fake.world.person(int(self.account(person)), name)

    async def _say(
        self, chat: str, person: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> str:
        number, account = self._number(chat), int(self.account(person))
        answered = None if reply_to is None else int(reply_to.split(":")[1])
        words = text.replace(NAMED, f"@{telegram_world.BOT['username']}")
        said = self.fake.world.say(number, account, words, files=files, reply_to=answered)
        return f"{number}:{said}"

    async def _press(self, chat: str, person: str, message: Message, label: str) -> None:
        number = int(message.id.split(":")[1])
        token = message.button(label).token
        self.fake.world.press(self._number(chat), int(self.account(person)), number, token)

    async def _edit(self, chat: str, person: str, message: str, text: str) -> None:
        del person
        self.fake.world.rewrite(self._number(chat), int(message.split(":")[1]), text)

    async def _acknowledged(self) -> None:
        await self.fake.until(self._quiet)

    def _quiet(self) -> bool:
        return not self.fake.world.updates

    def messages(self, chat: str) -> list[Message]:
        here = self.fake.world.chats[self._number(chat)]
        return [
            _message(f"{here.id}:{number}", chat, shown(told), _files(told), _answered(told))
            for number, told in here.messages.items()
            if told.get("from") is telegram_world.BOT
        ]

    def content(self, file: str) -> bytes:
        return self.fake.world.files[file]

    def toast(self, person: str) -> str | None:
        account = int(self.account(person))
        found = [
            words for query, words in self.fake.world.toasts.items() if words and self._by(query, account)
        ]
        return found[-1] if found else None

    def _by(self, query: str, account: int) -> bool:
        return self.fake.world.pressed[query] == account


class WebhookOffice(TelegramOffice):
    """Telegram, by webhook."""

    mode = "webhook"


class SlackOffice(Stage):
    """Slack, by Socket Mode or by HTTP."""

    platform_name = "slack"
    mode: slack_fake.Mode = "socket"

    def _settle_down(self) -> None:
        self.fake = SlackFake(self.mode)
        self._chats: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._options: dict[str, Any] = {"clock": slack_fake.CLOCK}

    async def __aenter__(self) -> Self:
        await self.fake.start()
        await super().__aenter__()
        return self

    async def _connect(self) -> None:
        self.platform = self.fake.make(**self._options)
        await self.fake.attach(self.platform)

    async def _leave(self) -> None:
        await self.fake.stop()

    def account(self, person: str) -> str:
        return self._people.setdefault(person, f"U1{len(self._people):03d}")

    def external(self, chat: str) -> str:
        return self._chats.setdefault(chat, f"C1{len(self._chats):03d}")

    def _ensure_chat(self, chat: str, title: str) -> None:
        self.fake.channels[self.external(chat)] = Channel(title, {slack_fake.BOT})

    def _ensure_person(self, person: str, name: str, hat: Hat, chat: str, department: str = "") -> None:
        del hat, department
        self.fake.people[self.account(person)] = name
        self.fake.channels[self.external(chat)].members.add(self.account(person))

    async def _say(
        self, chat: str, person: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> str:
        channel, account = self.external(chat), self.account(person)
        # Slack keeps words with a stroke before them for itself: commands are said to the bot by name.
        name = f"<@{slack_fake.BOT}>"
        words = f"{name} {escaped(text[1:])}" if text.startswith("/") else escaped(text).replace(NAMED, name)
        thread = None if reply_to is None else root_of(reply_to)
        sent = [(file.name, file.content) for file in files]
        ts = await self.fake.say(words, channel=channel, user=account, thread=thread, files=sent)
        return message_id(ts, thread)

    async def _press(self, chat: str, person: str, message: Message, label: str) -> None:
        token = message.button(label).token
        await self.fake.press(self.external(chat), ts_of(message.id), token, self.account(person))

    async def _edit(self, chat: str, person: str, message: str, text: str) -> None:
        del person
        await self.fake.rewrite(self.external(chat), ts_of(message), escaped(text))

    async def _acknowledged(self) -> None:
        await self.fake.drain()

    def _quiet(self) -> bool:
        return not self.fake.pending

    def messages(self, chat: str) -> list[Message]:
        channel = self.external(chat)
        written = [each for each in self.fake.written.values() if each.channel == channel]
        mine = [each for each in written if each.user == slack_fake.BOT]
        return [self._message(chat, each, mine) for each in mine if not each.files]

    def numbers(self, chat: str) -> list[str]:
        """Return the names of all that the bot said; what bears a file goes by the file's number."""
        said = [each for each in self.fake.written.values() if each.user == slack_fake.BOT]
        return [
            message_id(each.files[0]["id"] if each.files else each.ts, each.thread)
            for each in said
            if each.channel == self.external(chat)
        ]

    def _message(self, chat: str, written: Written, mine: list[Written]) -> Message:
        root = written.thread or written.ts
        after = [each for each in mine if each.files and (each.thread or each.ts) == root]
        files = tuple(
            _file(each["id"], each["name"], each["size"]) for under in after for each in under.files
        )
        return _message(
            message_id(written.ts, written.thread), chat, seen(written.blocks), files, written.thread
        )

    def answers(self, message: Message, said: str) -> bool:
        """An answer stands in the thread of what it answers."""
        return root_of(message.id) == root_of(said)

    def content(self, file: str) -> bytes:
        return self.fake.contents[file]

    def toast(self, person: str) -> str | None:
        found = [shown["text"] for user, shown in self.fake.toasts if user == self.account(person)]
        return found[-1] if found else None


class HttpOffice(SlackOffice):
    """Slack, by HTTP."""

    mode = "http"


def _message(
    name: str, chat: str, shown: Shown, files: tuple[FileCard, ...], reply_to: str | None
) -> Message:
    return Message(
        name, chat, None, shown.title, "\n".join(shown.lines), shown.rows, files, reply_to, 0, None
    )


def _answered(told: dict[str, Any]) -> str | None:
    answered = told.get("reply_to_message")
    return None if answered is None else f"{told['chat']['id']}:{answered['message_id']}"


def _files(told: dict[str, Any]) -> tuple[FileCard, ...]:
    if (document := told.get("document")) is not None:
        return (_file(document["file_id"], document["file_name"], document["file_size"]),)
    return tuple(
        _file(each["file_id"], "photo.jpg", each["file_size"]) for each in told.get("photo", [])[-1:]
    )


def _file(number: str, name: str, size: int) -> FileCard:
    return FileCard(number, name, "application/octet-stream", size)


OFFICES: dict[str, type[TelegramOffice | SlackOffice]] = {
    "telegram-polling": TelegramOffice,
    "telegram-webhook": WebhookOffice,
    "slack-socket": SlackOffice,
    "slack-http": HttpOffice,
}


def office(name: str, folder: Path, **options: Any) -> TelegramOffice | SlackOffice:
    """Make a stage on a platform."""
    return OFFICES[name](folder, **options)
