"""Whatever anybody types or presses, wherever: an answer or silence, never a fault, nothing by strangers."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence

import pytest

from bot.platforms.port import ShownFile
from handlers.command_words import command_words
from handlers.routing import COMMANDS
from storage.ledger import trail
from storage.records import InboxRow
from storage.terms.statuses import InboxStatus
from storage.unit import Unit
from tests.flows import departments
from tests.flows.stage import COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison

OFFICIALS = ("发改局", "财政局", "教育局")
ARGUMENTS = (
    "",
    "0",
    "-1",
    "１",
    "٣",
    "999999999999999999999",
    "3" * 5000,
    "1-99999999999",
    "3 发改局 9999-99-99",
    "3 发改局 0001-01-01",
    "3 发改局 9999-12-31",
    "1 发改局 6月31日",
    "；；",
    ";",
    "，、。",
    "局" * 4000,
    "🙈🏳️‍🌈",
    "\u202e\u0627\u0644\u0639\u0631\u0628\u064a\u0629\u202c",
    "\x00\x07\x1b[31m",
    "{item} {0} %s %(x)s",
    "'; drop table plan; --",
    "<script>alert(1)</script>",
    "\n\n\n",
    "1\n" * 2000,
    "发改局 市发改局",
    "2026",
    "9999",
    "2026 1 发改局 财政局",
    "联络员 发改局",
    "统筹 统筹",
    "1 原因",
    "1 财政局",
    "+发改局",
    "1 7月15日 等上级文件",
    "1 发改局 7月15日 " + "因" * 3000,
    "²",
    "½",
    "⑴",
    "一百二十三",
    "1e9",
    "NaN",
)
"""What people type behind a command, or in reply."""

EVERYWHERE = (COORDINATION, *OFFICIALS)
REPLIES = ("1 已完成 2 60%", "都完成了", "其余正常推进", "收到", "同意", "不同意 材料不全", "通过", "12月1日")
WORDS = (*ARGUMENTS, *REPLIES)
FILES = ("a.txt", "../../b.xlsx", "<i>.csv", ".toml")
POST = {"inbox", "outbox", "message_ref", "chat", "sqlite_sequence"}
"""What may change when somebody without any right speaks: that was said, where, and the answers."""


async def _city(stage: Stage) -> list[tuple[str, str]]:
    """Put a plan to work; return who may speak where: everybody of every hat in every kind of chat."""
    await stage.departments(OFFICIALS)
    given = {
        "发改局": departments.THREE,
        "财政局": (*departments.THREE[:2], *departments.GENERAL),
        "教育局": departments.GENERAL[:4],
    }
    await departments.hand_out(stage, given)
    await _departments_answer(stage)
    hats = {COORDINATOR: "coordinator", LEADER: "leader", STRANGER: "stranger"} | {
        liaison(name): "liaison" for name in OFFICIALS
    }
    for account, hat in hats.items():
        name = stage.room.person(account).name
        stage.room.ensure_person(account, name, hat, EVERYWHERE)  # type: ignore[arg-type]
    return [(chat, account) for account in hats for chat in (*EVERYWHERE, f"private:{account}")]


async def _departments_answer(stage: Stage) -> None:
    """Let there be something of each kind to press: reviews, extensions, transfers, questions."""
    card = next(each for each in stage.messages("发改局") if each.buttons)
    await stage.say("发改局", liaison("发改局"), "1 已完成 2 60%或70%", reply_to=card)
    await stage.say("发改局", liaison("发改局"), "/extend 2 7月15日 等上级文件")
    await stage.say("财政局", liaison("财政局"), "/decline 2 职责已划转")
    await stage.say(COORDINATION, COORDINATOR, "/review")
    await stage.say(COORDINATION, COORDINATOR, "/items")
    await stage.say(COORDINATION, COORDINATOR, "/members")


async def _throw(stage: Stage, dice: random.Random, places: Sequence[tuple[str, str]], times: int) -> None:
    """Let people do whatever comes to their fingers; pages left open press what stands there no more."""
    known: set[str] = set()
    names = sorted({*COMMANDS, *command_words(), "nonsense"})
    for count in range(times):
        chat, account = dice.choice(places)
        seen = stage.room.messages(chat)
        known |= {button.token for message in seen for button in message.buttons}
        words = dice.choice(WORDS)
        match dice.randrange(6):
            case 0 | 1:
                reply = dice.choice(seen).id if seen and dice.random() < 0.2 else None
                stage.room.say(chat, account, f"/{dice.choice(names)} {words}", reply_to=reply)
            case 2 if seen and words.strip():
                stage.room.say(chat, account, words, reply_to=dice.choice(seen).id)
            case 3 if seen and words.strip():
                mine = [each for each in seen if each.author == account]
                if mine:
                    stage.room.edit(chat, account, dice.choice(mine).id, words)
            case 4:
                file = ShownFile(dice.choice(FILES), "", words.encode())
                stage.room.say(chat, account, dice.choice(("", "/import", "/register", words)), [file])
            case _ if seen and known:
                token = dice.choice(sorted(known))
                stage.room.press(chat, account, dice.choice(seen).id, token, stale=True)
            case _:
                pass
        if count % 20 == 0:
            await stage.settle()
    await stage.settle()


async def _dump(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables but those of the post."""
    with sqlite3.connect(f"file:{stage.database_path}?mode=ro", uri=True) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: list(db.execute(f"SELECT * FROM {name}")) for name in names if name not in POST}


async def _failed(stage: Stage) -> list[str]:
    found: list[str] = []

    async def work(unit: Unit) -> None:
        rows = await unit.all(InboxRow.filter(status=InboxStatus.FAILED))
        found.extend(f"{row.error}: {row.payload}" for row in rows)

    await stage.work(work)
    return found


async def _outbox(stage: Stage) -> list[str]:
    with sqlite3.connect(f"file:{stage.database_path}?mode=ro", uri=True) as db:
        return [status for (status,) in db.execute("SELECT status FROM outbox")]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_people_do_the_bot_stays_on_its_feet(stage: Stage, seed: int) -> None:
    places = await _city(stage)
    await _throw(stage, random.Random(seed), places, 250)
    assert await _failed(stage) == []
    assert stage.office is not None
    assert (await trail.verify(stage.office.database)).broken is None
    undelivered = [row for row in await _outbox(stage) if row not in ("sent", "parked")]
    assert undelivered == []


async def test_strangers_change_nothing(stage: Stage) -> None:
    places = [place for place in await _city(stage) if place[1] == STRANGER]
    before = await _dump(stage)
    await _throw(stage, random.Random(7), places, 300)
    assert await _failed(stage) == []
    assert await _dump(stage) == before
