"""The annual report's part of each department (年报), as a document."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from docx import Document

from tests.flows.departments import approve
from tests.flows.mornings import until
from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, liaison, shown
from tests.flows.test_campaign_templates import arrange, begin

ME = liaison("发改局")
OTHER = "推进重大项目信息公开"


def document(stage: Stage, chat: str) -> Any:
    """Return the document of a chat's newest message."""
    (file,) = stage.last(chat).files
    return Document(BytesIO(stage.content(file.id)))


async def test_the_report_has_the_paragraph_the_figures_and_what_was_struck_off(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "年度报告")
    await stage.say("发改局", ME, "2026年，我局公开规划信息12条。", reply_to=stage.last("发改局"))
    await until(stage, date(2026, 3, 4))
    await stage.say(COORDINATION, COORDINATOR, "/年报")
    assert shown(stage.last(COORDINATION)).endswith("<2026年年度报告-市发改局.docx>")
    written = document(stage, COORDINATION)
    assert [each.text for each in written.paragraphs if each.text] == [
        "市发改局2026年政务公开工作情况",
        "一、总体情况",
        "2026年，我局公开规划信息12条。",
        "二、数据情况",
        "三、办结销号的任务",
        "1. 做好规划信息公开（3月2日办结）。",
        "四、正在办理的任务",
        "1. 推进重大项目信息公开（进度60%）。",
        "市发改局",
        "2026年3月4日",
    ]
    rows = [[cell.text for cell in row.cells] for row in written.tables[0].rows]
    assert rows == [["任务总数", "已办结", "正在办理", "暂缓", "其中逾期"], ["2", "1", "1", "0", "0"]]
    await stage.say("发改局", ME, "/年报")
    assert document(stage, "发改局").paragraphs[0].text == "市发改局2026年政务公开工作情况"
    await stage.say(COORDINATION, COORDINATOR, "/年报 2025")
    assert stage.last(COORDINATION).files == ()
    stage.newcomer(STRANGER, "路人", "发改局")
    await stage.say("发改局", STRANGER, "/年报")
    assert stage.last("发改局").files == ()


async def test_a_draft_confirmed_as_it_was_keeps_to_the_figures_beside_it(stage: Stage) -> None:
    await arrange(stage)
    await begin(stage, "年度报告")
    await stage.press("发改局", ME, "确认报送")
    await stage.say("发改局", ME, "/待办")
    await stage.say("发改局", ME, "2 已完成", reply_to=stage.last("发改局"))
    await approve(stage, "发改局", OTHER)
    await stage.say(COORDINATION, COORDINATOR, "/年报")
    written = document(stage, COORDINATION)
    words = "\n".join(each.text for each in written.paragraphs)
    assert "承担政务公开要点任务2项，已办结2项，正在办理0项" in words
    assert [cell.text for cell in written.tables[0].rows[1].cells] == ["2", "2", "0", "0", "0"]
