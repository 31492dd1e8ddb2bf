"""A message on its way to Slack, step by step, so that a step done is not done again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.port import DeliveryFault, NotNow, Rejected, Shown, ShownFile
from bot.platforms.slack.directory import Kept
from bot.platforms.slack.faults import Unanswerable
from bot.platforms.slack.show import CAPABILITIES, body
from bot.platforms.slack.web import Web
from bot.platforms.slack.words import message_id, root_of

UNFINISHED = 1000


@dataclass(slots=True)
class Begun:
    """How far a message with files has come."""

    uploaded: list[str] = field(default_factory=list)
    ts: str | None = None
    root: str | None = None


class Sending:
    """Posts messages; the files of one follow in its thread.

    Slack takes a file in three calls: an address to upload to, the bytes, and the sharing. A
    message that was put off half done goes on where it stood when it is sent again.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._begun: Kept[Begun] = Kept(UNFINISHED)

    async def send(self, chat: str, root: str | None, message: Shown) -> str:
        """Show a message, within the thread of ``root``; return its identifier.

        Raises :class:`~bot.platforms.port.DeliveryFault`.
        """
        check(message)
        shown = body(message)
        if not message.files:
            ts, stands_under = await self._post(chat, root, shown)
            return message_id(ts, stands_under)
        name = _fingerprint(chat, root, message)
        begun = self._begun.get(name) or Begun()
        try:
            await self._send_with_files(begun, chat, root, shown, message.files)
        except NotNow:
            self._begun.put(name, begun)
            raise
        except DeliveryFault:
            self._begun.forget(name)
            raise
        self._begun.forget(name)
        return message_id(begun.ts or "", begun.root)

    async def _send_with_files(
        self, begun: Begun, chat: str, root: str | None, shown: dict[str, Any], files: tuple[ShownFile, ...]
    ) -> None:
        for file in files[len(begun.uploaded) :]:
            begun.uploaded.append(await self._upload(file))
        if begun.ts is None:
            begun.ts, begun.root = await self._post(chat, root, shown)
        listed = [
            {"id": number, "title": file.name} for number, file in zip(begun.uploaded, files, strict=True)
        ]
        await self._web.call(
            "files.completeUploadExternal",
            {"files": json.dumps(listed), "channel_id": chat, "thread_ts": begun.root or begun.ts},
            visible=True,
        )

    async def _upload(self, file: ShownFile) -> str:
        asked = {"filename": file.name, "length": len(file.content)}
        given = await self._web.call("files.getUploadURLExternal", asked)
        await self._web.upload(str(given["upload_url"]), file.content)
        return str(given["file_id"])

    async def _post(self, chat: str, root: str | None, shown: dict[str, Any]) -> tuple[str, str | None]:
        """Post; where the thread is closed or gone, post beside it. Return the number and the thread."""
        values = {"channel": chat, "unfurl_links": False, "unfurl_media": False, **shown}
        try:
            posted = await self._web.call("chat.postMessage", {**values, "thread_ts": root}, visible=True)
        except Unanswerable:
            if root is None:
                raise
            root = None
            posted = await self._web.call("chat.postMessage", values, visible=True)
        return str(posted["ts"]), root


def root_for(thread: str | None, reply_to: str | None) -> str | None:
    """Return the message under which an answer stands."""
    return root_of(reply_to) if reply_to else thread or None


def check(message: Shown) -> None:
    """Raise :class:`Rejected` when a message is larger than Slack takes."""
    if message.length > CAPABILITIES.text_limit:
        raise Rejected(f"{message.length} characters are more than {CAPABILITIES.text_limit}")
    for file in message.files:
        if not 0 < len(file.content) <= CAPABILITIES.files_out:
            raise Rejected(f"a file of {len(file.content)} bytes")


def _fingerprint(chat: str, root: str | None, message: Shown) -> str:
    kept = hashlib.sha256(repr((chat, root, message.title, message.lines, message.rows)).encode())
    for file in message.files:
        kept.update(repr((file.name, hashlib.sha256(file.content).hexdigest())).encode())
    return kept.hexdigest()
