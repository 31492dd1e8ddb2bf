"""The page's server: it speaks to this machine's own page alone, and says plainly what it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.server import RoomServer
from storage.terms.clock import OFFICE_ZONE, HandClock, office_time

START = datetime(2026, 3, 2, 9, 0, tzinfo=OFFICE_ZONE)
CARD = Shown("任务", ("共 2 项",), ((ShownButton("签收", "t1", "primary"),),))
LIMIT = 50_000


class Controls:
    """Moves a clock by hand; a move can be held up."""

    def __init__(self) -> None:
        self.clock = HandClock(START)
        self.gate = asyncio.Event()
        self.gate.set()

    def now(self) -> int:
        return self.clock.now()

    async def move_to(self, moment: datetime) -> None:
        await self.gate.wait()
        self.clock.set(moment)

    async def next_morning(self) -> None:
        await self.move_to(office_time(self.now()) + timedelta(days=1))

    async def next_event(self) -> None:
        """Stay: nothing is due."""


class Stage:
    def __init__(self, room: Room, controls: Controls, client: Client) -> None:
        self.room = room
        self.controls = controls
        self.client = client

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.client.get(path, **options)

    async def post(self, path: str, **fields: Any) -> ClientResponse:
        return await self.client.post(path, json=fields)

    async def say(self, files: list[tuple[str, bytes]], **words: str) -> ClientResponse:
        form = FormData(quote_fields=False, default_to_multipart=True)
        for name, value in {"chat": "g1", "account": "li", **words}.items():
            form.add_field(name, value)
        for name, content in files:
            form.add_field("file", content, filename=name)
        return await self.client.post("/api/messages", data=form)


PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    controls = Controls()
    with closing(Room(now=controls.now)) as room:
        room.ensure_chat("g1", "财政局")
        room.ensure_chat("coord", "协调群")
        room.ensure_person("wang", "王敏", "coordinator", ["coord", "g1"])
        room.ensure_person("li", "李强", "liaison", ["g1"], department="财政局")
        server = RoomServer(room, controls, file_limit=LIMIT)
        async with TestClient(TestServer(server.application())) as client:
            yield Stage(room, controls, client)


async def refused(response: ClientResponse, status: int, key: str) -> str:
    answer = await response.json()
    assert (response.status, answer["error"]) == (status, key)
    message: str = answer["message"]
    assert message.endswith(".")
    return message


async def test_the_page_loads_its_own_files_and_nothing_else(stage: Stage) -> None:
    page = await stage.get("/")
    assert page.content_type == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    words = await page.text()
    assert "https://" not in words.replace("http://www.w3.org", "")
    for name in ("app.js", "style.css", "chat.css", "icon.svg"):
        assert f"/page/{name}" in words
        assert (await stage.get(f"/page/{name}")).status == 200


@pytest.mark.parametrize(
    "name", ["server.py", "..%2Fserver.py", "%2e%2e%2Froom.py", "nothing.js", ".js", "app.js%00.css"]
)
async def test_no_other_file_is_served(stage: Stage, name: str) -> None:
    assert (await stage.get(f"/page/{name}")).status == 404


@pytest.mark.parametrize("path", ["/", "/api/state", "/api/stream", "/files/1/a", "/nowhere"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "[::1", ""])
async def test_another_name_for_this_machine_is_refused(stage: Stage, path: str, host: str) -> None:
    await refused(await stage.get(path, headers={"Host": host}), 403, "foreign_host")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
async def test_this_machines_own_names_are_taken(stage: Stage, host: str) -> None:
    assert (await stage.get("/api/state", headers={"Host": host})).status == 200


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/messages", "/api/press", "/api/edit", "/api/clock", "/api/seen"])
async def test_another_sites_page_changes_nothing(stage: Stage, path: str, headers: dict[str, str]) -> None:
    response = await stage.client.post(path, json={"to": "morning"}, headers=headers)
    await refused(response, 403, "foreign_origin")
    assert stage.controls.now() == HandClock(START).now()


async def test_the_pages_own_origin_is_taken(stage: Stage) -> None:
    origin = str(stage.client.make_url("")).rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    response = await stage.client.post("/api/clock", json={"to": "morning"}, headers=headers)
    assert response.status == 200


async def test_the_state_tells_who_and_where(stage: Stage) -> None:
    stage.room.show("g1", CARD)
    state = await (await stage.get("/api/state")).json()
    assert state["bot"] == "台账"
    assert state["now"] == HandClock(START).now()
    assert [person["name"] for person in state["people"]] == ["王敏", "李强"]
    assert state["people"][1]["chats"] == ["g1", "private:li"]
    group = next(chat for chat in state["chats"] if chat["id"] == "g1")
    assert (group["unread"], group["last"]["name"], group["last"]["words"]) == (1, "台账", "任务")


async def test_a_message_with_files_and_a_reply(stage: Stage) -> None:
    card = stage.room.show("g1", CARD)
    response = await stage.say(
        [("../../etc/证 据.PNG", PICTURE), ("a.txt", b"a")], text="1 已完成\r\n2 六成", reply_to=card
    )
    assert response.status == 201
    message = (await response.json())["message"]
    answer = await (await stage.get("/api/messages", params={"chat": "g1"})).json()
    shown = answer["messages"][-1]
    assert (shown["id"], shown["lines"], shown["name"]) == (message, ["1 已完成", "2 六成"], "李强")
    assert (shown["quote"]["id"], shown["quote"]["words"]) == (card, "任务")
    assert [(file["name"], file["size"], file["picture"]) for file in shown["files"]] == [
        ("证 据.PNG", 8, True),
        ("a.txt", 1, False),
    ]


async def test_earlier_messages_come_when_asked_for(stage: Stage) -> None:
    for number in range(65):
        stage.room.say("g1", "li", str(number))
    last = await (await stage.get("/api/messages", params={"chat": "g1"})).json()
    assert (len(last["messages"]), last["earlier"]) == (60, True)
    before = {"chat": "g1", "before": last["messages"][0]["id"]}
    first = await (await stage.get("/api/messages", params=before)).json()
    assert ([each["lines"][0] for each in first["messages"]], first["earlier"]) == (list("01234"), False)


async def test_edit_press_and_seen(stage: Stage) -> None:
    card = stage.room.show("g1", CARD)
    said = stage.room.say("g1", "li", "一")
    assert (await stage.post("/api/edit", chat="g1", account="li", message=said, text="二")).status == 200
    pressed = await stage.post("/api/press", chat="g1", account="li", message=card, token="t1")
    assert (await pressed.json())["press"] == stage.room.last_happening()
    assert (await stage.post("/api/seen", chat="g1", upto=said)).status == 200
    assert stage.room.message(said).text == "二"
    assert {each.chat.id: each.unread for each in stage.room.summaries()}["g1"] == 0


async def test_limits(stage: Stage) -> None:
    assert (await stage.say([("a.bin", b"x" * LIMIT)])).status == 201
    message = await refused(await stage.say([("大.bin", b"x" * (LIMIT + 1))]), 413, "file_too_large")
    assert "大.bin" in message
    await refused(await stage.say([("a", b"x")] * 11), 413, "too_many_files")
    await refused(await stage.say([], text="字" * 20_001), 413, "text_too_long")
    said = stage.room.say("g1", "li", "一")
    long = await stage.post("/api/edit", chat="g1", account="li", message=said, text="字" * 20_001)
    await refused(long, 413, "text_too_long")
    assert len(stage.room.messages("g1")) == 2


UNKNOWN: list[tuple[str, dict[str, str], int, str]] = [
    ("/api/press", {"chat": "no", "account": "li", "message": "1", "token": "t"}, 404, "no_such_chat"),
    ("/api/press", {"chat": "g1", "account": "no", "message": "1", "token": "t"}, 404, "no_such_person"),
    ("/api/press", {"chat": "g1", "account": "li", "message": "77", "token": "t"}, 404, "no_such_message"),
    ("/api/press", {"chat": "g1", "account": "li", "message": "1", "token": "t9"}, 404, "no_such_button"),
    ("/api/press", {"chat": "coord", "account": "li", "message": "1", "token": "t1"}, 403, "not_in_chat"),
    ("/api/edit", {"chat": "g1", "account": "li", "message": "1", "text": "x"}, 403, "not_yours"),
    ("/api/seen", {"chat": "g1", "upto": "77"}, 404, "no_such_message"),
    ("/api/clock", {"to": "yesterday"}, 400, "not_understood"),
    ("/api/clock", {"to": "2026-03-01T09:00"}, 409, "clock_backwards"),
    ("/api/clock", {}, 400, "not_understood"),
    ("/api/clock", {"to": "9999-12-31T23:59:59-23:59"}, 400, "not_understood"),
    ("/api/clock", {"to": "2100-01-01"}, 400, "not_understood"),
    ("/api/seen", {"chat": "g1", "upto": "9" * 30}, 404, "no_such_message"),
    ("/api/seen", {"chat": "g1", "upto": "9" * 5000}, 404, "no_such_message"),
    ("/api/seen", {"chat": "\ud800", "upto": "1"}, 400, "not_understood"),
    ("/api/edit", {"chat": "g1", "account": "li", "message": "1", "text": "\ud800"}, 400, "not_understood"),
]


@pytest.mark.parametrize(("path", "fields", "status", "key"), UNKNOWN)
async def test_what_is_not_there_is_said(
    stage: Stage, path: str, fields: dict[str, str], status: int, key: str
) -> None:
    stage.room.show("g1", CARD)
    await refused(await stage.post(path, **fields), status, key)


async def test_what_is_no_request_is_said(stage: Stage) -> None:
    await refused(await stage.client.post("/api/press", data=b"{"), 400, "not_understood")
    await refused(await stage.client.post("/api/press", json=[1]), 400, "not_understood")
    await refused(await stage.client.post("/api/press", data=b"[" * 100_000), 400, "not_understood")
    await refused(await stage.client.post("/api/messages", json={}), 400, "not_a_form")
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    torn = await stage.client.post("/api/messages", data=b"--x\r\ngarbage\r\n", headers=kind)
    await refused(torn, 400, "not_a_form")
    await refused(await stage.say([]), 400, "empty")
    await refused(await stage.get("/api/messages", params={"chat": "no"}), 404, "no_such_chat")
    await refused(await stage.get("/nowhere"), 404, "not_found")
    await refused(await stage.get("/api/press"), 405, "method_not_allowed")


async def test_files_come_down_as_they_were_and_only_pictures_inline(stage: Stage) -> None:
    files = (
        ShownFile("图.png", "image/png", b"\x89PNG"),
        ShownFile('x".svg', "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ShownFile("页.html", "text/html", b"<script>alert(1)</script>"),
    )
    shown = stage.room.message(stage.room.show("g1", Shown("", files=files))).files
    answers = [await stage.get(f"/files/{file.id}/any") for file in shown]
    assert [await answer.read() for answer in answers] == [file.content for file in files]
    assert [answer.content_type for answer in answers] == ["image/png", *["application/octet-stream"] * 2]
    placed = [answer.headers["Content-Disposition"].partition(";")[0] for answer in answers]
    assert placed == ["inline", "attachment", "attachment"]
    assert all("sandbox" in answer.headers["Content-Security-Policy"] for answer in answers)
    down = await stage.get(f"/files/{shown[0].id}/any?download")
    assert down.headers["Content-Disposition"].startswith("attachment")
    await refused(await stage.get("/files/99/any"), 404, "no_such_file")
    await refused(await stage.get("/files/x/any"), 404, "no_such_file")
    await refused(await stage.get(f"/files/{'9' * 30}/any"), 404, "no_such_file")


async def test_the_clock_moves_and_says_when_nothing_is_ahead(stage: Stage) -> None:
    morning = await (await stage.post("/api/clock", to="morning")).json()
    assert morning["moved"]
    assert office_time(morning["now"]) == START + timedelta(days=1)
    event = await (await stage.post("/api/clock", to="event")).json()
    assert not event["moved"]
    chosen = await (await stage.post("/api/clock", to="2026-03-09T14:30")).json()
    assert office_time(chosen["now"]) == datetime(2026, 3, 9, 14, 30, tzinfo=OFFICE_ZONE)


async def test_the_clock_makes_one_move_at_a_time(stage: Stage) -> None:
    stage.controls.gate.clear()
    first = asyncio.create_task(stage.post("/api/clock", to="morning"))
    second = asyncio.create_task(stage.post("/api/clock", to="morning"))
    done, _ = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    await refused(done.pop().result(), 409, "clock_busy")
    stage.controls.gate.set()
    results = [await first, await second]
    assert sorted(result.status for result in results) == [200, 409]


class Stream:
    """Reads Server-Sent Events."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self.cursor = ""

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while line := (await self._response.content.readline()).decode():
                if line.startswith("id: "):
                    self.cursor = line[4:].strip()
                if line.startswith("data: "):
                    shown: dict[str, Any] = json.loads(line[6:])
                    return shown
        raise EOFError


