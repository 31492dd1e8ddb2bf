"""The words by which an office's lists call columns and kinds of departments."""

from __future__ import annotations

from storage.terms.names import normalise_name
from storage.terms.register import DepartmentKind

_HEADINGS = {
    "name": "名称 单位名称 部门名称 机构名称 单位 部门 责任单位 name department",
    "kind": "类别 类型 单位类别 单位类型 部门类别 部门类型 机构类别 机构类型 单位性质 性质 kind type",
    "aliases": "别名 简称 别称 曾用名 单位简称 部门简称 规范简称 别名/简称 aliases alias short",
    "since": "启用日期 启用 生效日期 成立日期 设立日期 起始日期 since from",
    "until": "停用日期 停用 失效日期 撤销日期 终止日期 截止日期 until to",
    "parent": "主管部门 主管单位 上级单位 上级部门 归口单位 归口部门 parent",
}
_COLLECTIVE_HEADINGS = {
    "name": "统称 统称名称 collective",
    "aliases": "别名 别称 又称 aliases",
    "kinds": "包含类别 包括类别 类别 类型 范围 包含 kinds kind",
    "choose": "需选择 是否选择 选择 需要选择 choose",
}
_KINDS = {
    DepartmentKind.BUREAU: "部门 政府部门 工作部门 组成部门 行政部门 行政机关 党委部门 党政部门 党群部门 "
    "市直部门 县直部门 区直部门 市政府部门 政府工作部门 机关 委办局 局 bureau",
    DepartmentKind.TOWNSHIP: "乡镇 乡 镇 乡(镇) 乡镇政府 乡镇人民政府 township town",
    DepartmentKind.SUBDISTRICT: "街道 街道办 街道办事处 subdistrict street",
    DepartmentKind.INSTITUTION: "直属事业单位 事业单位 直属单位 直属机构 institution",
    DepartmentKind.EXTERNAL: "外部单位 外单位 驻市单位 驻县单位 驻区单位 驻地单位 垂管单位 垂直管理单位 "
    "中央驻市单位 企业 国有企业 国企 其他 其他单位 external externalbody other",
}
_YES = frozenset({"是", "需", "需要", "要", "√", "yes", "y", "true", "1"})
_NO = frozenset({"", "否", "不", "不需", "不需要", "无", "no", "n", "false", "0"})


def _turned(words: dict[str, str]) -> dict[str, str]:
    return {normalise_name(word): field for field, line in words.items() for word in line.split()}


HEADINGS = _turned(_HEADINGS)
"""Heading as compared → field of a department."""
COLLECTIVE_HEADINGS = _turned(_COLLECTIVE_HEADINGS)
"""Heading as compared → field of a collective name."""
KINDS = {normalise_name(word): kind for kind, line in _KINDS.items() for word in line.split()}
"""Word for a kind as compared → the kind."""


def heading_of(cell: object) -> str:
    """Return a heading as compared: without the star and the remark in brackets that forms add."""
    plain = normalise_name(str(cell or "")).strip("*:")
    return plain if plain in HEADINGS or plain in COLLECTIVE_HEADINGS else plain.split("(")[0].strip("*:")


def yes_or_no(word: str) -> bool | None:
    """Return whether a word says yes or no, None when it says neither."""
    plain = normalise_name(word)
    return True if plain in _YES else False if plain in _NO else None
