"""What departments enclosed with their reports: files and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import Evidence, ProgressReport, StoredFile
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file by its name and number, or a link, which has no number."""

    name: str
    file: int | None


async def enclosed(unit: Unit, assignments: Iterable[int]) -> dict[int, list[Enclosed]]:
    """Return what came with the standing reports of assignments, newest report first.

    What was sent twice is named once. Rights were checked by whoever found the assignments.
    """
    query = ProgressReport.filter(assignment_id__in=list(assignments), superseded_by=None)
    reports = {
        row["id"]: row["assignment_id"] for row in await unit.rows(query.values("id", "assignment_id"))
    }
    if not reports:
        return {}
    query_rows = Evidence.filter(report_id__in=list(reports)).order_by("-report_id", "id")
    rows = await unit.rows(query_rows.values("report_id", "file_id", "url"))
    names = await _names(unit, {row["file_id"] for row in rows if row["file_id"] is not None})
    found: dict[int, list[Enclosed]] = {}
    for row in rows:
        name = row["url"] if row["file_id"] is None else names[row["file_id"]]
        each = Enclosed(name, row["file_id"])
        known = found.setdefault(reports[row["report_id"]], [])
        if each not in known:
            known.append(each)
    return found


async def _names(unit: Unit, numbers: set[int]) -> dict[int, str]:
    if not numbers:
        return {}
    rows = await unit.rows(StoredFile.filter(id__in=list(numbers)).values("id", "name"))
    return {row["id"]: row["name"] for row in rows}
