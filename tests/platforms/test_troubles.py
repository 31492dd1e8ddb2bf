"""A platform's trouble is told once, shown as long as it lasts, and over when it is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.platforms.port import ChatGone, DeliveryFault, NotNow, Platform, Shown
from bot.platforms.trouble import Troubles
from handlers.events import Command, Talk
from storage.terms.clock import HandClock, office_time
from tests.platforms.conformance import PATIENCE, Heard, listening
from tests.platforms.slack_fake import NOW, Mode, Refused, SlackFake
from tests.platforms.telegram_fake import Trouble
from tests.platforms.telegram_stage import (
    GROUP,
    TelegramStage,
    free_port,
    platform_for,
    staged,
    webhook_settings,
)

WORDS = Shown("工作要点", ("共 2 项",))
REVOKED = Trouble("refused", 401, "Unauthorized")
CLOCK = HandClock(office_time(NOW))
log = logging.getLogger("bot.platforms")


class Told:
    """What the log tells while it is watched; whoever waits is woken by each line."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog
        self._news = asyncio.Event()
        self._reader = logging.Handler(logging.WARNING)
        vars(self._reader)["emit"] = lambda record: self._news.set()
        log.addHandler(self._reader)

    def stop(self) -> None:
        log.removeHandler(self._reader)

    @property
    def lines(self) -> list[str]:
        return [r.message for r in self._caplog.records if r.name.startswith("bot.platforms")]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
async def told(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Told]:
    told = Told(caplog)
    yield told
    told.stop()


@pytest.fixture
async def stage() -> AsyncIterator[TelegramStage]:
    async with staged() as stage:
        yield stage


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[SlackFake]:
    mode: Mode = request.param
    fake = SlackFake(mode)
    await fake.start()
    await fake.attach(fake.make(commands=(), clock=CLOCK))
    yield fake
    assert fake.platform is not None
    await fake.platform.close()
    await fake.stop()


def test_what_two_parts_suffer_from_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(log, "Somewhere")
    assert str(troubles) == ""
    for _ in range(3):
        troubles.begin("hearing", "no token")
        troubles.begin("speaking", "no token")
    assert str(troubles) == "no token"
    troubles.begin("speaking", "no network")
    assert str(troubles) == "no token; no network"
    troubles.end("speaking")
    troubles.end("speaking")
    assert str(troubles) == "no token"
    troubles.end("hearing")
    troubles.end("hearing")
    assert str(troubles) == ""
    assert [(r.levelname, r.message) for r in caplog.records] == [
        ("ERROR", "no token"),
        ("ERROR", "no network"),
        ("WARNING", "Somewhere answers again"),
    ]


async def test_telegram_that_refuses_the_token_is_in_trouble_until_it_takes_it(
    stage: TelegramStage, told: Told
) -> None:
    heard = Heard()
    stage.fake.revoked = True
    platform = platform_for(stage.fake, retry_seconds=0.01)
    async with listening(platform, heard.receive):
        await told.until(lambda: bool(platform.trouble))
        with pytest.raises(NotNow):
            await platform.send(stage.chat, None, WORDS, None)
        assert platform.trouble.startswith("Telegram refuses the bot's token")
        stage.fake.revoked = False
        await platform.send(stage.chat, None, WORDS, None)
        await stage.say("/todo 1")
        await heard.next(Command)
        assert platform.trouble == ""
    await platform.close()
    assert [line for line in told.lines if "refuses" in line] == told.lines[:1]
    assert told.lines[-1] == "Telegram answers again"


async def test_telegram_is_well_as_soon_as_it_answers_though_nobody_says_anything(
    stage: TelegramStage, told: Told
) -> None:
    stage.fake.troubles["getUpdates"].append(Trouble("refused", 502, "Bad Gateway"))
    async with listening(stage.platform, Heard().receive):
        await told.until(lambda: "Telegram answers again" in told.lines)
        assert stage.platform.trouble == ""


SAID_IN_TROUBLE = [
    (REVOKED, "Telegram refuses the bot's token"),
    (Trouble("refused", 403, "Forbidden: bot was kicked"), ""),
    (Trouble("refused", 429, "Too Many Requests", {"retry_after": 3}), ""),
    (Trouble("cut after"), ""),
]


@pytest.mark.parametrize(("trouble", "shown"), SAID_IN_TROUBLE)
async def test_what_befalls_one_chat_or_one_message_is_no_trouble_of_telegram(
    stage: TelegramStage, trouble: Trouble, shown: str
) -> None:
    stage.fake.troubles["sendMessage"].append(trouble)
    with pytest.raises(DeliveryFault):
        await stage.platform.send(stage.chat, None, WORDS, None)
    assert stage.platform.trouble.startswith(shown)
    assert bool(stage.platform.trouble) == bool(shown)
    sent = await stage.platform.send(stage.chat, None, WORDS, None)
    assert stage.platform.trouble == ""
    stage.fake.troubles["editMessageText"].append(REVOKED)
    with pytest.raises(NotNow):
        await stage.platform.edit(stage.chat, sent, Shown("改"))
    assert stage.platform.trouble.startswith("Telegram refuses the bot's token")
    await stage.platform.edit(stage.chat, sent, Shown("改"))
    assert stage.platform.trouble == ""


