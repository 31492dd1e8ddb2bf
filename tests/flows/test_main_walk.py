"""The main job, from one end to the other: a notice goes in, departments answer, the ledger stands.

It is walked on our own notice, and on a real one where this machine has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot import cli
from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message
from bot.sample import sample_notice
from handlers.notices import read_notice
from handlers.notices.titles import short_title
from reminders.workdays import MORNING
from storage.terms.clock import OFFICE_ZONE
from storage.terms.notice import Notice
from storage.terms.register import DepartmentKind
from tests.flows.notices import CITY as YUNLING
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, liaison
from tests.golden.notices.real import real_notices

REPORT = "1 已完成，发布12条，联系人13812345678 2 60%，预计11月底 3 无进展"
LINK = "https://www.example.gov.cn/zwgk/1.html"
FORMULA = "=SUM(1,2).txt"
CORRECTED = "1 已完成，发布15条，联系人13812345678 2 70%，预计11月底 3 正在核实，职责已划转"


@dataclass(frozen=True)
class City:
    """An office with its notice. ``answers`` say how its doubts are settled: a question's words, what is
    replied to it, and the buttons that are pressed.

    The department that is followed reports on the first three items of its card; the third of them is none of
    its own and goes to the ``receiver``; for the item that is ``later`` in the notice it wants more time.
    """

    name: str
    notice: Path | None
    departments: dict[DepartmentKind, str]
    answers: Sequence[tuple[str, str, Sequence[str]]]
    follows: str
    receiver: str
    later: int

    @property
    def content(self) -> bytes:
        """The notice as it is sent."""
        return sample_notice() if self.notice is None else self.notice.read_bytes()

    @cached_property
    def read(self) -> Notice:
        """The notice as it is read."""
        return read_notice(self.content).notice

    @property
    def begins(self) -> datetime:
        """The morning on which the notice is brought."""
        assert self.read.issued_on is not None
        return datetime.combine(self.read.issued_on, MORNING, OFFICE_ZONE)

    @property
    def titles(self) -> list[str]:
        """The titles of the items in turn."""
        return [item.title for item in self.read.items]

    @property
    def groups(self) -> list[str]:
        """The departments with a group."""
        return [name for names in self.departments.values() for name in names.split()]


OURS = City(
    name="sample",
    notice=None,
    departments=YUNLING,
    answers=(
        ("名录里没有“市场监督局”", "", ["市市场监管局"]),
        ("“各有关部门”指哪些单位", "教育局、卫健局", ["确认2个"]),
        ("没有写明责任单位，由谁办", "融媒体中心牵头，各部门落实", []),
        ("没有写时限", "", ["都按年底"]),
    ),
    follows="发改局",
    receiver="审批局",
    later=21,
)
REAL = [
    City(
        name="real",
        notice=path,
        departments={
            DepartmentKind.BUREAU: "发改局 财政局 人社局 司法局 卫生健康局 政府办 工信局 文旅广局 市场监管局",
            DepartmentKind.TOWNSHIP: "青石镇",
        },
        answers=(
            ("名录里没有“商投局”", "", ["外部单位"]),
            ("名录里没有“审批服务管理局”", "", ["新增单位", "部门"]),
            ("“各有关部门”指哪些单位", "发改局、财政局", ["确认2个"]),
            ("“各有关部门”指哪些单位", "", ["全部11个", "确认11个"]),
            ("没有写时限", "", ["都按年底"]),
        ),
        follows="发改局",
        receiver="人社局",
        later=18,
    )
    for path in real_notices()
]


class Seat:
    """Somebody's place in a group."""

    def __init__(self, stage: Stage, chat: str, account: str) -> None:
        self.stage = stage
        self.chat = chat
        self.account = account

    @property
    def last(self) -> Message:
        """The newest message of the bot."""
        return self.stage.last(self.chat)

    @property
    def reads(self) -> str:
        """The newest message of the bot, in words."""
        return f"{self.last.title}\n{self.last.text}"

    async def says(self, words: str, *, to: Message | None = None, files: Sequence[ShownFile] = ()) -> str:
        """Say something, in reply to a card where one is given."""
        return await self.stage.say(self.chat, self.account, words, reply_to=to, files=files)

    async def presses(self, *labels: str) -> None:
        """Press one button after the other."""
        for label in labels:
            await self.stage.press(self.chat, self.account, label)

    async def edits(self, message: str, words: str) -> None:
        """Let an earlier message read otherwise."""
        await self.stage.edit(self.chat, self.account, message, words)


