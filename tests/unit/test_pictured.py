"""Whether a policy was shown in pictures is read from what was told and enclosed."""

from __future__ import annotations

import pytest

from handlers.replies.pictured import pictured


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("已发布图解", True),
        ("附一图读懂和h5", True),
        ("文字解读，配短视频", True),
        ("不仅有文字，不仅有图解", True),
        ("未成年人保护图解已发布", True),
        ("无障碍图解已上线", True),
        ("没有视频，有图解", True),
        ("已发布文字解读", False),
        ("没有图解", False),
        ("暂无图解", False),
        ("未制作图解", False),
        ("无需配图文", False),
        ("不做动漫", False),
        ("已在视频会议上解读", False),
    ],
)
def test_it_is_read_from_words(words: str, expected: bool) -> None:
    assert pictured(words, ()) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("解读.PNG", True), ("办法.jpeg", True), ("政策图解.pdf", True), ("解读.docx", False)],
)
def test_it_is_read_from_what_is_enclosed(name: str, expected: bool) -> None:
    assert pictured("已完成", ["正文.docx", name]) is expected
