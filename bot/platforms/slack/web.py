"""Calls to Slack: the one place that holds the bot's token. No call is made twice by itself."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.port import MaybeSent, Rejected
from bot.platforms.slack.faults import LOCKED_OUT, SOON, Unreached, classify, unsure
from bot.platforms.trouble import Troubles

log = logging.getLogger(__name__)

OFFICIAL = "https://slack.com/api/"
UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Faults of which it is sure that nothing was said."""
CHUNK = 256 * 1024
CALLING = "calling"


class Web:
    """Slack's Web API and files. ``base_url`` and ``proxy`` may point elsewhere than to Slack directly."""

    def __init__(
        self, token: str, *, base_url: str = OFFICIAL, proxy: str | None = None, timeout: float = 30.0
    ) -> None:
        quiet = logging.getLogger("slack_sdk")
        # Below this level the SDK writes what it sends and receives, tickets of sockets among it.
        quiet.setLevel(logging.WARNING)
        self._sdk = AsyncWebClient(token, base_url, logger=quiet, retry_handlers=[])
        self._sdk.proxy = proxy
        self._token = token.strip()
        self._proxy = proxy
        self._origin = _origin(base_url)
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(10.0, timeout))
        self._session: aiohttp.ClientSession | None = None
        self.troubles = Troubles(log, "Slack")

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections, opened at the first use."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(
        self, method: str, values: Mapping[str, Any], *, visible: bool = False, token: str | None = None
    ) -> dict[str, Any]:
        """Call a method and return the answer; ``visible`` when people see what it does.

        Raises :class:`~bot.platforms.port.DeliveryFault`.
        """
        self._sdk.session = self.session
        given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
        headers = None if token is None else {"Authorization": f"Bearer {token}"}
        try:
            if method.startswith("chat."):
                answer = await self._sdk.api_call(method, json=given, headers=headers)
            else:
                answer = await self._sdk.api_call(
                    method, data={k: str(v) for k, v in given.items()}, headers=headers
                )
        except SlackApiError as refused:
            raise self._refused(method, refused, own=token is None, visible=visible) from None
        except UNSENT as away:
            if visible:
                self.troubles.begin(CALLING, f"Slack cannot be reached ({type(away).__name__}); trying again")
            raise Unreached(SOON) from None
        except (SlackClientError, aiohttp.ClientError, OSError, AttributeError, ValueError) as broken:
            raise unsure(type(broken).__name__, visible=visible) from None
        if token is None:
            self.troubles.end(CALLING)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def upload(self, url: str, content: bytes) -> None:
        """Hand over a file that nobody can see yet. Raises :class:`NotNow`, :class:`Rejected`."""
        try:
            async with self.session.post(url, data=content, proxy=self._proxy) as answer:
                status, headers = answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Unreached(SOON) from None
        if status != 200:
            raise classify("", status, headers, visible=False)

    async def respond(self, url: str, payload: Mapping[str, Any]) -> None:
        """Answer by the address a press came with. Raises :class:`NotNow`, :class:`Rejected`."""
        try:
            async with self.session.post(url, json=payload, proxy=self._proxy) as answer:
                status, headers = answer.status, answer.headers
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Unreached(SOON) from None
        if status != 200:
            raise classify("", status, headers, visible=False)

    def connect(
        self, url: str, heartbeat: float
    ) -> AbstractAsyncContextManager[aiohttp.ClientWebSocketResponse]:
        """Open a socket."""
        return self.session.ws_connect(url, heartbeat=heartbeat, proxy=self._proxy)

    async def download(self, url: str, limit: int) -> bytes:
        """Return a file. The token goes to Slack alone, and along no redirection.

        Raises :class:`NotNow` when it may succeed later, :class:`Rejected` when it never will.
        """
        if not self._is_slack(url):
            raise Rejected("the file lies elsewhere than on Slack")
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self.session.get(
                url, headers=headers, proxy=self._proxy, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise classify("", answer.status, answer.headers, visible=False)
                return await _read(answer, url, limit)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Unreached(SOON) from None

    def _refused(self, method: str, refused: SlackApiError, *, own: bool, visible: bool) -> Exception:
        response: Any = refused.response
        data = getattr(response, "data", None)
        code = str(data.get("error") or "") if isinstance(data, dict) else ""
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
        fault = classify(code, status, getattr(response, "headers", None) or {}, visible=visible)
        if isinstance(fault, MaybeSent):
            log.warning("Slack could not say whether %s was done (%s)", method, code or status)
        if own and code in LOCKED_OUT:
            trouble = f"Slack refuses the bot's token ({code}); was it revoked? Waiting for it to be accepted"
            self.troubles.begin(CALLING, trouble)
        elif own and code:
            self.troubles.end(CALLING)
        return fault

    def _is_slack(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            own = _origin(url) == self._origin
        except ValueError:
            return False
        host = parts.hostname or ""
        official = parts.scheme == "https" and parts.port in {None, 443}
        return own or (official and (host == "slack.com" or host.endswith(".slack.com")))


async def _read(answer: aiohttp.ClientResponse, url: str, limit: int) -> bytes:
    if answer.content_type == "text/html" and not urlsplit(url).path.lower().endswith((".html", ".htm")):
        raise Rejected("Slack asks to sign in: the bot may not read files (scope files:read)")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > limit:
            raise Rejected(f"the file is larger than {limit} bytes")
    return bytes(content)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
