"""What comes in is stored once, masked, before it is acknowledged; marked secrets are not stored at all."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from bot.platforms.port import ShownFile
from bot.platforms.unreadable import LONGEST, unreadable
from handlers import events_json
from handlers.events import AnyEvent, Command, Place, Sender
from handlers.turns import Answers, Received, Turn
from storage.actors import SYSTEM
from storage.database import Database
from storage.ledger import inbox
from storage.records import InboxRow
from storage.unit import Unit
from tests.flows.improvised import Improvised, answering, card, echo
from tests.flows.stage import COORDINATION, COORDINATOR, PLATFORM

SECRET = "密级：秘密\n甲乙丙丁"


def command(event: str, name: str = "echo", argument: str = "您好") -> Command:
    return Command(
        event_id=event,
        place=Place(PLATFORM, COORDINATION, "group", "政务公开统筹群"),
        sender=Sender(COORDINATOR, "王静"),
        name=name,
        argument=argument,
    )


def _docx(markup: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:p>{markup}</w:p>")
    return file.getvalue()


def take_in(unit: Unit, event: str, payload: dict[str, Any]) -> None:
    inbox.take_in(unit, platform=PLATFORM, event=event, chat=COORDINATION, kind="command", payload=payload)


async def receive(play: Improvised, *events: AnyEvent) -> None:
    assert play.office is not None
    await asyncio.gather(*(play.office.receiver.receive(event) for event in events))
    await play.settle()


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ("/echo 机密★5年 名单如下：甲乙丙丁", ()),
        ("机 密 ★ 名单如下：甲乙丙丁", ()),
        ("/echo 机\x07密\u202e★5年 甲乙丙丁", ()),
        ("/echo 见附件", (ShownFile("密级：秘密 甲乙丙丁.docx", "application/msword", b"x"),)),
        ("/echo 见附件", (ShownFile("a.txt", "text/plain", "密级：秘密\n甲乙丙丁".encode()),)),
        (
            "/echo 见附件",
            (ShownFile("a.csv", "application/octet-stream", "密级：秘密\n甲乙丙丁".encode("gb18030")),),
        ),
        ("/echo 见附件", (ShownFile("a.txt", "text/plain", ("一" * 65_535 + SECRET).encode()),)),
        ("/echo 见附件", (ShownFile("a.docx", "", _docx("<w:t>机密</w:t></w:r><w:t>★5年</w:t>甲乙丙丁")),)),
    ],
)
async def test_a_marked_secret_is_refused_and_nothing_of_it_kept(
    play: Improvised, said: str, files: tuple[ShownFile, ...]
) -> None:
    play.command("echo", echo)
    await play.say(COORDINATION, COORDINATOR, said, files=files)
    assert "密级标志" in play.last(COORDINATION).text
    assert len(play.messages(COORDINATION)) == 1
    ((status, payload, error),) = await play.rows(InboxRow, "status", "payload", "error")
    assert (status, payload, error) == ("refused", None, "")
    await play.close()
    assert [secret for secret in ("机密★", "密级：秘密", "甲乙丙丁") if play.is_on_disk(secret)] == []
    assert play.is_on_disk("政务公开统筹群")
    await play.open()


@pytest.mark.parametrize("files", [(), (ShownFile("照片.jpg", "image/jpeg", b"x"),)])
async def test_what_people_say_among_themselves_is_not_kept(
    play: Improvised, files: tuple[ShownFile, ...]
) -> None:
    said = await play.say(COORDINATION, COORDINATOR, "中午一起吃饭吗", files=files)
    await play.edit(COORDINATION, COORDINATOR, said, "晚上一起吃饭吗")
    assert await play.rows(InboxRow, "kind", "status", "payload") == [("edited", "done", None)]
    assert play.messages(COORDINATION) == []


async def test_what_nobody_understands_is_kept_aside_masked_and_answered_by_nobody(play: Improvised) -> None:
    raw = '{"text": "\\u8054\\u7cfb 13812345678", "rest": "' + "长" * LONGEST + '"}'
    for _ in range(2):
        await receive(play, unreadable(PLATFORM, raw, "KeyError at translation.py:3", chat=COORDINATION))
    ((status, kind, payload, error),) = await play.rows(InboxRow, "status", "kind", "payload", "error")
    assert (status, kind, error) == ("failed", "unreadable", "KeyError at translation.py:3")
    assert "联系 138****5678" in payload["raw"]
    assert len(payload["raw"]) == LONGEST
    assert play.messages(COORDINATION) == []
    await play.restart()
    assert await play.inbox() == ["failed"]


async def test_of_a_secret_that_nobody_understands_nothing_is_kept(play: Improvised) -> None:
    await receive(play, unreadable(PLATFORM, '"\\u673a\\u5bc6★5\\u5e74 甲乙丙丁"', "KeyError"))
    assert await play.rows(InboxRow, "status", "payload") == [("refused", None)]
    assert play.messages(COORDINATION) == []
    await play.close()
    assert not play.is_on_disk("甲乙丙丁")
    await play.open()


async def test_an_earlier_message_that_becomes_secret_is_refused(play: Improvised) -> None:
    said = await play.say(COORDINATION, COORDINATOR, "今天开会")
    await play.edit(COORDINATION, COORDINATOR, said, "密级：机密 今天开会")
    assert "密级标志" in play.last(COORDINATION).text


async def test_the_mere_words_are_no_marking(play: Improvised) -> None:
    play.command("echo", echo)
    await play.say(COORDINATION, COORDINATOR, "/echo 保守国家秘密，涉密信息不公开")
    assert play.last(COORDINATION).text == "保守国家秘密，涉密信息不公开"


async def test_private_data_is_masked_before_it_is_stored(play: Improvised) -> None:
    play.command("echo", echo)
    await play.say(COORDINATION, COORDINATOR, "/echo 请联系 13812345678 或 http://a.example/13812345678")
    assert play.last(COORDINATION).text == "请联系 138****5678 或 http://a.example/13812345678"
    ((payload,),) = await play.rows(InboxRow, "payload")
    assert payload["argument"] == play.last(COORDINATION).text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
async def test_files_of_text_are_masked_and_others_stay_as_they_are(play: Improvised, encoding: str) -> None:
    taken: list[Received] = []

    async def take(turn: Turn) -> Answers:
        taken.extend(turn.files)
        return None

    play.command("take", take)
    names = "名单\n" * 5_000 + "张三 13812345678\n"
    picture = ShownFile("a.jpg", "image/jpeg", b"13812345678")
    plain = ShownFile("b.md", "", "没有号码".encode(encoding))
    files = [ShownFile("a.txt", "", names.encode(encoding)), picture, plain]
    await play.say(COORDINATION, COORDINATOR, "/take", files=files)
    masked, *others = (each.content for each in taken)
    assert masked is not None
    assert masked.decode() == names.replace("13812345678", "138****5678")
    assert others == [picture.content, plain.content]


async def test_signs_that_no_one_can_read_are_left_out(play: Improvised) -> None:
    """Halves of characters cannot be stored; what turns the writing around would turn our answer around."""
    play.command("echo", echo)
    event = command("1", argument="甲\ud83d乙\x00\x1b[31m丙\u202e丁🏳️‍🌈\n\t戊")
    half = replace(event, event_id="2", sender=Sender(COORDINATOR, "王\ud800静"))
    await receive(play, event, replace(half, place=replace(half.place, title="\udfff群")))
    assert [each.text for each in play.messages(COORDINATION)] == ["甲乙[31m丙丁🏳️‍🌈\n\t戊"] * 2
    assert await play.rows(InboxRow, "status") == [("done",), ("done",)]


async def test_names_are_masked_as_well(play: Improvised) -> None:
    play.command("echo", echo)
    play.newcomer("x", "老李13812345678", COORDINATION)
    file = ShownFile("13812345678.txt", "text/plain", b"x")
    await play.say(COORDINATION, "x", "/echo 好", files=[file])
    await play.close()
    assert not play.is_on_disk("13812345678")
    await play.open()


async def test_what_is_told_twice_has_its_effect_once(play: Improvised) -> None:
    play.command("echo", echo)
    await receive(play, command("1"), command("1"))
    await receive(play, command("1"))
    assert play.texts(COORDINATION) == ["您好"]
    await play.restart()
    await receive(play, command("2", argument="再见"), command("1"), command("3", argument="保重"))
    assert play.texts(COORDINATION) == ["您好", "再见", "保重"]
    assert await play.inbox() == ["done", "done", "done"]


async def test_events_that_come_together_share_a_commit(play: Improvised) -> None:
    play.command("echo", echo)
    assert play.office is not None
    commits: list[set[type]] = []
    play.office.database.on_commit.append(lambda touched: commits.append(set(touched)))
    await receive(play, *(command(str(number)) for number in range(50)))
    assert len([touched for touched in commits if touched == {InboxRow}]) <= 3
    assert await play.inbox() == ["done"] * 50


async def test_what_was_stored_before_a_crash_is_answered_after_it(play: Improvised) -> None:
    play.command("echo", echo)
    await play.close()
    database = await Database.open(play.database_path)

    async def work(unit: Unit) -> None:
        for event in (command("1", argument="甲"), command("2", argument="乙")):
            payload = events_json.to_json(event)
            inbox.take_in(
                unit,
                platform=PLATFORM,
                event=event.event_id,
                chat=COORDINATION,
                kind="command",
                payload=payload,
            )
        inbox.take_in(unit, platform=PLATFORM, event="3", chat="x", kind="command", payload={"kind": "no"})

    await database.unit(SYSTEM, play.clock.now(), work)
    await database.close()
    await play.open()
    await play.settle()
    assert play.texts(COORDINATION) == ["甲", "乙"]
    assert await play.inbox() == ["done", "done", "failed"]


async def test_files_come_with_their_event(play: Improvised) -> None:
    async def sizes(turn: Turn) -> Answers:
        return card(*(f"{file.name} {file.content!r}" for file in turn.files))

    play.command("files", sizes)
    files = [ShownFile("a.txt", "text/plain", b"abc"), ShownFile("b.bin", "application/x", b"\0")]
    await play.say(COORDINATION, COORDINATOR, "/files", files=files)
    assert play.last(COORDINATION).lines == ("a.txt b'abc'", "b.bin b'\\x00'")


async def test_a_file_above_the_limit_comes_without_content(play: Improvised) -> None:
    async def sizes(turn: Turn) -> Answers:
        return card(*(f"{file.size} {file.content is None}" for file in turn.files))

    play.command("files", sizes)
    play.platform.capabilities = type(play.platform.capabilities)(
        edits=True, files_in=2, files_out=10, text_limit=4096
    )
    await play.say(COORDINATION, COORDINATOR, "/files", files=[ShownFile("a.txt", "text/plain", b"abc")])
    assert play.last(COORDINATION).text == "3 True"


async def test_a_file_that_cannot_be_fetched_is_told(
    play: Improvised, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.platforms.port import Rejected

    async def gone(ref: str) -> bytes:
        raise Rejected(ref)

    play.command("files", answering(card("好")))
    monkeypatch.setattr(play.platform, "fetch", gone)
    await play.say(COORDINATION, COORDINATOR, "/files", files=[ShownFile("a.txt", "text/plain", b"abc")])
    assert "a.txt" in play.last(COORDINATION).text
    assert await play.inbox() == ["done"]


async def test_files_that_nobody_asked_for_are_not_fetched(
    play: Improvised, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    async def fetch(ref: str) -> bytes:
        fetched.append(ref)
        return b""

    monkeypatch.setattr(play.platform, "fetch", fetch)
    await play.say(COORDINATION, COORDINATOR, "照片", files=[ShownFile("a.png", "image/png", b"abc")])
    assert fetched == []
    assert await play.inbox() == []
