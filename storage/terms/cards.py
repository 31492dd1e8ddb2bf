"""What the bot shows: cards with buttons, meant, not yet worded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from storage.terms.texts import Text, pack, unpack

Style = Literal["plain", "primary", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words, the action it asks for, and the action's plain values."""

    label: Text
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One message of the bot.

    ``rows`` are rows of buttons. ``files`` are numbers of stored files. ``subject`` is what
    a reply to this message speaks of, for instance ``{"kind": "todo", "numbers": {"1": 31}}``.
    """

    title: Text | None = None
    lines: tuple[Text, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    files: tuple[int, ...] = ()
    subject: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain JSON values."""
        return {
            "title": None if self.title is None else pack(self.title),
            "lines": [pack(line) for line in self.lines],
            "rows": [
                [
                    {"label": pack(b.label), "action": b.action, "values": dict(b.values), "style": b.style}
                    for b in row
                ]
                for row in self.rows
            ],
            "files": list(self.files),
            "subject": dict(self.subject),
        }

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Card:
        """Read back what :meth:`to_json` wrote."""
        return cls(
            title=unpack(packed["title"]) if packed["title"] else None,
            lines=tuple(unpack(line) for line in packed["lines"]),
            rows=tuple(
                tuple(Button(unpack(b["label"]), b["action"], b["values"], b["style"]) for b in row)
                for row in packed["rows"]
            ),
            files=tuple(packed["files"]),
            subject=packed["subject"],
        )


@dataclass(frozen=True, slots=True)
class Send:
    """Say a card in a chat of the ledger; ``key``, where given, makes it be said only once."""

    chat: int
    card: Card
    reply_to: str | None = None
    urgent: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Show a card in place of one said before; ``outbox`` is the number of the earlier one."""

    outbox: int
    card: Card


@dataclass(frozen=True, slots=True)
class Toast:
    """A short answer to a pressed button, shown only to whoever pressed it."""

    text: Text


Outgoing = Card | Send | Edit | Toast
