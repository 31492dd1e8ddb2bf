"""What holds for every notice: generated ones are read back whole, arbitrary ones never break it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from handlers.notices import Reading, read_deadline, read_names, read_notice, read_text
from handlers.notices.coverage import unassigned
from handlers.notices.deadlines import find_deadlines
from handlers.notices.folding import fold, pairs, split_outside, squeeze
from handlers.notices.limits import Frame
from storage.terms.errors import Unreadable
from storage.terms.notice import Notice, Responsibility

CHINESE = "一二三四五六七八九十"
OFFICES = ("财政局", "发展和改革局", "住房和城乡建设局", "司法局", "政府办", "大数据中心", "青石镇", "税务局")
COLLECTIVES = ("各部门", "各有关部门", "各乡镇<街道>", "各乡镇〈街道〉", "各直属事业单位")
TITLES = ("加强信息公开", "优化营商环境", "规范办理流程", "推进“一网通办”", "落实《公开条例》")
SENTENCES = (
    "各类信息要及时、准确、全面公开。",
    "坚持“谁起草、谁解读”原则，做到“应公开、尽公开”。",
    "严格执行《某某管理办法》（某政发〔2021〕28号）；建立台账。",
    "全年发布解读1.5万条，比例达到80%。",
    "（含图文解读）做到同步部署、同步落实。",
)
LIMITS = {"6月底前": "date", "9月份": "month", "每半年": "recurring", "印发后30日内": "relative"}

Names = tuple[str, ...]


@st.composite
def clauses(draw: st.DrawFn) -> tuple[str, Responsibility]:
    names = draw(st.lists(st.sampled_from(OFFICES), unique=True, max_size=6))
    cut = draw(st.integers(0, len(names)))
    lead, support = tuple(names[:cut]), tuple(names[cut:])
    collectives = tuple(draw(st.lists(st.sampled_from(COLLECTIVES), unique=True, min_size=1, max_size=2)))
    comma = draw(st.sampled_from([",", "，", "；"]))
    verb = draw(st.sampled_from(["负责落实", "落实", "负责", "按职责分工负责"]))
    parts = [f"{'、'.join(lead)}牵头"] if lead else []
    parts.append(f"{'、'.join(collectives)}{verb}")
    if support:
        parts.append(f"{'、'.join(support)}{draw(st.sampled_from(['配合', '参与', '协办']))}")
    raw = comma.join(parts)
    return raw, Responsibility(raw, lead, collectives, support)


@st.composite
def items(draw: st.DrawFn, *, named: bool) -> dict[str, object]:
    title = draw(st.sampled_from(TITLES))
    words = draw(st.lists(st.sampled_from(SENTENCES), max_size=4))
    limits = draw(st.lists(st.sampled_from(sorted(LIMITS)), unique=True, max_size=2))
    words += [f"各项任务于{limit}完成。" for limit in limits]
    raw, who = draw(clauses()) if named or draw(st.integers(0, 3)) else ("", Responsibility())
    return {"title": title, "text": f"{title}。" + "".join(words), "raw": raw, "who": who, "limits": limits}


@st.composite
def notices(draw: st.DrawFn) -> tuple[str, list[tuple[str, dict[str, object]]]]:
    opener, closer = draw(st.sampled_from([("(", ")"), ("（", "）"), ("〔", "〕")]))
    end = draw(st.sampled_from(["\n", "\n\n", "\r\n"]))
    lines = ["某政办发〔2026〕3号", "某市人民政府办公室关于印发2026年工作要点的通知", "2026年3月2日"]
    truth: list[tuple[str, dict[str, object]]] = []

    def put(mark: str, number: str, *, named: bool = True) -> None:
        item = draw(items(named=named))
        clause = f"{opener}{item['raw']}{closer}" if item["raw"] else ""
        lines.append(f"{mark}{item['text']}{clause}")
        truth.append((number, item))

    for chapter in CHINESE[: draw(st.integers(1, 3))]:
        lines.append(f"{chapter}、某章")
        for section in CHINESE[: draw(st.integers(1, 3))]:
            count = draw(st.integers(0, 3))
            if count == 0:
                put(f"（{section}）", f"{chapter}/({section})")
                continue
            lines.append(f"（{section}）某节。")
            for number in range(1, count + 1):
                put(f"{number}.", f"{chapter}/({section})/{number}", named=number == 1)
    lines.append("各单位要在本要点印发后30日内公布方案。")
    return end.join(lines), truth


@given(notices())
def test_a_generated_notice_is_read_back_whole(made: tuple[str, list[tuple[str, dict[str, object]]]]) -> None:
    text, truth = made
    reading = read_notice(text.encode())
    found = reading.notice.items
    assert [item.number for item in found] == [number for number, _ in truth]
    for item, (_, true) in zip(found, truth, strict=True):
        assert (item.title, item.text, item.responsibility) == (true["title"], true["text"], true["who"])
        assert [each.phrase for each in item.deadlines] == true["limits"]
        assert [each.kind for each in item.deadlines] == [LIMITS[each.phrase] for each in item.deadlines]
    assert [duty.text for duty in reading.notice.duties] == ["各单位要在本要点印发后30日内公布方案。"]
    assert Notice.from_json(json.loads(json.dumps(reading.notice.to_json()))) == reading.notice
    _nothing_lost(reading)


def _nothing_lost(reading: Reading) -> None:
    """Each character once, and what an item's span shows is its mark, its words and its clause."""
    assert unassigned(reading.text, reading.spans) == 0
    spans = [span for span in reading.spans if span.part == "item"]
    for span, item in zip(spans, reading.notice.items, strict=True):
        shown = squeeze(reading.text[span.start : span.end])
        said = squeeze(item.text) + squeeze(item.responsibility.raw)
        extra = len(shown) - len(said)
        assert squeeze(item.text) in shown
        assert 0 < extra <= len("（一）") + len("（）")


