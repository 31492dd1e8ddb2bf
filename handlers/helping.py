"""What can be done here, and one courteous line where nothing can."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.turns import Answers, Turn
from storage.ledger import lookup
from storage.terms.cards import Card, Toast
from storage.terms.roles import Permission, Purpose, Role
from storage.terms.texts import Text, text

UNLISTED = frozenset({"start"})
"""Another word for ``/help``, which platforms send by themselves."""

TOPICS: Mapping[str, tuple[str, ...]] = {
    "answer": ("todo", "submit", "extend", "decline"),
    "plan": ("import", "activate", "add", "clock", "plans", "close"),
    "look": (
        "status",
        "overdue",
        "digest",
        "items",
        "item",
        "audit",
        "export",
        "campaign",
        "snapshot",
        "annual",
        "help",
    ),
    "decide": ("review", "extensions", "letters", "template", "undelivered", "assessment"),
    "change": ("due", "assign", "move", "suspend", "resume", "cancel", "reopen"),
    "people": (
        *("register", "code", "bind", "unbind", "coordination"),
        *("members", "enrol", "leave", "snooze", "policy", "burden", "link", "calendar"),
    ),
}
"""What the commands are about, in the order of the work."""

FEW = 10
"""Commands up to which no headings are needed."""


def help_card(turn: Turn, commands: Mapping[str, frozenset[Permission] | None]) -> Card:
    """Say who the bot takes the person for, and list the commands they may use in this chat."""
    may = {n for n, rights in commands.items() if rights is None or any(map(turn.actor.may, rights))}
    topics = {topic: [name for name in names if name in may] for topic, names in TOPICS.items()}
    headed = sum(map(len, topics.values())) > FEW
    listed: list[Text] = []
    for topic, names in topics.items():
        if headed and names:
            listed.append(text(f"help.topic.{topic}"))
        listed += [text(f"help.command.{name}") for name in names]
    return Card(title=text("help.title"), lines=(*_greeting(turn), *listed, *_hints(turn)))


def _greeting(turn: Turn) -> tuple[Text, ...]:
    actor = turn.actor
    if actor.may(Permission.COORDINATE):
        return (text("help.coordinator"),)
    if actor.may(Permission.OVERSEE):
        return (text("help.leader"),)
    if actor.may(Permission.ANSWER):
        here = actor.bound if actor.purpose is Purpose.DEPARTMENT else actor.speaks_for
        names = [lookup.short_name(turn.directory, number) for number in sorted(here)]
        return (text("help.liaison", departments=names), text("help.answering"))
    elsewhere = _elsewhere(turn)
    if actor.purpose is Purpose.DEPARTMENT:
        names = [lookup.short_name(turn.directory, number) for number in sorted(actor.bound)]
        return (text("help.bystander", departments=names), *elsewhere)
    return elsewhere or (text("help.stranger"), *_account(turn))


def _account(turn: Turn) -> tuple[Text, ...]:
    """Tell somebody unknown, in private, their own account: the first coordinator stands in the settings."""
    if turn.actor.purpose is not Purpose.PRIVATE or turn.actor.account is None:
        return ()
    return (text("help.account", account=f"{turn.actor.platform}:{turn.actor.account}"),)


def _elsewhere(turn: Turn) -> tuple[Text, ...]:
    """Say of each role that gives no right in this chat what it is, and where it does."""
    actor = turn.actor
    said = [text(f"help.elsewhere.{role}") for role in (Role.COORDINATOR, Role.LEADER) if role in actor.roles]
    if actor.speaks_for:
        names = [lookup.short_name(turn.directory, number) for number in sorted(actor.speaks_for)]
        said.append(text("help.elsewhere.liaison", departments=names))
    return tuple(said)


def _hints(turn: Turn) -> tuple[Text, ...]:
    if turn.actor.roles and turn.actor.purpose is Purpose.NONE:
        return (text("help.unbound_chat"),)
    return ()


async def unknown_command(turn: Turn) -> Answers:
    """Say that there is no such command."""
    return Card(lines=(text("help.unknown_command"),))


async def no_reply_taken(turn: Turn) -> Answers:
    """Say that the card takes no reply."""
    return Card(lines=(text("help.no_reply_taken"),))


async def unknown_card(turn: Turn) -> Answers:
    """Say that the message replied to is not known any more, so that the reply is not taken as received."""
    return Card(lines=(text("help.unknown_card"),))


async def button_over(turn: Turn) -> Answers:
    """Say that the button leads nowhere any more."""
    return Toast(text("help.button_over"))


async def small_talk(turn: Turn) -> Answers:
    """Answer whoever speaks to the bot without asking for anything it knows."""
    return Card(lines=(text("help.small_talk"),))
