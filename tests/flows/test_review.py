"""The review queue, extensions and transfers, in the words of the coordination group."""

from __future__ import annotations

from datetime import date

from bot.platforms.rehearsal.world import Message
from storage.terms.statuses import AssignmentStatus
from tests.flows import desk
from tests.flows.desk import LEAD, RESPONSIBLE, SUPPORT
from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, liaison, shown

DONE, REVIEW, RETURNED = AssignmentStatus.DONE, AssignmentStatus.REVIEW, AssignmentStatus.RETURNED
WORKING, CANCELLED = AssignmentStatus.WORKING, AssignmentStatus.CANCELLED

ITEMS = {
    "发布权责清单": {"发改局": LEAD, "财政局": SUPPORT},
    "公开预算决算": {"财政局": LEAD, "发改局": RESPONSIBLE},
    "推进教育公开": {"教育局": LEAD},
}


async def _city(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await desk.plan(stage, ITEMS)


async def test_a_submission_told_is_approved_and_struck_off(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", "清单已上网", told=True, file="清单.txt")
    card = stage.last(COORDINATION)
    assert card.title == "发改局申请办结"
    assert "第1项“发布权责清单”" in card.text
    assert "清单已上网" in card.text
    assert "清单.txt" in card.text
    await stage.press(COORDINATION, COORDINATOR, "通过")
    assert await desk.status(stage, 1, "发改局") is DONE
    assert "已同意办结" in stage.last("发改局").text
    assert "已通过1项：发改局第1项" in (stage.toast(COORDINATOR) or "")
    card = next(each for each in stage.messages(COORDINATION) if each.id == card.id)
    assert not card.buttons
    assert not stage.messages("财政局")


async def test_the_enclosed_files_are_sent_on_demand(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True, file="清单.txt")
    await stage.press(COORDINATION, COORDINATOR, "查看材料")
    assert [file.name for file in stage.last(COORDINATION).files] == ["清单.txt"]
    assert await desk.status(stage, 1, "发改局") is REVIEW


async def test_a_return_asks_for_the_reason_and_takes_a_new_day(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True)
    await stage.press(COORDINATION, COORDINATOR, "退回")
    assert await desk.status(stage, 1, "发改局") is REVIEW
    prompt = stage.last(COORDINATION)
    await stage.restart()
    await stage.say(COORDINATION, COORDINATOR, "7月15日", reply_to=prompt)
    assert "请写明退回的原因" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "缺" * 501, reply_to=prompt)
    assert "原因最多写500字，现在有501字" in stage.last(COORDINATION).text
    assert await desk.status(stage, 1, "发改局") is REVIEW
    await stage.say(COORDINATION, COORDINATOR, "缺少佐证材料，7月15日", reply_to=prompt)
    assert await desk.status(stage, 1, "发改局") is RETURNED
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 15)
    told = stage.last("发改局").text
    assert "时限改为7月15日到期。原因：缺少佐证材料" in told
    await stage.say(COORDINATION, COORDINATOR, "再退一次", reply_to=prompt)
    assert "已经处理过" in stage.last(COORDINATION).text
    assert await desk.steps(stage, "assignment.return") == 1


