"""Errors carry a key and fields; the edge turns them into a sentence for the person."""

from __future__ import annotations

from storage.terms.texts import Text, Value


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """What was asked cannot be done; the text says why and what to do next."""

    def __init__(self, key: str, /, **values: Value) -> None:
        super().__init__(key)
        self.text = Text(f"refusal.{key}", values)


class NotAllowed(Refusal):
    """Whoever asked may not do this, or not in this chat."""


class Unreadable(Refusal):
    """What was sent cannot be read as what it should be."""
