"""The end of a rehearsal in a few lines: what the ledger holds, and whether its trail holds."""

from __future__ import annotations

from bot.composition import Office
from storage.actors import SYSTEM
from storage.ledger import counting, trail
from storage.terms.texts import text


async def closing(office: Office) -> list[str]:
    """Return the closing lines."""
    counts = await office.database.unit(SYSTEM, office.clock.now(), counting.whole_ledger)
    verdict = await trail.verify(office.database)
    holds = (
        text("closing.holds", links=verdict.links)
        if verdict.broken is None
        else text("closing.broken", links=verdict.links, number=verdict.broken)
    )
    lines = [
        text(
            "closing.items",
            items=counts.items,
            departments=counts.departments,
            assignments=counts.assignments,
        ),
        text("closing.reports", reports=counts.reports, corrected=counts.corrected),
        text(
            "closing.decided",
            approved=counts.approved,
            returned=counts.returned,
            done=counts.done,
            open=counts.open,
        ),
        text("closing.messages", heard=counts.heard, said=counts.said),
        holds,
    ]
    return ["", *(office.catalogue.render(line, office.settings.language) for line in lines)]
