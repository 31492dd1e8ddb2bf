"""Telegram and Slack in one program: one ledger, a department in both places, a person with two accounts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from storage.ledger import chats, lookup, people
from storage.records import Account, Leave, Member, Membership, ProgressReport
from storage.terms.clock import office_day
from storage.terms.roles import Role
from storage.unit import Unit
from tests.flows import desk
from tests.flows.stage import COORDINATION, COORDINATOR, liaison
from tests.platforms.offices import SlackOffice, TelegramOffice

BUREAU = "发改局"
PERSON = liaison(BUREAU)
ME = "me"


class Both(TelegramOffice):
    """The office on Telegram, with Slack beside it; ``slack`` has the people there."""

    async def __aenter__(self) -> Self:
        self.slack = SlackOffice(self.folder)
        await self.slack.fake.start()
        await super().__aenter__()
        return self

    async def _connect(self) -> None:
        await super()._connect()
        await self.slack._connect()

    def _platforms(self) -> list[Any]:
        return [self.platform, self.slack.platform]

    async def _serve(self, ready: Any) -> None:
        try:
            await super()._serve(ready)
        finally:
            await self.slack.platform.close()

    async def _acknowledged(self) -> None:
        await self.fake.until(super()._quiet)
        await self.slack._acknowledged()

    def _quiet(self) -> bool:
        return super()._quiet() and self.slack._quiet()

    async def _leave(self) -> None:
        await super()._leave()
        await self.slack.fake.stop()

    async def arrange(self) -> None:
        """Bind the department to a group on each platform; its liaison sits in both, known on Telegram."""
        await self.departments([BUREAU])
        self.slack._ensure_chat(BUREAU, f"{BUREAU}频道")
        self.slack._ensure_person(PERSON, "小李", "liaison", BUREAU)
        for stage in (self, self.slack):
            stage._ensure_chat(ME, "")
            stage._ensure_person(PERSON, "小李", "liaison", ME)
        self.slack.fake.channels["D7"] = self.slack.fake.channels.pop(self.slack.external(ME))
        self.slack._chats[ME] = "D7"
        self.fake.world.chats[self._number(ME)].type = "private"

        async def bind(unit: Unit) -> None:
            external = self.slack.external(BUREAU)
            chat = chats.meet(unit, "slack", external, private=False, title=f"{BUREAU}频道", thread=None)
            department = lookup.department_called(unit.directory, BUREAU)
            assert department is not None
            chats.bind(unit, chat, [department])

        await self.work(bind)
        await desk.plan(self, {"公开规划": {BUREAU: desk.LEAD}, "公开预算": {BUREAU: desk.LEAD}})

    async def says_on_slack(self, chat: str, text: str, to: Any = None) -> None:
        await self.slack._say(chat, PERSON, text, (), None if to is None else to.id)
        await self.settle()

    async def code(self) -> str:
        """Ask for a code on Telegram, in private."""
        await self.say(ME, PERSON, "/关联")
        found = re.search(r"/link (\w{10})", self.last(ME).text)
        assert found is not None, self.last(ME)
        return found[1]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with Both(tmp_path) as stage:
        await stage.arrange()
        yield stage


async def counted(stage: Both, model: Any) -> int:
    found: list[int] = []

    async def work(unit: Unit) -> None:
        found.append(await unit.count(model.all()))

    await stage.work(work)
    return found[0]


async def members(stage: Both) -> dict[str, str]:
    """Return whose each account is."""
    found: dict[str, str] = {}

    async def work(unit: Unit) -> None:
        for account in unit.directory.all(Account):
            if account.external in (stage.account(PERSON), stage.slack.account(PERSON)):
                found[account.platform] = f"{account.member_id}"

    await stage.work(work)
    return found


async def test_what_is_reported_on_one_platform_shows_on_the_other(both: Both) -> None:
    await both.say(BUREAU, PERSON, "/待办")
    await both.say(BUREAU, PERSON, "1 60%", reply_to=both.last(BUREAU))
    await both.says_on_slack(BUREAU, "/待办")
    assert "60%" in both.slack.last(BUREAU).text
    await both.says_on_slack(BUREAU, "1 80%", both.slack.last(BUREAU))
    assert await counted(both, ProgressReport) == 1, "nobody knows them there yet"
    await both.says_on_slack(ME, f"/关联 {await both.code()}")
    await both.says_on_slack(BUREAU, "2 30%", both.slack.messages(BUREAU)[0])
    assert await counted(both, ProgressReport) == 2
    await both.say(BUREAU, PERSON, "/待办")
    assert "30%" in both.last(BUREAU).text


async def test_a_person_linked_on_both_is_one_member(both: Both) -> None:
    await both.says_on_slack(ME, f"/关联 {await both.code()}")
    assert "已关联" in both.slack.last(ME).text
    found = await members(both)
    assert found["telegram"] == found["slack"]
    await both.says_on_slack(ME, "/待办")
    assert "公开规划" in both.slack.last(ME).text


async def test_who_was_known_on_both_becomes_one_with_all_roles(both: Both) -> None:
    async def enrol(unit: Unit) -> None:
        member = people.meet(unit, "slack", both.slack.account(PERSON), "小李")
        people.give_role(unit, member, Role.LEADER, None)

    await both.work(enrol)
    await both.says_on_slack(ME, f"/关联 {await both.code()}")
    found = await members(both)
    assert found["telegram"] == found["slack"]
    held: set[str] = set()

    async def roles(unit: Unit) -> None:
        held.update(m.role for m in unit.directory.all(Membership) if f"{m.member_id}" == found["slack"])
        assert len(list(unit.directory.all(Member))) >= 3, "the other stays written"

    await both.work(roles)
    assert held == {"liaison", "leader"}
    await both.restart()
    assert await members(both) == found


async def test_who_was_known_on_both_is_neither_their_own_deputy_nor_linked_by_an_older_code(
    both: Both,
) -> None:
    async def enrol(unit: Unit) -> None:
        member = people.meet(unit, "slack", both.slack.account(PERSON), "小李")
        department = lookup.department_called(unit.directory, BUREAU)
        people.give_role(unit, member, Role.DEPUTY, department)
        liaison = lookup.member_with(unit.directory, "telegram", both.account(PERSON))
        assert liaison is not None
        today = office_day(unit.now)
        people.grant_leave(unit, liaison, today, today, member)

    await both.work(enrol)
    await both.says_on_slack(ME, "/关联")
    older = re.search(r"/link (\w{10})", both.slack.last(ME).text)
    assert older is not None
    await both.says_on_slack(ME, f"/关联 {await both.code()}")
    deputies: list[int | None] = []

    async def leaves(unit: Unit) -> None:
        deputies.extend(leave.deputy_id for leave in unit.directory.all(Leave))

    await both.work(leaves)
    assert deputies == [None]
    await both.say(ME, PERSON, f"/link {older[1]}")
    assert "过期" in both.last(ME).text


async def test_a_code_works_once_for_ten_minutes_and_for_nobody_in_a_group(both: Both) -> None:
    code = await both.code()
    await both.advance(timedelta(minutes=11))
    await both.says_on_slack(ME, f"/link {code}")
    assert "过期" in both.slack.last(ME).text
    seen = await both.code()
    await both.says_on_slack(BUREAU, f"/link {seen}")
    assert "已经作废" in both.slack.last(BUREAU).text
    await both.says_on_slack(ME, f"/link {seen}")
    assert "用过" in both.slack.last(ME).text or "作废" in both.slack.last(ME).text
    await both.says_on_slack(ME, "/link ABCDEFGH23")
    assert len(set((await members(both)).values())) == len(await members(both)) == 1
    good = await both.code()
    await both.says_on_slack(ME, f"/link {good}")
    await both.says_on_slack(ME, f"/link {good}")
    assert len(set((await members(both)).values())) == 1


async def test_a_code_is_good_on_another_platform_alone(both: Both) -> None:
    code = await both.code()
    await both.say(ME, COORDINATOR, f"/link {code}")
    assert "另一个平台" in both.last(ME).text
    await both.says_on_slack(ME, f"/link {code}")
    assert "已关联" in both.slack.last(ME).text


async def test_a_stranger_has_nothing_to_link_and_a_group_is_no_place_for_it(both: Both) -> None:
    await both.says_on_slack(ME, "/关联")
    assert "还没有登记" in both.slack.last(ME).text
    await both.say(BUREAU, PERSON, "/关联")
    assert "私聊" in both.last(BUREAU).text


async def test_a_coordinator_sees_the_accounts_and_parts_them(both: Both) -> None:
    await both.says_on_slack(ME, f"/关联 {await both.code()}")
    await both.say(COORDINATION, COORDINATOR, f"/关联 {PERSON.removeprefix('liaison-')}联络员")
    card = both.last(COORDINATION)
    assert "Telegram" in card.text
    assert "Slack" in card.text
    await both.press(COORDINATION, PERSON, "解除Slack")
    assert len(set((await members(both)).values())) == 1, "not theirs to decide"
    await both.press(COORDINATION, COORDINATOR, "解除Slack")
    assert len(set((await members(both)).values())) == 2
    before = await counted(both, ProgressReport)
    await both.says_on_slack(BUREAU, "/待办")
    await both.says_on_slack(BUREAU, "1 10%", both.slack.last(BUREAU))
    assert await counted(both, ProgressReport) == before


async def test_each_group_of_a_department_is_told_of_a_decision_once(both: Both) -> None:
    await both.say(BUREAU, PERSON, "/待办")
    await both.say(BUREAU, PERSON, "1 已完成", reply_to=both.last(BUREAU))
    slack = len(both.slack.messages(BUREAU))
    await both.press(COORDINATION, COORDINATOR, "通过")
    assert "销号" in both.last(BUREAU).text
    assert len(both.slack.messages(BUREAU)) - slack == 1
