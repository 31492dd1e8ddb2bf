"""Reading what fills a campaign's rows: ``1 保留 2 解散 其余保留``, ``新增 读书群 微信 保留``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.terms.campaigns import Template
from storage.terms.forms import Field, FieldFault, FieldKind, Values, read_value

NIL = frozenset(
    {"零报告", "零报", "无", "没有", "没有群", "无工作群", "没有工作群", "本单位无", "无变化零报告"}
)
_ADD = re.compile(r"^(?:新增|增加|补充|另有)\s*[：:、,，]?\s*")
_REST = re.compile(r"(?:全部|其余|其他的|其它|都|剩下的)(?:都|均|全)?\s*")
_HEAD = re.compile(
    r"(?:(?<=^)|(?<=[\s；;，,。]))(?<!至 )(?P<numbers>\d{1,3}(?:\s*[-~—至到、和]\s*\d{1,3})*)"
    r"\s*[.．、:：号]?\s*(?=[^\d\s.．、:：])"
)
_SPAN = re.compile(r"(\d+)\s*[-~—至到]\s*(\d+)|(\d+)")
_MARKS = " \t；;，,。、：:"
_TOKENS = re.compile(r"[\s；;，,。]+")
_BARE = re.compile(r"[(（].*?[)）]")


@dataclass(slots=True)
class Filling:
    """What was understood: of rows by number, of all others, of new rows; and what was not."""

    nil: bool = False
    rows: dict[int, Values] = field(default_factory=dict)
    rest: Values = field(default_factory=dict)
    new: list[Values] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing was understood."""
        return not (self.nil or self.rows or self.rest or self.new)


def read_filling(words: str, template: Template, names: Sequence[str], year: int) -> Filling:
    """Read a reply to a campaign's card; ``names`` are those of its rows in turn."""
    words = words.strip()
    found = Filling()
    if template.nil and words.rstrip("。！!") in NIL | {template.nil}:
        found.nil = True
    elif not template.rows:
        cells, unread = _pairs(words, template, year)
        if not cells:
            cells, unread = _alone(words, template, year)
        found.rows, found.unread = ({1: cells} if cells else {}), unread
    else:
        for line in words.splitlines():
            if line.strip():
                _read_line(line.strip(), template, names, year, found)
    return found


def _alone(words: str, template: Template, year: int) -> tuple[Values, list[str]]:
    try:
        value = read_value(template.field(template.main), words, year)
    except FieldFault:
        return {}, [words]
    return ({template.main: value} if value else {}), []


def _read_line(line: str, template: Template, names: Sequence[str], year: int, found: Filling) -> None:
    added = _ADD.match(line)
    if added:
        _read_new(line[added.end() :], template, year, found)
        return
    heads = list(_HEAD.finditer(line))
    before = line[: heads[0].start()] if heads else line
    _read_rest(before, template, names, year, found)
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(line)
        value = line[head.end() : end]
        rest = _REST.search(value)
        if rest:
            _read_rest(value[rest.start() :], template, names, year, found)
            value = value[: rest.start()]
        cells, unread = _cells(value, template, names, year)
        numbers = _numbers(head["numbers"])
        if not cells or unread or not all(1 <= n <= len(names) for n in numbers):
            found.unread.append(line[head.start() : end].strip(_MARKS))
            continue
        for number in numbers:
            found.rows[number] = {**found.rows.get(number, {}), **cells}


def _read_rest(words: str, template: Template, names: Sequence[str], year: int, found: Filling) -> None:
    words = words.strip(_MARKS)
    if not words:
        return
    said = _REST.match(words)
    cells, unread = _cells(words[said.end() :] if said else words, template, names, year)
    if (said or len(names) == 1) and cells and not unread:
        found.rest |= cells
    else:
        found.unread.append(words)


def _read_new(words: str, template: Template, year: int, found: Filling) -> None:
    cells, unread = _pairs(words, template, year)
    if not cells:
        cells, unread = _cells(words, template, (), year)
        for token in list(unread):
            if template.main not in cells:
                cells[template.main] = token
                unread.remove(token)
    if cells and not unread:
        found.new.append(cells)
    else:
        found.unread.append(words)


def _cells(words: str, template: Template, names: Sequence[str], year: int) -> tuple[Values, list[str]]:
    """Read choices written one behind the other; a name by its number where a choice takes words."""
    if any(mark in words for mark in "：:"):
        return _pairs(words, template, year)
    cells: Values = {}
    unread: list[str] = []
    choices = [each for each in template.asking_order if each.kind is FieldKind.CHOICE]
    for token in _TOKENS.split(words.strip(_MARKS)):
        if not token:
            continue
        for each in choices:
            value = _choice(each, token, names, year)
            if value and each.name not in cells:
                cells[each.name] = value
                break
        else:
            unread.append(token)
    return cells, unread


def _choice(each: Field, token: str, names: Sequence[str], year: int) -> str:
    try:
        value = read_value(each, token, year)
    except FieldFault:
        return ""
    for choice in each.open_choices:
        number = value.removeprefix(choice)
        if (
            value.startswith(choice)
            and number.isascii()
            and number.isdigit()
            and 1 <= int(number) <= len(names)
        ):
            return f"{choice}{names[int(number) - 1]}"
    return value


def _pairs(words: str, template: Template, year: int) -> tuple[Values, list[str]]:
    """Read ``label：value`` pairs."""
    labels = {name: each for each in template.fields for name in (each.label, _BARE.sub("", each.label))}
    pattern = "|".join(re.escape(name) for name in sorted(labels, key=len, reverse=True))
    heads = list(re.finditer(rf"(?:^|(?<=[\s；;，,。]))(?P<label>{pattern})\s*[：:]\s*", words))
    cells: Values = {}
    unread = (
        [words[: heads[0].start()].strip(_MARKS)] if heads and words[: heads[0].start()].strip(_MARKS) else []
    )
    for at, head in enumerate(heads):
        end = heads[at + 1].start() if at + 1 < len(heads) else len(words)
        written = words[head.end() : end].strip(" \t；;，,")
        each = labels[head["label"]]
        try:
            value = read_value(each, written, year)
        except FieldFault:
            unread.append(f"{each.label}：{written}")
            continue
        if value:
            cells[each.name] = value
    return cells, unread


def _numbers(written: str) -> list[int]:
    found: list[int] = []
    for first, last, single in _SPAN.findall(written):
        found += [int(single)] if single else range(int(first), int(last) + 1)
    return found