async def test_a_refusal_of_a_chat_shows_that_the_token_is_taken(stage: TelegramStage) -> None:
    stage.fake.troubles["sendMessage"].append(REVOKED)
    with pytest.raises(NotNow):
        await stage.platform.send(stage.chat, None, WORDS, None)
    stage.world.chats[GROUP].bot = "kicked"
    with pytest.raises(ChatGone):
        await stage.platform.send(stage.chat, None, WORDS, None)
    assert stage.platform.trouble == ""


async def test_a_telegram_out_of_reach_is_a_trouble(stage: TelegramStage) -> None:
    await stage.fake.stop()
    with pytest.raises(NotNow):
        await stage.platform.send(stage.chat, None, WORDS, None)
    assert "does not answer" in stage.platform.trouble


@pytest.mark.parametrize("taken_by", ["somebody who polls", "another webhook"])
async def test_a_webhook_that_another_program_took_is_told_of_and_taken_back(
    taken_by: str, told: Told
) -> None:
    ours = webhook_settings()
    async with staged(mode="webhook", webhook=ours, retry_seconds=0.01, watch_seconds=0.01) as stage:
        heard = Heard()
        async with listening(stage.platform, heard.receive):
            await stage.fake.until(lambda: stage.fake.webhook.get("url") == ours.url)
            stage.fake.webhook = {} if taken_by == "somebody who polls" else {"url": "https://other.example"}
            await told.until(lambda: bool(told.lines))
            await stage.fake.until(lambda: stage.fake.webhook.get("url") == ours.url)
            await told.until(lambda: len(told.lines) == 2)
            assert stage.platform.trouble == ""
            await stage.say("/todo 1")
            await heard.next(Command)
    assert told.lines == [
        "Another program listens with this bot's token: it changed or removed the webhook",
        "Telegram answers again",
    ]


async def test_a_webhook_set_by_hand_is_not_set_again_but_missed(told: Told) -> None:
    by_hand = replace(webhook_settings(), url="")
    async with staged(mode="webhook", webhook=by_hand, retry_seconds=0.01, watch_seconds=0.01) as stage:
        async with listening(stage.platform, Heard().receive):
            await told.until(lambda: bool(stage.platform.trouble))
            stage.fake.webhook = {"url": "https://set.by.hand.example"}
            await told.until(lambda: not stage.platform.trouble)
        assert stage.fake.sent("setWebhook") == []


async def test_a_webhook_that_telegram_does_not_reach_is_a_trouble(told: Told) -> None:
    elsewhere = replace(webhook_settings(), url=f"http://127.0.0.1:{free_port()}/telegram")
    async with (
        staged(mode="webhook", webhook=elsewhere, retry_seconds=0.01, watch_seconds=0.05) as stage,
        listening(stage.platform, Heard().receive),
    ):
        await stage.say("/todo 1")
        await told.until(lambda: bool(stage.platform.trouble))
        assert stage.platform.trouble == "Telegram cannot bring updates to the webhook (Connection refused)"


async def test_slack_that_refuses_the_token_is_in_trouble_until_it_takes_it(
    slack: SlackFake, told: Told
) -> None:
    platform: Platform = slack.make(commands=(), clock=CLOCK, retry_seconds=0.01)
    await slack.attach(platform)  # type: ignore[arg-type]
    slack.refuse("auth.test", Refused(error="invalid_auth"), Refused(error="invalid_auth"))
    heard = Heard()
    async with listening(platform, heard.receive):
        await slack.say("在吗")
        await heard.next(Talk)
        assert platform.trouble == ""
        slack.refuse("chat.postMessage", Refused(error="token_revoked"), Refused(error="token_revoked"))
        for _ in range(2):
            with pytest.raises(NotNow):
                await platform.send("C1", None, WORDS, None)
            assert "(token_revoked)" in platform.trouble
        slack.refuse("chat.postMessage", Refused(error="no_text"))
        with pytest.raises(DeliveryFault):
            await platform.send("C1", None, WORDS, None)
        assert platform.trouble == ""
    await platform.close()
    refused = "Slack refuses the bot's token ({}); was it revoked? Waiting for it to be accepted"
    assert told.lines == [
        refused.format("invalid_auth"),
        "Slack answers again",
        refused.format("token_revoked"),
        "Slack answers again",
    ]


@pytest.mark.parametrize(
    ("refused", "line"),
    [
        (Refused(error="token_revoked"), "Slack refuses the app's token"),
        (Refused(error="missing_scope"), "Slack opens no socket (Rejected)"),
        (Refused(503), "Slack opens no socket (Unreached)"),
    ],
)
async def test_a_socket_that_is_not_opened_is_a_trouble(
    refused: Refused, line: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.socket_mode.REFUSED_SECONDS", 0.01)
    monkeypatch.setattr("bot.platforms.slack.faults.LOCKED_OUT_SECONDS", 0.01)
    fake = SlackFake("socket")
    await fake.start()
    platform = fake.make(commands=(), clock=CLOCK, retry_seconds=0.01)
    fake.refuse("apps.connections.open", *[refused] * 3)
    async with listening(platform, Heard().receive):
        await told.until(lambda: bool(platform.trouble))
        assert platform.trouble.startswith(line)
        await platform.ready.wait()
        assert platform.trouble == ""
    await platform.close()
    await fake.stop()
    assert [each.startswith(line) for each in told.lines] == [True, False]


async def test_a_slack_out_of_reach_is_a_trouble(slack: SlackFake) -> None:
    assert slack.platform is not None
    await slack.stop()
    with pytest.raises(NotNow):
        await slack.platform.send("C1", None, WORDS, None)
    assert "cannot be reached" in slack.platform.trouble
    await slack.start()
