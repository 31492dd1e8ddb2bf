"""Notices made by chance from a seed, each with the reading it must be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.corpus.documents import Document, Item, Limit

_OFFICES = (
    *("发改局", "教育局", "科技局", "财政局", "民政局", "司法局", "人社局", "住建局"),
    *("交通局", "水务局", "商务局", "文旅局", "卫健局", "应急局", "审计局", "统计局"),
)
_MANY = ("各乡镇（街道）", "各部门", "各区县政府", "各有关单位")
_DO = ("完善", "推进", "健全", "公布", "清理", "规范", "建设", "开展", "优化", "落实")
_WHAT = (
    *("政策文件目录", "服务指南", "数据共享平台", "公益岗位清单", "老旧管网"),
    *("便民站点", "监督台账", "培训课程", "应急预案", "信用档案"),
)
_HOW = (
    *("做到应公开尽公开", "覆盖全部乡镇", "实现线上办理"),
    *("新增示范点6个", "群众满意度达到95%", "形成长效机制"),
)
_LIMITS = (
    ("{m}月底前", "end"),
    ("{m}月{d}日前", "day"),
    ("年底前", "year"),
    ("每季度", "quarter"),
    ("长期坚持", "open"),
)
_CHINESE = "一二三四五六七八九十"
_LAST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
YEAR = 2026


@dataclass(frozen=True, slots=True)
class _Made:
    """What an item says, who answers for it, until when."""

    words: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    support: tuple[str, ...]
    limit: Limit | None


def generated(seed: int) -> Document:
    """Make the notice of a seed: one form, one kind of file, three to twelve items."""
    chance = Random(seed)
    form = chance.choice(list(_FORMS))
    kinds, write = _FORMS[form]
    chapters = [[_item(chance) for _ in range(chance.randint(1, 4))] for _ in range(chance.randint(2, 4))]
    lines = ["某市人民政府办公室关于印发2026年重点工作任务分解方案的通知", "各单位：", "2026年1月5日"]
    items: list[Item] = []
    numbered = write(chapters, lines)
    for number, made in zip(numbered, [made for chapter in chapters for made in chapter], strict=True):
        names = {"lead": made.lead, "responsible": made.responsible, "support": made.support}
        items.append(
            Item(
                number,
                made.words[:6],
                made.words[-6:],
                {role: found for role, found in names.items() if found},
                (made.limit,) if made.limit else (),
            )
        )
    head = {"kind": chance.choice(kinds), "form": form, "clean": "yes"}
    return Document(f"generated {seed}", "generated", head, tuple(lines), tuple(items), ())


def _item(chance: Random) -> _Made:
    words = f"{chance.choice(_DO)}{chance.choice(_WHAT)}，{chance.choice(_HOW)}"
    offices = [f"市{name}" for name in chance.sample(_OFFICES, 4)]
    responsible = [offices[1], chance.choice(_MANY)] if chance.random() < 0.5 else [offices[1]]
    support = (offices[2], offices[3])[: chance.randint(0, 2)]
    limit = None
    if chance.random() < 0.6:
        written, kind = chance.choice(_LIMITS)
        month, day = chance.randint(2, 12), chance.randint(1, 28)
        value = {
            "end": f"{YEAR}-{month:02d}-{_LAST[month - 1]}",
            "day": f"{YEAR}-{month:02d}-{day:02d}",
            "year": f"{YEAR}-12-31",
        }.get(kind, kind)
        limit = Limit(written.format(m=month, d=day), value)
    return _Made(words, (offices[0],), tuple(responsible), support, limit)


# ---------------------------------------------------------------- forms

Writer = Callable[[list[list[_Made]], list[str]], list[str]]


def _outline(write: Callable[[int, _Made], list[str]]) -> Writer:
    """Write chapters and numbered items, each as ``write`` says."""

    def of(chapters: list[list[_Made]], lines: list[str]) -> list[str]:
        numbers = []
        for chapter, (mark, items) in enumerate(zip(_CHINESE, chapters, strict=False), 1):
            lines.append(f"{mark}、第{chapter}方面工作")
            for index, made in enumerate(items, 1):
                lines += write(index, made)
                numbers.append(f"{mark}/{index}")
        return numbers

    return of


def _bracket(index: int, made: _Made) -> list[str]:
    clause = f"{'、'.join(made.lead)}牵头，{'、'.join(made.responsible)}负责"
    clause += f"，{'、'.join(made.support)}配合" if made.support else ""
    clause += f"，{made.limit.phrase}" if made.limit else ""
    return [f"{index}.{made.words}。（{clause}）"]


def _labels(index: int, made: _Made) -> list[str]:
    return [f"{index}.{made.words}。（{'；'.join(_fields(made))}）"]


def _own_lines(index: int, made: _Made) -> list[str]:
    return [f"{index}.{made.words}。", *_fields(made)]


def _sentence(index: int, made: _Made) -> list[str]:
    said = f"由{'、'.join(made.lead)}牵头，{'、'.join(made.responsible)}负责"
    said += f"，{'、'.join(made.support)}配合" if made.support else ""
    return [f"{index}.{made.words}。{said}。", *([f"完成时限：{made.limit.phrase}"] if made.limit else [])]


def _fields(made: _Made) -> list[str]:
    fields = [f"牵头单位：{'、'.join(made.lead)}", f"责任单位：{'、'.join(made.responsible)}"]
    fields += [f"配合单位：{'、'.join(made.support)}"] if made.support else []
    return fields + ([f"完成时限：{made.limit.phrase}"] if made.limit else [])


def _table(chapters: list[list[_Made]], lines: list[str]) -> list[str]:
    lines.append("|序号|重点领域|工作任务|牵头单位|责任单位|配合单位|完成时限|")
    numbers: list[str] = []
    for chapter, items in enumerate(chapters, 1):
        for index, made in enumerate(items):
            numbers.append(str(len(numbers) + 1))
            group = "^" if index else f"第{chapter}领域"
            limit = made.limit.phrase if made.limit else ""
            cells = (made.lead, made.responsible, made.support)
            named = "|".join("、".join(names) or "/" for names in cells)
            lines.append(f"|{numbers[-1]}|{group}|{made.words}|{named}|{limit}|")
    return numbers


def _banners(chapters: list[list[_Made]], lines: list[str]) -> list[str]:
    lines.append("|任务内容|牵头部门|责任部门|协办部门|办结时限|")
    numbers = []
    for mark, items in zip(_CHINESE, chapters, strict=False):
        lines.append(f"|{mark}、重点工作|<|<|<|<|")
        for index, made in enumerate(items, 1):
            limit = made.limit.phrase if made.limit else "—"
            cells = (made.lead, made.responsible, made.support)
            named = "|".join("、".join(names) or "—" for names in cells)
            lines.append(f"|{index}.{made.words}|{named}|{limit}|")
            numbers.append(f"{mark}/{index}")
    return numbers


_PAGES = ("txt", "docx", "html", "pdf")
_TEXT = ("txt", "docx", "html")
_FILES = ("docx", "xlsx", "html")
_FORMS: dict[str, tuple[tuple[str, ...], Writer]] = {
    "bracket": (_PAGES, _outline(_bracket)),
    "labels in bracket": (_PAGES, _outline(_labels)),
    "own lines": (_TEXT, _outline(_own_lines)),
    "sentence": (_TEXT, _outline(_sentence)),
    "table": (_FILES, _table),
    "table with banners": (_FILES, _banners),
}
