"""On Telegram or Slack: the platform and its people live here, the program in processes that die."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from signal import SIGKILL
from types import SimpleNamespace
from typing import Any

from bot.platforms.port import Pace, ShownButton, ShownFile
from bot.platforms.rehearsal.world import Message
from bot.platforms.slack.translation import Known, Me, translate
from bot.rehearsing import prepare
from handlers.command_words import command_words
from handlers.routing import COMMANDS
from storage.ledger import chats, lookup, people, register
from storage.terms.clock import office_day
from storage.terms.roles import Role
from storage.unit import Unit
from tests.faults import walks
from tests.faults.abroad_life import Way, live
from tests.faults.ground import Deed
from tests.faults.reckoning import ask
from tests.flows.stage import COORDINATOR
from tests.platforms.offices import HttpOffice, SlackOffice, TelegramOffice
from tests.platforms.slack_fake import APP_TOKEN, BOT, BOT_TOKEN, NOW, SECRET
from tests.platforms.telegram_stage import free_port
from tests.platforms.telegram_world import BOT as TELEGRAM_BOT
from tests.platforms.telegram_world import TOKEN

UNSEEN = {"getUpdates", "getMe", "getWebhookInfo", "setMyCommands", "auth.test", "users.info"}
"""Calls by which the bot says nothing to anybody."""

PATIENCE_SECONDS = 60.0
OUGHT_TO_END_SECONDS = 10.0
NOTICE = "notice.txt"


@dataclass(frozen=True, slots=True)
class Death:
    """When a life ends: before so many statements, after some seconds, or around so many seen calls."""

    statement: int | None = None
    seconds: float | None = None
    call: int | None = None
    after: bool = False


class Dead(Exception):  # noqa: N818 - what is said of the program
    """The program was killed."""


class Abroad:
    """The ground of a walk, and its witness. Whenever the program dies another life of it begins."""

    def __init__(
        self, stage: TelegramOffice | SlackOffice, context: ForkServerContext, deaths: Iterable[Death]
    ) -> None:
        self.stage = stage
        self.kills = 0
        self.statements = 0
        self._context = context
        self._deaths = iter(deaths)
        self._did: list[Deed] = []
        self._port = free_port()
        self._process: BaseProcess | None = None
        self._dead = asyncio.Event()
        self._told: Connection | None = None
        self._answers: asyncio.Queue[int] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------ the office

    async def begin(self) -> None:
        """Let the sample city's departments be known, each with its group; then the program goes abroad."""
        stage, plan, seats = self.stage, prepare(None, None, None, None), []
        (stage.folder / NOTICE).write_bytes(plan.notice.content)

        async def arrange(unit: Unit) -> None:
            register.load(unit, plan.register)
            for department in lookup.departments_on(unit.directory, office_day(unit.now)):
                group, person = f"group-{department.id}", f"liaison-{department.id}"
                chats.bind(unit, stage._meet(unit, group, department.name), [department])
                member = people.meet(unit, stage.platform_name, stage.account(person), person)
                people.give_role(unit, member, Role.LIAISON, department)
                seats.append((group, person))

        await stage.work(arrange)
        for group, person in seats:
            stage._ensure_chat(group, group)
            stage._ensure_person(person, person, "liaison", group)
        await stage.close()
        if isinstance(stage, HttpOffice):
            ready = asyncio.Event()
            ready.set()
            stage.fake.most_attempts = 1 << 30
            await stage.fake.attach(SimpleNamespace(port=self._port, ready=ready))  # type: ignore[arg-type]
        self._live()

    def _way(self) -> Way:
        stage, quick = self.stage, {"pace": Pace(), "retry_seconds": 0.02}
        options: dict[str, Any]
        if isinstance(stage, TelegramOffice):
            options = {"token": TOKEN, "base_url": stage.fake.base_url, "poll_seconds": 5}
            options |= {"base_file_url": stage.fake.base_file_url} | stage._options
        else:
            options = {"bot_token": BOT_TOKEN, "base_url": f"{stage.fake.origin}/api/"}
            http = isinstance(stage, HttpOffice)
            options |= {"signing_secret": SECRET, "port": self._port} if http else {"app_token": APP_TOKEN}
        return Way(stage.platform_name, options | quick, stage.account(COORDINATOR))

    # ------------------------------------------------------------ lives and deaths

    def _live(self) -> None:
        death = next(self._deaths, Death())
        loop = asyncio.get_running_loop()
        self._dead, self._answers = asyncio.Event(), asyncio.Queue()
        self._told, theirs = self._context.Pipe()
        arguments = (str(self.stage.folder), self._way(), death.statement, theirs)
        self._process = self._context.Process(target=live, args=arguments)
        self._process.start()
        theirs.close()
        loop.add_reader(self._process.sentinel, self._dead.set)
        loop.add_reader(self._told.fileno(), self._hear)
        if death.seconds is not None:
            self._timer = loop.call_later(death.seconds, self._process.kill)
        if death.call is not None:
            self._die_at_a_call(death.call, "after" if death.after else "before", self._process)

    def _die_at_a_call(self, number: int, when: str, process: BaseProcess) -> None:
        left = number

        def passing(method: str) -> None:
            nonlocal left
            left -= method not in UNSEEN
            if not left:
                process.kill()

        setattr(self.stage.fake, when, passing)

    def _hear(self) -> None:
        assert self._told is not None
        try:
            self._answers.put_nowait(self._told.recv())
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._told.fileno())

    def _bury(self) -> None:
        assert self._process is not None
        assert self._told is not None
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._timer.cancel()
        self.stage.fake.before = self.stage.fake.after = lambda method: None
        loop.remove_reader(self._process.sentinel)
        loop.remove_reader(self._told.fileno())
        self._process.join()
        self._told.close()
        log = self.stage.folder / "log"
        assert self._process.exitcode in {0, -SIGKILL}, (
            f"ended with {self._process.exitcode}: {log.read_text()}"
        )

    async def end(self) -> None:
        """Let the program end in good order, if its death does not come first."""
        await self.settle()
        assert self._told is not None
        assert self._process is not None
        with suppress(OSError):
            self._told.send("stop")
        async with asyncio.timeout(OUGHT_TO_END_SECONDS):
            await self._dead.wait()
        self._bury()

    def kill(self) -> None:
        """End whatever is left."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do, over all its deaths."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    await self._or_dead(self.stage._acknowledged())
                    await self._or_dead(self._quiet())
                except Dead:
                    self.kills += 1
                    self._bury()
                    self._live()
                    continue
                if self.stage._quiet():
                    return

    async def _quiet(self) -> None:
        assert self._told is not None
        with suppress(OSError):
            self._told.send("quiet?")
        self.statements = await self._answers.get()

    async def _or_dead(self, waiting: Coroutine[Any, Any, None]) -> None:
        task, dead = asyncio.ensure_future(waiting), asyncio.ensure_future(self._dead.wait())
        await asyncio.wait({task, dead}, return_when=asyncio.FIRST_COMPLETED)
        dead.cancel()
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._dead.is_set():
            raise Dead
        await task

    # ------------------------------------------------------------ people

    async def say(
        self, chat: str, who: str, text: str, files: Sequence[ShownFile], reply_to: str | None
    ) -> None:
        said = await self.stage._say(chat, self._person(who), text, files, reply_to)
        self._done("said", said, text)

    async def press(self, chat: str, who: str, message: Message, button: ShownButton) -> None:
        await self.stage._press(chat, self._person(who), message, button.token)
        self._done("pressed", message.id)

    async def edit(self, chat: str, who: str, message: str, text: str) -> None:
        await self.stage._edit(chat, self._person(who), message, text)
        self._done("edited", message, text)

    def _person(self, who: str) -> str:
        return COORDINATOR if who == walks.COORDINATOR else who

    def _done(self, kind: str, message: str, text: str = "") -> None:
        self._did.append(Deed(len(self._did) + 1, kind, message, text))

    def deeds(self, after: int) -> list[Deed]:
        return self._did[after:]

    def messages(self, chat: str) -> list[Message]:
        return self.stage.messages(chat)

    def knows(self, message: Message) -> bool:
        query = "SELECT 1 FROM message_ref WHERE message = ?"
        return bool(ask(self.stage.database_path, query, message.id))

    # ------------------------------------------------------------ the witness

    def events(self) -> Counter[str]:
        """Return the events that the platform told, by their names."""
        if isinstance(self.stage, TelegramOffice):
            names = (
                f"{TELEGRAM_BOT['id']}-{number}" + (f"-{query}" if query else "")
                for number, query in self.stage.fake.world.told
            )
            return Counter(names)
        me = Me(BOT, frozenset(COMMANDS) | frozenset(command_words()))
        told = [translate(each.kind, each.payload, me, Known(), NOW) for each in self.stage.fake.told]  # type: ignore[arg-type]
        return Counter(event.event_id for event in told if event is not None)

    def waiting(self) -> list[str]:
        return [] if self.stage._quiet() else ["something"]

    def said(self) -> dict[str, list[str]]:
        stage, names = self.stage, list(self.stage._chats)
        if isinstance(stage, SlackOffice):
            return {stage.external(name): stage.numbers(name) for name in names}
        return {stage.external(name): [each.id for each in self.messages(name)] for name in names}

    def faults(self) -> list[str]:
        return []
