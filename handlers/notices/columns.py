"""What the columns of a table are, told by the names that head them.

A new name of a column is a new word in :data:`KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from handlers.notices.folding import fold, squeeze
from storage.terms.blocks import Block

Column: TypeAlias = Literal[
    "number", "group", "lead", "responsible", "support", "person", "limit", "aside", "words"
]

KINDS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    ("number", re.compile(r"(?:序号|编号|编码|序次|项次|序列)$|^(?:序|号|No\.?|№|#)$", re.IGNORECASE)),
    (
        "person",
        re.compile(
            r"^(?!.*(?:单位|部门)).*(?:领导|负责人|责任人|联系人|联络[人员]|经办人|电话|联系方式|包抓|挂联|分管)"
        ),
    ),
    ("limit", re.compile(r"时限|期限|时间|时序|工期|节点|日期|^完成时|(?:进度|推进)(?:安排|要求|计划)")),
    (
        "aside",
        re.compile(
            r"备注|成果|标志|形式$|投资|资金|性质|地点|级别|分值|权重|附件|进展|完成情况|落实情况|办理情况|来源|佐证|是否|状态|依据|自评|考核"
        ),
    ),
    ("lead", re.compile(r"牵头|发起|召集|主办|主责|总负责|汇总单位|第一责任")),
    ("support", re.compile(r"配合|协办|协同|协助|协作|参与|参加|参建|支持单位|会办|督导单位|监管单位")),
    (
        "responsible",
        re.compile(
            r"(?:责任|落实|承办|办理|实施|负责|承担|执行|建设|主管|完成|任务)(?:单位|部门|主体|科室|处室|机构|分工)|责任(?:单位)?$|^单位$|^部门$|科室$"
        ),
    ),
    (
        "group",
        re.compile(
            r"领域|类别|类型|方向|条线|维度|章节|篇章|层面|环节|主题|板块|分类|方面|专项|会议|一级|大类|工程名称|行动名称|^类$|^项目类"
        ),
    ),
    (
        "words",
        re.compile(
            r"任务|事项|内容|目标|措施|项目|要点|工作|举措|指标|名称|问题|要求|清单|安排|二级|三级|标准|进度|计划|做法|规模|案由|建议|单位"
        ),
    ),
)
"""In order: the first that fits is the column's."""

ROLES: dict[Column, str] = {"lead": "牵头单位", "responsible": "责任单位", "support": "配合单位"}
_BRACKET = re.compile(r"[(\[][^()\[\]]{0,40}[)\]]")
_LONGEST_NAME = 30
_LONGEST_HEADER = 24
_TOLD = {"lead", "responsible", "support", "limit"}


def kind_of(name: str) -> Column | None:
    """Say what a column is by its name (责任单位/牵头 is what its last part says); None if unknown."""
    for said in dict.fromkeys([name.rpartition("/")[2], name]):
        plain = fold(squeeze(said))
        plain = _BRACKET.sub("", plain) or plain
        for kind, pattern in KINDS:
            if plain and pattern.search(plain):
                return kind
    return None


def is_header(cells: Sequence[str]) -> bool:
    """Say whether a row names the columns of a table of tasks."""
    names = list(dict.fromkeys(filter(None, map(squeeze, cells))))
    if len(names) < 2 or len(names) > _LONGEST_HEADER or any(len(name) > _LONGEST_NAME for name in names):
        return False
    kinds = [kind_of(name) for name in names]
    known = [kind for kind in kinds if kind]
    told = set(known) & _TOLD or ("number" in known and "words" in known)
    return bool(told) and len(known) * 3 >= len(kinds) * 2 and not any(_is_value(name) for name in names)


def _is_value(name: str) -> bool:
    return bool(re.search(r"[。；;]|(?<![0-9])[0-9]{2,}(?![0-9年])|[:：]", name))


def headed(rows: Sequence[Block]) -> tuple[tuple[str, ...], int, int] | None:
    """Find the header among the rows: the names, its first row, and the row behind it."""
    for first, row in enumerate(rows[:12]):
        if row.kind == "row" and is_header(row.cells):
            names = list(row.cells)
            behind = first + 1
            while behind < len(rows) and behind < first + 3 and _goes_on(rows[behind], names):
                below = rows[behind].cells
                names = [
                    a if squeeze(a) == squeeze(b) or not b else f"{a}/{b}"
                    for a, b in zip(names, below, strict=True)
                ]
                behind += 1
            return tuple(squeeze(name) for name in names), first, behind
    return None


def _goes_on(row: Block, names: Sequence[str]) -> bool:
    """Say whether a row names the parts of the columns above: some cells are those of the row above."""
    if row.kind != "row" or len(row.cells) != len(names):
        return False
    pairs = [(above, cell) for above, cell in zip(names, row.cells, strict=True) if squeeze(cell)]
    new = [cell for above, cell in pairs if squeeze(cell) != squeeze(above)]
    same = len(new) < len(pairs)
    parted = all(names.count(above) > 1 for above, cell in pairs if squeeze(cell) != squeeze(above))
    return (
        bool(new)
        and same
        and all((parted or kind_of(cell)) and len(cell) <= 12 and not _is_value(cell) for cell in new)
    )
