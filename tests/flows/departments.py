"""Departments with a plan handed out to them, and what the ledger holds of their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.answering import say
from handlers.departments import todo
from handlers.events import Place, Sender, Talk
from handlers.turns import Turn
from reminders.policy import Policy
from storage.ledger import assignments, handing_out, lookup, views
from storage.records import Assignment, AuditRow, Chat, Evidence, Plan, PlanItem, ProgressReport, StoredFile
from storage.terms.ladder import Rhythm
from storage.terms.notice import Deadline
from storage.terms.statuses import ItemRole, PlanStatus
from storage.unit import Unit
from tests.flows.stage import COORDINATION, DAYS, Stage

JUNE, CLOSE = date(2026, 6, 30), date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Given:
    """An item and what it is to a department."""

    title: str
    role: ItemRole = ItemRole.RESPONSIBLE
    due: date | None = CLOSE
    general: bool = False
    every: str | None = None
    text: str = ""


THREE = (
    Given("做好规划信息公开", ItemRole.LEAD, JUNE, text="及时公开国民经济和社会发展规划。"),
    Given("推进重大项目信息公开", due=JUNE),
    Given("加大惠企政策公开力度", ItemRole.SUPPORT),
)

GENERAL = tuple(
    Given(title, general=True, due=due, role=role)
    for title, due, role in (
        ("深化财政资金信息公开", CLOSE, ItemRole.RESPONSIBLE),
        ("规范医疗卫生信息公开", CLOSE, ItemRole.RESPONSIBLE),
        ("坚持同步解读", CLOSE, ItemRole.RESPONSIBLE),
        ("讲清政策要点", CLOSE, ItemRole.RESPONSIBLE),
        ("跟踪政策执行", CLOSE, ItemRole.RESPONSIBLE),
        ("办好政策咨询", CLOSE, ItemRole.RESPONSIBLE),
        ("严格审查把关", None, ItemRole.RESPONSIBLE),
        ("规范依申请公开", CLOSE, ItemRole.RESPONSIBLE),
        ("管好政府网站和政务新媒体", JUNE, ItemRole.RESPONSIBLE),
        ("用好新闻媒体渠道", CLOSE, ItemRole.SUPPORT),
        ("推动公开专区提档升级", CLOSE, ItemRole.RESPONSIBLE),
        ("开展政府开放活动", date(2026, 9, 30), ItemRole.RESPONSIBLE),
        ("加强组织领导", CLOSE, ItemRole.RESPONSIBLE),
        ("加强业务培训", CLOSE, ItemRole.RESPONSIBLE),
        ("加强监测评估", date(2026, 10, 31), ItemRole.RESPONSIBLE),
        ("加强考核问责", CLOSE, ItemRole.RESPONSIBLE),
        ("完善基层政务公开标准化规范化目录体系建设", CLOSE, ItemRole.RESPONSIBLE),
        ("清理网络工作群", CLOSE, ItemRole.RESPONSIBLE),
    )
)


async def hand_out(
    stage: Stage, given: Mapping[str, Sequence[Given]], year: int = 2026, *, campaigns: bool = False
) -> None:
    """Put a plan to work and say the cards; the same title is the same item.

    Its year's campaigns are asked only where a test is about them.
    """

    async def arrange(unit: Unit) -> None:
        plan = unit.add(
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
                next_event_at=0 if campaigns else None,
            )
        )
        items: dict[str, PlanItem] = {}
        for each in (each for owed in given.values() for each in owed):
            if each.title not in items:
                items[each.title] = unit.add(
                    PlanItem(
                        plan_id=plan.id,
                        position=len(items) + 1,
                        number=f"一/(一)/{len(items) + 1}",
                        headings=["一、重点领域"],
                        title=each.title,
                        text=each.text or f"{each.title}。",
                        clause="",
                        deadlines=[],
                    )
                )
        numbers = {name: _number(unit, name) for name in given}
        for name, owed in given.items():
            for each in owed:
                limit = Deadline("限期", "recurring" if each.every else "date", every=each.every)  # type: ignore[arg-type]
                handing_out.assign(
                    unit,
                    items[each.title],
                    numbers[name],
                    each.role,
                    general=each.general,
                    due=[(each.due, limit)] if each.due else [],
                )
        turn = _desk(unit)
        await say(turn, await todo.handing_out_cards(turn, numbers.values()))

    await stage.work(arrange)
    await stage.settle()


def _number(unit: Unit, department: str) -> int:
    found = lookup.department_called(unit.directory, department)
    assert found is not None
    number: int = found.id
    return number


def _desk(unit: Unit) -> Turn:
    (chat,) = (c for c in unit.directory.all(Chat) if c.external == COORDINATION)
    event = Talk(event_id="-", place=Place(chat.platform, chat.external), sender=Sender(None))
    return Turn(event=event, unit=unit, chat=chat, days=DAYS)


async def assignment(unit: Unit, department: str, title: str) -> Assignment:
    """Return an assignment by its department and the item's title."""
    (item,) = [each for each in unit.directory.all(PlanItem) if each.title == title]
    found = await unit.first(Assignment.filter(item_id=item.id, department_id=_number(unit, department)))
    assert found is not None
    return found


async def approve(stage: Stage, department: str, *titles: str) -> None:
    """Let the coordinators agree that items are done."""

    async def work(unit: Unit) -> None:
        mine = [await assignment(unit, department, title) for title in titles]
        assert len(await assignments.approve(unit, mine)) == len(mine)

    await stage.work(work)


async def cancel(stage: Stage, department: str, *titles: str) -> None:
    """Let the coordinators take items from a department."""

    async def work(unit: Unit) -> None:
        mine = [await assignment(unit, department, title) for title in titles]
        await assignments.cancel(unit, mine, "改由别的单位办理")

    await stage.work(work)


async def ledger(stage: Stage, department: str) -> dict[str, str]:
    """Return how each of a department's items stands: status, percent, words, expected day."""
    found: dict[str, str] = {}

    async def work(unit: Unit) -> None:
        owed = await unit.all(Assignment.filter(department_id=_number(unit, department)))
        for view in await views.views(unit, owed):
            expected = view.expected.isoformat() if view.expected else ""
            facts = (view.status.value, f"{view.percent}%", view.words, expected)
            found[view.title] = " ".join(fact for fact in facts if fact)

    await stage.work(work)
    return found


async def standing(stage: Stage) -> list[tuple[int, str, bool]]:
    """Return the standing reports: number, words, whether each is only a note."""
    found: list[tuple[int, str, bool]] = []

    async def work(unit: Unit) -> None:
        query = ProgressReport.filter(superseded_by=None).order_by("number", "id")
        found.extend((each.number, each.words, each.late_note) for each in await unit.all(query))

    await stage.work(work)
    return found


async def evidence(stage: Stage) -> list[tuple[int, str]]:
    """Return what came with the standing reports: the number, and a file's name or a link."""
    found: list[tuple[int, str]] = []

    async def work(unit: Unit) -> None:
        for each in await unit.all(Evidence.all().order_by("id")):
            report = await unit.get(ProgressReport, each.report_id)
            if report.superseded_by is None:
                name = each.url if each.file_id is None else (await unit.get(StoredFile, each.file_id)).name
                found.append((report.number, name))

    await stage.work(work)
    return sorted(found)


async def steps(stage: Stage) -> int:
    """Count the steps of the trail: an unchanged ledger has none more."""
    found: list[int] = []

    async def work(unit: Unit) -> None:
        found.append(await unit.count(AuditRow.all()))

    await stage.work(work)
    return found[0]
