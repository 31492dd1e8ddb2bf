"""Time limits, and dates that only look like one."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.notices import read_deadline
from handlers.notices.deadlines import find_deadlines
from handlers.notices.limits import Frame
from storage.terms.notice import Deadline, Offset

ISSUED = date(2026, 3, 2)
FRAME = Frame(2026, ISSUED)

DATED = [
    ("6月底前提出方案", "6月底前", "date", "2026-06-30"),
    ("于 6 月底前上线", "6月底前", "date", "2026-06-30"),
    ("12月31日前完成", "12月31日前", "date", "2026-12-31"),
    ("２月底前完成", "２月底前", "date", "2026-02-28"),
    ("十一月底前完成", "十一月底前", "date", "2026-11-30"),
    ("年底前建成", "年底前", "date", "2026-12-31"),
    ("2027年年底前建成", "2027年年底前", "date", "2027-12-31"),
    ("年内实现", "年内", "date", "2026-12-31"),
    ("第三季度末前", "第三季度末前", "date", "2026-09-30"),
    ("2027年1月15日前", "2027年1月15日前", "date", "2027-01-15"),
    ("次年1月31日前报送", "次年1月31日前", "date", "2027-01-31"),
    ("6月20日18:00前", "6月20日18:00前", "date", "2026-06-20"),
    ("到2028年底", "到2028年底", "date", "2028-12-31"),
    ("2026年底建成", "2026年底", "date", "2026-12-31"),
    ("年底完成", "年底", "date", "2026-12-31"),
    ("到6月底", "到6月底", "date", "2026-06-30"),
    ("明年年内建成", "明年年内", "date", "2027-12-31"),
    ("6月前", "6月前", "date", "2026-05-31"),
    ("2026年11月至2027年2月", "2026年11月至2027年2月", "period", "2027-02-28"),
    ("上半年结束前", "上半年结束前", "date", "2026-06-30"),
    ("6月上旬前", "6月上旬前", "date", "2026-06-10"),
    ("6月中旬前", "6月中旬前", "date", "2026-06-20"),
    ("6月30日完成", "6月30日", "date", "2026-06-30"),
    ("将9月份确定为开放月", "9月份", "month", "2026-09-30"),
    ("在9月举办活动", "9月", "month", "2026-09-30"),
    ("7月1日—7月10日开展", "7月1日—7月10日", "period", "2026-07-10"),
    ("7月1日至10日开展", "7月1日至10日", "period", "2026-07-10"),
    ("12月20日至1月10日开展", "12月20日至1月10日", "period", "2027-01-10"),
    ("5月至6月开展", "5月至6月", "period", "2026-06-30"),
    ("6月上旬至下旬开展", "6月上旬至下旬", "period", "2026-06-30"),
    ("5月中旬至7月上旬开展", "5月中旬至7月上旬", "period", "2026-07-10"),
    ("12月上旬至1月10日开展", "12月上旬至1月10日", "period", "2027-01-10"),
    ("上半年完成", "上半年", "period", "2026-06-30"),
    ("下半年开展", "下半年", "period", "2026-12-31"),
    ("第二季度完成", "第二季度", "period", "2026-06-30"),
]

RECURRING = [
    ("每月25日前报送", "每月25日前", "month"),
    ("每季度末月20日前报送", "每季度末月20日前", "quarter"),
    ("每季度末报送", "每季度末", "quarter"),
    ("每半年报送清理报表", "每半年", "half-year"),
    ("每年2月底前", "每年2月底前", "year"),
    ("每周调度", "每周", "week"),
    ("年内至少一次", "年内至少一次", "year"),
    ("每年至少开展两次", "每年", "year"),
    ("从3月份起每季度通报", "从3月份起每季度", "quarter"),
    ("按季度通报", "按季度", "quarter"),
    ("逐月报送", "逐月", "month"),
    ("每旬更新一次", "每旬", "ten-days"),
    ("按旬报送", "按旬", "ten-days"),
    ("每半月通报一次", "每半月", "half-month"),
    ("每半个月调度", "每半个月", "half-month"),
    ("每双月开展一次", "每双月", "two-months"),
    ("每两个月通报", "每两个月", "two-months"),
]

RELATIVE = [
    ("并在本要点印发后30日内公布", "印发后30日内", Offset(30, "day", "notice"), "2026-04-01"),
    ("自印发之日起30日内公布", "印发之日起30日内", Offset(30, "day", "notice"), "2026-04-01"),
    ("印发后1个月内", "印发后1个月内", Offset(1, "month", "notice"), "2026-04-02"),
    ("通知下发后十个工作日内", "通知下发后十个工作日内", Offset(10, "workday", "notice"), None),
    (
        "且最迟在文件公布后3个工作日内上网",
        "文件公布后3个工作日内",
        Offset(3, "workday", "event:文件公布"),
        None,
    ),
    ("批复后20日内", "批复后20日内", Offset(20, "day", "event:批复"), None),
    ("自治区批复后20日内", "自治区批复后20日内", Offset(20, "day", "event:自治区批复"), None),
    ("自变更之日起20个工作日内", "变更之日起20个工作日内", Offset(20, "workday", "event:变更"), None),
    (
        "信息形成或者变更之日起20个工作日内",
        "信息形成或者变更之日起20个工作日内",
        Offset(20, "workday", "event:信息形成或者变更"),
        None,
    ),
    ("在5个工作日内答复", "5个工作日内", Offset(5, "workday", "event:"), None),
]

NOT_BINDING = [
    *("有效期至2027年6月30日前", "自2026年5月1日起施行", "每年最高50万元", "每年不超过50万元", "〔2025〕8号"),
    *(
        "发布日期：2026年5月1日前",
        "征求意见时间6月1日至6月30日",
        "年初建账、年中查账、年底交账",
        "三年内翻番",
    ),
    *("常态开展清理", "长期坚持的做法", "去年9月份开展的活动", "2025年12月底前", "近30日内", "截至5月底前"),
    *(
        "按《办法（6月底前）》办理",
        "9月份以来",
        "13月底前",
        "2月30日前",
        "2026年中央会议",
        "定期开展",
        "年内容",
        "",
    ),
]


@pytest.mark.parametrize(("words", "phrase", "kind", "due"), DATED, ids=[row[0] for row in DATED])
def test_dated(words: str, phrase: str, kind: str, due: str) -> None:
    found = find_deadlines(words, FRAME)
    assert [(each.phrase, each.kind, str(each.due)) for each in found] == [(phrase, kind, due)]


@pytest.mark.parametrize(("words", "phrase", "every"), RECURRING, ids=[row[0] for row in RECURRING])
def test_recurring(words: str, phrase: str, every: str) -> None:
    found = find_deadlines(words, FRAME)
    assert [(each.phrase, each.kind, each.every, each.due) for each in found] == [
        (phrase, "recurring", every, None)
    ]


@pytest.mark.parametrize(("words", "phrase", "offset", "due"), RELATIVE, ids=[row[0] for row in RELATIVE])
def test_relative(words: str, phrase: str, offset: Offset, due: str | None) -> None:
    assert find_deadlines(words, FRAME) == (
        Deadline(phrase, "relative", date.fromisoformat(due) if due else None, offset=offset),
    )


@pytest.mark.parametrize("words", NOT_BINDING)
def test_not_binding(words: str) -> None:
    assert find_deadlines(words, FRAME) == ()


@pytest.mark.parametrize("words", ["印发后0日内", "印发后三三日内"])
def test_a_count_that_is_none_binds_nobody(words: str) -> None:
    assert find_deadlines(words, FRAME) == ()


def test_a_day_behind_the_last_of_all_is_not_counted() -> None:
    (found,) = find_deadlines("印发后30日内", Frame(9999, date(9999, 12, 20)))
    assert found.due is None


def test_several_in_their_order() -> None:
    found = find_deadlines("7月底前提出方案，10月底前完成；每半年报送。长期坚持。", FRAME)
    assert [each.phrase for each in found] == ["7月底前", "10月底前", "每半年", "长期坚持"]


def test_a_list_of_days_shares_its_last_word() -> None:
    found = find_deadlines("前三季度、全年分别于9月21日、12月9日前报送", FRAME)
    assert [str(each.due) for each in found] == ["2026-09-21", "2026-12-09"]


def test_a_repeated_phrase_counts_once() -> None:
    assert len(find_deadlines("6月底前报送方案，6月底前上线", FRAME)) == 1


def test_without_a_year_a_limit_is_known_but_not_its_day() -> None:
    (found,) = find_deadlines("6月底前", Frame(None))
    assert (found.kind, found.due) == ("date", None)


def test_without_the_date_of_the_notice_days_from_it_are_not_counted() -> None:
    (found,) = find_deadlines("印发后30日内", Frame(2026))
    assert (found.offset, found.due) == (Offset(30, "day", "notice"), None)


TYPED = [
    ("6月底前", "date", "2026-06-30"),
    ("6月底", "date", "2026-06-30"),
    ("2026-06-30", "date", "2026-06-30"),
    ("2027/6/3", "date", "2027-06-03"),
    ("2026.6.30", "date", "2026-06-30"),
    ("2026年6月30日前", "date", "2026-06-30"),
    ("6月30日", "date", "2026-06-30"),
    ("6月30号前", "date", "2026-06-30"),
    ("6-30", "date", "2026-06-30"),
    ("截止6月30日", "date", "2026-06-30"),
    ("9月份", "month", "2026-09-30"),
    ("9月", "month", "2026-09-30"),
    ("第三季度", "period", "2026-09-30"),
    ("上半年", "period", "2026-06-30"),
    ("年底", "date", "2026-12-31"),
    ("6月底前完成", "date", "2026-06-30"),
    ("印发后30日内", "relative", "2026-04-01"),
    ("每季度", "recurring", "None"),
    ("长期", "open", "None"),
    ("全年", "open", "None"),
    ("完成时限：长期坚持", "open", "None"),
]


@pytest.mark.parametrize(("phrase", "kind", "due"), TYPED, ids=[row[0] for row in TYPED])
def test_typed(phrase: str, kind: str, due: str) -> None:
    found = read_deadline(phrase, 2026, ISSUED)
    assert found is not None
    assert (found.kind, str(found.due)) == (kind, due)


@pytest.mark.parametrize(
    "phrase", ["", "好的", "13月", "2月30日", "财政局", "6月底前提出方案，10月底前完成", "前"]
)
def test_typed_and_not_understood(phrase: str) -> None:
    assert read_deadline(phrase, 2026, ISSUED) is None


def test_a_day_typed_where_no_year_is_known_needs_its_own() -> None:
    assert read_deadline("6/30", None) is None
    assert read_deadline("2026-06-30", None) is not None
