"""Find the time limits that bind an item, and leave alone the dates that only look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handlers.notices.deadline_forms import FORMS, OPEN_WORDS, TYPED, Form
from handlers.notices.folding import blank_titles, fold, split_outside, squeeze
from handlers.notices.limits import Found, Frame
from storage.terms.notice import Deadline

_LOOK_BACK = 10
_ANCHOR_LENGTH = 24

_NOT_BINDING_BEFORE = re.compile(
    r"(?:压[减缩]至|压缩到|登记|受理|审批|审核|缩短[至到为]|控制在|不超过|降[至到]|减[至到]|提速[至到]|有效期限?[至到为]?|截至|去年|上年|上一年度?|往年|前年|以往|发布日期:?|成文日期:?"
    r"|征求意见(?:时间|期限)?[为至到:]?|报名时间[为:]?)$"
)
_STARTS_BEFORE = re.compile(r"(?<!来)自$")
_NOT_BINDING_AFTER = re.compile(r"(?:起(?:施行|实施|执行)?|以来|施行|生效)")
_ANCHOR_ENDS = re.compile(r"[,。;:、!?()\[\]<>“”\"|\0]")
_ANCHOR_STARTS = re.compile(
    r"(?:最迟|应当|必须|务必|一律|应|须|要|需|并|且|可|请|将|均|都|会)(?:在|于|自|从)"
    r"|^(?:在|自(?!治)|从|于|待)|(?<![存正现内所])在(?!线|册|建|职|编|地)|(?<![由关对等位用属低高多少终便])于|(?<![来各亲])自(?!治|然|行|主|查|评|动|身|贸)"
)
_TIME_WORD = re.compile(r"[年月日天周季]|长期|常态|常年|持续|[0-9０-９]")
_DONE_AFTER = re.compile(
    r"(?:全部|全面|基本|持续|并|要|须|应|前|底前)*(?:举办|召开|举行|上线|验收|完成|办结|报送|上报|出台|印发|建成|实现|推进|公布|公开|启动|开展|投入|达到|提交|形成)"
)
_LABEL = re.compile(r"^(?:完成|办结|责任|工作|落实|办理|推进)?(?:时限|期限|时间|时间节点)(?:要求)?:")


def find_deadlines(printed: str, frame: Frame) -> tuple[Deadline, ...]:
    """Return the limits of an item's words in their order, each phrase once.

    Titles in 《》 are passed over; a year already gone when the notice was issued binds nobody.
    """
    text = squeeze(printed)
    folded = blank_titles(fold(text))
    limits = [
        deadline
        for start, end, found, form in _matches(text, folded)
        if (deadline := _bind(found, form, frame, folded, start, end)) is not None
    ]
    limits += _open_limits(text, folded)
    return _once(limits)


_TASK_BEHIND = re.compile(r"(?:举办|召开|举行|开展|启动|上线|开工|竣工|完工|验收|印发|发布|公布)$")
_AND_OPEN = re.compile(rf"并(?={OPEN_WORDS.pattern})")


def stated_deadlines(printed: str, frame: Frame) -> tuple[Deadline, ...]:
    """Return the limits of words that are nothing else: a column's cell, or behind 完成时限：."""
    text = _LABEL.sub("", fold(squeeze(printed)))
    printed = squeeze(printed)[-len(text) :] if text else ""
    text = _AND_OPEN.sub(",", text)
    if whole := read_deadline(printed, frame.year, frame.issued_on):
        return (whole,)
    found = find_deadlines(printed, frame)
    pieces = [printed[start:end] for start, end in split_outside(text, ",;。、")]
    read = [each for piece in pieces if (each := read_deadline(piece, frame.year, frame.issued_on))]
    return found if len(found) >= len(read) else tuple(dict.fromkeys(read))


