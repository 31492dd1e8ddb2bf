"""What the bot says reaches Telegram as it takes it; what Telegram tells is stored, then acknowledged."""

from __future__ import annotations

import asyncio
import html
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.port import (
    ChatGone,
    MaybeSent,
    NotEditable,
    NotNow,
    Rejected,
    Shown,
    ShownButton,
    ShownFile,
)
from bot.platforms.telegram.adapter import TelegramPlatform
from bot.platforms.telegram.intake import MOST_ATTEMPTS
from bot.platforms.telegram.show import ROW_LIMIT, show_buttons, show_words
from bot.platforms.telegram.webhook import WebhookSettings
from handlers.events import Action, AnyEvent, Command, Membership, Migrated, Reply, Talk, Unreadable
from tests.platforms.conformance import PATIENCE, Heard, listening
from tests.platforms.telegram_fake import Trouble, too_many
from tests.platforms.telegram_stage import GROUP, PERSON, TelegramStage, platform_for, staged
from tests.platforms.telegram_world import BOT, TOKEN, parse

OTHER = -1001500000002
WORDS = Shown("工作要点", ("共 2 项",))
PNG = ShownFile("进度.png", "image/png", b"\x89PNG1")
XLSX = ShownFile("台账.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK1")


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with staged(command_words=("待办",)) as stage:
        yield stage


def said(stage: TelegramStage, chat: int = GROUP) -> list[dict[str, Any]]:
    """Return what the bot said in a chat."""
    return [m for m in stage.world.chats[chat].messages.values() if m.get("from") is BOT]


# ---------------------------------------------------------------- showing


@given(title=st.text(max_size=20), lines=st.lists(st.text(max_size=20), max_size=3).map(tuple))
def test_words_stay_words_whatever_they_look_like(title: str, lines: tuple[str, ...]) -> None:
    words = show_words(Shown(title, lines))
    plain = words.removeprefix("<b>").replace("</b>", "", 1) if title.strip() else words
    assert not {"<", ">"} & set(plain)
    assert html.unescape(plain) == "\n".join([title, *lines] if title.strip() else lines)


def test_marks_in_the_words_are_shown_not_obeyed() -> None:
    words, entities = parse(show_words(Shown("<i>A & B</i>", ("1 < 2 &amp; 3",))))
    assert words == "<i>A & B</i>\n1 < 2 &amp; 3"
    assert [entity["type"] for entity in entities] == ["bold"]


def test_long_rows_of_buttons_go_on_below() -> None:
    keyboard = show_buttons((tuple(ShownButton(str(n), f"t{n}", "danger") for n in range(10)),))
    assert keyboard is not None
    assert [len(row) for row in keyboard.inline_keyboard] == [ROW_LIMIT, 2]
    assert keyboard.inline_keyboard[0][0].style == "danger"
    assert show_buttons(()) is None


# ---------------------------------------------------------------- sending


async def test_one_file_bears_the_words_and_the_buttons(stage: TelegramStage) -> None:
    card = replace(WORDS, rows=((ShownButton("看", "t1"),),), files=(XLSX,))
    name = await stage.platform.send(stage.chat, None, card, None)
    seen = await stage.seen(name)
    assert (seen.title, seen.lines, len(seen.rows)) == ("工作要点", ("共 2 项",), 1)
    (message,) = said(stage)
    assert (message["document"]["file_name"], message["document"]["file_size"]) == ("台账.xlsx", 3)


async def test_a_picture_is_shown_as_a_photo_and_as_a_file_where_it_is_none(stage: TelegramStage) -> None:
    await stage.platform.send(stage.chat, None, Shown(files=(PNG,)), None)
    await stage.platform.send(stage.chat, None, Shown(files=(replace(PNG, content=b"no picture"),)), None)
    first, second = said(stage)
    assert "photo" in first
    assert second["document"]["file_name"] == "进度.png"


@pytest.mark.parametrize(
    "message",
    [
        Shown(),
        Shown("  ", ("",)),
        Shown("", ("长" * 4096,)),
        Shown("", ("x",), ((ShownButton("看", "t" * 65),),)),
        Shown("", ("长" * 1025,), (), (XLSX,)),
        Shown("", ("x",), (), (XLSX, PNG)),
    ],
)
async def test_what_telegram_never_takes(stage: TelegramStage, message: Shown) -> None:
    with pytest.raises(Rejected):
        await stage.platform.send(stage.chat, None, message, None)
    assert said(stage) == []


async def test_a_file_that_is_too_large_is_not_even_tried(stage: TelegramStage) -> None:
    stage.platform.capabilities = replace(stage.platform.capabilities, files_out=2)
    with pytest.raises(Rejected):
        await stage.platform.send(stage.chat, None, Shown(files=(XLSX,)), None)
    assert stage.fake.calls == []


