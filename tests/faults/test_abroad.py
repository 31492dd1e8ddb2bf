"""A network that fails by chance in all ways: nothing is lost, doubled, or out of order."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.platforms.port import Pace
from handlers.turns import Answers, Turn
from tests.faults import effects
from tests.faults.conftest import act
from tests.faults.places import PLACES, SLACK, Disturbed, PollingPlay, WebhookPlay
from tests.flows.improvised import IMPROVISED, answering, card
from tests.flows.stage import liaison
from tests.platforms.limits import Limits
from tests.platforms.telegram_fake import Trouble

pytestmark = pytest.mark.faults

ROUNDS = max(1, int(os.environ.get("TAIZHANG_FAULTS", "6")) // 6)
GROUPS = [f"{number}局" for number in range(1, 11)]
SECOND = timedelta(seconds=1)


@pytest.fixture(params=PLACES)
async def abroad(
    request: pytest.FixtureRequest, tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Disturbed]:
    async with make(request.param, tmp_path, empty_ledger, monkeypatch) as stage:
        yield stage


@pytest.fixture(params=PLACES)
async def hasty(
    request: pytest.FixtureRequest, tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Disturbed]:
    """A stage on which some answers never come."""
    stage = make(request.param, tmp_path, empty_ledger, monkeypatch)
    stage.hasten()
    async with stage:
        yield stage


def make(name: str, folder: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Disturbed:
    stage = PLACES[name](folder, template=ledger, catalogue=IMPROVISED)
    stage.monkeypatch = monkeypatch
    stage.command("act", act)
    return stage


async def _said(play: Disturbed, count: int, first: int = 0) -> dict[str, str]:
    """Let people say ``/act`` in ten groups, without waiting; return the messages with their chats."""
    said = {}
    for number in range(first, first + count):
        group = GROUPS[number % len(GROUPS)]
        said[await play.act(group, liaison(group), number)] = group
        if number % 7 == 0:
            await asyncio.sleep(0)
    return said


async def _at_last(play: Disturbed) -> None:
    """Let everything that was put off have its turn."""
    await play.settle()
    for _ in range(30):
        await play.advance(2 * SECOND)


def limits_broken(play: Disturbed) -> list[str]:
    broken: list[str] = play.fake.limits.broken
    return broken


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_who_is_asked_to_wait_waits(abroad: Disturbed, seed: int) -> None:
    await abroad.departments(GROUPS)
    abroad.speaking_fails(["asked to wait"], random.Random(seed), 0.4)
    said = await _said(abroad, 60)
    await _at_last(abroad)
    assert effects.faults(abroad, said) == []
    assert limits_broken(abroad) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_speaking_fails_in_all_ways_at_once(hasty: Disturbed, seed: int) -> None:
    """Refusals, cuts before and after, rubbish in place of an answer, and answers that never come."""
    await hasty.departments(GROUPS)
    hasty.speaking_fails(list(SLACK), random.Random(seed), 0.4)
    said = await _said(hasty, 60)
    await _at_last(hasty)
    assert effects.faults(hasty, said, sent=False) == []
    assert limits_broken(hasty) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_hearing_fails(abroad: Disturbed, seed: int) -> None:
    """Polls and sockets that break, and acknowledgements that are lost on their way."""
    await abroad.departments(GROUPS)
    abroad.hearing_fails(random.Random(seed))
    said = await _said(abroad, 60)
    await abroad.settle()
    assert effects.faults(abroad, said) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_it_is_killed_in_a_storm(hasty: Disturbed, seed: int) -> None:
    await hasty.departments(GROUPS)
    chance = random.Random(seed)
    said: dict[str, str] = {}
    for life in range(5):
        hasty.speaking_fails(list(SLACK), chance, 0.2)
        hasty.hearing_fails(chance)
        said |= await _said(hasty, 12, 12 * life)
        for _ in range(chance.randrange(200)):
            await asyncio.sleep(0)
        await hasty.kill()
        await hasty.open()
    await _at_last(hasty)
    assert effects.faults(hasty, said, sent=False) == []
    assert limits_broken(hasty) == []


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_everything_is_told_again_in_any_order(abroad: Disturbed, seed: int) -> None:
    await abroad.departments(GROUPS)
    said = await _said(abroad, 40)
    await abroad.restart()
    for _ in range(2):
        await abroad.close()
        await abroad.tell_again(random.Random(seed))
        await abroad.open()
    await abroad.settle()
    assert effects.faults(abroad, said, ordered=False) == []


@pytest.mark.parametrize("abroad", ["telegram-polling", "telegram-webhook"], indirect=True)
async def test_somebody_else_listens_with_the_same_token(abroad: PollingPlay | WebhookPlay) -> None:
    await abroad.departments(GROUPS)
    said = await _said(abroad, 20)
    rival = asyncio.create_task(abroad.somebody_else_listens(20))
    said |= await _said(abroad, 40, 20)
    await rival
    await abroad.settle()
    assert effects.faults(abroad, said) == []


@pytest.mark.parametrize("abroad", ["telegram-polling", "telegram-webhook"], indirect=True)
async def test_telegram_counts_anew(abroad: PollingPlay | WebhookPlay) -> None:
    """After a quiet week Telegram may go on with other numbers, also with lower ones."""
    await abroad.departments(GROUPS)
    said: dict[str, str] = {}
    for week, number in enumerate((9001, 17, 700_000_000, 4_000)):
        abroad.fake.world.renumber(number)
        said |= await _said(abroad, 20, 20 * week)
        await abroad.settle()
    assert effects.faults(abroad, said) == []


@pytest.mark.parametrize("abroad", ["telegram-polling", "telegram-webhook"], indirect=True)
async def test_a_press_that_telegram_forgot_can_be_made_again(abroad: PollingPlay | WebhookPlay) -> None:
    async def pressed(turn: Turn) -> Answers:
        turn.unit.note("test.pressed")
        return card("done")

    abroad.command("act", answering(card("?", buttons=("yes",))))
    abroad.action("yes", pressed)
    await abroad.departments(GROUPS[:1])
    group, person = GROUPS[0], liaison(GROUPS[0])
    await abroad.act(group, person, 1)
    await abroad.settle()
    await abroad.kill()
    message = abroad.last(group)
    for _ in range(2):
        await abroad._press(group, person, message, "yes")
        await abroad.days_pass(200)
        assert abroad._quiet()
    abroad.clock.advance(400 * SECOND)
    await abroad.open()
    await abroad.settle()
    assert abroad.texts(group) == ["?"]
    await abroad.press(group, person, "yes")
    assert abroad.texts(group) == ["?", "done"]


@pytest.mark.parametrize("ends", ["killed in the middle", "after a doubt"])
async def test_the_pace_is_kept_over_a_restart(
    ends: str, tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may have arrived counts as if it had."""
    play = make("telegram-polling", tmp_path, empty_ledger, monkeypatch)
    pace = Pace(group_per_minute=6)
    play.hasten()
    play._options |= {"pace": pace}
    play.fake.limits = Limits(pace, lambda: play.clock.steady() / 1000)
    async with play:
        await play.departments(GROUPS[:1])
        group, person = GROUPS[0], liaison(GROUPS[0])
        said = {await play.act(group, person, number): group for number in range(5)}
        await play.settle()
        killed = ends == "killed in the middle"
        play.fake.troubles["sendMessage"].append(Trouble("silent after" if killed else "cut after"))
        said[await play.act(group, person, 6)] = group
        await play.fake.until(lambda: len(play.messages(group)) == 6)
        await (play.kill() if killed else play.close())
        await play.open()
        said[await play.act(group, person, 7)] = group
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await play.fake.until(lambda: len(play.messages(group)) > 6)
        play.clock.advance(61 * SECOND)
        await play.advance(SECOND)
        assert effects.faults(play, said, sent=False) == []
        assert limits_broken(play) == []
