"""Slack's notation: escaped text, names in angle brackets, and messages named within their thread."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMED = re.compile(r"<([^<>]*)>")
MENTION = re.compile(r"@([UW][A-Z0-9]+)")


def message_id(ts: str, thread: str | None) -> str:
    """Name a message; one inside a thread carries the message the thread hangs on.

    An answer to it must be posted under that root: Slack has no threads within threads.
    """
    return f"{ts}:{thread}" if thread and thread != ts else ts


def ts_of(message: str) -> str:
    """Return the timestamp by which Slack knows a message."""
    return message.partition(":")[0]


def root_of(message: str) -> str:
    """Return the message on which the thread of a message hangs: itself, when it stands in no thread."""
    ts, _, root = message.partition(":")
    return root or ts


def mentioned(text: str) -> set[str]:
    """Return the people a text names."""
    return {found for inner in NAMED.findall(text) for found in MENTION.findall(inner)}


def plain(text: str, names: Mapping[str, str]) -> str:
    """Return a text as people read it; whom it names goes by ``names``, else by identifier."""

    def spelled(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return "@" + (names.get(target[1:]) or label or target[1:])
        if target.startswith("!date^"):
            return label
        if target.startswith(("#", "!")):
            return target[0].replace("!", "@") + (label.lstrip("@#") or target[1:])
        return _link(target, label)

    words = NAMED.sub(spelled, text)
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _link(target: str, label: str) -> str:
    """Return an address with what it was called; what only repeats the address is left out."""
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return target if not label or label in target else f"{label} {target}"


def escaped(words: str) -> str:
    """Return words so that Slack reads nothing into them: no mention of a whole channel, no link."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unaddressed(text: str, bot: str) -> tuple[str, bool]:
    """Take the bot's mention off the beginning of a raw text; say whether it stood there."""
    named = re.match(rf"\s*<@{re.escape(bot)}(?:\|[^<>]*)?>[\s,，:：]*", text)
    return (text[named.end() :], True) if named else (text, False)
