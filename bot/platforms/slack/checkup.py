"""Whether Slack knows the bot, lets it do what it must, and can tell it what happens.

Source of the methods: https://docs.slack.dev/reference/methods (auth.test, apps.connections.open).
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from pydantic import SecretStr

from bot.checkup import Finding, well, wrong
from bot.checkup.asking import Answer, ask, clock
from bot.environment import Environment
from bot.platforms.slack.faults import LOCKED_OUT
from storage.terms.clock import Clock

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "users:read",
)
"""What the bot needs, and nothing more."""


async def slack(given: Environment, own: Clock) -> AsyncIterator[Finding]:
    """Look at the bot on Slack."""
    me = await _call(given, "auth.test", given.slack_bot_token)
    if not me.told.get("ok"):
        yield wrong("slack_token") if me.told.get("error") in LOCKED_OUT else wrong("slack_silent")
        return
    yield well(
        "slack", name=str(me.told.get("user") or me.told.get("user_id")), team=str(me.told.get("team") or "")
    )
    if (found := clock(me, own)) is not None:
        yield found
    granted = {each.strip() for each in me.headers.get("x-oauth-scopes", "").split(",")}
    lacking = [scope for scope in SCOPES if scope not in granted]
    yield wrong("scopes_lacking", scopes=lacking) if lacking else well("scopes")
    if given.slack_app_token is not None:
        opened = await _call(given, "apps.connections.open", given.slack_app_token)
        yield well("socket") if opened.told.get("ok") else wrong("socket_token")
    elif given.slack_signing_secret is not None:
        yield well("signing")


async def _call(given: Environment, method: str, token: SecretStr | None) -> Answer:
    proxy = None if given.slack_proxy is None else given.slack_proxy.get_secret_value()
    bare = "" if token is None else token.get_secret_value()
    return await ask(f"{given.slack_base_url}{method}", proxy, headers={"Authorization": f"Bearer {bare}"})
