"""The rehearsal opens on a city at work, goes on where it was left, and moves its clock forward only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot import rehearsing
from bot.rehearsing import COORDINATION, COORDINATOR
from bot.sample import sample_notice
from bot.settings import Settings
from storage.records import Chat, Membership
from storage.terms.clock import OFFICE_ZONE, office_time
from storage.terms.errors import Unreadable


@pytest.fixture
def database(tmp_path: Path, empty_ledger: Path) -> Path:
    path = tmp_path / "rehearsal.sqlite3"
    path.write_bytes(empty_ledger.read_bytes())
    return path


async def test_it_opens_on_the_reading_of_the_notice(database: Path) -> None:
    plan = rehearsing.prepare(None, None, database, None)
    async with rehearsing.rehearsal(plan, Settings()) as (office, room, clock):
        assert office_time(clock.now()) == datetime(2026, 3, 2, 9, tzinfo=OFFICE_ZONE)
        first, reading, *_ = room.messages(COORDINATION)
        assert (first.author, first.text, first.files[0].name) == (
            COORDINATOR,
            "/导入",
            "云岭市2026年政务公开工作要点.txt",
        )
        assert "云岭市2026年政务公开工作要点" in reading.title + reading.text
        groups = [chat for chat in office.database.directory.all(Chat) if chat.purpose == "department"]
        assert len(groups) == 20
        assert len({chat.title for chat in groups}) == 20
        held = [each.role for each in office.database.directory.all(Membership)]
        assert (held.count("coordinator"), held.count("leader"), held.count("liaison")) == (1, 1, 20)
        people = room.people()
        assert len({person.name for person in people}) == len(people)
        assert {person.hat for person in people} == {"coordinator", "leader", "liaison", "stranger"}


async def test_it_goes_on_where_it_was_left(database: Path) -> None:
    plan = rehearsing.prepare(None, None, database, None)
    async with rehearsing.rehearsal(plan, Settings()) as (_, room, clock):
        await clock.move_to(office_time(clock.now()) + timedelta(days=1))
        room.say(COORDINATION, COORDINATOR, "/help")
        said = len(room.messages(COORDINATION)) + 1
    async with rehearsing.rehearsal(plan, Settings()) as (office, room, clock):
        await office.quiet()
        assert office_time(clock.now()).date() == date(2026, 3, 3)
        assert [message.text for message in room.messages(COORDINATION)].count("/导入") == 1
        assert len(room.messages(COORDINATION)) == said


async def test_its_clock_goes_to_mornings_and_to_days_on_which_something_is_due(database: Path) -> None:
    plan = rehearsing.prepare(None, None, database, date(2026, 3, 6))
    async with rehearsing.rehearsal(plan, Settings()) as (_, _, clock):
        assert office_time(clock.now()).date() == date(2026, 3, 6)
        await clock.next_morning()
        assert office_time(clock.now()) == datetime(2026, 3, 9, 9, tzinfo=OFFICE_ZONE)
        await clock.next_event()
        assert office_time(clock.now()) == datetime(2026, 3, 9, 9, tzinfo=OFFICE_ZONE)
        await clock.move_to(datetime(2026, 3, 1, tzinfo=OFFICE_ZONE))
        assert office_time(clock.now()) == datetime(2026, 3, 9, 9, tzinfo=OFFICE_ZONE)


def test_a_notice_and_a_register_of_ones_own_are_taken(tmp_path: Path) -> None:
    notice, register = tmp_path / "n.txt", tmp_path / "r.csv"
    notice.write_bytes(sample_notice())
    register.write_text("名称,类别\n市教育局,部门\n", "utf-8")
    plan = rehearsing.prepare(notice, register, None, None)
    assert plan.notice.name == "n.txt"
    assert [each.name for each in plan.register.departments] == ["市教育局"]


@pytest.mark.parametrize(
    ("notice", "register", "key"),
    [
        (b"", None, "refusal.notice_empty"),
        (b"\0\1\2", None, "refusal.notice_binary"),
        (None, b"", "refusal.table.empty"),
        (None, "名称,类别\n市教育局,鱼\n".encode(), "refusal.register.problems"),
    ],
)
def test_what_is_neither_is_told(
    tmp_path: Path, notice: bytes | None, register: bytes | None, key: str
) -> None:
    files: list[Path | None] = []
    for name, content in (("n.txt", notice), ("r.csv", register)):
        files.append(None if content is None else tmp_path / name)
        if content is not None:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable) as told:
        rehearsing.prepare(files[0], files[1], None, None)
    assert told.value.text.key == key


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as told:
        rehearsing.prepare(tmp_path / "nothing.txt", None, None, None)
    assert told.value.text.key == "refusal.file.unreadable"
