"""The light of an assignment as it is read (亮灯), the same for whoever looks."""

from __future__ import annotations

from datetime import date

from handlers.replies import on_course
from reminders.lights import LightFacts, light
from reminders.workdays import Workdays
from storage.ledger.standing import Alike
from storage.ledger.views import View
from storage.terms.clock import office_day
from storage.terms.lights import Light


def light_of(view: View, today: date, days: Workdays) -> Light:
    """Return an assignment's light on a day."""
    alike = Alike(
        status=view.status,
        percent=view.percent,
        handed_out=view.handed_out,
        due=view.due,
        submitted=_day(view.submitted_at),
        words=view.words,
        reported=_day(view.reported_at),
    )
    return light_of_alike(alike, today, days)


def light_of_alike(alike: Alike, today: date, days: Workdays) -> Light:
    """Return the light on a day of assignments that stand alike; 正常推进 counts on the day it was said."""
    return light(
        LightFacts(
            status=alike.status,
            handed_out=alike.handed_out,
            due=alike.due,
            percent=alike.percent,
            submitted=alike.submitted,
            on_course=alike.reported if alike.words and on_course(alike.words) else None,
        ),
        today,
        days,
    )


def _day(moment: int | None) -> date | None:
    return None if moment is None else office_day(moment)
