"""The SDK's calls over aiohttp: a third of the work that its own client makes of each.

Where ``httpx`` spends most of an answer's time, this leaves it to the ledger. What is refused, and by what
class of failure, stays the SDK's to say.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

CONNECT_SECONDS = 10.0
"""To be given a connection of the pool, or a new one."""

FILE_SECONDS = 120.0
"""For a file on its way, up or down."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Request(BaseRequest):
    """Connections to the Bot API, ``size`` at most; each call waits ``answer_seconds`` for its answer."""

    def __init__(self, size: int, proxy: str | None, answer_seconds: float) -> None:
        self._size = size
        self._proxy = proxy
        self._answer_seconds = answer_seconds

    @property
    def read_timeout(self) -> float:
        """How long a call waits for its answer, in seconds."""
        return self._answer_seconds

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._size),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def initialize(self) -> None:
        """Nothing: the first call opens what it needs."""

    async def shutdown(self) -> None:
        """Close the connections; a call that comes later opens new ones."""
        if (session := self.__dict__.pop("_session", None)) is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call, once; return the status and the body of what came back."""
        reading = read_timeout if isinstance(read_timeout, int | float) else self._answer_seconds
        files = request_data is not None and request_data.contains_files
        whole = FILE_SECONDS if files or method == "GET" else self._answer_seconds
        timeout = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + reading + whole,
            connect=CONNECT_SECONDS,
            sock_read=reading,
        )
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                headers=None if files or request_data is None else FORM,
                timeout=timeout,
                proxy=self._proxy,
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(
                type(error).__name__
            ) from error  # its words hold the address, and that the token


def _body(asked: RequestData | None) -> aiohttp.FormData | bytes | None:
    if asked is None:
        return None
    if not asked.contains_files:
        return asked.url_encoded_parameters().encode()
    form = aiohttp.FormData(quote_fields=False)  # names of files go as they are, in UTF-8
    for name, value in asked.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in asked.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
