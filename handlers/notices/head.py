"""What stands above the first item: the web page's table, the title, who issued it and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.notices import days
from handlers.notices.folding import fold, squeeze
from handlers.notices.outline import Line, read_mark

_TABLE_LABELS: Mapping[str, tuple[str, ...]] = {
    "title": ("名称", "标题", "文件名称", "信息名称", "公文名称"),
    "document_number": ("文号", "发文字号", "文件编号", "发文号", "公文文号", "文件字号"),
    "issuer": (
        "发布机构",
        "发文机关",
        "发文单位",
        "制发机关",
        "发文机构",
        "发布单位",
        "公开主体",
        "发布部门",
    ),
    "issued_on": ("成文日期", "发文日期", "印发日期", "成文时间", "发文时间"),
    "published_on": ("发布日期", "公开日期", "发布时间", "生成日期"),
    "other": (
        *(
            "索引号",
            "信息索引",
            "效力状态",
            "有效性",
            "责任部门",
            "主题分类",
            "主题词",
            "体裁",
            "来源",
            "字号",
            "分类",
        ),
        *(
            "当前位置",
            "您的位置",
            "图文解读",
            "政策解读",
            "文字解读",
            "浏览次数",
            "废止日期",
            "关键词",
            "公开方式",
        ),
    ),
}
"""Labels of web tables, spaces dropped, and what stands behind them."""

_LABEL = {label: name for name, labels in _TABLE_LABELS.items() for label in labels}
_OFFICE = r"[一-龥]{2,30}?(?:办公室|政府|委员会|局|厅|办|委|部|院|中心|领导小组|公室)"
_ISSUER = re.compile(_OFFICE)
_TITLE_OFFICE = re.compile(rf"({_OFFICE})(?=关于|印发)")
_NUMBER = re.compile(r"[一-龥]{1,14}[\[(【][0-9]{4}[\])】]第?[0-9]{1,4}号")
_DAY = re.compile(
    r"([0-9]{4}|[〇○零一二三四五六七八九]{4})[年./-]([0-9一二三四五六七八九十]{1,3})[月./-]([0-9一二三四五六七八九十]{1,3})日?"
)
_PLAN_TITLE = re.compile(r"现将《([^》]{2,80})》")
_KINDS = (
    *("通知", "要点", "方案", "意见", "计划", "清单", "分工", "安排", "任务", "通告", "决定", "措施"),
    *(
        "分解",
        "分解表",
        "分工表",
        "任务书",
        "责任书",
        "台账",
        "举措",
        "重点",
        "一览表",
        "任务表",
        "责任表",
        "事项",
        "项目表",
    ),
)
_TITLE_END = re.compile(rf"(?:{'|'.join(_KINDS)})(?:\([^()]{{1,12}}\))?$")
_YEAR_OF_LIMIT = re.compile(
    r"(?<![0-9去比较])(20[0-9]{2})年(?:年?底|末|[0-9]{1,2}月(?:底|[0-9]{1,2}日|(?![0-9])))"
)
_NAMED_BY_YEAR = re.compile(r"[一-龥“”\"]{2,20}20[0-9]{2}年度?[^。;:,]{4,30}")
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})年?")
_MOST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Head:
    """What was read above the items, and the number of lines that are no part of the document."""

    title: str
    document_number: str
    issuer: str
    issued_on: date | None
    year: int | None
    metadata_lines: int
    first_line: int
    titled: bool


def read_head(text: str, lines: Sequence[Line]) -> Head:
    """Read the head; ``first_line`` is the index of the first line that may be numbered."""
    printed = [squeeze(text[line.start : line.end]) for line in lines]
    folded = [fold(line) for line in printed]
    table = next((index for index, line in enumerate(lines) if line.kind not in ("free", "end")), len(lines))
    first = min(table, _first_mark(folded, 0))
    plan_title = _announced(folded, first)
    start = _plan_start(folded, plan_title)
    metadata = _metadata_end(folded, first)
    told = _table(printed[:metadata], folded[:metadata])
    above = range(metadata, min(_first_mark(folded, start), max(table, start)))
    title = told.get("title") or _title(printed, folded, above)
    issued = _day(told.get("issued_on", "")) or _signed_on(folded, above) or _signed_last(folded, start)
    issued = issued or _day(told.get("published_on", ""))
    return Head(
        title=title,
        document_number=told.get("document_number") or _number(printed, folded, above),
        issuer=told.get("issuer") or _signature(printed, folded, above) or _office_of(title),
        issued_on=issued,
        year=_year(title + plan_title, issued) or _year("".join(folded[metadata : above.stop][:20]), None),
        metadata_lines=metadata,
        first_line=start,
        titled=bool(told) or bool(_TITLE_END.search(fold(title))),
    )


def _first_mark(folded: Sequence[str], start: int) -> int:
    for index in range(start, len(folded)):
        if read_mark(folded[index]):
            return index
    return len(folded)


def _announced(folded: Sequence[str], first: int) -> str:
    """Return the plan's own title as the cover letter announces it (现将《…》印发给你们)."""
    found = (_PLAN_TITLE.search(line) for line in folded[: first + 1])
    return next((match.group(1) for match in found if match), "")


