"""A long message comes in parts, none too long, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.port import Shown, ShownButton
from bot.splitting import split

lines = st.lists(st.text(st.characters(exclude_characters="\n"), max_size=60), max_size=12)


@given(st.text(max_size=60), lines, st.integers(8, 80))
def test_no_part_is_too_long_and_nothing_is_lost(title: str, written: list[str], limit: int) -> None:
    button = ((ShownButton("好", "t.0"),),)
    parts = split(Shown(title, tuple(written), button), limit)
    assert all(len(part.title) + sum(len(line) + 1 for line in part.lines) <= limit for part in parts)
    said = "".join(part.title + "".join(part.lines) for part in parts)
    assert said == title + "".join(written)
    assert [part.rows for part in parts] == [()] * (len(parts) - 1) + [button]
    assert [part.title for part in parts[1:]] == [""] * (len(parts) - 1)


def test_a_short_message_is_left_as_it_is() -> None:
    message = Shown("题", ("一", "", "二"))
    assert split(message, 100) == [message]
