"""Replies to a department's card: taken as reports, echoed in a line, asked about, corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message
from handlers.events import Place, Reply, Sender
from storage.ledger import chats, lookup
from storage.records import Plan
from storage.terms.statuses import ItemRole
from storage.unit import Unit
from tests.flows.departments import (
    CLOSE,
    GENERAL,
    JUNE,
    THREE,
    Given,
    approve,
    cancel,
    evidence,
    hand_out,
    ledger,
    standing,
    steps,
)
from tests.flows.stage import COORDINATION, COORDINATOR, PLATFORM, Stage, liaison, shown

GROUP, OTHER = "发改局", "住建局"
LIAISON = liaison(GROUP)
PASSER_BY = "passer-by"
ONE, TWO, LAST = (given.title for given in THREE)
ITEMS = (*THREE, *GENERAL[:3])
REST = [given.title for given in GENERAL[:3]]


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """A department with three items by name and three that bind everyone; another with one."""
    await stage.departments([GROUP, OTHER])
    await hand_out(stage, {GROUP: ITEMS, OTHER: [Given(ONE, due=JUNE)]})
    stage.newcomer(PASSER_BY, "新来的", GROUP)
    return stage


def card_of(stage: Stage, chat: str = GROUP) -> Message:
    """Return the card that handed out."""
    return stage.messages(chat)[0]


async def reply(stage: Stage, words: str, *, files: Sequence[ShownFile] = ()) -> str:
    """Reply to the card as the liaison."""
    return await stage.say(GROUP, LIAISON, words, reply_to=card_of(stage), files=files)


def picture(name: str) -> ShownFile:
    """Return a picture to send."""
    return ShownFile(name, "image/png", name.encode())


# ---------------------------------------------------------------- what people write

CONVERSATIONS: list[tuple[str, str, dict[str, str]]] = [
    (
        "1 已完成，发布12条 2 60%，预计11月底 3 无进展",
        "已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展",
        {
            ONE: "review 100% 已完成，发布12条",
            TWO: "working 60% 60%，预计11月底 2026-11-30",
            LAST: "working 0% 无进展",
        },
    ),
    (
        "1-3已完成",
        "已记：1-3 办结（待审核）",
        {ONE: "review 100% 已完成", TWO: "review 100% 已完成", LAST: "review 100% 已完成"},
    ),
    ("都完成了", "已记：1-6 办结（待审核）", dict.fromkeys((ONE, REST[2]), "review 100% 都完成了")),
    (
        "2 过半 其余正常推进",
        "已记：1、3-6 正常推进；2 50%",
        {ONE: "working 0% 正常推进", TWO: "working 50% 过半", REST[0]: "working 0% 正常推进"},
    ),
    ("２、六成", "已记：2 60%", {TWO: "working 60% 六成", ONE: "awaiting 0%"}),
    ("第2项已办结。", "已记：2 办结（待审核）", {TWO: "review 100% 已办结"}),
    ("1 基本完成", "已记：1 90%", {ONE: "working 90% 基本完成"}),
    (
        "1 正在征求意见\n2 已印发方案，下一步抓落实",
        "已记：1 正在征求意见；2 已印发方案，下一步抓落实",
        {ONE: "working 0% 正在征求意见", TWO: "working 0% 已印发方案，下一步抓落实"},
    ),
    (
        "3 已完成 http://www.yunling.gov.cn/a/1.html",
        "已记：3 办结（待审核），附材料1份",
        {LAST: "review 100% 已完成"},
    ),
]


@pytest.mark.parametrize(("words", "echo", "after"), CONVERSATIONS, ids=[c[0][:12] for c in CONVERSATIONS])
async def test_one_reply_answers_several_items(
    office: Stage, words: str, echo: str, after: dict[str, str]
) -> None:
    await reply(office, words)
    assert office.last(GROUP).text.split("\n")[0] == echo
    found = await ledger(office, GROUP)
    assert {title: found[title] for title in after} == after


async def test_a_card_of_one_item_needs_no_number(office: Stage) -> None:
    await office.say(OTHER, liaison(OTHER), "60%，预计9月底", reply_to=card_of(office, OTHER))
    assert shown(office.last(OTHER)) == "已记：60%，预计9月30日\n[更正]"
    assert await ledger(office, OTHER) == {ONE: "working 60% 60%，预计9月底 2026-09-30"}


async def test_what_is_done_goes_to_the_coordinators_in_one_message(office: Stage) -> None:
    before = len(office.messages(COORDINATION))
    await reply(office, "1、2 已完成 3 50%")
    told = office.messages(COORDINATION)[before:]
    assert len(told) == 1
    assert ONE in told[0].text
    assert TWO in told[0].text
    assert LAST not in told[0].text


async def test_a_first_report_confirms_the_item_on_the_card(office: Stage) -> None:
    await reply(office, "1 30%")
    assert "✅ 已签收：1\n待签收：2-6" in card_of(office).text


async def test_the_rest_takes_nothing_back(office: Stage) -> None:
    await reply(office, "1 已完成，发布12条")
    await reply(office, "其余正常推进")
    assert (await ledger(office, GROUP))[ONE] == "review 100% 已完成，发布12条"
    assert office.last(GROUP).text == "已记：2-6 正常推进"


async def test_what_is_not_said_again_still_stands(office: Stage) -> None:
    await reply(office, "2 60%，预计11月底")
    await office.advance(timedelta(days=1))
    await reply(office, "2 正在征求意见")
    assert (await ledger(office, GROUP))[TWO] == "working 60% 正在征求意见 2026-11-30"


async def test_general_items_go_on_with_one_tap_and_once_a_day(office: Stage) -> None:
    await reply(office, "4 70%")
    await office.say(GROUP, LIAISON, "/todo")
    board = office.last(GROUP)
    await office.press(GROUP, LIAISON, "共同事项正常推进", on=board)
    assert office.toast(LIAISON) == "已记2项"
    assert office.last(GROUP).text == "已记：5-6 正常推进"
    before = await steps(office)
    await office.press(GROUP, LIAISON, "共同事项正常推进", on=board)
    assert office.toast(LIAISON) == "共同事项今天都已报过"
    assert await steps(office) == before
    found = await ledger(office, GROUP)
    assert found[REST[0]] == "working 70% 70%"
    assert found[ONE] == "awaiting 0%"


async def test_a_reply_to_an_item_in_full_speaks_of_that_item(office: Stage) -> None:
    await office.say(GROUP, LIAISON, "/todo 1")
    await office.press(GROUP, LIAISON, "下一项")
    await office.say(GROUP, LIAISON, "已完成八成", reply_to=office.last(GROUP))
    assert office.last(GROUP).text == "已记：80%"
    assert (await ledger(office, GROUP))[TWO] == "working 80% 已完成八成"


# ---------------------------------------------------------------- unclear


async def test_unread_words_are_named_and_the_rest_is_taken(office: Stage) -> None:
    await reply(office, "2 60% 9 已完成")
    first, second = office.last(GROUP).text.split("\n")
    assert first == "已记：2 60%"
    assert second == "没读懂“9 已完成”。请写上序号再回复，例如：1 已完成"


async def test_words_without_a_number_change_nothing(office: Stage) -> None:
    before = await steps(office)
    await reply(office, "这个事情我们主任明天去问一下再说")
    assert "没读懂“这个事情我们主任明天去问一下再说”" in office.last(GROUP).text
    assert office.last(GROUP).buttons == ()
    assert await steps(office) == before


async def test_two_readings_are_asked_and_a_restart_loses_nothing(office: Stage) -> None:
    await reply(office, "1 已完成 2 已完成60% 其中还有部分没有办结，已全部办结")
    await office.restart()
    asked = office.last(GROUP)
    assert "是指：" in asked.text
    assert (await ledger(office, GROUP))[ONE] == "review 100% 已完成"
    label = next(button.label for button in asked.buttons if "60%" in button.label)
    await office.press(GROUP, LIAISON, label)
    assert office.toast(LIAISON) == "已记1项"
    assert office.last(GROUP).text == "已记：1 办结（待审核）；2 60%"
    assert (await ledger(office, GROUP))[TWO].startswith("working 60%")


async def test_a_question_can_be_waved_away(office: Stage) -> None:
    await reply(office, "1 已完成 2 已完成60% 其中还有部分没有办结，已全部办结")
    asked = office.last(GROUP)
    token = next(button.token for button in asked.buttons if "60%" in button.label)
    await office.press(GROUP, LIAISON, "都不是")
    assert "没有记，可写上序号再回复" in office.last(GROUP).text
    before = await steps(office)
    office.room.press(GROUP, LIAISON, asked.id, token, stale=True)
    await office.settle()
    assert office.toast(LIAISON) == "这个按钮已失效。"
    assert await steps(office) == before
    assert (await ledger(office, GROUP))[TWO] == "awaiting 0%"


async def test_a_stranger_settles_no_question(office: Stage) -> None:
    await reply(office, "2 已完成60% 其中还有部分没有办结，已全部办结")
    label = office.last(GROUP).buttons[0].label
    await office.press(GROUP, PASSER_BY, label)
    assert "联络员" in (office.toast(PASSER_BY) or "")
    assert (await ledger(office, GROUP))[TWO] == "awaiting 0%"


# ---------------------------------------------------------------- evidence


async def test_files_belong_to_every_item_the_reply_names(office: Stage) -> None:
    await reply(office, "1 已完成 2 60%", files=[picture("专栏.png")])
    assert office.last(GROUP).text == "已记：1 办结（待审核），附材料1份；2 60%，附材料1份"
    assert await evidence(office) == [(1, "专栏.png"), (2, "专栏.png")]


async def test_a_bare_file_goes_to_the_only_item(office: Stage) -> None:
    await office.say(OTHER, liaison(OTHER), "60%", reply_to=card_of(office, OTHER))
    await office.say(OTHER, liaison(OTHER), "", reply_to=card_of(office, OTHER), files=[picture("专栏.png")])
    assert office.last(OTHER).text == "已记：收到材料1份"
    assert await evidence(office) == [(1, "专栏.png")]
    assert await ledger(office, OTHER) == {ONE: "working 60% 60%"}, "earlier words stand"


async def test_a_bare_file_asks_for_its_item(office: Stage) -> None:
    await reply(office, "", files=[picture("专栏.png")])
    asked = office.last(GROUP)
    assert asked.text == "收到材料1份，是哪一项的？"
    assert [button.label for button in asked.buttons] == [
        *(f"第{n}项" for n in range(1, 7)),
        "都不是",
    ]
    await office.press(GROUP, LIAISON, "第2项")
    assert office.last(GROUP).text == "已记：2 收到材料1份"
    assert await evidence(office) == [(2, "专栏.png")]


async def test_among_many_items_the_number_of_a_file_is_typed(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: (*THREE, *GENERAL)})
    await reply(stage, "见附件，请查收", files=[picture("专栏.png")])
    asked = stage.last(GROUP)
    assert "只写序号" in asked.text
    assert asked.buttons == ()
    await stage.say(GROUP, LIAISON, "2、13", reply_to=asked)
    assert await evidence(stage) == [(2, "专栏.png"), (13, "专栏.png")]
    assert (await ledger(stage, GROUP))[TWO] == "working 0% 见附件，请查收"


async def test_a_file_in_reply_to_the_echo_joins_what_was_noted(office: Stage) -> None:
    await reply(office, "2 60%")
    await office.say(GROUP, LIAISON, "", reply_to=office.last(GROUP), files=[picture("专栏.png")])
    assert await evidence(office) == [(2, "专栏.png")]
    assert (await ledger(office, GROUP))[TWO] == "working 60% 60%"


async def test_links_are_evidence(office: Stage) -> None:
    await reply(office, "1 已完成 http://www.yunling.gov.cn/a/1.html")
    assert await evidence(office) == [(1, "http://www.yunling.gov.cn/a/1.html")]


# ---------------------------------------------------------------- whose word counts


async def test_a_strangers_reply_changes_nothing_and_gets_one_line(office: Stage) -> None:
    before = await steps(office)
    await office.say(GROUP, PASSER_BY, "1 已完成", reply_to=card_of(office))
    assert len(office.messages(GROUP)) == 2
    assert "联络员" in office.last(GROUP).text
    assert await steps(office) == before


async def test_a_liaison_of_another_department_changes_nothing(office: Stage) -> None:
    office.newcomer(liaison(OTHER), "住建局联络员", GROUP, "liaison")
    await office.say(GROUP, liaison(OTHER), "1 已完成", reply_to=card_of(office))
    assert "联络员" in office.last(GROUP).text
    assert (await ledger(office, GROUP))[ONE] == "awaiting 0%"
    assert (await ledger(office, OTHER))[ONE] == "awaiting 0%"


async def test_an_item_that_went_elsewhere_is_left_alone_and_the_others_are_taken(office: Stage) -> None:
    await cancel(office, GROUP, ONE)
    await reply(office, "1 已完成 2 60%")
    assert office.last(GROUP).text == "已记：2 60%\n1 已不由贵单位办理，没有记。"
    found = await ledger(office, GROUP)
    assert found[ONE].startswith("cancelled")
    assert found[TWO] == "working 60% 60%"
    assert [number for number, _, _ in await standing(office)] == [2]


async def test_an_anonymous_sender_is_asked_for_a_named_reply(office: Stage) -> None:
    before = await steps(office)
    assert office.office is not None
    await office.office.receiver.receive(
        Reply(
            event_id="anonymous-1",
            place=Place(PLATFORM, GROUP, "group", "发改局政务公开群"),
            sender=Sender(None, "群管理员"),
            message="900",
            reply_to=card_of(office).id,
            text="1 已完成",
        )
    )
    await office.settle()
    assert "请用本人账号" in office.last(GROUP).text
    assert await steps(office) == before


async def test_a_card_in_a_group_that_was_unbound_takes_nothing(office: Stage) -> None:
    async def unbind(unit: Unit) -> None:
        department = lookup.department_called(unit.directory, GROUP)
        assert department is not None
        (chat,) = lookup.chats_of(unit.directory, department.id)
        chats.unbind(unit, chat, department)

    await office.work(unbind)
    before = await steps(office)
    await reply(office, "1 已完成")
    await office.press(GROUP, LIAISON, "全部签收")
    await office.press(GROUP, LIAISON, "查看原文")
    assert len(office.messages(GROUP)) == 2, "one courteous line"
    assert await steps(office) == before


async def test_a_reply_to_a_closed_plans_card_is_told_so(office: Stage) -> None:
    async def close(unit: Unit) -> None:
        (plan,) = unit.directory.all(Plan)
        plan.close(unit.now)
        unit.save(plan)

    await office.work(close)
    before = await steps(office)
    await reply(office, "1 已完成 2 60%")
    assert office.last(GROUP).text == "1-2 所在的计划已交账，没有记。"
    assert await steps(office) == before


async def test_words_after_approval_are_kept_as_a_note(office: Stage) -> None:
    await reply(office, "1 已完成")
    await approve(office, GROUP, ONE)
    await reply(office, "1 又发布3条")
    assert office.last(GROUP).text == "已记：1 已办结，补充内容已留存"
    assert (await ledger(office, GROUP))[ONE] == "done 100% 已完成"
    assert await standing(office) == [(1, "已完成", False), (1, "又发布3条", True)]


# ---------------------------------------------------------------- the message is edited


async def test_an_edited_message_corrects_its_reports_in_place(office: Stage) -> None:
    said = await reply(office, "1 30% 2 60%")
    await office.edit(GROUP, LIAISON, said, "1 30% 2 80%，预计11月底 3 无进展")
    assert len(office.messages(GROUP)) == 2, "the echo itself is changed"
    assert office.last(GROUP).text == "已记：1 30%；2 80%，预计11月30日；3 无进展"
    found = await ledger(office, GROUP)
    assert found[TWO] == "working 80% 80%，预计11月底 2026-11-30"
    assert found[LAST] == "working 0% 无进展"


async def test_what_an_edited_message_no_longer_says_is_taken_back(office: Stage) -> None:
    said = await reply(office, "1 30% 2 60%")
    await office.edit(GROUP, LIAISON, said, "1 30%")
    assert office.last(GROUP).text == "已记：1 30%\n已撤回：2"
    assert (await ledger(office, GROUP))[TWO] == "working 0%"
    assert [number for number, _, _ in await standing(office)] == [1]


@pytest.mark.parametrize("same", ["1 30% 2 60%", "1  30%，2 60%", "1 30%\n2 60%"])
async def test_an_edit_that_reads_the_same_changes_nothing(office: Stage, same: str) -> None:
    said = await reply(office, "1 30% 2 60%")
    before = await steps(office)
    await office.edit(GROUP, LIAISON, said, same)
    assert await steps(office) == before
    assert len(office.messages(GROUP)) == 2


async def test_done_taken_back_by_an_edit_leaves_the_review_queue(office: Stage) -> None:
    await reply(office, "1 30%")
    await office.advance(timedelta(days=1))
    said = await reply(office, "1 已完成 其余正常推进")
    await office.edit(GROUP, LIAISON, said, "1 还在走流程 其余正常推进")
    assert (await ledger(office, GROUP))[ONE] == "working 30% 还在走流程"
    await office.say(COORDINATION, COORDINATOR, "/review")
    assert ONE not in office.last(COORDINATION).text


async def test_an_edit_does_not_undo_what_was_said_later(office: Stage) -> None:
    said = await reply(office, "1 30%")
    await office.advance(timedelta(days=1))
    await reply(office, "1 80%")
    await office.edit(GROUP, LIAISON, said, "1 35%")
    assert (await ledger(office, GROUP))[ONE] == "working 80% 80%"


async def test_an_edit_after_approval_is_a_note_and_the_coordinators_hear_of_it(office: Stage) -> None:
    said = await reply(office, "1 已完成，发布12条")
    await approve(office, GROUP, ONE)
    before = len(office.messages(COORDINATION))
    await office.edit(GROUP, LIAISON, said, "1 已完成，发布15条")
    assert (await ledger(office, GROUP))[ONE] == "done 100% 已完成，发布12条"
    (told,) = office.messages(COORDINATION)[before:]
    assert told.text == f"发改局在办结后修改了第1项“{ONE}”的说明：已完成，发布15条"
    assert await standing(office) == [(1, "已完成，发布15条", True)]


async def test_an_unreadable_message_becomes_readable_by_an_edit(office: Stage) -> None:
    said = await reply(office, "那个事情弄得差不多了吧")
    await office.edit(GROUP, LIAISON, said, "2 60%")
    assert office.last(GROUP).text == "已记：2 60%"
    assert (await ledger(office, GROUP))[TWO] == "working 60% 60%"


async def test_an_edit_that_says_nothing_any_more_leaves_the_ledger(office: Stage) -> None:
    said = await reply(office, "2 60%")
    await office.edit(GROUP, LIAISON, said, "前面那条发错了大家别看")
    assert "没读懂" in office.last(GROUP).text
    assert (await ledger(office, GROUP))[TWO] == "working 60% 60%"


async def test_files_stay_with_an_edited_report(office: Stage) -> None:
    said = await reply(office, "1 30%", files=[picture("专栏.png")])
    await office.edit(GROUP, LIAISON, said, "1 50%")
    assert await evidence(office) == [(1, "专栏.png")]


async def test_an_answered_question_is_not_asked_again_by_an_edit(office: Stage) -> None:
    words = "2 已完成60% 其中还有部分没有办结，已全部办结"
    said = await reply(office, f"1 30%\n{words}")
    label = next(button.label for button in office.last(GROUP).buttons if "60%" in button.label)
    await office.press(GROUP, LIAISON, label)
    await office.edit(GROUP, LIAISON, said, f"1 40%\n{words}")
    assert office.last(GROUP).text == "已记：1 40%；2 60%"
    assert (await ledger(office, GROUP))[TWO].startswith("working 60%")


async def test_a_message_that_was_never_a_report_may_be_edited(office: Stage) -> None:
    said = await office.say(GROUP, LIAISON, "大家好")
    before = len(office.messages(GROUP))
    await office.edit(GROUP, LIAISON, said, "1 已完成")
    assert len(office.messages(GROUP)) == before
    assert (await ledger(office, GROUP))[ONE] == "awaiting 0%"


# ---------------------------------------------------------------- the echo is answered


async def test_the_button_says_how_to_correct_and_a_reply_corrects(office: Stage) -> None:
    await reply(office, "1 30% 2 60%")
    await office.press(GROUP, LIAISON, "更正")
    echo = office.last(GROUP)
    assert "回复本条写序号和正确内容，例如：1 80%" in echo.text
    await office.restart()
    await office.say(GROUP, LIAISON, "2 80%", reply_to=echo)
    assert office.last(GROUP).text == "已更正：2 80%"
    assert office.messages(GROUP)[1].text == "已记：1 30%；2 80%"
    assert (await ledger(office, GROUP))[TWO] == "working 80% 80%"
    assert [words for _, words, _ in await standing(office)] == ["30%", "80%"]


async def test_of_a_single_item_the_right_words_need_no_number(office: Stage) -> None:
    await reply(office, "2 已完成")
    await office.say(GROUP, LIAISON, "80%", reply_to=office.last(GROUP))
    assert office.last(GROUP).text == "已更正：2 80%"
    assert (await ledger(office, GROUP))[TWO] == "working 80% 80%"


async def test_a_correction_outlives_an_edit_of_the_first_message(office: Stage) -> None:
    said = await reply(office, "1 30% 2 60%")
    await office.say(GROUP, LIAISON, "2 80%", reply_to=office.last(GROUP))
    await office.edit(GROUP, LIAISON, said, "1 40% 2 60%")
    found = await ledger(office, GROUP)
    assert found[ONE] == "working 40% 40%"
    assert found[TWO] == "working 80% 80%"


async def test_everything_a_message_said_is_taken_back_with_one_press(office: Stage) -> None:
    await reply(office, "2 40%")
    await office.advance(timedelta(days=1))
    await reply(office, "都完成了")
    await office.press(GROUP, LIAISON, "撤回")
    assert office.toast(LIAISON) == "已撤回6项"
    assert shown(office.last(GROUP)) == "已撤回：1-6"
    found = await ledger(office, GROUP)
    assert found[ONE] == "working 0%"
    assert found[TWO] == "working 40% 40%"
    await office.say(COORDINATION, COORDINATOR, "/review")
    assert "没有待审核" in office.last(COORDINATION).text


async def test_what_was_approved_is_not_taken_back(office: Stage) -> None:
    await reply(office, "1 已完成")
    await approve(office, GROUP, ONE)
    await office.press(GROUP, LIAISON, "撤回")
    assert "已办结的不能撤回" in (office.toast(LIAISON) or "")
    assert (await ledger(office, GROUP))[ONE] == "done 100% 已完成"


@pytest.mark.parametrize("label", ["更正", "撤回"])
async def test_a_stranger_corrects_nothing(office: Stage, label: str) -> None:
    await reply(office, "1 已完成")
    before = await steps(office)
    await office.press(GROUP, PASSER_BY, label)
    assert "联络员" in (office.toast(PASSER_BY) or "")
    await office.say(GROUP, PASSER_BY, "1 30%", reply_to=office.last(GROUP))
    assert await steps(office) == before


async def test_a_thank_you_to_the_echo_is_left_unanswered(office: Stage) -> None:
    await reply(office, "1 30%")
    await office.say(GROUP, LIAISON, "好的", reply_to=office.last(GROUP))
    assert len(office.messages(GROUP)) == 2


async def test_a_recurring_duty_keeps_the_approved_period(stage: Stage) -> None:
    await stage.departments([GROUP])
    await hand_out(stage, {GROUP: [Given(ONE, due=JUNE, every="quarter"), Given(TWO, ItemRole.LEAD, CLOSE)]})
    said = await reply(stage, "1 已完成，发布12条")
    await approve(stage, GROUP, ONE)
    assert (await ledger(stage, GROUP))[ONE].startswith("working 0%")
    await stage.edit(GROUP, LIAISON, said, "1 已完成，发布15条")
    assert (await ledger(stage, GROUP))[ONE].startswith("working 0%")
    assert await standing(stage) == [(1, "已完成，发布15条", True)]
