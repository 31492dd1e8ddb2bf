"""The menus of commands: each chat is offered what can be done there, and follows who is who."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.menus import EVERYWHERE, menu_of, menus
from handlers.routing import COMMANDS
from storage.terms.roles import Purpose, Role
from tests.flows.stage import CATALOGUE, COORDINATION, COORDINATOR, liaison
from tests.platforms.offices import TelegramOffice
from tests.platforms.telegram_fake import too_many

BUREAU = "发改局"


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramOffice]:
    monkeypatch.setattr("bot.menus.GENTLY_SECONDS", 0.0)
    monkeypatch.setattr("bot.menus.Menus.__init__.__defaults__", (0.0,))
    async with TelegramOffice(tmp_path) as stage:
        yield stage


def shown(office: TelegramOffice) -> dict[str, list[str]]:
    """Return the newest menu of each chat."""
    found = {}
    for menu in office.fake.world.menus:
        chat = str(menu.get("scope", {}).get("chat_id", "all"))
        found[chat] = [each["command"] for each in menu["commands"]]
    return found


@pytest.mark.parametrize(
    ("purpose", "roles", "has", "lacks"),
    [
        (
            Purpose.COORDINATION,
            {Role.COORDINATOR},
            {"import", "review", "status"},
            {"todo", "submit", "start"},
        ),
        (Purpose.DEPARTMENT, {Role.LIAISON}, {"todo", "submit", "help", "members"}, {"review", "import"}),
        (Purpose.LEADERS, {Role.LEADER}, {"status", "export"}, {"import", "todo"}),
        (Purpose.NONE, {Role.COORDINATOR}, {"bind", "coordination"}, {"import", "todo"}),
        (Purpose.PRIVATE, set(), {"help", "enrol"}, {"todo", "status", "bind"}),
        (Purpose.PRIVATE, {Role.LIAISON}, {"todo", "submit"}, {"import"}),
    ],
)
def test_a_menu_names_what_may_be_done(
    purpose: Purpose, roles: set[Role], has: set[str], lacks: set[str]
) -> None:
    menu = set(menu_of(purpose, roles))
    assert has <= menu
    assert menu.isdisjoint(lacks)


def test_every_command_can_stand_in_a_menu() -> None:
    assert [name for name in COMMANDS if not re.fullmatch("[a-z0-9_]{1,32}", name)] == []
    assert len(COMMANDS) <= 100


async def test_each_chat_has_its_menu_in_the_offices_words(office: TelegramOffice) -> None:
    await office.departments([BUREAU])
    await office.fake.until(lambda: office.external(BUREAU) in shown(office))
    menus_now = shown(office)
    assert "review" in menus_now[office.external(COORDINATION)]
    assert "todo" in menus_now[office.external(BUREAU)]
    assert menus_now["all"] == ["help", "enrol"]
    descriptions = [c["description"] for menu in office.fake.world.menus for c in menu["commands"]]
    assert "（/审核） 审核申请办结的事项" in descriptions
    assert all(1 <= len(each) <= 256 for each in descriptions)


async def test_a_private_chat_follows_the_persons_role(office: TelegramOffice) -> None:
    await office.departments([BUREAU])
    person = office.account(liaison(BUREAU))
    office.fake.world.chat(int(person), "联络员", "private")
    office._chats["private"] = int(person)
    await office.say("private", liaison(BUREAU), "/help")
    await office.fake.until(lambda: "submit" in shown(office).get(person, []))


async def test_a_menu_refused_for_haste_is_shown_later_and_another_fault_harms_nobody(
    office: TelegramOffice,
) -> None:
    trouble = office.fake.troubles["setMyCommands"]
    await office.fake.until(lambda: "all" in shown(office))
    trouble.append(too_many(0))
    await office.departments([BUREAU])
    await office.fake.until(lambda: office.external(BUREAU) in shown(office))
    await office.say(COORDINATION, COORDINATOR, "/help")
    assert office.messages(COORDINATION)


async def test_what_did_not_change_is_not_shown_again(office: TelegramOffice) -> None:
    await office.departments([BUREAU])
    await office.fake.until(lambda: office.external(BUREAU) in shown(office))
    before = len(office.fake.world.menus)
    await office.say(BUREAU, liaison(BUREAU), "/help")
    await asyncio.sleep(0)
    assert len(office.fake.world.menus) == before
    assert office.office is not None
    wanted = menus(office.office.database.directory, "telegram")
    assert wanted[EVERYWHERE] == ("help", "enrol")
    assert CATALOGUE.has("help.command.help")