async def test_a_topic_and_general_in_its_place(stage: TelegramStage) -> None:
    forum = stage.world.chat(OTHER, "协调群", forum=True)
    topic = stage.world.topic(forum, "财政")
    await stage.platform.send(str(forum), str(topic), WORDS, None)
    for state in ("closed", "deleted"):
        stage.world.chats[forum].topics[topic] = state
        await stage.platform.send(str(forum), str(topic), replace(WORDS, files=(XLSX,)), None)
    threads = [message.get("message_thread_id") for message in said(stage, forum)]
    assert threads == [topic, None, None]


async def test_a_message_that_is_gone_or_of_another_chat_is_not_answered(stage: TelegramStage) -> None:
    for answered in (f"{GROUP}:99", f"{OTHER}:1", "nonsense"):
        name = await stage.platform.send(stage.chat, None, WORDS, answered)
        assert await stage.linked(name) is None


async def test_a_chat_the_bot_was_thrown_out_of_is_gone(stage: TelegramStage) -> None:
    stage.world.bot_becomes(GROUP, "kicked", PERSON)
    with pytest.raises(ChatGone):
        await stage.platform.send(stage.chat, None, WORDS, None)


async def test_a_chat_that_moved_is_told_of_and_its_messages_stay_behind(stage: TelegramStage) -> None:
    group = stage.world.chat(-77, "教育局", "group")
    old = await stage.platform.send(str(group), None, WORDS, None)
    stage.world.chat(OTHER, "教育局")
    stage.world.chats[group].moved_to = OTHER
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        await stage.say("/todo")
        await heard.next(Command)
        for _ in range(2):
            with pytest.raises(NotNow):
                await stage.platform.send(str(group), None, WORDS, None)
    moved = [event for event in heard.events if isinstance(event, Migrated)]
    assert [(event.place.chat, event.new_chat) for event in moved] == [("-77", str(OTHER))] * 2
    assert len({event.event_id for event in moved}) == 1
    with pytest.raises(NotEditable):
        await stage.platform.edit(str(OTHER), old, WORDS)


async def test_a_migration_is_heard_from_both_sides(stage: TelegramStage) -> None:
    group = stage.world.chat(-77, "教育局", "group")
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        stage.world.migrate(group, OTHER)
        await heard.until(lambda: len(heard.events) == 2)
    assert {(type(e), e.place.chat) for e in heard.events} == {(Migrated, "-77")}


# ---------------------------------------------------------------- editing, answering, fetching


async def test_an_edit_that_changes_nothing_is_done(stage: TelegramStage) -> None:
    name = await stage.platform.send(stage.chat, None, WORDS, None)
    await stage.platform.edit(stage.chat, name, WORDS)
    assert len(stage.fake.sent("editMessageText")) == 1


async def test_what_stands_under_a_file_is_edited_there(stage: TelegramStage) -> None:
    name = await stage.platform.send(stage.chat, None, replace(WORDS, files=(XLSX,)), None)
    await stage.platform.edit(stage.chat, name, Shown("", ("已作废",)))
    assert (await stage.seen(name)).lines == ("已作废",)
    with pytest.raises(NotEditable):
        await stage.platform.edit(stage.chat, name, Shown("", ("长" * 1100,)))


async def test_nobody_elses_message_and_none_that_is_not_there_can_be_edited(stage: TelegramStage) -> None:
    for name in (await stage.say("你好"), f"{GROUP}:987", f"{OTHER}:1", "7", ""):
        with pytest.raises(NotEditable):
            await stage.platform.edit(stage.chat, name, WORDS)


async def test_a_press_is_answered_in_few_words(stage: TelegramStage) -> None:
    card = await stage.platform.send(
        stage.chat, None, replace(WORDS, rows=((ShownButton("签收", "t1"),),)), None
    )
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        query = stage.world.press(GROUP, PERSON, int(card.split(":")[1]), "t1", shown=False)
        action = await heard.next(Action)
    assert action.message == card
    await stage.platform.answer(action.event_id, "长" * 300)
    assert stage.world.toasts[query] == "长" * 200
    del stage.world.toasts[query]
    await stage.platform.answer(action.event_id, "太晚")
    await stage.platform.answer("110201543-1", "不是按钮")
    assert len(stage.fake.sent("answerCallbackQuery")) == 2


async def test_files_that_cannot_be_fetched(stage: TelegramStage) -> None:
    with pytest.raises(Rejected):
        await stage.platform.fetch("no such file")
    stage.world.files["f"] = b"12345"
    stage.fake.troubles["getFile"].extend([Trouble("cut"), too_many(3)])
    for _ in range(2):
        with pytest.raises(NotNow):
            await stage.platform.fetch("f")
    stage.platform.capabilities = replace(stage.platform.capabilities, files_in=4)
    with pytest.raises(Rejected):
        await stage.platform.fetch("f")