PIECES = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "(二)",
            "1.",
            "1．",
            "(1)",
            "①",
            "\n",
            "\n",
            "。",
            "，",
            "、",
            "；",
            "：",
            " ",
            "　",
            "\u200b",
        ),
        *("(", ")", "（", "）", "〔", "〕", "<", ">", "〈", "〉", "《", "》", "“", "”", "|", "---", "[", "]"),
        *(
            "财政局",
            "各部门",
            "牵头",
            "负责",
            "落实",
            "会同",
            "等",
            "及",
            "和",
            "由",
            "责任单位：",
            "不再列出",
            "以下均需",
        ),
        *(
            "6月",
            "底",
            "前",
            "30日",
            "内",
            "后",
            "之日起",
            "每",
            "季度",
            "半年",
            "印发",
            "9999年",
            "0年",
            "次年",
            "个工作日",
        ),
        *(
            "第",
            "十",
            "现将《",
            "》",
            "2026年",
            "3月2日",
            "各单位要",
            "附件",
            "通知",
            "要点",
            "关于",
            "名称:",
            "发布机构",
            "X",
        ),
    ]
)


@given(st.lists(PIECES, max_size=80).map("".join))
def test_pieces_of_notices_in_any_order_never_break_the_reading(text: str) -> None:
    _reads_or_refuses(lambda: read_text(text))


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    _reads_or_refuses(lambda: read_text(text))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _reads_or_refuses(lambda: read_notice(data))


@given(notices(), st.data())
def test_a_damaged_notice_is_read_or_refused(
    made: tuple[str, list[tuple[str, dict[str, object]]]], data: st.DataObject
) -> None:
    text, _ = made
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    _reads_or_refuses(lambda: read_text(text[:start] + data.draw(PIECES) + text[end:]))


def _reads_or_refuses(read: Callable[[], Reading]) -> None:
    try:
        reading = read()
    except Unreadable:
        return
    assert unassigned(reading.text, reading.spans) == 0
    assert Notice.from_json(json.loads(json.dumps(reading.notice.to_json()))) == reading.notice


@given(clauses())
def test_a_typed_clause_reads_with_and_without_its_bracket(made: tuple[str, Responsibility]) -> None:
    raw, truth = made
    assert read_names(raw) == truth
    assert read_names(f"（{raw}）") == truth


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_clause_gives_each_name_one_role(clause: str) -> None:
    names = read_names(clause).names
    assert len(names) == len(set(names))
    assert all(names)


@given(st.lists(PIECES, max_size=30).map("".join), st.none() | st.integers(1, 9999))
def test_any_words_for_a_limit_are_answered(words: str, year: int | None) -> None:
    for deadline in find_deadlines(words, Frame(year, date(9999, 12, 20))):
        assert deadline.phrase
        assert deadline.due is None or deadline.kind not in ("recurring", "open")
    typed = read_deadline(words, year)
    assert typed is None or typed.phrase


@given(st.integers(1, 12), st.integers(1, 28), st.integers(2000, 2100))
def test_a_day_is_the_same_however_it_is_typed(month: int, day: int, year: int) -> None:
    written = [
        f"{year}-{month:02}-{day:02}",
        f"{year}年{month}月{day}日前",
        f"{year}/{month}/{day}",
        f"{month}月{day}日",
    ]
    assert {getattr(read_deadline(each, year), "due", None) for each in written} == {date(year, month, day)}


@given(st.text(alphabet="()（）[]〔〕<>〈〉《》“”甲、，", max_size=60))
def test_pairs_never_overlap_and_pieces_rebuild_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    inside = pairs(folded)
    assert all(first[1] < second[0] for first, second in pairwise(inside))
    pieces = list(split_outside(folded, "、"))
    assert "、".join(folded[start:end] for start, end in pieces) == folded
