"""Private data is masked, everything else is left alone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.terms.masks import mask

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张三13812345678", "张三138****5678"),
        ("电话：138 1234 5678。", "电话：138 **** 5678。"),
        ("138-1234-5678", "138-****-5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138 1234 5678", "+86 138 **** 5678"),
        ("008613812345678", "0086138****5678"),
        ("13812345678,13987654321", "138****5678,139****4321"),
        ("13812345678 13987654321", "138****5678 139****4321"),
        ("1 13812345678", "1 138****5678"),
        ("身份证11010519491231002X", "身份证110*************2X"),
        ("身份证11010519491231002x已核", "身份证110*************2x已核"),
        ("110105194912310021X", "110105194912310021X"),
        ("110105 19491231 002X", "110*** ******** **2X"),
        ("110105491231002", "110**********02"),
        ("卡号6222021234567890128", "卡号6222***********0128"),
        ("6222 0212 3456 7890 128", "6222 **** **** ***0 128"),
        ("4111111111111111", "4111********1111"),
        ("4111-1111-1111-1111", "4111-****-****-1111"),
        ("车牌宁A12345", "车牌宁A***45"),
        ("宁AD12345已登记", "宁A****45已登记"),
        ("宁A·12345", "宁A·***45"),
        ("车辆宁 A12345", "车辆宁 A***45"),
        ("京A1234学", "京A***4学"),
        ("家住中山街12号3栋2单元501室", "家住中山街***********室"),
        ("幸福小区3号楼2单元501室", "幸福小区*********室"),
        ("住幸福小区3-2-501", "住幸福小区*-*-***"),
        ("张某住朝阳巷18号", "张某住朝阳巷**号"),
        ("东塔花园12栋1单元302", "东塔花园*********"),
        ("住址：和平路5号", "住址：和平路*号"),
        ("李某，住崇兴镇龙三村12号", "李某，住崇兴镇龙三村**号"),
    ],
)
def test_private_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.gov.cn/13812345678/110105194912310021.html",
        "见 http://example.gov.cn/?id=13812345678。",
        "政办发〔2026〕8号",
        "政办发〔2026〕13812345678号",
        "2026年11月23日",
        "2026-11-23 2026-11-30 2026-12-15",
        "2021 2022 2023 2024 2025",
        "12345热线受理1380件",
        "0951-4021234",
        "09514021234",
        "投资13812345678元",
        "1 60% 2 80% 3 100%",
        "1380 1390 1400",
        "110105194912310021",
        "6222021234567890123",
        "128123456789",
        "110105199913310021",
        "91640181MA76ABCD3X",
        "北门街12号政务服务大厅",
        "灵州路8号",
        "政府街1号政务中心305室",
        "办公地址：北京路12号3楼305室",
        "某村3户已改造",
        "老旧小区12栋已改造",
        "一号路2号线",
        "社区5户",
        "中央一号文件",
        "铁路12号桥",
        "公路3层路面",
        "新A类企业",
        "宁夏A级景区12345",
        "",
    ],
)
def test_public_words_are_left_alone(text: str) -> None:
    assert mask(text) == text


def test_link_ends_where_chinese_words_begin() -> None:
    assert mask("https://a.cn/1电话13812345678") == "https://a.cn/1电话138****5678"


@st.composite
def _identities(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1930, 1, 1), date(2020, 1, 1)))
    body = f"640181{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


_MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
_WORDS = st.text(st.sampled_from("请联系张三办理，。 电话：号\n元街室号0189-Xx.★宁A栋"), max_size=12)


@given(_WORDS.filter(lambda w: not re.search(r"[0-9Xx. -]$", w)), st.one_of(_identities(), _MOBILES), _WORDS)
def test_identities_and_mobiles_never_pass(before: str, secret: str, after: str) -> None:
    after = "，" + after
    assert secret not in mask(before + secret + after)


@given(st.one_of(_identities(), _MOBILES))
def test_ends_stay_to_recognise_it(secret: str) -> None:
    masked = mask(secret)
    assert len(masked) == len(secret)
    assert masked[:3] == secret[:3]
    assert masked[-2:] == secret[-2:]
    assert "****" in masked


_ANY = st.text(
    st.one_of(st.sampled_from("0123456789 -.Xx+宁A街路号室栋单元小区村住址，https:/w"), st.characters()),
    max_size=80,
)


@given(_ANY)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(_ANY)
def test_masking_only_puts_stars(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, "*") for old, new in zip(text, masked, strict=True))
