"""What happened in a room, written down as a script: who said, pressed and was answered what."""

from __future__ import annotations

from collections.abc import Iterator

from bot.platforms.rehearsal.looking import Looking
from bot.platforms.rehearsal.world import Happening
from storage.terms.clock import office_time

INDENT = "    "


def transcript(room: Looking, after: int = 0) -> list[str]:
    """Return the lines of everything after a happening, in the words it had when it happened."""
    return [line for happening in room.happenings(after) for line in _lines(room, happening)]


def _lines(room: Looking, happening: Happening) -> Iterator[str]:
    who = room.name_of(happening.account)
    data = happening.data
    match happening.kind:
        case "said":
            yield from _entry(room, happening, f"{who}: {_quoted(room, data['reply_to'])}", data["text"])
            yield from _files(room, happening)
        case "edited":
            yield from _entry(room, happening, f"{who} ✎ ", data["text"])
        case "pressed":
            yield from _entry(room, happening, f"{who} → ", f"[{data['label'] or data['token']}]")
        case "shown" | "changed":
            mark = f": {_quoted(room, data['reply_to'])}" if happening.kind == "shown" else " ✎ "
            yield from _entry(room, happening, f"{who}{mark}", "\n".join(filter(None, _words(happening))))
            yield from (INDENT + " ".join(f"[{label}]" for label in row) for row in data["buttons"])
            if happening.kind == "shown":
                yield from _files(room, happening)
        case "toast":
            yield from _entry(room, happening, f"{room.bot_name} → {who}: ", data["words"])
        case "joined" | "left":
            yield from _entry(
                room, happening, f"{room.bot_name} ", "+" if happening.kind == "joined" else "-"
            )
        case _:
            return


def _words(happening: Happening) -> tuple[str, str]:
    return happening.data["title"], happening.data["text"]


def _entry(room: Looking, happening: Happening, speaker: str, words: str) -> Iterator[str]:
    at = f"{office_time(happening.at):%Y-%m-%d %H:%M}"
    first, *rest = words.split("\n")
    yield f"{at} #{room.chat(happening.chat).title} {speaker}{first}".rstrip()
    yield from (f"{INDENT}{line}".rstrip() for line in rest)


def _quoted(room: Looking, message: str | None) -> str:
    return "" if message is None else f"(↩ {room.name_of(room.message(message).author)}) "


def _files(room: Looking, happening: Happening) -> Iterator[str]:
    files = room.message(happening.message or "").files
    yield from (f"{INDENT}📎 {file.name} ({file.size} B)" for file in files)
