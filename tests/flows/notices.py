"""The sample city on a stage: its notice, and its departments, each with a group of its own."""

from __future__ import annotations

from bot.platforms.rehearsal.world import Message
from bot.sample import sample_notice
from storage.terms.register import DepartmentKind
from tests.flows.stage import COORDINATION, COORDINATOR, Stage, notice_file

SAMPLE = sample_notice().decode()
TITLE = "云岭市2026年政务公开工作要点"

CITY = {
    DepartmentKind.BUREAU: (
        "政府办 发改局 教育局 司法局 财政局 人社局 生态环境局 住建局 农业农村局 文旅局 卫健局 应急局"
        " 市场监管局 审批局"
    ),
    DepartmentKind.INSTITUTION: "大数据中心 融媒体中心",
    DepartmentKind.TOWNSHIP: "青石镇 白鹭乡",
    DepartmentKind.SUBDISTRICT: "东湖街道",
    DepartmentKind.EXTERNAL: "税务局",
}

SMALL = """云岭市2026年政务公开工作要点

2026年3月2日

一、重点领域
1.公开财政资金。公开财政资金使用情况。（财政局牵头，发改局配合，6月底前完成）
2.公开重大项目。逐项公开重大项目审批结果。（发改局负责落实）
3.开展政策解读。政策文件同步解读。（各部门负责落实）
"""
"""A notice that leaves one doubt: two items without a time limit."""


async def settle_in(stage: Stage) -> None:
    """Let the sample city's departments be known, each with its group."""
    for kind, names in CITY.items():
        await stage.departments(names.split(), kind)


async def bring(
    stage: Stage, written: str = SAMPLE, *, name: str = "notice.txt", words: str = "/import"
) -> None:
    """Send a notice to the coordination group."""
    await stage.say(COORDINATION, COORDINATOR, words, files=[notice_file(name, written)])


async def press(stage: Stage, label: str, *, on: Message | None = None) -> None:
    """Press a button as the coordinator."""
    await stage.press(COORDINATION, COORDINATOR, label, on=on)


async def reply(stage: Stage, words: str, *, to: Message | None = None) -> None:
    """Reply to a message of the coordination group, the newest one, as the coordinator."""
    await stage.say(COORDINATION, COORDINATOR, words, reply_to=to or stage.last(COORDINATION))


async def put_to_work(stage: Stage) -> None:
    """Bring the small notice with its departments and hand it out."""
    await stage.departments(["发改局", "财政局", "教育局"])
    await bring(stage, SMALL)
    await press(stage, "都按年底")
    await press(stage, "确认启用")
    await press(stage, "确认，发出")


def labels(message: Message) -> list[str]:
    """Return the words on a message's buttons."""
    return [button.label for button in message.buttons]
