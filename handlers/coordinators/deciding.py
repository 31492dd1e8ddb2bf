"""Decisions on what departments ask: a later day (延期), or that another department takes a duty (转办)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers import telling, wording
from handlers.arguments import argument
from handlers.choosing import pick_department
from handlers.coordinators.review_cards import extension_card, transfer_card
from handlers.departments.todo import handing_out_cards
from handlers.replies import read_due
from handlers.replies.decisions import read_decision, without_giving
from handlers.standing import card_number
from handlers.turns import Answers, Turn
from handlers.wording import item_name
from storage.ledger import lookup, requests
from storage.ledger.views import View
from storage.records import Department, Extension, Transfer
from storage.terms.cards import Button, Card, Edit, Outgoing, Toast
from storage.terms.errors import Refusal
from storage.terms.texts import Text, text

SHOWN = 8
"""Requests on one card."""


async def queue(turn: Turn) -> Answers:
    """Show the requests that wait for a decision, oldest first."""
    extensions, transfers = await requests.waiting(turn.unit)
    asked: list[Extension | Transfer] = sorted([*extensions, *transfers], key=lambda each: each.asked_at)
    found = {view.id: view for view in await wording.views_of(turn, {each.assignment_id for each in asked})}
    standing = [(each, found[each.assignment_id]) for each in asked if found[each.assignment_id].open]
    if not standing:
        return Card(lines=(text("request.none"),))
    if len(standing) == 1:
        return _request_card(*standing[0])
    lines, buttons = [], []
    for n, (each, view) in enumerate(standing[:SHOWN], 1):
        lines.append(_line(n, each, view))
        buttons.append(Button(text("request.button.open", n=n), "request.open", _this(each)))
    if len(standing) > SHOWN:
        lines.append(text("request.more", count=len(standing) - SHOWN))
    return Card(
        title=text("request.title", count=len(standing)), lines=tuple(lines), rows=wording.in_rows(buttons)
    )


def _line(n: int, asked: Extension | Transfer, view: View) -> Text:
    department, item = view.department_name, item_name(view)
    if isinstance(asked, Extension):
        return text("request.line_extension", n=n, department=department, item=item, until=asked.until)
    return text("request.line_transfer", n=n, department=department, item=item)


def _this(asked: Extension | Transfer) -> dict[str, int]:
    return {"extension" if isinstance(asked, Extension) else "transfer": asked.id}


def _request_card(asked: Extension | Transfer, view: View) -> Card:
    return extension_card(asked, view) if isinstance(asked, Extension) else transfer_card(asked, view)


async def show_request(turn: Turn) -> Answers:
    """Show one request of the list."""
    values = turn.values
    asked: Extension | Transfer = (
        await requests.extension_asked(turn.unit, values["extension"])
        if "extension" in values
        else await requests.transfer_asked(turn.unit, values["transfer"])
    )
    return _request_card(asked, await _view(turn, asked))


# ---------------------------------------------------------------- extensions


async def grant(turn: Turn) -> Answers:
    """Grant an extension to the day asked for."""
    return await _granted(turn, turn.values, None)


async def ask_day(turn: Turn) -> Answers:
    """Ask for another day, to be written in reply."""
    await requests.extension_asked(turn.unit, turn.values["extension"])
    return _prompt(turn, text("request.ask_day"), "extension.date")


async def answer_extension(turn: Turn) -> Answers:
    """Decide an extension by the words of a reply: a day, ``同意``, or ``不同意`` with the reason."""
    words = argument(turn)
    until = read_due(words, turn.today)
    if until is not None:
        return await _granted(turn, turn.subject, until)
    decision = read_decision(words)
    if decision is None or decision.numbers:
        raise Refusal("request.day")
    if decision.approve:
        return await _granted(turn, turn.subject, None)
    return await _refused(turn, decision.reason)


async def _granted(turn: Turn, values: Mapping[str, Any], until: date | None) -> Answers:
    extension = await requests.extension_asked(turn.unit, values["extension"])
    await requests.decide_extension(turn.unit, extension, grant=True, until=until)
    view = await _view(turn, extension)
    done = text(
        "request.granted", department=view.department_name, item=item_name(view), until=extension.until
    )
    line = text("request.told.granted", item=wording.title_of(view), until=extension.until)
    return await _decided(turn, values, done, [(view, line)])


async def ask_refusal(turn: Turn) -> Answers:
    """Ask why an extension is refused."""
    extension = await requests.extension_asked(turn.unit, turn.values["extension"])
    view = await _view(turn, extension)
    words = text("request.ask_refusal", department=view.department_name, item=item_name(view))
    return _prompt(turn, words, "extension.reason")


async def refuse(turn: Turn) -> Answers:
    """Refuse an extension with the reason of a reply."""
    return await _refused(turn, argument(turn))


async def _refused(turn: Turn, reason: str) -> Answers:
    extension = await requests.extension_asked(turn.unit, turn.subject["extension"])
    reason = _reason(reason)
    await requests.decide_extension(turn.unit, extension, grant=False, answer=reason)
    view = await _view(turn, extension)
    done = text("request.refused", department=view.department_name, item=item_name(view))
    line = text(
        "request.told.refused", item=wording.title_of(view), due=wording.due_words(view), reason=reason
    )
    return await _decided(turn, turn.subject, done, [(view, line)])


# ---------------------------------------------------------------- transfers


async def ask_department(turn: Turn) -> Answers:
    """Ask which department takes a declined assignment."""
    await requests.transfer_asked(turn.unit, turn.values["transfer"])
    return _prompt(turn, text("request.ask_department"), "transfer.to")


async def name_department(turn: Turn) -> Answers:
    """Give a declined assignment to the department that a reply names."""
    subject = turn.subject
    await requests.transfer_asked(turn.unit, subject["transfer"])
    typed = argument(turn)
    exact = lookup.department_called(turn.directory, typed)
    shown = {"transfer": subject["transfer"], "card": subject.get("card", card_number(turn))}
    picked = exact or pick_department(
        turn, without_giving(typed), "transfer.pick", shown, {"kind": "transfer.to", **shown}
    )
    return picked if isinstance(picked, Card) else await _reassigned(turn, shown, picked)


async def pick(turn: Turn) -> Answers:
    """Give a declined assignment to a department that was offered."""
    return await _reassigned(turn, turn.values, turn.directory.get(Department, turn.values["department"]))


async def _reassigned(turn: Turn, values: Mapping[str, Any], to: Department) -> Answers:
    transfer = await requests.transfer_asked(turn.unit, values["transfer"])
    old, new = await requests.reassign(turn.unit, transfer, to, turn.days.add_workdays)
    (before,) = await wording.views_of(turn, [old.id])
    (after,) = await wording.views_of(turn, [new.id])
    done = text(
        "request.reassigned",
        item=item_name(before),
        before=before.department_name,
        to=after.department_name,
    )
    line = text("request.told.taken_away", item=wording.title_of(before), to=after.department_name)
    told = await _decided(turn, values, done, [(before, line)], also=[after.department])
    return [*told, *await handing_out_cards(turn, [after.department])]


async def ask_why_kept(turn: Turn) -> Answers:
    """Ask why a declined assignment stays where it is."""
    view = await _view(turn, await requests.transfer_asked(turn.unit, turn.values["transfer"]))
    words = text("request.ask_keep", department=view.department_name, item=item_name(view))
    return _prompt(turn, words, "transfer.reason")


async def keep(turn: Turn) -> Answers:
    """Leave a declined assignment where it is, with the reason of a reply."""
    transfer = await requests.transfer_asked(turn.unit, turn.subject["transfer"])
    reason = _reason(argument(turn))
    await requests.keep(turn.unit, transfer, reason)
    view = await _view(turn, transfer)
    done = text("request.kept", department=view.department_name, item=item_name(view))
    line = text("request.told.kept", item=wording.title_of(view), due=wording.due_words(view), reason=reason)
    return await _decided(turn, turn.subject, done, [(view, line)])


# ---------------------------------------------------------------- shared


async def _view(turn: Turn, asked: Extension | Transfer) -> View:
    (view,) = await wording.views_of(turn, [asked.assignment_id])
    return view


def _prompt(turn: Turn, words: Text, kind: str) -> Card:
    """Ask for a reply; ``card`` is where the request stands, to be shown as decided later."""
    return Card(lines=(words,), subject={"kind": kind, **turn.values, "card": card_number(turn)})


async def _decided(
    turn: Turn,
    values: Mapping[str, Any],
    done: Text,
    told: list[tuple[View, Text]],
    also: list[int] | None = None,
) -> list[Outgoing]:
    """Say what was decided: in the request's card, to whoever decided, and to the departments."""
    missing = telling.not_told(turn, [*(view.department for view, _ in told), *(also or [])])
    request = int(values.get("card", card_number(turn)))
    outgoing: list[Outgoing] = [Edit(request, Card(lines=(done, *missing)))]
    pressed = turn.button is not None
    if pressed and request != card_number(turn):
        outgoing.append(Edit(card_number(turn), Card(lines=(done,))))
    outgoing.append(Toast(done) if pressed else Card(lines=(done, *missing)))
    return [*outgoing, *await telling.tell_of_items(turn, told)]


def _reason(words: str) -> str:
    reason = words.strip()
    if not reason:
        raise Refusal("request.reason")
    return reason
