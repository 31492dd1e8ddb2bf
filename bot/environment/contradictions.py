"""What does not fit together, though each setting is right by itself: asked of what serves the platforms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from urllib.parse import urlsplit

from bot.environment.forms import coordinators_of
from bot.environment.written import (
    OFFICIAL_BOT_ADDRESS,
    OFFICIAL_FILE_ADDRESS,
    Environment,
    variable,
)
from storage.terms.texts import Text, text

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - known by these, not used

WEBHOOK_PORTS = {80, 88, 443, 8443}
"""To which Telegram brings updates. Source: https://core.telegram.org/bots/api#setwebhook."""


def contradictions(given: Environment) -> Iterator[tuple[set[str], Text]]:
    """Yield each contradiction with the names of the settings it is between."""
    if given.telegram_token is None and given.slack_bot_token is None:
        needed = {"telegram_token", "slack_bot_token"}
        if not (given.slack_app_token or given.slack_signing_secret):
            yield needed, _said("no_platform", one="telegram_token", other="slack_bot_token")
    yield from _of_telegram(given)
    yield from _of_slack(given)
    yield from _of_addresses(given)


def _of_telegram(given: Environment) -> Iterator[tuple[set[str], Text]]:
    official = given.telegram_base_url == OFFICIAL_BOT_ADDRESS
    if official != (given.telegram_base_file_url == OFFICIAL_FILE_ADDRESS):
        names = "telegram_base_url", "telegram_base_file_url"
        yield set(names), _said("one_server", one=names[0], other=names[1])
    if given.telegram_mode != "webhook":
        return
    for needed in ("telegram_token", "telegram_webhook_secret"):
        if getattr(given, needed) is None:
            yield {needed, "telegram_mode"}, _said("webhook_needs", one="telegram_mode", other=needed)
    url = urlsplit(given.telegram_webhook_url or "")
    if official and url.scheme and (url.scheme != "https" or (url.port or 443) not in WEBHOOK_PORTS):
        yield {"telegram_webhook_url"}, _said("webhook_url", one="telegram_webhook_url")


def _of_slack(given: Environment) -> Iterator[tuple[set[str], Text]]:
    bot, app, signing = "slack_bot_token", "slack_app_token", "slack_signing_secret"
    ways = [way for way in (app, signing) if getattr(given, way) is not None]
    if given.slack_bot_token is None:
        for way in ways[:1]:
            yield {bot, way}, _said("needs", one=way, other=bot)
    elif not ways:
        yield {bot, app, signing}, _said("slack_way", one=app, other=signing)
    if len(ways) > 1:
        yield {app, signing}, _said("slack_ways", one=app, other=signing)


def _of_addresses(given: Environment) -> Iterator[tuple[set[str], Text]]:
    """Yield those of our servers that want the same port."""
    served = []
    if given.telegram_mode == "webhook":
        served.append(("telegram_webhook_port", given.telegram_webhook_host, given.telegram_webhook_port))
    if given.slack_signing_secret is not None and given.slack_app_token is None:
        served.append(("slack_port", given.slack_host, given.slack_port))
    if given.health_port:
        served.append(("health_port", given.health_host, given.health_port))
    for (one, host, port), (other, host_too, port_too) in combinations(served, 2):
        if port == port_too and (host == host_too or EVERYWHERE & {host, host_too}):
            yield {one, other}, _said("same_port", one=one, other=other)


def without_effect(given: Environment) -> Iterator[Text]:
    """Yield what is set and does nothing as things are: somebody may have meant otherwise."""
    if given.telegram_mode == "polling":
        for name in ("telegram_webhook_secret", "telegram_webhook_url"):
            if getattr(given, name) is not None:
                yield _said("only_webhook", one=name, other="telegram_mode")
    tokens = {"telegram": "telegram_token", "slack": "slack_bot_token"}
    for platform in dict.fromkeys(each.platform for each in coordinators_of(given.coordinators)):
        if getattr(given, tokens[platform]) is None:
            yield _said("not_there", one="coordinators", other=tokens[platform])


def _said(key: str, **names: str) -> Text:
    return text(f"setting.{key}", **{each: variable(name) for each, name in names.items()})
