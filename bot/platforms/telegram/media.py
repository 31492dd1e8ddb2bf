"""The files that a message bears. The items of an album come as messages of their own, each with its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.events import Attachment

NAMED = ("document", "video", "audio", "voice", "video_note")
"""Kinds that bear one file; an animation is told once more as a document."""

ENDINGS = {"video": ".mp4", "audio": ".mp3", "voice": ".ogg", "video_note": ".mp4"}
MIMES = {"video": "video/mp4", "audio": "audio/mpeg", "voice": "audio/ogg", "video_note": "video/mp4"}


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Return a message's files; of a photo the largest picture."""
    found = [_file(kind, message[kind]) for kind in NAMED if kind in message]
    if sizes := message.get("photo"):
        found.append(_photo(max(sizes, key=lambda size: int(size["width"]) * int(size["height"]))))
    return tuple(found)


def _file(kind: str, told: Mapping[str, Any]) -> Attachment:
    name = told.get("file_name") or f"{kind}-{told['file_unique_id']}{ENDINGS.get(kind, '')}"
    mime = told.get("mime_type") or MIMES.get(kind, "application/octet-stream")
    return Attachment(str(told["file_id"]), clean(name), clean(mime), int(told.get("file_size", 0)))


def _photo(told: Mapping[str, Any]) -> Attachment:
    name = f"photo-{told['file_unique_id']}.jpg"
    return Attachment(str(told["file_id"]), name, "image/jpeg", int(told.get("file_size", 0)))


def clean(words: str) -> str:
    """Return words as they can be stored: halves of characters, which JSON allows, are replaced."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words
