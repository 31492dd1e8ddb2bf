"""The trail's chain: how a row is hashed together with the hash before it.

Whoever can write the database file can also reckon a chain anew, and a chain cut off at its end still
holds. What neither can do is keep the newest hash: so the head that :func:`storage.ledger.trail.verify`
names is what an office writes down elsewhere, and compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from storage.records import AuditRow

GENESIS = "0" * 64
"""What the first row of the trail names as the hash before it."""

TRAIL_FACTS = (
    "id",
    "at",
    "verb",
    "member_id",
    "who",
    "chat_id",
    "message",
    "plan_id",
    "item_id",
    "department_id",
    "data",
)
"""The columns of the trail that its hash covers."""


def chained(row: AuditRow) -> str:
    """Return the hash of a row of the trail: over its columns and the hash before it."""
    return sha256((row.previous + canonical(trail_facts(row))).encode()).hexdigest()


def trail_facts(row: AuditRow) -> dict[str, Any]:
    """Return what the hash of a row of the trail covers."""
    return {name: getattr(row, name) for name in TRAIL_FACTS}


def canonical(facts: Mapping[str, Any]) -> str:
    """Write facts as JSON in the one form that is hashed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