async def test_approve_all_spares_what_arrived_after_the_card(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局")
    await desk.submit(stage, 2, "财政局")
    await stage.say(COORDINATION, COORDINATOR, "/审核")
    card = stage.last(COORDINATION)
    assert card.title == "待审核（2项）"
    await desk.submit(stage, 3, "教育局")
    await stage.press(COORDINATION, COORDINATOR, "以上2项全部通过", on=card)
    assert await desk.status(stage, 1, "发改局") is DONE
    assert await desk.status(stage, 2, "财政局") is DONE
    assert await desk.status(stage, 3, "教育局") is REVIEW


async def test_what_was_submitted_anew_after_the_card_is_not_approved(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", "第一版", told=True)
    stale = stage.last(COORDINATION)
    stage.clock.advance(desk.MINUTE)
    await desk.submit(stage, 1, "发改局", "第二版")
    await stage.press(COORDINATION, COORDINATOR, "通过", on=stale)
    assert await desk.status(stage, 1, "发改局") is REVIEW
    assert "刚补充了说明" in (stage.toast(COORDINATOR) or "")
    renewed = next(each for each in stage.messages(COORDINATION) if each.id == stale.id)
    assert "第二版" in renewed.text
    await stage.press(COORDINATION, COORDINATOR, "以上1项全部通过", on=renewed)
    assert await desk.status(stage, 1, "发改局") is DONE


async def test_one_department_hears_of_all_its_approvals_in_one_message(stage: Stage) -> None:
    await _city(stage)
    await desk.submit_all(stage, [1, 2], "发改局")
    assert len(stage.messages(COORDINATION)) == 1
    await stage.press(COORDINATION, COORDINATOR, "以上2项全部通过")
    assert "已通过2项：发改局第1、2项" in (stage.toast(COORDINATOR) or "")
    assert len(stage.messages("发改局")) == 1
    assert "“发布权责清单”已同意办结" in stage.last("发改局").text
    assert "“公开预算决算”已同意办结" in stage.last("发改局").text


async def test_a_reply_to_a_return_is_a_report_on_what_was_returned(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 3, "教育局", told=True)
    await stage.press(COORDINATION, COORDINATOR, "退回")
    await stage.say(COORDINATION, COORDINATOR, "缺少佐证材料", reply_to=stage.last(COORDINATION))
    told = stage.last("教育局")
    assert "“推进教育公开”退回" in told.text
    assert "第3项" not in told.text
    await stage.restart()
    await stage.say("教育局", liaison("教育局"), "收到", reply_to=told)
    assert stage.last("教育局").id == told.id
    await stage.say("教育局", liaison("教育局"), "3 完成", reply_to=told)
    assert await desk.status(stage, 3, "教育局") is RETURNED
    await stage.say("教育局", liaison("教育局"), "80%，预计6月底", reply_to=told)
    assert "已记：80%，预计6月30日" in stage.last("教育局").text
    assert await desk.status(stage, 3, "教育局") is WORKING


async def test_a_reply_to_several_decisions_goes_by_the_departments_own_numbers(stage: Stage) -> None:
    await _city(stage)
    await desk.submit_all(stage, [1, 2], "发改局")
    await stage.press(COORDINATION, COORDINATOR, "以上2项全部通过")
    told = stage.last("发改局")
    assert told.text.splitlines()[0].startswith("1. ")
    assert told.text.splitlines()[1].startswith("2. ")
    stage.newcomer("clerk", "小何", "发改局")
    await stage.say("发改局", "clerk", "2 又补充一份材料", reply_to=told)
    assert "联络员" in stage.last("发改局").text
    await stage.say("发改局", liaison("发改局"), "2 又补充一份材料", reply_to=told)
    assert "已记：2 已办结，补充内容已留存" in stage.last("发改局").text


async def test_one_of_a_list_is_opened_and_the_others_keep_their_numbers(stage: Stage) -> None:
    await _city(stage)
    await desk.submit_all(stage, [1, 2], "发改局")
    await desk.submit(stage, 3, "教育局")
    await stage.say(COORDINATION, COORDINATOR, "/review")
    card = stage.last(COORDINATION)
    await stage.press(COORDINATION, COORDINATOR, "看第1条", on=card)
    opened = next(each for each in stage.messages(COORDINATION) if each.id == card.id)
    assert [b.label for b in opened.buttons] == ["通过", "退回", "返回列表"]
    await stage.press(COORDINATION, COORDINATOR, "返回列表", on=opened)
    await stage.press(COORDINATION, COORDINATOR, "看第1条", on=_again(stage, card.id))
    await stage.press(COORDINATION, COORDINATOR, "通过", on=_again(stage, card.id))
    left = _again(stage, card.id)
    assert await desk.status(stage, 1, "发改局") is DONE
    assert [b.label for b in left.buttons] == ["以上2项全部通过", "看第2条", "看第3条"]


async def test_decisions_by_words(stage: Stage) -> None:
    await _city(stage)
    await desk.submit_all(stage, [1, 2], "发改局")
    await desk.submit(stage, 3, "教育局")
    await stage.say(COORDINATION, COORDINATOR, "/review")
    card = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "通过", reply_to=card)
    assert "不止一项" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "好看", reply_to=card)
    assert "没有看懂" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "退回 2 缺盖章 7月1日", reply_to=card)
    assert await desk.status(stage, 2, "发改局") is RETURNED
    assert await desk.due(stage, 2, "发改局") == date(2026, 7, 1)
    await stage.say(COORDINATION, COORDINATOR, "1 3 通过", reply_to=card)
    assert await desk.status(stage, 1, "发改局") is DONE
    assert await desk.status(stage, 3, "教育局") is DONE
    await stage.say(COORDINATION, COORDINATOR, "2 通过", reply_to=card)
    assert await desk.status(stage, 2, "发改局") is RETURNED


