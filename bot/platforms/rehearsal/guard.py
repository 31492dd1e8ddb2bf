"""Who may speak to the rehearsal room's page: a browser on this machine, on this page, alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
"""The page loads its own files and nothing else, and can turn no words into markup."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

REFUSALS = {
    "bot_absent": (409, "The bot is not in the chat {}."),
    "clock_backwards": (409, "The clock only goes forward; {} has passed."),
    "clock_busy": (409, "The clock is still moving."),
    "empty": (400, "A message needs words or a file."),
    "file_too_large": (413, "The file {} is too large."),
    "no_such_button": (404, "The message has no button {}."),
    "no_such_chat": (404, "There is no chat {}."),
    "no_such_file": (404, "There is no file {}."),
    "no_such_message": (404, "There is no message {} in this chat."),
    "no_such_page": (404, "There is no page {}."),
    "no_such_person": (404, "There is nobody of the account {}."),
    "not_a_form": (400, "A message is sent as a form (multipart/form-data)."),
    "not_in_chat": (403, "This person is not in the chat {}."),
    "not_understood": (400, "The request could not be read: {}."),
    "not_yours": (403, "The message {} was written by somebody else."),
    "text_too_long": (413, "The text is too long."),
    "too_many_files": (413, "A message takes at most {} files."),
    "two_such_buttons": (409, "The message has two buttons {}."),
}
"""What the room refuses: the status and the sentence for whoever calls by hand, by the error's key."""


def refusal(status: int, key: str, message: str) -> web.Response:
    """Say no: a key for the page, a sentence for whoever calls by hand."""
    return web.json_response({"error": key, "message": message}, status=status)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in only requests that name this machine, and changes only from this page.

    A foreign site can point its own name at 127.0.0.1 (DNS rebinding), or make a visitor's
    browser post here; the first shows in the Host header, the second in Origin.
    """
    if _host_name(request.host) not in LOOPBACK_NAMES:
        return refusal(403, "foreign_host", "This page answers only to 127.0.0.1 and localhost.")
    if request.method not in {"GET", "HEAD"} and not _of_this_page(request):
        return refusal(403, "foreign_origin", "Changes are taken only from the page itself.")
    return await handler(request)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Give every response the headers that keep the page to itself."""
    del request
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _of_this_page(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}