def _plan_start(folded: Sequence[str], plan_title: str) -> int:
    """Find the line behind the plan's own title: numbers of a cover letter above are no items."""
    return folded.index(plan_title) + 1 if plan_title in folded else 0


def _metadata_end(folded: Sequence[str], first: int) -> int:
    last = 0
    for index in range(first):
        if "|" in folded[index] or _label(folded[index]):
            last = index + 1
    return last


def _label(line: str) -> str:
    label, colon, _ = line.partition(":")
    return _LABEL.get(label, "") if colon else ""


def _table(printed: Sequence[str], folded: Sequence[str]) -> dict[str, str]:
    """Read the labelled cells; the first value of a label counts."""
    found: dict[str, str] = {}
    for line, plain in zip(printed, folded, strict=True):
        cells = _cells(line, plain) if "|" in plain else _cells_of_label(line, plain)
        for index, cell in enumerate(cells):
            label, _, value = fold(cell).partition(":")
            name = _LABEL.get(label)
            if name is None:
                continue
            written = cell[len(label) + 1 :] if value else "".join(cells[index + 1 : index + 2])
            if written and fold(written).rstrip(":") not in _LABEL:
                found.setdefault(name, written)
    return found


def _cells(line: str, plain: str) -> list[str]:
    cells: list[str] = []
    start = 0
    for place, char in enumerate(plain):
        if char == "|":
            cells.append(line[start:place])
            start = place + 1
    return [*cells, line[start:]]


def _cells_of_label(line: str, plain: str) -> list[str]:
    return [line] if _label(plain) else []


def _title(printed: Sequence[str], folded: Sequence[str], above: range) -> str:
    """Join the lines that end in 通知 or its like; one title may be set in three lines."""
    for index in above:
        line = folded[index]
        if not line or len(line) > _MOST_TITLE or not _TITLE_END.search(line) or "。" in line:
            continue
        begin = index
        while (
            begin - 1 in above
            and index - begin < 3
            and _goes_on(folded[begin - 1], folded[begin : index + 1])
        ):
            begin -= 1
        return "".join(printed[begin : index + 1])
    return next((printed[index] for index in above if _NAMED_BY_YEAR.fullmatch(folded[index])), "")


def _goes_on(above: str, below: Sequence[str]) -> bool:
    if not above or above[-1] in "。:;)]号" or len(above) > 60 or _DAY.fullmatch(above):
        return False
    joined = "".join(below)
    if joined.startswith(("关于", "印发")):
        return bool(_ISSUER.fullmatch(above))
    return "关于" not in joined and "关于" in above


def _signed_on(folded: Sequence[str], above: range) -> date | None:
    return next((day for index in above if (day := _whole_day(folded[index]))), None)


def _signed_last(folded: Sequence[str], start: int) -> date | None:
    last_lines = range(len(folded) - 1, max(start, len(folded) - 30) - 1, -1)
    return next((day for index in last_lines if (day := _whole_day(folded[index]))), None)


def _whole_day(line: str) -> date | None:
    match = _DAY.fullmatch(line.strip("()"))
    return _day(line.strip("()")) if match else None


def _day(written: str) -> date | None:
    match = _DAY.search(fold(written))
    if match is None:
        return None
    year = days.year_in_words(match.group(1))
    return None if year is None else days.day(year, days.number(match.group(2)), days.number(match.group(3)))


def _number(printed: Sequence[str], folded: Sequence[str], above: range) -> str:
    return next((printed[index] for index in above if _NUMBER.fullmatch(folded[index])), "")


def _signature(printed: Sequence[str], folded: Sequence[str], above: range) -> str:
    """Return the office whose name stands alone on the line above the date."""
    for index in above:
        before = index - 1
        if _whole_day(folded[index]) and before in above and _ISSUER.fullmatch(folded[before]):
            return printed[before]
    return ""


def _office_of(title: str) -> str:
    match = _TITLE_OFFICE.match(title)
    return match.group(1) if match else ""


def year_of_limits(text: str) -> int | None:
    """Return the one year that a notice sets limits in, where neither its title nor its date says any."""
    years = {int(year) for year in _YEAR_OF_LIMIT.findall(fold(text))}
    return years.pop() if len(years) == 1 else None


def _year(title: str, issued_on: date | None) -> int | None:
    years = [int(year) for year in _YEAR.findall(fold(title)) if 1950 <= int(year) <= 2200]
    return years[0] if years else issued_on.year if issued_on else None
