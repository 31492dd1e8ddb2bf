"""What a visitor sends: words and files in one form, within limits."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import RoomError

FILES = 10
TEXT = 20_000
NAME = 120
CHUNK = 256 * 1024
UNKNOWN = "application/octet-stream"


@dataclass(slots=True)
class Form:
    """The words of a form by their names, and its files."""

    words: dict[str, str] = field(default_factory=dict)
    files: list[ShownFile] = field(default_factory=list)


async def read_form(request: web.Request, file_limit: int) -> Form:
    """Read a form as it comes in.

    Raises :class:`RoomError` when a file is larger than ``file_limit`` bytes, when there
    are more than ten, when the words are too long, or when it is no form.
    """
    if not request.content_type.startswith("multipart/form-data"):
        raise RoomError("not_a_form")
    form = Form()
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise RoomError("not_a_form")
            await _take(part, form, file_limit)
    except (ValueError, HttpProcessingError) as broken:
        raise RoomError("not_a_form") from broken
    return form


async def _take(part: BodyPartReader, form: Form, file_limit: int) -> None:
    if part.filename is None:
        words = await _read(part, TEXT * 4, "text_too_long", part.name or "")
        form.words[part.name or ""] = check_text(words.decode("utf-8", "replace"))
        return
    if len(form.files) == FILES:
        raise RoomError("too_many_files", str(FILES))
    name = file_name(part.filename)
    content = await _read(part, file_limit, "file_too_large", name)
    form.files.append(ShownFile(name, _kind(part, name), content))


def _kind(part: BodyPartReader, name: str) -> str:
    given = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return given if given not in {"", UNKNOWN} else mimetypes.guess_type(name)[0] or UNKNOWN


async def _read(part: BodyPartReader, limit: int, key: str, what: str) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        content += chunk
        if len(content) > limit:
            raise RoomError(key, what)
    return bytes(content)


def check_text(text: str) -> str:
    """Return a text with Unix line ends. Raises :class:`RoomError` when it is too long."""
    if len(text) > TEXT:
        raise RoomError("text_too_long", str(TEXT))
    return text.replace("\r\n", "\n").replace("\x00", "")


def file_name(given: str) -> str:
    """Return the last part of a path, printable and not too long, its ending kept."""
    name = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", re.split(r"[/\\]", given)[-1]).strip()
    if len(name) > NAME:
        stem, dot, ending = name.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) < 12 else ""
        name = (stem or name)[: NAME - len(kept)] + kept
    return name or "file"
