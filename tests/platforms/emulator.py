"""The stage of the flow tests on an emulator of the Bot API that others wrote: it shares no mistake of ours.

Its contract is narrower than Telegram's: what Telegram documents and it does not know is taken off before it
looks, and only that. It has no topics, no membership and no edits by people.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Literal, Self

from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

from bot.platforms.port import Pace, ShownFile
from bot.platforms.rehearsal.world import FileCard, Hat, Message
from bot.platforms.telegram.adapter import TelegramPlatform
from bot.pulse import Pulse
from handlers.command_words import command_words
from tests.flows.stage import Stage
from tests.platforms.telegram_stage import shown, webhook_settings
from tests.platforms.telegram_world import TOKEN, parse

FIRST_GROUP, FIRST_PERSON, BOT = -1001700000000, 9000, 7
UNKNOWN = {"link_preview_options"}
"""Parameters that Telegram has and the emulator does not; nor does it know a button's style."""
POSTS = {"sendMessage": "text", "sendDocument": "caption", "sendPhoto": "caption"}
CHANGES = {"editMessageText": "text", "editMessageCaption": "caption"}


class Emulator(LoBotApiEmulator):  # type: ignore[misc]
    """The emulator, which here also remembers what was posted; it refused the calls in ``refused``."""

    def __init__(self, **options: Any) -> None:
        self.news = Pulse()
        super().__init__(**options)
        self.posted: dict[int, dict[str, Any]] = {}
        self.toasts: dict[str, str] = {}
        self.menus: list[dict[str, Any]] = []

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [each for each in self.requests if each["status"] != 200]

    async def read_request(self, request: web.Request) -> tuple[dict[str, Any], dict[str, Any]]:
        """Read a call as Telegram does, from its address too, without what the emulator does not know."""
        fields, uploads = await super().read_request(request)
        known = {name: value for name, value in {**request.query, **fields}.items() if name not in UNKNOWN}
        if "reply_markup" in known:
            known["reply_markup"] = json.dumps(_without_style(json.loads(known["reply_markup"])))
        return known, uploads

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        result = super().validate(method, fields, uploads)
        # What a poll acknowledges is forgotten before anything else happens.
        asyncio.get_running_loop().call_soon(self.news.ring)
        if method in POSTS:
            message = {"chat": int(fields["chat_id"]), "id": result["message_id"]}
            self.posted[result["message_id"]] = (
                message | _words(fields, POSTS[method]) | _file(result, uploads)
            )
        elif method in CHANGES:
            message = self.posted[int(fields["message_id"])]
            for name in ("reply_markup", "entities", "caption_entities"):
                message.pop(name, None)
            message |= _words(fields, CHANGES[method])
        elif method == "answerCallbackQuery":
            self.toasts[fields["callback_query_id"]] = fields.get("text", "")
        elif method == "setMyCommands":
            self.menus.append(fields)
        return result

    def _record(self, item: dict[str, Any]) -> None:
        super()._record(item)
        self.news.ring()


def _without_style(markup: dict[str, Any]) -> dict[str, Any]:
    rows = [
        [{name: value for name, value in button.items() if name != "style"} for button in row]
        for row in markup["inline_keyboard"]
    ]
    return {"inline_keyboard": rows}


def _words(fields: dict[str, Any], kind: str) -> dict[str, Any]:
    assert fields["parse_mode"] == "HTML"
    words, entities = parse(fields.get(kind, ""))
    said: dict[str, Any] = {kind: words, "entities" if kind == "text" else "caption_entities": entities}
    if "reply_markup" in fields:
        said["reply_markup"] = json.loads(fields["reply_markup"])
    if "reply_parameters" in fields:
        said["answers"] = json.loads(fields["reply_parameters"])["message_id"]
    return said


def _file(result: dict[str, Any], uploads: dict[str, Any]) -> dict[str, Any]:
    for kind, upload in uploads.items():
        told = result.get("document") or result["photo"][0]
        return {"file": FileCard(told["file_id"], upload["filename"], kind, upload["size"])}
    return {}


