"""``taizhang export``: write the ledger of a plan, or of one of its departments, as a workbook."""

from __future__ import annotations

from pathlib import Path

from bot.texts import Catalogue
from handlers.coordinators import exporting
from handlers.coordinators.exporting import Made
from reminders import calendars
from reminders.workdays import Workdays
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import lookup
from storage.names import near_names
from storage.records import Department, Plan
from storage.terms.clock import Clock
from storage.terms.errors import Refusal
from storage.terms.statuses import PlanStatus
from storage.terms.texts import Text
from storage.unit import Unit


async def run(
    database: Path,
    language: str,
    clock: Clock,
    *,
    year: int | None = None,
    department: str | None = None,
    output: Path | None = None,
) -> Path:
    """Write the workbook, also while the bot runs; return where it is.

    Raises :class:`Refusal` when there is no such plan or department, FileNotFoundError when there is no
    ledger, OSError when the workbook cannot be written.
    """
    catalogue = Catalogue.load(language)

    def words(asked: Text) -> str:
        return catalogue.render(asked, language)

    async def work(unit: Unit) -> Made:
        plan = _plan(unit, year)
        days = calendars.in_force(unit.directory, Workdays())
        if department is None:
            made = await exporting.whole_here(unit, days, words, plan)
        else:
            made = await exporting.one(unit, days, words, plan, _department(unit, department))
        return made()

    opened = await Database.open(database, reading=True)
    try:
        made = await opened.unit(SYSTEM, clock.now(), work)
    finally:
        await opened.close()
    path = output or Path(made.name)
    path.write_bytes(made.content)
    return path


def _plan(unit: Unit, year: int | None) -> Plan:
    """Return the plan in force of a year, or the newest; else the newest that was closed."""
    for status in (PlanStatus.ACTIVE, PlanStatus.CLOSED):
        for plan in lookup.plans(unit.directory, status):
            if year in (None, plan.year) and plan.activated_at is not None:
                return plan
    raise Refusal("plan.none")


def _department(unit: Unit, name: str) -> Department:
    found = lookup.department_called(unit.directory, name)
    if found is None:
        names = [each.name for each in unit.directory.all(Department)]
        near = [each for each, _ in near_names(name, names, 3)]
        raise Refusal("department.near" if near else "department.none", name=name, near=near)
    return found
