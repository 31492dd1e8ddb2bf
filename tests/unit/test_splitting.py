"""A long message comes in parts, none too long, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert all(len(part.title) + sum(len(line) + 1 for line in part.lines) <= limit for part in parts)
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
