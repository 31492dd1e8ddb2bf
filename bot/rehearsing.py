"""The rehearsal room set up: a city's coordinators and liaisons, their groups, and a notice brought along."""

from __future__ import annotations

import asyncio
import gc
import signal
import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from bot.composition import Office, compose
from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.adapter import RehearsalPlatform
from bot.platforms.rehearsal.room import Room
from bot.rehearsal_clock import RehearsalClock
from bot.settings import FirstCoordinator, Settings
from reminders.workdays import MORNING
from storage.actors import SYSTEM
from storage.ledger import chats, lookup, people, register
from storage.records import Department
from storage.terms.clock import OFFICE_ZONE, HandClock, office_day, office_time
from storage.terms.errors import Unreadable
from storage.terms.register import Register
from storage.terms.roles import Purpose, Role
from storage.unit import Unit

PLATFORM = RehearsalPlatform.name
COORDINATION = "coordination"
COORDINATOR = "coordinator"
LEADER = "leader"
STRANGER = "stranger"
ROOM_ENDING = ".room"
IMPORT = "/导入"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed: a notice, read already as far as its day goes, and the register it speaks to."""

    notice: ShownFile
    register: Register
    start: datetime
    database: Path | None = None


def prepare(
    notice: Path | None, departments: Path | None, database: Path | None, at: date | None
) -> Rehearsal:
    """Read what is to be rehearsed; the sample city where nothing is named.

    Raises :class:`Unreadable` when a file is none, or not what it should be.
    """
    from bot.sample import sample_departments, sample_notice
    from handlers.notices import LARGEST, LARGEST_FILE, read_notice
    from handlers.notices.titles import short_title
    from storage.documents.register_in import read_register

    content = sample_notice() if notice is None else read_file(notice, LARGEST_FILE)
    reading = read_notice(content)
    if departments is None:
        found = read_register(sample_departments(), "departments.toml")
    else:
        found = read_register(read_file(departments, LARGEST), departments.name)
    if found.problems:
        raise Unreadable("register.problems", count=len(found.problems))
    day = at or reading.notice.issued_on or date(reading.notice.year or 2026, 1, 5)
    name = f"{short_title(reading.notice.title)}.txt" if notice is None else notice.name
    return Rehearsal(
        notice=ShownFile(name, "text/plain", content),
        register=found,
        start=datetime.combine(day, MORNING, OFFICE_ZONE),
        database=database,
    )


def read_file(path: Path, most: int) -> bytes:
    """Read a file, its size looked at first. Raises :class:`Unreadable`."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as fault:
        raise Unreadable("file.unreadable", name=str(path)) from fault
    if len(content) > most:
        raise Unreadable("file.too_large", name=str(path), megabytes=most // (1024 * 1024))
    return content


@asynccontextmanager
async def rehearsal(
    plan: Rehearsal, settings: Settings
) -> AsyncIterator[tuple[Office, Room, RehearsalClock]]:
    """Open the room with everybody in it and the office at work; a room known from before goes on."""
    with ExitStack() as stack:
        database, kept = plan.database, None
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="taizhang-"))
            database = Path(folder) / "rehearsal.sqlite3"
        else:
            kept = database.with_name(database.name + ROOM_ENDING)
        database.parent.mkdir(parents=True, exist_ok=True)
        clock = HandClock(plan.start)
        room = Room(kept, now=clock.now)
        stack.callback(room.close)
        _go_on(clock, room)
        cast = _cast()
        first = FirstCoordinator(PLATFORM, COORDINATOR, cast["coordinator"]["name"])
        platform = RehearsalPlatform(room)
        settings = replace(settings, coordinators=(first,), durable=settings.durable and kept is not None)
        async with compose(database, [platform], clock, settings) as office:
            await _arrange(office, room, plan, cast)
            if not room.messages(COORDINATION, limit=1):
                room.say(COORDINATION, COORDINATOR, IMPORT, [plan.notice])
            await office.quiet()
            yield office, room, RehearsalClock(clock, office)