async def test_an_open_page_hears_everything_once(stage: Stage) -> None:
    after = stage.room.last_happening()
    async with stage.client.get("/api/stream", params={"after": str(after)}) as response:
        assert response.content_type == "text/event-stream"
        stream = Stream(response)
        assert await stream.next() == {
            "kind": "hello",
            "room": stage.room.birth,
            "now": stage.controls.now(),
        }
        card = stage.room.show("g1", CARD)
        shown = await stream.next()
        assert (shown["kind"], shown["new"], shown["message"]["title"]) == ("message", True, "任务")
        assert shown["message"]["rows"] == [[{"label": "签收", "token": "t1", "style": "primary"}]]
        press = stage.room.press("g1", "li", card, "t1")
        stage.room.toast(press, "已签收")
        toast = await stream.next()
        assert (toast["kind"], toast["account"], toast["press"], toast["words"]) == (
            "toast",
            "li",
            press,
            "已签收",
        )
        stage.room.change("g1", card, Shown("", ("都签收了",)))
        changed = await stream.next()
        assert (changed["new"], changed["message"]["lines"]) == (False, ["都签收了"])
        stage.room.ensure_chat("g9", "民政局")
        assert (await stream.next())["kind"] == "arranged"
        await stage.post("/api/clock", to="morning")
        assert await stream.next() == {"kind": "clock", "now": stage.controls.now()}
        seen = stream.cursor
    stage.room.say("g1", "li", "错过的")
    async with stage.client.get("/api/stream", headers={"Last-Event-ID": seen}) as response:
        stream = Stream(response)
        assert (await stream.next())["kind"] == "hello"
        assert (await stream.next())["message"]["lines"] == ["错过的"]


async def test_it_serves_on_the_loopback_interface_and_stops_with_pages_open() -> None:
    controls = Controls()
    with closing(Room(now=controls.now)) as room:
        server = RoomServer(room, controls)
        url = await server.start()
        assert url.startswith("http://127.0.0.1:")
        async with ClientSession() as session, session.get(f"{url}api/stream") as response:
            stream = Stream(response)
            await stream.next()
            await server.stop()
            with pytest.raises(EOFError):
                await stream.next()


Client = TestClient[Any, Any]
