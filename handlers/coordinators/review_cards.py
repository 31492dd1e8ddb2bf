"""What the coordinators' desk shows of submissions and requests: cards with their decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers import wording
from handlers.turns import Turn
from handlers.wording import item_name
from storage.ledger import evidence
from storage.ledger.evidence import Enclosed
from storage.ledger.views import View
from storage.records import Extension, Transfer
from storage.terms.cards import Button, Card
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text

SHOWN = 8
"""Submissions on one card."""

NAMED = 3
"""Files named of one submission."""

Mark = list[int]
"""A submission as a card showed it: the assignment's number, and the moment of its newest words."""


def mark(view: View) -> Mark:
    """Freeze a submission as it is shown: what was said later is another submission."""
    return [view.id, max(view.submitted_at or 0, view.reported_at or 0)]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of submissions: ``shown`` keep their numbers on the card, ``rest`` come on another one."""

    shown: list[Mark]
    rest: list[Mark]

    @classmethod
    def of(cls, views: Sequence[View]) -> Listed:
        """Share submissions out between a card and those after it."""
        marks = [mark(view) for view in views]
        return cls(marks[:SHOWN], marks[SHOWN:])

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Listed:
        """Read back what a card's subject holds."""
        return cls(list(values["shown"]), list(values["rest"]))

    def subject(self, these: list[Mark]) -> dict[str, Any]:
        """Return what the card's buttons and replies to it speak of."""
        numbers = [each[0] for each in self.shown]
        return {
            "kind": "review",
            "numbers": {str(numbers.index(each[0]) + 1): each for each in these},
            "shown": self.shown,
            "rest": self.rest,
        }


async def list_card(
    turn: Turn, listed: Listed, waiting: Sequence[View], first: tuple[Text, ...] = ()
) -> Card:
    """Show what still waits of a list, under the numbers it had from the beginning."""
    if not waiting:
        left = first or (text("review.none"),)
        return Card(lines=left, rows=_more(listed.rest), subject=listed.subject([]))
    numbers = [each[0] for each in listed.shown]
    known = await evidence.enclosed(turn.unit, [view.id for view in waiting])
    lines: list[Text] = list(first)
    openers = []
    for view in waiting:
        number = numbers.index(view.id) + 1
        lines.append(text("review.line", n=number, department=view.department_name, item=item_name(view)))
        lines += _said(view, known.get(view.id, []), wording.TITLE_SHOWN * 2)
        label = text("review.button.open", n=number)
        openers.append(Button(label, "review.open", {"these": [mark(view)]}))
    these = [mark(view) for view in waiting]
    label = text("review.button.approve_all", count=len(these))
    every = Button(label, "review.approve", {"these": these}, "primary")
    return Card(
        title=text("review.title", count=len(these) + len(listed.rest)),
        lines=tuple(lines),
        rows=((every,), *wording.in_rows(openers), *_more(listed.rest)),
        subject=listed.subject(these),
    )


async def single_card(turn: Turn, view: View, listed: Listed) -> Card:
    """Show one submission with its decisions; ``listed`` is the list it was opened from."""
    known = (await evidence.enclosed(turn.unit, [view.id])).get(view.id, [])
    values = {"these": [mark(view)]}
    decide = (
        Button(text("review.button.approve"), "review.approve", values, "primary"),
        Button(text("review.button.return"), "review.return", values, "danger"),
    )
    others: list[Button] = []
    if known:
        others.append(Button(text("review.button.files"), "review.files", values))
    if len(listed.shown) > 1 or listed.rest:
        others.append(Button(text("review.button.back"), "review.back", values))
    return Card(
        title=text("review.one", department=view.department_name),
        lines=(
            item_name(view),
            text("review.facts", role=text(f"itemrole.{view.role}"), due=wording.due_words(view)),
            *_said(view, known, wording.WORDS_SHOWN),
        ),
        rows=(decide, tuple(others)) if others else (decide,),
        subject=listed.subject([mark(view)]),
    )


async def review_card(turn: Turn, views: Sequence[View]) -> Card:
    """Show submissions: one with its decisions, several as a list with numbers to open."""
    listed = Listed.of(views)
    if len(views) == 1:
        return await single_card(turn, views[0], listed)
    return await list_card(turn, listed, views[:SHOWN])


def struck_off(view: View) -> Text:
    """Tell a department that its submission was approved, and what is still owed of a recurring duty."""
    if view.status is AssignmentStatus.DONE:
        return text("review.told.done", item=wording.title_of(view))
    return text("review.told.continues", item=wording.title_of(view), due=wording.due_words(view))


def who_and_what(views: Sequence[View]) -> list[Text]:
    """Name some assignments shortly, department by department: 发改局第3、5项."""
    numbers: dict[str, list[str]] = {}
    for view in views[:SHOWN]:
        numbers.setdefault(view.department_name, []).append(str(view.position))
    named = [text("review.who", department=name, numbers=mine) for name, mine in numbers.items()]
    return [*named, text("wording.and_more", count=len(views))] if len(views) > SHOWN else named


def _said(view: View, known: Sequence[Enclosed], most: int) -> list[Text]:
    said = [text("review.said", words=wording.short(view.words, most))] if view.words else []
    if known:
        names = [wording.short(each.name, 40) for each in known[:NAMED]]
        key = "review.enclosed" if len(known) <= NAMED else "review.enclosed_more"
        said.append(text(key, names=names, count=len(known)))
    return said


def _more(rest: list[Mark]) -> tuple[tuple[Button, ...], ...]:
    if not rest:
        return ()
    return ((Button(text("review.button.more", count=len(rest)), "review.more", {"these": rest}),),)


# ---------------------------------------------------------------- requests


def extension_card(extension: Extension, view: View) -> Card:
    """Ask a coordinator to grant a later day, grant another one, or refuse."""
    this = {"extension": extension.id}
    return Card(
        title=text("request.extension", department=view.department_name),
        lines=(
            item_name(view),
            text("request.until", until=extension.until, due=wording.due_words(view)),
            text("request.because", reason=wording.short(extension.reason, wording.WORDS_SHOWN)),
        ),
        rows=(
            (
                Button(text("request.button.grant"), "extension.grant", this, "primary"),
                Button(text("request.button.other_day"), "extension.other_day", this),
                Button(text("request.button.refuse"), "extension.refuse", this),
            ),
        ),
        subject={"kind": "extension.date", **this},
    )


def transfer_card(transfer: Transfer, view: View) -> Card:
    """Ask a coordinator who takes a declined assignment."""
    this = {"transfer": transfer.id}
    return Card(
        title=text("request.transfer", department=view.department_name),
        lines=(
            item_name(view),
            text("request.because", reason=wording.short(transfer.reason, wording.WORDS_SHOWN)),
        ),
        rows=(
            (
                Button(text("request.button.reassign"), "transfer.reassign", this, "primary"),
                Button(text("request.button.keep"), "transfer.keep", this),
            ),
        ),
        subject={"kind": "transfer.to", **this},
    )
