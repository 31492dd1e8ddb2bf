"""The log: one line per event, with no secret in it and no words that people wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO
from urllib.parse import quote, urlsplit

from bot import faults
from storage.terms.clock import office_time

log = logging.getLogger(__name__)

Form = Literal["plain", "json"]
Redact = Callable[[str], str]

OURS = ("bot", "handlers", "reminders", "storage")
REDACTED = "***"

LOOKS_SECRET = (
    r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}",  # a token of Telegram's
    r"\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[A-Za-z0-9.-]+",  # of Slack's
    r"https://hooks\.slack\.com/[^\s\"']+",  # whoever knows it may post there
    r"\bticket=[^&\s\"']+",
    r"(?i:\bbearer\s+[^\s\"']+)",
)
SHORTEST = 6
"""Parts of a secret that are shorter could as well be anything."""


@contextmanager
def written(to: TextIO, level: str, form: Form, secrets: Iterable[str]) -> Iterator[None]:
    """Write the log while the block runs, and what would end elsewhere: faults that nobody caught, warnings.

    ``level`` is of our own lines; of libraries only warnings and worse are told, as they write what
    they send and receive below that.
    """
    handler = _Handler(to)
    handler.addFilter(_is_told)
    handler.setFormatter(_Formatter(form, redaction(secrets)))
    root = logging.getLogger()
    levels = {root: max(logging.WARNING, logging.getLevelName(level.upper()))}
    levels |= {logging.getLogger(name): logging.getLevelName(level.upper()) for name in OURS}
    before = {logger: logger.level for logger in levels}
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    for logger, own in levels.items():
        logger.setLevel(own)
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda kind, fault, trace: _uncaught("The program", fault)
    sys.unraisablehook = lambda told: _uncaught("Something left behind", told.exc_value)
    threading.excepthook = lambda told: _uncaught("A thread", told.exc_value)
    try:
        yield
    finally:
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)
        for logger, own in before.items():
            logger.setLevel(own)


def in_loop(loop: AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of a fault that nobody awaits: an event loop's exception handler."""
    del loop
    # What stands in brackets shows the values that a callback was given.
    what = str(context.get("message", "")).partition("(")[0].strip()
    fault = context.get("exception")
    if fault is None:
        log.error("%s", what)
    else:
        faults.tell(log, fault, "%s", what)


def _uncaught(where: str, fault: BaseException | None) -> None:
    if fault is not None:
        faults.tell(log, fault, "%s did not catch a fault", where)


def redaction(secrets: Iterable[str]) -> Redact:
    """Return what makes secrets unreadable in a line: these, and whatever looks like a token."""
    parts = {part for secret in secrets for part in _parts(secret)}
    known = [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
    pattern = re.compile("|".join((*known, *LOOKS_SECRET)))
    return lambda line: pattern.sub(REDACTED, line)


def _parts(secret: str) -> Iterator[str]:
    """Yield the forms in which a secret may be met: whole, as addresses write it, its hidden part alone."""
    yield secret
    hidden = (urlsplit(secret).password or "") if "://" in secret else secret.partition(":")[2]
    for part in (quote(secret, safe=""), hidden):
        if len(part) >= SHORTEST:
            yield part


def _is_told(record: logging.LogRecord) -> bool:
    if record.name == "asyncio":
        return record.levelno >= logging.ERROR  # below that it shows the values that slow calls were given
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OURS


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; where that cannot be done there is nobody to tell."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Pass a line over that cannot be written."""


class _Formatter(logging.Formatter):
    def __init__(self, form: Form, redact: Redact) -> None:
        super().__init__()
        self._json = form == "json"
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line; of a fault its kind and places, never its own words."""
        moment = office_time(int(record.created * 1000)).isoformat(timespec="milliseconds")
        message = self._redact(_message(record))
        if self._json:
            told = {"time": moment, "level": record.levelname, "logger": record.name, "message": message}
            return json.dumps(told, ensure_ascii=False)
        return f"{moment} {record.levelname} {record.name}: {_one_line(message)}"


def _message(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        message = f"{record.msg} (its values do not fit)"
    fault = record.exc_info[1] if record.exc_info else None
    return message if fault is None else f"{message}: {faults.where(fault)}"


def _one_line(message: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in message)
