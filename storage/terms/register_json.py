"""A register as plain JSON values, and back: how a conversation keeps it until a coordinator agrees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from storage.terms.register import CollectiveRule, DepartmentKind, Register, RegisterEntry


def to_json(register: Register) -> dict[str, Any]:
    """Return a register without problems as plain JSON values."""
    return {
        "departments": [
            {
                "name": entry.name,
                "kind": entry.kind.value,
                "aliases": list(entry.aliases),
                "since": entry.since.isoformat() if entry.since else None,
                "until": entry.until.isoformat() if entry.until else None,
                "parent": entry.parent,
            }
            for entry in register.departments
        ],
        "collectives": [
            {"name": rule.name, "kinds": [kind.value for kind in rule.kinds], "choose": rule.choose}
            for rule in register.collectives
        ],
    }


def from_json(packed: Mapping[str, Any]) -> Register:
    """Read back what :func:`to_json` wrote."""
    return Register(
        departments=tuple(
            RegisterEntry(
                name=entry["name"],
                kind=DepartmentKind(entry["kind"]),
                aliases=tuple(entry["aliases"]),
                since=_day(entry["since"]),
                until=_day(entry["until"]),
                parent=entry["parent"],
            )
            for entry in packed["departments"]
        ),
        collectives=tuple(
            CollectiveRule(rule["name"], tuple(map(DepartmentKind, rule["kinds"])), rule["choose"])
            for rule in packed["collectives"]
        ),
    )


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
