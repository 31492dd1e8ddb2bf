"""The menus of commands that a platform offers: in each chat what can be done there, and by whom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Protocol, runtime_checkable

from bot import faults
from bot.platforms.port import DeliveryFault, NotNow
from handlers.helping import UNLISTED
from handlers.routing import COMMANDS
from storage.database import Database
from storage.directory import Directory
from storage.ledger import lookup
from storage.records import Account, Chat, ChatBinding, Membership
from storage.records.base import Record
from storage.terms.roles import RULES, Permission, Purpose, Role
from storage.terms.texts import Text, text

log = logging.getLogger(__name__)

GENTLY_SECONDS = 0.2
"""Between two menus: nobody waits for them, and a platform counts every call."""

WHO_IS_THERE: Mapping[Purpose, frozenset[Role]] = {
    Purpose.NONE: frozenset({Role.COORDINATOR}),
    Purpose.COORDINATION: frozenset({Role.COORDINATOR}),
    Purpose.LEADERS: frozenset({Role.LEADER}),
    Purpose.DEPARTMENT: frozenset({Role.LIAISON}),
}
"""For whom a group's menu is made; a private chat's is for its one person."""

EVERYWHERE = None
"""Where no other menu holds."""

Menu = tuple[str, ...]


@runtime_checkable
class WithMenus(Protocol):
    """A platform that shows menus."""

    name: str

    async def show_menu(self, commands: Collection[tuple[str, str]], chat: str | None = None) -> None:
        """Offer commands, each with its description: in one chat, or wherever there is no other menu."""
        ...


def menu_of(purpose: Purpose, roles: Collection[Role]) -> Menu:
    """Return the commands that somebody with these roles may use in a chat of a purpose."""
    return tuple(
        name
        for name, route in COMMANDS.items()
        if name not in UNLISTED
        and (route.listed is None or any(_holds(right, purpose, roles) for right in route.listed))
    )


def _holds(right: Permission, purpose: Purpose, roles: Collection[Role]) -> bool:
    holders, purposes = RULES[right]
    return purpose in purposes and (holders is None or not holders.isdisjoint(roles))


def menus(directory: Directory, platform: str) -> dict[str | None, Menu]:
    """Return the menu of each chat of a platform, and of all others."""
    found: dict[str | None, Menu] = {EVERYWHERE: menu_of(Purpose.PRIVATE, ())}
    for chat in directory.all(Chat):
        if chat.platform == platform and chat.active:
            purpose = Purpose(chat.purpose)
            mine = WHO_IS_THERE.get(purpose) or _roles(directory, chat)
            found[chat.external] = _together(found.get(chat.external, ()), menu_of(purpose, mine))
    return found


def _roles(directory: Directory, chat: Chat) -> frozenset[Role]:
    """Return the roles of the person whose private chat it is: it bears their account's identifier."""
    member = lookup.member_with(directory, chat.platform, chat.external)
    return (
        frozenset(Role(m.role) for m in lookup.memberships_of(directory, member.id))
        if member
        else frozenset()
    )


def _together(one: Menu, other: Menu) -> Menu:
    """Join the menus of a group's topics."""
    return tuple(name for name in COMMANDS if name in one or name in other)


class Menus:
    """Keeps a platform's menus as the ledger says who is who. A menu that cannot be shown harms nobody."""

    def __init__(
        self,
        database: Database,
        platform: WithMenus,
        words: Callable[[Text], str],
        gently: float = GENTLY_SECONDS,
    ) -> None:
        self._database = database
        self._platform = platform
        self._words = words
        self._gently = gently
        self._shown: dict[str | None, Menu] = {}
        self._news = asyncio.Event()
        self._news.set()
        database.on_commit.append(self._committed)

    def _committed(self, touched: set[type[Record]]) -> None:
        if not touched.isdisjoint({Account, Chat, ChatBinding, Membership}):
            self._news.set()

    async def run(self) -> None:
        """Show what changed, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            wanted = menus(self._database.directory, self._platform.name)
            for chat, menu in wanted.items():
                if self._shown.get(chat) != menu:
                    await self._show(chat, menu)
                    await asyncio.sleep(self._gently)

    async def _show(self, chat: str | None, menu: Menu) -> None:
        try:
            await self._platform.show_menu([(name, self._described(name)) for name in menu], chat)
        except NotNow as busy:
            await asyncio.sleep(busy.seconds)
            self._news.set()
        except DeliveryFault as fault:
            log.debug("A menu was not shown: %s", faults.kind(fault))
            self._shown[chat] = menu
        else:
            self._shown[chat] = menu

    def _described(self, name: str) -> str:
        """Return what the overview says of a command, without its name, which stands before it anyway."""
        said = self._words(text(f"help.command.{name}")).removeprefix(f"/{name}")
        return said.replace("\u3000", " ").strip(" :")
