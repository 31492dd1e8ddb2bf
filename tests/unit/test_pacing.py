"""The pace: no limit of a platform is exceeded, whenever it counts, and none of what it allows is wasted."""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import FOR_PEOPLE, MINUTE, SECOND, Pacer
from bot.platforms.port import Pace

TELEGRAM = Pace(per_second=30, chat_millis=1000, group_per_minute=20)


@dataclass
class Office:
    """Sends as delivery does, on a clock of its own; the platform counts at any moment of a call."""

    pace: Pace
    latency: int
    seed: int = 0
    now: int = 0
    arrivals: list[tuple[int, str]] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)

    def send(self, wave: list[str], people: list[tuple[int, str]], *, group: bool = True) -> None:
        """Send a wave, and answers to people who ask at some moments."""
        chance = random.Random(self.seed)
        pacer = Pacer(self.pace)
        asked = deque(sorted(people))
        left = deque(wave)
        answers: deque[tuple[int, str]] = deque()
        under_way: list[tuple[int, int, str]] = []
        count = 0
        while left or asked or answers or under_way:
            while under_way and under_way[0][0] <= self.now:
                pacer.end(heapq.heappop(under_way)[2], self.now)
            while asked and asked[0][0] <= self.now:
                answers.append(asked.popleft())
            for queue, urgent in ((answers, True), (left, False)):
                for _ in range(len(queue)):
                    each = queue.popleft()
                    moment, chat = each if isinstance(each, tuple) else (self.now, each)
                    may = pacer.moment(self.now, urgent=urgent) <= self.now
                    if not may or pacer.rests(chat, self.now, urgent=urgent):
                        queue.append(each)  # type: ignore[arg-type]
                        continue
                    pacer.begin(chat, self.now, group=group, urgent=urgent)
                    end = self.now + chance.randint(0, self.latency)
                    self.arrivals.append((chance.randint(self.now, end), chat))
                    heapq.heappush(under_way, (end, count := count + 1, chat))
                    if urgent:
                        self.waited.append(self.now - moment)
            self.now += 1
        self.arrivals.sort()

    def most_within(self, millis: int, chat: str | None = None) -> int:
        """Return the most arrivals within any stretch of so many milliseconds."""
        times = [moment for moment, where in self.arrivals if chat in (None, where)]
        window: deque[int] = deque()
        most = 0
        for moment in times:
            window.append(moment)
            while window[0] <= moment - millis:
                window.popleft()
            most = max(most, len(window))
        return most


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=60),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("abcdefgh")), max_size=20),
    st.integers(0, 700),
    st.integers(0, 1000),
)
def test_no_limit_is_exceeded(
    wave: list[str], people: list[tuple[int, str]], latency: int, seed: int
) -> None:
    pace = Pace(per_second=5, chat_millis=200, group_per_minute=FOR_PEOPLE + 12)
    office = Office(pace, latency, seed)
    office.send(wave, people)
    assert len(office.arrivals) == len(wave) + len(people)
    assert office.most_within(SECOND) <= 5
    for chat in "abcdefgh":
        assert office.most_within(200, chat) <= 1
        assert office.most_within(MINUTE, chat) <= FOR_PEOPLE + 12


def test_a_wave_takes_little_longer_than_the_limits_ask_and_people_hardly_wait() -> None:
    groups = [f"g{number}" for number in range(300)]
    people = [(moment, f"p{moment}") for moment in range(500, 7_500, 487)]
    office = Office(TELEGRAM, latency=8)
    office.send(groups, people)
    assert office.most_within(SECOND) == 30
    assert office.now <= 1.05 * (len(groups) + len(people)) / 30 * SECOND
    assert max(office.waited) <= 70


def test_a_flood_in_one_group_leaves_room_for_answers_there() -> None:
    office = Office(TELEGRAM, latency=20)
    office.send(["flooded"] * 30, [(25_000 + 1100 * n, "flooded") for n in range(FOR_PEOPLE)])
    assert max(office.waited) <= SECOND + 50
    assert office.most_within(MINUTE, "flooded") == 20


def test_a_private_chat_has_no_limit_a_minute() -> None:
    office = Office(TELEGRAM, latency=0)
    office.send(["person"] * 40, [], group=False)
    assert office.now < 43 * SECOND


def test_where_there_is_no_limit_nothing_waits() -> None:
    office = Office(Pace(), latency=50)
    office.send(["a"] * 10 + ["b"] * 10, [(0, "a")])
    assert max(moment for moment, _ in office.arrivals) <= 50


@pytest.mark.parametrize("urgent", [True, False])
def test_while_a_message_is_under_way_its_chat_rests(urgent: bool) -> None:
    pacer = Pacer(TELEGRAM)
    pacer.begin("a", 0, group=True, urgent=urgent)
    assert pacer.rests("a", 10**9, urgent=urgent)
    pacer.end("a", 500)
    assert pacer.rests("a", 1500, urgent=urgent)
    assert not pacer.rests("a", 1501, urgent=urgent)
    assert pacer.next_moment(500) == 1501


def test_chats_left_alone_are_forgotten() -> None:
    pacer = Pacer(Pace(chat_millis=1000, group_per_minute=20))
    for number in range(5000):
        pacer.begin(str(number), number * 100, group=True, urgent=False)
        pacer.end(str(number), number * 100)
    assert len(pacer._chats) < 1500
    assert Counter(pacer.resting(499_900, urgent=False)) == Counter(str(n) for n in range(4989, 5000))
