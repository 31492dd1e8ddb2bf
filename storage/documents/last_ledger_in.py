"""Reading last year's ledger where it only exists as a spreadsheet, whatever its columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from storage.documents.tables_in import Table, read_tables
from storage.terms.errors import Unreadable
from storage.terms.names import normalise_name

HEADING_WITHIN = 12
_HEADINGS = {
    "item": "事项 任务 要点 工作任务 重点任务 工作内容 主要任务 任务内容 工作事项 工作要点 item",
    "department": "单位 责任单位 牵头单位 承办单位 主办单位 部门 责任部门 牵头部门 落实单位 department",
    "words": "进展 进展情况 完成情况 落实情况 办理情况 工作进展 最近进展 progress",
    "status": "状态 是否完成 完成与否 办结情况 是否办结 status",
    "percent": "进度 完成率 完成比例 percent",
}
_DONE = frozenset({"已办结", "办结", "已完成", "完成", "已销号", "销号", "是", "100%", "1", "done"})
_SPLIT = re.compile(r"[、,，;；/\s]+|和|及")
_PAIR = re.compile(r"(事项|单位|进展|状态|进度)\s*[=＝:：]\s*(\S+)")
_MEANT = {"事项": "item", "单位": "department", "进展": "words", "状态": "status", "进度": "percent"}


@dataclass(frozen=True, slots=True)
class LastRow:
    """One item of last year's ledger, as its spreadsheet has it; ``row`` is its number there."""

    row: int
    item: str
    departments: tuple[str, ...]
    words: str
    percent: str
    done: bool


def read_mapping(written: str) -> dict[str, str]:
    """Read which column is meant (``事项=工作任务 单位=承办单位``), by what the ledger calls it."""
    return {_MEANT[meant]: column for meant, column in _PAIR.findall(written)}


def without_mapping(written: str) -> str:
    """Return the words without what says which column is meant."""
    return _PAIR.sub("", written).strip()


def read_last_ledger(name: str, data: bytes, mapping: Mapping[str, str]) -> list[LastRow]:
    """Read the rows. Raises :class:`Unreadable` where items and departments have no column."""
    suffix = PurePath(name.strip()).suffix.lower()
    if suffix in (".xls", ".et"):
        raise Unreadable("table.old_or_locked")
    if suffix not in (".xlsx", ".csv"):
        raise Unreadable("campaign.file_type", name=name[-60:])
    found: list[LastRow] = []
    seen = False
    for table in read_tables(data, suffix):
        for at, (_, cells) in enumerate(table.rows[:HEADING_WITHIN]):
            columns = _columns(cells, mapping)
            if {"item", "department"} <= columns.keys():
                seen = True
                found += _rows(table, at, columns)
                break
    if not seen:
        raise Unreadable("campaign.last_columns")
    return found


def _columns(cells: Sequence[Any], mapping: Mapping[str, str]) -> dict[str, int]:
    words = {normalise_name(word): field for field, line in _HEADINGS.items() for word in line.split()}
    words = {word: field for word, field in words.items() if field not in mapping}
    words |= {normalise_name(column): field for field, column in mapping.items()}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        field = words.get(normalise_name(str(cell or "")).strip("*:"))
        if field is not None:
            found.setdefault(field, at)
    return found


def _rows(table: Table, at: int, columns: Mapping[str, int]) -> list[LastRow]:
    found = []
    for number, cells in table.rows[at + 1 :]:
        written = {name: _words(cells[at]) for name, at in columns.items() if at < len(cells)}
        item = written.get("item", "")
        departments = tuple(each for each in _SPLIT.split(written.get("department", "")) if each)
        if item:
            done = written.get("status", written.get("percent", "")).strip() in _DONE
            row = LastRow(
                number,
                item[:200],
                departments,
                written.get("words", "")[:2000],
                written.get("percent", ""),
                done,
            )
            found.append(row)
    return found


def _words(value: object) -> str:
    if isinstance(value, float) and 0 <= value <= 1:
        return f"{value:.0%}"
    return " ".join(str(value or "").split())
