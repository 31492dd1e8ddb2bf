"""Departments ask: to strike an item off, for a later day, to give an item to somebody else."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.platforms.port import ShownFile
from storage.terms.clock import OFFICE_ZONE
from tests.flows.departments import GENERAL, JUNE, THREE, Given, approve, cancel, hand_out, ledger, steps
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison, shown

GROUP, OTHER = "发改局", "住建局"
LIAISON = liaison(GROUP)
PASSER_BY = "passer-by"
ONE, TWO, LAST = (given.title for given in THREE)


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """A department with three items by name, all confirmed; another with one."""
    await stage.departments([GROUP, OTHER])
    await hand_out(stage, {GROUP: THREE, OTHER: [Given(ONE, due=JUNE)]})
    await stage.press(GROUP, LIAISON, "全部签收")
    stage.newcomer(PASSER_BY, "新来的", GROUP)
    return stage


# ---------------------------------------------------------------- done


@pytest.mark.parametrize("command", ["/submit 1 3", "/办结 1、3", "/submit　第１项，③", "/submit 1,3"])
async def test_items_are_submitted_by_number(office: Stage, command: str) -> None:
    before = len(office.messages(COORDINATION))
    await office.say(GROUP, LIAISON, command)
    assert shown(office.last(GROUP)) == "已申请办结：1、3。统筹人员审核后会告知。"
    assert await ledger(office, GROUP) == {ONE: "review 100%", TWO: "working 0%", LAST: "review 100%"}
    assert len(office.messages(COORDINATION)) == before + 1, "one message, however many items"


async def test_what_is_in_review_is_not_submitted_again(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/submit 1")
    await office.say(GROUP, LIAISON, "/submit 1 2")
    assert shown(office.last(GROUP)) == (
        "已申请办结：2。统筹人员审核后会告知。\n1 目前是“待审核”，不用再申请办结。"
    )
    before = await steps(office), len(office.messages(COORDINATION))
    await office.say(GROUP, LIAISON, "/submit 1 2")
    assert (await steps(office), len(office.messages(COORDINATION))) == before


async def test_the_button_asks_which_item_and_a_restart_loses_nothing(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "申请办结")
    assert shown(office.last(GROUP)) == (
        "哪一项申请办结？\n"
        "1. 做好规划信息公开\n"
        "2. 推进重大项目信息公开\n"
        "3. 加大惠企政策公开力度\n"
        "[第1项][第2项][第3项]"
    )
    await office.restart()
    asked = office.last(GROUP)
    token = asked.buttons[1].token
    await office.press(GROUP, LIAISON, "第2项")
    assert shown(office.last(GROUP)) == "已申请办结：2。统筹人员审核后会告知。"
    before = await steps(office)
    office.room.press(GROUP, LIAISON, asked.id, token, stale=True)
    await office.settle()
    assert office.toast(LIAISON) == "这个按钮已失效。"
    assert await steps(office) == before
    await office.say(GROUP, LIAISON, "2", reply_to=office.last(GROUP))
    assert "/todo" in office.last(GROUP).text
    assert await steps(office) == before


async def test_the_only_item_is_not_asked_for(office: Stage) -> None:
    await office.say(OTHER, liaison(OTHER), "/todo")
    await office.press(OTHER, liaison(OTHER), "申请办结")
    assert "已申请办结：1" in office.last(OTHER).text
    await office.press(OTHER, liaison(OTHER), "申请办结")
    assert office.toast(liaison(OTHER)) == "这张卡片上没有可以申请的事项"


async def test_the_number_may_be_typed_instead(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "申请办结")
    await office.say(GROUP, LIAISON, "第2项", reply_to=office.last(GROUP))
    assert "已申请办结：2" in office.last(GROUP).text
    assert (await ledger(office, GROUP))[TWO] == "review 100%"


async def test_many_items_are_offered_page_by_page(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: (*THREE, *GENERAL)})
    await stage.press(GROUP, LIAISON, "不属本单位")
    await stage.press(GROUP, LIAISON, "更多")
    assert [button.label for button in stage.last(GROUP).buttons] == [
        *(f"第{n}项" for n in range(9, 17)),
        "上一页",
        "更多",
    ]
    await stage.press(GROUP, LIAISON, "更多")
    await stage.press(GROUP, LIAISON, "第21项")
    assert "不属本单位：21. 清理网络工作群" in stage.last(GROUP).text


# ---------------------------------------------------------------- a later day


async def test_an_extension_is_asked_for_by_button_and_reply(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "申请延期")
    await office.press(GROUP, LIAISON, "第1项")
    asked = office.last(GROUP)
    assert shown(asked) == (
        "申请延期：1. 做好规划信息公开\n请回复本条，写原因和新时限，例如：需等上级文件，延到7月15日"
    )
    await office.restart()
    await office.say(GROUP, LIAISON, "需等上级文件，延到7月15日", reply_to=asked)
    assert office.last(GROUP).text == "已申请：1 延到7月15日，原因：需等上级文件。统筹人员答复后会告知。"
    told = office.last(COORDINATION)
    assert told.title == "发改局申请延期"
    assert "申请延到7月15日" in told.text
    await office.press(COORDINATION, COORDINATOR, "同意")
    await office.say(GROUP, LIAISON, "/todo 1")
    assert "7月15日前" in office.last(GROUP).text


@pytest.mark.parametrize(
    "command",
    [
        "/extend 1 7月15日 需等上级文件",
        "/延期 1 需等上级文件，延到7月15日",
        "/extend 第1项：需等上级文件，7.15前",
        "/extend １、需等上级文件 延期至2026年7月15日",
    ],
)
async def test_an_extension_is_asked_for_in_one_line(office: Stage, command: str) -> None:
    await office.say(GROUP, LIAISON, command)
    assert "1 延到7月15日，原因：需等上级文件。" in office.last(GROUP).text
    assert office.last(COORDINATION).title == "发改局申请延期"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/extend", "例如：/extend 3 7月15日 需等上级文件"),
        ("/extend 7月15日", "例如：/extend 3 7月15日 需等上级文件"),
        ("/extend 1 需等上级文件", "没看到新时限"),
        ("/extend 1 7月15日", "没看到原因"),
        ("/extend 1 6月1日 需等上级文件", "新时限要晚于现在的6月30日"),
        ("/extend 9 7月15日 需等上级文件", "没有第9项"),
        ("/decline", "例如：/decline 3"),
        ("/decline 1", "为什么不属本单位"),
        ("/decline 9 职责已划转", "没有第9项"),
        ("/submit", "例如：/submit 1 3"),
        ("/submit 全部", "例如：/submit 1 3"),
        ("/submit 1 9", "没有第9项"),
    ],
)
async def test_what_cannot_be_asked_is_told_the_right_form(office: Stage, command: str, answer: str) -> None:
    before = await steps(office), len(office.messages(COORDINATION))
    await office.say(GROUP, LIAISON, command)
    assert answer in office.last(GROUP).text
    assert (await steps(office), len(office.messages(COORDINATION))) == before


async def test_an_extension_is_asked_for_once_and_in_time(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/extend 1 7月15日 需等上级文件")
    await office.say(GROUP, LIAISON, "/extend 1 7月20日 需等上级文件")
    assert "正在等答复" in office.last(GROUP).text
    office.clock.set(datetime(2026, 7, 1, 9, tzinfo=OFFICE_ZONE))
    await office.say(GROUP, LIAISON, "/extend 2 7月20日 需等上级文件")
    assert "6月30日已到期，不能再申请延期" in office.last(GROUP).text


async def test_an_open_ended_item_is_not_offered_for_extension(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: [Given(ONE, due=None), Given(TWO, due=None)]})
    await stage.say(GROUP, LIAISON, "/todo")
    await stage.press(GROUP, LIAISON, "申请延期")
    assert stage.toast(LIAISON) == "这张卡片上没有可以申请的事项"
    await stage.say(GROUP, LIAISON, "/extend 1 7月15日 需等上级文件")
    assert "没有时限" in stage.last(GROUP).text


# ---------------------------------------------------------------- not ours


async def test_not_ours_goes_to_the_coordinators_with_its_reason(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "不属本单位")
    await office.press(GROUP, LIAISON, "第2项")
    asked = office.last(GROUP)
    assert "不属本单位：2. 推进重大项目信息公开" in asked.text
    await office.say(GROUP, LIAISON, reply_to=asked, files=[ShownFile("a.png", "image/png", b"a")])
    assert "请写明为什么不属本单位" in office.last(GROUP).text
    await office.say(GROUP, LIAISON, "划" * 501, reply_to=asked)
    assert "原因最多写500字" in office.last(GROUP).text
    await office.say(GROUP, LIAISON, "职责已划转审批局", reply_to=asked)
    assert office.last(GROUP).text.startswith("已转告统筹人员：2 不属本单位，原因：职责已划转审批局。")
    assert office.last(COORDINATION).title == "发改局反映不属本单位职责"
    assert (await ledger(office, GROUP))[TWO] == "working 0%", "it stays until a coordinator decides"
    await office.say(GROUP, LIAISON, "/转办 2 职责已划转")
    assert "正在等答复" in office.last(GROUP).text


async def test_an_item_in_full_is_declined_from_its_own_card(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/todo 3")
    full = office.last(GROUP)
    await office.press(GROUP, LIAISON, "不属本单位", on=full)
    await office.say(GROUP, LIAISON, "职责已划转", reply_to=office.last(GROUP))
    assert "3 不属本单位" in office.last(GROUP).text
    assert any(message.title == f"3. {LAST}" for message in office.messages(GROUP)), "the item still reads"


async def test_after_reassignment_the_new_department_has_the_card_and_the_old_one_nothing(
    office: Stage,
) -> None:
    await office.say(GROUP, LIAISON, "/decline 2 职责已划转")
    await office.press(COORDINATION, COORDINATOR, "改派")
    await office.say(COORDINATION, COORDINATOR, OTHER, reply_to=office.last(COORDINATION))
    assert "2. 推进重大项目信息公开（责任、6月30日前）" in office.last(OTHER).text
    await office.say(GROUP, LIAISON, "1 60% 2 已完成", reply_to=office.messages(GROUP)[0])
    assert office.last(GROUP).text == "已记：1 60%\n2 已不由贵单位办理，没有记。"
    assert (await ledger(office, OTHER))[TWO] == "awaiting 0%"


# ---------------------------------------------------------------- whose word counts


@pytest.mark.parametrize("command", ["/submit 1", "/extend 1 7月15日 需等上级文件", "/decline 1 职责已划转"])
async def test_a_stranger_asks_for_nothing(office: Stage, command: str) -> None:
    before = await steps(office), len(office.messages(COORDINATION))
    await office.say(GROUP, PASSER_BY, command)
    assert "联络员" in office.last(GROUP).text
    assert (await steps(office), len(office.messages(COORDINATION))) == before


@pytest.mark.parametrize("label", ["申请办结", "申请延期", "不属本单位"])
async def test_a_strangers_press_opens_nothing(office: Stage, label: str) -> None:
    count = len(office.messages(GROUP))
    await office.press(GROUP, PASSER_BY, label)
    assert "联络员" in (office.toast(PASSER_BY) or "")
    assert len(office.messages(GROUP)) == count


async def test_a_stranger_does_not_answer_what_a_liaison_was_asked(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "申请延期")
    await office.press(GROUP, LIAISON, "第1项")
    before = await steps(office)
    await office.say(GROUP, PASSER_BY, "需等上级文件，延到7月15日", reply_to=office.last(GROUP))
    assert "联络员" in office.last(GROUP).text
    assert await steps(office) == before


async def test_what_was_settled_meanwhile_is_refused(office: Stage) -> None:
    await office.press(GROUP, LIAISON, "申请延期")
    await office.press(GROUP, LIAISON, "第1项")
    asked = office.last(GROUP)
    await office.say(GROUP, LIAISON, "/submit 2")
    await approve(office, GROUP, TWO)
    await cancel(office, GROUP, ONE)
    await office.say(GROUP, LIAISON, "需等上级文件，延到7月15日", reply_to=asked)
    assert "不用再申请" in office.last(GROUP).text
    await office.say(GROUP, LIAISON, "/decline 2 职责已划转")
    assert "不用再申请" in office.last(GROUP).text


async def test_the_coordinators_bare_word_lists_what_was_asked(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/extend 1 7月15日 需等上级文件")
    before = len(office.messages(COORDINATION))
    await office.say(COORDINATION, COORDINATOR, "/延期")
    assert len(office.messages(COORDINATION)) == before + 1
    assert office.last(COORDINATION).title == "发改局申请延期"


async def test_the_commands_stand_in_the_help(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/help")
    for word in ("/todo", "/submit", "/extend", "/decline"):
        assert word in office.last(GROUP).text
    await office.say(GROUP, PASSER_BY, "/help")
    assert "/todo" in office.last(GROUP).text
    assert "/submit" not in office.last(GROUP).text