class Walk:
    """The job as it is done, step by step; each step begins where the one before it ended."""

    def __init__(self, stage: Stage, city: City) -> None:
        self.stage = stage
        self.city = city
        self.title = short_title(city.read.title)
        self.office = Seat(stage, COORDINATION, COORDINATOR)
        self.theirs = Seat(stage, city.follows, liaison(city.follows))

    async def bring_the_notice(self) -> None:
        """Bring the notice, settle its doubts (建账)."""
        stage, city, office = self.stage, self.city, self.office
        await office.says("/导入", files=[ShownFile(f"{self.title}.txt", "text/plain", city.content)])
        summary = stage.messages(COORDINATION)[0]
        assert summary.title == f"已读出：{self.title}"
        assert f"{city.read.year}年度，要点{len(city.titles)}项" in summary.text
        assert "没有遗漏" in summary.text
        assert f"还有{len(city.answers)}个问题要请您定" in summary.text
        for question, answer, buttons in city.answers:
            assert question in office.reads
            if answer:
                await office.says(answer, to=office.last)
            await stage.restart()
            await office.presses(*buttons)
        assert "✅ 问题都答完了" in office.reads

    async def hand_out(self) -> None:
        """Hand out (交办), and let each group confirm (签收)."""
        stage, city, office = self.stage, self.city, self.office
        before = len(stage.messages(COORDINATION))
        await office.presses("确认启用")
        assert len(stage.messages(COORDINATION)) == before, "it takes the place of the questions"
        assert f"启用“{self.title}”？\n{len(city.titles)}项要点" in office.reads
        assert not any(stage.messages(group) for group in city.groups)
        await office.presses("确认，发出")
        assert "已启用" in office.reads
        assert len(city.groups) >= 10
        for group in city.groups[:10]:
            (card,) = stage.messages(group)
            assert card.title.startswith(f"{group}：{city.read.year}年政务公开交办")
            await Seat(stage, group, liaison(group)).presses("全部签收")
            assert "已签收" in (stage.toast(liaison(group)) or "")
            assert "已全部签收" in stage.messages(group)[0].text
        self.card = stage.messages(city.follows)[0]
        self.first, self.second, self.third = (titled(self.card, number) for number in (1, 2, 3))

    async def report(self) -> None:
        """Report on three items in one reply (进展), and correct it (更正)."""
        theirs = self.theirs
        said = await theirs.says(REPORT, to=self.card)
        assert self.stage.answers(theirs.last, said)
        assert theirs.last.text == "已记：1 办结（待审核）；2 60%，预计11月30日；3 无进展"
        await theirs.edits(said, CORRECTED)
        assert theirs.last.text == "已记：1 办结（待审核）；2 70%，预计11月30日；3 正在核实，职责已划转"
        assert len(self.stage.messages(theirs.chat)) == 2, "the line is corrected in its place"

    async def return_it(self) -> None:
        """Send the submission back (退回), with a reason and a day."""
        stage, office = self.stage, self.office
        assert f"“{self.first}”" in office.reads
        await office.says("/审核")
        assert office.last.title == f"{self.city.follows}申请办结"
        assert "发布15条" in office.reads
        await office.presses("退回")
        asked = office.last
        await stage.kill()
        await stage.open()
        await office.says("缺少佐证材料，11月20日前", to=asked)
        assert "↩️ 已退回" in office.reads
        assert f"“{self.first}”退回，时限改为11月20日到期。原因：缺少佐证材料" in self.theirs.reads

    async def approve_it(self) -> None:
        """Report again, with evidence; approve (通过)."""
        theirs, office, number = self.theirs, self.office, self.city.titles.index(self.first) + 1
        file = ShownFile(FORMULA, "text/plain", b"12")
        await theirs.says(f"1 已完成 {LINK}", to=self.card, files=[file])
        assert theirs.last.text == "已记：1 办结（待审核），附材料2份"
        assert LINK in office.reads
        await office.presses("通过")
        assert self.stage.toast(COORDINATOR) == f"✅ 已通过1项：{self.city.follows}第{number}项"
        assert f"“{self.first}”已同意办结，销号。" in theirs.reads

    async def extend(self) -> None:
        """Ask for more time (延期), and get it."""
        theirs, office = self.theirs, self.office
        self.late = self.city.titles[self.city.later - 1]
        await theirs.says(f"/延期 {numbered(self.card, self.late)} 10月20日 场馆正在改造")
        assert "延到10月20日，原因：场馆正在改造。" in theirs.reads
        assert office.last.title == f"{self.city.follows}申请延期"
        await self.stage.restart()
        await office.presses("同意")
        assert f"“{self.late}”的延期已同意，新时限10月20日。" in theirs.reads

    async def reassign(self) -> None:
        """Say that an item is not ours (转办); it goes to somebody else."""
        theirs, office, receiver = self.theirs, self.office, self.city.receiver
        await theirs.presses("不属本单位", "第3项")
        assert f"不属本单位：3. {self.third}" in theirs.reads
        await theirs.says("机构改革后职责已划转", to=theirs.last)
        assert "已转告统筹人员：3 不属本单位" in theirs.reads
        assert office.last.title == f"{self.city.follows}反映不属本单位职责"
        await office.presses("改派")
        await office.says(receiver, to=office.last)
        assert f"“{self.third}”已由{self.city.follows}改派给{receiver}。" in office.reads
        assert f"“{self.third}”已改派给{receiver}，贵单位不用再办。" in theirs.reads
        assert self.third in self.stage.last(receiver).text

    async def look_at_the_progress(self) -> None:
        """See where the plan stands (进度)."""
        await self.office.says("/status")
        progress = self.office.last
        assert progress.title.startswith(f"{self.title}　进度（")
        assert progress.lines[0] == f"要点{len(self.city.titles)}项，已办结0项（0%）"
        assert "已办结1" in progress.lines[1]
        assert self.city.follows in progress.text

    async def read_the_ledger(self) -> None:
        """Export the ledger (台账), and read it back."""
        await self.stage.restart()
        await self.office.says("/台账")
        items, replies = workbook(self.stage, self.office.last)
        assert (items.title, replies.title) == ("事项", "答复")
        assert items["A1"].value == f"{self.title}工作台账"
        self._read_items(items)
        self._read_replies(replies)
        every_cell = [cell for sheet in (items, replies) for line in sheet.iter_rows() for cell in line]
        assert [cell.coordinate for cell in every_cell if cell.data_type == "f"] == []
        assert [cell.coordinate for cell in every_cell if "13812345678" in str(cell.value)] == []

    def _read_items(self, sheet: Worksheet) -> None:
        year, read = self.city.read.year, self.city.read
        theirs = {row["要点"]: row for row in rows(sheet, self.city.follows)}
        for title, row in theirs.items():
            assert self.city.titles[int(str(row["序号"])) - 1] == title
        extended = f"已同意延到{year}年10月20日"
        for title, values in {
            self.first: ("已办结", f"{year}-11-20", 1, "已完成", None),
            self.second: ("办理中", due_of(read, self.second), 0.7, "70%，预计11月底", None),
            self.third: ("撤销", due_of(read, self.third), 0, "正在核实，职责已划转", None),
            self.late: ("办理中", f"{year}-10-20", 0, None, extended),
        }.items():
            row = theirs[title]
            found = (row["状态"], str(row["时限"])[:10], row["进度"], row["最近进展"], row["延期"])
            assert found == values
        (given,) = (row for row in rows(sheet, self.city.receiver) if row["要点"] == self.third)
        assert given["状态"] == "待签收"

    def _read_replies(self, sheet: Worksheet) -> None:
        found = rows(sheet, self.city.follows)
        assert [(row["要点"], row["内容"], row["说明"]) for row in found] == [
            (self.first, "已完成，发布12条，联系人138****5678", "已被更正"),
            (self.second, "60%，预计11月底", "已被更正"),
            (self.third, "无进展", "已被更正"),
            (self.first, "已完成，发布15条，联系人138****5678", None),
            (self.second, "70%，预计11月底", None),
            (self.third, "正在核实，职责已划转", None),
            (self.first, "已完成", None),
        ]
        assert found[-1]["材料"] == f"'{FORMULA}\n{LINK}"


