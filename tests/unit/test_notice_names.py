"""Clauses and the names in them."""

from __future__ import annotations

import pytest

from handlers.notices import read_names
from handlers.notices.folding import fold
from handlers.notices.names import looks_like_body, read_clause, read_standing
from handlers.notices.role_words import LEADS_FIRST, REST_SUPPORTS

TABLE = [
    # clause, lead, responsible, support
    ("(甲局、乙局牵头,各乡镇<街道>、各部门负责落实)", "甲局 乙局", "各乡镇<街道> 各部门", ""),
    ("（甲局牵头，各乡镇〈街道〉、各部门按职责分工负责）", "甲局", "各乡镇〈街道〉 各部门", ""),
    ("（甲局牵头，各乡镇（街道）、各部门负责）", "甲局", "各乡镇（街道） 各部门", ""),
    ("〔甲局、乙局负责落实〕", "", "甲局 乙局", ""),
    ("(甲局,乙局,丙局负责)", "", "甲局 乙局 丙局", ""),
    ("甲局、乙局牵头，各部门落实", "甲局 乙局", "各部门", ""),
    ("(各有关部门负责落实)", "", "各有关部门", ""),
    ("(财政局)", "", "财政局", ""),
    ("(甲局牵头,乙局、丙局)", "甲局", "乙局 丙局", ""),
    ("(甲局牵头,乙局,丙局配合)", "甲局", "", "乙局 丙局"),
    ("甲局牵头乙局配合", "甲局", "", "乙局"),
    ("甲局牵头负责乙局配合", "甲局", "", "乙局"),
    ("由甲局牵头，乙局配合。", "甲局", "", "乙局"),
    ("由甲站承办", "", "甲站", ""),
    ("甲局会同乙局、丙局负责", "", "甲局", "乙局 丙局"),
    ("甲局牵头，会同乙局落实", "甲局", "", "乙局"),
    ("(甲局主办，乙局协办，丙局参与)", "甲局", "", "乙局 丙局"),
    ("(甲局、乙局，按职责分工负责)", "", "甲局 乙局", ""),
    ("(甲局、乙局等负责落实)", "", "甲局 乙局", ""),
    ("(甲局、乙局等部门按照各自职责负责)", "", "甲局 乙局", ""),
    ("(甲局、乙局等有关部门负责)", "", "甲局 乙局 有关部门", ""),
    ("(甲局、乙局及各部门负责)", "", "甲局 乙局 各部门", ""),
    ("(甲局、乙局，以及各乡镇负责)", "", "甲局 乙局 各乡镇", ""),
    ("(甲局和乙局负责)", "", "甲局 乙局", ""),
    (
        "(市发展和改革局、住房和城乡建设局、人力资源和社会保障局负责)",
        "",
        "市发展和改革局 住房和城乡建设局 人力资源和社会保障局",
        "",
    ),
    ("(和平区政府、和田街道负责)", "", "和平区政府 和田街道", ""),
    ("(甲 局、乙\n局牵头,各 部门负责落实)", "甲局 乙局", "各部门", ""),
    ("(市府办〔市大数据局〕牵头,甲局（乙中心）负责)", "市府办〔市大数据局〕", "甲局（乙中心）", ""),
    ("(牵头单位：甲局；责任单位：乙局、丙局)", "甲局", "乙局 丙局", ""),
    ("责任单位：甲局、乙局，各开发区管委会", "", "甲局 乙局 各开发区管委会", ""),
    ("牵头单位：甲局；配合单位：乙局", "甲局", "", "乙局"),
    ("(牵头领导：副市长某某，牵头单位：甲局)", "甲局", "", ""),
    ("(甲局牵头，甲局、各部门负责)", "甲局", "各部门", ""),
    ("(甲局配合，甲局牵头)", "甲局", "", ""),
    ("(甲局牵头，各部门落实，6月底前完成)", "甲局", "各部门", ""),
    ("(各部门负责落实，长期坚持)", "", "各部门", ""),
    ("(市就业指导中心、工程建设实施中心负责)", "", "市就业指导中心 工程建设实施中心", ""),
    ("", "", "", ""),
    ("()", "", "", ""),
]


@pytest.mark.parametrize(("clause", "lead", "responsible", "support"), TABLE, ids=[row[0] for row in TABLE])
def test_names_and_roles(clause: str, lead: str, responsible: str, support: str) -> None:
    read = read_names(clause)
    assert (read.lead, read.responsible, read.support) == (
        tuple(lead.split()),
        tuple(responsible.split()),
        tuple(support.split()),
    )


@pytest.mark.parametrize(
    "bracket",
    [
        *("国办函〔2020〕109号", "见附件", "试行", "此件公开发布", "征求意见稿", "包括申请表、身份证复印件"),
        *("含各乡镇、各部门", "以下简称各单位", "“一网通办”", "具体工作另行通知落实", ""),
    ],
)
def test_brackets_that_are_no_clause(bracket: str) -> None:
    assert not read_clause(bracket).is_plain


def test_time_limits_of_a_clause_are_no_names() -> None:
    clause = read_clause("（牵头单位：甲局；责任单位：乙局；完成时限：6月底前）")
    assert clause.limits == ("完成时限：6月底前",)
    assert clause.responsibility.names == ("甲局", "乙局")


def test_the_clause_is_kept_as_printed_without_its_bracket() -> None:
    assert read_names("（甲局牵头，各部门负责）").raw == "甲局牵头，各部门负责"


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("以下均需各区县政府落实，不再列出。", ("各区县政府",)),
        (
            "以下任务均需各乡镇（街道）、各开发区管委会组织实施，不再一一列出",
            ("各乡镇（街道）", "各开发区管委会"),
        ),
        ("以下工作均要认真落实。", ()),
        ("不再列出。", ()),
    ],
)
def test_standing_implementers(sentence: str, names: tuple[str, ...]) -> None:
    assert read_standing(sentence) == names


@pytest.mark.parametrize(
    ("name", "is_body"),
    [("财政局", True), ("各乡镇<街道>", True), ("局", False), ("财政", False), ("《某某局》", False)],
)
def test_what_looks_like_a_body(name: str, is_body: bool) -> None:
    assert looks_like_body(name) is is_body


@pytest.mark.parametrize(
    ("sentence", "leads", "rest_supports"),
    [
        ("责任单位中列第一位的为牵头单位", True, False),
        ("列首位的为牵头单位，其余为配合单位", True, True),
        ("排名第一的为牵头单位，其他单位均为协办单位", True, True),
        ("列第一位的为牵头单位，其余为责任单位", True, False),
        ("安排第一季度的检查", False, False),
    ],
)
def test_rules_of_who_leads(sentence: str, leads: bool, rest_supports: bool) -> None:
    found = LEADS_FIRST.search(fold(sentence))
    assert (found is not None) == leads
    assert bool(found and REST_SUPPORTS.match(fold(sentence), found.end())) == rest_supports
