"""What is made ready outside a transaction: files fetched, a conversation's slow work done in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.jobs import Job
from bot.platforms.port import DeliveryFault, NotNow, Platform
from handlers.events import Attachment
from handlers.turns import Received
from storage.documents.words_in import words_in
from storage.terms.errors import Refusal
from storage.terms.marks import has_security_mark
from storage.terms.masks import mask

WRITTEN = (".txt", ".csv", ".md", ".json", ".toml", ".html", ".htm", ".xml", ".log")
"""Endings of files that are text as they are."""

STRETCH = 8_192
LONGEST_STRETCH = 65_536
"""Characters that are looked at in one go: to the end of a line between these, where there is one."""

MARGIN = 64
"""No marking is longer than this."""

ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 10.0


async def fetch(job: Job, platform: Platform, limit: int) -> None:
    """Fetch an event's files from its platform; those above ``limit`` bytes come without content.

    Raises :class:`Refusal` when the platform does not hand a file over.
    """
    attachments: tuple[Attachment, ...] = getattr(job.event, "files", ())
    received = [await _fetch(each, platform, limit) for each in attachments]
    job.secret = job.secret or await asyncio.to_thread(any_secret, received)
    job.files = () if job.secret else await asyncio.to_thread(lambda: tuple(_masked(received)))


async def _fetch(attachment: Attachment, platform: Platform, limit: int) -> Received:
    most = min(limit, platform.capabilities.files_in)
    content: bytes | None = None
    if attachment.size <= most:
        content = await _content(attachment, platform)
        if len(content) > most:
            content = None
    return Received(attachment.name, attachment.mime, attachment.size, content, most)


async def _content(attachment: Attachment, platform: Platform) -> bytes:
    for _ in range(ATTEMPTS):
        try:
            return await platform.fetch(attachment.ref)
        except NotNow as busy:
            await asyncio.sleep(min(busy.seconds, LONGEST_WAIT_SECONDS))
        except DeliveryFault:
            break
    raise Refusal("file.not_fetched", name=attachment.name)


def any_secret(files: list[Received]) -> bool:
    """Tell whether a file bears a security marking, as far as its words can be read."""
    return any(has_security_mark(words) for file in files for words in _words(file))


def _words(file: Received) -> Iterator[str]:
    if file.content is None:
        return
    parts = [_decoded(file.content)] if _is_written(file) else words_in(file.content)
    for words in parts:
        yield from _stretches(words, MARGIN)


def _is_written(file: Received) -> bool:
    return file.mime.startswith("text/") or file.name.lower().endswith(WRITTEN)


def _masked(files: list[Received]) -> Iterator[Received]:
    """Yield files, private data masked in those that are text as they are."""
    for file in files:
        if file.content is None or not _is_written(file):
            yield file
            continue
        words = _decoded(file.content)
        kept = "".join(map(mask, _stretches(words)))
        content = file.content if kept == words else kept.encode("utf-8", "replace")
        yield replace(file, size=len(content), content=content)


def _stretches(words: str, margin: int = 0) -> Iterator[str]:
    """Cut words where lines end, since one long stretch would hold up the whole program.

    A line longer than all others is cut where it must be. With a ``margin`` a stretch also shows the
    beginning of the next.
    """
    start = 0
    while start < len(words):
        longest = min(start + LONGEST_STRETCH, len(words))
        end = words.find("\n", start + STRETCH, longest) + 1 or longest
        yield words[start : end + margin]
        start = end


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-16", "replace")


async def work(job: Job, slow: Callable[[], Any]) -> None:
    """Do a conversation's slow work in a thread."""
    job.prepared = await asyncio.to_thread(slow)
    job.is_prepared = True
