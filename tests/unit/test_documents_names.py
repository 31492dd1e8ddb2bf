from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import NEAR, near_names
from storage.terms.names import normalise_name
from storage.terms.register import DEFAULT_COLLECTIVES, DepartmentKind, find_collective
from tests.corpus.names import measured

NAMES = """
市政府办公室 市发展和改革局 市教育体育局 市科学技术局 市工业和信息化局 市公安局
市民政局 市司法局 市财政局 市人力资源和社会保障局 市自然资源局 市生态环境局
市住房和城乡建设局 市交通运输局 市水务局 市农业农村局 市商务和投资促进局
市文化旅游广电局 市卫生健康局 市退役军人事务局 市应急管理局 市审计局 市市场监督管理局
市统计局 市医疗保障局 市综合执法局 市审批服务管理局 市信访局 市政务服务中心
市融媒体中心 市公共资源交易中心 东坡镇人民政府 柳桥镇人民政府 城区街道办事处 市税务局
市消防救援大队 市气象局 市总工会 市残疾人联合会 市机关事务服务中心
"""
REGISTER = NAMES.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("发改局", "市发展和改革局"),
        ("发改委", "市发展和改革局"),
        ("发展改革局", "市发展和改革局"),
        ("政府办", "市政府办公室"),
        ("市府办", "市政府办公室"),
        ("灵山市人民政府办公室", "市政府办公室"),
        ("人社局", "市人力资源和社会保障局"),
        ("人力资源社会保障局", "市人力资源和社会保障局"),
        ("住建局", "市住房和城乡建设局"),
        ("卫健委", "市卫生健康局"),
        ("卫生健康局", "市卫生健康局"),
        ("市监局", "市市场监督管理局"),
        ("市场监管局", "市市场监督管理局"),
        ("工信局", "市工业和信息化局"),
        ("教体局", "市教育体育局"),
        ("教育局", "市教育体育局"),
        ("文旅局", "市文化旅游广电局"),
        ("应急局", "市应急管理局"),
        ("审批局", "市审批服务管理局"),
        ("医保局", "市医疗保障局"),
        ("交通局", "市交通运输局"),
        ("退役军人局", "市退役军人事务局"),
        ("商务局", "市商务和投资促进局"),
        ("财政局", "市财政局"),
        ("灵山市财政局", "市财政局"),
        ("财政据", "市财政局"),
        ("税务局", "市税务局"),
        ("东坡镇", "东坡镇人民政府"),
        ("城区街道", "城区街道办事处"),
        ("消防大队", "市消防救援大队"),
        ("残联", "市残疾人联合会"),
        ("机关事务中心", "市机关事务服务中心"),
        ("政务中心", "市政务服务中心"),
    ],
)
def test_what_an_office_is_called_finds_it_first(written: str, meant: str) -> None:
    best, score = near_names(written, REGISTER)[0]
    assert best == meant
    assert score >= NEAR + 5, "far enough from the threshold that it is not an accident"


@pytest.mark.parametrize(
    "written",
    [
        "烟草局",
        "林草局",
        "供电公司",
        "银保监分局",
        "团委",
        "粮食局",
        "邮政局",
        "海关",
        "党校",
        "档案馆",
        "",
        "()",
    ],
)
def test_an_office_that_is_not_there_finds_none(written: str) -> None:
    assert near_names(written, REGISTER) == []


def test_the_same_name_scores_a_hundred_and_nothing_else_does() -> None:
    found = near_names("市 财政局", ["市财政局", "灵山市财政局"])
    assert found[0] == ("市财政局", 100)
    assert found[1][1] < 100


def test_no_more_are_offered_than_asked_for() -> None:
    assert len(near_names("市财政局", REGISTER, 2, least=0)) == 2
    assert near_names("市财政局", REGISTER, 0) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("市教育局", "市体育局"),
        ("东湖司法所", "市司法局"),
        ("高新区管委会", "经开区管委会"),
        ("东湖街道", "东湖社区"),
        ("市一医院", "市二医院"),
    ],
)
def test_neighbours_alike_are_not_taken_for_each_other(one: str, other: str) -> None:
    assert near_names(one, [other]) == []
    assert near_names(other, [one]) == []


def test_the_threshold_parts_true_names_from_names_alike() -> None:
    ((_, precision, recall),) = measured([NEAR])
    assert precision >= 0.98
    assert recall >= 0.98


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=8), st.integers(-1, 9))
def test_any_words_at_all_can_be_looked_for(written: str, candidates: list[str], limit: int) -> None:
    found = near_names(written, candidates, limit)
    assert len(found) <= max(limit, 0)
    assert all(NEAR <= score <= 100 and name in candidates for name, score in found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("各乡镇<街道>", "各乡镇（街道）"),
        ("各乡镇〈街道〉", "各乡镇＜街道＞"),
        ("市府办〔市大数据局〕", "市府办[市大数据局]"),
        ("发 改　局", "发改局\u200b"),
        ("ＡＢ中心", "ab中心"),
    ],
)
def test_two_prints_of_a_name_are_one(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@given(st.text(max_size=40))
def test_a_compared_name_stays_as_it_is(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once
    assert not any(each.isspace() for each in once)


_K = DepartmentKind
_OFFICES = {_K.BUREAU, _K.INSTITUTION}
_TOWNS = {_K.TOWNSHIP, _K.SUBDISTRICT}


@pytest.mark.parametrize(
    ("name", "kinds", "choose"),
    [
        ("各乡镇<街道>", _TOWNS, False),
        ("各乡镇（街道）", _TOWNS, False),
        ("各乡镇", _TOWNS, False),
        ("各部门", _OFFICES, False),
        ("市直各部门", _OFFICES, False),
        ("市政府各部门", _OFFICES, False),
        ("县直各部门", _OFFICES, False),
        ("各单位", _OFFICES | _TOWNS, False),
        ("各有关部门", _OFFICES | _TOWNS, True),
        ("各相关部门", _OFFICES | _TOWNS, True),
        ("有关单位", _OFFICES | _TOWNS, True),
        ("驻市有关单位", {_K.EXTERNAL}, True),
    ],
)
def test_common_collectives_mean_their_kinds(name: str, kinds: set[DepartmentKind], choose: bool) -> None:
    rule = find_collective(DEFAULT_COLLECTIVES, name)
    assert rule is not None
    assert (set(rule.kinds), rule.choose) == (kinds, choose)


def test_a_department_is_no_collective() -> None:
    assert find_collective(DEFAULT_COLLECTIVES, "财政局") is None


def test_no_collective_is_there_twice() -> None:
    names = [normalise_name(rule.name) for rule in DEFAULT_COLLECTIVES]
    assert len(names) == len(set(names))
