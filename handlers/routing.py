"""The one table from what people do to the conversation that answers."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from handlers import deciding, helping, presence, reviewing
from handlers.events import Action, Command, Edited, Event, File, Membership, Migrated, Reply, Talk
from handlers.turns import Answers, Turn
from storage.terms.roles import Permission

Answer = Callable[[Turn], Awaitable[Answers]]
Gather = Callable[[Turn], Awaitable[Callable[[], Any]]]


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers.

    ``gather`` does what is slow first: it reads the ledger in a unit of its own and returns a function; that
    function runs in a thread, outside any transaction, and what it returns is ``turn.prepared``. ``listed``
    says to whom ``/help`` names a command: to those who hold this right in the chat, None for everybody.
    """

    answer: Answer
    gather: Gather | None = None
    listed: Permission | None = None


async def _help(turn: Turn) -> Answers:
    return helping.help_card(turn, {name: route.listed for name, route in COMMANDS.items()})


COMMANDS: dict[str, Route] = {
    "help": Route(_help),
    "start": Route(_help),
    "review": Route(reviewing.queue, listed=Permission.COORDINATE),
    "extensions": Route(deciding.queue, listed=Permission.COORDINATE),
}
"""Command → conversation; the words of ``command_words.toml`` lead here too."""

ACTIONS: dict[str, Route] = {
    "review.approve": Route(reviewing.approve),
    "review.return": Route(reviewing.ask_reason),
    "review.open": Route(reviewing.show_one),
    "review.back": Route(reviewing.back),
    "review.more": Route(reviewing.more),
    "review.files": Route(reviewing.files),
    "request.open": Route(deciding.show_request),
    "extension.grant": Route(deciding.grant),
    "extension.other_day": Route(deciding.ask_day),
    "extension.refuse": Route(deciding.ask_refusal),
    "transfer.reassign": Route(deciding.ask_department),
    "transfer.pick": Route(deciding.pick),
    "transfer.keep": Route(deciding.ask_why_kept),
}
"""Action of a button → conversation."""

REPLIES: dict[str, Route] = {
    "review": Route(reviewing.replied),
    "review.reason": Route(reviewing.send_back),
    "extension.date": Route(deciding.answer_extension),
    "extension.reason": Route(deciding.refuse),
    "transfer.to": Route(deciding.name_department),
    "transfer.reason": Route(deciding.keep),
}
"""Kind of the subject of the card replied to → conversation."""

EVENTS: dict[type[Event], Route] = {
    Membership: Route(presence.came_or_left),
    Migrated: Route(presence.moved),
}
"""What is neither command, button nor reply → conversation."""

UNKNOWN_COMMAND = Route(helping.unknown_command)
NO_REPLY_TAKEN = Route(helping.no_reply_taken)
UNKNOWN_CARD = Route(helping.unknown_card)
BUTTON_OVER = Route(helping.button_over)
TALK = Route(helping.small_talk)


def route_of(turn: Turn) -> Route | None:
    """Return who answers a turn; None where silence is the answer."""
    match turn.event:
        case Command() as event:
            return _command(turn, event)
        case Action():
            return BUTTON_OVER if turn.button is None else ACTIONS[turn.button.action]
        case Reply():
            if turn.said is None:
                return UNKNOWN_CARD
            return REPLIES.get(str(turn.subject.get("kind")), NO_REPLY_TAKEN)
        case Talk() | File() as event:
            return EVENTS.get(type(event)) or (TALK if event.addressed else None)
        case Edited() | Membership() | Migrated() as event:
            return EVENTS.get(type(event))


def _command(turn: Turn, event: Command) -> Route | None:
    route = COMMANDS.get(command_words().get(event.name, event.name))
    if route is not None:
        return route
    addressed = event.addressed or event.place.kind == "private" or turn.said is not None
    return UNKNOWN_COMMAND if addressed else None


@cache
def command_words() -> Mapping[str, str]:
    """Return the Chinese command words and what they stand for."""
    source = resources.files("handlers").joinpath("command_words.toml").read_text("utf-8")
    words: dict[str, str] = tomllib.loads(source)["words"]
    return words
