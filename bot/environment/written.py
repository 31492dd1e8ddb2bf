"""The settings as they are written; ``.env.example`` says of each what it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.environment import forms
from bot.environment.forms import coordinators_of
from bot.settings import MEGABYTE, Language, Settings

PREFIX = "TAIZHANG_"

OFFICIAL_BOT_ADDRESS = "https://api.telegram.org/bot"
OFFICIAL_FILE_ADDRESS = "https://api.telegram.org/file/bot"


class Environment(BaseSettings):
    """Every setting. What is secret never shows when it is printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database: Path = Path("taizhang.sqlite3")
    language: Annotated[Language, forms.Choice] = "zh"
    coordinators: forms.Coordinators = ""
    anyone_answers: bool = False
    file_limit: int = Field(default=20, ge=1, le=50)
    """In megabytes."""

    telegram_token: forms.TelegramToken | None = None
    telegram_mode: Annotated[Literal["polling", "webhook"], forms.Choice] = "polling"
    telegram_webhook_secret: forms.WebhookSecret | None = None
    telegram_webhook_url: forms.WebAddress | None = None
    telegram_webhook_host: forms.Host = "127.0.0.1"
    telegram_webhook_port: forms.Port = 8443
    telegram_webhook_path: forms.Place = "/telegram"
    telegram_pace: int = Field(default=30, ge=1, le=1000)
    """Messages a second in all chats together."""
    telegram_base_url: forms.BotAddress = OFFICIAL_BOT_ADDRESS
    telegram_base_file_url: forms.FileAddress = OFFICIAL_FILE_ADDRESS
    telegram_proxy: forms.Proxy | None = None

    slack_bot_token: forms.SlackToken | None = None
    slack_app_token: forms.SlackAppToken | None = None
    slack_signing_secret: forms.SigningSecret | None = None
    slack_host: forms.Host = "127.0.0.1"
    slack_port: forms.Port = 3000
    slack_path: forms.Place = "/slack/events"
    slack_base_url: forms.SlackAddress = "https://slack.com/api/"
    slack_proxy: forms.Proxy | None = None

    health_host: forms.Host = "127.0.0.1"
    health_port: int = Field(default=8086, ge=0, le=65535)
    """0 where nobody asks."""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], forms.Choice] = "info"
    log_form: Annotated[Literal["plain", "json"], forms.Choice] = "plain"

    def settings(self) -> Settings:
        """Return what the office is told of the settings, as plain values."""
        return Settings(
            language=self.language,
            coordinators=coordinators_of(self.coordinators),
            anyone_answers=self.anyone_answers,
            file_limit=self.file_limit * MEGABYTE,
        )

    def secrets(self) -> tuple[str, ...]:
        """Return every secret value, for what must not let one slip."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))


def variable(field: str) -> str:
    """Return the variable in which a setting is written."""
    return PREFIX + field.upper()
