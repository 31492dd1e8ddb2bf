"""Whose progress is missing."""

from __future__ import annotations

from collections.abc import Collection

from tortoise.expressions import Q
from tortoise.functions import Count

from storage.records import Assignment
from storage.sqlite import AT_ONCE
from storage.terms.statuses import AssignmentStatus
from storage.unit import Unit

OWING = (AssignmentStatus.AWAITING, AssignmentStatus.WORKING, AssignmentStatus.RETURNED)


async def not_reported(
    unit: Unit, items: Collection[int], since: int, handed_out_before: int
) -> dict[int, int]:
    """Return the departments that said nothing since a moment of items they have open, with how many.

    What was handed out after ``handed_out_before`` is not counted.
    """
    counts: dict[int, int] = {}
    wanted = list(items)
    for start in range(0, len(wanted), AT_ONCE):
        silent = Assignment.filter(
            Q(reported_at__isnull=True) | Q(reported_at__lt=since),
            item_id__in=wanted[start : start + AT_ONCE],
            status__in=[status.value for status in OWING],
            handed_out_at__lt=handed_out_before,
        )
        rows = await unit.rows(
            silent.annotate(missing=Count("id")).group_by("department_id").values("department_id", "missing")
        )
        for row in rows:
            counts[row["department_id"]] = counts.get(row["department_id"], 0) + row["missing"]
    return dict(sorted(counts.items()))
