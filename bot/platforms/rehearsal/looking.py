"""Looking into a rehearsal room: its chats, people, messages, files and what happened."""

from __future__ import annotations

from bot.platforms.rehearsal.store import Store
from bot.platforms.rehearsal.world import (
    Chat,
    FileCard,
    Happening,
    Message,
    Person,
    RoomError,
    Summary,
)

LARGEST = 2**62
"""A number that no message and no file reaches."""


class Looking:
    """What can be asked of a room without changing it."""

    def __init__(self, store: Store, bot_name: str) -> None:
        self._store = store
        self.bot_name = bot_name
        self.birth: str = store.one("SELECT birth FROM room")[0]
        """Tells this room from any other, also after a restart."""

    def chat(self, chat: str) -> Chat:
        """Return a chat. Raises :class:`RoomError`."""
        row = self._store.first("SELECT id, title, kind, present FROM chats WHERE id = ?", chat)
        if row is None:
            raise RoomError("no_such_chat", chat)
        return Chat(row[0], row[1], row[2], bool(row[3]))

    def chats(self) -> list[Chat]:
        """Return all chats in the order in which they were arranged."""
        rows = self._store.all("SELECT id, title, kind, present FROM chats ORDER BY ordinal")
        return [Chat(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def summaries(self) -> list[Summary]:
        """Return all chats with their last message and how many messages are unread."""
        last = {
            message.chat: message
            for message in self._store.messages("SELECT max(id) FROM messages GROUP BY chat")
        }
        unread: dict[str, int] = dict(
            self._store.all(
                "SELECT c.id, count(*) FROM chats c JOIN messages m ON m.chat = c.id AND m.id > c.seen "
                "GROUP BY c.id"
            )
        )
        return [Summary(chat, unread.get(chat.id, 0), last.get(chat.id)) for chat in self.chats()]

    def person(self, account: str) -> Person:
        """Return somebody. Raises :class:`RoomError`."""
        for person in self.people():
            if person.account == account:
                return person
        raise RoomError("no_such_person", account)

    def name_of(self, account: str | None) -> str:
        """Return somebody's name, the bot's for None. Raises :class:`RoomError`."""
        if account is None:
            return self.bot_name
        row = self._store.first("SELECT name FROM people WHERE account = ?", account)
        if row is None:
            raise RoomError("no_such_person", account)
        name: str = row[0]
        return name

    def people(self) -> list[Person]:
        """Return everybody in the order in which they came."""
        seats: dict[str, list[str]] = {}
        for account, chat in self._store.all(
            "SELECT s.account, s.chat FROM seats s JOIN chats c ON c.id = s.chat ORDER BY c.ordinal"
        ):
            seats.setdefault(account, []).append(chat)
        rows = self._store.all("SELECT account, name, hat, department FROM people ORDER BY ordinal")
        return [Person(row[0], row[1], row[2], row[3], tuple(seats.get(row[0], ()))) for row in rows]

    def message(self, message: str) -> Message:
        """Return a message as it reads now. Raises :class:`RoomError`."""
        number = _number(message)
        found = [] if number is None else self._store.messages("SELECT ?", number)
        if not found:
            raise RoomError("no_such_message", message)
        return found[0]

    def messages(self, chat: str, *, before: str | None = None, limit: int = 1000) -> list[Message]:
        """Return the last messages of a chat, or the last before a message; oldest first."""
        self.chat(chat)
        end = None if before is None else _number(before)
        return self._store.messages(
            "SELECT id FROM messages WHERE chat = ? AND id < ? ORDER BY id DESC LIMIT ?",
            chat,
            LARGEST if end is None else end,
            limit,
        )

    def file(self, file: str) -> FileCard:
        """Return a file's name and kind. Raises :class:`RoomError`."""
        number = _number(file)
        row = number is not None and self._store.first(
            "SELECT id, name, mime, size FROM files WHERE id = ? AND message IS NOT NULL", number
        )
        if not row:
            raise RoomError("no_such_file", file)
        return FileCard(str(row[0]), row[1], row[2], row[3])

    def content(self, file: str) -> bytes:
        """Return a file's bytes. Raises :class:`RoomError`."""
        content: bytes = self._store.one("SELECT content FROM files WHERE id = ?", int(self.file(file).id))[0]
        return content

    def waiting(self) -> list[Happening]:
        """Return what the bot has not acknowledged yet, oldest first."""
        return self._store.happenings("SELECT id FROM journal WHERE waiting = 1")

    def happenings(self, after: int = 0, limit: int = -1) -> list[Happening]:
        """Return what happened after a happening, oldest first."""
        return self._store.happenings("SELECT id FROM journal WHERE id > ? ORDER BY id LIMIT ?", after, limit)

    def last_happening(self) -> int:
        """Return the number of the last thing that happened, 0 in a new room."""
        last: int = self._store.one("SELECT coalesce(max(id), 0) FROM journal")[0]
        return last


def _number(written: str) -> int | None:
    """Return the number that an identifier writes, None when nothing here can have it."""
    return int(written) if written.isdecimal() and len(written) < len(str(LARGEST)) else None
