"""The settings: what .env.example shows is all there is, with its defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.environment import PREFIX, Environment, coordinators_of
from bot.settings import FirstCoordinator

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def shown() -> dict[str, str]:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def test_the_example_shows_every_setting_and_no_other() -> None:
    assert set(shown()) == {PREFIX + name.upper() for name in Environment.model_fields}


def test_what_the_example_shows_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    plain = Environment()
    for name, value in shown().items():
        monkeypatch.setenv(name, value)
    assert Environment() == plain


def test_every_setting_has_words_of_its_own() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        if line.startswith(PREFIX):
            assert lines[at - 1].startswith("# "), line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGUAGE", "de"),
        ("ANYONE_ANSWERS", "perhaps"),
        ("COORDINATORS", "telegram"),
        ("COORDINATORS", ":1"),
        ("FILE_LIMIT", "0"),
        ("FILE_LIMIT", "many"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Environment()


def test_first_coordinators_are_read_with_and_without_names() -> None:
    assert coordinators_of("telegram:1:王静， slack:U2") == (
        FirstCoordinator("telegram", "1", "王静"),
        FirstCoordinator("slack", "U2", ""),
    )