async def test_menus_are_for_all_and_for_a_chat(stage: TelegramStage) -> None:
    for scope in ((), (stage.chat,)):
        await stage.platform.show_menu([("todo", "待办")], *scope)
    scopes = [menu.get("scope", {}).get("type") for menu in stage.world.menus]
    assert scopes == [None, "chat"]
    assert stage.world.menus[0]["commands"] == [{"command": "todo", "description": "待办"}]
    stage.fake.troubles["setMyCommands"].append(too_many(5))
    with pytest.raises(NotNow):
        await stage.platform.show_menu([("todo", "待办")])


# ---------------------------------------------------------------- hearing


async def test_what_cannot_be_understood_is_kept_aside_once_and_what_follows_is_heard() -> None:
    heard = Heard()
    async with staged() as stage:
        bad = stage.world.tell("message", {"text": "no chat"})
        async with listening(stage.platform, heard.receive):
            await stage.say("/todo 1")
            await heard.until(lambda: heard.arguments() == ["1"])
            await stage.say("/todo 2")
            await heard.until(lambda: heard.arguments() == ["1", "2"])
    (kept,) = (event for event in heard.events if isinstance(event, Unreadable))
    assert json.loads(kept.raw)["update_id"] == bad
    assert kept.why.startswith("KeyError")


