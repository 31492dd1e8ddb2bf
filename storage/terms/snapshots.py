"""Snapshots: a plan's ledger as it stood, row by row, and what differs between two of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any


class SnapshotKind(StrEnum):
    """Why the ledger was frozen."""

    OPENING = "opening"
    """建账"""
    MIDYEAR = "midyear"
    """查账"""
    CLOSING = "closing"
    """交账"""
    BY_HAND = "by_hand"
    """a coordinator's word"""


@dataclass(frozen=True, slots=True)
class FrozenRow:
    """An assignment as it stood: of days only those that are still owed count."""

    item: int
    title: str
    department: str
    role: str
    status: str
    percent: int
    words: str
    due: str
    completed: str


@dataclass(frozen=True, slots=True)
class Change:
    """An assignment that differs: None before it was there, or after it was gone."""

    before: FrozenRow | None
    after: FrozenRow | None

    @property
    def row(self) -> FrozenRow:
        """The newer of the two."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is there
        return found


def packed(rows: Sequence[FrozenRow], head: dict[str, Any]) -> bytes:
    """Write a frozen ledger: the same ledger always gives the same bytes."""
    content = {**head, "rows": [asdict(row) for row in rows]}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    """Return the hash by which a frozen ledger is known."""
    return sha256(content).hexdigest()


def unpacked(content: bytes) -> list[FrozenRow]:
    """Read a frozen ledger."""
    return [FrozenRow(**row) for row in json.loads(content)["rows"]]


def compare(before: Sequence[FrozenRow], after: Sequence[FrozenRow]) -> list[Change]:
    """Return what differs between two frozen ledgers, in the order of the items."""
    old = {(row.item, row.department): row for row in before}
    new = {(row.item, row.department): row for row in after}
    keys = sorted(old.keys() | new.keys())
    return [Change(old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def due_of(row: FrozenRow) -> date | None:
    """Return the day by which a row is still owed."""
    return date.fromisoformat(row.due) if row.due else None
