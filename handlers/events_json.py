"""Events as plain JSON values, and back: how the inbox holds what people did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from handlers.events import (
    Action,
    AnyEvent,
    Attachment,
    Command,
    Edited,
    File,
    Membership,
    Migrated,
    Place,
    Reply,
    Sender,
    Talk,
    TopicClosed,
    Unreadable,
)

KINDS: dict[str, type[AnyEvent]] = {
    "command": Command,
    "reply": Reply,
    "talk": Talk,
    "file": File,
    "action": Action,
    "edited": Edited,
    "membership": Membership,
    "migrated": Migrated,
    "topic_closed": TopicClosed,
    "unreadable": Unreadable,
}
_NAMES = {kind: name for name, kind in KINDS.items()}


def kind_of(event: AnyEvent) -> str:
    """Name the kind of an event."""
    return _NAMES[type(event)]


def to_json(event: AnyEvent) -> dict[str, Any]:
    """Return an event as plain JSON values."""
    return {"kind": kind_of(event), **_plain(event)}


def from_json(packed: Mapping[str, Any]) -> AnyEvent:
    """Read back what :func:`to_json` wrote. Raises KeyError or TypeError when it is something else."""
    values = dict(packed)
    kind = KINDS[values.pop("kind")]
    values["place"] = Place(**values["place"])
    values["sender"] = Sender(**values["sender"])
    if "files" in values:
        values["files"] = tuple(Attachment(**each) for each in values["files"])
    if "earlier" in values:
        values["earlier"] = tuple(values["earlier"])
    return kind(**values)


def _plain(value: Any) -> dict[str, Any]:
    plain = {}
    for field in fields(value):
        held = getattr(value, field.name)
        if isinstance(held, Place | Sender):
            held = _plain(held)
        elif isinstance(held, tuple):
            held = [each if isinstance(each, str) else _plain(each) for each in held]
        plain[field.name] = held
    return plain
