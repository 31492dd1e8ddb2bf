"""A message on its way to Slack: words as blocks, or one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.platforms.port import Rejected, Shown, ShownFile
from bot.platforms.slack.faults import Unanswerable
from bot.platforms.slack.show import CAPABILITIES, body
from bot.platforms.slack.web import Web
from bot.platforms.slack.words import message_id, root_of


class Sending:
    """Posts messages.

    Slack takes a file in three calls: an address to upload to, the bytes, and the sharing. Only the last is
    seen by anybody, so a file that was put off on its way is sent anew from the first.
    """

    def __init__(self, web: Web) -> None:
        self._web = web

    async def send(self, chat: str, root: str | None, message: Shown) -> str:
        """Show a message, within the thread of ``root``; return its identifier.

        Raises :class:`~bot.platforms.port.DeliveryFault`.
        """
        check(message)
        if message.files:
            (file,) = message.files
            return await self._share(chat, root, file)
        values = {"channel": chat, "unfurl_links": False, "unfurl_media": False, **body(message)}
        posted, stands_under = await self._show("chat.postMessage", values, root)
        return message_id(str(posted["ts"]), stands_under)

    async def _share(self, chat: str, root: str | None, file: ShownFile) -> str:
        """Share a file. Slack does not tell which message it stands in, so it goes by the file's number."""
        asked = {"filename": file.name, "length": len(file.content)}
        given = await self._web.call("files.getUploadURLExternal", asked)
        await self._web.upload(str(given["upload_url"]), file.content)
        number = str(given["file_id"])
        values = {"files": json.dumps([{"id": number, "title": file.name}]), "channel_id": chat}
        _, stands_under = await self._show("files.completeUploadExternal", values, root)
        return message_id(number, stands_under)

    async def _show(
        self, method: str, values: Mapping[str, Any], root: str | None
    ) -> tuple[Mapping[str, Any], str | None]:
        """Show something in a thread, or beside it where that is closed or gone; return the thread too."""
        try:
            return await self._web.call(method, {**values, "thread_ts": root}, visible=True), root
        except Unanswerable:
            if root is None:
                raise
            return await self._web.call(method, values, visible=True), None


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
