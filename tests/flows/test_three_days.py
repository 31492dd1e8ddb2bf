"""Three days down amid a ladder, a campaign and a digest morning: one word to each group, and no more."""

from __future__ import annotations

from datetime import date, time

import pytest

from reminders.policy import Policy
from storage.records import Plan
from storage.unit import Unit
from tests.flows.departments import Given, hand_out
from tests.flows.mornings import diary, sleep, unasked, until
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison, shown
from tests.flows.test_campaigns import TITLE

NAMES = ("发改局", "教育局")
OVERDUE, TODAY, AHEAD = date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 23)
BACK = date(2026, 6, 10)
"""The stop spans Monday's digest, an item's last reminders, and the morning on which the campaign opens."""


async def arrange(stage: Stage) -> None:
    await stage.departments(NAMES)
    items = [
        Given("做好规划信息公开", due=OVERDUE),
        Given("推进重大项目信息公开", due=TODAY),
        Given("深化财政资金信息公开", due=AHEAD),
    ]
    await hand_out(stage, dict.fromkeys(NAMES, items), campaigns=True)
    for name in NAMES:
        await stage.press(name, liaison(name), "全部签收")

    async def weekly(unit: Unit) -> None:
        for plan in unit.directory.all(Plan):
            plan.policy = Policy().to_json()
            unit.save(plan, "policy")

    await stage.work(weekly)
    await until(stage, date(2026, 6, 5), time(17))


def digests(stage: Stage) -> list[str]:
    return [each.title for each in stage.messages(COORDINATION) if "进展（" in each.title]


@pytest.mark.parametrize("killed", [False, True], ids=["ended", "killed"])
async def test_each_group_hears_once_what_still_holds(stage: Stage, killed: bool) -> None:
    await arrange(stage)
    before = {name: len(unasked(stage, name)) for name in (*NAMES, COORDINATION)}
    told = len(digests(stage))
    if killed:
        await stage.kill()
        await stage.open()
    await sleep(stage, BACK, time(10, 30))
    for name in NAMES:
        assert (
            diary(stage, name, before[name])
            == f"""6月10日 10:30
{name}：今日提醒4项
❗已逾期1项，请{name}联络员尽快报进展，或申请延期
1. 做好规划信息公开（6月9日已到期，逾期1个工作日）
⏰ 今天到期1项
2. 推进重大项目信息公开（6月10日前，今天到期）
📌 即将到期1项
3. 深化财政资金信息公开（6月23日前，还有8个工作日）
📮 {TITLE}，请在6月25日前报送，已预填1条，核对即可
回复本条就能报进展，例如：1 已完成 2 60%，预计11月底 其余正常推进"""
        )
    assert len(unasked(stage, COORDINATION)) == before[COORDINATION] + 1
    assert f"{TITLE}已发起" in shown(unasked(stage, COORDINATION)[-1])
    assert digests(stage)[told:] == ["云岭市2026年政务公开工作要点进展（6月10日）"]

    await until(stage, date(2026, 6, 12))
    for name in NAMES:
        assert TITLE not in diary(stage, name, before[name] + 1)
        assert "即将到期" not in diary(stage, name, before[name] + 1)
    assert len(digests(stage)) == told + 1


async def test_who_answered_before_the_stop_hears_nothing_of_it_after(stage: Stage) -> None:
    await arrange(stage)
    await stage.say("发改局", liaison("发改局"), "/待办")
    await stage.say("发改局", liaison("发改局"), "都完成了", reply_to=stage.last("发改局"))
    await stage.say(COORDINATION, COORDINATOR, "/审核")
    await stage.press(COORDINATION, COORDINATOR, "以上3项全部通过")
    before = len(unasked(stage, "发改局"))
    await sleep(stage, BACK, time(10, 30))
    (bundle,) = unasked(stage, "发改局")[before:]
    assert bundle.title == "发改局：今日提醒1项"
    assert TITLE in bundle.text
