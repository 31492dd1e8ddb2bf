"""The trail: walking its chain, and reading an item's history."""

from __future__ import annotations

from dataclasses import dataclass

from storage.chain import GENESIS, chained
from storage.database import Database
from storage.records import AuditRow
from storage.terms.roles import Permission
from storage.unit import Unit

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many links hold, and the number of the first row that breaks the chain."""

    links: int
    broken: int | None
    head: str


async def verify(database: Database) -> Verdict:
    """Walk the chain from its first row; reads in pages, beside a running bot too."""
    previous, expected, links = GENESIS, 1, 0
    while True:
        async with database.reading():
            rows = (
                await AuditRow.filter(id__gte=expected).using_db(database.client).order_by("id").limit(PAGE)
            )
        if not rows:
            return Verdict(links, None, previous)
        for row in rows:
            if row.id != expected or row.previous != previous or row.hash != chained(row):
                return Verdict(links, expected, previous)
            previous, expected, links = row.hash, expected + 1, links + 1


async def history(unit: Unit, item: int, limit: int = 200) -> list[AuditRow]:
    """Return the steps that touched an item, oldest first."""
    unit.actor.require(Permission.OVERSEE)
    newest = await unit.all(AuditRow.filter(item_id=item).order_by("-id").limit(limit))
    return newest[::-1]
