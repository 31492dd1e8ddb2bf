"""A plan in force for the flows of the coordinators' desk, and what departments do to it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.answering import say
from handlers.coordinators import reviewing
from handlers.events import Place, Sender, Talk
from handlers.turns import Turn
from reminders.policy import Policy
from storage.ledger import files, handing_out, lookup, reports, requests, views
from storage.ledger.reports import Said
from storage.records import Assignment, Plan, PlanItem
from storage.terms.ladder import Rhythm
from storage.terms.notice import Deadline
from storage.terms.statuses import AssignmentStatus, ItemRole, PlanStatus
from storage.unit import Unit
from tests.flows.stage import DAYS, Stage

DUE = date(2026, 6, 30)
MINUTE = timedelta(minutes=1)
LEAD, RESPONSIBLE, SUPPORT = ItemRole.LEAD, ItemRole.RESPONSIBLE, ItemRole.SUPPORT


async def plan(
    stage: Stage,
    items: Mapping[str, Mapping[str, ItemRole]],
    *,
    due: date = DUE,
    every: str | None = None,
    year: int = 2026,
) -> None:
    """Put a plan to work: title of each item → department and role. All are due on one day."""

    async def arrange(unit: Unit) -> None:
        made = unit.add(
            Plan(
                year=year,
                title=f"云岭市{year}年政务公开工作要点",
                standing=[],
                duties=[],
                warnings=[],
                status=PlanStatus.ACTIVE.value,
                created_at=unit.now,
                activated_at=unit.now,
                policy=Policy(digest=Rhythm.NEVER).to_json(),
            )
        )
        for position, (title, departments) in enumerate(items.items(), 1):
            item = unit.add(
                PlanItem(
                    plan_id=made.id,
                    position=position,
                    number=f"一/(一)/{position}",
                    headings=["一、重点领域"],
                    title=title,
                    text=f"{title}。",
                    clause="",
                    deadlines=[],
                )
            )
            limit = Deadline("6月底前", "recurring" if every else "date", every=every)  # type: ignore[arg-type]
            for name, role in departments.items():
                handing_out.assign(unit, item, number_of(unit, name), role, general=False, due=[(due, limit)])

    await stage.work(arrange)


def number_of(unit: Unit, department: str) -> int:
    """Return the number of a department called by its short name."""
    found = lookup.department_called(unit.directory, department)
    assert found is not None
    number: int = found.id
    return number


async def assignment(unit: Unit, position: int, department: str) -> Assignment:
    """Return an assignment by the item's number and the department's name."""
    (item,) = [each for each in unit.directory.all(PlanItem) if each.position == position]
    found = await unit.first(Assignment.filter(item_id=item.id, department_id=number_of(unit, department)))
    assert found is not None
    return found


async def submit(
    stage: Stage, position: int, department: str, words: str = "已完成", *, told: bool = False, file: str = ""
) -> None:
    """Let a department report an item as done, in its group."""

    async def work(unit: Unit) -> None:
        chat = lookup.chats_of(unit.directory, number_of(unit, department))[0]
        unit.actor = type(unit.actor)(name=f"{department}联络员", chat_id=chat.id, message="1", system=True)
        mine = await assignment(unit, position, department)
        kept: tuple[int, ...] = ()
        if file:
            stored = await files.keep(unit, name=file, mime="text/plain", content=file.encode())
            kept = (stored.id,)
        reports.take(unit, mine, Said(1, words, done=True, files=kept))
        if told:
            turn = _turn(unit, department)
            await say(turn, await reviewing.tell_review(turn, [await views.one(unit, mine)]))

    await stage.work(work)
    await stage.settle()


async def submit_all(stage: Stage, positions: list[int], department: str) -> None:
    """Let a department report several items as done at once; the coordinators are told."""

    async def work(unit: Unit) -> None:
        chat = lookup.chats_of(unit.directory, number_of(unit, department))[0]
        unit.actor = type(unit.actor)(name=f"{department}联络员", chat_id=chat.id, message="1", system=True)
        mine = [await assignment(unit, position, department) for position in positions]
        for each in mine:
            reports.take(unit, each, Said(1, "已完成", done=True))
        turn = _turn(unit, department)
        await say(turn, await reviewing.tell_review(turn, await views.views(unit, mine)))

    await stage.work(work)
    await stage.settle()


async def ask_extension(stage: Stage, position: int, department: str, until: date) -> None:
    """Let a department ask for a later day; the coordinators are told."""

    async def work(unit: Unit) -> None:
        mine = await assignment(unit, position, department)
        asked = await requests.ask_extension(unit, mine, until, "材料还在会签")
        turn = _turn(unit, department)
        await say(turn, await reviewing.tell_extension(turn, asked, await views.one(unit, mine)))

    await stage.work(work)
    await stage.settle()


async def decline(stage: Stage, position: int, department: str) -> None:
    """Let a department say that an item is not its own; the coordinators are told."""

    async def work(unit: Unit) -> None:
        mine = await assignment(unit, position, department)
        asked = await requests.decline(unit, mine, "不属我局职责")
        turn = _turn(unit, department)
        await say(turn, await reviewing.tell_transfer(turn, asked, await views.one(unit, mine)))

    await stage.work(work)
    await stage.settle()


def _turn(unit: Unit, department: str) -> Turn:
    chat = lookup.chats_of(unit.directory, number_of(unit, department))[0]
    event = Talk(event_id="-", place=Place(chat.platform, chat.external), sender=Sender(None))
    return Turn(event=event, unit=unit, chat=chat, days=DAYS)


async def status(stage: Stage, position: int, department: str) -> AssignmentStatus:
    """Return where an assignment stands."""
    found: list[AssignmentStatus] = []

    async def work(unit: Unit) -> None:
        found.append(AssignmentStatus((await assignment(unit, position, department)).status))

    await stage.work(work)
    return found[0]


async def due(stage: Stage, position: int, department: str) -> date | None:
    """Return the day an assignment is due."""
    found: list[date | None] = []

    async def work(unit: Unit) -> None:
        found.append((await views.one(unit, await assignment(unit, position, department))).due)

    await stage.work(work)
    return found[0]


async def steps(stage: Stage, verb: str) -> int:
    """Count the steps of the trail that bear a verb."""
    from storage.records import AuditRow

    found: list[int] = []

    async def work(unit: Unit) -> None:
        found.append(await unit.count(AuditRow.filter(verb=verb)))

    await stage.work(work)
    return found[0]
