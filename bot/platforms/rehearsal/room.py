"""The rehearsal room: the world of a chat platform, which knows nothing of the ledger.

People say, edit and press; the bot shows, changes and answers. All of it is on disk before
a method returns, and what people did waits there until the bot has acknowledged it, so that
it is told again after a crash, as a real platform does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.platforms.rehearsal.looking import Looking
from bot.platforms.rehearsal.store import (
    Store,
    add_file,
    add_happening,
    add_message,
    buttons_to_json,
)
from bot.platforms.rehearsal.world import Happening, Hat, Kind, Message, RoomError, Upload
from bot.pulse import Pulse
from handlers.events import ChatKind

BOT_NAME = "台账"
"""How people address the bot."""


class Room(Looking):
    """Chats, people and messages, in a file or in memory."""

    def __init__(self, path: Path | None = None, *, now: Callable[[], int], bot_name: str = BOT_NAME) -> None:
        super().__init__(Store(path), bot_name)
        self._now = now
        self._watchers: list[Callable[[], None]] = []
        self._acknowledged = Pulse()

    def close(self) -> None:
        """Close the room's file."""
        self._store.close()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` after everything that happens; the returned function ends that."""
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    # Arranging the room

    def ensure_chat(self, chat: str, title: str, kind: ChatKind = "group") -> None:
        """Make sure that a chat is there and bears this title."""
        known = self._store.first("SELECT title FROM chats WHERE id = ?", chat)
        if known == (title,):
            return
        with self._store.change() as db:
            db.execute(
                "INSERT INTO chats (id, title, kind) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title",
                (chat, title, kind),
            )
            self._note(db, "arranged", chat)
        self._tell()

    def ensure_person(
        self, account: str, name: str, hat: Hat, chats: Iterable[str] = (), *, department: str = ""
    ) -> None:
        """Make sure that somebody is there, wears this hat and sits at least in these chats.

        Everybody has a private chat with the bot.
        """
        private = private_chat(account)
        wanted = [*chats, private]
        for chat in wanted[:-1]:
            self.chat(chat)
        known = self._store.first("SELECT name, hat, department FROM people WHERE account = ?", account)
        if known == (name, hat, department) and set(wanted) <= set(self.person(account).chats):
            return
        with self._store.change() as db:
            db.execute(
                "INSERT INTO people (account, name, hat, department) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (account) DO UPDATE "
                "SET name = excluded.name, hat = excluded.hat, department = excluded.department",
                (account, name, hat, department),
            )
            db.execute(
                "INSERT INTO chats (id, title, kind) VALUES (?, ?, 'private') "
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title",
                (private, name),
            )
            seats = [(account, chat) for chat in wanted]
            db.executemany("INSERT OR IGNORE INTO seats (account, chat) VALUES (?, ?)", seats)
            self._note(db, "arranged", private, account)
        self._tell()

    def leave(self, chat: str, account: str) -> None:
        """Take somebody out of a chat."""
        self._seat(chat, account)
        with self._store.change() as db:
            db.execute("DELETE FROM seats WHERE account = ? AND chat = ?", (account, chat))
            self._note(db, "arranged", chat, account)
        self._tell()

    def admit_bot(self, chat: str, by: str | None = None) -> int:
        """Bring the bot into a chat; it is told so. Returns the number of the happening."""
        return self._move_bot(chat, by, "joined")

    def remove_bot(self, chat: str, by: str | None = None) -> int:
        """Take the bot out of a chat; it is told so and can send nothing there any more."""
        return self._move_bot(chat, by, "left")

    def _move_bot(self, chat: str, by: str | None, kind: Kind) -> int:
        self.chat(chat)
        if by is not None:
            self._seat(chat, by)
        with self._store.change() as db:
            db.execute("UPDATE chats SET present = ? WHERE id = ?", (kind == "joined", chat))
            noted = self._note(db, kind, chat, by)
        self._tell()
        return noted

    # What people do

    def keep(self, file: ShownFile) -> str:
        """Store a file that a message about to be said will carry; safe to call from a thread."""
        with self._store.change() as db:
            return add_file(db, file, None)

    def say(
        self,
        chat: str,
        account: str,
        text: str = "",
        files: Sequence[Upload] = (),
        reply_to: str | None = None,
    ) -> str:
        """Say something as somebody; returns the number of the message.

        Raises :class:`RoomError` when nobody of that account sits there or there is nothing to say.
        """
        self._seat(chat, account)
        text = text.strip()
        if not text and not files:
            raise RoomError("empty")
        if reply_to is not None:
            self._message_in(chat, reply_to)
        with self._store.change() as db:
            words = Shown(lines=(text,) if text else ())
            message = add_message(db, chat, account, words, reply_to, self._now())
            for file in files:
                add_file(db, file, message)
            self._note(db, "said", chat, account, message, text=text, reply_to=reply_to)
        self._tell()
        return message

    def edit(self, chat: str, account: str, message: str, text: str) -> int:
        """Let somebody's message read otherwise; returns the number of the happening.

        Raises :class:`RoomError` when it is not theirs, or when nothing would be left of it.
        """
        self._seat(chat, account)
        found = self._message_in(chat, message)
        text = text.strip()
        if found.author != account:
            raise RoomError("not_yours", message)
        if not text and not found.files:
            raise RoomError("empty")
        with self._store.change() as db:
            db.execute("UPDATE messages SET text = ?, edited = ? WHERE id = ?", (text, self._now(), message))
            noted = self._note(db, "edited", chat, account, message, text=text)
        self._tell()
        return noted

    def press(self, chat: str, account: str, message: str, button: str, *, stale: bool = False) -> int:
        """Press a button by its token or its words; returns the number of the happening.

        ``stale`` presses a token that the message no longer shows, as a page that was left
        open would. Raises :class:`RoomError` when there is no such button, or more than one.
        """
        self._seat(chat, account)
        found = self._message_in(chat, message)
        pressed = ShownButton("", button) if stale else found.button(button)
        with self._store.change() as db:
            words = {"token": pressed.token, "label": pressed.label}
            noted = self._note(db, "pressed", chat, account, message, **words)
        self._tell()
        return noted

    def see(self, chat: str, upto: str) -> None:
        """Mark a chat as read up to a message."""
        self._message_in(chat, upto)
        with self._store.change() as db:
            db.execute("UPDATE chats SET seen = max(seen, ?) WHERE id = ?", (int(upto), chat))

    # What the bot does

    def show(self, chat: str, shown: Shown, reply_to: str | None = None) -> str:
        """Show a message of the bot; returns its number. A vanished ``reply_to`` is passed over."""
        if not self.chat(chat).present:
            raise RoomError("bot_absent", chat)
        linked = reply_to if reply_to is not None and self._in_chat(chat, reply_to) else None
        with self._store.change() as db:
            message = add_message(db, chat, None, shown, linked, self._now())
            for file in shown.files:
                add_file(db, file, message)
            self._note(db, "shown", chat, None, message, **_words(shown), reply_to=linked)
        self._tell()
        return message

    def change(self, chat: str, message: str, shown: Shown) -> None:
        """Show other words and buttons in a message of the bot; its files stay."""
        found = self._message_in(chat, message)
        if found.author is not None:
            raise RoomError("not_yours", message)
        if not self.chat(chat).present:
            raise RoomError("bot_absent", chat)
        with self._store.change() as db:
            db.execute(
                "UPDATE messages SET title = ?, text = ?, rows = ?, edited = ? WHERE id = ?",
                (shown.title, "\n".join(shown.lines), buttons_to_json(shown.rows), self._now(), message),
            )
            self._note(db, "changed", chat, None, message, **_words(shown))
        self._tell()

    def toast(self, press: int, words: str) -> None:
        """Answer a press with a few words, or none, that only whoever pressed sees."""
        pressed = self._store.happenings("SELECT id FROM journal WHERE id = ? AND kind = 'pressed'", press)
        if not pressed:
            raise RoomError("no_such_press", str(press))
        with self._store.change() as db:
            at = pressed[0]
            self._note(db, "toast", at.chat, at.account, at.message, words=words, press=press)
        self._tell()

    def acknowledge(self, happening: int) -> None:
        """Note that the bot has stored a happening; it is not told again."""
        with self._store.change() as db:
            db.execute("UPDATE journal SET waiting = 0 WHERE id = ?", (happening,))
        self._acknowledged.ring()

    async def heard(self) -> None:
        """Wait until the bot has stored all that people did."""
        await self._acknowledged.until(lambda: not self.waiting())

    # Inside

    def _tell(self) -> None:
        for changed in tuple(self._watchers):
            changed()

    def _seat(self, chat: str, account: str) -> None:
        self.chat(chat)
        if self._store.first("SELECT 1 FROM people WHERE account = ?", account) is None:
            raise RoomError("no_such_person", account)
        if self._store.first("SELECT 1 FROM seats WHERE account = ? AND chat = ?", account, chat) is None:
            raise RoomError("not_in_chat", chat)

    def _in_chat(self, chat: str, message: str) -> bool:
        try:
            return self.message(message).chat == chat
        except RoomError:
            return False

    def _message_in(self, chat: str, message: str) -> Message:
        found = self.message(message)
        if found.chat != chat:
            raise RoomError("no_such_message", message)
        return found

    def _note(
        self,
        db: sqlite3.Connection,
        kind: Kind,
        chat: str,
        account: str | None = None,
        message: str | None = None,
        **data: Any,
    ) -> int:
        happening = Happening(0, kind, chat, account, message, self._now(), data)
        return add_happening(db, happening)


def private_chat(account: str) -> str:
    """Return the number of somebody's private chat with the bot."""
    return f"private:{account}"


def _words(shown: Shown) -> dict[str, Any]:
    return {
        "title": shown.title,
        "text": "\n".join(shown.lines),
        "buttons": [[button.label for button in row] for row in shown.rows],
    }
