"""The rows of the ledger behind each figure of the latest digest."""

from __future__ import annotations

from storage.ledger import digests, views
from storage.ledger.views import View
from storage.records import Assignment
from storage.terms.clock import office_time
from storage.terms.texts import Text, text
from storage.unit import Unit


async def explained(unit: Unit, figure: str | None) -> list[Text]:
    """Return the figures of the latest digest, or one of them, each with its rows as they stand now."""
    digest = await digests.newest(unit)
    if digest is None or digest.made_at is None or digest.figures is None:
        return []
    wanted = {name: numbers for name, numbers in digest.figures.items() if figure in (None, name)}
    lines = [text("digest.explain.title", when=office_time(digest.made_at))]
    for name, numbers in wanted.items():
        lines.append(text("digest.explain.head", figure=text(f"digest.figure.{name}"), count=len(numbers)))
        lines += [_row(view) for view in await views.views(unit, await unit.many(Assignment, numbers))]
    return lines if wanted else []


def _row(view: View) -> Text:
    return text(
        "digest.explain.row",
        position=view.position,
        title=view.title,
        department=view.department_name,
        status=text(f"status.{view.status}"),
        due=view.due or text("digest.explain.no_due"),
    )
