"""The program on its platforms: several at once on one ledger, in trouble and out of it, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import functools
import io
import json
import logging
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import logs, running
from bot.composition import Office
from bot.environment import Environment
from bot.platforms.chosen import chosen
from bot.platforms.port import Pace, Platform, Receive, ShownFile
from bot.platforms.rehearsal.adapter import RehearsalPlatform
from bot.platforms.rehearsal.room import Room
from bot.platforms.slack.adapter import SlackPlatform
from bot.platforms.telegram.adapter import PACE, TelegramPlatform
from bot.platforms.telegram.webhook import WebhookSettings
from storage.database import Database
from storage.sqlite import ProcessLock
from storage.terms.clock import HandClock, SystemClock, office_time
from storage.terms.texts import text
from tests.architecture.house import ROOT
from tests.platforms.slack_fake import APP_TOKEN, BOT, BOT_TOKEN, NOW, SECRET, Mode, Refused, SlackFake
from tests.platforms.telegram_fake import Trouble
from tests.platforms.telegram_stage import (
    GROUP,
    PERSON,
    TelegramStage,
    free_port,
    shown,
    staged,
    webhook_settings,
)
from tests.platforms.telegram_world import BOT as TELEGRAM_BOT
from tests.platforms.telegram_world import TOKEN

OTHER, THIRD = -1001500000002, -1001500000003
WORDS = "这句话只给群里看"
DEPARTMENTS = ShownFile("名录.csv", "text/csv", "名称,类别,别名\n市发展和改革局,部门,发改局\n".encode())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty ledger once."""
    path = tmp_path_factory.mktemp("running") / "empty.sqlite3"

    async def make() -> None:
        await (await Database.open(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
def ledger(tmp_path: Path, empty: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "ledger.sqlite3"))


def settings(ledger: Path, **more: Any) -> Environment:
    values: dict[str, Any] = {
        "database": ledger,
        "coordinators": f"telegram:{PERSON}:王静,slack:U1:李强",
        "health_port": free_port(),
    }
    return Environment(_env_file=None, **values | more)


class Program:
    """The program at work, and how it is."""

    def __init__(self, office: Office, clock: HandClock, address: str) -> None:
        self.office = office
        self.clock = clock
        self.address = address

    async def health(self) -> tuple[int, dict[str, Any]]:
        async with ClientSession() as session, session.get(self.address) as answer:
            return answer.status, await answer.json()

    async def after(self, **period: float) -> None:
        """Let time go by."""
        self.clock.advance(timedelta(**period))
        self.office.clock_moved()


@asynccontextmanager
async def serving(given: Environment, platforms: list[Platform]) -> AsyncIterator[Program]:
    clock = HandClock(office_time(NOW))
    async with running.serving(given, platforms, clock) as (office, address):
        yield Program(office, clock, address)


@pytest.fixture(params=["polling", "webhook"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[TelegramStage]:
    options: dict[str, Any] = {"retry_seconds": 0.01, "pace": Pace()}
    if request.param == "webhook":
        options |= {"mode": "webhook", "webhook": webhook_settings()}
    async with staged(**options) as stage:
        stage.world.chat(OTHER, "财政局")
        stage.world.chat(THIRD, "教育局")
        yield stage


@asynccontextmanager
async def slack_fake(mode: Mode) -> AsyncIterator[SlackFake]:
    fake = SlackFake(mode)
    await fake.start()
    await fake.attach(fake.make(clock=HandClock(office_time(NOW)), retry_seconds=0.01))
    yield fake
    await fake.stop()


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[SlackFake]:
    async with slack_fake(request.param) as fake:
        yield fake


def on_slack(fake: SlackFake) -> Platform:
    assert fake.platform is not None
    return fake.platform


def answers(stage: TelegramStage, chat: int = GROUP) -> list[str]:
    """Return what the bot said in a group, in words."""
    said = [m for m in stage.world.chats[chat].messages.values() if m.get("from") is TELEGRAM_BOT]
    return ["\n".join((shown(m).title, *shown(m).lines)) for m in said]


def slack_answers(fake: SlackFake) -> list[str]:
    return [each.text for each in fake.written.values() if each.user == BOT]


# ---------------------------------------------------------------- several at once


async def test_both_platforms_show_the_same_ledger(
    stage: TelegramStage, slack: SlackFake, ledger: Path
) -> None:
    async with serving(settings(ledger), [stage.platform, on_slack(slack)]) as program:
        quiet = program.office.quiet
        await stage.say("/coordination")
        await stage.fake.until(lambda: len(answers(stage)) == 1)
        await stage.say("/register", files=(DEPARTMENTS,))
        await stage.fake.until(lambda: len(answers(stage)) == 2)
        message, card = list(stage.world.chats[GROUP].messages.items())[-1]
        await stage.press(f"{GROUP}:{message}", shown(card).rows[0][0].token)
        await stage.fake.until(lambda: "名录已更新" in "".join(answers(stage)))
        await stage.say("/code 发改局")
        await stage.fake.until(lambda: "/bind" in answers(stage)[-1])
        (code,) = re.findall(r"/bind (\S+)", answers(stage)[-1])
        await slack.say(f"<@{BOT}> bind {code}")
        await slack.until(lambda: any("已绑定发改局" in each for each in slack_answers(slack)))
        await stage.fake.until(lambda: any("已绑定发改局" in each for each in answers(stage)[2:]))
        await quiet()
        status, told = await program.health()
    assert (status, told["status"], list(told["platforms"])) == (200, "ok", ["telegram", "slack"])
    assert {each["heard_seconds_ago"] for each in told["platforms"].values()} == {0.0}


async def test_a_slack_that_refuses_its_token_leaves_telegram_alone(
    stage: TelegramStage, ledger: Path
) -> None:
    async with slack_fake("http") as slack:
        slack.refuse("auth.test", *(Refused(error="invalid_auth") for _ in range(100_000)))
        async with serving(settings(ledger), [stage.platform, on_slack(slack)]) as program:
            await slack.until(lambda: len(slack.calls) > 2)
            await stage.say("/help")
            await stage.fake.until(lambda: len(answers(stage)) == 1)
            status, told = await program.health()
            assert (status, list(told["troubles"])) == (503, ["slack"])
            slack.refusals.clear()
            await slack.say(f"<@{BOT}> 帮助")
            await slack.until(lambda: len(slack_answers(slack)) == 1)
            assert (await program.health())[0] == 200


# ---------------------------------------------------------------- in trouble


async def test_a_token_revoked_in_the_middle_is_told_and_nothing_is_lost(
    stage: TelegramStage, ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(settings(ledger), [stage.platform]) as program:
        await stage.say("/help")
        await stage.fake.until(lambda: len(answers(stage)) == 1)
        before = len(stage.fake.calls)
        stage.fake.revoked = True
        stage.world.say(OTHER, PERSON, "/help")
        await stage.fake.until(lambda: any(name == "sendMessage" for name, _ in stage.fake.calls[before:]))
        await program.office.quiet()
        status, told = await program.health()
        assert status == 503
        assert told["troubles"]["telegram"].startswith("Telegram refuses the bot's token")
        assert told["outbox"]["pending"] == 1
        stage.world.say(THIRD, PERSON, "/help")
        stage.fake.revoked = False
        await program.after(minutes=2)
        await stage.fake.until(lambda: bool(answers(stage, OTHER) and answers(stage, THIRD)))
        await program.office.quiet()
        assert (await program.health())[0] == 200
    assert [len(answers(stage, chat)) for chat in (GROUP, OTHER, THIRD)] == [1, 1, 1]
    told_of = [r.message for r in caplog.records if "token" in r.message]
    assert len(told_of) == 1


async def test_a_second_instance_is_told_of_and_nothing_is_lost(
    ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rival = f"{TOKEN}/getUpdates?timeout=10"
    async with staged(retry_seconds=0.05) as stage:
        written = asyncio.Event()
        reader = logging.Handler(logging.ERROR)
        vars(reader)["emit"] = lambda record: written.set()
        log = logging.getLogger("bot.platforms.telegram")
        log.addHandler(reader)
        async with serving(settings(ledger), [stage.platform]) as program, ClientSession() as session:
            stage.world.chat(OTHER, "财政局")
            stage.world.say(OTHER, PERSON, "/help")
            await stage.fake.until(lambda: len(answers(stage, OTHER)) == 1)

            async def listen() -> None:
                while True:
                    async with session.get(stage.fake.base_url + rival):
                        pass

            other = asyncio.create_task(listen())
            async with asyncio.timeout(10):
                await written.wait()
            status, told = await program.health()
            assert status == 503
            assert told["troubles"]["telegram"].startswith("Another program listens with this bot's token")
            other.cancel()
            await asyncio.gather(other, return_exceptions=True)
            await stage.say("/help")
            await stage.fake.until(lambda: len(answers(stage)) == 1)
            await program.office.quiet()
            assert (await program.health())[0] == 200
        log.removeHandler(reader)
    assert len(answers(stage)) == 1
    assert len([r for r in caplog.records if "Another program" in r.message]) == 1


async def test_a_slack_token_revoked_in_the_middle_is_told_and_nothing_is_lost(
    slack: SlackFake, ledger: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(settings(ledger), [on_slack(slack)]) as program:
        slack.refuse("chat.postMessage", Refused(error="token_revoked"))
        await slack.say(f"<@{BOT}> 帮助")
        await slack.until(lambda: any(name == "chat.postMessage" for name, _ in slack.calls))
        await program.office.quiet()
        status, told = await program.health()
        assert (status, list(told["troubles"])) == (503, ["slack"])
        await program.after(minutes=2)
        await slack.until(lambda: len(slack_answers(slack)) == 1)
        await program.office.quiet()
        assert (await program.health())[0] == 200
    assert len(slack_answers(slack)) == 1
    assert len([r for r in caplog.records if "token_revoked" in r.message]) == 1


@pytest.fixture
def talkative() -> Iterator[io.StringIO]:
    """Let every library say all that it can, more than any setting does; give what our log has of it."""
    to = io.StringIO()
    with logs.written(to, "debug", "plain", ()):
        known = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
        before = {logger: logger.level for logger in known}
        for logger in known:
            logger.setLevel(logging.DEBUG)
        yield to
        for logger, level in before.items():
            logger.setLevel(level)


async def test_no_token_and_no_words_come_into_the_log_over_a_whole_run(
    stage: TelegramStage, slack: SlackFake, ledger: Path, talkative: io.StringIO
) -> None:
    stage.fake.troubles["sendMessage"].extend([Trouble("cut after"), Trouble("refused", 401, "Unauthorized")])
    async with serving(settings(ledger), [stage.platform, on_slack(slack)]) as program:
        for chat in (GROUP, OTHER, THIRD):
            stage.world.say(chat, PERSON, f"/待办 {WORDS}", reply_to=None)
        await slack.say(f"<@{BOT}> 待办 {WORDS}")
        await stage.fake.until(lambda: len(stage.fake.sent("sendMessage")) >= 3)
        await slack.until(lambda: bool(slack_answers(slack)))
        await program.after(minutes=2)
        await program.health()
        await program.office.quiet()
    told = talkative.getvalue()
    assert "Telegram refuses the bot's token" in told
    secrets = (TOKEN.partition(":")[2], BOT_TOKEN, APP_TOKEN, SECRET, "ticket-top-secret")
    assert [each for each in (*secrets, WORDS, "王静", "李强") if each in told] == []


# ---------------------------------------------------------------- ending


Lines = Callable[[], list[str]]


@pytest.fixture
def own_log(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Give what reads the lines that the program wrote to its log."""

    def lines() -> list[str]:
        return capsys.readouterr().err.splitlines()

    return lines


def test_a_ledger_in_use_ends_the_start(ledger: Path, own_log: Lines) -> None:
    lock = ProcessLock(ledger)
    assert lock.acquire()
    try:
        assert running.run(settings(ledger, telegram_token=TOKEN)) == running.REFUSED
    finally:
        lock.release()
    (line,) = own_log()
    assert line.endswith(f"ERROR bot.running: {ledger} 正由另一个进程使用。请先停掉它，或换一个文件。")


def test_what_is_no_ledger_ends_the_start(tmp_path: Path, own_log: Lines) -> None:
    (tmp_path / "damaged").write_bytes(b"no database at all" * 99)
    given = settings(tmp_path / "damaged", telegram_token=TOKEN, language="en")
    assert running.run(given) == running.REFUSED
    (line,) = own_log()
    assert "is no ledger of this release" in line


def test_the_ledger_of_a_newer_release_ends_the_start(ledger: Path, own_log: Lines) -> None:
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("UPDATE tortoise_migrations SET name = '9999_later' WHERE name = '0001_initial'")
        connection.commit()
    assert running.run(settings(ledger, telegram_token=TOKEN)) == running.REFUSED
    (line,) = own_log()
    assert "是更新的版本写的" in line


class Part(RehearsalPlatform):
    """A platform that does one thing, then waits."""

    def __init__(self, work: Callable[[], None], *, waits: bool = True) -> None:
        super().__init__(Room(now=SystemClock().now))
        self._work = work
        self._waits = waits
        self.closed = 0

    async def run(self, receive: Receive) -> None:
        del receive
        self._work()
        if self._waits:
            await asyncio.Event().wait()

    async def close(self) -> None:
        self.closed += 1
        self.room.close()


def ran(given: Environment, part: Part, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(running, "chosen", lambda given, clock: [part])
    status = running.run(given)
    assert part.closed == 1
    return status


def fails(fault: Exception) -> None:
    raise fault


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (OSError(errno.EADDRINUSE, "address already in use"), running.REFUSED, "不能在这个地址上监听"),
        (OSError(errno.EADDRNOTAVAIL, "no such address"), running.REFUSED, "no such address"),
        (PermissionError(errno.EACCES, "no"), running.REFUSED, "无法进行"),
        (ConnectionResetError(WORDS), running.DIED, "so all of it does: ConnectionResetError at "),
        (RuntimeError(WORDS), running.DIED, "so all of it does: RuntimeError at "),
        (ExceptionGroup(WORDS, [KeyError(WORDS)]), running.DIED, "so all of it does: KeyError"),
    ],
)
def test_a_part_that_dies_ends_all_and_is_told_without_words(
    fault: Exception, status: int, told: str, ledger: Path, own_log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(ledger, slack_bot_token=BOT_TOKEN)
    assert ran(given, Part(functools.partial(fails, fault)), monkeypatch) == status
    lines = own_log()
    assert told in lines[-1]
    assert WORDS not in "".join(lines)


def test_a_part_that_ends_ends_all(ledger: Path, own_log: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings(ledger, slack_bot_token=BOT_TOKEN)
    assert ran(given, Part(lambda: None, waits=False), monkeypatch) == running.DIED
    assert "so all of it does: TaskEnded" in own_log()[-1]


def test_a_port_of_its_own_that_is_taken_ends_the_start(
    ledger: Path, own_log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        plug.listen()
        port = plug.getsockname()[1]
        assert ran(settings(ledger, health_port=port), Part(lambda: None), monkeypatch) == running.REFUSED
    (line,) = own_log()
    assert "HEALTH_PORT" in line
    assert str(port) in line


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("more", "ready"),
    [
        ({"telegram_token": TOKEN, "health_port": 0}, "on Telegram (polling)"),
        (
            {
                "telegram_token": TOKEN,
                "telegram_mode": "webhook",
                "slack_bot_token": BOT_TOKEN,
                "slack_app_token": APP_TOKEN,
            },
            "on Telegram (webhook) and Slack (Socket Mode); health at http://127.0.0.1:",
        ),
        (
            {"slack_bot_token": BOT_TOKEN, "slack_signing_secret": SECRET},
            "on Slack (HTTP); health at http://",
        ),
    ],
)
def test_it_says_what_it_serves_until_it_is_told_to_stop(
    told: signal.Signals,
    more: dict[str, Any],
    ready: str,
    ledger: Path,
    own_log: Lines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part = Part(lambda: os.kill(os.getpid(), told))
    assert ran(settings(ledger, log_form="json", **more), part, monkeypatch) == running.DONE
    first, *rest = [json.loads(line)["message"] for line in own_log()]
    assert first.startswith("Ready: taizhang 0.")
    assert ready in first
    assert [line.partition(":")[0] for line in rest] == ["Told to stop", "Stopped"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_what_is_strange_about_the_settings_is_told_first(
    ledger: Path, own_log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(lambda: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(running, "chosen", lambda given, clock: [part])
    given = settings(ledger, telegram_token=TOKEN, language="en")
    assert running.run(given, [text("setting.unknown", name="TAIZHANG_X")]) == running.DONE
    first, second, *_ = own_log()
    assert first.endswith("WARNING bot.running: TAIZHANG_X is no setting of this program and has no effect.")
    assert " Ready: " in second


# ---------------------------------------------------------------- the platforms of the settings


def test_each_platform_is_made_as_the_settings_say(ledger: Path) -> None:
    given = settings(
        ledger,
        telegram_token=TOKEN,
        telegram_mode="webhook",
        telegram_webhook_secret="a-secret_of-ours",
        telegram_webhook_url="https://bot.example.cn/t",
        telegram_webhook_host="0.0.0.0",
        telegram_webhook_port=8081,
        telegram_webhook_path="/t",
        telegram_pace=200,
        telegram_base_url="http://bots:8081/bot",
        telegram_base_file_url="http://bots:8081/file/bot",
        telegram_proxy="http://proxy:3128",
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SECRET,
        slack_host="0.0.0.0",
        slack_port=3001,
        slack_path="/s",
        slack_base_url="http://slack:1/api/",
        slack_proxy="http://proxy:3129",
    )
    telegram, slack = chosen(given, SystemClock())
    assert isinstance(telegram, TelegramPlatform)
    assert isinstance(slack, SlackPlatform)
    assert telegram._bot.base_url == f"http://bots:8081/bot{TOKEN}"
    assert telegram._bot.base_file_url == f"http://bots:8081/file/bot{TOKEN}"
    assert telegram._connection._others._proxy == "http://proxy:3128"
    assert telegram._webhook == WebhookSettings(
        "a-secret_of-ours", url="https://bot.example.cn/t", host="0.0.0.0", port=8081, path="/t"
    )
    assert telegram.capabilities.pace == replace(PACE, per_second=200)
    assert "进度" in telegram._command_words
    assert slack.requests is not None
    assert slack._address == ("0.0.0.0", 3001, "/s")
    assert (slack._web._sdk.base_url, slack._web._proxy) == ("http://slack:1/api/", "http://proxy:3129")


def test_without_settings_of_its_own_a_platform_is_as_it_comes(ledger: Path) -> None:
    given = settings(ledger, telegram_token=TOKEN, slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN)
    telegram, slack = chosen(given, SystemClock())
    assert isinstance(telegram, TelegramPlatform)
    assert isinstance(slack, SlackPlatform)
    assert telegram.capabilities == TelegramPlatform(TOKEN).capabilities
    assert telegram._webhook is None
    assert slack.requests is None
    assert slack._app_token == APP_TOKEN


@pytest.mark.parametrize(
    ("tokens", "loaded"),
    [
        ({}, set()),
        ({"telegram_token": TOKEN}, {"telegram"}),
        ({"slack_bot_token": BOT_TOKEN, "slack_app_token": APP_TOKEN}, {"slack_sdk"}),
    ],
)
def test_the_sdk_of_a_platform_that_is_not_set_is_not_loaded(
    tokens: dict[str, str], loaded: set[str]
) -> None:
    source = f"""
import sys
from bot.environment import Environment
import bot.running
bot.running.chosen(Environment(_env_file=None, **{tokens!r}), bot.running.SystemClock())
print(*{{"telegram", "slack_sdk", "slack_bolt"}} & set(sys.modules))
"""
    told = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(told.split()) == loaded
