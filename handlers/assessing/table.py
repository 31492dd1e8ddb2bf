"""The table's part that leads to the assessment."""

from __future__ import annotations

from handlers.assessing import assessing
from handlers.routes import Route
from storage.terms.roles import Permission

COMMANDS: dict[str, Route] = {
    "assessment": Route(assessing.answer, assessing.gather, listed=frozenset({Permission.COORDINATE})),
}
