"""Keys and values in, words out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.catalogue import Catalogue, CatalogueError, parse
from storage.terms.texts import Text, Value, pack, text, unpack

FORMAT = {
    "zh": {
        "format.joint": "、",
        "format.months": "1 2 3 4 5 6 7 8 9 10 11 12",
        "format.day": "{month}月{day}日",
        "format.day_year": "{year}年{month}月{day}日",
        "format.moment": "{day} {time}",
    },
    "en": {
        "format.joint": ", ",
        "format.months": "January February March April May June July August September October November "
        "December",
        "format.day": "{day} {month}",
        "format.day_year": "{day} {month} {year}",
        "format.moment": "{day} {time}",
    },
}
NAMES = {"zh": {"name.a": "甲"}, "en": {"name.a": "A"}}


def catalogue(template: str, *, strict: bool = True) -> Catalogue:
    sentences = {
        language: {**FORMAT[language], **NAMES[language], "t": template} for language in ("zh", "en")
    }
    return Catalogue(sentences, strict=strict)


@pytest.mark.parametrize(
    ("template", "values", "zh", "en"),
    [
        ("{a}", {"a": "甲"}, "甲", "甲"),
        ("{a}", {"a": 3}, "3", "3"),
        ("{a:n}", {"a": 1234567}, "1234567", "1,234,567"),
        ("{a:day}", {"a": date(2026, 6, 30)}, "6月30日", "30 June"),
        ("{a}", {"a": date(2026, 6, 30)}, "6月30日", "30 June"),
        ("{a:day_year}", {"a": date(2026, 6, 30)}, "2026年6月30日", "30 June 2026"),
        ("{a:moment}", {"a": datetime(2026, 6, 30, 20, 5, tzinfo=UTC)}, "7月1日 04:05", "1 July 04:05"),
        ("{a:day}", {"a": datetime(2026, 6, 30, 20, 5, tzinfo=UTC)}, "7月1日", "1 July"),
        ("{a:list}", {"a": ["甲", "乙"]}, "甲、乙", "甲, 乙"),
        ("{a:list}", {"a": ["甲"]}, "甲", "甲"),
        ("{a:list}", {"a": []}, "", ""),
        ("{a:lines}", {"a": [text("name.a"), "乙"]}, "甲\n乙", "A\n乙"),
        ("{a:list}", {"a": [text("name.a"), date(2026, 1, 2), 3]}, "甲、1月2日、3", "A, 2 January, 3"),
        ("{a}", {"a": text("name.a")}, "甲", "A"),
        ("{a} {a:plural:item|items}", {"a": 1}, "1 item", "1 item"),
        ("{a} {a:plural:item|items}", {"a": 0}, "0 items", "0 items"),
        ("{{{a}}}", {"a": "x"}, "{x}", "{x}"),
    ],
)
def test_values_are_worded(template: str, values: dict[str, Value], zh: str, en: str) -> None:
    words = catalogue(template)
    assert words.render(text("t", **values), "zh") == zh
    assert words.render(text("t", **values), "en") == en


@pytest.mark.parametrize(
    ("template", "said_in", "zh", "en"),
    [
        ("{a:day}", 2026, "6月30日", "30 June"),
        ("{a:day}", 2027, "2026年6月30日", "30 June 2026"),
        ("{a}", 2025, "2026年6月30日", "30 June 2026"),
        ("{b}", 2027, "2026年6月30日", "30 June 2026"),
        ("{c:list}", 2027, "2026年6月30日、1月1日", "30 June 2026, 1 January"),
        ("{d:moment}", 2027, "1月1日 00:30", "1 January 00:30"),
        ("{d:moment}", 2026, "2027年1月1日 00:30", "1 January 2027 00:30"),
    ],
)
def test_a_day_of_another_year_names_its_year(template: str, said_in: int, zh: str, en: str) -> None:
    sentences = {language: {**FORMAT[language], "t": template, "due": "{a:day}"} for language in ("zh", "en")}
    words = Catalogue(sentences, strict=True)
    day = date(2026, 6, 30)
    values: dict[str, Value] = {
        "a": day,
        "b": text("due", a=day),
        "c": [day, date(2027, 1, 1)],
        "d": datetime(2026, 12, 31, 16, 30, tzinfo=UTC),
    }
    assert words.render(Text("t", values), "zh", said_in) == zh
    assert words.render(Text("t", values), "en", said_in) == en


@given(st.text(), st.text())
def test_what_people_write_is_never_a_template(one: str, other: str) -> None:
    words = catalogue("<{one}|{other:list}>")
    assert words.render(text("t", one=one, other=[other]), "zh") == f"<{one}|{other}>"


@pytest.mark.parametrize(
    "template",
    ["{a", "{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>10}", "{a:plural:items}", "{a:plural:a|b|c}", "}"],
)
def test_what_is_no_template_is_told_at_once(template: str) -> None:
    with pytest.raises(CatalogueError):
        parse("t", template)


@pytest.mark.parametrize(
    ("asked", "values"),
    [("nothing", {}), ("t", {}), ("t", {"a": None}), ("t", {"a": object()}), ("t", {"a": Text("nothing")})],
)
def test_what_is_missing_is_loud_in_tests_and_gentle_to_people(
    asked: str, values: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(CatalogueError):
        catalogue("<{a}>").render(Text(asked, values), "zh")
    shown = catalogue("<{a}>", strict=False).render(Text(asked, values), "zh")
    assert shown in {asked, "<nothing>"}
    assert "The catalogue does not fit" in caplog.text


values = st.recursive(
    st.text() | st.integers() | st.dates() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: (
        st.lists(inner) | st.builds(Text, st.text(), st.dictionaries(st.text(min_size=1), inner, max_size=3))
    ),
    max_leaves=8,
)


@given(values)
def test_values_survive_being_stored(value: Value) -> None:
    assert unpack(pack(value)) == value
