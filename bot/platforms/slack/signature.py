"""Whether a request comes from Slack: signed with the shared secret, and lately."""

from __future__ import annotations

import hashlib
import hmac

WINDOW_SECONDS = 300
"""Slack's own advice; an older request may be a replayed one."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a request."""
    text = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str | None, signature: str | None, body: bytes, now: int) -> bool:
    """Tell whether a request is Slack's and not stale; ``now`` in milliseconds. Compared in constant time."""
    if timestamp is None or signature is None or not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    if len(timestamp) > 12 or abs(now // 1000 - int(timestamp)) > WINDOW_SECONDS:
        return False
    given = signature.encode("utf-8", "surrogateescape")
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), given)
