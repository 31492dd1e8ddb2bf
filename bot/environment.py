"""Reading the settings: from the environment (``TAIZHANG_…``), and what is not there from ``.env``."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings import MEGABYTE, FirstCoordinator, Language, Settings
from storage.terms.errors import Unreadable

PREFIX = "TAIZHANG_"


class Environment(BaseSettings):
    """The settings as they are written."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    database: Path = Path("taizhang.sqlite3")
    language: Language = "zh"
    coordinators: str = ""
    anyone_answers: bool = False
    file_limit: int = Field(default=20, ge=1, le=50)
    """In megabytes."""

    @field_validator("coordinators")
    @classmethod
    def _accounts(cls, written: str) -> str:
        coordinators_of(written)
        return written

    def settings(self) -> Settings:
        """Return the settings as plain values."""
        return Settings(
            language=self.language,
            coordinators=coordinators_of(self.coordinators),
            anyone_answers=self.anyone_answers,
            file_limit=self.file_limit * MEGABYTE,
        )


def coordinators_of(written: str) -> tuple[FirstCoordinator, ...]:
    """Read ``platform:account[:name]`` with commas between. Raises ValueError when it reads otherwise."""
    found = []
    for entry in written.replace("，", ",").split(","):
        if not entry.strip():
            continue
        platform, _, rest = entry.strip().partition(":")
        account, _, name = rest.partition(":")
        if not platform.strip() or not account.strip():
            raise ValueError(entry)
        found.append(FirstCoordinator(platform.strip(), account.strip(), name.strip()))
    return tuple(found)


def read_environment() -> Environment:
    """Read the settings. Raises :class:`Unreadable` naming the first that cannot be read."""
    try:
        return Environment()
    except ValidationError as fault:
        place = fault.errors()[0]["loc"]
        raise Unreadable("setting", name=PREFIX + str(place[0] if place else "").upper()) from fault
    except UnicodeDecodeError as fault:
        raise Unreadable("setting", name=".env") from fault
