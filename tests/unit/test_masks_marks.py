"""Security markings are seen; words about secrecy are not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.terms.marks import has_security_mark


@pytest.mark.parametrize(
    "text",
    [
        "机密★5年",
        "绝密★",
        "秘密★一年",
        "机密☆10年",
        "机 密 ★ 5 年",
        "机　密　★　５年",
        "标题\n机密★长期\n正文",
        "密级：秘密",
        "密级:机密",
        "密 级 ： 绝 密",
        "密级：机密★1年",
        "密级\t机密",
        "密级｜秘密",
        "密级（秘密）",
        "密级：机密级",
        "機密★5年",
        "机\u200b密★5年",
        "文件密级：秘密，请妥善保管",
    ],
)
def test_marking_is_seen(text: str) -> None:
    assert has_security_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "保守国家秘密",
        "涉密信息不公开、敏感信息不上网",
        "国家秘密、商业秘密和个人隐私",
        "机密文件不得上网",
        "秘密",
        "绝密、机密、秘密三级",
        "密级：秘密、机密、绝密三级由保密部门确定",
        "密级：公开",
        "密级：内部",
        "密级：无",
        "★重点任务",
        "不定密级，机密另行处理",
        "加强密级管理",
        "信息公开保密审查",
    ],
)
def test_mere_words_are_no_marking(text: str) -> None:
    assert not has_security_mark(text)


@given(
    st.text(max_size=30),
    st.sampled_from(["绝密", "机密", "秘密"]),
    st.sampled_from(["", " ", "　", "\n"]),
    st.text(max_size=30),
)
def test_starred_level_is_seen_anywhere(before: str, level: str, gap: str, after: str) -> None:
    assert has_security_mark(f"{before}，{level[0]}{gap}{level[1]}{gap}★5年{after}")


@given(st.text(st.sampled_from("国家秘密机密绝密级信息不公开，。 \n"), max_size=40))
def test_without_star_or_label_nothing_is_a_marking(text: str) -> None:
    assert not has_security_mark(text.replace("密级", "保密"))
