"""Whether Telegram knows the bot, and brings updates as the settings say.

Source of the methods: https://core.telegram.org/bots/api (getMe, getWebhookInfo, getUpdates).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.checkup import Finding, note, well, wrong
from bot.checkup.asking import Answer, ask, clock
from bot.environment import Environment
from storage.terms.clock import Clock

UNAUTHORIZED, NOT_FOUND, CONFLICT = 401, 404, 409
POLL_SECONDS = 6
"""Telegram lets the later of two polls end the earlier; the other program polls again by then."""


async def telegram(given: Environment, own: Clock, *, served: bool) -> AsyncIterator[Finding]:
    """Look at the bot on Telegram; ``served`` when a bot of ours is running on this ledger."""
    assert given.telegram_token is not None  # noqa: S101 - asked by the caller
    proxy = None if given.telegram_proxy is None else given.telegram_proxy.get_secret_value()
    address = f"{given.telegram_base_url}{given.telegram_token.get_secret_value()}"
    me = await ask(f"{address}/getMe", proxy)
    if not me.told.get("ok"):
        yield _not_let_in(me)
        return
    bot = me.told["result"]
    yield well("telegram", name=str(bot.get("username") or bot.get("first_name")))
    yield note("privacy_off") if bot.get("can_read_all_group_messages") else note("privacy_on")
    if (found := clock(me, own)) is not None:
        yield found
    webhook = await ask(f"{address}/getWebhookInfo", proxy)
    told = webhook.told.get("result") or {}
    yield _webhook(given, told)
    if given.telegram_mode == "polling" and not served and not told.get("url"):
        # Without an offset nothing is acknowledged. Another program's poll ends one that waits.
        polled = await ask(f"{address}/getUpdates", proxy, timeout=POLL_SECONDS, limit=1)
        yield wrong("telegram_conflict") if polled.status == CONFLICT else well("telegram_alone")


def _not_let_in(answer: Answer) -> Finding:
    if answer.status in (UNAUTHORIZED, NOT_FOUND):
        return wrong("telegram_token")
    return wrong("telegram_silent")


def _webhook(given: Environment, told: Mapping[str, Any]) -> Finding:
    address = str(told.get("url") or "")
    if given.telegram_mode == "polling":
        return note("webhook_in_the_way") if address else well("polling")
    if not address:
        return note("webhook_unset") if given.telegram_webhook_url else wrong("webhook_missing")
    if given.telegram_webhook_url and address != given.telegram_webhook_url:
        return wrong("webhook_elsewhere")
    if told.get("last_error_message") and told.get("pending_update_count"):
        return wrong("webhook_failing", reason=str(told["last_error_message"]))
    return well("webhook")
