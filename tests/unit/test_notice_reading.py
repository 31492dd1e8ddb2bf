"""Whole small notices: outline, items, head, duties, and what is refused."""

from __future__ import annotations

import json

import pytest

from handlers.notices import LARGEST, Reading, coverage_report, read_notice
from handlers.notices.coverage import Span, coverage_lines, unassigned
from storage.terms.errors import Unreadable
from storage.terms.notice import Notice, Responsibility

HEAD = "某市人民政府办公室\n关于印发2026年工作要点的通知\n各单位：\n某市人民政府办公室\n2026年3月2日\n"


def read(body: str, head: str = HEAD) -> Reading:
    reading = read_notice((head + body).encode())
    assert unassigned(reading.text, reading.spans) == 0
    return reading


def numbers(body: str) -> list[str]:
    return [item.number for item in read(body).notice.items]


def keys(reading: Reading) -> list[str]:
    return [warning.key for warning in reading.notice.warnings]


def test_chapters_sections_and_items_make_the_number() -> None:
    assert numbers(
        "一、甲\n（一）乙。\n1．丙。丁。（甲局负责）\n2. 戊。（乙局负责）\n（二）己。庚。（甲局负责）"
    ) == [
        "一/(一)/1",
        "一/(一)/2",
        "一/(二)",
    ]


def test_levels_may_be_left_out() -> None:
    assert numbers("一、甲\n1.乙。（甲局负责）\n二、丙。（甲局负责）\n（一）丁（乙局负责）") == [
        "一/1",
        "二/(一)",
    ]


def test_an_item_says_all_but_its_number_and_clause() -> None:
    (item,) = read(
        "一、总标题\n1.短标题。第一句；第二句。\n  第二段。（甲局牵头，各部门负责）\n"
    ).notice.items
    assert item.headings == ("总标题",)
    assert item.title == "短标题"
    assert item.text == "短标题。第一句；第二句。\n第二段。"
    assert item.responsibility == Responsibility("甲局牵头，各部门负责", ("甲局",), ("各部门",), ())


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("短题：正文。", "短题"),
        ("“谁起草。谁解读”原则。正文。", "“谁起草。谁解读”原则"),
        ("甲" * 30 + "，" + "乙" * 40 + "。", "甲" * 30),
        ("甲" * 80 + "。", "甲" * 59 + "…"),
        ("只有一句", "只有一句"),
        ("", ""),
    ],
)
def test_the_title_is_the_first_short_sentence(words: str, title: str) -> None:
    (item,) = read(f"1.{words}\n（甲局负责）").notice.items
    assert item.title == title


def test_a_clause_on_a_line_of_its_own_or_broken_over_two_lines() -> None:
    first, second = read("1.甲。\n（甲局负责）\n2.乙。（甲局牵头，\n各部门负责）").notice.items
    assert first.responsibility.responsible == ("甲局",)
    assert second.responsibility.names == ("甲局", "各部门")


def test_a_numbered_sibling_without_clause_is_an_item_with_a_warning() -> None:
    reading = read("一、甲\n1.乙。（甲局负责）\n2.丙。")
    assert [item.responsibility.names for item in reading.notice.items] == [("甲局",), ()]
    assert [(each.key, each.line) for each in reading.notice.warnings] == [("no_clause", 8)]


def test_a_numbered_sibling_without_clause_takes_the_numbers_under_it_along() -> None:
    reading = read("一、甲\n（一）乙。（甲局负责）\n（二）丙。\n1.丁。\n2.戊。")
    assert [item.number for item in reading.notice.items] == ["一/(一)", "一/(二)"]
    assert reading.notice.items[1].text == "丙。\n1.丁。\n2.戊。"


def test_sections_where_nobody_is_named_are_no_items_but_may_bind_all() -> None:
    reading = read(
        "一、总体要求\n围绕大局。\n二、任务\n1.甲。（甲局负责）\n三、工作要求\n（一）加强领导。各单位要抓紧，4月底前报送方案。"
    )
    assert [item.number for item in reading.notice.items] == ["二/1"]
    assert keys(reading) == ["section_without_clause", "section_without_clause"]
    assert [span.part for span in reading.spans] == ["preamble", "preamble", "heading", "item", "closing"]
    assert [duty.text for duty in reading.notice.duties] == ["各单位要抓紧，4月底前报送方案。"]


