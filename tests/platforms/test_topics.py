"""Forum topics on Telegram: each is a chat of its own, and what a closed one was to hear is not lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.rehearsal.world import Message
from storage.ledger import chats, people
from storage.records import Chat, Department, DepartmentAlias
from storage.terms.roles import Role
from storage.unit import Unit
from tests.flows import desk
from tests.flows.stage import COORDINATION, COORDINATOR, liaison
from tests.platforms.offices import TelegramOffice

FORUM = "政务公开工作群"
BUREAUS = ["发改局", "财政局"]


class Forum(TelegramOffice):
    """One group with a topic for each of two departments."""

    async def arrange(self) -> None:
        self.fake.world.chat(self._number(FORUM), FORUM, forum=True)
        self.topics = {name: self.fake.world.topic(self._number(FORUM), name) for name in BUREAUS}
        for name in BUREAUS:
            self._ensure_person(liaison(name), f"{name}联络员", "liaison", FORUM)

        async def bind(unit: Unit) -> None:
            for name, topic in self.topics.items():
                department = unit.add(Department(name=f"市{name}", kind="bureau"))
                unit.add(DepartmentAlias(department_id=department.id, name=name))
                chat = chats.meet(
                    unit, "telegram", self.external(FORUM), private=False, title=FORUM, thread=str(topic)
                )
                chats.bind(unit, chat, [department])
                member = people.meet(unit, "telegram", self.account(liaison(name)), f"{name}联络员")
                people.give_role(unit, member, Role.LIAISON, department)

        await self.work(bind)
        await desk.plan(self, {"公开规划": dict.fromkeys(BUREAUS, desk.LEAD)})

    async def asks(self, name: str, words: str, *, to: Message | None = None, topic: bool = True) -> None:
        answered = None if to is None else int(to.id.split(":")[1])
        self.fake.world.say(
            self._number(FORUM),
            int(self.account(liaison(name))),
            words,
            reply_to=answered,
            topic=self.topics[name] if topic else None,
        )
        await self.settle()

    def where(self) -> list[int | None]:
        """Return the topics of what the bot said, None for General."""
        told = self.fake.world.chats[self._number(FORUM)].messages
        return [told[int(m.id.split(":")[1])].get("message_thread_id") for m in self.messages(FORUM)]

    def becomes(self, name: str, state: str, *, told: bool = True) -> None:
        """Close a topic, delete it, or open it again; the service message may be missed."""
        self.fake.world.chats[self._number(FORUM)].topics[self.topics[name]] = state
        kind = {"closed": "forum_topic_closed", "open": "forum_topic_reopened"}.get(state)
        if told and kind:
            self.fake.world._said(
                self._number(FORUM),
                {
                    "from": self.fake.world._people[int(self.account(COORDINATOR))],
                    "message_thread_id": self.topics[name],
                    "is_topic_message": True,
                    kind: {},
                },
            )


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncIterator[Forum]:
    async with Forum(tmp_path) as stage:
        await stage.arrange()
        yield stage


async def test_each_department_is_answered_in_its_own_topic(forum: Forum) -> None:
    for name in BUREAUS:
        await forum.asks(name, "/待办")
    assert forum.where() == list(forum.topics.values())
    await forum.asks(BUREAUS[0], "1 60%", to=forum.messages(FORUM)[0])
    assert forum.last(FORUM).text.startswith("已记：60%")
    assert forum.where()[-1] == forum.topics[BUREAUS[0]]


async def test_nobody_answers_in_the_topic_of_another_department(forum: Forum) -> None:
    await forum.asks(BUREAUS[0], "/待办")
    card = forum.last(FORUM)
    forum.topics[BUREAUS[1]] = forum.topics[BUREAUS[0]]
    await forum.asks(BUREAUS[1], "1 60%", to=card)
    assert "已记" not in forum.last(FORUM).text


@pytest.mark.parametrize("state", ["closed", "deleted"])
async def test_what_a_closed_topic_was_to_hear_is_said_in_general_and_told_once(
    forum: Forum, state: str
) -> None:
    first = BUREAUS[0]
    await forum.asks(first, "/待办")
    forum.becomes(first, state, told=False)
    for words in ("1 10%", "1 20%"):
        await forum.asks(first, words, to=forum.messages(FORUM)[0])
    assert forum.where() == [forum.topics[first], None, None]
    told = [m.text for m in forum.messages(COORDINATION) if "话题" in m.text]
    assert told == [
        f"“{FORUM}”的话题已关闭或被删除，发给它的消息改发在群里。请重新打开话题，或换一个话题重新绑定。"
    ]


async def test_an_answer_to_what_stands_in_general_counts_for_the_topics_department(forum: Forum) -> None:
    first = BUREAUS[0]
    await forum.asks(first, "/待办")
    forum.becomes(first, "closed")
    await forum.settle()
    await forum.asks(first, "1 10%", to=forum.messages(FORUM)[0])
    echo = forum.last(FORUM)
    assert forum.where()[-1] is None
    await forum.asks(first, "改成 1 30%", to=echo, topic=False)
    assert "1 30%" in forum.last(FORUM).text
    await forum.asks(BUREAUS[1], "改成 1 90%", to=echo, topic=False)
    assert not any("90%" in message.text for message in forum.messages(FORUM))


async def test_a_topic_opened_again_is_spoken_in_again(forum: Forum) -> None:
    first = BUREAUS[0]
    forum.becomes(first, "closed")
    await forum.settle()
    forum.becomes(first, "open")
    await forum.settle()
    await forum.asks(first, "/待办")
    assert forum.where() == [forum.topics[first]]


async def test_who_speaks_in_a_topic_shows_that_it_is_open(forum: Forum) -> None:
    first = BUREAUS[0]
    forum.becomes(first, "closed")
    await forum.settle()
    forum.becomes(first, "open", told=False)
    await forum.asks(first, "/待办")
    assert forum.where() == [forum.topics[first]]


async def test_the_ledger_knows_which_topics_are_closed(forum: Forum) -> None:
    forum.becomes(BUREAUS[1], "closed")
    await forum.settle()
    found: list[tuple[str, bool]] = []

    async def look(unit: Unit) -> None:
        found.extend((chat.thread, chat.topic_closed) for chat in unit.directory.all(Chat) if chat.thread)

    await forum.work(look)
    assert dict(found) == {str(forum.topics[BUREAUS[0]]): False, str(forum.topics[BUREAUS[1]]): True}
