"""Conversations of several steps: where they stand is a row, so that a restart loses nothing."""

from __future__ import annotations

from typing import Any

from storage.records import Dialogue
from storage.terms.errors import Refusal
from storage.unit import Unit


def begin(unit: Unit, kind: str, state: dict[str, Any]) -> Dialogue:
    """Begin a conversation in the actor's chat."""
    chat = unit.actor.chat_id
    if chat is None:
        raise LookupError("a dialogue needs its chat")
    return unit.add(
        Dialogue(
            chat_id=chat,
            member_id=unit.actor.member_id,
            kind=kind,
            state=state,
            created_at=unit.now,
        )
    )


async def resume(unit: Unit, number: int, kind: str) -> Dialogue:
    """Return a conversation that is still open, in its own chat. Refuses one that ended."""
    try:
        dialogue = await unit.get(Dialogue, number)
    except LookupError:
        raise Refusal("dialogue.over") from None
    if dialogue.kind != kind or dialogue.closed_at is not None or dialogue.chat_id != unit.actor.chat_id:
        raise Refusal("dialogue.over")
    return dialogue


def put(unit: Unit, dialogue: Dialogue, **state: Any) -> None:
    """Write what is known so far."""
    dialogue.state = {**dialogue.state, **state}
    unit.save(dialogue, "state")


def end(unit: Unit, dialogue: Dialogue) -> None:
    """Close a conversation."""
    dialogue.closed_at = unit.now
    unit.save(dialogue, "closed_at")
