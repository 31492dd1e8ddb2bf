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
    """Return an assignment's light on a day; a department's 正常推进 counts on the day it was said."""
    said = view.reported_at is not None and on_course(view.words)
    return light(
        LightFacts(
            status=view.status,
            handed_out=view.handed_out,
            due=view.due,
            percent=view.percent,
            submitted=None if view.submitted_at is None else office_day(view.submitted_at),
            on_course=office_day(view.reported_at) if said and view.reported_at is not None else None,
        ),
        today,
        days,
    )


def light_of_alike(alike: Alike, today: date, days: Workdays) -> Light:
    """Return the light on a day of assignments that stand alike."""
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