async def test_a_recurring_duty_is_told_its_next_day(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await desk.plan(stage, {"报送清理报表": {"发改局": LEAD}}, every="half-year")
    await desk.submit(stage, 1, "发改局", told=True)
    await stage.press(COORDINATION, COORDINATOR, "通过")
    assert await desk.status(stage, 1, "发改局") is WORKING
    assert "本期已通过，下一期12月31日到期" in stage.last("发改局").text


async def test_pages_of_a_long_queue(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await desk.plan(stage, {f"事项{n}": {"发改局": LEAD} for n in range(1, 12)})
    await desk.submit_all(stage, list(range(1, 12)), "发改局")
    card = stage.last(COORDINATION)
    assert card.title == "待审核（11项）"
    assert len(card.buttons) == 10
    await stage.press(COORDINATION, COORDINATOR, "以上8项全部通过", on=card)
    assert await desk.status(stage, 8, "发改局") is DONE
    assert await desk.status(stage, 9, "发改局") is REVIEW
    await stage.press(COORDINATION, COORDINATOR, "还有3项", on=_again(stage, card.id))
    await stage.press(COORDINATION, COORDINATOR, "以上3项全部通过")
    assert await desk.status(stage, 11, "发改局") is DONE


async def test_who_may_not_decide_changes_nothing(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True)
    stage.newcomer(liaison("发改局"), "发改局联络员", COORDINATION, "liaison")
    for person in (liaison("发改局"), STRANGER):
        for label in ("通过", "退回"):
            await stage.press(COORDINATION, person, label)
            assert "统筹人员" in (stage.toast(person) or "")
    await stage.say(COORDINATION, STRANGER, "通过", reply_to=stage.messages(COORDINATION)[0])
    assert "统筹人员" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, STRANGER, "/review")
    assert "统筹人员" in stage.last(COORDINATION).text
    stage.newcomer(COORDINATOR, "王静", "发改局", "coordinator")
    await stage.say("发改局", COORDINATOR, "/review")
    assert "请到统筹群里办" in stage.last("发改局").text
    assert await desk.status(stage, 1, "发改局") is REVIEW


async def test_a_second_press_does_nothing(stage: Stage) -> None:
    await _city(stage)
    await desk.submit(stage, 1, "发改局", told=True)
    card = stage.last(COORDINATION)
    stage.room.press(COORDINATION, COORDINATOR, card.id, "通过")
    stage.room.press(COORDINATION, COORDINATOR, card.id, "通过")
    await stage.settle()
    assert await desk.steps(stage, "assignment.approve") == 1
    assert len(stage.messages("发改局")) == 1


async def test_an_extension_is_granted_to_the_day_asked(stage: Stage) -> None:
    await _city(stage)
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    card = stage.last(COORDINATION)
    assert "申请延到7月20日（现为6月30日到期）" in card.text
    await stage.press(COORDINATION, COORDINATOR, "同意")
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 20)
    assert "新时限7月20日" in stage.last("发改局").text
    assert not _again(stage, card.id).buttons


async def test_an_extension_is_granted_to_another_day(stage: Stage) -> None:
    await _city(stage)
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    await stage.press(COORDINATION, COORDINATOR, "改日期")
    prompt = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "尽快", reply_to=prompt)
    assert "没有看懂日期" in stage.last(COORDINATION).text
    await stage.restart()
    await stage.say(COORDINATION, COORDINATOR, "7月10日", reply_to=prompt)
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 10)
    await stage.say(COORDINATION, COORDINATOR, "7月11日", reply_to=prompt)
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 10)
    assert "已经" in stage.last(COORDINATION).text


