"""A stage for flow tests: the whole program on a ledger of its own, and the people who speak to it.

Everything is real but the clock and the network: the rehearsal room stands in for a chat platform. A stage on
another platform (``tests/platforms``) has its own ways to do what people do, and to see what they see.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.composition import Office, compose
from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.adapter import RehearsalPlatform
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.world import Hat, Message
from bot.pulse import Pulse
from bot.settings import FirstCoordinator, Settings
from bot.texts import Catalogue
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import chats, people
from storage.records import Chat, Department, DepartmentAlias
from storage.terms.clock import OFFICE_ZONE, HandClock, office_time
from storage.terms.register import DepartmentKind
from storage.terms.roles import Purpose, Role
from storage.unit import Unit

START = datetime(2026, 3, 2, 9, 0, tzinfo=OFFICE_ZONE)
COORDINATION = "coordination"
COORDINATOR = "wangjing"
LEADER = "leader"
STRANGER = "stranger"
PLATFORM = RehearsalPlatform.name
PATIENCE_SECONDS = 20.0

DAYS = Workdays()
CATALOGUE = Catalogue.load(strict=True)


_made: list[Path] = []


async def an_empty_ledger() -> Path:
    """Return an empty ledger, made once in a process: each migration of a new one takes its time."""
    if not _made:
        path = Path(tempfile.mkdtemp(prefix="taizhang-")) / "empty.sqlite3"
        atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
        await (await Database.open(path)).close()
        _made.append(path)
    return _made[0]


class StagedRoom(Room):
    """A room that tells when the bot has stored what happened."""

    def __init__(self, *, now: Callable[[], int]) -> None:
        super().__init__(now=now)
        self.acknowledged = Pulse()

    def acknowledge(self, happening: int) -> None:
        super().acknowledge(happening)
        self.acknowledged.ring()


class Stage:
    """The program under test with its room and its clock. Departments are called by their short names."""

    platform: Any
    platform_name = PLATFORM

    def __init__(
        self,
        folder: Path,
        *,
        template: Path | None = None,
        settings: Settings | None = None,
        start: datetime = START,
        catalogue: Catalogue = CATALOGUE,
    ) -> None:
        self.folder = folder
        self.database_path = folder / "ledger.sqlite3"
        if template is not None:
            shutil.copy(template, self.database_path)
        self.clock = HandClock(start)
        self.catalogue = catalogue
        self._settle_down()
        first = FirstCoordinator(self.platform_name, self.account(COORDINATOR), "王静")
        self.settings = replace(settings or Settings(), coordinators=(first,), grace=2.0)
        self.office: Office | None = None
        self._life: asyncio.Task[None] | None = None
        self._end = asyncio.Event()

    # ------------------------------------------------------------ the platform, here a room

    def _settle_down(self) -> None:
        self.room = StagedRoom(now=self.clock.now)
        self.platform = RehearsalPlatform(self.room)

    def account(self, person: str) -> str:
        """Return a person's account on the platform."""
        return person

    def external(self, chat: str) -> str:
        """Return the platform's identifier of a chat."""
        return chat

    async def _connect(self) -> None:
        """Make the platform ready for a life of the program."""

    def _platforms(self) -> list[Any]:
        """Return the platforms that the program serves."""
        return [self.platform]

    async def _leave(self) -> None:
        self.room.close()

    def _ensure_chat(self, chat: str, title: str) -> None:
        self.room.ensure_chat(chat, title)

    def _ensure_person(self, person: str, name: str, hat: Hat, chat: str, department: str = "") -> None:
        self.room.ensure_person(person, name, hat, [chat], department=department)

    async def _say(
        self, chat: str, person: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> str:
        return self.room.say(chat, person, text, files, reply_to)

    async def _press(self, chat: str, person: str, message: Message, label: str) -> None:
        self.room.press(chat, person, message.id, label)

    async def _edit(self, chat: str, person: str, message: str, text: str) -> None:
        self.room.edit(chat, person, message, text)

    async def _acknowledged(self) -> None:
        await self.room.acknowledged.until(lambda: not self.room.waiting())

    def _quiet(self) -> bool:
        return not self.room.waiting()

    def messages(self, chat: str) -> list[Message]:
        """Return what the bot said in a chat, as it reads now."""
        return [each for each in self.room.messages(chat) if each.author is None]

    def answers(self, message: Message, said: str) -> bool:
        """Tell whether a message of the bot is shown as the answer to a person's."""
        return message.reply_to == said

    def content(self, file: str) -> bytes:
        """Return the content of a file that the bot sent."""
        return self.room.content(file)

    def toast(self, person: str) -> str | None:
        """Return the newest short answer to somebody's press; an answer without words is none."""
        found = [
            str(each.data["words"])
            for each in self.room.happenings()
            if each.kind == "toast" and each.account == person and each.data["words"]
        ]
        return found[-1] if found else None

    # ------------------------------------------------------------ opening and closing

    async def __aenter__(self) -> Self:
        self._ensure_chat(COORDINATION, "政务公开统筹群")
        self._ensure_person(COORDINATOR, "王静", "coordinator", COORDINATION)
        self._ensure_person(LEADER, "陈明远", "leader", COORDINATION)
        self._ensure_person(STRANGER, "路人", "stranger", COORDINATION)
        if not self.database_path.exists():
            shutil.copy(await an_empty_ledger(), self.database_path)
        await self.open()
        await self.work(self._arrange)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.close()
        finally:
            await self._leave()

    async def open(self) -> None:
        """Start the program; it lives in a task of its own."""
        ready = asyncio.Event()
        self._end = asyncio.Event()
        self._life = asyncio.create_task(self._live(ready))
        await self._while_alive(ready.wait())

    async def close(self) -> None:
        """Stop the program in good order."""
        assert self._life is not None
        self._end.set()
        await self._life

    async def kill(self) -> None:
        """End the program as a crash would: nothing under way is finished."""
        assert self.office is not None
        self.office.settings = replace(self.settings, grace=0.0)
        await self.close()

    async def restart(self) -> None:
        """Stop the program and start it again on the same ledger and room."""
        await self.close()
        await self.open()

    async def _live(self, ready: asyncio.Event) -> None:
        await self._connect()
        try:
            await self._serve(ready)
        finally:
            await self.platform.close()

    async def _serve(self, ready: asyncio.Event) -> None:
        async with compose(
            self.database_path,
            self._platforms(),
            self.clock,
            self.settings,
            days=DAYS,
            catalogue=self.catalogue,
        ) as office:
            self.office = office
            ready.set()
            await self._end.wait()

    async def _while_alive(self, waiting: object) -> None:
        assert self._life is not None
        task = asyncio.ensure_future(waiting)  # type: ignore[call-overload]
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.wait({task, self._life}, return_when=asyncio.FIRST_COMPLETED)
        if self._life.done():
            task.cancel()
            self._life.result()
            raise AssertionError("the program ended")
        await task

    # ------------------------------------------------------------ arranging the ledger

    async def work(self, work: object) -> None:
        """Do something to the ledger as the bot itself."""
        assert self.office is not None
        await self.office.database.unit(SYSTEM, self.clock.now(), work)  # type: ignore[arg-type]

    async def _arrange(self, unit: Unit) -> None:
        chat = self._meet(unit, COORDINATION, "政务公开统筹群")
        chats.set_purpose(unit, chat, Purpose.COORDINATION)
        leader = people.meet(unit, self.platform_name, self.account(LEADER), "陈明远")
        people.give_role(unit, leader, Role.LEADER, None)

    def _meet(self, unit: Unit, chat: str, title: str) -> Chat:
        return chats.meet(
            unit, self.platform_name, self.external(chat), private=False, title=title, thread=None
        )

    async def departments(self, names: Iterable[str], kind: DepartmentKind = DepartmentKind.BUREAU) -> None:
        """Add departments, each with a group of its own and a liaison who sits there.

        ``发改局`` becomes the department 市发改局 with that alias, the group ``发改局`` and the liaison
        ``发改局联络员``.
        """
        names = list(names)
        for name in names:
            self._ensure_chat(name, f"{name}政务公开群")
            self._ensure_person(liaison(name), f"{name}联络员", "liaison", name, name)

        async def arrange(unit: Unit) -> None:
            for name in names:
                department = unit.add(Department(name=f"市{name}", kind=kind.value))
                unit.add(DepartmentAlias(department_id=department.id, name=name))
                chat = self._meet(unit, name, f"{name}政务公开群")
                chats.bind(unit, chat, [department])
                account = self.account(liaison(name))
                member = people.meet(unit, self.platform_name, account, f"{name}联络员")
                people.give_role(unit, member, Role.LIAISON, department)

        await self.work(arrange)

    def newcomer(self, account: str, name: str, chat: str, hat: Hat = "stranger") -> None:
        """Let somebody come into a chat."""
        self._ensure_person(account, name, hat, chat)

    # ------------------------------------------------------------ what people do

    async def say(
        self,
        chat: str,
        person: str,
        text: str = "",
        *,
        reply_to: Message | None = None,
        files: Sequence[ShownFile] = (),
    ) -> str:
        """Say something and wait until the bot has answered; return the message's number."""
        said = await self._say(chat, person, text, files, None if reply_to is None else reply_to.id)
        await self.settle()
        return said

    async def press(self, chat: str, person: str, label: str, *, on: Message | None = None) -> None:
        """Press the button of these words: on a message, or on the newest that has it."""
        message = on or next(
            each for each in reversed(self.messages(chat)) if label in [b.label for b in each.buttons]
        )
        await self._press(chat, person, message, label)
        await self.settle()

    async def edit(self, chat: str, person: str, message: str, text: str) -> None:
        """Let an earlier message read otherwise."""
        await self._edit(chat, person, message, text)
        await self.settle()

    async def advance(self, step: timedelta) -> None:
        """Move the clock and wait for what falls due."""
        self.clock.advance(step)
        assert self.office is not None
        self.office.clock_moved()
        await self.settle()

    def now(self) -> datetime:
        """Return the moment of the clock."""
        return office_time(self.clock.now())

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do."""
        await self._while_alive(self._until_quiet())

    async def _until_quiet(self) -> None:
        assert self.office is not None
        while True:
            await self._acknowledged()
            await self.office.quiet()
            if self._quiet():
                return

    # ------------------------------------------------------------ what is seen

    def last(self, chat: str) -> Message:
        """Return the bot's newest message in a chat."""
        return self.messages(chat)[-1]

    def transcript(self) -> str:
        """Return everything that was said, chat by chat, as it reads now."""
        lines: list[str] = []
        for chat in self.room.chats():
            messages = self.room.messages(chat.id)
            if messages:
                lines.append(f"== {chat.title}")
            lines += [f"{self.room.name_of(each.author)}: {shown(each)}" for each in messages]
        return "\n".join(lines)


def liaison(department: str) -> str:
    """Return the account of a department's liaison."""
    return f"liaison-{department}"


def shown(message: Message) -> str:
    """Return a message's words, its buttons in brackets behind them."""
    words = [part for part in (message.title, message.text) if part]
    words += ["".join(f"[{button.label}]" for button in row) for row in message.rows]
    words += [f"<{file.name}>" for file in message.files]
    return "\n".join(words)


def notice_file(name: str, text: str) -> ShownFile:
    """Return a text file to send."""
    return ShownFile(name, "text/plain", text.encode())
