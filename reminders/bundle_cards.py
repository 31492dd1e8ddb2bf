"""The bundle as a card: what is overdue, due today, due soon, not acknowledged, asked for, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from reminders.campaigns import telling
from reminders.told import Asked, Due, Dues, Told
from reminders.workdays import Workdays
from storage.ledger.numbers import spans, subject_of
from storage.ledger.views import View
from storage.terms.cards import Button, Card
from storage.terms.texts import Text, short, text

TITLE = 30
"""Characters of an item's title, as on the cards that list what a department has."""

VIEW = "bundle"
"""How the card's subject says that it is a bundle."""

SIGN = "todo.acknowledge_all"


def bundle_card(told: Sequence[Told], today: date, days: Workdays) -> Card:
    """Return the one card of a chat; where that is several departments', each has its own behind a button."""
    if len(told) > 1:
        return _of_several(told, today, days)
    (only,) = told
    owed = only.owed
    title = text("bundle.title", department=only.name, count=only.count)
    lines = _lines(only, today, days)
    if not owed:
        rows = tuple(telling.buttons_of(only.campaigns))
        (first, *others) = only.campaigns
        subject = {"kind": VIEW} if others else {"kind": "campaign", "ask": first.ask}
        return Card(title=title, lines=tuple(lines), rows=rows, subject=subject)
    return Card(
        title=title,
        lines=(*lines, text("bundle.hint_one" if len(owed) == 1 else "bundle.hint")),
        rows=tuple(row for row in _rows(only) if row),
        subject=subject_of("todo", only.department, owed, view=VIEW),
    )


def signed(card: Card) -> Card:
    """Return a bundle after everything on it was acknowledged: what it asked of that is asked no more."""
    return replace(
        card,
        lines=tuple(
            text("todo.all_signed", count=line.values["count"]) if line.key == "bundle.unsigned" else line
            for line in card.lines
        ),
        rows=tuple(row for row in card.rows if row[0].action != SIGN),
    )


def _of_several(told: Sequence[Told], today: date, days: Workdays) -> Card:
    lines: list[Text] = []
    rows: list[tuple[Button, ...]] = []
    for each in told:
        lines += [text("bundle.part", department=each.name), *_lines(each, today, days)]
        label = text("bundle.button.open", department=each.name)
        if each.owed:
            rows.append((Button(label, "bundle.open", {"department": each.department}),))
        rows += telling.buttons_of(each.campaigns)
    title = text("bundle.title_several", departments=[each.name for each in told])
    return Card(title=title, lines=tuple(lines), rows=tuple(rows), subject={"kind": VIEW})


def _lines(told: Told, today: date, days: Workdays) -> list[Text]:
    lines: list[Text] = []
    if told.overdue:
        lines.append(_overdue_head(told))
        lines += _dues(told.overdue, today, days)
    if told.today:
        lines.append(text("bundle.today", count=len(told.today)))
        lines += _dues(told.today, today, days)
    if told.soon:
        lines.append(text("bundle.soon", count=len(told.soon)))
        lines += _dues(told.soon, today, days)
    if told.unsigned:
        lines.append(text("bundle.unsigned", count=len(told.unsigned), numbers=spans(told.unsigned)))
    for asked in told.asked:
        lines += _asked(asked)
    return lines + telling.lines_of(told.campaigns)


def _overdue_head(told: Told) -> Text:
    if told.answering:
        return text("bundle.overdue", count=len(told.overdue), names=list(told.answering))
    return text("bundle.overdue_nobody", count=len(told.overdue))


# ---------------------------------------------------------------- due


def _dues(dues: Dues, today: date, days: Workdays) -> list[Text]:
    """Return a line for each item; those that bind everyone and are due on one day share one."""
    general: dict[date, dict[int, Due]] = {}
    for number, each in dues.items():
        if each.view.general:
            general.setdefault(each.due, {})[number] = each
    joined = {day: group for day, group in general.items() if len(group) > 1}
    lines = [
        _line(number, each.view, _when(each.due, today, days))
        for number, each in sorted(dues.items())
        if each.due not in joined or not each.view.general
    ]
    return lines + [_joined(group, _when(day, today, days)) for day, group in sorted(joined.items())]


def _line(number: int, view: View, note: Text) -> Text:
    return text("bundle.line", number=number, title=short(view.title, TITLE), note=note)


def _joined(group: Mapping[int, object], note: Text) -> Text:
    return text("bundle.general", count=len(group), numbers=spans(group), note=note)


def _when(due: date, today: date, days: Workdays) -> Text:
    if due < today:
        return text("bundle.late", due=due, workdays=days.workdays_between(due, today))
    if due == today:
        return text("bundle.due_today", due=due)
    left = days.workdays_between(today, due)
    return text("bundle.left", due=due, workdays=left) if left else text("bundle.left_none", due=due)


# ---------------------------------------------------------------- asked for


def _asked(asked: Asked) -> list[Text]:
    key = "bundle.again" if asked.again else "bundle.progress"
    lines = [text(key, period=asked.period.name, until=asked.period.last)]
    general = {number: view for number, view in asked.owed.items() if view.general}
    for number, view in asked.owed.items():
        if len(general) < 2 or not view.general:
            lines.append(text("bundle.line_bare", number=number, title=short(view.title, TITLE)))
    if len(general) > 1:
        lines.append(text("bundle.general_asked", count=len(general), numbers=spans(general)))
    return lines


# ---------------------------------------------------------------- buttons


def _rows(told: Told) -> list[tuple[Button, ...]]:
    on_course = any(view.general for asked in told.asked for view in asked.owed.values())
    return [
        (_button("acknowledge_all", SIGN, "primary"),) if told.unsigned else (),
        (_button("on_course", "report.on_course"),) if on_course else (),
        (
            _button("submit", "asking.which", what="submit"),
            _button("extend", "asking.which", what="extend"),
            _button("read", "todo.read"),
        ),
        *telling.buttons_of(told.campaigns),
    ]


def _button(name: str, action: str, /, style: str = "plain", **values: str) -> Button:
    return Button(text(f"todo.button.{name}"), action, values, style)  # type: ignore[arg-type]
