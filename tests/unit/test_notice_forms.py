"""Forms of notices, each with a small example: a new form costs one rule and one row here."""

from __future__ import annotations

import pytest

from handlers.notices import read_notice, read_text
from storage.terms.notice import Notice
from tests.corpus.files import docx_of, xlsx_of

HEAD = "某市2026年重点工作任务分解\n"

FORMS = {
    "labels spread over the line, persons beside departments": (
        (
            "1.甲。\n牵头单位（部门）：县发改局\n责 任 单 位：县财政局、县住建局\n完 成 时 限：6月底前\n"
            "2.乙。\n牵 头 领 导：李某\n责任单位及责任人：县商务局 张三\n"
        ),
        ["1 L县发改局 R县财政局 R县住建局 2026-06-30", "2 R县商务局"],
    ),
    "a dash": ("1.甲。——市委宣传部\n2.乙。（市教育局）\n", ["1 R市委宣传部", "2 R市教育局"]),
    "a role in a bracket behind a name": (
        "1.甲。责任单位：市审批局（牵头）、市司法局\n",
        ["1 L市审批局 R市司法局"],
    ),
    "labels in a bracket without marks between": (
        "1.甲。（牵头单位：市文旅局 配合单位：市融媒体中心 完成时限：12月底前）\n",
        ["1 L市文旅局 S市融媒体中心 2026-12-31"],
    ),
    "a sentence without 由": (
        "1.甲。市文旅局牵头，市住建局配合，9月底前完成一期。\n",
        ["1 L市文旅局 S市住建局 2026-09-30"],
    ),
    "a chapter's clause for its items": (
        (
            "一、甲（牵头单位：区发改局；配合单位：区统计局）\n1.乙。\n2.6月底前出台政策。\n"
            "二、丙（由区民政局负责）\n1.丁。\n"
        ),
        ["一/1 L区发改局 S区统计局", "一/2 L区发改局 S区统计局 2026-06-30", "二/1 R区民政局"],
    ),
    "stars": ("说明：加*的为牵头单位。\n1.甲。（*市发改委，市统计局）\n", ["1 L市发改委 R市统计局"]),
    "so many items above": (
        "1.甲。\n2.乙。\n以上2项由县住建局负责，各乡镇落实。\n",
        ["1 R县住建局 R各乡镇", "2 R县住建局 R各乡镇"],
    ),
    "chapters and articles": (
        (
            "第一章 总体要求\n坚持底线。\n第二章 重点任务\n"
            "第一条 甲。（市安委办负责）\n第二条 乙。（市应急局牵头）\n"
        ),
        ["第二章/第一条 R市安委办", "第二章/第二条 L市应急局"],
    ),
    "departments of the province": (
        "1.甲。（省商务厅牵头，发展改革委、海关总署广东分署配合）\n",
        ["1 L省商务厅 S省发展改革委 S海关总署广东分署"],
    ),
    "traditional script": (
        "1.甲。（區財政局牽頭，各鎮街配合，年底前）\n",
        ["1 L區財政局 S各鎮街 2026-12-31"],
    ),
    "tabs": (
        "序号\t任务\t牵头单位\t完成时限\n1\t甲\t县交通局\t10月底前\n2\t乙\t县应急局\t长期\n",
        ["1 L县交通局 2026-10-31", "2 L县应急局 open"],
    ),
    "web page's own noise": (
        "首页 > 公开\n1.甲\n责任单位：区园林局\n2.乙\n责任单位：区住建局、各街道\n打印 关闭\n",
        ["1 R区园林局", "2 R区住建局 R各街道"],
    ),
}
TABLES = {
    "the first in the column leads, numbers in a cell of their own": (
        (
            "|序号|任务|举措|责任单位（排第一的为牵头单位）|时间|\n|一|甲|<|<|<|\n"
            "|1|乙|做到|市国资委、市财政局|6月底前|\n|二|丙|<|<|<|\n|2|丁|做好|市民政局|全年|"
        ),
        ["一/1 L市国资委 R市财政局 2026-06-30", "二/2 L市民政局 open"],
    ),
    "labels in the cells": (
        (
            "|序号|任务|责任单位|完成时限|\n|1|甲|牵头：区数据局 配合：区审批局|年底前|\n"
            "|2|乙|牵头单位：区司法局；责任单位：各部门|长期|"
        ),
        ["1 L区数据局 S区审批局 2026-12-31", "2 L区司法局 R各部门 open"],
    ),
    "three levels": (
        "|任务|内容|措施|责任单位|\n|一、甲|（一）乙|1.丙|市审批局|\n|^|^|2.丁|市司法局|\n|二、戊|（二）己|3.庚|市发改委|",
        ["一/(一)/1 R市审批局", "一/(一)/2 R市司法局", "二/(二)/3 R市发改委"],
    ),
}


def told(notice: Notice) -> list[str]:
    """Say of each item its number, who answers for it, until when."""
    said = []
    for item in notice.items:
        who = item.responsibility
        names = (
            [f"L{n}" for n in who.lead] + [f"R{n}" for n in who.responsible] + [f"S{n}" for n in who.support]
        )
        limits = [str(each.due or each.every or each.kind) for each in item.deadlines]
        said.append(" ".join([item.number, *names, *limits]))
    return said


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_text_is_read(form: str) -> None:
    words, expected = FORMS[form]
    assert told(read_text(HEAD + words).notice) == expected


@pytest.mark.parametrize("form", TABLES)
def test_a_form_of_table_is_read_from_word_and_from_a_sheet(form: str) -> None:
    rows, expected = TABLES[form]
    lines = rows.split("\n")
    title = HEAD.strip()
    assert told(read_notice(docx_of([title, *lines])).notice) == expected
    across = "<|" * (lines[0].count("|") - 2)
    assert told(read_notice(xlsx_of([f"|{title}|{across}", *lines])).notice) == expected
