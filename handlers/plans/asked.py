"""What every answer to a question about a draft shares: whose it is, and the question that comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.events import Reply
from handlers.plans import questions
from handlers.turns import Answers, Turn
from storage.ledger import answering_doubts as ledger
from storage.records import Doubt, Plan
from storage.terms.cards import Card, Edit, Outgoing, Toast
from storage.terms.roles import Permission
from storage.terms.statuses import DoubtKind
from storage.terms.texts import Text, text

Said = Callable[[Turn, Doubt], Awaitable[Answers]]


def decides(kind: DoubtKind | None = None) -> Callable[[Said], Callable[[Turn], Awaitable[Answers]]]:
    """Let a conversation answer the doubt that its button speaks of, of one kind or of any.

    When the doubt was answered meanwhile, whoever pressed sees the question that is open now.
    """

    def of(said: Said) -> Callable[[Turn], Awaitable[Answers]]:
        async def press(turn: Turn) -> Answers:
            turn.actor.require(Permission.COORDINATE)
            doubt = await turn.unit.get(Doubt, int(turn.values["doubt"]))
            if doubt.answered_at is not None:
                card = await questions.next_card(turn, plan_of(turn, doubt))
                return [Toast(text("refusal.doubt.answered")), *shown(turn, card)]
            return await said(
                turn, await ledger.open_doubt(turn.unit, doubt.id, kind or DoubtKind(doubt.kind))
            )

        press.__doc__ = said.__doc__
        return press

    return of


def plan_of(turn: Turn, doubt: Doubt) -> Plan:
    """Return the draft that a doubt is of."""
    return turn.directory.get(Plan, doubt.plan_id)


async def answered(turn: Turn, doubt: Doubt, said: Text) -> list[Outgoing]:
    """Show the next question: in the place of the last one after a press, below the reply after words."""
    card = await questions.next_card(turn, plan_of(turn, doubt), said)
    return shown(turn, card, said)


def shown(turn: Turn, card: Card, *said: Text) -> list[Outgoing]:
    """Show a question in the place of the last one after a press, below the reply after words."""
    assert turn.said is not None  # noqa: S101 - presses and replies speak of a card
    if isinstance(turn.event, Reply):
        return [Edit(turn.said.id, Card(lines=said or (text("doubting.moved"),))), card]
    return [Edit(turn.said.id, card)]