async def test_of_what_cannot_be_understood_the_log_tells_without_the_words(
    stage: TelegramStage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.world.tell("message", {"text": "秘密的话"})
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        await stage.say("/todo")
        await heard.next(Command)
    assert "cannot be understood" in caplog.text
    assert "秘密" not in caplog.text


async def test_a_chat_that_cannot_be_stored_does_not_hold_the_others_up(stage: TelegramStage) -> None:
    stage.world.chat(OTHER, "教育局")
    heard, full = Heard(), True

    async def receive(event: AnyEvent) -> None:
        if full and event.place.chat == stage.chat:
            raise OSError("disk full")
        await heard.receive(event)

    await stage.say("/todo 1")
    await stage.say("/todo 2")
    stage.world.say(OTHER, PERSON, "/todo 3")
    async with listening(stage.platform, receive):
        await heard.until(lambda: heard.arguments() == ["3"])
        stage.world.say(OTHER, PERSON, "/todo 4")
        await heard.until(lambda: heard.arguments() == ["3", "4"])
        assert len(stage.world.updates) == 4, "nothing is acknowledged before the first is stored"
        full = False
        await heard.until(lambda: heard.arguments() == ["3", "4", "1", "2"])


async def test_an_update_that_alone_cannot_be_stored_is_put_aside_in_the_end() -> None:
    heard = Heard()
    async with staged() as stage:
        stage.world.chat(OTHER, "教育局")

        async def receive(event: AnyEvent) -> None:
            is_long = isinstance(event, Talk)
            if is_long:
                stage.world.say(OTHER, PERSON, "/todo 0")
                raise ValueError("no column holds this")
            await heard.receive(event)

        await stage.say("太长")
        await stage.say("/todo 1")
        async with listening(stage.platform, receive):
            await heard.until(lambda: "1" in heard.arguments())
            await heard.until(lambda: len(heard.events) > MOST_ATTEMPTS)
    (kept,) = (event for event in heard.events if isinstance(event, Unreadable))
    assert json.loads(kept.raw)["message"]["text"] == "太长"
    assert kept.why.startswith("ValueError")


async def test_a_full_disk_is_waited_for_however_long(stage: TelegramStage) -> None:
    heard, attempts = Heard(), 0

    async def receive(event: AnyEvent) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 4 * MOST_ATTEMPTS:
            raise OSError("disk full")
        await heard.receive(event)

    stage.world.chat(OTHER, "教育局")
    await stage.say("/todo 1")
    stage.world.say(OTHER, PERSON, "/todo 1")
    async with listening(stage.platform, receive):
        await heard.until(lambda: heard.arguments() == ["1", "1"])


async def test_an_album_comes_file_by_file(stage: TelegramStage) -> None:
    card = await stage.platform.send(stage.chat, None, WORDS, None)
    files = tuple(ShownFile(f"{n}.jpg", "image/jpeg", b"\xff\xd8" + bytes([n])) for n in range(10))
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        await stage.say("1 已完成", files=files, reply_to=card)
        await heard.until(lambda: len(heard.events) == 10)
    replies = [event for event in heard.events if isinstance(event, Reply)]
    assert [reply.text for reply in replies] == ["1 已完成"] + [""] * 9
    assert len({reply.files[0].ref for reply in replies}) == 10


async def test_a_command_word_after_the_bots_name_a_topic_and_nobody(stage: TelegramStage) -> None:
    forum = stage.world.chat(OTHER, "协调群", forum=True)
    topic = stage.world.topic(forum, "财政")
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        stage.world.say(forum, None, "@taizhang_bot 待办 3", topic=topic)
        stage.world.say(forum, PERSON, "好的", topic=topic)
        command, talk = await heard.next(Command), await heard.next(Talk)
    assert (command.name, command.argument, command.sender.account) == ("待办", "3", None)
    assert (command.place.thread, talk.place.thread, talk.sender.account) == (
        str(topic),
        str(topic),
        str(PERSON),
    )


async def test_the_bot_comes_and_goes(stage: TelegramStage) -> None:
    heard = Heard()
    async with listening(stage.platform, heard.receive):
        for status in ("left", "member", "administrator", "kicked"):
            stage.world.bot_becomes(GROUP, status, PERSON)
        await heard.until(lambda: len(heard.events) == 3)
    assert [e.present for e in heard.events if isinstance(e, Membership)] == [False, True, False]


TROUBLES = [
    (Trouble("refused", 401, "Unauthorized"), "refuses the bot's token"),
    (Trouble("refused", 409, "Conflict: terminated by other getUpdates request"), "Another program listens"),
    (Trouble("refused", 502, "Bad Gateway"), "does not answer as it should"),
    (Trouble("cut"), "does not answer as it should"),
    (Trouble("garbled after"), "does not answer as it should"),
    (Trouble("refused", 429, "Too Many Requests", {"retry_after": 1}), "does not answer as it should"),
]


@pytest.mark.parametrize(("trouble", "told"), TROUBLES)
@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "getUpdates"])
async def test_listening_outlasts_trouble_and_tells_of_it_once(
    stage: TelegramStage, trouble: Trouble, told: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    stage.fake.troubles[method].extend([trouble] * 3)
    heard = Heard()
    await stage.say("/todo 1")
    async with listening(stage.platform, heard.receive):
        await heard.next(Command)
    assert [told in line.message for line in caplog.records if line.levelno == logging.ERROR] == [True]
    assert "answers again" in caplog.text


async def test_a_second_listener_is_told_of_in_one_line(
    stage: TelegramStage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()

    class Reader(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.set()

    monkeypatch.setattr("bot.platforms.telegram.connection.log.handlers", [Reader(logging.ERROR)])
    second = platform_for(stage.fake, retry_seconds=0.05)
    heard, there = Heard(), Heard()
    async with listening(stage.platform, heard.receive):
        await stage.say("/todo 1")
        await heard.next(Command)
        async with listening(second, there.receive), asyncio.timeout(PATIENCE):
            await written.wait()
    await second.close()
    assert "Another program listens with this bot's token" in caplog.text


async def test_a_webhook_left_over_is_taken_down(stage: TelegramStage) -> None:
    stage.fake.webhook = {"url": "https://old.example"}
    heard = Heard()
    await stage.say("/todo 1")
    async with listening(stage.platform, heard.receive):
        await heard.next(Command)


async def test_a_proxy_stands_between() -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, staged(proxy=f"http://127.0.0.1:{port}") as stage:
        with pytest.raises(MaybeSent):
            await stage.platform.send(stage.chat, None, WORDS, None)
        assert stage.fake.calls == []
    assert asked[0].startswith(b"POST http://127.0.0.1")


async def test_no_token_and_no_words_in_any_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with staged() as stage:
            heard = Heard()
            stage.fake.troubles["getMe"].extend([Trouble("refused", 401, "Unauthorized"), Trouble("cut")])
            stage.fake.troubles["getUpdates"].extend(
                [Trouble("garbled after"), Trouble("refused", 404, "Not Found")]
            )
            async with listening(stage.platform, heard.receive):
                await stage.say("绝密的内容")
                await heard.next(Talk)
            stage.fake.troubles["sendMessage"].extend(
                [Trouble("cut"), Trouble("refused", 401, "Unauthorized")]
            )
            for kind in (MaybeSent, NotNow):
                with pytest.raises(kind) as told:
                    await stage.platform.send(stage.chat, None, WORDS, None)
                assert TOKEN not in f"{told.value!r} {told.value.__cause__!r}"
            await stage.platform.send(stage.chat, None, WORDS, None)
    written = caplog.text + "".join(capfd.readouterr())
    assert "Telegram refuses the bot's token" in written
    assert TOKEN.split(":")[1] not in written
    assert "绝密" not in written


def test_a_mode_needs_its_own_settings() -> None:
    with pytest.raises(ValueError, match="webhook"):
        TelegramPlatform(TOKEN, mode="webhook")
    with pytest.raises(ValueError, match="polling"):
        TelegramPlatform(TOKEN, webhook=WebhookSettings("secret"))


@pytest.mark.parametrize("secret", ["", "with a space", "秘密", "x" * 257])
def test_a_secret_is_one_that_telegram_takes(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        WebhookSettings(secret)
