"""The trail: walking its chain, and reading an item's history."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise.exceptions import FieldError

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
    """Walk the chain from its first row; reads in pages, beside a running bot too.

    A row changed, removed, put in or moved breaks it. Rows cut off at the end do not: whoever wants to
    notice that compares ``head`` and ``links`` with those of an earlier walk.
    """
    previous, links = GENESIS, 0
    while True:
        try:
            rows = await _page(database, links, PAGE)
        except FieldError:  # a row of this page cannot even be read
            rows = await _page_up_to_it(database, links)
        for row in rows:
            if row is None or row.id != links + 1 or row.previous != previous or row.hash != chained(row):
                return Verdict(links, links + 1, previous)
            previous, links = row.hash, links + 1
        if not rows:
            return Verdict(links, None, previous)


async def _page(database: Database, after: int, most: int) -> list[AuditRow | None]:
    async with database.reading():
        query = AuditRow.filter(id__gt=after) if after else AuditRow.all()
        return list(await query.using_db(database.client).order_by("id").limit(most))


async def _page_up_to_it(database: Database, after: int) -> list[AuditRow | None]:
    rows: list[AuditRow | None] = []
    for number in range(after, after + PAGE):
        try:
            rows += await _page(database, number, 1)
        except FieldError:
            return [*rows, None]
    return rows


async def history(unit: Unit, item: int, limit: int = 200, before: int | None = None) -> list[AuditRow]:
    """Return the newest steps that touched an item, oldest first; ``before`` leads to earlier ones."""
    unit.actor.require(Permission.OVERSEE)
    steps = AuditRow.filter(item_id=item) if before is None else AuditRow.filter(item_id=item, id__lt=before)
    newest = await unit.all(steps.order_by("-id").limit(limit))
    return newest[::-1]
