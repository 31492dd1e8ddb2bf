"""What is made ready outside a transaction: files fetched, a conversation's slow work done in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.jobs import Job
from bot.platforms.port import DeliveryFault, NotNow, Platform
from handlers.events import Attachment
from handlers.turns import Received
from storage.terms.errors import Refusal
from storage.terms.marks import has_security_mark

WRITTEN = (".txt", ".csv", ".md", ".json", ".toml", ".html", ".htm", ".xml", ".log")
"""Endings of files that are text as they are."""

ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 10.0


async def fetch(job: Job, platform: Platform, limit: int) -> None:
    """Fetch an event's files from its platform; those above ``limit`` bytes come without content.

    Raises :class:`Refusal` when the platform does not hand a file over.
    """
    attachments: tuple[Attachment, ...] = getattr(job.event, "files", ())
    received = [await _fetch(each, platform, limit) for each in attachments]
    job.secret = await asyncio.to_thread(any_secret, received)
    job.files = () if job.secret else tuple(received)


async def _fetch(attachment: Attachment, platform: Platform, limit: int) -> Received:
    most = min(limit, platform.capabilities.files_in)
    content: bytes | None = None
    if attachment.size <= most:
        content = await _content(attachment, platform)
        if len(content) > most:
            content = None
    return Received(attachment.name, attachment.mime, attachment.size, content)


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
    """Tell whether a file that is text bears a security marking; readers judge the other formats."""
    return any(
        has_security_mark(_decoded(file.content))
        for file in files
        if file.content is not None and (file.mime.startswith("text/") or file.name.lower().endswith(WRITTEN))
    )


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
