"""What people and other programs send wrongly, on Slack: told in a sentence, and nothing else happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.platforms.port import ShownFile
from bot.platforms.slack.words import root_of, ts_of
from tests.flows import desk
from tests.flows.stage import COORDINATION, COORDINATOR, liaison
from tests.platforms.offices import HttpOffice, SlackOffice
from tests.platforms.slack_fake import BOT, Refused, Written
from tests.platforms.test_bad_input import BUREAU, EMOJI, ledger

WHO = liaison(BUREAU)


@pytest.fixture(params=[SlackOffice, HttpOffice], ids=["socket", "http"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SlackOffice]:
    async with request.param(tmp_path) as stage:
        await stage.departments([BUREAU])
        await desk.plan(stage, {"公开规划": {BUREAU: desk.LEAD}})
        await stage.say(BUREAU, liaison(BUREAU), "/待办")
        yield stage


async def test_a_message_of_4000_emoji_is_taken_and_answered(office: SlackOffice) -> None:
    card = office.last(BUREAU)
    await office.say(BUREAU, liaison(BUREAU), f"1 60%，{EMOJI * 4000}", reply_to=card)
    assert "60%" in office.last(BUREAU).text
    await office.say(COORDINATION, COORDINATOR, f"/进度 {EMOJI * 4000}")
    assert office.messages(COORDINATION)


async def test_a_file_beyond_the_limit_is_not_even_fetched_and_told(
    office: SlackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = office.fake._keep
    monkeypatch.setattr(
        office.fake, "_keep", lambda name, content: keep(name, content) | {"size": 21 * 1024 * 1024}
    )
    fetched: list[str] = []
    monkeypatch.setattr(office.platform, "fetch", fetched.append)
    big = ShownFile("大文件.zip", "application/zip", b"x")
    await office.say(BUREAU, liaison(BUREAU), "1 60%", files=[big], reply_to=office.last(BUREAU))
    said = "\n".join(message.text for message in office.messages(BUREAU))
    assert "“大文件.zip”太大（最多20MB），没有收下" in said
    assert fetched == []


@pytest.mark.parametrize("token", ["another-apps-data", "x" * 255, "0.0", "…" * 20])
async def test_a_button_nobody_made_changes_nothing_and_is_answered(office: SlackOffice, token: str) -> None:
    before = ledger(office)
    card = office.last(BUREAU)
    button = {"action_id": "taizhang.0.0", "value": token}
    pressed = office.fake.press_of(office.external(BUREAU), ts_of(card.id), button, office.account(WHO))
    await office.fake.tell("interactive", pressed)
    await office.settle()
    assert ledger(office) == before
    assert office.toast(WHO), "whoever pressed is told"


async def test_another_bots_words_are_no_departments_answer(office: SlackOffice) -> None:
    before = ledger(office)
    said = {"text": "1 已完成", "thread_ts": ts_of(office.last(BUREAU).id), "bot_id": "B99", "user": "U99"}
    event = {"type": "message", "channel": office.external(BUREAU), "ts": "1772413299.000001", **said}
    await office.fake.tell_event(event)
    await office.fake.tell_event(event | {"subtype": "bot_message", "ts": "1772413299.000002"})
    await office.settle()
    assert ledger(office) == before


async def test_a_token_revoked_in_the_middle_loses_no_answer(office: SlackOffice) -> None:
    card = office.last(BUREAU)
    office.fake.refuse("chat.postMessage", Refused(error="token_revoked"))
    await office.say(BUREAU, liaison(BUREAU), "1 65%", reply_to=card)
    assert "65%" not in office.last(BUREAU).text
    assert "65" in str(ledger(office)["progress_report"])
    await office.advance(timedelta(minutes=5))
    assert "65%" in office.last(BUREAU).text


async def test_what_the_bot_does_not_know_it_said_cuts_nobody_off(office: SlackOffice) -> None:
    """An answer whose sending was never confirmed stands in the thread; so may one that takes no reply."""
    card = office.last(BUREAU)
    root = root_of(card.id)
    unknown = office.fake.number()
    channel = office.external(BUREAU)
    office.fake.written[channel, unknown] = Written(channel, unknown, BOT, "已记：60%", thread=root)
    await office.kill()
    await office.open()
    await office.say(BUREAU, WHO, "70%", reply_to=card)
    assert "70%" in office.last(BUREAU).text
    await office.say(BUREAU, WHO, "今天天气不错", reply_to=card)
    await office.say(BUREAU, WHO, "80%", reply_to=card)
    assert "80%" in office.last(BUREAU).text
    assert all(f"{share}%" in str(ledger(office)["progress_report"]) for share in (70, 80))
