"""The whole program answers, keeps silent and survives."""

from __future__ import annotations

from tests.flows.stage import COORDINATION, COORDINATOR, STRANGER, Stage, liaison


async def test_help_knows_who_asks(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/help")
    assert "您是统筹人员" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/帮助")
    assert "您是发改局的联络员" in stage.last("发改局").text
    await stage.say(COORDINATION, STRANGER, "/help")
    assert "还没有登记身份" in stage.last(COORDINATION).text
