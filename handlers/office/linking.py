"""Linking accounts (关联): a person's accounts on several platforms are one member."""

from __future__ import annotations

import re

from handlers.office import members
from handlers.office.office_words import words_of
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from storage.ledger import linking
from storage.ledger.codes import ALPHABET, LENGTH
from storage.records import Member
from storage.terms.cards import Button, Card
from storage.terms.clock import office_time
from storage.terms.roles import Permission, Purpose
from storage.terms.texts import text

CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}", re.IGNORECASE)


async def answer(turn: Turn) -> Answers:
    """``/link``: ask for a code, say one on the other platform, or look at a member's accounts."""
    words = words_of(turn)
    if not words:
        return _code(turn)
    if CODE.fullmatch("".join(words.split())):
        return await _use(turn, words)
    turn.actor.require(Permission.COORDINATE)
    found = members.called(turn, words)
    if len(found) > 1:
        return members.which_member(turn, found, "link.of", {})
    return _accounts(turn, found[0])


def _code(turn: Turn) -> Card:
    code = linking.issue(turn.unit)
    until = office_time(turn.now + linking.LIFETIME_MILLIS)
    return Card(
        title=text("link.title"),
        lines=(text("link.words", code=code), text("link.how", until=f"{until:%H:%M}")),
    )


async def _use(turn: Turn, code: str) -> Answers:
    if turn.actor.purpose is not Purpose.PRIVATE:
        await linking.spoil(turn.unit, code)
        return Card(lines=(text("link.spoiled"),))
    member = await linking.use(turn.unit, code)
    return Card(lines=(text("link.done", name=member.name),))


async def of(turn: Turn) -> Answers:
    """Show the accounts of the member of the pressed button."""
    return in_place(turn, _accounts(turn, turn.directory.get(Member, int(turn.values["member"]))))


def _accounts(turn: Turn, member: Member) -> Card:
    accounts = linking.accounts_of(turn.unit, member)
    names = [text(f"platform.{account.platform}") for account in accounts]
    buttons = [
        Button(text("link.undo", platform=name), "link.undo", {"account": account.id})
        for account, name in zip(accounts, names, strict=True)
    ]
    return Card(
        lines=(text("link.accounts", name=member.name, platforms=names),),
        rows=in_rows(buttons) if len(accounts) > 1 else (),
    )


async def undo(turn: Turn) -> Answers:
    """Part an account from its member."""
    account = linking.undo(turn.unit, int(turn.values["account"]))
    done = text("link.undone", platform=text(f"platform.{account.platform}"))
    return in_place(turn, Card(lines=(done,)))
