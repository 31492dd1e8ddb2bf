"""The yearly assessment (考核): figures with the rows behind them, for coordinators only."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import load_workbook

from storage.terms.assessment import Fact, Figures, Outcome, Weights, figures
from storage.terms.errors import Refusal
from tests.flows.departments import JUNE, Given, approve, hand_out
from tests.flows.mornings import until
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, Stage, liaison, shown
from tests.flows.test_campaigns import TITLE

ITEMS = (Given("做好规划信息公开", due=JUNE), Given("推进重大项目信息公开", due=JUNE))


async def a_half_year(stage: Stage) -> None:
    """Let 发改局 do one thing on time after a return and the other not at all; 财政局 does all it should."""
    await stage.departments(["发改局", "财政局"])
    await hand_out(stage, {"发改局": ITEMS, "财政局": ITEMS[:1]}, campaigns=True)
    for name in ("发改局", "财政局"):
        await stage.press(name, liaison(name), "签收" if name == "财政局" else "全部签收")
        said = "1 已完成，发布12条" if name == "发改局" else "已完成"
        await stage.say(name, liaison(name), said, reply_to=stage.last(name))
    await approve(stage, "财政局", ITEMS[0].title)
    await stage.say(COORDINATION, COORDINATOR, "/审核")
    await stage.press(COORDINATION, COORDINATOR, "退回")
    await stage.say(COORDINATION, COORDINATOR, "缺少佐证", reply_to=stage.last(COORDINATION))
    await until(stage, date(2026, 6, 10))
    await stage.say("发改局", liaison("发改局"), "/待办")
    await stage.say("发改局", liaison("发改局"), "1 已完成，见网站", reply_to=stage.last("发改局"))
    # A coordinator agrees late: what counts is when it was submitted.
    await stage.press("财政局", liaison("财政局"), "零报告")
    await until(stage, date(2026, 7, 10), time(10))
    await approve(stage, "发改局", ITEMS[0].title)


async def test_every_figure_has_its_rows_and_only_coordinators_see_them(stage: Stage) -> None:
    await a_half_year(stage)
    await stage.say(COORDINATION, COORDINATOR, "/考核")
    assert (
        shown(stage.last(COORDINATION))
        == """云岭市2026年政务公开工作要点　考核参考
2个单位，按名录排列，不排名次；依据逐条列在“依据”表
权重：按时办结60，退回20，报送20；不涉及的一项不计入
仅供统筹人员参考，不要转发。
看一个单位的依据：/考核 发改局；换权重：/考核 70 10 20
<2026年考核参考.xlsx>"""
    )
    (file,) = stage.last(COORDINATION).files
    summary, behind = load_workbook(BytesIO(stage.content(file.id))).worksheets
    assert [row[1:] for row in summary.iter_rows(min_row=5, values_only=True)] == [
        ("市发改局", 2, 1, 2, 1, 1, 0, "40"),
        ("市财政局", 1, 1, 1, 0, 1, 1, "100"),
    ]
    assert len(list(behind.iter_rows(min_row=4, values_only=True))) == 9
    await stage.say(COORDINATION, COORDINATOR, "/考核 发改局")
    assert (
        shown(stage.last(COORDINATION))
        == f"""发改局　考核依据
到期2项，按时1项；申请办结2次，退回1次；应报送1次，按时0次；得分40
按时　做好规划信息公开（时限6月30日，6月10日报）
逾期未办结　推进重大项目信息公开（时限6月30日）
退回　做好规划信息公开（3月2日，缺少佐证）
未报送　{TITLE}（时限6月25日）"""
    )
    await stage.say(COORDINATION, COORDINATOR, "/考核 50 20 20")
    assert shown(stage.last(COORDINATION)) == "三个权重合计应为100，现在是90。例如：/考核 60 20 20"
    await stage.say(COORDINATION, LEADER, "/考核")
    assert stage.last(COORDINATION).files == ()
    await stage.say("发改局", liaison("发改局"), "/考核")
    assert stage.last("发改局").files == ()


def fact(outcome: Outcome) -> Fact:
    return Fact(1, outcome, "事项", None, None)


async def test_a_year_is_assessed_after_it_was_closed(stage: Stage) -> None:
    await a_half_year(stage)
    await stage.say(COORDINATION, COORDINATOR, "/考核 发改局")
    before = shown(stage.last(COORDINATION))
    await stage.say(COORDINATION, COORDINATOR, "/交账")
    await stage.press(COORDINATION, COORDINATOR, "确认交账")
    for words in ("/考核 发改局", "/考核 2026 发改局"):
        await stage.say(COORDINATION, COORDINATOR, words)
        assert shown(stage.last(COORDINATION)) == before
    await stage.say(COORDINATION, COORDINATOR, "/考核 2024")
    assert not stage.last(COORDINATION).files


@pytest.mark.parametrize(
    ("outcomes", "score"),
    [
        ([], None),
        ([Outcome.ON_TIME], 100.0),
        ([Outcome.OPEN], 0.0),
        ([Outcome.ON_TIME, Outcome.LATE], 50.0),
        ([Outcome.ON_TIME, Outcome.SUBMITTED, Outcome.RETURNED], 75.0),
        ([Outcome.SUBMITTED, Outcome.RETURNED, Outcome.RETURNED], 0.0),
        ([Outcome.ON_TIME, Outcome.ANSWERED_LATE], 75.0),
        ([Outcome.ANSWERED, Outcome.MISSING], 50.0),
    ],
)
def test_what_does_not_apply_is_left_out(outcomes: list[Outcome], score: float | None) -> None:
    assert figures([fact(each) for each in outcomes]).score(Weights()) == score


def test_weights_make_a_hundred() -> None:
    with pytest.raises(Refusal):
        Weights(50, 20, 20)
    with pytest.raises(Refusal):
        Weights(120, -20, 0)
    assert Figures(2, 1, 0, 0, 0, 0).score(Weights(100, 0, 0)) == 50.0