def test_points_inside_an_item_are_its_words() -> None:
    reading = read("1.甲：\n（1）乙；\n（2）丙。（甲局负责）\n2.丁。（乙局负责）")
    first, second = reading.notice.items
    assert (first.number, second.number) == ("1", "2")
    assert first.text == "甲：\n（1）乙；\n（2）丙。"
    assert first.responsibility.names == ("甲局",)
    assert keys(reading) == []


def test_points_each_with_a_clause_are_items() -> None:
    assert numbers("1.甲：\n（1）乙。（甲局负责）\n（2）丙。（乙局负责）") == ["1/(1)", "1/(2)"]


def test_a_clause_in_a_heading_takes_the_numbered_words_below_with_it() -> None:
    (item,) = read("（一）专项整治（甲局负责）。\n1.乙。\n2.丙。").notice.items
    assert (item.number, item.responsibility.names) == ("(一)", ("甲局",))
    assert "丙" in item.text


def test_a_heading_and_its_items_both_with_clauses_are_told() -> None:
    reading = read("（一）甲。（甲局牵头）\n1.乙。（乙局负责）\n2.丙。（丙局负责）")
    assert [item.number for item in reading.notice.items] == ["(一)/1", "(一)/2"]
    assert keys(reading) == ["group_clause"]


def test_a_bracket_that_is_no_clause_stays_in_the_words() -> None:
    (item,) = read("1.按规定（国办函〔2020〕9号）办理（试行）。（甲局负责）").notice.items
    assert item.text == "按规定（国办函〔2020〕9号）办理（试行）。"


def test_a_forgotten_bracket_is_read_and_told() -> None:
    reading = read("1.甲。（甲局牵头，各乡镇〈街道〉负责\n2.乙。（乙局负责）")
    assert reading.notice.items[0].responsibility.names == ("甲局", "各乡镇〈街道〉")
    assert keys(reading) == ["clause_unclosed"]


def test_a_bracket_closed_twice_is_read() -> None:
    (item,) = read("1.甲。（甲局牵头，各乡镇（街道）负责））").notice.items
    assert (item.text, item.responsibility.names) == ("甲。", ("甲局", "各乡镇（街道）"))


def test_an_outer_bracket_forgotten_around_an_inner_one() -> None:
    (item,) = read("1.甲（试行）。（甲局牵头，各乡镇（街道）负责").notice.items
    assert item.responsibility.names == ("甲局", "各乡镇（街道）")


def test_the_last_item_may_have_several_paragraphs_with_clauses() -> None:
    reading = read("1.甲。（甲局负责）\n还有乙。（乙局负责）\n各单位要抓紧。（各部门负责）\n")
    assert reading.notice.items[-1].responsibility.names == ("甲局", "乙局")
    assert [duty.text for duty in reading.notice.duties][:1] == ["各单位要抓紧。"]


def test_an_item_may_begin_with_a_year_or_a_long_number() -> None:
    body = "1.2026年底前建成。（甲局负责）\n2.12345热线。（甲局负责）\n3.15消费者权益日。"
    assert numbers(body) == ["1", "2"]


def test_navigation_above_the_title_is_no_part_of_it() -> None:
    notice = read("一、甲。（甲局负责）", "打印本页\n关于印发2026年政务公开\n工作要点的通知\n").notice
    assert notice.title == "关于印发2026年政务公开工作要点的通知"


def test_a_clause_inside_the_words_is_read_and_told() -> None:
    reading = read("1.甲（甲局负责），再做乙。\n2.丙。（乙局负责）")
    assert reading.notice.items[0].responsibility.names == ("甲局",)
    assert keys(reading) == ["clause_inside"]


def test_several_clauses_count_together() -> None:
    reading = read("1.甲。（甲局负责）\n乙。（乙局牵头，甲局配合）\n2.丙。（丙局负责）")
    first = reading.notice.items[0].responsibility
    assert (first.lead, first.responsible, first.support) == (("乙局",), ("甲局",), ())
    assert keys(reading) == ["several_clauses"]


