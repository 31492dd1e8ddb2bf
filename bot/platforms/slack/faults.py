"""What Slack's answers mean for a message: not yet, never, no such chat, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping

from bot.platforms.port import ChatGone, DeliveryFault, MaybeSent, NotEditable, NotNow, Rejected

GONE = frozenset({"channel_not_found", "channel_is_archived", "is_archived", "not_in_channel"})
LOCKED_OUT = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
    }
)
"""The token is good for nothing any more: every chat is affected, none of them is gone."""
LATER = frozenset(
    {"rate_limited", "ratelimited", "request_timeout", "service_unavailable", "team_added_to_org"}
)
UNSURE = frozenset({"fatal_error", "internal_error"})
"""Slack says of these that part of the work may have been done."""
FIXED = frozenset({"cant_update_message", "edit_window_closed", "message_not_found"})
UNANSWERABLE = frozenset({"cannot_reply_to_message", "restricted_action_thread_locked", "thread_not_found"})
"""The message to be answered is gone or takes no answers; what is said can still be said beside it."""

SOON, LOCKED_OUT_SECONDS = 5.0, 60.0
LONGEST = 3600.0


class Unreached(NotNow):
    """No answer came, of a call that can be made again."""


class LockedOut(NotNow):
    """The bot's token is good for nothing; every chat waits until it has another."""


class Unanswerable(Rejected):
    """There is no thread to say it in; it was surely not said."""


def classify(code: str, status: int, headers: Mapping[str, str], *, visible: bool) -> DeliveryFault:
    """Return the fault of a refused call; ``visible`` when people would see what the call does."""
    if status == 429 or code in {"rate_limited", "ratelimited"}:
        return NotNow(retry_after(headers))
    if code in LOCKED_OUT:
        return LockedOut(LOCKED_OUT_SECONDS, everywhere=True)
    if code in LATER:
        return NotNow(SOON)
    if code in UNSURE or status >= 500:
        return unsure(code or str(status), visible=visible)
    if code in GONE:
        return ChatGone(code)
    if code in FIXED:
        return NotEditable(code)
    if code in UNANSWERABLE:
        return Unanswerable(code)
    return Rejected(code or f"status {status}")


def unsure(what: str, *, visible: bool) -> DeliveryFault:
    """Return the fault of a call whose answer did not come: harmless when nobody can have seen anything."""
    return MaybeSent(what) if visible else Unreached(SOON)


def retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds Slack asks us to wait, at least one."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(asked)
    except ValueError:
        return SOON
    return min(max(seconds, 1.0), LONGEST) if seconds == seconds else SOON  # noqa: PLR0124 - NaN
