"""``taizhang run`` as a process: both platforms at once, a stop in the middle of work, a clean log."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.platforms.served import Served, on_slack, on_telegram
from tests.platforms.slack_fake import APP_TOKEN, BOT, BOT_TOKEN, SlackFake
from tests.platforms.telegram_fake import FakeTelegram, Trouble
from tests.platforms.telegram_stage import PERSON
from tests.platforms.telegram_world import BOT as TELEGRAM_BOT
from tests.platforms.telegram_world import TOKEN

GROUPS = [-1001500000100 - number for number in range(24)]
WORDS = "这句话只给群里看"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    fake = FakeTelegram()
    await fake.start()
    fake.world.person(PERSON, "王", "静")
    for group in GROUPS:
        fake.world.chat(group, f"第{group}群")
    yield fake
    await fake.stop()


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake("socket")
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def served(tmp_path: Path, telegram: FakeTelegram, slack: SlackFake) -> AsyncIterator[Served]:
    served = Served(tmp_path, {**on_telegram(telegram), **on_slack(slack)})
    yield served
    await served.kill()


def said(telegram: FakeTelegram) -> Counter[int]:
    """Return how many messages the bot said in each group."""
    return Counter(
        group
        for group in GROUPS
        for message in telegram.world.chats[group].messages.values()
        if message.get("from") is TELEGRAM_BOT
    )


def said_on_slack(slack: SlackFake) -> int:
    return sum(written.user == BOT for written in slack.written.values())


async def test_it_serves_both_platforms_and_stops_in_the_middle_of_work(
    served: Served, telegram: FakeTelegram, slack: SlackFake
) -> None:
    await served.start(LOG_FORM="json")
    telegram.world.say(GROUPS[0], PERSON, "/help")
    await slack.say(f"<@{BOT}> 帮助")
    await telegram.until(lambda: said(telegram)[GROUPS[0]] == 1)
    await slack.until(lambda: said_on_slack(slack) == 1)
    status, told = await served.health()
    assert (status, told["status"], list(told["platforms"])) == (200, "ok", ["telegram", "slack"])
    assert all(each["heard_seconds_ago"] < 60 for each in told["platforms"].values())

    for group in GROUPS[1:]:
        telegram.world.say(group, PERSON, f"/todo {WORDS}")
    await telegram.until(lambda: len(said(telegram)) > 3)
    served.signal(signal.SIGTERM)
    assert await served.ended() == 0
    assert served.count("Stopped") == 1
    assert set(served.statuses("outbox")) <= {"sent", "pending"}
    assert said(telegram).total() + 1 == served.statuses("outbox")["sent"]

    await served.start(LOG_FORM="json")
    await telegram.until(lambda: len(said(telegram)) == len(GROUPS))
    served.signal(signal.SIGINT)
    assert await served.ended() == 0
    assert said(telegram) == dict.fromkeys(GROUPS, 1)
    assert said_on_slack(slack) == 1
    assert set(served.statuses("inbox")) == {"done"}
    assert served.statuses("outbox") == {"sent": len(GROUPS) + 1}
    lines = [json.loads(line) for line in served.lines]
    assert {line["level"] for line in lines} == {"INFO"}


async def test_a_second_signal_ends_it_at_once(served: Served, telegram: FakeTelegram) -> None:
    await served.start()
    telegram.troubles["sendMessage"].append(Trouble("silent after"))
    telegram.world.say(GROUPS[0], PERSON, "/help")
    await telegram.until(lambda: bool(telegram.sent("sendMessage")))
    served.signal(signal.SIGTERM)
    await served.until(lambda: served.count("Told to stop") == 1)
    served.signal(signal.SIGTERM)
    assert await served.ended() == 128 + signal.SIGTERM
    assert served.count("Ended at once") == 1
    assert served.statuses("outbox") == {"sending": 1}


async def test_a_second_process_on_the_same_ledger_says_so_and_ends(served: Served, tmp_path: Path) -> None:
    await served.start()
    second = Served(tmp_path, served.settings)
    await second.begin()
    assert await second.ended() == 2
    (line,) = second.lines
    assert "正由另一个进程使用" in line
    assert (await served.health())[0] == 200


async def test_wrong_settings_are_told_all_at_once(served: Served) -> None:
    await served.begin(TELEGRAM_MODE="webhook", SLACK_APP_TOKEN="x", FILE_LIMIT="0")
    assert await served.ended() == 2
    assert [line.split()[0] for line in served.lines] == [
        "TAIZHANG_FILE_LIMIT",
        "TAIZHANG_SLACK_APP_TOKEN",
        "TAIZHANG_TELEGRAM_MODE",
    ]
    assert list(served.folder.glob("*.sqlite3")) == []


async def test_neither_tokens_nor_words_come_into_the_log(
    served: Served, telegram: FakeTelegram, slack: SlackFake
) -> None:
    """At the level at which most is told, with everything going wrong."""
    telegram.troubles["getMe"].append(Trouble("refused", 401, "Unauthorized"))
    telegram.troubles["getUpdates"].append(Trouble("garbled after"))
    telegram.troubles["sendMessage"].extend(
        [Trouble("cut after"), Trouble("refused", 400, f"Bad Request: {WORDS}")]
    )
    await served.start(TELGRAM_TOKEN="1")
    telegram.world.tell("message", {"text": WORDS, "chat": {"id": "x"}})
    for group in GROUPS[:4]:
        telegram.world.say(group, PERSON, f"/待办 {WORDS}")
    await slack.say(f"<@{BOT}> 待办 {WORDS}", files=[(f"{WORDS}.txt", WORDS.encode())])
    await telegram.until(lambda: len(telegram.sent("sendMessage")) >= 4)
    await slack.until(lambda: said_on_slack(slack) >= 1)
    await served.health()
    served.signal(signal.SIGTERM)
    assert await served.ended() == 0
    log = "\n".join(served.lines)
    assert "Telegram refuses the bot's token" in log
    assert "TAIZHANG_TELGRAM_TOKEN 不是本程序的设置" in log
    hidden = (
        TOKEN.partition(":")[2],
        BOT_TOKEN,
        APP_TOKEN,
        "ticket-top-secret",
        WORDS,
        "王静",
        "李强",
        "Traceback",
    )
    assert [each for each in hidden if each in log] == []
