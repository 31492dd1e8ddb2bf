"""What a person said in a message: a command, an answer to a card, files, or just talk."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.events import AnyEvent, Attachment, Command, File, Reply, Talk

LOST = frozenset({"hidden_by_limit", "tombstone"})
"""Files of which Slack has kept nothing but the name."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a message without the bot's name; ``named`` when it stood before them."""

    basis: dict[str, Any]
    words: str
    named: bool


def said(
    speech: Speech,
    message: Mapping[str, Any],
    bot: str,
    commands: Collection[str],
    names: Mapping[str, str],
    cards: tuple[str, ...],
) -> AnyEvent:
    """Say a message as an event; ``cards`` are the messages of ours that its thread may answer."""
    addressed = speech.named or speech.basis["place"].kind == "private"
    files = attachments(message)
    root, parent = message.get("thread_ts"), message.get("parent_user_id")
    answered = root if root and root != message["ts"] else None
    if not cards and parent == bot and answered is not None:
        cards = (answered,)
    command = _command(speech.words, commands if addressed else ())
    if command is not None:
        author = None if parent == bot or answered is None or cards else parent
        return Command(
            **speech.basis,
            name=command[0],
            argument=command[1],
            addressed=addressed,
            reply_to=cards[0] if cards else answered,
            reply_to_account=author,
            reply_to_name=names.get(author or "", ""),
            files=files,
        )
    if cards:
        newest, *earlier = cards
        return Reply(**speech.basis, reply_to=newest, earlier=tuple(earlier), text=speech.words, files=files)
    if files:
        return File(**speech.basis, files=files, text=speech.words, addressed=addressed)
    return Talk(**speech.basis, text=speech.words, addressed=addressed)


def attachments(message: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Return the files of a message that Slack still has.

    A file of another workspace comes without an address; it is asked for by its number.
    """
    return tuple(
        Attachment(
            ref=file.get("url_private_download") or file.get("url_private") or file["id"],
            name=file.get("name") or file.get("title") or file["id"],
            mime=file.get("mimetype") or "application/octet-stream",
            size=int(file.get("size") or 0),
        )
        for file in message.get("files") or ()
        if file.get("mode") not in LOST
    )


def name_and_rest(words: str) -> tuple[str, str]:
    """Split the first word off; a stroke before it is no part of it."""
    first, *rest = words.strip().split(maxsplit=1)[:2] or [""]
    return first.lstrip("/／").lower(), rest[0].strip() if rest else ""


def _command(words: str, commands: Collection[str]) -> tuple[str, str] | None:
    """Split a command: with a stroke any word is one, without it only those of ``commands``."""
    name, rest = name_and_rest(words)
    if re.match(r"[/／][^\s/／]+(?:\s|$)", words.strip()) or name in commands:
        return name, rest
    return None
