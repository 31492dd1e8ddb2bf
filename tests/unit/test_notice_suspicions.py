"""What in a reading looks as if it had gone wrong is said, and what only looks so is not."""

from __future__ import annotations

import pytest

from handlers.notices.column_kinds import guessed, kinds_of
from handlers.notices.limits import Frame
from handlers.notices.names import read_names
from handlers.notices.reading import read_text
from handlers.notices.suspicions import suspicions
from storage.terms.blocks import Block, Place
from storage.terms.notice import NoticeItem

FRAME = Frame(2026)


def said_of(text: str, clause: str = "县水利局负责") -> list[tuple[str, str]]:
    item = NoticeItem("1", (), text[:8], text, read_names(clause), ())
    return [(key, value) for _, _, value, key in suspicions([item], FRAME)]


@pytest.mark.parametrize(
    ("text", "clause", "key", "value"),
    [
        ("清淤河道，县水利局负责巡查", "县住建局负责", "who_left", "局负责"),
        ("下放事项120项，推行帮办", "推进乡镇办理", "prose_as_name", "推进乡镇"),
        ("修编规划并报批", "省财政厅、教育厅、体改局", "half_a_name", "体改局"),
        ("修编规划并报批", "各市、州人民政府", "", ""),
        ("修编规划并报批", "各市、各区负责", "", ""),
        ("修编规划并报批", "政府负责", "half_a_name", "政府"),
        ("修编规划并报批", "县水利局负责河道清淤整治巡查", "left_in_clause", "清淤整治"),
        ("完成摸底。县教育局、县妇联", "县民政局负责", "names_at_end", "县教育局、县妇联"),
        ("完成摸底\n9月底前", "县民政局负责", "names_at_end", "9月底前"),
        ("于2026年9月向社会公布", "县民政局负责", "time_left", "2026年9月"),
        ("有效期至2027年12月31日", "县民政局负责", "", ""),
        ("完成摸底。（二）建立台账", "县民政局负责", "glued", "(二)"),
        ("摸底", "县民政局负责", "unlike_others", "摸底"),
        ("组织应急演练20场", "县应急局、县应急管理局负责", "", ""),
    ],
)
def test_what_looks_wrong_is_said(text: str, clause: str, key: str, value: str) -> None:
    said = said_of(text, clause)
    assert (not said) if not key else any(k == key and value in v for k, v in said), said


def row(*cells: str) -> Block:
    return Block("row", "", Place(), cells, table=1)


def test_a_column_without_a_known_name_is_told_by_its_cells() -> None:
    names = ("序号", "工作任务", "何时", "责任单位", "备注")
    first = row("1", "修路", "6月底前", "县交通局", "")
    rows = [first, row("2", "修桥", "年底前", "各镇", "")]
    assert kinds_of(names, rows) == ["number", "words", "limit", "responsible", "aside"]
    assert guessed([row(*names), *rows]) == ["何时"]
    assert kinds_of(("谁来干",), [row("县交通局"), row("县住建局、各镇")]) == ["responsible"]


def test_columns_with_known_names_are_no_guess() -> None:
    names = ("序号", "工作任务", "责任单位")
    assert guessed([row(*names), row("1", "修路", "县交通局")]) == []


def keys_of(text: str) -> list[tuple[str, str]]:
    return [(each.item, each.key) for each in read_text(text).notice.doubts]


def test_a_document_of_which_a_third_is_doubted_is_doubted_as_a_whole() -> None:
    head = "云水县2026年工作要点\n1.拓宽县道30公里。（县交通局负责）\n"
    assert ("", "division_unsure") in keys_of(head + "2.修缮危桥两座。\n3.绿化荒山千亩。\n")
    named = "2.修缮危桥两座。（县交通局负责）\n3.绿化荒山千亩。（县林业局负责）\n"
    assert keys_of(head + named) == []
