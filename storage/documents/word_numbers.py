"""The numbers that Word makes itself: they stand in no text, but officials cite them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_TEN, _HUNDRED = "十", "百"
_LEVELS = 9
_MOST_ANCESTORS = 12


def counted(value: int) -> str:
    """Write a number as Chinese counting does, up to 999."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    said = f"{_DIGITS[hundreds]}{_HUNDRED}" if hundreds else ""
    if tens:
        said += (_DIGITS[tens] if tens > 1 or hundreds else "") + _TEN
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else f"({value})"


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26)


FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            *("chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting"),
            *(
                "ideographDigital",
                "taiwaneseCounting",
                "taiwaneseCountingThousand",
                "japaneseDigitalTenThousand",
            ),
        ),
        counted,
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "lowerLetter": _letter,
    "upperLetter": lambda value: _letter(value).upper(),
    "bullet": lambda value: "",
    "none": lambda value: "",
}
"""How a level writes its number; every other form is written in digits."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style tells of it."""

    level: int = 0
    centred: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


class Numbers:
    """Counts the numbered paragraphs of a document in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, Element] = {}
        if numbering is not None:
            self._read(numbering)
        if styles is not None:
            self._styles = {style.get(f"{W}styleId", ""): style for style in styles.findall(f"{W}style")}

    def number_of(self, paragraph: Element) -> str:
        """Return the number before a paragraph's words, and count it."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        number, depth = found
        levels = self._levels.get(self._lists.get(number, ""), {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._lists[number], [0] * _LEVELS)
        counts[depth] = counts[depth] + 1 if counts[depth] else level.start
        counts[depth + 1 :] = [0] * (_LEVELS - depth - 1)

        def written(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            of = levels.get(index, level)
            return FORMS.get(of.form, str)(counts[index] or of.start)

        if level.form in ("bullet", "none"):
            return ""
        return re.sub(r"%([1-9])", written, level.pattern)

    def style_of(self, paragraph: Element) -> Style:
        """Return the level of the heading that a paragraph is, and whether it stands centred."""
        properties = paragraph.find(f"{W}pPr")
        level, centred = 0, False
        for each in [properties, *self._ancestors(paragraph)]:
            if each is None:
                continue
            outline, justified = each.find(f"{W}outlineLvl"), each.find(f"{W}jc")
            if outline is not None and not level and (said := outline.get(f"{W}val", "9")).isdecimal():
                level = int(said) + 1 if int(said) < _LEVELS else 0
            centred = centred or (justified is not None and justified.get(f"{W}val") == "center")
        return Style(level, centred)

    def _read(self, numbering: Element) -> None:
        for abstract in numbering.findall(f"{W}abstractNum"):
            levels = (_level(each) for each in abstract.findall(f"{W}lvl"))
            self._levels[abstract.get(f"{W}abstractNumId", "")] = {
                index: level for index, level in levels if 0 <= index < _LEVELS
            }
        for number in numbering.findall(f"{W}num"):
            of = number.find(f"{W}abstractNumId")
            if of is not None:
                self._lists[number.get(f"{W}numId", "")] = of.get(f"{W}val", "")

    def _list_of(self, paragraph: Element) -> tuple[str, int] | None:
        properties = paragraph.find(f"{W}pPr")
        number, depth = "", None
        for each in [properties, *self._ancestors(paragraph)]:
            mark = each.find(f"{W}numPr") if each is not None else None
            if mark is None:
                continue
            of, at = mark.find(f"{W}numId"), mark.find(f"{W}ilvl")
            if at is not None and depth is None:
                depth = _whole(at.get(f"{W}val"))
            if of is not None:
                number = of.get(f"{W}val", "")
                break
        if not number or number == "0" or not 0 <= (depth or 0) < _LEVELS:
            return None
        return number, depth or 0

    def _ancestors(self, paragraph: Element) -> list[Element]:
        """Return what the paragraph's style and those it is based on say of paragraphs."""
        properties = paragraph.find(f"{W}pPr")
        mark = properties.find(f"{W}pStyle") if properties is not None else None
        name = mark.get(f"{W}val", "") if mark is not None else ""
        found: list[Element] = []
        for _ in range(_MOST_ANCESTORS):
            style = self._styles.get(name)
            if style is None:
                break
            said = style.find(f"{W}pPr")
            if said is not None:
                found.append(said)
            based = style.find(f"{W}basedOn")
            name = based.get(f"{W}val", "") if based is not None else ""
        return found


def _level(element: Element) -> tuple[int, _Level]:
    form, text, start = (element.find(f"{W}{name}") for name in ("numFmt", "lvlText", "start"))
    return _whole(element.get(f"{W}ilvl")), _Level(
        form.get(f"{W}val", "decimal") if form is not None else "decimal",
        text.get(f"{W}val", "") if text is not None else "",
        _whole(start.get(f"{W}val")) if start is not None else 1,
    )


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 6 else 0
