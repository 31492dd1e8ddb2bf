"""The ledger as sheets: every cell in the words of the chat's language. Plain work, done in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.lighting import light_of
from handlers.notices.titles import short_title
from handlers.replies.published import published
from reminders.workdays import Workdays
from storage.documents.sheets import DepartmentRow, DepartmentSheet, LedgerRow, LedgerSheet, ReplyRow
from storage.ledger.exporting import Answer, Entry
from storage.ledger.views import View
from storage.records import Extension, Plan, PlanItem, ProgressReport
from storage.terms.clock import office_time
from storage.terms.statuses import AssignmentStatus, RequestStatus
from storage.terms.texts import Text, text

ITEM_COLUMNS = (
    "number",
    "section",
    "title",
    "text",
    "department",
    "role",
    "due",
    "status",
    "light",
    "percent",
    "last_report",
    "last_report_at",
    "acknowledged",
    "completed_at",
    "extension",
    "remarks",
)
REPLY_COLUMNS = (
    "at",
    "number",
    "title",
    "department",
    "who",
    "percent",
    "words",
    "evidence",
    "revision",
)
DEPARTMENT_COLUMNS = ("number", "item", "measure", "role", "due", "progress", "status")


@dataclass(frozen=True, slots=True)
class Source:
    """What the sheets are made of: read before, in the unit of work."""

    plan: Plan
    items: Mapping[int, PlanItem]
    names: Mapping[int, str]
    entries: Sequence[Entry]
    made_at: datetime
    days: Workdays
    words: Callable[[Text], str]
    common: dict[str, str] = field(default_factory=dict)
    """Words that stand in cell after cell, rendered once."""

    def say(self, key: str) -> str:
        """Return a word of the catalogue that needs nothing filled in."""
        if key not in self.common:
            self.common[key] = self.words(text(key))
        return self.common[key]

    def headings(self, sheet: str, columns: Iterable[str]) -> dict[str, str]:
        """Return the words above the columns of a sheet."""
        return {each: self.say(f"export.{sheet}.{each}") for each in columns}

    @property
    def as_of(self) -> str:
        """The line that dates a sheet."""
        return self.words(text("export.as_of", when=self.made_at))

    @property
    def subtitle(self) -> str:
        """The notice's number and issuer, as far as it bears them."""
        return "　".join(part for part in (self.plan.issuer, self.plan.document_number) if part)


def whole(source: Source, answers: Sequence[Answer]) -> LedgerSheet:
    """Return the ledger of a plan: its assignments and its replies."""
    by_number = {entry.view.id: entry.view for entry in source.entries}
    return LedgerSheet(
        title=source.words(text("export.sheet_title", plan=short_title(source.plan.title))),
        subtitle=source.subtitle,
        as_of=source.as_of,
        made_at=source.made_at,
        item_sheet=source.say("export.items_sheet"),
        item_headings=source.headings("item", ITEM_COLUMNS),
        reply_sheet=source.say("export.replies_sheet"),
        reply_headings=source.headings("reply", REPLY_COLUMNS),
        rows=[_row(source, entry) for entry in source.entries],
        replies=[_reply(source, each, by_number[each.report.assignment_id]) for each in answers],
    )


def department(source: Source, name: str, people: Iterable[str]) -> DepartmentSheet:
    """Return a department's own ledger, as it may be published: no person, no telephone."""
    people = list(people)
    return DepartmentSheet(
        title=source.words(
            text("export.department_sheet_title", department=name, plan=short_title(source.plan.title))
        ),
        subtitle=source.subtitle,
        as_of=source.as_of,
        made_at=source.made_at,
        sheet=source.say("export.items_sheet"),
        headings=source.headings("department", DEPARTMENT_COLUMNS),
        rows=[
            _department_row(source, entry, people)
            for entry in source.entries
            if entry.view.status is not AssignmentStatus.CANCELLED
        ],
    )


def _row(source: Source, entry: Entry) -> LedgerRow:
    view, item = entry.view, source.items[entry.view.item]
    light = light_of(view, source.made_at.date(), source.days)
    return LedgerRow(
        number=str(view.position),
        section="\n".join(item.headings),
        title=view.title,
        text=item.text,
        department=source.names[view.department],
        role=source.say(f"itemrole.{view.role}"),
        status=source.say(f"status.{view.status}"),
        light=light,
        light_word=source.say(f"export.light.{light}"),
        percent=view.percent,
        due=entry.due or source.say("export.no_due"),
        acknowledged=_moment(entry.acknowledged_at),
        last_report=view.words,
        last_report_at=_moment(view.reported_at),
        completed_at=_moment(view.completed_at),
        extension=_extension(source, entry.extension),
        remarks=view.reason,
    )


def _reply(source: Source, answer: Answer, view: View) -> ReplyRow:
    report = answer.report
    return ReplyRow(
        at=office_time(report.at),
        number=str(view.position),
        title=view.title,
        department=source.names[view.department],
        who=report.member_name,
        percent=report.percent,
        words=report.words,
        evidence="\n".join(answer.enclosed),
        revision=_revision(source, report),
    )


def _revision(source: Source, report: ProgressReport) -> str:
    if report.superseded_by == report.id:
        return source.say("export.revision.retracted")
    if report.superseded_by is not None:
        return source.say("export.revision.superseded")
    return source.say("export.revision.late") if report.late_note else ""


def _department_row(source: Source, entry: Entry, people: Sequence[str]) -> DepartmentRow:
    view = entry.view
    return DepartmentRow(
        number=str(view.position),
        item=view.title,
        measure=published(source.items[view.item].text, people),
        role=source.say(f"itemrole.{view.role}"),
        due=entry.due or source.say("export.no_due"),
        progress=_progress(source, view, people),
        status=source.say(f"status.{view.status}"),
    )


def _progress(source: Source, view: View, people: Sequence[str]) -> str:
    percent = source.words(text("export.percent", percent=view.percent))
    said = published(view.words, people)
    return f"{percent}\n{said}" if said else percent


def _extension(source: Source, extension: Extension | None) -> str:
    if extension is None:
        return ""
    granted = extension.status == RequestStatus.GRANTED
    return source.words(text("export.granted" if granted else "export.asked", until=extension.until))


def _moment(millis: int | None) -> datetime | None:
    return None if millis is None else office_time(millis)
