"""A long message comes in parts, none too long, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.measuring import units
from bot.platforms.port import Capabilities, Shown, ShownButton, ShownFile
from bot.splitting import split

ONE, TWO = ShownFile("一.txt", "text/plain", b"1"), ShownFile("二.txt", "text/plain", b"2")
BUTTONS = ((ShownButton("好", "t.0"),),)


def limits(text: int, caption: int | None = None) -> Capabilities:
    return Capabilities(True, 1, 1, text, caption)


lines = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=60), max_size=12)


@given(st.text(max_size=60), lines, st.integers(8, 80))
def test_no_part_is_too_long_and_nothing_is_lost(title: str, written: list[str], limit: int) -> None:
    button = ((ShownButton("好", "t.0"),),)
    parts = split(Shown(title, tuple(written), button), limits(limit))
    assert all(part.length <= limit for part in parts)
    said = "".join(part.title + "".join(part.lines) for part in parts)
    assert said == title + "".join(written)
    assert [part.rows for part in parts] == [()] * (len(parts) - 1) + [button]
    assert [part.title for part in parts[1:]] == [""] * (len(parts) - 1)


def test_a_short_message_is_left_as_it_is() -> None:
    message = Shown("题", ("一", "", "二"))
    assert split(message, limits(100)) == [message]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (Shown("题", ("一",), BUTTONS, (ONE,)), [Shown("题", ("一",), BUTTONS, (ONE,))]),
        (
            Shown("题", ("一" * 30,), BUTTONS, (ONE,)),
            [Shown("题", ("一" * 30,), BUTTONS), Shown(files=(ONE,))],
        ),
        (
            Shown("题", (), BUTTONS, (ONE, TWO)),
            [Shown("题", (), BUTTONS), Shown(files=(ONE,)), Shown(files=(TWO,))],
        ),
        (Shown("", (), BUTTONS, (ONE, TWO)), [Shown("", (), BUTTONS, (ONE,)), Shown(files=(TWO,))]),
        (
            Shown("", ("一" * 60, "二" * 10), BUTTONS, (ONE,)),
            [Shown("", ("一" * 60,)), Shown("", ("二" * 10,), BUTTONS), Shown(files=(ONE,))],
        ),
    ],
)
def test_where_a_message_bears_one_file_each_further_one_is_a_part(
    message: Shown, parts: list[Shown]
) -> None:
    assert split(message, limits(64, 20)) == parts


def test_where_a_card_bears_any_files_they_stand_on_its_last_part() -> None:
    first, last = split(Shown("", ("一" * 60, "二" * 10), BUTTONS, (ONE, TWO)), limits(64))
    assert (first.files, last.files) == ((), (ONE, TWO))


FAMILY, FLAG, WAVING = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u263a\ufe0f", "\U0001f44b\U0001f3fd"


@pytest.mark.parametrize("sign", [FAMILY, FLAG, WAVING, "\U0001f600", "e\u0301"])
def test_what_is_joined_is_not_cut(sign: str) -> None:
    parts = split(Shown("", (sign * 300,)), limits(64))
    assert all(part.length <= 64 for part in parts)
    assert all(set("".join(part.lines).split(sign)) == {""} for part in parts)
    assert "".join(line for part in parts for line in part.lines) == sign * 300


def test_emoji_count_twice() -> None:
    parts = split(Shown("", ("\U0001f600" * 4096,)), limits(4096))
    assert [units(part.lines[0]) for part in parts] == [4094, 4094, 4]


def test_endless_accents_are_cut_somewhere() -> None:
    parts = split(Shown("", ("a" + "\u0301" * 500,)), limits(64))
    assert all(part.length <= 64 for part in parts)