def test_words_behind_the_clause_are_kept_and_told() -> None:
    reading = read("1.甲。（甲局负责）\n还有一段。\n2.乙。（乙局负责）")
    assert reading.notice.items[0].text == "甲。\n还有一段。"
    assert keys(reading) == ["text_after_clause"]


def test_time_limits_of_words_and_clause() -> None:
    (item,) = read("1.甲于9月份开展。（甲局负责，6月底前完成）").notice.items
    assert [each.phrase for each in item.deadlines] == ["9月份", "6月底前"]


def test_a_limit_before_the_notice_is_told() -> None:
    assert keys(read("1.甲于1月底前完成。（甲局负责）")) == ["deadline_past"]


def test_decimals_years_and_lists_are_no_numbers() -> None:
    body = "1.甲。\n1.5公里道路。\n2026.年。\n一、二、三级医院。（甲局负责）\n2.乙。（甲局负责）"
    assert numbers(body) == ["1", "2"]


def test_skipped_and_repeated_numbers_are_told() -> None:
    reading = read("1.甲。（甲局负责）\n3.乙。（甲局负责）\n3.丙。（甲局负责）")
    assert keys(reading) == ["number_skipped", "number_repeated"]
    assert [item.number for item in reading.notice.items] == ["1", "3", "3"]


def test_numbers_of_a_cover_letter_are_no_items() -> None:
    head = "关于印发要点的通知\n现将《某市2026年工作要点》印发给你们。\n一、提高认识。\n二、抓好落实。\n"
    reading = read("某市2026年工作要点\n一、甲。（甲局负责）\n二、乙。（乙局负责）", head)
    assert [item.title for item in reading.notice.items] == ["甲", "乙"]
    assert reading.notice.year == 2026


def test_numbers_of_appendices_are_no_items() -> None:
    reading = read("一、甲。（甲局负责）\n各单位要抓紧。\n附件：1.分工表\n2.联系表\n")
    assert [item.number for item in reading.notice.items] == ["一"]
    assert reading.spans[-1].part == "closing"


def test_the_closing_begins_behind_the_last_item_with_or_without_its_clause() -> None:
    reading = read("一、甲。（甲局负责）\n二、乙。\n各单位要在印发后30日内公布。落实情况报我办。\n")
    assert reading.notice.items[-1].text == "乙。"
    assert [duty.text for duty in reading.notice.duties] == [
        "各单位要在印发后30日内公布。",
        "落实情况报我办。",
    ]
    assert str(reading.notice.duties[0].deadlines[0].due) == "2026-04-01"


def test_courtesies_of_the_cover_are_no_duties_and_demands_are() -> None:
    head = HEAD.replace(
        "各单位：\n", "各单位：\n现将要点印发给你们，请认真贯彻执行。\n各单位要于4月底前报送方案。\n"
    )
    (duty,) = read("一、甲。（甲局负责）", head).notice.duties
    assert (duty.text, duty.deadlines[0].phrase) == ("各单位要于4月底前报送方案。", "4月底前")


def test_standing_implementers_are_read_once_and_are_no_duty() -> None:
    notice = read("（以下均需各区县政府落实，不再列出）\n一、甲。（甲局负责）").notice
    assert notice.standing == ("各区县政府",)
    assert notice.duties == ()


def test_the_table_of_the_web_page_is_no_part_of_the_body() -> None:
    head = (
        "当前位置: 首页>文件\n索 引 号: | 1 | 效力状态: | 有效\n---|---|---|---|\n"
        "发布机构: | 某市政府办 | 成文日期: | 2026-05-26 |\n"
        "文  号: | 某政发〔2026〕1号 | 发布日期: | 2026-05-27\n"
        "名 称: | 某市2026年工作要点的通知 | ||\n各单位：\n"
    )
    reading = read("一、甲。（甲局负责）", head)
    notice = reading.notice
    assert (notice.title, notice.issuer) == ("某市2026年工作要点的通知", "某市政府办")
    assert (notice.document_number, str(notice.issued_on)) == ("某政发〔2026〕1号", "2026-05-26")
    assert [span.part for span in reading.spans] == ["metadata", "preamble", "item"]


