"""Every card becomes blocks that Slack takes, and nothing people wrote becomes markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.port import Rejected, Shown, ShownButton, ShownFile
from bot.platforms.slack.show import body
from tests.platforms.slack_limits import wrong_blocks


def buttons(count: int) -> tuple[ShownButton, ...]:
    return tuple(ShownButton(f"第{n}项", f"t.{n}") for n in range(count))


def words_of(shown: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in shown["blocks"] if "text" in block]


SHOWN = st.builds(
    Shown,
    title=st.text(max_size=300),
    lines=st.lists(st.text(max_size=400), max_size=8).map(tuple),
    rows=st.lists(st.integers(1, 60).map(buttons), max_size=12).map(tuple),
)


@given(SHOWN)
def test_slack_takes_every_card(message: Shown) -> None:
    shown = body(message)
    assert wrong_blocks(shown) == ""
    given_tokens = [button.token for row in message.rows for button in row]
    assert [b["value"] for block in shown["blocks"] for b in block.get("elements", ())] == given_tokens


def test_a_card() -> None:
    shown = body(Shown("要点 <!channel>", ("共 2 项", "  牵头 1 项"), (buttons(2),)))
    assert words_of(shown) == ["要点 <!channel>", "共 2 项\n\u00a0\u00a0牵头 1 项"]
    assert {block["text"]["type"] for block in shown["blocks"] if "text" in block} == {"plain_text"}
    assert shown["text"] == "要点 &lt;!channel&gt;\n共 2 项\n  牵头 1 项"


def test_a_long_title_stands_among_the_lines() -> None:
    assert words_of(body(Shown("长" * 151, ("一",)))) == ["长" * 151 + "\n一"]


def test_lines_are_shared_out_among_sections_whole() -> None:
    assert words_of(body(Shown("", ("甲" * 2000, "乙" * 999, "丙" * 10)))) == [
        "甲" * 2000 + "\n" + "乙" * 999,
        "丙" * 10,
    ]


def test_a_line_longer_than_a_section_goes_on_in_the_next() -> None:
    assert words_of(body(Shown("", ("甲" * 3100,)))) == ["甲" * 3000, "甲" * 100]


def test_a_row_too_long_goes_on_in_the_next() -> None:
    rows = [len(block["elements"]) for block in body(Shown("", (), (buttons(30),)))["blocks"]]
    assert rows == [25, 5]


def test_rows_too_many_stand_together() -> None:
    rows = [len(block["elements"]) for block in body(Shown("", ("一",), (buttons(2),) * 60))["blocks"][1:]]
    assert rows == [25, 25, 25, 25, 20]


@pytest.mark.parametrize("row", [buttons(1300), (ShownButton("按", ""),), (ShownButton("按", "t" * 2001),)])
def test_what_slack_never_takes_is_rejected(row: tuple[ShownButton, ...]) -> None:
    with pytest.raises(Rejected):
        body(Shown("", ("一",), (row,)))


def test_a_long_label_is_cut_and_a_style_is_kept() -> None:
    (block,) = body(Shown("", (), ((ShownButton("长" * 80, "t", "danger"),),)))["blocks"]
    (button,) = block["elements"]
    assert button["text"]["text"] == "长" * 74 + "…"
    assert button["style"] == "danger"


def test_a_card_of_files_alone_is_named_by_them() -> None:
    shown = body(Shown(files=(ShownFile("台账.xlsx", "x", b"1"), ShownFile("图.png", "x", b"1"))))
    assert (shown["text"], shown["blocks"]) == ("台账.xlsx, 图.png", [])
