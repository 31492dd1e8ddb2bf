"""What each answer of Slack means for a message."""

from __future__ import annotations

import pytest

from bot.platforms.port import ChatGone, MaybeSent, NotEditable, NotNow, Rejected
from bot.platforms.slack.faults import LockedOut, Unanswerable, classify, retry_after
from bot.platforms.slack.signature import is_genuine, sign

CODES: list[tuple[str, int, type[Exception]]] = [
    ("ratelimited", 429, NotNow),
    ("", 429, NotNow),
    ("service_unavailable", 503, NotNow),
    ("team_added_to_org", 200, NotNow),
    ("channel_not_found", 200, ChatGone),
    ("is_archived", 200, ChatGone),
    ("not_in_channel", 200, ChatGone),
    ("msg_too_long", 200, Rejected),
    ("invalid_blocks", 200, Rejected),
    ("missing_scope", 200, Rejected),
    ("never_heard_of", 200, Rejected),
    ("", 404, Rejected),
    ("cant_update_message", 200, NotEditable),
    ("edit_window_closed", 200, NotEditable),
    ("message_not_found", 200, NotEditable),
    ("thread_not_found", 200, Unanswerable),
    ("invalid_auth", 200, LockedOut),
    ("token_revoked", 200, LockedOut),
    ("account_inactive", 403, LockedOut),
    ("internal_error", 200, MaybeSent),
    ("fatal_error", 500, MaybeSent),
    ("", 502, MaybeSent),
]


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_a_refusal(code: str, status: int, kind: type[Exception]) -> None:
    assert type(classify(code, status, {}, visible=True)) is kind


@pytest.mark.parametrize(("code", "status"), [("internal_error", 200), ("", 502)])
def test_what_nobody_can_have_seen_may_be_tried_again(code: str, status: int) -> None:
    assert isinstance(classify(code, status, {}, visible=False), NotNow)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "0"}, 1),
        ({"Retry-After": "999999"}, 3600),
        ({"Retry-After": "nan"}, 5),
        ({"Retry-After": "soon"}, 5),
        ({}, 5),
    ],
)
def test_how_long_slack_asks_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds


BODY, SECRET, NOW = '{"text": "待办"}'.encode(), "s3cret", 1772413200000
STAMP = "1772413200"
TRUE = sign(SECRET, STAMP, BODY)


@pytest.mark.parametrize(
    ("timestamp", "signature", "body", "now", "genuine"),
    [
        (STAMP, TRUE, BODY, NOW, True),
        (STAMP, TRUE, BODY, NOW + 300_999, True),
        (STAMP, TRUE, BODY, NOW + 301_000, False),
        (STAMP, TRUE, BODY, NOW - 301_000, False),
        (STAMP, TRUE, BODY + b" ", NOW, False),
        ("1772413201", TRUE, BODY, NOW, False),
        (STAMP, sign("other", STAMP, BODY), BODY, NOW, False),
        (STAMP, TRUE.upper(), BODY, NOW, False),
        (STAMP, "", BODY, NOW, False),
        (STAMP, "v0=\udcff", BODY, NOW, False),
        (STAMP, "v0=印", BODY, NOW, False),
        (STAMP, None, BODY, NOW, False),
        (None, TRUE, BODY, NOW, False),
        ("now", TRUE, BODY, NOW, False),
        ("-1", TRUE, BODY, NOW, False),
        ("١٧٧", TRUE, BODY, NOW, False),
        ("9" * 5000, TRUE, BODY, NOW, False),
    ],
)
def test_a_signature(
    timestamp: str | None, signature: str | None, body: bytes, now: int, genuine: bool
) -> None:
    assert is_genuine(SECRET, timestamp, signature, body, now) is genuine


def test_a_signature_is_made_as_slack_documents_it() -> None:
    """The example of Slack's own page on verifying requests."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected
