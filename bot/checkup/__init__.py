"""What ``taizhang doctor`` looks at, each look by itself: it finds that all is well, or says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storage.terms.texts import Text, Value, text

State = Literal["well", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at and how it stands; what is ``wrong`` says what to do."""

    state: State
    said: Text


def well(key: str, /, **values: Value) -> Finding:
    """Say that something is as it should be."""
    return Finding("well", text(f"doctor.{key}", **values))


def note(key: str, /, **values: Value) -> Finding:
    """Say something worth knowing, of which nothing has to be mended."""
    return Finding("note", text(f"doctor.{key}", **values))


def wrong(key: str, /, **values: Value) -> Finding:
    """Say what has to be mended, and how."""
    return Finding("wrong", text(f"doctor.{key}", **values))
