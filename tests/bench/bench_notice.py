"""How fast a notice is read, that time grows as the text does, and that no text breaks this."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import thread_time

from bot.sample import sample_notice
from handlers.notices import read_text
from storage.terms.errors import Unreadable
from tests.bench.figures import Figure, at_most

_ROUNDS = 7
_HEAD = "某市人民政府办公室关于印发2026年工作要点的通知\n2026年3月2日\n一、甲。（甲局负责）\n二、"
_ATTACKS: dict[str, str] = {
    "open brackets": "（",
    "closed brackets": "）",
    "brackets in turn": "（）",
    "nested brackets": "（〔〈",
    "crossed brackets": "（〔）〕",
    "clauses": "（甲局牵头，各部门负责）",
    "digits": "1",
    "months": "12月",
    "the word every": "每",
    "half years": "每半年",
    "ordinals": "第",
    "quarters": "第三季度",
    "anchors": "之日起",
    "working days": "后3个工作日内",
    "roles": "负责落实",
    "leads": "牵头",
    "names": "甲局、",
    "joined names": "甲局和",
    "quotes": "“《",
    "blanks": " ",
    "line ends": "\n",
    "everyone": "各单位",
    "bars": "|",
    "numbered lines": "\n1.甲乙丙丁戊己庚。",
    "standing": "以下均需",
    "appendices": "\n附件：",
    "sentences that name": "由甲局牵头，乙局配合。",
    "labelled fields": "\n责任单位：甲局、乙局\n完成时限：6月底前",
    "labels": "责任单位：",
    "rules": "列第一位的为牵头单位。",
    "lines above": "以上3项由甲局负责。",
    "rows": "\n序号 | 任务 | 责任单位 |\n1 | 甲 | 乙局 |",
    "tabs": "\t甲",
    "lost line breaks": "一、甲 二、乙 ",
    "cells": "\n序号\n任务\n责任单位\n1\n甲\n乙局",
    "starred names": "甲局*、",
    "names run together": "市财政局",
}


def run() -> list[Figure]:
    """Return the figures: milliseconds, and how much longer ten times the text takes."""
    sample = sample_notice().decode()
    figures = [at_most("notice: read the sample, ms", _best(lambda: read_text(sample)) * 1000, 50.0)]
    small, large = grown(sample, 3), grown(sample, 30)
    figures.append(at_most("notice: ten times the items, times longer", _ratio(small, large), 12.0))
    for name, piece in _ATTACKS.items():
        short = _HEAD + piece * (4_000 // len(piece))
        long = _HEAD + piece * (40_000 // len(piece))
        figures.append(at_most(f"notice: ten times as many {name}, times longer", _ratio(short, long), 12.0))
    return figures


def grown(sample: str, times: int) -> str:
    """Repeat the chapters of a notice."""
    start = sample.index("\n一、") + 1
    end = sample.index("\n各单位要") + 1
    return sample[:start] + sample[start:end] * times + sample[end:]


def _ratio(short: str, long: str) -> float:
    """Measure ten short readings and a long one in turn: a busy machine troubles both alike."""
    return median(10 * _time(lambda: _read(long)) / _time(lambda: _read_ten(short)) for _ in range(_ROUNDS))


def _read_ten(text: str) -> None:
    for _ in range(10):
        _read(text)


def _read(text: str) -> None:
    try:
        read_text(text)
    except Unreadable:
        return


def _best(work: Callable[[], object]) -> float:
    return min(_time(work) for _ in range(_ROUNDS))


def _time(work: Callable[[], object]) -> float:
    start = thread_time()
    work()
    return thread_time() - start
