"""Messages as rows, their buttons, codes said once, and chats that change their identifier."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tortoise.exceptions import IntegrityError

from storage.actors import Actor
from storage.ledger import chats, codes, lookup, messages, outbox, people
from storage.records import Chat, ChatAlias, Code, Department, MessageRef, OutboxRow
from storage.terms.cards import Button, Card, Edit, Send
from storage.terms.errors import NotAllowed, Refusal
from storage.terms.roles import Purpose, Role
from storage.terms.statuses import OutboxStatus
from storage.terms.texts import text
from storage.unit import Unit
from tests.storage.world import DAY, NOW, World, chat_of, dump, memory_agrees


def card(words: str, *actions: str) -> Card:
    return Card(lines=(text(words),), rows=tuple((Button(text(each), each, {"n": 1}),) for each in actions))


async def said(world: World, *, key: str | None = None, sent: bool = True) -> OutboxRow:
    async def work(unit: Unit) -> OutboxRow:
        row = messages.say(unit, Send(1, card("first", "yes", "no"), key=key))
        if sent:
            outbox.claim(unit, row)
            outbox.sent(unit, row)
            unit.add(MessageRef(chat_id=1, message="100", outbox_id=row.id))
        return row

    return await world.do(work)


async def shown(world: World, number: int, words: str) -> OutboxRow:
    async def work(unit: Unit) -> OutboxRow:
        return await messages.show_anew(unit, Edit(number, card(words, "maybe")))

    return await world.do(work)


async def newest(world: World, row: OutboxRow) -> Card:
    async def work(unit: Unit) -> Card:
        return await messages.newest_card(unit, row)

    return await world.do(work)


@pytest.mark.parametrize("status", [OutboxStatus.PENDING, OutboxStatus.PARKED])
async def test_a_card_nobody_saw_is_simply_another_one(world: World, status: OutboxStatus) -> None:
    first = await said(world, sent=False)

    async def lay_aside(unit: Unit) -> None:
        row = await unit.get(OutboxRow, first.id)
        row.status = status.value
        unit.save(row)

    await world.do(lay_aside)
    again = await shown(world, first.id, "second")
    assert again.id == first.id
    (row,) = (await dump(world.database))["outbox"]
    assert (row["status"], row["token"]) == (status, first.token)
    assert (await newest(world, first)).lines == (text("second"),)


async def test_of_several_changes_only_the_last_is_shown(world: World) -> None:
    first = await said(world)
    second = await shown(world, first.id, "second")
    third = await shown(world, first.id, "third")
    fourth = await shown(world, third.id, "fourth")
    rows = (await dump(world.database))["outbox"]
    assert [row["status"] for row in rows] == ["sent", "parked", "parked", "pending"]
    assert [row["target_id"] for row in rows] == [None, first.id, first.id, first.id]
    assert len({row["token"] for row in rows}) == 4
    assert fourth.target_id == first.id
    for row in (first, second, third, fourth):
        assert (await newest(world, row)).lines == (text("fourth"),)


async def test_a_change_under_way_is_not_touched(world: World) -> None:
    first = await said(world)
    second = await shown(world, first.id, "second")

    async def claim(unit: Unit) -> None:
        outbox.claim(unit, await unit.get(OutboxRow, second.id))

    await world.do(claim)
    await shown(world, first.id, "third")
    assert [row["status"] for row in (await dump(world.database))["outbox"]] == ["sent", "sending", "pending"]


async def test_a_message_on_its_way_for_the_first_time_is_changed_by_another(world: World) -> None:
    first = await said(world, sent=False)

    async def claim(unit: Unit) -> None:
        outbox.claim(unit, await unit.get(OutboxRow, first.id))

    await world.do(claim)
    assert (await shown(world, first.id, "second")).target_id == first.id


async def test_a_reply_finds_the_card_where_it_was_said(world: World) -> None:
    first = await said(world)

    async def find(unit: Unit) -> list[OutboxRow | None]:
        here, there = unit.directory.get(Chat, 1), unit.directory.get(Chat, 2)
        return [
            await messages.card_replied_to(unit, here, "100"),
            await messages.card_replied_to(unit, here, "101"),
            await messages.card_replied_to(unit, there, "100"),
        ]

    assert await world.do(find) == [first, None, None]


async def test_a_button_is_found_by_its_token_alone(world: World) -> None:
    first = await said(world)
    other = await said(world, sent=False)

    async def press(unit: Unit, token: str) -> str | None:
        found = await messages.button_pressed(unit, token)
        return found and f"{found[0].id} {found[1].action}"

    async def pressed(token: str) -> str | None:
        return await world.do(lambda unit: press(unit, token))

    assert await pressed(messages.button_token(first, 0)) == "1 yes"
    assert await pressed(messages.button_token(first, 1)) == "1 no"
    assert await pressed(messages.button_token(other, 1)) == "2 no"
    stem = first.token
    strange = ["", ".", ".0", "0", stem, f"{stem}.", f"{stem}.2", f"{stem}.-1", f"{stem}.0.0", f"{stem}.x"]
    strange += [f"{stem}.²", f"{stem}.٠", f"{stem.swapcase()}.0", f"{stem[:-1]}.0", f"{stem}%.0"]
    strange += [f"{stem}.{'9' * 5000}", f" {stem}.0"]
    assert [token for token in strange if await pressed(token) is not None] == []


async def test_a_keyed_message_is_said_once(world: World) -> None:
    await said(world, key="wave:1", sent=False)
    with pytest.raises(IntegrityError):
        await said(world, key="wave:1", sent=False)
    await said(world, sent=False)
    await said(world, sent=False)

    async def known(unit: Unit) -> list[bool]:
        return [await outbox.is_said(unit, key) for key in ("wave:1", "wave:2")]

    assert await world.do(known) == [True, False]
    assert len((await dump(world.database))["outbox"]) == 3


# ---------------------------------------------------------------- codes


async def code_for(world: World, *names: str) -> str:
    async def work(unit: Unit) -> str:
        found = [unit.directory.get(Department, world.departments[name]) for name in names]
        return codes.issue_binding(unit, found)

    return await world.do(work)


async def new_group(world: World) -> int:
    async def work(unit: Unit) -> int:
        number: int = chats.meet(unit, "test", "new", private=False, title="new", thread=None).id
        return number

    return await world.do(work)


async def use(world: World, chat: int, code: str, *, actor: Actor | None = None, now: int = NOW) -> object:
    async def work(unit: Unit) -> object:
        return await codes.use_for_chat(unit, unit.directory.get(Chat, chat), code)

    return await world.do(work, actor or Actor(name="anybody", account="a", platform="test"), now)


async def refused(world: World, chat: int, code: str, key: str, **options: object) -> None:
    before = await dump(world.database)
    with pytest.raises(Refusal) as told:
        await use(world, chat, code, **options)  # type: ignore[arg-type]
    assert told.value.text.key == f"refusal.{key}"
    assert await dump(world.database) == before
    await memory_agrees(world.database)


async def test_a_code_binds_once(world: World) -> None:
    code, chat = await code_for(world, "甲局", "东乡"), await new_group(world)
    bound = await use(world, chat, code)
    assert [each.name for each in bound] == ["甲局", "东乡"]  # type: ignore[attr-defined]
    assert world.database.directory.get(Chat, chat).purpose == Purpose.DEPARTMENT
    await refused(world, chat, code, "code.used")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
async def test_a_code_is_read_however_it_is_typed(world: World, typed: str) -> None:
    code, chat = await code_for(world, "甲局"), await new_group(world)
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code)
    assert codes._digest(wide) == codes._digest(code)
    await use(world, chat, typed.format(code.lower()))


async def test_a_code_expires(world: World) -> None:
    code, chat = await code_for(world, "甲局"), await new_group(world)
    await refused(world, chat, code, "code.expired", now=NOW + DAY)
    await use(world, chat, code, now=NOW + DAY - 1)


async def test_a_code_is_good_for_its_purpose_only(world: World) -> None:
    chat = await new_group(world)

    async def enrolment(unit: Unit) -> str:
        return codes.issue_enrolment(unit, Role.COORDINATOR, None)

    await refused(world, chat, await world.do(enrolment), "code.for_person")
    await refused(world, chat, "2345678923", "code.unknown")
    await refused(world, chat, "", "code.unknown")
    await refused(
        world, chat, await code_for(world, "甲局"), "anonymous", actor=Actor(name="x", anonymous=True)
    )
    await refused(world, world.desk.chat_id or 0, await code_for(world, "甲局"), "chat.has_purpose")


async def test_a_code_that_changes_nothing_is_not_spent(world: World) -> None:
    code = await code_for(world, "甲局")
    await refused(world, world.groups["甲局"], code, "chat.bound_already")
    await use(world, await new_group(world), code)


async def test_a_code_enrols_one_person(world: World) -> None:
    async def issue(unit: Unit) -> str:
        department = unit.directory.get(Department, world.departments["甲局"])
        return codes.issue_enrolment(unit, Role.LIAISON, department)

    code = await world.do(issue)
    sender = Actor(name="小李", account="li", platform="test")

    async def enrol(unit: Unit) -> None:
        await codes.use_to_enrol(unit, code)

    await world.do(enrol, sender)
    directory = world.database.directory
    assert [m.name for m in lookup.members_as(directory, Role.LIAISON, world.departments["甲局"])] == ["小李"]
    for each in (sender, replace(sender, account="wang")):
        with pytest.raises(Refusal) as told:
            await world.do(enrol, each)
        assert told.value.text.key == "refusal.code.used"
    assert lookup.member_with(directory, "test", "wang") is None


async def test_no_code_is_on_disk(world: World) -> None:
    code = await code_for(world, "甲局")
    stored = await dump(world.database)
    assert code not in str(stored)
    assert len(stored["code"][0]["digest"]) == 64
    assert set(code) <= set(codes.ALPHABET)
    assert len({await code_for(world, "甲局") for _ in range(20)}) == 20


async def test_only_coordinators_make_codes(world: World) -> None:
    async def issue(unit: Unit) -> str:
        return codes.issue_enrolment(unit, Role.COORDINATOR, None)

    with pytest.raises(NotAllowed):
        await world.do(issue, world.liaison("甲局"))
    async with world.database.reading():
        assert await Code.all(using_db=world.database.client).count() == 0


# ---------------------------------------------------------------- chats that move


async def move(world: World, name: str, external: str) -> None:
    async def work(unit: Unit) -> None:
        chats.move(unit, chat_of(world, name), external)

    await world.do(work)
    await memory_agrees(world.database)


async def test_a_chat_goes_on_under_another_identifier_and_back(world: World) -> None:
    old = chat_of(world, "甲局").external
    for external in ("new", old, "new", "newest"):
        await move(world, "甲局", external)
    directory = world.database.directory
    for external in (old, "new", "newest"):
        assert lookup.chat_at(directory, "test", external) is chat_of(world, "甲局")
    assert {alias.external for alias in directory.all(ChatAlias)} == {old, "new"}


async def test_a_chat_moves_to_where_the_bot_was_already_greeted(world: World) -> None:
    """The platform tells of the new chat and of the move in any order."""
    stray = await new_group(world)
    await move(world, "甲局", "new")
    directory = world.database.directory
    assert lookup.chat_at(directory, "test", "new") is chat_of(world, "甲局")
    assert not directory.get(Chat, stray).active
    assert [d.name for d in lookup.departments_of(directory, world.groups["甲局"])] == ["甲局"]


async def test_a_chat_does_not_take_the_place_of_one_in_use(world: World) -> None:
    before = await dump(world.database)
    with pytest.raises(Refusal):
        await move(world, "甲局", chat_of(world, "乙局").external)
    assert await dump(world.database) == before


async def test_the_last_coordinator_stays(world: World) -> None:
    async def work(unit: Unit) -> None:
        one = people.meet(unit, "test", "one", "One")
        two = people.meet(unit, "test", "two", "Two")
        for member in (one, two):
            people.give_role(unit, member, Role.COORDINATOR, None)
        people.take_role(unit, one, Role.COORDINATOR, None)
        with pytest.raises(Refusal):
            people.take_role(unit, one, Role.COORDINATOR, None)
        with pytest.raises(Refusal):
            people.take_role(unit, two, Role.COORDINATOR, None)

    await world.do(work)
    assert len(lookup.members_as(world.database.directory, Role.COORDINATOR)) == 1
