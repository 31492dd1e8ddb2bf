"""What the value of a setting looks like; one that does not is told by a sentence of ``setting.…``."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from bot.settings import FirstCoordinator

ACCOUNTS = {"telegram": re.compile(r"\d{1,20}"), "slack": re.compile(r"[UW][A-Z0-9]{1,30}")}
"""The platforms people are on, and how each names a person."""


class _Form:
    """A pattern that a whole value fits, and the sentence that says so where it does not."""

    def __init__(self, sentence: str, pattern: str) -> None:
        self._sentence = sentence
        self._pattern = re.compile(pattern)

    def plain(self, value: str) -> str:
        """Return a value without the blanks around it. Raises PydanticCustomError when it does not fit."""
        value = value.strip()
        if self._pattern.fullmatch(value) is None:
            raise PydanticCustomError(self._sentence, "wrong")
        return value

    def secret(self, value: SecretStr) -> SecretStr:
        """Return a secret value without the blanks around it. Raises PydanticCustomError."""
        return SecretStr(self.plain(value.get_secret_value()))


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


WEB = r"https?://[^\s/?#]+"

Choice = BeforeValidator(_lower)
"""Of words, whatever their case."""

Host = Annotated[str, AfterValidator(_Form("host", r"[A-Za-z0-9.:_-]+").plain)]
Port = Annotated[int, Field(ge=1, le=65535)]
Place = Annotated[str, AfterValidator(_Form("place", r"/[A-Za-z0-9._~/-]*").plain)]
"""The path of an address."""

TelegramToken = Annotated[
    SecretStr, AfterValidator(_Form("telegram_token", r"\d+:[A-Za-z0-9_-]{30,}").secret)
]
WebhookSecret = Annotated[SecretStr, AfterValidator(_Form("webhook_secret", r"[A-Za-z0-9_-]{16,256}").secret)]
BotAddress = Annotated[str, AfterValidator(_Form("bot_address", WEB + r"(/\S*)?/bot").plain)]
FileAddress = Annotated[str, AfterValidator(_Form("file_address", WEB + r"(/\S*)?/file/bot").plain)]

SlackToken = Annotated[SecretStr, AfterValidator(_Form("slack_bot_token", r"xoxb-[A-Za-z0-9-]+").secret)]
SlackAppToken = Annotated[SecretStr, AfterValidator(_Form("slack_app_token", r"xapp-[A-Za-z0-9-]+").secret)]
SigningSecret = Annotated[SecretStr, AfterValidator(_Form("signing_secret", r"[!-~]{16,}").secret)]
SlackAddress = Annotated[str, AfterValidator(_Form("slack_address", WEB + r"(/\S*)?/").plain)]


def _web(value: str) -> str:
    value = _Form("web_address", WEB + r"\S*").plain(value)
    try:
        urlsplit(value).port  # noqa: B018 - raises when it is no port
    except ValueError:
        raise PydanticCustomError("web_address", "wrong") from None
    return value


def _proxy(value: SecretStr) -> SecretStr:
    return SecretStr(_web(value.get_secret_value()))


WebAddress = Annotated[str, AfterValidator(_web)]
Proxy = Annotated[SecretStr, AfterValidator(_proxy)]
"""It may hold a password."""


def coordinators_of(written: str) -> tuple[FirstCoordinator, ...]:
    """Read ``platform:account[:name]`` with commas between. Raises ValueError when it reads otherwise."""
    found = []
    for entry in written.replace("，", ",").split(","):
        if not entry.strip():
            continue
        platform, account, name = (part.strip() for part in (*entry.split(":", 2), "", "")[:3])
        platform = platform.lower()
        if platform not in ACCOUNTS or ACCOUNTS[platform].fullmatch(account) is None:
            raise ValueError(entry)
        found.append(FirstCoordinator(platform, account, name))
    return tuple(found)


def _accounts(written: str) -> str:
    try:
        coordinators_of(written)
    except ValueError:
        raise PydanticCustomError("coordinators", "wrong") from None
    return written


Coordinators = Annotated[str, AfterValidator(_accounts)]
