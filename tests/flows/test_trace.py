"""An item's history in words, and the chain that proves it."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bot.cli import main
from storage.terms.statuses import Move
from tests.flows import desk
from tests.flows.desk import LEAD, SUPPORT
from tests.flows.stage import CATALOGUE, COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison

STORAGE = Path(__file__).parents[2] / "storage"
CHANGES = (Move.SUSPEND, Move.RESUME, Move.CANCEL, Move.REOPEN)


async def _story(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局", "教育局"])
    await desk.plan(stage, {"发布权责清单": {"发改局": LEAD, "财政局": SUPPORT}})
    await desk.ask_extension(stage, 1, "发改局", date(2026, 7, 20))
    await stage.press(COORDINATION, COORDINATOR, "同意")
    await desk.submit(stage, 1, "发改局", "清单已上网", told=True)
    await stage.press(COORDINATION, COORDINATOR, "退回")
    await stage.say(COORDINATION, COORDINATOR, "缺少盖章件", reply_to=stage.last(COORDINATION))
    await stage.say(COORDINATION, COORDINATOR, "/move 1 财政局 教育局 职责调整")


async def test_the_history_reads_from_first_to_last(stage: Stage) -> None:
    await _story(stage)
    await stage.say(COORDINATION, LEADER, "/沿革 第1项")
    card = stage.last(COORDINATION)
    assert card.title == "第1项“发布权责清单”　沿革"
    lines = card.text.splitlines()
    assert lines[0] == "3月2日 09:00 taizhang：交办发改局（牵头），时限：6月30日"
    assert "3月2日 09:00 王静：同意发改局延到7月20日" in lines
    assert "3月2日 09:00 王静：发改局的时限由6月30日改为7月20日。原因：材料还在会签" in lines
    assert "3月2日 09:00 发改局联络员：发改局报进展100%：清单已上网" in lines
    assert "3月2日 09:00 王静：退回发改局，新时限：无。原因：缺少盖章件" in lines
    assert lines[-1] == "3月2日 09:00 王静：交办教育局（配合），时限：6月30日"


async def test_a_long_history_comes_in_pages(stage: Stage) -> None:
    await stage.departments(["发改局"])
    await desk.plan(stage, {"事项": {"发改局": LEAD}})
    for day in range(1, 16):
        await stage.say(COORDINATION, COORDINATOR, f"/due 1 发改局 8月{day}日")
    await stage.say(COORDINATION, COORDINATOR, "/audit 1")
    assert "8月15日" in stage.last(COORDINATION).text.splitlines()[-1]
    await stage.press(COORDINATION, COORDINATOR, "更早")
    assert "交办发改局" in stage.last(COORDINATION).text.splitlines()[0]
    assert len(stage.last(COORDINATION).text.splitlines()) == 4
    await stage.press(COORDINATION, COORDINATOR, "回到最新")
    assert "8月15日" in stage.last(COORDINATION).text.splitlines()[-1]


async def test_others_and_wrong_numbers(stage: Stage) -> None:
    await _story(stage)
    await stage.say(COORDINATION, STRANGER, "/audit 1")
    assert "统筹人员" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/audit 1")
    assert "统筹人员" in stage.last("发改局").text
    await stage.say(COORDINATION, COORDINATOR, "/audit 权责清单")
    assert "/audit 3" in stage.last(COORDINATION).text


async def test_verify_names_the_first_broken_link(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    await _story(stage)
    verify = ["audit", "verify", "--database", str(stage.database_path)]
    assert await asyncio.to_thread(main, verify) == 0
    assert "留痕完整" in capsys.readouterr().out
    with closing(sqlite3.connect(stage.database_path)) as connection:
        wanted = connection.execute("SELECT id FROM audit WHERE verb = 'assignment.return'").fetchone()[0]
        connection.execute("UPDATE audit SET who = '别人' WHERE id = ?", (wanted,))
        connection.commit()
    assert await asyncio.to_thread(main, verify) == 1
    assert f"第 {wanted} 条断开" in capsys.readouterr().out


def _verbs() -> Iterator[str]:
    for file in STORAGE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        named = dict(_named(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_note(node.func):
                for argument in node.args[:2]:
                    yield from _constants(argument)
                    if isinstance(argument, ast.Name) and argument.id in named:
                        yield named[argument.id]


def _named(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the words that a module gives a name."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                        yield name.id, str(value.value)


def _is_note(function: ast.expr) -> bool:
    return "note" in (getattr(function, "attr", ""), getattr(function, "id", ""))


def _constants(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(verb)):
            yield verb
        case ast.IfExp(body=body, orelse=other):
            yield from _constants(body)
            yield from _constants(other)
        case ast.JoinedStr(values=[ast.Constant(value=str(stem)), ast.FormattedValue()]):
            yield from (f"{stem}{move}" for move in CHANGES)


def test_every_step_of_the_trail_has_words() -> None:
    verbs = set(_verbs())
    assert {"assignment.suspend", "extension.refuse", "report.take", "chat.left", "clock.extend"} <= verbs
    assert [verb for verb in sorted(verbs) if not CATALOGUE.has(f"trail.{verb}")] == []
