"""The annual report's part of each department (年报): its paragraph, its figures, what was struck off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.arguments import argument
from handlers.replies.orders import read_year
from handlers.turns import Answers, Turn
from reminders.campaigns import prefill
from reminders.campaigns.templates import shipped
from storage.documents.kinds import DOCX
from storage.documents.report_docx import Report, Section, reports_docx
from storage.ledger import campaign_answers, campaigns, exporting, files, lookup, plans
from storage.ledger.exporting import Entry
from storage.records import Department
from storage.terms.campaigns import CampaignStatus
from storage.terms.cards import Card
from storage.terms.clock import office_day, office_time
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import Text, text

TEMPLATE = "annual"
"""The campaign by which departments settle their paragraph."""

Words = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Made:
    """The finished document, and of how many departments it is."""

    name: str
    content: bytes
    count: int


async def gather(turn: Turn) -> Callable[[], Made]:
    """Read what the reports are made of; they are written in a thread."""
    year, words = read_year(argument(turn))
    plan = plans.put_to_work(turn.unit, year)
    departments = _departments(turn, words)
    told = await _told(turn, plan.year)
    parts: list[tuple[Department, str, Sequence[Entry]]] = []
    for department in departments:
        entries = await exporting.of_department(turn.unit, plan, department)
        if entries:
            drafted = prefill.drafted(
                shipped()[TEMPLATE], plan.year, department, [entry.view for entry in entries]
            )
            parts.append((department, told.get(department.id, drafted), entries))
    if not parts:
        raise Refusal("annual.nothing", year=str(plan.year))
    say, made_at = turn.words, office_time(turn.now)

    def make() -> Made:
        reports = [_report(say, plan.year, *part, made_at) for part in parts]
        whose = parts[0][0].name if len(parts) == 1 else say(text("annual.all"))
        name = say(text("annual.file", year=str(plan.year), whose=whose))
        return Made(f"{name}.docx", reports_docx(reports, made_at), len(parts))

    return make


def _departments(turn: Turn, words: str) -> list[Department]:
    """Return whose reports are wanted: one that is named, all, or those that the chat speaks for."""
    every = lookup.departments_on(turn.directory, turn.today)
    if not turn.actor.may(Permission.OVERSEE):
        mine = [each for each in every if turn.actor.may(Permission.ANSWER, each.id)]
        if not mine:
            turn.actor.require(Permission.OVERSEE)
        return mine
    if not words:
        return every
    named = lookup.department_called(turn.directory, words)
    if named is None:
        raise Refusal("department.none", name=words, near=[])
    return [named]


async def _told(turn: Turn, year: int) -> dict[int, str]:
    """Return the paragraphs that departments worded themselves: what was only confirmed is drafted anew."""
    template = shipped()[TEMPLATE]
    found: dict[int, str] = {}
    for campaign in await campaigns.all_of(turn.unit, CampaignStatus.OPEN, CampaignStatus.CLOSED):
        if campaign.template != TEMPLATE or campaign.year != year:
            continue
        asks = {a.id: a for a in await campaigns.asks_of(turn.unit, campaign) if a.answered_at and not a.nil}
        written = await campaign_answers.worded(turn.unit, asks)
        for number, rows in (await campaigns.rows_of(turn.unit, written)).items():
            for row in rows[:1]:
                found.setdefault(asks[number].department_id, row.cells.get(template.main, ""))
    return found


async def send(turn: Turn) -> Answers:
    """``/annual``: send the document."""
    made: Made = turn.prepared
    stored = await files.keep(turn.unit, name=made.name, mime=DOCX, content=made.content)
    return Card(
        title=text("annual.title"), lines=(text("annual.made", count=made.count),), files=(stored.id,)
    )


# ---------------------------------------------------------------- the document


def _report(
    words: Words,
    year: int,
    department: Department,
    paragraph: str,
    entries: Sequence[Entry],
    made_at: datetime,
) -> Report:
    ours = [entry for entry in entries if entry.view.status is not AssignmentStatus.CANCELLED]
    done = [entry for entry in ours if entry.view.status is AssignmentStatus.DONE]
    rest = [entry for entry in ours if entry.view.status is not AssignmentStatus.DONE]
    late = [e for e in rest if e.due is not None and e.due < made_at.date()]
    suspended = [e for e in rest if e.view.status is AssignmentStatus.SUSPENDED]
    counts = (len(ours), len(done), len(rest) - len(suspended), len(suspended), len(late))
    names = ("all", "done", "open", "suspended", "late")
    sections = [
        Section(words(text("annual.heading.overview")), paragraph.splitlines()),
        Section(
            words(text("annual.heading.figures")),
            table=[
                [words(text(f"annual.figure.{name}")) for name in names],
                [str(count) for count in counts],
            ],
        ),
        Section(words(text("annual.heading.done")), _listed(words, done, "annual.done", "annual.none_done")),
        Section(words(text("annual.heading.open")), _listed(words, rest, "annual.open", "annual.none_open")),
    ]
    signature = (department.name, words(text("annual.day", day=made_at.date())))
    title = words(text("annual.report", department=department.name, year=str(year)))
    return Report(title, "", sections, signature)


def _listed(words: Words, entries: Sequence[Entry], key: str, none: str) -> list[str]:
    if not entries:
        return [words(text(none))]
    return [words(_line(number, entry, key)) for number, entry in enumerate(entries, 1)]


def _line(number: int, entry: Entry, key: str) -> Text:
    view = entry.view
    day = office_day(view.completed_at) if view.completed_at else view.handed_out
    return text(key, number=number, title=view.title, day=day, percent=view.percent)
