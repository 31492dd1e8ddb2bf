"""The table's part that leads to snapshots."""

from __future__ import annotations

from handlers.routes import Route
from handlers.snapshots import freezing
from storage.terms.roles import Permission

COMMANDS: dict[str, Route] = {
    "snapshot": Route(freezing.answer, freezing.gather, listed=frozenset({Permission.OVERSEE})),
}

ACTIONS: dict[str, Route] = {
    "snapshot.freeze": Route(freezing.freeze),
    "snapshot.compare": Route(freezing.compare, freezing.gather_pressed),
}
