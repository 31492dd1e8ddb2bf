"""Chats, people and messages as Telegram keeps them: what the fake Bot API knows and refuses."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from bot.platforms.port import ShownFile

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {"id": 110201543, "is_bot": True, "first_name": "台账", "username": "Taizhang_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
START = 1772413200
"""The moment of the first message, in seconds; each further one is a second later."""

KEPT_SECONDS, PRESSES_KEPT_SECONDS = 24 * 3600, 150
"""How long Telegram keeps an update that nobody fetches."""

ABSENT = {"left", "kicked"}
FILES_UP = 20 * 1024 * 1024
TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote"}


class ApiError(Exception):
    """The server refuses."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", parameters or None)


@dataclass
class FakeChat:
    """A chat; ``topics`` of a forum are open, closed or deleted."""

    id: int
    type: str
    title: str
    bot: str = "member"
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    last: int = 0
    moved_to: int | None = None

    def told(self) -> dict[str, Any]:
        """Return the chat as updates bear it."""
        if self.type == "private":
            return {"id": self.id, "type": "private", "first_name": self.title}
        return {"id": self.id, "type": self.type, "title": self.title} | (
            {"is_forum": True} if self.forum else {}
        )


class World:
    """What people do, and what the bot does; ``news`` is called when there is an update."""

    def __init__(self, news: Callable[[], None]) -> None:
        self.chats: dict[int, FakeChat] = {}
        self.updates: list[dict[str, Any]] = []
        self.told: list[tuple[int, str]] = []
        """The numbers of all updates there ever were, each with the number of its press."""
        self.files: dict[str, bytes] = {}
        self.toasts: dict[str, str | None] = {}
        self.pressed: dict[str, int] = {}
        self.menus: list[dict[str, Any]] = []
        self.allowed: list[str] = []
        self._people: dict[int, dict[str, Any]] = {}
        self._news = news
        self._next_update = 9001
        self._since: dict[int, int] = {}
        self._now = START

    # -------------------------------------------------------- people

    def person(self, number: int, first: str, last: str = "") -> int:
        self._people[number] = {"id": number, "is_bot": False, "first_name": first} | (
            {"last_name": last} if last else {}
        )
        return number

    def chat(self, number: int, title: str, kind: str = "supergroup", *, forum: bool = False) -> int:
        self.chats[number] = FakeChat(number, kind, title, forum=forum)
        return number

    def topic(self, chat: int, name: str) -> int:
        number = self._post(chat, {"forum_topic_created": {"name": name, "icon_color": 0}})["message_id"]
        self.chats[chat].topics[number] = "open"
        return int(number)

    def tell(self, kind: str, payload: Any) -> int:
        """Put an update before the bot, whatever it holds; return its number."""
        number, self._next_update = self._next_update, self._next_update + 1
        if not self.allowed or kind in self.allowed:
            self.updates.append({"update_id": number, kind: payload})
            self.told.append((number, payload["id"] if kind == "callback_query" else ""))
            self._since[number] = self._now
            self._news()
        return number

    def renumber(self, number: int) -> None:
        """Go on with another number, perhaps a lower one, as Telegram may after a quiet week."""
        self._next_update = number

    def acknowledge(self, offset: int) -> None:
        """Forget the updates before a number; one that was never reached says nothing."""
        if offset > self._next_update:
            return
        done = list(itertools.takewhile(lambda each: each["update_id"] < offset, self.updates))
        del self.updates[: len(done)]
        for update in done:
            self._since.pop(update["update_id"], None)

    def take_back(self, update: dict[str, Any]) -> None:
        """Forget an update."""
        self.updates.remove(update)
        self._since.pop(update["update_id"], None)

    def pass_time(self, seconds: int) -> list[dict[str, Any]]:
        """Let time go by; forget, and return, the updates that were kept for too long."""
        self._now += seconds
        gone = [each for each in self.updates if self._is_stale(each)]
        for update in gone:
            self.take_back(update)
        return gone

    def _is_stale(self, update: dict[str, Any]) -> bool:
        kept = PRESSES_KEPT_SECONDS if "callback_query" in update else KEPT_SECONDS
        return self._now - self._since.get(update["update_id"], self._now) > kept

    def say(
        self,
        chat: int,
        account: int | None,
        text: str = "",
        *,
        files: Sequence[ShownFile] = (),
        reply_to: int | None = None,
        topic: int | None = None,
        **more: Any,
    ) -> int:
        """Let somebody say something; nobody in particular where ``account`` is None. Files make an album."""
        author = ANONYMOUS | {} if account is None else self._people[account]
        said: dict[str, Any] = {"from": author} | more
        if account is None:
            said["sender_chat"] = self.chats[chat].told()
        if reply_to is not None:
            said["reply_to_message"] = self._answered(chat, reply_to)
        if topic is not None:
            said |= {"message_thread_id": topic, "is_topic_message": True}
            said.setdefault("reply_to_message", self._answered(chat, topic))
        if not files:
            return self._said(chat, said | {"text": text})
        if len(files) > 1:
            said["media_group_id"] = f"album-{self._next_update}"
        numbers = []
        for at, file in enumerate(files):
            caption = {"caption": text} if text and at == 0 else {}
            numbers.append(self._said(chat, said | caption | self._media(file)))
        return numbers[0]

    def rewrite(self, chat: int, message: int, text: str) -> None:
        told = self.chats[chat].messages[message]
        self._now += 1
        told |= {"text": text, "edit_date": self._now}
        self.tell("edited_message", dict(told))

    def press(self, chat: int, account: int, message: int, data: str, *, shown: bool = True) -> str:
        """Let somebody press a button; ``shown`` is False where the card is too old to be told of."""
        card = self.chats[chat].messages[message]
        if not shown:
            card = {"chat": card["chat"], "message_id": message, "date": 0}
        query = str(4382000 + self._next_update)
        self.toasts[query] = None
        self.pressed[query] = account
        self.tell(
            "callback_query",
            {
                "id": query,
                "from": self._people[account],
                "message": card,
                "chat_instance": "1",
                "data": data,
            },
        )
        return query

    def bot_becomes(self, chat: int, status: str, account: int, **more: Any) -> None:
        """Let somebody add, remove, promote or restrict the bot."""
        here = self.chats[chat]
        before, here.bot = here.bot, status
        self._now += 1
        self.tell(
            "my_chat_member",
            {
                "chat": here.told(),
                "from": self._people[account],
                "date": self._now,
                "old_chat_member": {"user": BOT, "status": before},
                "new_chat_member": {"user": BOT, "status": status} | more,
            },
        )

    def migrate(self, chat: int, new: int) -> None:
        """Make a group a supergroup: under another number, its messages counted anew."""
        old = self.chats[chat]
        self.chat(new, old.title)
        old.moved_to = new
        self._said(chat, {"from": ANONYMOUS, "migrate_to_chat_id": new})
        self._said(new, {"from": ANONYMOUS, "migrate_from_chat_id": chat})

    def _said(self, chat: int, said: dict[str, Any]) -> int:
        message = self._post(chat, said)
        self.tell("message", dict(message))
        return int(message["message_id"])

    def _post(self, chat: int, said: dict[str, Any]) -> dict[str, Any]:
        here = self.chats[chat]
        here.last += 1
        self._now += 1
        message = {"message_id": here.last, "date": self._now, "chat": here.told()} | said
        here.messages[here.last] = message
        return message

    def _answered(self, chat: int, number: int) -> dict[str, Any]:
        return {k: v for k, v in self.chats[chat].messages[number].items() if k != "reply_to_message"}

    def _media(self, file: ShownFile) -> dict[str, Any]:
        ref = f"file-{len(self.files) + 1}"
        self.files[ref] = file.content
        told = {"file_id": ref, "file_unique_id": f"u{ref}", "file_size": len(file.content)}
        if file.mime == "image/jpeg":
            small = {"file_id": f"{ref}-small", "file_unique_id": f"s{ref}", "file_size": 1}
            return {"photo": [small | {"width": 90, "height": 60}, told | {"width": 900, "height": 600}]}
        return {"document": told | {"file_name": file.name, "mime_type": file.mime}}

    # -------------------------------------------------------- the bot

    def post(self, given: Mapping[str, Any], media: tuple[str, ShownFile] | None = None) -> dict[str, Any]:
        """Say what the bot sends."""
        here = self._open(given)
        said: dict[str, Any] = {"from": BOT} | self._words(given, "text" if media is None else "caption")
        if (topic := given.get("message_thread_id")) is not None:
            state = here.topics.get(int(topic))
            if state != "open":
                raise bad("TOPIC_CLOSED" if state == "closed" else "message thread not found")
            said |= {"message_thread_id": int(topic), "is_topic_message": True}
        if (reply := given.get("reply_parameters")) is not None:
            asked = json.loads(reply)
            if asked["message_id"] in here.messages:
                said["reply_to_message"] = self._answered(here.id, asked["message_id"])
            elif not asked.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        if media is not None:
            kind, file = media
            if kind == "photo" and not file.content.startswith((b"\x89PNG", b"\xff\xd8")):
                raise bad("IMAGE_PROCESS_FAILED")
            as_sent = ShownFile(file.name, "image/jpeg", file.content) if kind == "photo" else file
            said |= self._media(as_sent)
        return self._post(here.id, said)

    def edit(self, given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """Change what the bot sent."""
        here = self._open(given)
        message = here.messages.get(int(given["message_id"]))
        if message is None:
            raise bad("message to edit not found")
        if message["from"] is not BOT:
            raise bad("message can't be edited")
        if (kind == "text") != ("text" in message):
            raise bad(f"there is no {kind} in the message to edit")
        words = self._words(given, kind)
        new = {
            k: v for k, v in message.items() if k not in ("reply_markup", "entities", "caption_entities")
        } | words
        if new == message:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        here.messages[message["message_id"]] = new
        return new

    def toast(self, query: str, words: str | None) -> bool:
        if query not in self.toasts:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(words or "") > 200:
            raise bad("MESSAGE_TOO_LONG")
        self.toasts[query] = words or ""
        return True

    def file(self, ref: str) -> dict[str, Any]:
        if ref not in self.files:
            raise bad("invalid file_id")
        if len(self.files[ref]) > FILES_UP:
            raise bad("file is too big")
        size = len(self.files[ref])
        return {
            "file_id": ref,
            "file_unique_id": f"u{ref}",
            "file_size": size,
            "file_path": f"documents/{ref}",
        }

    def _open(self, given: Mapping[str, Any]) -> FakeChat:
        number = str(given.get("chat_id", ""))
        here = self.chats.get(int(number)) if number.lstrip("-").isdecimal() else None
        if here is None:
            raise bad("chat not found")
        if here.moved_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=here.moved_to)
        if here.bot in ABSENT:
            raise ApiError(403, f"Forbidden: bot was kicked from the {here.type} chat")
        return here

    def _words(self, given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        words, entities = (
            parse(given.get(kind, "")) if given.get("parse_mode") == "HTML" else (given[kind], [])
        )
        if kind == "text" and not words.strip():
            raise bad("message text is empty")
        if units(words) > (4096 if kind == "text" else 1024):
            raise bad("message is too long" if kind == "text" else "message caption is too long")
        said: dict[str, Any] = {kind: words} if words or kind == "text" else {}
        if entities:
            said["entities" if kind == "text" else "caption_entities"] = entities
        if (markup := given.get("reply_markup")) is not None:
            said["reply_markup"] = _keyboard(json.loads(markup))
        return said


def _keyboard(markup: dict[str, Any]) -> dict[str, Any]:
    buttons = [button for row in markup["inline_keyboard"] for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in markup["inline_keyboard"]):
        raise bad("REPLY_MARKUP_TOO_LONG")
    if not all(1 <= len(button["callback_data"].encode()) <= 64 for button in buttons):
        raise bad("BUTTON_DATA_INVALID")
    return markup


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.entities: list[dict[str, Any]] = []
        self._open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        self._open.append((tag, units(self.words)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad("can't parse entities: Unexpected end tag")
        _, start = self._open.pop()
        kind = "bold" if tag in ("b", "strong") else tag
        self.entities.append({"type": kind, "offset": start, "length": units(self.words) - start})

    def handle_data(self, data: str) -> None:
        self.words += data

    def finish(self) -> None:
        self.close()
        if self._open:
            raise bad("can't parse entities: Can't find end tag")


def parse(words: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the words without their marks, and what the marks stood on, in UTF-16 units."""
    parser = _Parser()
    parser.feed(words)
    parser.finish()
    return parser.words.rstrip(), parser.entities


def units(words: str) -> int:
    """Count as Telegram counts."""
    return len(words.encode("utf-16-le")) // 2
