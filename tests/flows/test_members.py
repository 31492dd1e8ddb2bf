"""Members: enrolled by code or by word, listed, renamed, relieved, on leave."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.platforms.rehearsal.world import Message
from handlers.events import Command, Place, Sender
from storage.ledger import lookup
from storage.terms.roles import Role
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, PLATFORM, STRANGER, Stage, liaison, shown
from tests.flows.test_groups import code

PRIVATE = f"private:{COORDINATOR}"


def roles(stage: Stage, account: str) -> set[tuple[str, str | None]]:
    """Name what somebody is to the office."""
    assert stage.office is not None
    directory = stage.office.database.directory
    member = lookup.member_with(directory, PLATFORM, account)
    if member is None:
        return set()
    return {
        (m.role, None if m.department_id is None else lookup.short_name(directory, m.department_id))
        for m in lookup.memberships_of(directory, member.id)
    }


def said(stage: Stage, chat: str, message: str) -> Message:
    return stage.room.message(message)


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """A stage with two departments, whose groups a newcomer and the coordinator sit in as well."""
    await stage.departments(["发改局", "财政局"])
    for chat in ("发改局", "财政局"):
        stage.newcomer(COORDINATOR, "王静", chat, "coordinator")
        stage.newcomer("zhang", "张三", chat)
        stage.newcomer("li", "李四", chat)
    return stage


# ---------------------------------------------------------------- by code


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("联络员 发改局", ("liaison", "发改局")),
        ("副手 发改局", ("deputy", "发改局")),
        ("deputy 财政局", ("deputy", "财政局")),
        ("领导", ("leader", None)),
        ("统筹", ("coordinator", None)),
    ],
)
async def test_a_code_enrols_once(office: Stage, words: str, role: tuple[str, str | None]) -> None:
    word = await code(office, words)
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    assert roles(office, "zhang") == {role}
    assert "张三已登记为" in shown(office.last("private:zhang"))
    assert "张三已登记为" in office.last(COORDINATION).text
    await office.say("private:li", "li", f"/登记 {word}")
    assert "已经用过了" in office.last("private:li").text
    assert roles(office, "li") == set()
    await office.restart()
    assert roles(office, "zhang") == {role}


async def test_a_code_for_a_group_enrols_nobody_and_stays_good(office: Stage) -> None:
    word = await code(office, "财政局")
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    assert "这是绑定群的口令" in office.last("private:zhang").text
    assert roles(office, "zhang") == set()
    await office.say("发改局", "zhang", f"/bind {word}")
    assert office.last("发改局").title == "本群已绑定财政局"


async def test_a_code_to_enrol_expires(office: Stage) -> None:
    word = await code(office, "联络员 发改局")
    await office.advance(timedelta(hours=24))
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    assert "过期了" in office.last("private:zhang").text
    assert roles(office, "zhang") == set()


async def test_who_is_enrolled_already_does_not_use_the_code_up(office: Stage) -> None:
    word = await code(office, "联络员 发改局")
    await office.say("发改局", liaison("发改局"), f"/enrol {word}")
    assert "已经是了" in office.last("发改局").text
    await office.say("发改局", "zhang", f"/enrol {word}")
    assert roles(office, "zhang") == {("liaison", "发改局")}


async def test_nobody_anonymous_is_enrolled(office: Stage) -> None:
    word = await code(office, "联络员 发改局")
    assert office.office is not None
    for number, (name, argument) in enumerate([("enrol", word), ("enrol", "联络员 发改局")]):
        await office.office.receiver.receive(
            Command(
                event_id=f"anonymous-{number}",
                place=Place(PLATFORM, "发改局", "group", "发改局政务公开群"),
                sender=Sender(None, "群管理员"),
                name=name,
                argument=argument,
            )
        )
        await office.settle()
        assert "匿名身份无法登记" in office.last("发改局").text
    await office.say("发改局", "zhang", f"/enrol {word}")
    assert roles(office, "zhang") == {("liaison", "发改局")}


async def test_a_stranger_becomes_nothing_by_asking(office: Stage) -> None:
    for words in ("/enrol 统筹", "/enrol 联络员 发改局"):
        await office.say("发改局", "zhang", words)
        assert "登记要用口令" in office.last("发改局").text
    mine = await office.say("发改局", "zhang", "我是张三")
    await office.say("发改局", "zhang", "/enrol 统筹", reply_to=said(office, "发改局", mine))
    assert "这件事要由统筹人员来办" in office.last("发改局").text
    await office.say("发改局", liaison("发改局"), "/enrol 联络员", reply_to=said(office, "发改局", mine))
    assert "这件事要由统筹人员来办" in office.last("发改局").text
    assert roles(office, "zhang") == set()


async def test_the_first_coordinator_is_the_one_of_the_settings(tmp_path: Path, empty_ledger: Path) -> None:
    async with Stage(tmp_path, template=empty_ledger) as stage:
        assert roles(stage, COORDINATOR) == {("coordinator", None)}
        await stage.say(f"private:{STRANGER}", STRANGER, "/code 统筹")
        assert "这件事要由统筹人员来办" in stage.last(f"private:{STRANGER}").text
        assert roles(stage, STRANGER) == set()


# ---------------------------------------------------------------- by word


async def test_a_word_in_the_departments_own_group(office: Stage) -> None:
    hello = await office.say("发改局", "zhang", "大家好，我是新来的")
    await office.say("发改局", COORDINATOR, "/enrol 联络员", reply_to=said(office, "发改局", hello))
    assert roles(office, "zhang") == {("liaison", "发改局")}
    assert "张三已登记为发改局的联络员" in shown(office.last("发改局"))
    assert "张三已登记为发改局的联络员" in office.last(COORDINATION).text
    await office.say("发改局", COORDINATOR, "/登记 联络员", reply_to=said(office, "发改局", hello))
    assert "张三已经是了" in office.last("发改局").text


async def test_a_word_in_the_coordination_group_names_the_department(office: Stage) -> None:
    hello = await office.say(COORDINATION, STRANGER, "我来报到")
    message = said(office, COORDINATION, hello)
    await office.say(COORDINATION, COORDINATOR, "/enrol 联络员", reply_to=message)
    assert "请写上单位" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/enrol 副手 财政局", reply_to=message)
    assert roles(office, STRANGER) == {("deputy", "财政局")}
    await office.say(COORDINATION, COORDINATOR, "/enrol 领导", reply_to=message)
    assert ("leader", None) in roles(office, STRANGER)


async def test_a_word_without_a_message_and_on_the_bots(office: Stage) -> None:
    await office.say("发改局", COORDINATOR, "/enrol 联络员 发改局")
    assert "请在要登记的那个人的消息上回复" in office.last("发改局").text
    await office.say("发改局", COORDINATOR, "/enrol 联络员 发改局", reply_to=office.last("发改局"))
    assert "这是机器人的消息" in office.last("发改局").text


async def test_a_group_of_two_departments_asks_which(office: Stage) -> None:
    word = await code(office, "财政局")
    await office.say("发改局", "zhang", f"/bind {word}")
    hello = await office.say("发改局", "zhang", "我是张三")
    await office.say("发改局", COORDINATOR, "/enrol 联络员", reply_to=said(office, "发改局", hello))
    card = office.last("发改局")
    assert "是哪个单位的" in card.text
    await office.press("发改局", "li", "财政局", on=card)
    assert office.toast("li") == "这件事要由统筹人员来办。"
    await office.restart()
    await office.press("发改局", COORDINATOR, "财政局", on=card)
    assert roles(office, "zhang") == {("liaison", "财政局")}


async def test_a_word_with_a_name_half_remembered(office: Stage) -> None:
    await office.departments(["人力资源和社会保障局"])
    hello = await office.say("发改局", "zhang", "我是张三")
    await office.say("发改局", COORDINATOR, "/enrol 联络员 人社局", reply_to=said(office, "发改局", hello))
    await office.press("发改局", COORDINATOR, "市人力资源和社会保障局")
    assert roles(office, "zhang") == {("liaison", "人力资源和社会保障局")}


# ---------------------------------------------------------------- lists


async def test_everybody_at_a_glance(office: Stage) -> None:
    await office.departments(["教育局"])
    await office.say(COORDINATION, COORDINATOR, "/人员")
    text = office.last(COORDINATION).text
    assert "统筹人员：王静" in text
    assert "分管领导：陈明远" in text
    assert "发改局　联络员：发改局联络员" in text
    await office.say(COORDINATION, COORDINATOR, "/register 新增 市统计局 部门")
    await office.say(COORDINATION, COORDINATOR, "/members")
    assert "还没有联络员的1个单位：市统计局" in office.last(COORDINATION).text


async def test_a_department_sees_its_own_people_only(office: Stage) -> None:
    await office.say("发改局", "zhang", "/members")
    card = office.last("发改局")
    assert "发改局联络员" in card.text
    assert "财政局" not in card.text
    assert not card.buttons
    await office.say("发改局", "zhang", "/members 财政局")
    assert "财政局联络员" not in office.last("发改局").text
    await office.say(COORDINATION, STRANGER, "/members")
    assert "王静" not in office.last(COORDINATION).text


async def test_the_leader_looks_but_ends_nothing(office: Stage) -> None:
    await office.say(COORDINATION, LEADER, "/members 发改局")
    card = office.last(COORDINATION)
    assert "联络员：发改局联络员" in card.text
    assert not card.buttons


async def test_many_departments_come_in_pages(office: Stage) -> None:
    await office.departments([f"第{n}局" for n in range(1, 16)])
    await office.say(COORDINATION, COORDINATOR, "/members")
    assert "第15局联络员" not in office.last(COORDINATION).text
    await office.press(COORDINATION, COORDINATOR, "还有2个")
    assert "第15局联络员" in office.last(COORDINATION).text
    await office.press(COORDINATION, COORDINATOR, "上一页")
    assert "第1局联络员" in office.last(COORDINATION).text


# ---------------------------------------------------------------- the end of a role


async def test_a_role_ends_only_when_confirmed(office: Stage) -> None:
    account = liaison("发改局")
    await office.say(COORDINATION, COORDINATOR, "/members 发改局")
    card = office.last(COORDINATION)
    label = "免去发改局联络员（联络员）"
    await office.press(COORDINATION, COORDINATOR, label, on=card)
    await office.press(COORDINATION, COORDINATOR, "不免", on=card)
    assert roles(office, account) == {("liaison", "发改局")}
    await office.say(COORDINATION, COORDINATOR, "/members 发改局")
    card = office.last(COORDINATION)
    await office.press(COORDINATION, COORDINATOR, label, on=card)
    await office.restart()
    sure = office.room.message(card.id).button("确定免去").token
    await office.press(COORDINATION, STRANGER, "确定免去", on=card)
    assert office.toast(STRANGER) == "这件事要由统筹人员来办。"
    assert roles(office, account) == {("liaison", "发改局")}
    await office.press(COORDINATION, COORDINATOR, "确定免去", on=card)
    assert roles(office, account) == set()
    assert "发改局现在没有联络员" in office.room.message(card.id).text
    office.room.press(COORDINATION, COORDINATOR, card.id, sure, stale=True)
    await office.settle()
    assert office.toast(COORDINATOR) == "这个按钮已失效。"


async def test_the_last_coordinator_stays(office: Stage) -> None:
    await office.say(COORDINATION, COORDINATOR, "/members 统筹")
    await office.press(COORDINATION, COORDINATOR, "免去王静（统筹人员）")
    await office.press(COORDINATION, COORDINATOR, "确定免去")
    assert "最后一位统筹人员" in str(office.toast(COORDINATOR))
    assert roles(office, COORDINATOR) == {("coordinator", None)}
    word = await code(office, "统筹")
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    await office.press(COORDINATION, COORDINATOR, "确定免去")
    assert roles(office, COORDINATOR) == set()
    await office.say(COORDINATION, COORDINATOR, "/code")
    assert "这件事要由统筹人员来办" in office.last(COORDINATION).text


async def test_two_who_relieve_each_other_leave_one(office: Stage) -> None:
    word = await code(office, "统筹")
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    for chat, person, label in (
        (PRIVATE, COORDINATOR, "免去张三（统筹人员）"),
        ("private:zhang", "zhang", "免去王静（统筹人员）"),
    ):
        await office.say(chat, person, "/members 统筹")
        await office.press(chat, person, label)
    office.room.press(PRIVATE, COORDINATOR, office.last(PRIVATE).id, "确定免去")
    office.room.press("private:zhang", "zhang", office.last("private:zhang").id, "确定免去")
    await office.settle()
    left = [who for who in (COORDINATOR, "zhang") if (Role.COORDINATOR.value, None) in roles(office, who)]
    assert len(left) == 1


# ---------------------------------------------------------------- names


async def test_a_name_is_corrected(office: Stage) -> None:
    word = await code(office, "联络员 财政局")
    await office.say("private:zhang", "zhang", f"/enrol {word}")
    await office.say(COORDINATION, COORDINATOR, "/members 改名 张三 张三丰")
    assert "已把“张三”改为“张三丰”" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/members 财政局")
    assert "张三丰" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/members 改名 张三 李四")
    assert "没有找到“张三”" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/members 改名 张三丰")
    assert "请这样写：/members 改名" in office.last(COORDINATION).text


async def test_of_two_of_one_name_the_coordinator_picks(office: Stage) -> None:
    await two_of_one_name(office)
    await office.say(COORDINATION, COORDINATOR, "/members 改名 张三 张三丰")
    await office.press(COORDINATION, COORDINATOR, "张三（财政局联络员）")
    await office.say(COORDINATION, COORDINATOR, "/members 财政局")
    assert "张三丰" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/members 发改局")
    assert "张三丰" not in office.last(COORDINATION).text


async def two_of_one_name(office: Stage) -> None:
    office.newcomer("zhang2", "张三", "财政局")
    for account, chat in (("zhang", "发改局"), ("zhang2", "财政局")):
        hello = await office.say(chat, account, "我是张三")
        await office.say(chat, COORDINATOR, "/enrol 联络员", reply_to=said(office, chat, hello))


# ---------------------------------------------------------------- leave


async def enrol(office: Stage, account: str, chat: str, role: str = "联络员") -> None:
    hello = await office.say(chat, account, "报到")
    await office.say(chat, COORDINATOR, f"/enrol {role}", reply_to=said(office, chat, hello))


async def test_leave_with_a_deputy(office: Stage) -> None:
    await enrol(office, "zhang", "发改局")
    await enrol(office, "li", "财政局")
    await office.say(COORDINATION, COORDINATOR, "/请假 张三 7月1日-7月15日 李四")
    card = office.last(COORDINATION)
    assert card.title == "请假已记下"
    assert "张三：2026年7月1日至2026年7月15日，由李四代答" in card.text
    assert ("deputy", "发改局") in roles(office, "li")
    assert "李四同时登记为发改局的B角" in card.text
    await office.say(COORDINATION, COORDINATOR, "/leave")
    assert "张三：2026年7月1日至" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/leave 张三 7月10日至20日")
    assert "张三这段时间已经有请假了" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/leave 张三 结束")
    assert "张三的请假已结束" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/leave 张三 结束")
    assert "张三没有请假" in office.last(COORDINATION).text


async def test_who_is_on_leave_is_shown_so(office: Stage) -> None:
    await office.say(COORDINATION, COORDINATOR, "/leave 发改局联络员 3月1日-3月6日")
    assert "没有写代答的人" in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/members 发改局")
    assert "发改局联络员（请假至3月6日）" in office.last(COORDINATION).text
    await office.advance(timedelta(days=5))
    await office.say(COORDINATION, COORDINATOR, "/members 发改局")
    assert "请假至" not in office.last(COORDINATION).text


async def test_of_two_of_one_name_one_goes_on_leave(office: Stage) -> None:
    await two_of_one_name(office)
    await enrol(office, "li", "财政局", "副手")
    await office.say(COORDINATION, COORDINATOR, "/leave 张三 7月1日-7月15日 李四")
    card = office.last(COORDINATION)
    await office.restart()
    await office.press(COORDINATION, STRANGER, "张三（财政局联络员）", on=card)
    assert office.toast(STRANGER) == "这件事要由统筹人员来办。"
    await office.press(COORDINATION, COORDINATOR, "张三（财政局联络员）", on=card)
    assert "由李四代答" in office.room.message(card.id).text
    await office.say(COORDINATION, COORDINATOR, "/leave 李四 8月1日-8月5日 张三")
    await office.press(COORDINATION, COORDINATOR, "张三（发改局联络员）")
    assert "李四：2026年8月1日至2026年8月5日，由张三代答" in office.last(COORDINATION).text
    assert ("deputy", "财政局") in roles(office, "zhang")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("张三", "请这样写"),
        ("张三 七月 李四", "请这样写"),
        ("7月1日-7月15日", "请这样写"),
        ("赵六 7月1日-7月15日", "没有找到“赵六”"),
        ("张三 7月1日-7月15日 赵六", "没有找到“赵六”"),
        ("张三 7月1日-7月15日 张三", "不能由本人代答"),
        ("张三 7月15日-7月1日", "早于开始日期"),
        ("张三 2月1日-2月5日", "已经过去了"),
        ("张三 6月31日-7月5日", "请这样写"),
    ],
)
async def test_leave_that_cannot_be_granted(office: Stage, words: str, told: str) -> None:
    await enrol(office, "zhang", "发改局")
    await office.say(COORDINATION, COORDINATOR, f"/leave {words}")
    assert told in office.last(COORDINATION).text
    await office.say(COORDINATION, COORDINATOR, "/leave")
    assert "近期没有人请假" in office.last(COORDINATION).text


async def test_only_coordinators_grant_leave(office: Stage) -> None:
    await office.say("发改局", liaison("发改局"), "/leave 发改局联络员 7月1日-7月15日")
    assert "这件事要由统筹人员来办" in office.last("发改局").text
    await office.say(PRIVATE, COORDINATOR, "/leave 发改局联络员 7月1日-7月15日")
    assert office.last(PRIVATE).title == "请假已记下"
