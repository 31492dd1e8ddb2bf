"""What every kind of document is read as."""

from __future__ import annotations

import pytest

from bot.texts.catalogue import Catalogue
from storage.documents.blocks_in import read_blocks
from storage.terms.blocks import Block, Place, text_of

CATALOGUE = Catalogue.load("zh")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(line=12), "第12行"),
        (Place(paragraph=3), "第3段"),
        (Place(page=2), "第2页"),
        (Place(table=1, row=5), "表1第5行"),
        (Place(page=3, table=2, row=5), "第3页表2第5行"),
        (Place(sheet="任务分解", table=1, row=5), "“任务分解”第5行"),
    ],
)
def test_a_place_is_said_as_a_person_finds_it(place: Place, said: str) -> None:
    assert CATALOGUE.render(place.text, "zh") == said


def test_the_lines_of_a_text_are_paragraphs_with_their_numbers() -> None:
    blocks = read_blocks("要点.txt", "一、甲\r\n\r\n1.乙（财政局负责）\n".encode("gb18030"))
    assert blocks == (
        Block("paragraph", "一、甲", Place(line=1)),
        Block("paragraph", "", Place(line=2)),
        Block("paragraph", "1.乙（财政局负责）", Place(line=3)),
        Block("paragraph", "", Place(line=4)),
    )
    assert text_of(blocks) == "一、甲\n\n1.乙（财政局负责）\n"
