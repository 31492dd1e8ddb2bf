"""Campaigns: their days, their templates, and what fills their rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Catalogue
from handlers.replies.attending import read_absent
from handlers.replies.filling import read_filling
from reminders.campaigns.reading import read_template
from reminders.campaigns.templates import shipped
from reminders.campaigns.windows import Event, WindowFacts, plan_window
from reminders.ladder import is_open
from reminders.workdays import Workdays
from storage.documents.last_ledger_in import read_last_ledger, read_mapping, without_mapping
from storage.terms.campaigns import Template
from storage.terms.clock import OFFICE_ZONE, office_day, to_millis
from storage.terms.errors import Unreadable
from storage.terms.forms import Field, FieldFault, FieldKind, read_value

DAYS = Workdays()
NINE = time(9)
CATALOGUE = Catalogue.load("zh", strict=True)
OPENS, CLOSES, CHASE = date(2026, 6, 10), date(2026, 6, 25), (5, 2, 0)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> int:
    return to_millis(datetime(2026, month, day, hour, minute, tzinfo=OFFICE_ZONE))


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("opened", "last", "now", "event", "again"),
    [
        (None, None, at(6, 1), None, at(6, 10)),
        (None, None, at(6, 10, 8, 59), None, at(6, 10)),
        (None, None, at(6, 10), Event.OPEN, at(6, 17)),
        (None, None, at(6, 13, 12), None, at(6, 15)),  # a Saturday
        (None, None, at(6, 24), Event.OPEN, at(6, 25)),
        (None, None, at(6, 26), Event.MISSED, None),
        (OPENS, OPENS, at(6, 16), None, at(6, 17)),
        (OPENS, OPENS, at(6, 17), Event.CHASE, at(6, 23)),
        (OPENS, OPENS, at(6, 24, 10), Event.CHASE, at(6, 25)),  # two were missed: one is made
        (OPENS, date(2026, 6, 24), at(6, 24, 11), None, at(6, 25)),
        (OPENS, OPENS, at(6, 25, 18), None, at(6, 26)),
        (OPENS, date(2026, 6, 25), at(6, 25, 12), None, at(6, 26)),
        (OPENS, date(2026, 6, 25), at(6, 26), Event.CLOSE, None),
        (OPENS, OPENS, at(6, 27, 12), None, at(6, 29)),  # a Saturday
        (OPENS, OPENS, at(6, 29), Event.CLOSE, None),
    ],
)
def test_the_days_of_a_campaign(
    opened: date | None, last: date | None, now: int, event: Event | None, again: int | None
) -> None:
    due = plan_window(WindowFacts(OPENS, CLOSES, CHASE, opened, last), NINE, DAYS, now)
    assert (due.event, due.again_at) == (event, again)


@given(
    opens=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    length=st.integers(0, 40),
    chase=st.lists(st.integers(0, 15), max_size=4, unique=True).map(lambda days: sorted(days, reverse=True)),
    gaps=st.lists(st.integers(1, 96), max_size=60),
)
def test_whatever_the_outages_nothing_is_said_twice_on_a_day_or_on_a_day_off(
    opens: date, length: int, chase: list[int], gaps: list[int]
) -> None:
    closes = opens + timedelta(length)
    opened = last = None
    said: list[date] = []
    closed = False
    now = to_millis(datetime.combine(opens - timedelta(2), time(3), OFFICE_ZONE))
    for gap in [*gaps, *([0] * 9)]:
        due = plan_window(WindowFacts(opens, closes, chase, opened, last), NINE, DAYS, now)
        if due.event is not None and due.event is not Event.MISSED:
            assert is_open(now, NINE, DAYS)
            assert not closed
            said.append(office_day(now))
        if due.event is Event.OPEN:
            opened = last = office_day(now)
        elif due.event is Event.CHASE:
            last = office_day(now)
        elif due.event is not None:
            closed = True
            break
        assert due.again_at is not None
        assert due.again_at > now
        later = now + gap * 3_600_000
        now = later if gap % 2 else max(later, due.again_at)
    assert len(said) == len(set(said))
    assert closed


# ---------------------------------------------------------------- templates

GOOD = """
title = "某项报送"
explain = "请填报。"
words = ["某项"]
main = "name"
[[fields]]
name = "name"
label = "名称"
needed = true
[[fields]]
name = "kind"
label = "类型"
kind = "choice"
choices = ["甲", "乙"]
"""


def test_every_shipped_template_goes_through_the_ledger_unchanged() -> None:
    for name, template in shipped().items():
        assert Template.from_json(template.to_json()) == template, name


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        (("title =", "titel ="), "titel", "unknown"),
        (('title = "某项报送"', "title = 3"), "title", "words"),
        (('explain = "请填报。"', ""), "explain", "missing"),
        (('kind = "choice"', 'kind = "chioce"'), "fields[2].kind", "one_of"),
        (('choices = ["甲", "乙"]', 'choices = "甲"'), "fields[2].choices", "list"),
        (('choices = ["甲", "乙"]', ""), "fields[2].choices", "choices"),
        (("needed = true", 'needed = "ja"'), "fields[1].needed", "truth"),
        (("needed = true", "nedeed = true"), "fields[1].nedeed", "unknown"),
        (('name = "kind"', 'name = "name"'), "fields[2].name", "twice"),
        (('main = "name"', 'main = "nmae"'), "main", "not_known"),
        (('main = "name"', 'main = "name"\nchase = [0, 3]'), "chase", "descending"),
        (('main = "name"', 'main = "name"\nchase = [-3]'), "chase[1]", "number"),
        (('main = "name"', 'main = "name"\nkinds = ["bureau", "club"]'), "kinds[2]", "one_of"),
        (('main = "name"', 'main = "name"\ncolumns = ["size"]'), "columns", "not_known"),
        (
            ('main = "name"', 'main = "name"\nwindows = [{name = "夏", opens = "06-31", closes = "07-01"}]'),
            "windows[1].opens",
            "day",
        ),
        (
            ('main = "name"', 'main = "name"\nwindows = [{name = "夏", opens = "06-30", closes = "06-01"}]'),
            "windows[1].closes",
            "backwards",
        ),
        (
            ('label = "类型"', 'label = "类型"\nneeded_unless = {size = ["大"]}'),
            "fields[2].needed_unless",
            "not_known",
        ),
        (
            ('main = "name"', 'main = "name"\ntotals = [{label = "丙", field = "kind", values = ["丙"]}]'),
            "totals[1].values",
            "not_known",
        ),
    ],
)
def test_a_faulty_template_is_refused_with_its_place(
    change: tuple[str, str], place: str, reason: str
) -> None:
    assert read_template(GOOD.encode(), "good").main == "name"
    with pytest.raises(Unreadable) as refused:
        read_template(GOOD.replace(*change, 1).encode(), "faulty")
    assert refused.value.text.key == f"refusal.template.{reason}"
    assert refused.value.text.values["place"] == place
    assert CATALOGUE.render(refused.value.text, "zh")


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_template(b"title = ", "faulty")
    assert refused.value.text.key == "refusal.template.not_toml"


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (FieldKind.NUMBER, 45.0, "45"),
        (FieldKind.NUMBER, " 45人", "45"),
        (FieldKind.DAY, "2026年6月30日", "2026-06-30"),
        (FieldKind.DAY, "6.30", "2026-06-30"),
        (FieldKind.DAY, datetime(2026, 6, 30, 8, tzinfo=OFFICE_ZONE), "2026-06-30"),
        (FieldKind.MONTH, "2024年3月", "2024-03"),
        (FieldKind.MONTH, date(2024, 3, 9), "2024-03"),
        (FieldKind.MONTH, "2024", "2024-01"),
        (FieldKind.TEXT, "  张三 \n 科长 ", "张三\n科长"),
        (FieldKind.TEXT, None, ""),
    ],
)
def test_values_are_read(kind: FieldKind, written: object, value: str) -> None:
    assert read_value(Field("it", "它", kind), written, 2026) == value


@pytest.mark.parametrize(
    ("kind", "written", "fault"),
    [
        (FieldKind.NUMBER, "许多", "number"),
        (FieldKind.NUMBER, -3, "number"),
        (FieldKind.NUMBER, "99999999999", "number"),
        (FieldKind.DAY, "2月30日", "day"),
        (FieldKind.DAY, "明天", "day"),
        (FieldKind.MONTH, "13月", "month"),
        (FieldKind.TEXT, "长" * 201, "long"),
    ],
)
def test_values_that_cannot_be_are_refused(kind: FieldKind, written: object, fault: str) -> None:
    with pytest.raises(FieldFault) as refused:
        read_value(Field("it", "它", kind), written, 2026)
    assert refused.value.text.key == f"form.fault.{fault}"


# ---------------------------------------------------------------- replies

NAMES = ("工作群", "读书群", "值班群")
KEPT = {"fate": "保留"}


@pytest.mark.parametrize(
    ("words", "rows", "rest", "new"),
    [
        ("1 保留", {1: KEPT}, {}, []),
        ("1保留", {1: KEPT}, {}, []),
        ("1、2 保留 3 解散 僵尸", {1: KEPT, 2: KEPT, 3: {"fate": "解散", "problem": "僵尸"}}, {}, []),
        ("1-3保留", {1: KEPT, 2: KEPT, 3: KEPT}, {}, []),
        ("1. 解散，其余保留", {1: {"fate": "解散"}}, KEPT, []),
        ("全部保留", {}, KEPT, []),
        ("都保留", {}, KEPT, []),
        ("2 合并至1 重复；3 保留", {2: {"fate": "合并至工作群", "problem": "重复"}, 3: KEPT}, {}, []),
        ("2 移交市民政局", {2: {"fate": "移交市民政局"}}, {}, []),
        ("2 成员数：12，清理方式：保留", {2: {"members": "12", **KEPT}}, {}, []),
        ("新增 家长群 微信 保留", {}, {}, [{"name": "家长群", "platform": "微信", **KEPT}]),
        (
            "1 保留\n新增：平台：QQ；群名称：老同事",
            {1: KEPT},
            {},
            [{"platform": "QQ", "name": "老同事"}],
        ),
    ],
)
def test_replies_are_read(
    words: str, rows: dict[int, dict[str, str]], rest: dict[str, str], new: list[dict[str, str]]
) -> None:
    found = read_filling(words, shipped()["cleanup"], NAMES, 2026)
    assert (found.rows, found.rest, found.new, found.unread) == (rows, rest, new, [])


@pytest.mark.parametrize("words", ["零报告", "零报告。", "无", "没有工作群"])
def test_nothing_to_report(words: str) -> None:
    assert read_filling(words, shipped()["cleanup"], NAMES, 2026).nil


@pytest.mark.parametrize(
    "words", ["4 保留", "1 看着办", "保留", "1", "好的", "1 保留 随便", "2 合并至", "新增", "成员数：很多"]
)
def test_what_is_not_understood_is_said(words: str) -> None:
    found = read_filling(words, shipped()["cleanup"], NAMES, 2026)
    assert found.unread or found.empty


@given(st.text(alphabet="123-、 ；：保留解散合并至移交新增其余全部零报告\n", max_size=40))
def test_no_reply_breaks_the_reading(words: str) -> None:
    found = read_filling(words, shipped()["cleanup"], NAMES, 2026)
    assert all(1 <= number <= len(NAMES) for number in found.rows)


# ---------------------------------------------------------------- who came


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        ("全到", []),
        ("都到了", []),
        ("缺席 2、5", [2, 5]),
        ("2 5 缺席", [2, 5]),
        ("缺2-4", [2, 3, 4]),
        ("除3都到了", [3]),
        ("2号没来，其余都到", [2]),
    ],
)
def test_who_did_not_come_is_read(words: str, absent: list[int]) -> None:
    assert read_absent(words, 5) == absent


@pytest.mark.parametrize("words", ["不知道", "2、5", "缺席 9", "缺席", "到了 2 个领导没来", ""])
def test_what_does_not_say_who_came_is_asked_again(words: str) -> None:
    assert read_absent(words, 5) is None


def test_columns_of_last_year_s_ledger_are_named_by_whoever_sends_it() -> None:
    assert read_mapping("回头看 事项=工作任务 单位＝承办单位") == {
        "item": "工作任务",
        "department": "承办单位",
    }
    assert without_mapping("回头看 事项=工作任务 单位＝承办单位") == "回头看"
    written = (
        "任务,责任单位,完成情况,进度\n公开预算,财政局、发改局,已发布,100%\n公开规划,发改局,,0.5\n".encode()
    )
    done, half = read_last_ledger("台账.csv", written, {})
    assert (done.item, done.departments, done.done) == ("公开预算", ("财政局", "发改局"), True)
    assert (half.percent, half.done) == ("0.5", False)
