"""Due days and bare numbers as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.replies import read_due, read_numbers, split_reason_and_due

MONDAY = date(2026, 11, 23)
SPRING = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("6月30日", date(2026, 6, 30)),
        ("6月30", date(2026, 6, 30)),
        ("6月30号前", date(2026, 6, 30)),
        ("2026-06-30", date(2026, 6, 30)),
        ("2026/6/30", date(2026, 6, 30)),
        ("2026.6.30", date(2026, 6, 30)),
        ("2026年6月30日", date(2026, 6, 30)),
        ("20260630", date(2026, 6, 30)),
        ("２０２６年６月３０日", date(2026, 6, 30)),
        ("6.30", date(2026, 6, 30)),
        ("6/30", date(2026, 6, 30)),
        ("6-30", date(2026, 6, 30)),
        ("六月三十日", date(2026, 6, 30)),
        ("6月底", date(2026, 6, 30)),
        ("6月", date(2026, 6, 30)),
        ("6月份", date(2026, 6, 30)),
        ("6月中旬", date(2026, 6, 20)),
        ("6月上旬前", date(2026, 6, 10)),
        ("月底", date(2026, 5, 31)),
        ("本月底前", date(2026, 5, 31)),
        ("下月底", date(2026, 6, 30)),
        ("下个月5号", date(2026, 6, 5)),
        ("年底", date(2026, 12, 31)),
        ("明年2月底", date(2027, 2, 28)),
        ("下周五", date(2026, 5, 29)),
        ("周五", date(2026, 5, 22)),
        ("周一", date(2026, 5, 25)),
        ("下周", date(2026, 5, 31)),
        ("3天后", date(2026, 5, 23)),
        ("三天内", date(2026, 5, 23)),
        ("两周后", date(2026, 6, 3)),
        ("一个月内", date(2026, 6, 20)),
        ("半个月后", date(2026, 6, 4)),
        ("30日", date(2026, 5, 30)),
        ("10号", date(2026, 6, 10)),
        ("今天", date(2026, 5, 20)),
        ("明天", date(2026, 5, 21)),
        ("后天", date(2026, 5, 22)),
        ("大后天", date(2026, 5, 23)),
        ("二季度末", date(2026, 6, 30)),
        ("上半年", date(2026, 6, 30)),
        ("延到7月15日", date(2026, 7, 15)),
        ("改为 7月15日", date(2026, 7, 15)),
        ("预计6月底完成", date(2026, 6, 30)),
        ("3月1日", date(2027, 3, 1)),
        (" 6月30日。", date(2026, 6, 30)),
        ("2月29日", date(2028, 2, 29)),
        ("2025-01-01", date(2025, 1, 1)),
        ("2月30日", None),
        ("13月1日", None),
        ("2026-02-30", None),
        ("6.31", None),
        ("10个工作日内", None),
        ("尽快", None),
        ("", None),
        ("材料不全 7月10日", None),
        ("6月30日或7月1日", None),
        ("60%", None),
        ("1.5公里", None),
        ("12", None),
    ],
)
def test_due_day_typed_by_a_person(text: str, due: date | None) -> None:
    assert read_due(text, SPRING) == due


@pytest.mark.parametrize(
    ("text", "reason", "due"),
    [
        ("需等上级文件，延到7月15日", "需等上级文件", date(2026, 7, 15)),
        ("材料不全 7月10日", "材料不全", date(2026, 7, 10)),
        ("材料不全7.10", "材料不全", date(2026, 7, 10)),
        ("材料不全，请于6月10日前补齐", "材料不全，请于6月10日前补齐", date(2026, 6, 10)),
        ("缺少佐证材料 12月31日前补齐。", "缺少佐证材料 12月31日前补齐。", date(2026, 12, 31)),
        ("6月会议推迟，延到7月15日", "6月会议推迟", date(2026, 7, 15)),
        ("延到7月15日，需等上级文件", "需等上级文件", date(2026, 7, 15)),
        ("7月15日 需等上级文件", "需等上级文件", date(2026, 7, 15)),
        ("申请延期至下月底，人员调整", "人员调整", date(2026, 6, 30)),
        ("因人员调整申请延期至7月15日完成", "因人员调整", date(2026, 7, 15)),
        ("等财政批复，希望延长到年底", "等财政批复", date(2026, 12, 31)),
        ("附件不清，一周内重报", "附件不清，一周内重报", date(2026, 5, 27)),
        ("6月10日前的材料不算", "6月10日前的材料不算", None),
        ("附件不清 一周内", "附件不清", date(2026, 5, 27)),
        ("照片模糊", "照片模糊", None),
        ("7月10日", "", date(2026, 7, 10)),
        ("", "", None),
        ("原因：系统升级\n延期到：6月30日", "原因：系统升级", date(2026, 6, 30)),
    ],
)
def test_reason_and_due_day(text: str, reason: str, due: date | None) -> None:
    assert split_reason_and_due(text, SPRING) == (reason, due)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 3-5", (1, 3, 4, 5)),
        ("1", (1,)),
        ("1、3", (1, 3)),
        ("1，3，5", (1, 3, 5)),
        ("第1至3项", (1, 2, 3)),
        ("1 - 3", (1, 2, 3)),
        ("①③", (1, 3)),
        ("(1)(3)", (1, 3)),
        ("１，３", (1, 3)),
        ("3 1 3", (3, 1)),
        ("一、三", (1, 3)),
        ("1和3", (1, 3)),
        ("", None),
        ("5-3", None),
        ("0", None),
        ("1 完成", None),
        ("1-9999", None),
        ("60%", None),
    ],
)
def test_bare_numbers(text: str, numbers: tuple[int, ...] | None) -> None:
    assert read_numbers(text) == numbers


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.dates(date(2020, 1, 1), date(2080, 12, 31)))
def test_full_days_read_back(day: date, today: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert read_due(written, today) == day
        assert split_reason_and_due(f"材料不全，{written}", today) == ("材料不全", day)


@given(st.dates(date(2020, 1, 1), date(2080, 12, 31)), st.integers(0, 360))
def test_day_without_year_is_the_next_one(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    assert read_due(f"{day.month}月{day.day}日", today) == day


@given(
    st.lists(
        st.sampled_from(
            [*"年月日号0123456789一二三十上下周底前内天后./- ", "延到", "2026", "半个月", "季度"]
        ),
        max_size=20,
    ),
    st.dates(),
)
def test_no_words_break_it(pieces: list[str], today: date) -> None:
    text = "".join(pieces)
    due = read_due(text, today)
    reason, day = split_reason_and_due(text, today)
    assert due is None or isinstance(due, date)
    assert day is not None or reason == text.strip()