class EmulatedOffice(Stage):
    """Telegram as the emulator has it."""

    platform_name = "telegram"
    mode: Literal["polling", "webhook"] = "polling"

    def _settle_down(self) -> None:
        self.emulator = Emulator(allow_insecure_loopback_webhooks=True)
        self._runner = web.AppRunner(self.emulator.app(), access_log=None, shutdown_timeout=0.2)
        self._chats: dict[str, int] = {}
        self._people: dict[str, dict[str, Any]] = {}
        self._pressed: dict[str, str] = {}
        self._told = 0
        self._options: dict[str, Any] = {"mode": self.mode}
        if self.mode == "webhook":
            self._options["webhook"] = webhook_settings()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        await super().__aenter__()
        return self

    async def _connect(self) -> None:
        root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.platform = TelegramPlatform(
            TOKEN,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            command_words=command_words(),
            pace=Pace(),
            poll_seconds=5,
            retry_seconds=0.02,
            **self._options,
        )

    async def _leave(self) -> None:
        await self._runner.cleanup()

    # ------------------------------------------------------------ people

    def account(self, person: str) -> str:
        told = {"id": FIRST_PERSON + len(self._people), "is_bot": False, "first_name": person}
        return str(self._people.setdefault(person, told)["id"])

    def external(self, chat: str) -> str:
        return str(self._chats.setdefault(chat, FIRST_GROUP - len(self._chats)))

    def _ensure_chat(self, chat: str, title: str) -> None:
        self.external(chat)

    def _ensure_person(self, person: str, name: str, hat: Hat, chat: str, department: str = "") -> None:
        del hat, chat, department
        self.account(person)
        self._people[person]["first_name"] = name

    def _message(self, chat: str, sender: dict[str, Any]) -> dict[str, Any]:
        self._told += 1
        place = {"id": int(self.external(chat)), "type": "supergroup", "title": chat}
        # People's messages are counted apart from the bot's, far enough from them.
        return {"message_id": 1_000_000 + self._told, "date": 1772413200, "chat": place, "from": sender}

    async def _say(
        self, chat: str, person: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> str:
        self.account(person)
        told = self._message(chat, self._people[person])
        if reply_to is not None:
            answered = self._message(chat, {"id": BOT, "is_bot": True, "first_name": "Fixture"})
            told["reply_to_message"] = answered | {"message_id": int(reply_to.split(":")[1])}
        if files:
            (file,) = files
            ref = f"from-{self._told}"
            self.emulator.assets[ref] = {"data": file.content, "size": len(file.content)}
            told["document"] = {"file_id": ref, "file_unique_id": ref, "file_name": file.name}
            told |= {"caption": text} if text else {}
        else:
            told["text"] = text
        await self.emulator.enqueue_update({"message": told}, token=TOKEN)
        return f"{told['chat']['id']}:{told['message_id']}"

    async def _press(self, chat: str, person: str, message: Message, label: str) -> None:
        self._told += 1
        query = f"query-{self._told}"
        self._pressed[query] = person
        number = int(message.id.split(":")[1])
        card = self._message(chat, {"id": BOT, "is_bot": True, "first_name": "Fixture"})
        press = {
            "id": query,
            "from": self._people[person],
            "message": card | {"message_id": number},
            "chat_instance": "1",
            "data": message.button(label).token,
        }
        await self.emulator.enqueue_update({"callback_query": press}, token=TOKEN)

    async def _acknowledged(self) -> None:
        async with asyncio.timeout(10):
            await self.emulator.news.until(self._quiet)

    def _quiet(self) -> bool:
        waiting: int = self.emulator._update_queues.info(TOKEN)["pending_update_count"]
        return waiting == 0

    # ------------------------------------------------------------ what is seen

    def messages(self, chat: str) -> list[Message]:
        here = int(self.external(chat))
        return [_seen(chat, each) for each in self.emulator.posted.values() if each["chat"] == here]

    def answers(self, message: Message, said: str) -> bool:
        return message.reply_to == said

    def content(self, file: str) -> bytes:
        content: bytes = self.emulator.assets[file]["data"]
        return content

    def toast(self, person: str) -> str | None:
        mine = [words for query, words in self.emulator.toasts.items() if self._pressed[query] == person]
        found = [words for words in mine if words]
        return found[-1] if found else None


class EmulatedWebhookOffice(EmulatedOffice):
    """The same, by webhook."""

    mode = "webhook"


def _seen(chat: str, posted: dict[str, Any]) -> Message:
    read = shown(posted)
    where, answered = posted["chat"], posted.get("answers")
    return Message(
        id=f"{where}:{posted['id']}",
        chat=chat,
        author=None,
        title=read.title,
        text="\n".join(read.lines),
        rows=read.rows,
        files=(posted["file"],) if "file" in posted else (),
        reply_to=None if answered is None else f"{where}:{answered}",
        at=0,
        edited=None,
    )
