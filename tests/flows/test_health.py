"""Whoever watches the program sees how it is: in numbers, each part in trouble named, and nobody else."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientSession

from bot.health import Health, HealthServer
from reminders import ticking
from storage.ledger import inbox
from storage.unit import Unit
from tests.flows.stage import COORDINATION, COORDINATOR, PLATFORM, Stage


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def health_of(stage: Stage, patience: float = 5.0) -> Health:
    assert stage.office is not None
    return Health(stage.office, [stage.platform], patience)


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    server = HealthServer(health_of(stage), "127.0.0.1", 0)
    yield await server.start()
    await server.stop()


async def asked(address: str) -> tuple[int, dict[str, Any]]:
    async with ClientSession() as session, session.get(address) as answer:
        return answer.status, await answer.json()


async def test_a_program_that_is_well_says_so_in_numbers(stage: Stage, address: str) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/help")
    await stage.advance(timedelta(seconds=12))
    status, told = await asked(address)
    assert status == 200
    assert (told["status"], told["troubles"]) == ("ok", {})
    assert told["version"].startswith("0.")
    assert told["uptime_seconds"] == 12
    assert told["platforms"] == {PLATFORM: {"status": "ok", "trouble": "", "heard_seconds_ago": 12.0}}
    assert told["inbox"] == {"pending": 0, "failed": 0, "oldest_pending_seconds": None}
    assert told["outbox"] == {
        "pending": 0,
        "sending": 0,
        "uncertain": 0,
        "failed": 0,
        "parked": 0,
        "oldest_due_seconds": None,
    }
    assert told["reminders"] == {"looked_seconds_ago": 0.0}
    assert told["database"]["bytes"] >= stage.database_path.stat().st_size
    assert told["database"]["free_bytes"] > 0


async def test_before_anything_was_heard_nothing_was(stage: Stage, address: str) -> None:
    assert (await asked(address))[1]["platforms"][PLATFORM]["heard_seconds_ago"] is None
    await stage.say(COORDINATION, COORDINATOR, "/help")
    stage.clock.advance(timedelta(seconds=-60))
    assert (await asked(address))[1]["platforms"][PLATFORM]["heard_seconds_ago"] == 0


async def test_it_names_nobody(stage: Stage, address: str) -> None:
    await stage.departments(["发改局"])
    await stage.say(COORDINATION, COORDINATOR, "/口令 发改局")
    _, told = await asked(address)
    words = json.dumps(told, ensure_ascii=False)
    assert [word for word in ("王静", "wangjing", "发改", "统筹", "口令") if word in words] == []


async def test_a_platform_in_trouble_is_named(stage: Stage, address: str) -> None:
    stage.platform.trouble = "The token is refused"
    status, told = await asked(address)
    assert status == 503
    assert (told["status"], told["troubles"]) == ("degraded", {PLATFORM: "The token is refused"})
    assert told["platforms"][PLATFORM]["status"] == "degraded"
    stage.platform.trouble = ""
    assert (await asked(address))[0] == 200


async def test_a_ledger_that_does_not_answer_is_named(stage: Stage) -> None:
    assert stage.office is not None
    health = health_of(stage, patience=0.05)
    async with stage.office.database.reading():
        told = await health.look()
    assert told["troubles"] == {"database": "does not answer (TimeoutError)"}
    assert "inbox" not in told
    assert (await health_of(stage).look())["status"] == "ok"


async def test_an_event_that_waits_for_ever_is_named(stage: Stage) -> None:
    async def come(unit: Unit) -> None:
        inbox.take_in(unit, platform=PLATFORM, event="x", chat="c", kind="Talk", payload={})

    await stage.work(come)
    stage.clock.advance(timedelta(minutes=5))
    assert (await health_of(stage).look())["status"] == "ok"
    stage.clock.advance(timedelta(seconds=1))
    told = await health_of(stage).look()
    assert list(told["troubles"]) == ["inbox"]
    assert told["inbox"] == {"pending": 1, "failed": 0, "oldest_pending_seconds": 301.0}


async def test_reminders_that_fail_are_named_until_they_are_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*due: object) -> None:
        raise ValueError("甲局 13800000000")

    with monkeypatch.context() as failing:
        failing.setattr(ticking, "tick", fail)
        await stage.advance(timedelta(seconds=20))
        told = await health_of(stage).look()
    assert told["troubles"] == {"reminders": "what is due could not be said (ValueError)"}
    await stage.advance(timedelta(seconds=20))
    assert (await health_of(stage).look())["troubles"] == {}


async def test_reminders_that_do_not_come_to_an_end_are_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def hang(*due: object) -> None:
        begun.set()
        await go_on.wait()

    assert stage.office is not None
    monkeypatch.setattr(ticking, "tick", hang)
    stage.office.clock_moved()
    await begun.wait()
    stage.clock.advance(timedelta(minutes=15))
    assert (await health_of(stage).look())["troubles"] == {}
    stage.clock.advance(timedelta(seconds=1))
    told = await health_of(stage).look()
    assert list(told["troubles"]) == ["reminders"]
    assert told["reminders"] == {"looked_seconds_ago": 901.0}
    go_on.set()
    await stage.settle()
    assert (await health_of(stage).look())["troubles"] == {}


async def test_a_disk_that_is_almost_full_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 10**6))
    told = await health_of(stage).look()
    assert list(told["troubles"]) == ["disk"]
    assert told["database"]["free_bytes"] == 10**6


async def test_a_ledger_whose_file_is_gone_is_named(stage: Stage) -> None:
    hidden = stage.database_path.with_name("hidden")
    stage.database_path.rename(hidden)
    told = await health_of(stage).look()
    hidden.rename(stage.database_path)
    assert told["troubles"] == {"database": "its file cannot be seen (FileNotFoundError)"}


async def test_all_troubles_are_named_together(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage.office is not None
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 10**6))
    stage.platform.trouble = "away"
    async with stage.office.database.reading():
        told = await health_of(stage, patience=0.05).look()
    assert list(told["troubles"]) == [PLATFORM, "database", "disk"]
    stage.platform.trouble = ""


async def test_nothing_else_is_told(address: str) -> None:
    async with ClientSession() as session:
        for method, place, status in (
            ("GET", "/", 404),
            ("POST", "/healthz", 405),
            ("HEAD", "/healthz", 200),
        ):
            async with session.request(method, address.replace("/healthz", place)) as answer:
                assert answer.status == status


async def test_a_port_that_is_taken_is_told(stage: Stage, address: str) -> None:
    port = int(address.rsplit(":", 1)[1].partition("/")[0])
    server = HealthServer(health_of(stage), "127.0.0.1", port)
    with pytest.raises(OSError, match=str(port)):
        await server.start()
    await server.stop()


async def test_many_may_ask_at_once(address: str) -> None:
    answers = await asyncio.gather(*(asked(address) for _ in range(20)))
    assert {status for status, _ in answers} == {200}
