"""Who may give and take roles, bind chats and end leave: the ledger itself decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.actors import SYSTEM, Actor
from storage.ledger import chats, codes, lookup, people
from storage.records import Chat, Department, Member
from storage.terms.clock import office_day
from storage.terms.errors import NotAllowed, Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.unit import Unit
from tests.storage.world import NOW, World, elsewhere


def department(unit: Unit, name: str) -> Department:
    found = lookup.department_called(unit.directory, name)
    assert found is not None
    return found


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_coordinators_word_enrols_wherever_it_is_said(world: World, purpose: Purpose) -> None:
    async def work(unit: Unit) -> None:
        member = people.enrol(unit, "test", "a1", "张三", Role.LIAISON, department(unit, "甲局"))
        assert [m.role for m in lookup.memberships_of(unit.directory, member.id)] == [Role.LIAISON]

    await world.database.unit(elsewhere(world.desk, purpose), NOW, work)


@pytest.mark.parametrize("role", [Role.LEADER, Role.LIAISON, Role.DEPUTY, None])
@pytest.mark.parametrize("purpose", list(Purpose))
async def test_nobody_else_enrols_anywhere(world: World, role: Role | None, purpose: Purpose) -> None:
    actor = Actor(name="某人", roles=frozenset({role} if role else ()), purpose=purpose, account="x")
    assert not actor.may(Permission.ENROL)

    async def work(unit: Unit) -> None:
        with pytest.raises(NotAllowed):
            people.enrol(unit, "test", "a1", "张三", Role.COORDINATOR, None)

    await world.database.unit(actor, NOW, work)


async def test_only_where_coordinators_work_is_a_role_ended(world: World) -> None:
    async def work(unit: Unit) -> None:
        member = people.meet(unit, "test", "a1", "张三")
        with pytest.raises(NotAllowed):
            people.take_role(unit, member, Role.COORDINATOR, None)
        with pytest.raises(NotAllowed):
            people.rename(unit, member, "李四")
        with pytest.raises(NotAllowed):
            people.end_leave(unit, member, office_day(NOW))

    await world.database.unit(elsewhere(world.desk, Purpose.DEPARTMENT), NOW, work)


async def test_the_last_coordinator_stays(world: World) -> None:
    async def work(unit: Unit) -> None:
        one = people.meet(unit, "test", "a1", "甲")
        two = people.meet(unit, "test", "a2", "乙")
        for member in (one, two):
            people.give_role(unit, member, Role.COORDINATOR, None)
        people.take_role(unit, one, Role.COORDINATOR, None)
        with pytest.raises(Refusal) as refused:
            people.take_role(unit, two, Role.COORDINATOR, None)
        assert refused.value.text.key == "refusal.member.last_coordinator"

    await world.database.unit(SYSTEM, NOW, work)


@pytest.mark.parametrize("name", ["", "   ", "长" * 121])
async def test_names_that_are_none(world: World, name: str) -> None:
    async def work(unit: Unit) -> None:
        with pytest.raises(Refusal) as refused:
            people.rename(unit, unit.directory.get(Member, 1), name)
        assert refused.value.text.key == "refusal.member.name"

    await world.database.unit(world.desk, NOW, work)


async def test_leave_ends_early_and_is_called_off(world: World) -> None:
    today = office_day(NOW)

    async def work(unit: Unit) -> None:
        member = people.meet(unit, "test", "a1", "张三")
        now = people.grant_leave(unit, member, today, today + timedelta(days=2), None)
        later = people.grant_leave(unit, member, date(2026, 7, 1), date(2026, 7, 5), None)
        people.end_leave(unit, member, today)
        assert (now.ended, later.ended) == (True, False)
        people.end_leave(unit, member, today)
        assert later.ended
        with pytest.raises(Refusal):
            people.end_leave(unit, member, today)
        with pytest.raises(Refusal) as refused:
            people.grant_leave(unit, member, today - timedelta(days=5), today - timedelta(days=1), None)
        assert refused.value.text.key == "refusal.leave.past"

    await world.database.unit(world.desk, NOW, work)


async def test_codes_know_what_they_are_for(world: World) -> None:
    async def work(unit: Unit) -> None:
        group = chats.meet(unit, "test", "new", private=False, title="新群", thread=None)
        binding = codes.issue_binding(unit, [department(unit, "甲局")])
        enrolment = codes.issue_enrolment(unit, Role.LIAISON, department(unit, "甲局"))
        unit.actor = replace(unit.actor, account="a9", platform="test", name="新人")
        with pytest.raises(Refusal) as for_group:
            await codes.use_to_enrol(unit, binding)
        with pytest.raises(Refusal) as for_person:
            await codes.use_for_chat(unit, group, enrolment)
        assert for_group.value.text.key == "refusal.code.for_group"
        assert for_person.value.text.key == "refusal.code.for_person"
        bound = await codes.use_for_chat(unit, group, f" {binding.lower()} ")
        assert isinstance(bound, list)
        assert [each.name for each in bound] == ["甲局"]
        member, role, _ = await codes.use_to_enrol(unit, enrolment)
        assert (member.name, role) == ("新人", Role.LIAISON)

    await world.database.unit(world.desk, NOW, work)


async def test_a_chats_purpose_is_let_go_before_it_changes(world: World) -> None:
    async def work(unit: Unit) -> None:
        desk = next(c for c in unit.directory.all(Chat) if c.purpose == Purpose.COORDINATION)
        with pytest.raises(Refusal) as changed:
            chats.set_purpose(unit, desk, Purpose.LEADERS)
        assert changed.value.text.key == "refusal.chat.has_purpose"
        with pytest.raises(Refusal) as last:
            chats.release(unit, desk)
        assert last.value.text.key == "refusal.chat.last_coordination"
        other = chats.meet(unit, "test", "other", private=False, title="二", thread=None)
        chats.set_purpose(unit, other, Purpose.COORDINATION)
        chats.release(unit, desk)
        assert desk.purpose == Purpose.NONE
        with pytest.raises(Refusal) as none:
            chats.release(unit, desk)
        assert none.value.text.key == "refusal.chat.no_purpose"

    await world.database.unit(world.desk, NOW, work)
