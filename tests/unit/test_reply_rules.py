"""What holds for every reply, whatever is typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.replies import CardItem, Entry, ReplyReading, on_course, read_reply

TODAY = date(2026, 11, 23)
_PIECES = [
    *"0123456789①②③一二三十第项条号个次月日年底前内除外其余都均全部已未完成办结%．",
    *"。，,；;、.:：()（）[]-—~至到 \n/★√×",
    *(
        "完成",
        "已完成",
        "未启动",
        "无进展",
        "预计",
        "60%",
        "六成",
        "其余正常推进",
        "除3外",
        "11月底",
        "百分之",
    ),
    *("https://a.cn/1 ", "1 2 ", "1、2", "2项", "三分之二", "下周五", "基本", "都完成了"),
]
_TEXTS = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.text(max_size=60))
_CARDS = st.lists(
    st.builds(CardItem, st.integers(1, 40), general=st.booleans(), open=st.booleans()),
    min_size=1, max_size=12, unique_by=lambda item: item.number,
)  # fmt: skip


def _entries(reading: ReplyReading) -> list[Entry]:
    asked = [entry for question in reading.questions for choice in question.choices for entry in choice]
    return [*reading.entries, *asked, *([reading.rest] if reading.rest else [])]


@given(_TEXTS, _CARDS)
def test_reading_keeps_to_the_card(text: str, items: list[CardItem]) -> None:
    reading = read_reply(text, items, TODAY)
    card = {item.number for item in items}
    assert {entry.number for entry in reading.entries} <= card
    assert {entry.number for entry in _entries(reading)} <= card | {0}
    assert len({entry.number for entry in reading.entries}) == len(reading.entries)
    for entry in _entries(reading):
        assert entry.percent is None or 0 <= entry.percent <= 100
        assert entry.done == (entry.percent == 100)
        assert not (entry.done and (entry.none_yet or entry.expected))
        assert entry.expected is None or entry.expected >= TODAY
        assert entry.number == 0 or entry in reading.entries or entry not in reading.entries


@given(_TEXTS, _CARDS)
def test_what_is_asked_is_not_also_decided(text: str, items: list[CardItem]) -> None:
    reading = read_reply(text, items, TODAY)
    for question in reading.questions:
        assert len(question.choices) >= 2
        assert len(set(question.choices)) == len(question.choices)
        assert any(question.choices)


@given(_TEXTS, _CARDS)
def test_something_typed_never_vanishes(text: str, items: list[CardItem]) -> None:
    reading = read_reply(text, items, TODAY)
    silent = not (_entries(reading) or reading.unread or reading.received)
    assert not silent or not any(sign.isalnum() for sign in text)


_SAYINGS = {
    "已完成": (100, True, False),
    "办结": (100, True, False),
    "60%": (60, False, False),
    "完成80%": (80, False, False),
    "六成五": (65, False, False),
    "正在推进": (None, False, False),
    "未完成": (None, False, False),
    "无进展": (None, False, True),
    "尚未启动": (0, False, True),
    "基本完成": (90, False, False),
    "已完成，发布12条": (100, True, False),
    "60%，预计12月底": (60, False, False),
}


@given(
    st.dictionaries(st.integers(1, 20), st.sampled_from(sorted(_SAYINGS)), min_size=1, max_size=8),
    st.sampled_from(["{} {}", "{}、{}", "{}. {}", "第{}项{}", "（{}）{}", "{}：{}", "{}{}"]),
    st.sampled_from(["\n", "；", " ", "，", "。"]),
)
def test_written_item_by_item_it_reads_back(said: dict[int, str], form: str, joint: str) -> None:
    glued = form == "{}{}"
    said = {n: words for n, words in said.items() if not (glued and words[0].isdigit())} or {1: "已完成"}
    text = joint.join(form.format(number, words) for number, words in said.items())
    reading = read_reply(text, [CardItem(n) for n in range(1, 21)], TODAY)
    assert reading.unread == ()
    assert reading.questions == ()
    read = {entry.number: (entry.percent, entry.done, entry.none_yet) for entry in reading.entries}
    assert read == {number: _SAYINGS[words] for number, words in said.items()}


def test_words_are_kept_as_typed_without_number_and_link() -> None:
    text = "1 已完成，发布１２条 https://www.example.gov.cn/a.html 2、60%，预计11月底（含3次培训）"
    first, second = read_reply(text, [CardItem(1), CardItem(2)], TODAY).entries
    assert first.words == "已完成，发布１２条"
    assert first.links == ("https://www.example.gov.cn/a.html",)
    assert second.words == "60%，预计11月底（含3次培训）"
    assert second.links == ()


def test_link_alone_is_an_answer() -> None:
    (entry,) = read_reply("1 https://a.cn/x", [CardItem(1), CardItem(2)], TODAY).entries
    assert entry == Entry(1, links=("https://a.cn/x",))


def test_rest_keeps_its_words() -> None:
    reading = read_reply("1 已完成，其余正常推进", [CardItem(n) for n in range(1, 5)], TODAY)
    assert reading.rest == Entry(0, words="正常推进")


def test_empty_card_reads_nothing() -> None:
    assert read_reply("1 已完成", [], TODAY) == ReplyReading(unread=("1 已完成",))


@pytest.mark.parametrize(
    "words", ["正常推进", "其余正常推进", "按计划有序推进", "稳步推进中", "进展顺利", "按序时推进"]
)
def test_words_that_say_on_course(words: str) -> None:
    assert on_course(words)


@pytest.mark.parametrize(
    "words",
    ["", *["正在对接", "无进展", "不正常", "未按计划推进", "进展不顺利", "有序推进，但资金困难", "完成60%"]],
)
def test_words_that_do_not(words: str) -> None:
    assert not on_course(words)
