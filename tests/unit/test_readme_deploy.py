"""What the README says of deploying and operating is so: scopes, events, settings, commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bot import cli
from bot.platforms.slack.checkup import SCOPES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = re.findall(r"^#?\s?(TAIZHANG_[A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)


def between(begin: str, end: str) -> str:
    """Return what stands between two phrases, in one line."""
    return " ".join(README.split(begin, 1)[1].split(end, 1)[0].split()).strip("` ")


def test_slack_is_given_the_scopes_that_the_doctor_looks_for() -> None:
    assert tuple(sorted(between("with the bot scopes", ", the bot events").split())) == SCOPES


def test_slack_is_asked_for_the_events_that_are_understood() -> None:
    told = set(between("the bot events", ", interactivity").split())
    source = "\n".join(
        path.read_text("utf-8") for path in sorted((ROOT / "bot" / "platforms" / "slack").glob("*.py"))
    )
    assert {each for each in told if not each.startswith("message.") and f'"{each}"' not in source} == set()
    assert {"message.channels", "message.groups", "message.im", "app_mention"} <= told


def test_every_setting_that_is_named_is_one() -> None:
    named = set(re.findall(r"TAIZHANG_[A-Z_]+", README)) - {"TAIZHANG_FAULTS", "TAIZHANG_PICTURES"}
    assert named
    assert named <= set(SETTINGS)


def test_the_service_and_the_container_start_what_there_is() -> None:
    started = re.findall(r"^ExecStart=\S+/(taizhang .+)$", README, re.MULTILINE)
    started += [
        " ".join(re.findall(r'"([^"]+)"', line)) for line in re.findall(r"^CMD (.+)$", README, re.MULTILINE)
    ]
    assert [each.rpartition("/")[2] for each in started] == ["taizhang run", "taizhang run"]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`taizhang ([a-z][^`]*)`", README))))
def test_every_command_that_is_named_is_understood(command: str) -> None:
    plain = re.sub(r"\[[^\]]*\]", "", command).replace("FILE", "x").replace("FIGURE", "red")
    given = cli._parser(lambda key, **_: key).parse_args(shlex.split(plain))
    assert callable(given.run)
