"""The platforms that the settings name, each made as they say; of the others nothing is even imported."""

from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr

from bot.environment import Environment
from bot.platforms.port import Platform
from storage.terms.clock import Clock


def chosen(given: Environment, clock: Clock) -> list[Platform]:
    """Make the platforms of which there is a token."""
    platforms: list[Platform] = []
    if given.telegram_token is not None:
        platforms.append(_telegram(given, given.telegram_token))
    if given.slack_bot_token is not None:
        platforms.append(_slack(given, given.slack_bot_token, clock))
    return platforms


def _telegram(given: Environment, token: SecretStr) -> Platform:
    from bot.platforms.telegram.adapter import PACE, TelegramPlatform
    from bot.platforms.telegram.webhook import WebhookSettings
    from handlers.command_words import command_words

    webhook = None
    if given.telegram_mode == "webhook":
        webhook = WebhookSettings(
            _bare(given.telegram_webhook_secret) or "",
            url=given.telegram_webhook_url or "",
            host=given.telegram_webhook_host,
            port=given.telegram_webhook_port,
            path=given.telegram_webhook_path,
        )
    return TelegramPlatform(
        token.get_secret_value(),
        base_url=given.telegram_base_url,
        base_file_url=given.telegram_base_file_url,
        proxy=_bare(given.telegram_proxy),
        mode=given.telegram_mode,
        webhook=webhook,
        command_words=command_words(),
        pace=replace(PACE, per_second=given.telegram_pace),
    )


def _slack(given: Environment, token: SecretStr, clock: Clock) -> Platform:
    from bot.platforms.slack.adapter import SlackPlatform

    return SlackPlatform(
        token.get_secret_value(),
        app_token=_bare(given.slack_app_token),
        signing_secret=_bare(given.slack_signing_secret),
        base_url=given.slack_base_url,
        proxy=_bare(given.slack_proxy),
        host=given.slack_host,
        port=given.slack_port,
        path=given.slack_path,
        clock=clock,
    )


def _bare(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
