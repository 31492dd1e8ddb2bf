"""Events in hand keep the order of their chat, whatever is held, put back or freed between."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.jobs import Job, Jobs
from bot.receiving import Arrival
from handlers.events import Place, Sender, Talk
from storage.records import InboxRow

CHATS = ("a", "b", "c")


def job(chat: str, number: int) -> Job:
    event = Talk(event_id=str(number), place=Place("p", chat), sender=Sender("x"))
    return Job(Arrival(InboxRow(id=number), event))


Step = tuple[str, str, int]
steps = st.lists(
    st.tuples(st.sampled_from(["put", "take", "free"]), st.sampled_from(CHATS), st.integers(1, 5))
)


class Dispatch:
    """Answers what it takes as dispatch does: some events are held, those behind them put back."""

    def __init__(self, chance: Random) -> None:
        self.jobs = Jobs()
        self.done: dict[str, list[int]] = {chat: [] for chat in CHATS}
        self.put = 0
        self._chance = chance
        self._waiting: dict[str, Job] = {}

    def arrive(self, chat: str) -> None:
        self.put += 1
        self.jobs.put(job(chat, self.put))

    def work(self, most: int) -> None:
        held: dict[str, Job] = {}
        back: list[Job] = []
        for each in self.jobs.take(most):
            chat = each.chat[1]
            assert chat not in self._waiting
            if chat in held:
                back.append(each)
            elif self._chance.random() < 0.3:
                held[chat] = each
            else:
                self.done[chat].append(int(each.event.event_id))
        self.jobs.put_back(back)
        for each in held.values():
            self.jobs.hold(each.chat)
        self._waiting.update(held)

    def free(self, chat: str) -> None:
        each = self._waiting.pop(chat, None)
        if each is not None:
            self.jobs.put_back([each])
            self.jobs.free(each.chat)


@given(steps, st.randoms(use_true_random=False))
def test_the_order_of_a_chat_is_kept_and_nothing_lost(told: list[Step], chance: Random) -> None:
    dispatch = Dispatch(chance)
    for step, chat, most in told:
        match step:
            case "put":
                dispatch.arrive(chat)
            case "take":
                dispatch.work(most)
            case _:
                dispatch.free(chat)
    while dispatch.jobs:
        for chat in CHATS:
            dispatch.free(chat)
        dispatch.work(3)
    assert all(numbers == sorted(numbers) for numbers in dispatch.done.values())
    assert sum(map(len, dispatch.done.values())) == dispatch.put
    assert not dispatch.jobs.ready


def test_chats_take_turns() -> None:
    jobs = Jobs()
    for at, chat in enumerate(["a", "a", "a", "b", "c"]):
        jobs.put(job(chat, at))
    assert [each.chat[1] for each in jobs.take(5)] == ["a", "b", "c", "a", "a"]
