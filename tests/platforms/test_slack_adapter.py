"""Slack as it fails: what is told twice, late or falsely, and what becomes of a message on a bad line."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.platforms.port import (
    ChatGone,
    DeliveryFault,
    MaybeSent,
    NotEditable,
    NotNow,
    Rejected,
    Shown,
    ShownButton,
    ShownFile,
)
from bot.platforms.slack.adapter import PATH, SlackPlatform
from bot.platforms.slack.intake import Intake
from bot.splitting import split
from handlers.events import Action, AnyEvent, Command, File, Membership, Reply, Talk, Unreadable
from storage.terms.clock import HandClock, office_time
from tests.platforms.conformance import PATIENCE, Heard, listening
from tests.platforms.slack_fake import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    NOW,
    SECRET,
    Channel,
    Mode,
    Refused,
    SlackFake,
)

CARD = Shown("工作要点", ("共 2 项",), ((ShownButton("签收", "token-1"),),))
CLOCK = HandClock(office_time(NOW))


def made(fake: SlackFake, **settings: Any) -> SlackPlatform:
    return fake.make(**{"commands": {"待办", "todo"}, "clock": CLOCK, **settings})


@asynccontextmanager
async def staged(mode: Mode) -> AsyncIterator[SlackFake]:
    fake = SlackFake(mode)
    await fake.start()
    platform = made(fake)
    await fake.attach(platform)
    yield fake
    await platform.close()
    await platform_of(fake).close()
    await fake.stop()


@pytest.fixture
async def by_socket() -> AsyncIterator[SlackFake]:
    async with staged("socket") as fake:
        yield fake


@pytest.fixture
async def by_http() -> AsyncIterator[SlackFake]:
    async with staged("http") as fake:
        yield fake


@pytest.fixture(params=["socket", "http"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[SlackFake]:
    async with staged(request.param) as fake:
        yield fake


def platform_of(fake: SlackFake) -> SlackPlatform:
    assert fake.platform is not None
    return fake.platform


async def ready(fake: SlackFake) -> None:
    async with asyncio.timeout(PATIENCE):
        await platform_of(fake).ready.wait()


def posted(fake: SlackFake) -> int:
    return sum(written.user == BOT for written in fake.written.values())


def called(fake: SlackFake, method: str) -> int:
    return sum(name == method for name, _ in fake.calls)


# ---------------------------------------------------------------- saying


SAID_WRONG: list[tuple[Refused, type[DeliveryFault]]] = [
    (Refused(429, "ratelimited", {"Retry-After": "7"}), NotNow),
    (Refused(error="channel_not_found"), ChatGone),
    (Refused(error="is_archived"), ChatGone),
    (Refused(error="not_in_channel"), ChatGone),
    (Refused(error="msg_too_long"), Rejected),
    (Refused(error="invalid_blocks"), Rejected),
    (Refused(error="token_revoked"), NotNow),
    (Refused(error="internal_error", done=True), MaybeSent),
    (Refused(502), MaybeSent),
    (Refused(503, done=True), MaybeSent),
    (Refused(cut=True), MaybeSent),
    (Refused(cut=True, done=True), MaybeSent),
]


@pytest.mark.parametrize(("refused", "kind"), SAID_WRONG)
async def test_a_message_refused(by_socket: SlackFake, refused: Refused, kind: type[DeliveryFault]) -> None:
    by_socket.refuse("chat.postMessage", refused)
    with pytest.raises(kind) as fault:
        await platform_of(by_socket).send("C1", None, CARD, None)
    if refused.status == 429:
        assert fault.value.args == (7.0,)
    # Nothing is posted again by itself.
    assert called(by_socket, "chat.postMessage") == 1
    assert posted(by_socket) == int(refused.done)


async def test_an_answer_that_never_comes_leaves_a_doubt(by_socket: SlackFake) -> None:
    platform = made(by_socket, timeout=0.1)
    by_socket.refuse("chat.postMessage", Refused(silent=True, done=True))
    with pytest.raises(MaybeSent):
        await platform.send("C1", None, CARD, None)
    assert posted(by_socket) == 1
    await platform.close()


async def test_nobody_there_is_surely_unsent(by_socket: SlackFake) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    platform = made(by_socket, base_url=f"http://127.0.0.1:{port}/api/")
    with pytest.raises(NotNow):
        await platform.send("C1", None, CARD, None)
    await platform.close()


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (Refused(error="edit_window_closed"), NotEditable),
        (Refused(error="cant_update_message"), NotEditable),
        (Refused(429, "ratelimited", {"Retry-After": "2"}), NotNow),
        (Refused(cut=True), MaybeSent),
    ],
)
async def test_an_edit_refused(by_socket: SlackFake, refused: Refused, kind: type[DeliveryFault]) -> None:
    platform = platform_of(by_socket)
    message = await platform.send("C1", None, CARD, None)
    by_socket.refuse("chat.update", refused)
    with pytest.raises(kind):
        await platform.edit("C1", message, CARD)


async def test_a_persons_message_cannot_be_edited(by_socket: SlackFake) -> None:
    said = await by_socket.say("一")
    with pytest.raises(NotEditable):
        await platform_of(by_socket).edit("C1", said, CARD)


async def test_a_chat_the_bot_was_taken_out_of_is_gone(by_socket: SlackFake) -> None:
    by_socket.channels["C2"] = Channel("教育局", {"U1"})
    with pytest.raises(ChatGone):
        await platform_of(by_socket).send("C2", None, CARD, None)


async def test_an_answer_to_words_in_a_thread_stands_in_that_thread(by_socket: SlackFake) -> None:
    platform = platform_of(by_socket)
    card = await platform.send("C1", None, CARD, None)
    said = await by_socket.say("1 已完成", thread=card)
    answer = await platform.send("C1", None, CARD, f"{said}:{card}")
    assert answer.endswith(f":{card}")
    await platform.edit("C1", answer, Shown("", ("改",)))
    assert by_socket.written["C1", answer.partition(":")[0]].text == "改"


async def test_what_cannot_be_answered_is_said_beside_it(by_socket: SlackFake) -> None:
    message = await platform_of(by_socket).send("C1", None, CARD, "1.000001")
    assert by_socket.written["C1", message].thread is None


async def test_a_message_too_long_is_not_even_tried(by_socket: SlackFake) -> None:
    with pytest.raises(Rejected):
        await platform_of(by_socket).send("C1", None, Shown("", ("长" * 4001,)), None)
    with pytest.raises(Rejected):
        await platform_of(by_socket).send("C1", None, Shown("", files=(ShownFile("空", "x", b""),)), None)
    assert by_socket.calls == []


async def test_4000_units_of_emoji_go_out(by_socket: SlackFake) -> None:
    assert await platform_of(by_socket).send("C1", None, Shown("", ("😀" * 1999,)), None)


# ---------------------------------------------------------------- files out

FILE = Shown(files=(ShownFile("台账.xlsx", "x", b"12345"),))


def in_thread(fake: SlackFake, root: str | None) -> list[list[str]]:
    return [[file["name"] for file in w.files] for w in fake.written.values() if w.thread == root]


async def test_a_file_follows_in_the_thread_of_its_card(by_socket: SlackFake) -> None:
    platform = platform_of(by_socket)
    picture = ShownFile("图.png", "image/png", b"123")
    words, *files = split(Shown("台账", files=(*FILE.files, picture)), platform.capabilities)
    message = await platform.send("C1", None, words, None)
    for file in files:
        await platform.send("C1", None, file, message)
    assert in_thread(by_socket, message) == [["台账.xlsx"], ["图.png"]]
    assert list(by_socket.contents.values()) == [b"12345", b"123"]
    # The bytes go to an address of their own, which the token is not for.
    assert by_socket.strangers == [None, None]


async def test_a_file_whose_thread_is_gone_stands_beside_it(by_socket: SlackFake) -> None:
    by_socket.refuse("files.completeUploadExternal", Refused(error="thread_not_found"))
    await platform_of(by_socket).send("C1", None, FILE, "1.000001")
    assert in_thread(by_socket, None) == [["台账.xlsx"]]


BUSY = Refused(429, "ratelimited", {"Retry-After": "1"})


@pytest.mark.parametrize(
    ("step", "refused"),
    [
        ("files.getUploadURLExternal", BUSY),
        ("files.getUploadURLExternal", Refused(cut=True)),
        ("upload", Refused(502)),
        ("files.completeUploadExternal", BUSY),
    ],
)
async def test_a_file_put_off_is_seen_once(by_socket: SlackFake, step: str, refused: Refused) -> None:
    platform = platform_of(by_socket)
    message = await platform.send("C1", None, CARD, None)
    by_socket.refuse(step, refused)
    with pytest.raises(NotNow):
        await platform.send("C1", None, FILE, message)
    await platform.send("C1", None, FILE, message)
    assert in_thread(by_socket, message) == [["台账.xlsx"]]


@pytest.mark.parametrize("done", [True, False])
async def test_a_file_of_which_nobody_knows(by_socket: SlackFake, done: bool) -> None:
    by_socket.refuse("files.completeUploadExternal", Refused(cut=True, done=done))
    with pytest.raises(MaybeSent):
        await platform_of(by_socket).send("C1", None, FILE, None)


# ---------------------------------------------------------------- files in


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.cn/files-pri/F1",
        "http://slack.com/x",
        "https://slack.com.evil.cn/x",
        "https://evilslack.com/x",
        "https://files.slack.com:8443/x",
        "https://files.slack.com@evil.cn/x",
        "https://[::1/x",
        "ftp://files.slack.com/x",
    ],
)
async def test_the_token_goes_to_slack_alone(by_socket: SlackFake, address: str) -> None:
    with pytest.raises(Rejected):
        await platform_of(by_socket).fetch(address)


async def test_a_file_of_another_workspace_is_asked_for_by_its_number(by_socket: SlackFake) -> None:
    await by_socket.say("", files=[("a.bin", b"123")])
    assert await platform_of(by_socket).fetch("F1") == b"123"
    with pytest.raises(Rejected):
        await platform_of(by_socket).fetch("F9")


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (BUSY, NotNow),
        (Refused(503), NotNow),
        (Refused(403), Rejected),
        (Refused(200), Rejected),
        (Refused(302, headers={"Location": "https://evil.cn/"}), Rejected),
    ],
)
async def test_a_file_refused(by_socket: SlackFake, refused: Refused, kind: type[DeliveryFault]) -> None:
    await by_socket.say("", files=[("a.bin", b"123")])
    by_socket.refuse("download", refused)
    with pytest.raises(kind):
        await platform_of(by_socket).fetch(by_socket.files["F1"]["url_private_download"])


async def test_a_file_that_is_gone(by_socket: SlackFake) -> None:
    with pytest.raises(Rejected):
        await platform_of(by_socket).fetch(f"{by_socket.origin}/files-pri/F1")


async def test_a_file_larger_than_it_may_be(by_socket: SlackFake, monkeypatch: pytest.MonkeyPatch) -> None:
    await by_socket.say("", files=[("a.bin", b"123")])
    platform = platform_of(by_socket)
    small = type(platform.capabilities)(edits=True, files_in=2, files_out=2, text_limit=1)
    monkeypatch.setattr(platform, "capabilities", small)
    with pytest.raises(Rejected):
        await platform.fetch(by_socket.files["F1"]["url_private_download"])


# ---------------------------------------------------------------- listening


async def test_all_that_people_do_comes_up(fake: SlackFake) -> None:
    platform, heard = platform_of(fake), Heard()
    card = await platform.send("C1", None, CARD, None)
    async with listening(platform, heard.receive):
        await fake.slash("待办 3")
        await fake.tell_event(
            {"type": "member_joined_channel", "channel": "C1", "user": BOT, "inviter": "U2"}
        )
        await fake.say("一", channel="D1")
        await fake.press("C1", card, "token-1")
        await fake.drain()
    command, came, talk = await heard.next(Command), await heard.next(Membership), await heard.next(Talk)
    assert (command.name, command.argument) == ("待办", "3")
    assert (came.sender.name, came.place.title) == ("王敏", "发改局")
    assert (talk.sender.name, talk.place.kind, talk.addressed) == ("李强", "private", True)
    assert (await heard.next(Action)).message == card
    assert len(heard.events) == 4
    # Names are asked for once.
    assert called(fake, "users.info") == 2
    assert called(fake, "conversations.info") == 1


async def test_an_event_told_twice_has_one_name(fake: SlackFake) -> None:
    heard = Heard()
    async with listening(platform_of(fake), heard.receive):
        await fake.say(f"<@{BOT}> 待办", mentioned_too=True)
        told = fake.pending[0]
        await fake.tell(told.kind, told.payload)
        await fake.drain()
    assert len(heard.events) == 3
    assert len({event.event_id for event in heard.events}) == 1


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", {"token": "of Slack's", "event_id": "Ev1"}),
        ("events_api", {"event": None}),
        ("events_api", {"event": {"type": "message", "user": "U1"}}),
        ("events_api", {"event": {"type": "message", "user": "U1", "channel": "C1", "ts": "no"}}),
        ("events_api", {"event": {"type": "message", "subtype": "message_changed"}}),
        ("interactive", {"type": "block_actions"}),
        ("slash_commands", {"command": "/taizhang"}),
    ],
)
async def test_what_cannot_be_read_is_kept_aside(fake: SlackFake, kind: str, payload: dict[str, Any]) -> None:
    heard = Heard()
    async with listening(platform_of(fake), heard.receive):
        await fake.tell(kind, payload)
        await fake.say("一")
        await fake.drain()
    (kept,) = (event for event in heard.events if isinstance(event, Unreadable))
    assert json.loads(kept.raw) == {name: value for name, value in payload.items() if name != "token"}
    assert kept.event_id == payload.get("event_id", kept.event_id)
    assert len([event for event in heard.events if isinstance(event, Talk)]) == 1


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("events_api", {"event": {"type": "channel_rename", "channel": {"id": "C1"}}}),
        ("interactive", {"type": "view_submission", "user": {"id": "U1"}}),
    ],
)
async def test_what_is_no_concern_of_ours_is_passed_over(
    fake: SlackFake, kind: str, payload: dict[str, Any]
) -> None:
    heard = Heard()
    async with listening(platform_of(fake), heard.receive):
        await fake.tell(kind, payload)
        await fake.say("一")
        await fake.drain()
    assert [type(event) for event in heard.events] == [Talk]


async def test_names_that_slack_does_not_tell_are_done_without(by_http: SlackFake) -> None:
    by_http.refuse("users.info", Refused(error="missing_scope"))
    by_http.refuse("conversations.info", Refused(500))
    heard = Heard()
    async with listening(platform_of(by_http), heard.receive):
        await by_http.say("一")
        await by_http.say("二")
        await by_http.drain()
    first, second = heard.events
    assert (first.sender.account, first.sender.name, first.place.title) == ("U1", "", "")
    # What can never be told is not asked again; what failed once is.
    assert (second.sender.name, second.place.title) == ("", "发改局")


async def test_names_that_come_too_slowly_are_done_without(by_http: SlackFake) -> None:
    platform = made(by_http, lookup_seconds=0.05)
    await by_http.attach(platform)
    by_http.refuse("users.info", Refused(silent=True))
    heard = Heard()
    async with listening(platform, heard.receive):
        await by_http.say("一")
        await by_http.drain()
    assert [event.sender.name for event in heard.events] == [""]
    await platform.close()


async def test_a_renamed_channel_is_asked_for_its_title_again(by_http: SlackFake) -> None:
    heard = Heard()
    async with listening(platform_of(by_http), heard.receive):
        await by_http.say("一")
        await by_http.drain()
        by_http.channels["C1"].title = "发展和改革局"
        await by_http.tell_event({"type": "channel_rename", "channel": {"id": "C1", "name": "x"}})
        await by_http.say("二")
        await by_http.drain()
    assert [event.place.title for event in heard.events] == ["发改局", "发展和改革局"]


# ---------------------------------------------------------------- threads


async def reply_to(fake: SlackFake, heard: Heard, thread: str) -> str | None:
    heard.events.clear()
    await fake.say("2 60%", thread=thread)
    await fake.drain()
    (event,) = heard.events
    return event.reply_to if isinstance(event, Reply) else None


async def test_words_under_a_card_answer_it_unless_a_press_was_answered_there(by_socket: SlackFake) -> None:
    platform, heard = platform_of(by_socket), Heard()
    async with listening(platform, heard.receive):
        card = await platform.send("C1", None, CARD, None)
        assert await reply_to(by_socket, heard, card) == card
        echo = await platform.send("C1", None, CARD, heard.events[0].message)
        assert await reply_to(by_socket, heard, card) == card
        question = await platform.send("C1", None, CARD, card)
        assert await reply_to(by_socket, heard, card) == question
        await platform.send("C1", None, CARD, heard.events[0].message)
        assert await reply_to(by_socket, heard, card) == card
        pressed = await platform.send("C1", None, CARD, echo)
        assert await reply_to(by_socket, heard, card) == pressed


async def test_words_under_a_persons_answer_what_the_bot_said_there(by_socket: SlackFake) -> None:
    platform, heard = platform_of(by_socket), Heard()
    async with listening(platform, heard.receive):
        asked = await by_socket.say(f"<@{BOT}> 待办")
        await by_socket.drain()
        assert await reply_to(by_socket, heard, asked) is None
        answer = await platform.send("C1", None, CARD, asked)
        assert await reply_to(by_socket, heard, asked) == answer


async def test_what_the_bot_said_in_a_thread_is_found_again_after_a_restart(by_socket: SlackFake) -> None:
    asked = await by_socket.say(f"<@{BOT}> 待办")
    answer = await platform_of(by_socket).send("C1", None, CARD, asked)
    by_socket.pending.clear()
    again, heard = made(by_socket), Heard()
    await by_socket.attach(again)
    async with listening(again, heard.receive):
        await by_socket.say("1 已完成", thread=asked)
        reply = await heard.next(Reply)
    assert reply.reply_to == answer
    await again.close()


# ---------------------------------------------------------------- answers to presses


async def test_a_press_is_answered_to_whoever_pressed(by_http: SlackFake) -> None:
    platform, heard = platform_of(by_http), Heard()
    card = await platform.send("C1", None, CARD, None)
    inside = await platform.send("C1", None, CARD, card)
    async with listening(platform, heard.receive):
        await by_http.press("C1", card, "token-1")
        await by_http.press("C1", inside.partition(":")[0], "token-1")
        await by_http.drain()
    for event in heard.events:
        await platform.answer(event.event_id, "已签收 <!channel>")
        await platform.answer(event.event_id, "")
    expected = {"response_type": "ephemeral", "replace_original": False, "text": "已签收 &lt;!channel&gt;"}
    assert by_http.ephemeral == [expected, expected | {"thread_ts": card}]
    assert set(by_http.strangers) == {None}


# ---------------------------------------------------------------- Socket Mode


async def test_nothing_is_acknowledged_before_it_is_stored(by_socket: SlackFake) -> None:
    stored, reached = asyncio.Event(), asyncio.Event()

    async def receive(event: AnyEvent) -> None:
        del event
        reached.set()
        await stored.wait()

    async with listening(platform_of(by_socket), receive):
        await by_socket.say("一")
        async with asyncio.timeout(PATIENCE):
            await reached.wait()
        assert by_socket.acknowledged == []
        stored.set()
        await by_socket.drain()
    assert len(by_socket.acknowledged) == 1


@pytest.mark.parametrize("polite", [True, False])
async def test_a_socket_that_ends_is_followed_by_another(by_socket: SlackFake, polite: bool) -> None:
    heard = Heard()
    async with listening(platform_of(by_socket), heard.receive):
        await by_socket.say("一")
        await by_socket.drain()
        (socket_now,) = by_socket.sockets
        if polite:
            await socket_now.send_json({"type": "disconnect", "reason": "refresh_requested"})
        else:
            await socket_now.close()
        by_socket.sockets.clear()
        by_socket.sockets.append(socket_now)
        by_socket.refuse("apps.connections.open", Refused(cut=True), Refused(500))
        await by_socket.say("二")
        await by_socket.drain()
    assert [event.text for event in heard.events if isinstance(event, Talk)][-1] == "二"
    assert by_socket.opened == 2


@pytest.mark.parametrize("text", ["not json", "[]", "{}", '{"type": "hello"}'])
async def test_strange_words_on_the_socket_do_no_harm(by_socket: SlackFake, text: str) -> None:
    heard = Heard()
    async with listening(platform_of(by_socket), heard.receive):
        await by_socket.say("一")
        await by_socket.drain()
        by_socket._envelopes["e1"] = by_socket._envelopes.get("e1") or object()  # type: ignore[assignment]
        await by_socket.sockets[0].send_str(text)
        await by_socket.say("二")
        await by_socket.drain()
    assert len(heard.events) == 2


@pytest.mark.parametrize("more", ["", ', "type": "chess"', ', "type": "events_api", "payload": [1]'])
async def test_an_envelope_of_an_unknown_kind_is_kept_aside(by_socket: SlackFake, more: str) -> None:
    heard = Heard()
    async with listening(platform_of(by_socket), heard.receive):
        await ready(by_socket)
        await by_socket.sockets[0].send_str(f'{{"envelope_id": "e1"{more}}}')
        assert "e1" in (await heard.next(Unreadable)).raw


# ---------------------------------------------------------------- HTTP


async def event_posted(fake: SlackFake, **proof: Any) -> int:
    fake.written["C1", "9.1"] = type(fake.written["C1", await fake.say("x")])("C1", "9.1", "U1", "一")
    fake.pending.clear()
    payload = {"type": "event_callback", "event_id": "Ev9", "event": fake.event_of("C1", "9.1")}
    return await fake.post("events_api", payload, **proof)


@pytest.mark.parametrize(
    "proof",
    [
        {"signature": "v0=" + "0" * 64},
        {"signature": ""},
        {"timestamp": str(NOW // 1000 - 301)},
        {"timestamp": str(NOW // 1000 + 301)},
        {"timestamp": "yesterday"},
    ],
    ids=["forged", "unsigned", "stale", "ahead", "no time"],
)
async def test_what_is_not_proved_is_refused_and_nothing_is_stored(
    by_http: SlackFake, proof: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard()
    async with listening(platform_of(by_http), heard.receive):
        await ready(by_http)
        assert await event_posted(by_http, **proof) == 401
        assert heard.events == []
        assert len([r for r in caplog.records if "signature" in r.message]) == 1
        assert await event_posted(by_http) == 200
    assert len(heard.events) == 1


async def test_the_address_is_proved_to_slack(by_http: SlackFake) -> None:
    async with listening(platform_of(by_http), Heard().receive):
        await ready(by_http)
        hello = {"type": "url_verification", "challenge": "abc"}
        assert await by_http.post("events_api", hello) == 200
        assert by_http.last_answer == '{"challenge": "abc"}'
        assert await by_http.post("events_api", hello, signature="v0=forged") == 401
        assert "abc" not in by_http.last_answer
        assert await by_http.post("slash_commands", {"ssl_check": "1"}) == 200


@pytest.mark.parametrize(
    ("kind", "told"), [("slash_commands", {"x": "谜"}), ("interactive", ["谜"]), ("events_api", ["谜"])]
)
async def test_a_genuine_request_that_cannot_be_read_is_kept_aside(
    by_http: SlackFake, kind: str, told: Any
) -> None:
    heard = Heard()
    async with listening(platform_of(by_http), heard.receive):
        await ready(by_http)
        assert await by_http.post(kind, told) == 200
        (kept,) = [event for event in heard.events if isinstance(event, Unreadable)]
        assert "谜" in kept.raw or "\\u8c1c" in kept.raw


async def test_the_address_may_be_one_of_another_server(by_http: SlackFake) -> None:
    platform, heard = made(by_http, port=None), Heard()
    assert platform.requests is not None
    app = web.Application()
    app.router.add_post(PATH, platform.requests.handle)
    async with TestServer(app) as server:
        await by_http.attach(platform)
        platform.port = server.port
        assert await event_posted(by_http) == 503
        async with listening(platform, heard.receive):
            await ready(by_http)
            assert await event_posted(by_http) == 200
        assert await event_posted(by_http) == 503
    assert len(heard.events) == 1
    await platform.close()


async def test_what_is_not_stored_in_time_is_to_be_told_again(
    by_http: SlackFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, never, heard = platform_of(by_http), asyncio.Event(), Heard()
    assert platform.requests is not None
    monkeypatch.setattr(platform.requests, "_in_time", 0.05)
    slow = [True]

    async def receive(event: AnyEvent) -> None:
        if slow:
            slow.clear()
            await never.wait()
        await heard.receive(event)

    async with listening(platform, receive):
        await by_http.say("一")
        await by_http.say("二")
        await by_http.drain()
    assert [event.text for event in heard.events if isinstance(event, Talk)] == ["一", "二"]


# ---------------------------------------------------------------- letting in, and secrets


@pytest.mark.parametrize("settings", [{}, {"app_token": "x", "signing_secret": "y"}])
def test_one_way_to_listen_is_chosen(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either"):
        SlackPlatform("xoxb", **settings)


async def test_a_slack_that_is_away_or_refuses_the_token_is_waited_for(by_socket: SlackFake) -> None:
    by_socket.refuse("auth.test", Refused(503), Refused(error="invalid_auth"))
    heard = Heard()
    async with listening(platform_of(by_socket), heard.receive):
        await by_socket.say("一")
        await heard.next(Talk)
    assert called(by_socket, "auth.test") == 3


async def test_every_command_word_of_the_conversations_is_known(by_socket: SlackFake) -> None:
    platform = made(by_socket, commands=None)
    await by_socket.attach(platform)
    heard = Heard()
    async with listening(platform, heard.receive):
        await by_socket.say(f"<@{BOT}> 进度 发改局")
        command = await heard.next(Command)
    assert (command.name, command.argument) == ("进度", "发改局")
    await platform.close()


async def test_no_secret_and_no_words_reach_the_log(
    fake: SlackFake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    platform, heard = platform_of(fake), Heard()
    fake.refuse("auth.test", Refused(503))
    fake.refuse("chat.postMessage", Refused(error="token_revoked"), Refused(502), Refused(error="no_text"))
    faults = [OSError("机密的词")]

    async def receive(event: AnyEvent) -> None:
        if faults:
            raise faults.pop()
        await heard.receive(event)

    async with listening(platform, receive):
        await fake.say("", files=[("机密的词.bin", b"123")])
        await fake.drain()
        for _ in range(3):
            with pytest.raises(DeliveryFault):
                await platform.send("C1", None, Shown("机密的词"), None)
        await platform.send("C1", None, FILE, None)
        (file,) = (await heard.next(File)).files
        await platform.fetch(file.ref)
        await fake.tell("events_api", {"event": {"text": "机密的词"}})
        await fake.drain()
    told = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert "token_revoked" in told
    for secret in (BOT_TOKEN, APP_TOKEN, SECRET, "ticket-top-secret", "机密的词"):
        assert secret not in told


# ---------------------------------------------------------------- in turn


async def test_chats_do_not_wait_for_one_another() -> None:
    intake, gate, done = Intake(0), asyncio.Event(), []

    async def stuck() -> None:
        await gate.wait()
        done.append("stuck")

    async def quick() -> None:
        done.append("quick")

    first = asyncio.create_task(intake.in_turn("a", stuck))
    behind = asyncio.create_task(intake.in_turn("a", quick))
    await intake.in_turn("b", quick)
    assert done == ["quick"]
    gate.set()
    await asyncio.gather(first, behind)
    assert done == ["quick", "stuck", "quick"]
    assert intake._lines == {}