def test_the_head_without_a_table() -> None:
    notice = read("一、甲。（甲局负责）", "某政办发〔2026〕3号\n" + HEAD).notice
    assert notice.title == "某市人民政府办公室关于印发2026年工作要点的通知"
    assert (notice.document_number, notice.issuer) == ("某政办发〔2026〕3号", "某市人民政府办公室")
    assert (str(notice.issued_on), notice.year) == ("2026-03-02", 2026)


def test_a_date_in_chinese_numerals_at_the_end() -> None:
    notice = read("一、甲。（甲局负责）\n某市政府办公室\n二〇二六年三月十二日", "某市工作要点\n").notice
    assert (str(notice.issued_on), notice.year) == ("2026-03-12", 2026)


def test_what_the_head_lacks_is_told() -> None:
    assert keys(read("一、甲。（甲局负责）", "")) == ["title_unknown", "date_unknown", "year_unknown"]


def test_a_titled_notice_without_any_clause_is_read_with_a_warning_each() -> None:
    assert keys(read("一、甲\n1.乙。\n2.丙。")) == ["no_clause", "no_clause"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_line_ends(encoding: str) -> None:
    text = HEAD + "一、甲。（甲局牵头，各乡镇〈街道〉负责）\n"
    assert (
        read_notice(text.replace("\n", "\r\n").encode(encoding)).notice == read_notice(text.encode()).notice
    )


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "notice_empty"),
        (b" \n\t\xe3\x80\x80\n", "notice_empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "notice_binary"),
        (b"PK\x03\x04\x14\x00\x06\x00", "notice_binary"),
        (b"\xff" * 100, "notice_binary"),
        (b"\x00" * 100, "notice_binary"),
        ("今天天气很好。\n明天也是。".encode(), "not_a_notice"),
        ("1.买菜\n2.做饭".encode(), "not_a_notice"),
        (b"a" * (LARGEST + 1), "notice_too_large"),
        ("1.甲\n".encode() * 6000, "notice_too_many_units"),
    ],
)
def test_what_is_no_notice_is_refused(data: bytes, key: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_notice(data)
    assert refused.value.text.key == f"refusal.{key}"


def test_the_json_has_the_fields_of_the_contract_in_order() -> None:
    packed = read("1.甲于文件公布后3日内上网。（甲局负责）\n2.乙。").notice.to_json()
    assert list(packed) == [
        *(
            "title",
            "document_number",
            "issuer",
            "issued_on",
            "year",
            "standing",
            "duties",
            "items",
            "warnings",
            "doubts",
        )
    ]
    item = packed["items"][0]
    assert list(item) == ["number", "headings", "title", "text", "responsibility", "deadlines"]
    assert list(item["responsibility"]) == ["raw", "lead", "responsible", "support"]
    assert item["deadlines"] == [
        {
            "phrase": "文件公布后3日内",
            "kind": "relative",
            "due": None,
            "every": None,
            "offset": {"count": 3, "unit": "day", "from": "event:文件公布"},
        }
    ]
    assert packed["warnings"] == [{"line": 7, "key": "no_clause", "message": "要点 2 没有写明责任单位。"}]
    assert Notice.from_json(json.loads(json.dumps(packed))).to_json() == packed


def test_a_warning_is_also_a_text_of_the_catalogue() -> None:
    (warning,) = read("1.甲。（甲局负责）\n2.乙。").notice.warnings
    assert (warning.text.key, warning.text.values) == ("reading.no_clause", {"number": "2"})


def test_the_coverage_listing_shows_each_part_and_the_sum() -> None:
    report = coverage_report(read("一、甲。（甲局负责）\n各单位要抓紧。"))
    assert "要点 一" in report
    assert "无遗漏" in report


@pytest.mark.parametrize(
    ("spans", "wrong"),
    [
        ([Span(0, 4, "preamble")], 0),
        ([Span(0, 2, "preamble"), Span(3, 4, "closing")], 1),
        ([Span(0, 3, "preamble"), Span(2, 4, "closing")], 1),
        ([Span(0, 2, "preamble")], 2),
    ],
)
def test_gaps_and_overlaps_are_counted(spans: list[Span], wrong: int) -> None:
    assert unassigned("甲乙丙丁", spans) == wrong
    assert ("无遗漏" in list(coverage_lines("甲乙丙丁", spans))[-1]) is (wrong == 0)
