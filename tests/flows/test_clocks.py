"""Statutory clocks: started by a coordinator, reminded of like any due day, extended once."""

from __future__ import annotations

from datetime import date, time

from tests.flows.departments import Given, approve, hand_out
from tests.flows.mornings import mornings, until
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison
from tests.flows.test_reminders import never_prompt


async def order(stage: Stage, words: str, *, person: str = COORDINATOR) -> str:
    await stage.say(COORDINATION, person, words)
    return stage.last(COORDINATION).text


async def arrange(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await hand_out(stage, {"发改局": (Given("做好规划信息公开"),)})
    await stage.press("发改局", liaison("发改局"), "签收")
    await never_prompt(stage)
    await until(stage, date(2026, 7, 1), time(10))


async def test_a_policy_is_interpreted_within_three_working_days(stage: Stage) -> None:
    await arrange(stage)
    told = await order(stage, "/时限 解读 发改局 7月1日 住房租赁管理办法")
    assert told == "✅ 已起算：第2项“解读《住房租赁管理办法》”，7月6日前办结。"
    await stage.press("发改局", liaison("发改局"), "签收")
    await until(stage, date(2026, 7, 7), time(10))
    assert mornings(stage, "发改局") == ["7月6日 09:00", "7月7日 09:00"]


async def test_the_share_with_pictures_stands_in_the_digest(stage: Stage) -> None:
    await arrange(stage)
    for title in ("住房租赁管理办法", "招商引资办法"):
        await order(stage, f"/时限 解读 发改局 7月1日 {title}")
    assert "政策解读" not in await order(stage, "/周报")
    await stage.say("发改局", liaison("发改局"), "/待办")
    said = "2 已完成，附一图读懂 3 已完成，发布文字解读"
    await stage.say("发改局", liaison("发改局"), said, reply_to=stage.last("发改局"))
    for title in ("住房租赁管理办法", "招商引资办法"):
        await approve(stage, "发改局", f"解读《{title}》")
    told = await order(stage, "/周报")
    assert told.splitlines()[-1] == "政策解读2件，其中有图解的1件（50%，目标80%）。"


async def test_an_application_is_answered_within_twenty_and_extended_once(stage: Stage) -> None:
    await arrange(stage)
    told = await order(stage, "/时限 依申请 发改局 7月1日 2026-15号")
    assert told == "✅ 已起算：第2项“答复政府信息公开申请（2026-15号）”，7月29日前办结。"
    assert await order(stage, "/时限 延长 2") == "请写明原因。"
    changed = "“答复政府信息公开申请（2026-15号）”依法延长，8月26日前办结（已告知申请人）。"
    assert await order(stage, "/时限 延长 2 已告知申请人") == f"✅ 第2项：{changed}"
    assert stage.last("发改局").text == changed
    assert await order(stage, "/时限 延长 2 再延") == "第2项已经延长过，依法只能延长一次。"
    assert await order(stage, "/时限 延长 1 不是") == "第1项不是正在计算法定时限的事项。"


async def test_it_stands_still_while_a_third_party_is_consulted_and_begins_anew_when_put_right(
    stage: Stage,
) -> None:
    await arrange(stage)
    await order(stage, "/时限 依申请 发改局 7月1日 2026-15号")
    assert await order(stage, "/时限 恢复 2 没有停过") == "第2项没有暂停计算。"
    assert (await order(stage, "/时限 暂停 2 征求第三方意见")).endswith("暂停计算时限（征求第三方意见）。")
    await until(stage, date(2026, 7, 8), time(10))
    # Five working days it stood still.
    assert (await order(stage, "/时限 恢复 2 已答复")).endswith("恢复计算时限，8月5日前办结（已答复）。")
    assert (await order(stage, "/时限 延长 2 已告知申请人")).endswith("9月2日前办结（已告知申请人）。")
    assert (await order(stage, "/时限 补正 2 今日补正")).endswith("重新起算，8月5日前办结（今日补正）。")
    assert "依法延长" in await order(stage, "/时限 延长 2 已告知申请人")


async def test_only_days_on_which_the_clock_itself_stood_still_are_added(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/时限 依申请 发改局 7月1日 2026-15号")
    await order(stage, "/时限 暂停 2 征求第三方意见")
    await until(stage, date(2026, 7, 8), time(10))
    await order(stage, "/时限 补正 2 今日补正")
    await until(stage, date(2026, 7, 10), time(10))
    # Begun anew on the 8th, it stood still for two working days more.
    assert (await order(stage, "/时限 恢复 2 已答复")).endswith("恢复计算时限，8月7日前办结（已答复）。")
    await until(stage, date(2026, 7, 20), time(10))
    await order(stage, "/暂缓 2 等待批复")
    await until(stage, date(2026, 7, 22), time(10))
    assert await order(stage, "/时限 恢复 2 已答复") == "第2项没有暂停计算。"


async def test_a_paused_clock_is_not_resumed_without_its_days(stage: Stage) -> None:
    await arrange(stage)
    await order(stage, "/时限 依申请 发改局 7月1日 2026-15号")
    await order(stage, "/时限 暂停 2 征求第三方意见")
    await until(stage, date(2026, 7, 8), time(10))
    told = "第2项的法定时限已暂停，请发 /clock 恢复 2 加原因，办结日期会顺延。"
    assert await order(stage, "/恢复 2 已答复") == told
    assert (await order(stage, "/时限 恢复 2 已答复")).endswith("恢复计算时限，8月5日前办结（已答复）。")
    # Put off for other reasons, it is resumed as anything is.
    await order(stage, "/暂缓 2 等待批复")
    assert "没有暂停" not in await order(stage, "/恢复 2 已批复")


async def test_what_cannot_be_counted_is_refused(stage: Stage) -> None:
    await arrange(stage)
    assert (await order(stage, "/时限 解读 发改局")).startswith("请这样写：/clock")
    assert (await order(stage, "/时限 解读 发改局 7月9日 办法")).startswith("起算日还没有到")
    for applicant in ("张三", "张三 2026-15号", "张三申请公开征地批复"):
        told = await order(stage, f"/时限 依申请 发改局 7月1日 {applicant}")
        assert told.startswith("依申请公开只写收件编号")
    assert (await order(stage, "/时限 解读 发改局 6月1日 办法")).startswith("按这个日期，时限6月4日已经过了")
    assert "已起算" not in await order(stage, "/时限 解读 发改局 7月1日 办法", person=LEADER)