async def walk(stage: Stage, city: City) -> None:
    """Do the whole job."""
    for kind, names in city.departments.items():
        await stage.departments(names.split(), kind)
    walk = Walk(stage, city)
    await walk.bring_the_notice()
    await walk.hand_out()
    await walk.report()
    await walk.return_it()
    await walk.approve_it()
    await walk.extend()
    await walk.reassign()
    await walk.look_at_the_progress()
    await walk.read_the_ledger()


@pytest.mark.parametrize("city", [OURS, *REAL], ids=lambda city: city.name)
async def test_a_notice_goes_in_and_the_ledger_stands(
    city: City, tmp_path: Path, empty_ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Stage(tmp_path, template=empty_ledger, start=city.begins) as stage:
        await walk(stage, city)
        verify = ["audit", "verify", "--database", str(stage.database_path)]
        assert await asyncio.to_thread(cli.main, verify) == 0
        assert "留痕完整" in capsys.readouterr().out


def due_of(notice: Notice, title: str) -> str:
    """Return the day on which an item falls due: the year's close where the notice names none."""
    (item,) = (each for each in notice.items if each.title == title)
    due = next((limit.due for limit in item.deadlines if limit.due), date(notice.year or 0, 12, 31))
    return due.isoformat()


def titled(card: Message, number: int) -> str:
    """Return the title that stands behind a number of a card."""
    (line,) = (line for line in card.text.split("\n") if line.startswith(f"{number}. "))
    return line.removeprefix(f"{number}. ").partition("（")[0]


def numbered(card: Message, title: str) -> int:
    """Return the number of an item on a card."""
    (line,) = (line for line in card.text.split("\n") if f". {title}" in line)
    return int(line.partition(".")[0])


def workbook(stage: Stage, message: Message) -> tuple[Worksheet, Worksheet]:
    """Read the two sheets of a workbook that was sent."""
    (file,) = message.files
    assert file.name.endswith(".xlsx")
    items, replies = load_workbook(BytesIO(stage.content(file.id))).worksheets
    return items, replies


def rows(sheet: Worksheet, department: str) -> list[dict[str, object]]:
    """Return a department's rows of a sheet, by the headings."""
    lines = [list(line) for line in sheet.values]
    (top,) = (at for at, line in enumerate(lines) if "单位" in line)
    headings = [str(heading) for heading in lines[top]]
    named: list[dict[str, object]] = [dict(zip(headings, line, strict=True)) for line in lines[top + 1 :]]
    return [line for line in named if line["单位"] == f"市{department}"]