async def serve(plan: Rehearsal, settings: Settings, port: int, say: Say) -> None:
    """Show the rehearsal as a page until the process is told to stop; ``say`` is given the address."""
    from bot.platforms.rehearsal.server import RoomServer

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    async with rehearsal(plan, settings) as (_, room, clock):
        server = RoomServer(room, clock)
        try:
            say(await server.start(port))
            gc.freeze()  # what lives as long as the program is not looked through again and again
            await stop.wait()
        finally:
            await server.stop()


async def play(
    plan: Rehearsal, settings: Settings, until: date, seed: int, say: Say, folder: Path | None = None
) -> None:
    """Let scripted officials answer until a day; ``say`` is given the transcript line by line.

    With a ``folder`` the transcript and the files that the bot sent are kept in it.
    """
    from bot import officials
    from bot.officials import papers

    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        say(line)

    async with rehearsal(plan, settings) as (office, room, clock):
        await officials.run(office, room, clock, until, seed, tell)
        if folder is not None:
            papers.keep(room, folder, lines)


def _go_on(clock: HandClock, room: Room) -> None:
    """Set the clock to when a room was left; time never runs backwards in it."""
    last = room.last_happening()
    if last:
        (happening,) = room.happenings(last - 1, 1)
        clock.set(max(office_time(clock.now()), office_time(happening.at)))


def _cast() -> dict[str, Any]:
    return tomllib.loads(resources.files("bot").joinpath("cast.toml").read_text("utf-8"))


async def _arrange(office: Office, room: Room, plan: Rehearsal, cast: dict[str, Any]) -> None:
    """Seat everybody, and write into the ledger what an office would have arranged before."""
    room.ensure_chat(COORDINATION, cast["coordination"]["title"])
    room.ensure_person(COORDINATOR, cast["coordinator"]["name"], "coordinator", [COORDINATION])
    room.ensure_person(LEADER, cast["leader"]["name"], "leader", [COORDINATION])
    names = _names(cast)
    groups: list[tuple[str, str]] = []

    async def work(unit: Unit) -> None:
        if not list(unit.directory.all(Department)):
            register.load(unit, plan.register)
        chat = chats.meet(
            unit, PLATFORM, COORDINATION, private=False, title=cast["coordination"]["title"], thread=None
        )
        if chat.purpose != Purpose.COORDINATION:
            chats.set_purpose(unit, chat, Purpose.COORDINATION)
        leader = people.meet(unit, PLATFORM, LEADER, cast["leader"]["name"])
        people.give_role(unit, leader, Role.LEADER, None)
        today = office_day(unit.now)
        for department in lookup.departments_on(unit.directory, today):
            groups.append(_group(unit, department, names[len(groups) % len(names)], cast))

    await office.database.unit(SYSTEM, office.clock.now(), work)
    _seat(room, groups, names, cast)


def _group(unit: Unit, department: Department, liaison: str, cast: dict[str, Any]) -> tuple[str, str]:
    """Bind a group to a department, with a liaison; return the group and what people call the department."""
    short = lookup.short_name(unit.directory, department.id)
    group = f"group-{department.id}"
    title = cast["department"]["title"].format(department=short)
    chat = chats.meet(unit, PLATFORM, group, private=False, title=title, thread=None)
    if department.id not in {d.id for d in lookup.departments_of(unit.directory, chat.id)}:
        chats.bind(unit, chat, [department])
    member = people.meet(unit, PLATFORM, f"liaison-{department.id}", liaison)
    people.give_role(unit, member, Role.LIAISON, department)
    return group, short


def _seat(room: Room, groups: list[tuple[str, str]], names: list[str], cast: dict[str, Any]) -> None:
    for at, (group, short) in enumerate(groups):
        room.ensure_chat(group, cast["department"]["title"].format(department=short))
        account = group.replace("group-", "liaison-")
        room.ensure_person(account, names[at % len(names)], "liaison", [group], department=short)
    everywhere = [COORDINATION, *(group for group, _ in groups[:1])]
    room.ensure_person(STRANGER, cast["stranger"]["name"], "stranger", everywhere)


def _names(cast: dict[str, Any]) -> list[str]:
    surnames, given = cast["liaisons"]["surnames"].split(), cast["liaisons"]["names"].split()
    return [surnames[at % len(surnames)] + given[at % len(given)] for at in range(len(surnames))]
