"""The table's part that leads to the annual report."""

from __future__ import annotations

from handlers.routes import Route
from handlers.yearly import annual
from storage.terms.roles import Permission

COMMANDS: dict[str, Route] = {
    "annual": Route(annual.send, annual.gather, listed=frozenset({Permission.OVERSEE, Permission.ANSWER})),
}
