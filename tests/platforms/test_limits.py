"""The limits that judge the bot, judged themselves: what is allowed, one too many, or forgotten."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession

from bot.platforms.port import Pace
from tests.platforms.limits import Limits
from tests.platforms.telegram_fake import FakeTelegram, too_many
from tests.platforms.telegram_world import TOKEN, World

TELEGRAM = Pace(per_second=30, chat_millis=1000, group_per_minute=20)


class Hand:
    """A clock in seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def sent(limits: Limits, clock: Hand, times: list[float], *chats: int) -> list[float]:
    """Send at these times, to one chat after the other; return how long each was asked to wait."""
    waits = []
    for at, seconds in enumerate(times):
        clock.seconds = 100.0 + seconds
        chat = chats[at % len(chats)]
        wait = limits.wait(chat, group=chat < 0)
        waits.append(round(wait, 3))
        if not wait:
            limits.count(chat, group=chat < 0)
    return waits


@pytest.mark.parametrize(
    ("times", "chats", "waits"),
    [
        ([0.0, 1.0, 2.0], [1], [0, 0, 0]),
        ([0.0, 0.9, 1.0], [1], [0, 0.1, 0]),
        ([0.0] * 30, range(1, 31), [0] * 30),
        ([0.0] * 31, range(1, 32), [0] * 30 + [1.0]),
        ([0.5 + n / 1000 for n in range(30)] + [1.4, 1.5], range(1, 33), [0] * 30 + [0.1, 0]),
        ([float(n) for n in range(20)] + [20.0, 59.9, 60.0], [-7], [0] * 20 + [40.0, 0.1, 0]),
        ([float(n) for n in range(25)], [7], [0] * 25),
    ],
    ids=["1/s", "too soon", "30/s", "31/s", "any second", "20/min in a group", "in private"],
)
def test_what_is_one_too_many(times: list[float], chats: list[int], waits: list[float]) -> None:
    clock = Hand()
    limits = Limits(TELEGRAM, clock)
    assert sent(limits, clock, times, *chats) == waits
    assert len(limits.broken) == sum(wait > 0 for wait in waits)


def test_who_is_told_to_wait_waits() -> None:
    clock = Hand()
    limits = Limits(Pace(), clock)
    limits.told_to_wait(7, 3)
    assert sent(limits, clock, [0.0, 2.5, 3.0], 7) == [3.0, 0.5, 0.0]
    assert sent(limits, clock, [0.0], 8) == [0.0]
    assert [each.split(":")[0] for each in limits.broken] == [
        "3.000 s too early though it was told to wait",
        "0.500 s too early though it was told to wait",
    ]


async def test_the_fake_refuses_what_is_too_fast_and_writes_it_down() -> None:
    clock = Hand()
    fake = FakeTelegram(Limits(TELEGRAM, clock))
    await fake.start()
    for chat in (7, 8):
        fake.world.chat(chat, "王静", "private")
    fake.troubles["sendMessage"].extend([too_many(2)])

    async def send(method: str, **given: object) -> int:
        url = f"{fake.base_url}{TOKEN}/{method}"
        async with session.post(url, data={"text": "1", **given}) as answer:
            return answer.status

    async with ClientSession() as session:
        assert await send("sendMessage", chat_id=7) == 429
        assert await send("sendMessage", chat_id=7) == 429, "it was told to wait"
        clock.seconds += 2
        assert await send("sendMessage", chat_id=7) == 200
        assert await send("sendMessage", chat_id=8) == 200
        assert await send("editMessageText", chat_id=7, message_id=1) == 429, "an edit counts"
        assert await send("sendMessage", chat_id=9) == 400
        assert await send("answerCallbackQuery", callback_query_id=1) == 400, "a toast does not"
        clock.seconds += 1
        assert await send("editMessageText", chat_id=7, message_id=1, text="2") == 200
    await fake.stop()
    assert fake.limits is not None
    assert (len(fake.limits.broken), fake.limits.counted) == (2, 3)


def test_time_goes_by_and_telegram_forgets() -> None:
    world = World(lambda: None)
    world.person(1, "王静")
    world.chat(1, "王静", "private")
    said = world.say(1, 1, "/help")
    world.press(1, 1, said, "1")
    assert world.pass_time(100) == []
    assert [list(each)[1] for each in world.pass_time(100)] == ["callback_query"]
    world.say(1, 1, "/todo")
    assert [each["message"]["text"] for each in world.pass_time(24 * 3600 - 100)] == ["/help"]
    assert [each["message"]["text"] for each in world.updates] == ["/todo"]


def test_a_number_that_was_never_reached_acknowledges_nothing() -> None:
    world = World(lambda: None)
    world.person(1, "王静")
    world.chat(1, "王静", "private")
    world.say(1, 1, "1")
    world.acknowledge(9002)
    assert world.updates == []
    world.renumber(17)
    world.say(1, 1, "2")
    world.acknowledge(9002)
    assert [each["update_id"] for each in world.updates] == [17]
    world.acknowledge(18)
    assert world.updates == []
