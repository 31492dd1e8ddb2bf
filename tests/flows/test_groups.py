"""Groups: bound by a code, loosed, named for a purpose; the bot comes and goes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.events import Membership, Migrated, Place, Sender
from storage.ledger import lookup
from storage.terms.roles import Purpose
from storage.terms.statuses import ItemRole
from tests.flows.desk import plan
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, PLATFORM, STRANGER, Stage, liaison, shown

PRIVATE = f"private:{COORDINATOR}"


async def code(stage: Stage, words: str, chat: str = COORDINATION) -> str:
    """Have the coordinator make a code and read it off the card."""
    await stage.say(chat, COORDINATOR, f"/code {words}")
    found = re.search(r"/(?:bind|enrol) ([A-Z0-9]{10})", stage.last(chat).text)
    assert found is not None, shown(stage.last(chat))
    return found[1]


def bound(stage: Stage, chat: str) -> list[str]:
    """Name the departments a chat is bound to."""
    assert stage.office is not None
    directory = stage.office.database.directory
    found = lookup.chat_at(directory, PLATFORM, chat)
    return [] if found is None else [d.name for d in lookup.departments_of(directory, found.id)]


def new_group(stage: Stage, chat: str, title: str, *people: str) -> None:
    stage.room.ensure_chat(chat, title)
    for person in people:
        stage.room.ensure_person(person, stage.room.name_of(person), stage.room.person(person).hat, [chat])


async def test_a_code_binds_a_group_to_several_departments(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    new_group(stage, "joint", "综合群", STRANGER)
    word = await code(stage, "发改局、财政局")
    card = stage.last(COORDINATION)
    assert card.title == "把群绑定到发改局、财政局"
    assert "3月3日 09:00前有效" in card.text
    await stage.say("joint", STRANGER, f"/绑定 {word.lower()}")
    assert stage.last("joint").title == "本群已绑定发改局、财政局"
    assert bound(stage, "joint") == ["市发改局", "市财政局"]
    assert "“综合群”已绑定发改局、财政局" in stage.last(COORDINATION).text
    await stage.restart()
    assert bound(stage, "joint") == ["市发改局", "市财政局"]


async def test_a_group_bound_late_is_shown_what_waits_for_it(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await plan(stage, {"公开预算": {"财政局": ItemRole.LEAD}, "公开规划": {"发改局": ItemRole.LEAD}})
    new_group(stage, "late", "财政局新群", STRANGER)
    word = await code(stage, "财政局")
    before = len(stage.messages("财政局"))
    await stage.say("late", STRANGER, f"/bind {word}")
    greeting, card = stage.messages("late")
    assert greeting.title == "本群已绑定财政局"
    assert "下面是这里要办的事项" in greeting.text
    assert "公开预算" in shown(card)
    assert "公开规划" not in shown(card)
    assert len(stage.messages("财政局")) == before


async def test_a_code_is_good_once(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    new_group(stage, "one", "一群", STRANGER)
    new_group(stage, "two", "二群", STRANGER)
    word = await code(stage, "发改局")
    await stage.say("one", STRANGER, f"/bind {word}")
    await stage.say("two", STRANGER, f"/bind {word}")
    assert "已经用过了" in stage.last("two").text
    assert bound(stage, "two") == []


async def test_a_code_expires_after_a_day(stage: Stage) -> None:
    await stage.departments(["发改局"])
    new_group(stage, "one", "一群", STRANGER)
    word = await code(stage, "发改局")
    await stage.advance(timedelta(hours=24))
    await stage.say("one", STRANGER, f"/bind {word}")
    assert "过期了" in stage.last("one").text
    assert bound(stage, "one") == []


async def test_a_code_survives_a_restart_and_being_typed_full_width(stage: Stage) -> None:
    await stage.departments(["发改局"])
    new_group(stage, "one", "一群", STRANGER)
    word = await code(stage, "发改局")
    await stage.restart()
    wide = "".join(chr(ord(each) + 0xFEE0) for each in word)
    await stage.say("one", STRANGER, f"／bind　{wide}")
    assert bound(stage, "one") == ["市发改局"]


async def test_a_code_for_a_person_binds_no_group_and_stays_good(stage: Stage) -> None:
    await stage.departments(["发改局"])
    new_group(stage, "one", "一群", STRANGER)
    word = await code(stage, "联络员 发改局")
    await stage.say("one", STRANGER, f"/bind {word}")
    assert "这是登记人员的口令" in stage.last("one").text
    await stage.say("one", STRANGER, f"/enrol {word}")
    assert "路人已登记为发改局的联络员" in shown(stage.last("one"))


async def test_a_wrong_code_and_none_at_all(stage: Stage) -> None:
    new_group(stage, "one", "一群", STRANGER)
    await stage.say("one", STRANGER, "/bind ABCDEFGHJK")
    assert "口令不对" in stage.last("one").text
    await stage.say("one", STRANGER, "/bind")
    assert "请写上口令" in stage.last("one").text


async def test_a_private_chat_is_not_bound(stage: Stage) -> None:
    await stage.departments(["发改局"])
    word = await code(stage, "发改局")
    await stage.say(f"private:{STRANGER}", STRANGER, f"/bind {word}")
    assert "私聊不能绑定" in stage.last(f"private:{STRANGER}").text
    assert bound(stage, f"private:{STRANGER}") == []


async def test_a_group_bound_already_does_not_use_the_code_up(stage: Stage) -> None:
    await stage.departments(["发改局"])
    new_group(stage, "two", "二群", STRANGER)
    word = await code(stage, "发改局")
    await stage.say("发改局", liaison("发改局"), f"/bind {word}")
    assert "早就绑定在本群" in stage.last("发改局").text
    await stage.say("two", STRANGER, f"/bind {word}")
    assert bound(stage, "two") == ["市发改局"]


async def test_the_coordination_group_is_not_bound_to_a_department(stage: Stage) -> None:
    await stage.departments(["发改局"])
    word = await code(stage, "发改局")
    await stage.say(COORDINATION, COORDINATOR, f"/bind {word}")
    assert "这个群另有用途" in stage.last(COORDINATION).text


async def test_only_coordinators_make_codes_in_their_own_places(stage: Stage) -> None:
    await stage.departments(["发改局"])
    stage.newcomer(COORDINATOR, "王静", "发改局", "coordinator")
    for person in (STRANGER, LEADER):
        await stage.say(COORDINATION, person, "/code 发改局")
        assert "这件事要由统筹人员来办" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/code 统筹")
    assert "这件事要由统筹人员来办" in stage.last("发改局").text
    await stage.say("发改局", COORDINATOR, "/code 发改局")
    assert "请到统筹群里办" in stage.last("发改局").text
    assert await code(stage, "发改局", PRIVATE)


async def test_names_half_remembered_are_asked_for_one_by_one(stage: Stage) -> None:
    await stage.departments(["发展和改革局", "人力资源和社会保障局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/口令 财政局 发改局、人社局")
    first = stage.last(COORDINATION)
    assert "没有叫“发改局”的单位" in first.text
    await stage.restart()
    await stage.press(COORDINATION, COORDINATOR, "市发展和改革局", on=first)
    second = stage.room.message(first.id)
    assert "没有叫“人社局”的单位" in second.text
    await stage.say(COORDINATION, COORDINATOR, "市人力资源和社会保障局", reply_to=second)
    assert stage.last(COORDINATION).title == "把群绑定到财政局、发展和改革局、人力资源和社会保障局"


async def test_code_alone_tells_its_forms(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/code")
    assert "/code 联络员 发改局" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/code 联络员")
    assert "请写上是哪个单位的联络员" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/code 统筹 发改局")
    assert "统筹人员不分单位" in stage.last(COORDINATION).text


async def test_the_codes_of_a_departments_card(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await stage.say(COORDINATION, COORDINATOR, "/register 发改局")
    card = stage.last(COORDINATION)
    await stage.press(COORDINATION, COORDINATOR, "绑群口令", on=card)
    assert stage.last(COORDINATION).title == "把群绑定到发改局"
    await stage.press(COORDINATION, COORDINATOR, "联络员口令", on=card)
    assert stage.last(COORDINATION).title == "登记发改局的联络员"
    before = len(stage.messages(COORDINATION))
    await stage.press(COORDINATION, STRANGER, "联络员口令", on=card)
    assert stage.toast(STRANGER) == "这件事要由统筹人员来办。"
    assert len(stage.messages(COORDINATION)) == before


# ---------------------------------------------------------------- purposes


async def test_the_leaders_group_is_named_by_a_code(stage: Stage) -> None:
    new_group(stage, "leaders", "领导群", LEADER)
    word = await code(stage, "领导群")
    await stage.say("leaders", LEADER, f"/bind {word}")
    assert "本群现在是领导群" in stage.last("leaders").text
    assert "“领导群”已设为领导群" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/unbind 领导群")
    assert "“领导群”已恢复为普通群" in stage.last(COORDINATION).text
    assert "本群已恢复为普通群" in stage.last("leaders").text


async def test_the_coordination_group_does_not_become_the_leaders_by_mistake(stage: Stage) -> None:
    word = await code(stage, "领导群")
    await stage.say(COORDINATION, COORDINATOR, f"/bind {word}")
    assert "这个群另有用途" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "/code")
    assert stage.last(COORDINATION).title == "生成口令"


async def test_a_second_coordination_group_and_the_last_one_that_stays(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/unbind 统筹群")
    assert "这是唯一的统筹群" in stage.last(COORDINATION).text
    new_group(stage, "second", "第二统筹群", COORDINATOR)
    await stage.say("second", COORDINATOR, "/coordination")
    assert "已有统筹群" in stage.last("second").text
    word = await code(stage, "统筹群")
    await stage.say("second", COORDINATOR, f"/bind {word}")
    assert "本群现在是统筹群" in stage.last("second").text
    await stage.say("second", COORDINATOR, "/unbind 统筹群")
    await stage.press("second", COORDINATOR, "政务公开统筹群")
    await stage.say(COORDINATION, COORDINATOR, "/code")
    assert "请到统筹群里办" in stage.last(COORDINATION).text


async def test_the_first_coordination_group_is_a_coordinators_word(stage: Stage) -> None:
    new_group(stage, "first", "新统筹群", COORDINATOR, STRANGER)

    async def none_yet(unit: object) -> None:
        from storage.records import Chat
        from storage.unit import Unit

        assert isinstance(unit, Unit)
        for chat in unit.directory.all(Chat):
            if chat.purpose == Purpose.COORDINATION:
                chat.purpose = Purpose.NONE
                unit.save(chat, "purpose")

    await stage.work(none_yet)
    await stage.say("first", STRANGER, "/本群统筹")
    assert "这件事要由统筹人员来办" in stage.last("first").text
    await stage.say(PRIVATE, COORDINATOR, "/coordination")
    assert "请在群里操作" in stage.last(PRIVATE).text
    await stage.say("first", COORDINATOR, "/本群统筹")
    assert stage.last("first").title == "本群现在是统筹群。"
    await stage.say("first", COORDINATOR, "/coordination")
    assert "已经是了" in stage.last("first").text


# ---------------------------------------------------------------- loosing


async def test_a_department_is_loosed_from_its_only_group(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await stage.say(COORDINATION, COORDINATOR, "/解绑 发改局")
    assert "发改局不再使用“发改局政务公开群”" in stage.last(COORDINATION).text
    assert "发改局现在没有群" in stage.last(COORDINATION).text
    assert "本群已不再对应发改局" in stage.last("发改局").text
    assert bound(stage, "发改局") == []
    await stage.say(COORDINATION, COORDINATOR, "/unbind 发改局")
    assert "没有绑定任何群" in stage.last(COORDINATION).text


async def test_of_several_groups_the_coordinator_picks_one(stage: Stage) -> None:
    await stage.departments(["发改局"])
    new_group(stage, "two", "发改局二群", STRANGER)
    word = await code(stage, "发改局")
    await stage.say("two", STRANGER, f"/bind {word}")
    await stage.say(COORDINATION, COORDINATOR, "/unbind 发改局")
    card = stage.last(COORDINATION)
    token = card.button("发改局二群").token
    await stage.press(COORDINATION, STRANGER, "发改局二群", on=card)
    assert stage.toast(STRANGER) == "这件事要由统筹人员来办。"
    assert bound(stage, "two") == ["市发改局"]
    await stage.press(COORDINATION, COORDINATOR, "发改局二群", on=card)
    assert bound(stage, "two") == []
    assert bound(stage, "发改局") == ["市发改局"]
    stage.room.press(COORDINATION, COORDINATOR, card.id, token, stale=True)
    await stage.settle()
    assert stage.toast(COORDINATOR) == "这个按钮已失效。"


async def test_only_coordinators_loose(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await stage.say("发改局", liaison("发改局"), "/unbind 发改局")
    assert "这件事要由统筹人员来办" in stage.last("发改局").text
    assert bound(stage, "发改局") == ["市发改局"]


# ---------------------------------------------------------------- the bot comes and goes


async def test_the_bot_greets_a_group_that_is_not_bound(stage: Stage) -> None:
    new_group(stage, "new", "新群", STRANGER)
    stage.room.admit_bot("new", STRANGER)
    await stage.settle()
    assert "/bind 口令" in stage.last("new").text


async def test_coordinators_are_told_who_has_no_group_any_more(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    word = await code(stage, "财政局")
    await stage.say("发改局", liaison("发改局"), f"/bind {word}")
    stage.room.remove_bot("发改局", liaison("发改局"))
    await stage.settle()
    told = stage.last(COORDINATION).text
    assert "机器人被移出了“发改局政务公开群”" in told
    assert "发改局现在没有群" in told
    assert "财政局" not in told
    said = len(stage.messages("发改局"))
    stage.room.admit_bot("发改局", liaison("发改局"))
    await stage.settle()
    assert len(stage.messages("发改局")) == said
    assert bound(stage, "发改局") == ["市发改局", "市财政局"]


@pytest.mark.parametrize("chat", ["发改局"])
async def test_a_chat_under_a_new_identifier_keeps_its_departments(stage: Stage, chat: str) -> None:
    await stage.departments([chat])
    assert stage.office is not None
    place = Place(PLATFORM, chat, "group", "发改局政务公开群")
    nobody = Sender(None)
    stage.room.ensure_chat("moved", "发改局政务公开群")
    await stage.office.receiver.receive(
        Migrated(event_id="moved-1", place=place, sender=nobody, new_chat="moved")
    )
    await stage.settle()
    assert bound(stage, "moved") == ["市发改局"]
    there = Place(PLATFORM, "moved", "group", "发改局政务公开群")
    await stage.office.receiver.receive(
        Membership(event_id="moved-2", place=there, sender=nobody, present=True)
    )
    await stage.settle()
    assert bound(stage, "moved") == ["市发改局"]
