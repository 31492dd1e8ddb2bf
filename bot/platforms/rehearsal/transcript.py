"""What happened in a room, written down as a script: who said, pressed and was answered what."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from bot.platforms.rehearsal.looking import Looking
from bot.platforms.rehearsal.world import TOLD, Happening
from storage.terms.clock import office_time

INDENT = "    "
QUOTED = 16
"""Characters of a card that are quoted where somebody replies to it."""


class Script:
    """Writes a room down, piece by piece.

    What the bot does after somebody's act stands indented below it, chat by chat: the order in which
    messages to different chats went out is an accident, and not told.
    """

    def __init__(self, room: Looking, after: int = 0) -> None:
        self._room = room
        self._last = after
        self._order = {chat.id: at for at, chat in enumerate(room.chats())}
        self._known: dict[str, list[str]] = {}

    def news(self) -> list[str]:
        """Return the lines of what happened since the last time, in the words it had then."""
        happenings = self._room.happenings(self._last)
        if happenings:
            self._last = happenings[-1].id
        told = [happening for happening in happenings if not _silent(happening)]
        return [line for scene in _scenes(told) for line in self._scene(scene)]

    def _scene(self, scene: list[Happening]) -> Iterator[str]:
        act = [happening for happening in scene[:1] if happening.kind in TOLD]
        rest = sorted(scene[len(act) :], key=self._place)
        head = (act or rest)[0]
        for happening in [*act, *rest]:
            first, *more = self._lines(happening)
            if happening is head or (not act and happening.chat != head.chat):
                head = happening
                yield self._headed(happening, first)
            else:
                yield INDENT + self._beside(happening, head, first)
            yield from (f"{INDENT * 2}{line}".rstrip() for line in more)

    def _place(self, happening: Happening) -> tuple[int, int, int]:
        chat = self._order.get(happening.chat, len(self._order))
        return chat, int(happening.kind != "toast"), happening.id

    def _headed(self, happening: Happening, first: str) -> str:
        at = office_time(happening.at)
        title = self._room.chat(happening.chat).title
        words = _words()["moment"]
        return words.format(month=at.month, day=at.day, time=f"{at:%H:%M}", chat=title, words=first).rstrip()

    def _beside(self, happening: Happening, head: Happening, first: str) -> str:
        if happening.chat == head.chat:
            return first.rstrip()
        title = self._room.chat(happening.chat).title
        return _words()["elsewhere"].format(chat=title, words=first).rstrip()

    def _lines(self, happening: Happening) -> Iterator[str]:
        """Yield what one happening is told by: one line at least."""
        data = happening.data
        words, who = _words(), self._room.name_of(happening.account)
        bot = self._room.bot_name
        match happening.kind:
            case "said":
                yield from _spread(
                    self._speech(happening), data["text"], who=who, quoted=self._quoted(happening)
                )
                yield from self._files(happening)
            case "edited":
                yield from _spread(words["edited"], data["text"], who=who)
            case "pressed":
                yield words["pressed"].format(who=who, label=data["label"] or data["token"])
            case "toast":
                yield from _spread(words["toast"], data["words"], bot=bot, who=who)
            case "shown" | "changed":
                yield from self._card(happening)
            case _:
                yield words[happening.kind].format(bot=bot)

    def _speech(self, happening: Happening) -> str:
        return _words()["said" if happening.data["reply_to"] is None else "replied"]

    def _quoted(self, happening: Happening) -> str:
        number = happening.data["reply_to"]
        if number is None:
            return ""
        known = self._known.get(number)
        message = self._room.message(number)
        words = known[0] if known else (message.title or message.text).partition("\n")[0]
        return words if len(words) <= QUOTED else words[: QUOTED - 1] + "…"

    def _card(self, happening: Happening) -> Iterator[str]:
        """Yield a card; of one shown anew its first line and what it did not say before."""
        data, words = happening.data, _words()
        lines = [line for line in (data["title"], *data["text"].split("\n")) if line]
        rows = [words["between_buttons"].join(row) for row in data["buttons"]]
        buttons = [words["buttons"].format(labels=labels) for labels in rows]
        known = self._known.get(happening.message or "", [])
        self._known[happening.message or ""] = [*lines, *buttons]
        told = [line for line in [*lines[1:], *buttons] if line not in known]
        first = lines[0] if lines else ""
        yield words[happening.kind].format(bot=self._room.bot_name, words=first)
        yield from told
        if happening.kind == "shown":
            yield from self._files(happening)

    def _files(self, happening: Happening) -> Iterator[str]:
        files = self._room.message(happening.message or "").files
        yield from (_words()["file"].format(name=file.name) for file in files)


def transcript(room: Looking, after: int = 0) -> list[str]:
    """Return the lines of everything after a happening."""
    return Script(room, after).news()


def _silent(happening: Happening) -> bool:
    """Tell whether nothing was said: people were seated, or a press was answered by a message alone."""
    return happening.kind == "arranged" or (happening.kind == "toast" and not happening.data["words"])


def _scenes(happenings: list[Happening]) -> Iterator[list[Happening]]:
    """Share happenings out: a scene begins with somebody's act, or with another moment."""
    scene: list[Happening] = []
    for happening in happenings:
        if scene and (happening.kind in TOLD or happening.at != scene[-1].at):
            yield scene
            scene = []
        scene.append(happening)
    if scene:
        yield scene


def _spread(pattern: str, words: str, **values: str) -> Iterator[str]:
    first, *rest = words.split("\n")
    yield pattern.format(words=first, **values)
    yield from rest


@cache
def _words() -> dict[str, str]:
    source = resources.files("bot.platforms.rehearsal").joinpath("transcript.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(source)
    return words