async def test_an_extension_is_refused_with_a_reason(stage: Stage) -> None:
    await _city(stage)
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    card = stage.last(COORDINATION)
    await stage.press(COORDINATION, COORDINATOR, "不同意")
    prompt = stage.last(COORDINATION)
    await stage.say(COORDINATION, COORDINATOR, "难" * 501, reply_to=prompt)
    assert "原因最多写500字" in stage.last(COORDINATION).text
    await stage.say(COORDINATION, COORDINATOR, "市里要求不能推", reply_to=prompt)
    assert await desk.due(stage, 1, "发改局") == desk.DUE
    assert "未获同意" in stage.last("发改局").text
    assert "市里要求不能推" in stage.last("发改局").text
    assert not _again(stage, card.id).buttons


async def test_requests_in_a_queue(stage: Stage) -> None:
    await _city(stage)
    await stage.say(COORDINATION, COORDINATOR, "/extensions")
    assert "没有待定" in stage.last(COORDINATION).text
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    await desk.decline(stage, 2, "财政局")
    await stage.say(COORDINATION, COORDINATOR, "/延期申请")
    card = stage.last(COORDINATION)
    assert card.title == "待定申请（2件）"
    await stage.press(COORDINATION, COORDINATOR, "看第1件", on=card)
    await stage.press(COORDINATION, COORDINATOR, "同意")
    assert await desk.due(stage, 1, "发改局") == date(2026, 7, 20)
    await stage.press(COORDINATION, COORDINATOR, "看第1件", on=card)
    assert await desk.steps(stage, "extension.grant") == 1


async def test_a_declined_duty_goes_to_the_department_typed(stage: Stage) -> None:
    await _city(stage)
    await desk.decline(stage, 1, "发改局")
    card = stage.last(COORDINATION)
    assert "不属我局职责" in card.text
    await stage.press(COORDINATION, COORDINATOR, "改派")
    await stage.say(COORDINATION, COORDINATOR, "改派给教育局", reply_to=stage.last(COORDINATION))
    assert await desk.status(stage, 1, "发改局") is CANCELLED
    assert await desk.status(stage, 1, "教育局") is AssignmentStatus.AWAITING
    assert await desk.due(stage, 1, "教育局") == desk.DUE
    assert "已改派给教育局" in stage.last("发改局").text
    assert stage.messages("教育局")
    assert not _again(stage, card.id).buttons


async def test_a_near_name_is_offered_for_a_declined_duty(stage: Stage) -> None:
    await _city(stage)
    await desk.decline(stage, 1, "发改局")
    await stage.say(COORDINATION, COORDINATOR, "教育", reply_to=stage.last(COORDINATION))
    offered = stage.last(COORDINATION)
    assert "市教育局" in shown(offered)
    await stage.restart()
    await stage.press(COORDINATION, COORDINATOR, "市教育局", on=offered)
    assert await desk.status(stage, 1, "教育局") is AssignmentStatus.AWAITING
    assert not _again(stage, offered.id).buttons


async def test_a_duty_given_to_who_has_it_already_is_not_doubled(stage: Stage) -> None:
    await _city(stage)
    await desk.decline(stage, 1, "发改局")
    await stage.say(COORDINATION, COORDINATOR, "财政局", reply_to=stage.last(COORDINATION))
    assert await desk.status(stage, 1, "发改局") is CANCELLED
    assert await desk.status(stage, 1, "财政局") is AssignmentStatus.AWAITING


async def test_a_declined_duty_stays_with_a_reason(stage: Stage) -> None:
    await _city(stage)
    await desk.decline(stage, 1, "发改局")
    await stage.press(COORDINATION, COORDINATOR, "仍由该单位办理")
    await stage.say(COORDINATION, COORDINATOR, "三定方案写明", reply_to=stage.last(COORDINATION))
    assert await desk.status(stage, 1, "发改局") is AssignmentStatus.AWAITING
    assert "仍请贵单位办理" in stage.last("发改局").text
    await stage.say(COORDINATION, COORDINATOR, "/extensions")
    assert "没有待定" in stage.last(COORDINATION).text


async def test_who_may_not_decide_requests_changes_nothing(stage: Stage) -> None:
    await _city(stage)
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    for label in ("同意", "改日期", "不同意"):
        await stage.press(COORDINATION, STRANGER, label)
        assert "统筹人员" in (stage.toast(STRANGER) or "")
    await stage.say(COORDINATION, STRANGER, "7月25日", reply_to=stage.last(COORDINATION))
    assert await desk.due(stage, 1, "发改局") == desk.DUE


def _again(stage: Stage, message: str) -> Message:
    return next(each for each in stage.messages(COORDINATION) if each.id == message)
