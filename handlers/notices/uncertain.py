"""How sure a reading is: each field that a person should look at, why, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from handlers.notices.deadlines import stated_deadlines
from handlers.notices.folding import fold, squeeze
from handlers.notices.items import Unit
from handlers.notices.limits import Frame
from handlers.notices.messages import words
from handlers.notices.names import looks_like_body
from handlers.notices.role_words import NO_ITEM, STEM
from handlers.notices.suspicions import suspicions
from storage.terms.blocks import Place
from storage.terms.notice import DoubtField, NoticeItem, ReadingDoubt, ReadingWarning

_FIELDS: dict[str, DoubtField] = {
    "several_clauses": "role",
    "clause_inside": "name",
    "clause_unclosed": "name",
    "group_clause": "role",
    "section_without_clause": "item",
    "odd_name": "name",
    "number_repeated": "item",
    "number_skipped": "item",
    "deadline_past": "deadline",
    "year_unknown": "deadline",
}
"""Warnings that put a field in doubt."""

_OF_DIVISION = {
    "glued",
    "names_at_end",
    "left_in_clause",
    "unlike_others",
    "who_left",
    "number_repeated",
    "no_clause",
}
"""Doubts that, where a third of the items have one, speak of how the whole document was divided."""

_UNREAD_TIME = re.compile(
    r"[^,。;、]{0,8}(?:[0-9一二三四五六七八九十]{1,3}月|季度|学期|汛|假期|节|年|季|冬|春|夏|秋)[^,。;、月年]{0,4}"
    r"(?:之?前|前后|期间|结束时?|来临前)(?=[^,。;]{0,8}(?:完成|建成|办结|投用|投入|发布|推出|实现|达到|清零|具备|公布|印发|提交|开展))"
)
"""What sounds like a time limit; where no limit was read of it, somebody should look."""

_TOGETHER = re.compile(rf"(?<=..[局委办厅])(?={STEM.pattern}$)")

_LONGEST_LIMIT = 24

Where = Callable[[int], Place]


def doubts_of(
    warnings: Sequence[ReadingWarning],
    units: Sequence[Unit],
    items: Sequence[NoticeItem],
    frame: Frame,
    where: Where,
) -> tuple[ReadingDoubt, ...]:
    """Return the doubts in the order of the document, each said once."""
    found = [
        *_of_warnings(warnings, {item.number for item in items}, where),
        *_of_document(units, items, where),
        *(
            each
            for unit, item in zip(units, items, strict=True)
            for each in _of_item(unit, item, frame, where)
        ),
    ]
    doubted = {(each.item, each.field) for each in found}
    lines = {unit.node.number: unit.node.line for unit in units}
    found += [
        _doubt(item, field, value, why, where(lines[item]))
        for item, field, value, why in suspicions(items, frame)
        if (item, field) not in doubted
    ]
    shaky = {each.item for each in found if each.item and each.key in _OF_DIVISION}
    if len(shaky) > 1 and len(shaky) * 3 >= len({item.number for item in items}):
        found.insert(0, _doubt("", "item", "", "division_unsure", where(units[0].node.line)))
    return tuple(dict.fromkeys(found))


def doubts_of_columns(guessed: Iterable[tuple[str, Place]]) -> tuple[ReadingDoubt, ...]:
    """Say which columns were told by what stands in them, not by their names."""
    return tuple(_doubt("", "item", name, "column_guessed", place) for name, place in guessed)


def _doubt(item: str, field: DoubtField, value: str, why: str, place: Place) -> ReadingDoubt:
    return ReadingDoubt(item, field, value, why, words("doubts")[why], place)


def _of_warnings(
    warnings: Iterable[ReadingWarning], numbers: set[str], where: Where
) -> Iterator[ReadingDoubt]:
    for warning in warnings:
        field = _FIELDS.get(warning.key)
        values = warning.values
        if warning.key.startswith("number_") and values["number"] not in numbers:
            # Sections that are no items, those of a cover letter for one, count for themselves.
            continue
        if warning.key == "section_without_clause" and NO_ITEM.match(fold(str(values["title"]))):
            continue
        if field is not None:
            value = values.get("name") or values.get("phrase") or values.get("title") or ""
            yield ReadingDoubt(
                str(values.get("number", "")),
                field,
                str(value),
                warning.key,
                warning.message,
                where(warning.line),
            )


def _of_document(units: Sequence[Unit], items: Sequence[NoticeItem], where: Where) -> Iterator[ReadingDoubt]:
    bare = [unit for unit, item in zip(units, items, strict=True) if not item.responsibility.names]
    inherited = [unit for unit in units if unit.clauses.inherited]
    if units and len(bare) == len(units):
        yield _doubt("", "name", "", "nobody_named", where(units[0].node.line))
    for unit in bare if len(bare) < len(units) else ():
        yield _doubt(unit.node.number, "name", "", "no_clause", where(unit.node.line))
    if inherited:
        yield _doubt("", "name", "", "clause_shared", where(inherited[0].node.line))


def _of_item(unit: Unit, item: NoticeItem, frame: Frame, where: Where) -> Iterator[ReadingDoubt]:
    place = where(unit.node.line)
    names = item.responsibility.names
    for name in names:
        if looks_like_body(name) and _TOGETHER.search(fold(name)):
            yield _doubt(item.number, "name", name, "name_long", place)
    read = fold(squeeze("".join(each.phrase for each in item.deadlines)))
    for match in _UNREAD_TIME.finditer(fold(squeeze(item.text))):
        if not item.deadlines or not any(
            fold(squeeze(each.phrase)) in match.group() or match.group() in read for each in item.deadlines
        ):
            yield _doubt(item.number, "deadline", match.group(), "time_unread", place)
    for limit in unit.clauses.limits:
        if len(limit) < _LONGEST_LIMIT and not stated_deadlines(limit, frame):
            yield _doubt(item.number, "deadline", limit, "limit_unread", place)