def read_deadline(phrase: str, year: int | None, issued_on: date | None = None) -> Deadline | None:
    """Read a limit that a person typed (``6月底前``, ``2026-06-30``, ``9月份``); None if it is none."""
    text = squeeze(phrase).strip("。.;；,，()（）")
    folded = fold(text)
    label = _LABEL.match(folded)
    start = label.end() if label else 0
    start += 2 if folded.startswith(("截止", "截至"), start) else 0
    behind = _TASK_BEHIND.search(folded)
    stop = behind.start() if behind else len(text)
    text, folded = text[start:stop], folded[start:stop]
    if len(text) > 60:
        return None
    frame = Frame(year, issued_on)
    for form in TYPED:
        if match := form.pattern.fullmatch(folded):
            return form.build(Found(text, match), frame)
    whole = [
        (found, form)
        for begin, end, found, form in _matches(text, folded)
        if begin <= 1 and folded[end:] in ("", "完成", "办结", "报送", "落实", "上报")
    ]
    return whole[0][1].build(whole[0][0], frame) if whole else None


def is_limit_only(segment: str) -> bool:
    """Say whether a part of a clause (``6月底前完成``, ``长期坚持``) is a time limit and no name."""
    if not _TIME_WORD.search(segment):
        return False
    if read_deadline(segment, 2000) is not None:
        return True
    text = squeeze(segment)
    folded = fold(text)
    label = _LABEL.match(folded)
    start = label.end() if label else 0
    found = next(_matches(text[start:], folded[start:]), None)
    return found is not None and found[0] <= 1 and bool(_DONE_AFTER.match(folded, start + found[1]))


def _matches(text: str, folded: str) -> Iterator[tuple[int, int, Found, Form]]:
    every = [
        (match.start(), order, match, form)
        for order, form in enumerate(FORMS)
        for match in form.pattern.finditer(folded)
    ]
    done = 0
    for start, _, match, form in sorted(every, key=lambda each: each[:2]):
        if start < done:
            continue
        done = match.end()
        anchor = _anchor(folded, start) if form.anchored else ""
        begin = start - _shown(anchor)
        yield begin, done, Found(text[begin:done], match, text[start - len(anchor) : start]), form


def _anchor(folded: str, end: int) -> str:
    """Return the words before ``后`` or ``之日起`` that name what the days count from."""
    run = folded[max(0, end - _ANCHOR_LENGTH) : end]
    for stop in _ANCHOR_ENDS.finditer(run):
        run = folded[max(0, end - _ANCHOR_LENGTH) + stop.end() : end]
    for start in reversed(list(_ANCHOR_STARTS.finditer(run))):
        if start.end() < len(run):
            return run[start.end() :]
    return run


def _shown(anchor: str) -> int:
    """Say how much of the anchor the phrase shows: of ``本要点印发`` only ``印发``."""
    for own in ("印发", "下发"):
        if anchor.endswith(own) and anchor.startswith(("本", "此", "该", own)):
            return len(own)
    return len(anchor)


def is_false_friend(folded: str, start: int, end: int) -> bool:
    """Say whether the words around a time tell that it binds nobody: 有效期至…, 自…起施行."""
    before = folded[max(0, start - _LOOK_BACK) : start]
    return bool(
        _NOT_BINDING_BEFORE.search(before)
        or _STARTS_BEFORE.search(before)
        or _NOT_BINDING_AFTER.match(folded, end)
    )


def _bind(found: Found, form: Form, frame: Frame, folded: str, start: int, end: int) -> Deadline | None:
    before = folded[max(0, start - _LOOK_BACK) : start]
    if _NOT_BINDING_BEFORE.search(before) or _NOT_BINDING_AFTER.match(folded, end):
        return None
    if not form.anchored and _STARTS_BEFORE.search(before):
        return None
    named = found.has("year2") or found.has("year")
    if named and frame.year is not None and int(named) < frame.year:
        return None
    return form.build(found, frame)


def _open_limits(text: str, folded: str) -> Iterator[Deadline]:
    for start, end in split_outside(folded, "。;!?"):
        label = _LABEL.match(folded[start:end])
        begin = start + (label.end() if label else 0)
        if OPEN_WORDS.fullmatch(folded, begin, end):
            yield Deadline(text[begin:end], "open")


def _once(limits: list[Deadline]) -> tuple[Deadline, ...]:
    return tuple(dict.fromkeys(limits))
