"""What the README shows is what the program says: its transcript, its commands, its buttons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bot import rehearsing
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.transcript import transcript
from bot.rehearsing import COORDINATION, COORDINATOR
from bot.settings import Settings
from bot.texts.catalogue import flat
from handlers.command_words import command_words
from handlers.routing import COMMANDS
from reminders.campaigns.templates import shipped

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
REPLY = "1 已完成，发布12条 2 60%，预计11月底 3 无进展"
BEFORE = ("市市场监督管理局", "全部17个", "确认17个", "各部门", "都按年底", "确认启用", "确认，发出")


def press(room: Room, chat: str, person: str, label: str) -> None:
    """Press the newest button of these words."""
    message = next(m for m in reversed(room.messages(chat)) if label in [b.label for b in m.buttons])
    room.press(chat, person, message.id, label)


def sentences() -> Iterator[tuple[str, str]]:
    """Yield what the bot says in Chinese, with its keys."""
    for file in sorted((ROOT / "bot" / "texts" / "zh").glob("*.toml")):
        yield from flat(tomllib.loads(file.read_text("utf-8")))


async def test_its_transcript_is_what_the_first_walk_gives(tmp_path: Path) -> None:
    plan = rehearsing.prepare(None, None, tmp_path / "ledger.sqlite3", None)
    async with rehearsing.rehearsal(plan, Settings(durable=False)) as (office, room, _):

        async def settle() -> None:
            await room.heard()
            await office.quiet()

        for label in BEFORE:
            press(room, COORDINATION, COORDINATOR, label)
            await settle()
        (group,) = (chat.id for chat in room.chats() if chat.title.startswith("发改局"))
        liaison = group.replace("group-", "liaison-")
        press(room, group, liaison, "全部签收")
        await settle()
        assert REPLY in README
        room.say(group, liaison, REPLY, reply_to=room.messages(group)[0].id)
        await settle()
        press(room, COORDINATION, COORDINATOR, "通过")
        await settle()
        told = iter(transcript(room))
    shown = README.partition("```text\n")[2].partition("\n```")[0].split("\n")
    assert len(shown) == 6
    missing = [line for line in shown if line not in told]
    assert missing == [], "in this order"


def test_its_commands_are_known() -> None:
    words = set(re.findall(r"`/([^\s`]+)", README))
    assert len(words) > 20
    assert {word for word in words if command_words().get(word, word) not in COMMANDS} == set()


def test_its_buttons_bear_their_words() -> None:
    walk = README.partition("A first walk")[2].partition("```")[0]
    named = set(re.findall(r"点“([^”]+)”", README)) | set(re.findall(r"press ([^\s,:;.]+)", walk))
    labels = {words for key, words in sentences() if ".button." in key}
    assert {"全部签收", "不属本单位", "确认启用"} <= named
    assert named - labels - {shipped()["cleanup"].nil} == set()


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"tests/pictures/[\w-]+\.png", README)
    assert len(pictures) >= 2
    assert [each for each in pictures if not (ROOT / each).is_file()] == []
