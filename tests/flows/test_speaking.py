"""When the bot speaks, and when it keeps silent."""

from __future__ import annotations

import re

import pytest

from bot.platforms.rehearsal.room import private_chat
from handlers.command_words import command_words
from handlers.helping import TOPICS, UNLISTED
from handlers.routing import COMMANDS
from tests.flows.improvised import Improvised, answering, card, echo
from tests.flows.stage import CATALOGUE, COORDINATION, COORDINATOR, LEADER, STRANGER, Stage, liaison


async def test_help_knows_who_asks(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    await stage.say(COORDINATION, COORDINATOR, "/help")
    assert "您是统筹人员" in stage.last(COORDINATION).text
    await stage.say("发改局", liaison("发改局"), "/帮助")
    assert "您是发改局的联络员" in stage.last("发改局").text
    await stage.say(COORDINATION, STRANGER, "/help")
    assert "还没有登记身份" in stage.last(COORDINATION).text
    await stage.say(private_chat(LEADER), LEADER, "/start")
    assert "查看全部事项" in stage.last(private_chat(LEADER)).text


async def test_help_in_a_departments_group_serves_whoever_is_there(stage: Stage) -> None:
    await stage.departments(["发改局"])
    stage.newcomer("clerk", "小何", "发改局")
    await stage.say("发改局", "clerk", "/help")
    assert "本群对应发改局" in stage.last("发改局").text


async def test_help_in_private_lists_what_a_liaison_can_do_there(stage: Stage) -> None:
    await stage.departments(["发改局"])
    private = private_chat(liaison("发改局"))
    await stage.say(private, liaison("发改局"), "/help")
    listed = _commands(stage.last(private).text)
    assert listed == [
        "todo",
        "submit",
        "extend",
        "decline",
        "export",
        "campaign",
        "annual",
        "help",
        "enrol",
        "link",
    ]
    stage.newcomer("clerk", "小何", "发改局")
    await stage.say(private_chat("clerk"), "clerk", "/help")
    assert _commands(stage.last(private_chat("clerk")).text) == ["help", "enrol"]


async def test_help_for_a_coordinator_names_every_command_once_under_its_topic(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/help")
    lines = stage.last(COORDINATION).text.splitlines()
    answering = {"todo", "submit", "extend", "decline"}
    assert sorted(_commands("\n".join(lines))) == sorted(set(COMMANDS) - answering - UNLISTED)
    headings = [line for line in lines if line.startswith("【")]
    assert headings == ["【建账交账】", "【查看】", "【审核】", "【调整】", "【单位、群和人员】"]


def test_every_command_has_its_topic() -> None:
    topical = [name for names in TOPICS.values() for name in names]
    assert sorted(topical) == sorted(set(COMMANDS) - UNLISTED)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_names_a_chinese_word_that_leads_to_the_command(language: str) -> None:
    for name in set(COMMANDS) - UNLISTED:
        line = CATALOGUE.templates[language][f"help.command.{name}"]
        said = re.search(r"（/(\w+)）", line)
        assert line.startswith(f"/{name}")
        assert language == "en" or (said and command_words()[said[1]] == name), line


def _commands(help_text: str) -> list[str]:
    return re.findall(r"(?m)^/(\w+)", help_text)


async def test_a_role_without_a_bound_group_is_told_where_to_go(stage: Stage) -> None:
    stage.room.ensure_chat("elsewhere", "茶话会")
    stage.room.ensure_person(COORDINATOR, "王静", "coordinator", ["elsewhere"])
    await stage.say("elsewhere", COORDINATOR, "/help")
    told = stage.last("elsewhere").text
    assert "还没有绑定" in told
    assert "您是统筹人员，请到统筹群或与我的私聊里办理" in told
    assert "还没有登记身份" not in told


async def test_whoever_is_enrolled_is_told_what_they_are_where_they_cannot_act(stage: Stage) -> None:
    await stage.departments(["发改局", "财政局"])
    for person, chat in (
        (liaison("发改局"), COORDINATION),
        (liaison("发改局"), "财政局"),
        (LEADER, "财政局"),
        (COORDINATOR, "财政局"),
    ):
        stage.room.ensure_person(person, person, "liaison", [chat])
        await stage.say(chat, person, "/help")
        told = stage.last(chat).text
        role = {LEADER: "分管领导", COORDINATOR: "统筹人员"}.get(person, "发改局的联络员")
        assert f"您是{role}，请到" in told
        assert ("本群对应财政局" in told) == (chat == "财政局")
        assert "还没有登记身份" not in told


@pytest.mark.parametrize("said", ["大家辛苦了", "/nonsense", "/二维码"])
async def test_what_is_not_meant_for_the_bot_stays_unanswered(stage: Stage, said: str) -> None:
    await stage.say(COORDINATION, COORDINATOR, said)
    assert stage.messages(COORDINATION) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("@台账 在吗", "我在。"),
        ("/nonsense@台账", "没有这个命令。"),
        ("@台账 /nonsense", "没有这个命令。"),
    ],
)
async def test_whoever_addresses_the_bot_gets_one_line(stage: Stage, said: str, answer: str) -> None:
    await stage.say(COORDINATION, COORDINATOR, said)
    (message,) = stage.messages(COORDINATION)
    assert message.text.startswith(answer)
    assert len(message.lines) == 1


@pytest.mark.parametrize("said", ["在吗", "/nonsense"])
async def test_a_private_chat_is_always_answered(stage: Stage, said: str) -> None:
    await stage.say(private_chat(STRANGER), STRANGER, said)
    assert len(stage.messages(private_chat(STRANGER))) == 1


async def test_a_reply_to_a_card_that_takes_none_is_told_so(stage: Stage) -> None:
    await stage.say(COORDINATION, COORDINATOR, "/help")
    await stage.say(COORDINATION, COORDINATOR, "好的", reply_to=stage.last(COORDINATION))
    assert stage.last(COORDINATION).text.startswith("这条消息不用回复。")


async def test_a_reply_is_led_by_the_subject_of_its_card(play: Improvised) -> None:
    play.command("ask", answering(card("怎么样了？", kind="quiz")))
    play.reply("quiz", echo)
    await play.say(COORDINATION, COORDINATOR, "/ask")
    said = await play.say(COORDINATION, COORDINATOR, "很好", reply_to=play.last(COORDINATION))
    assert play.last(COORDINATION).text == "很好"
    assert play.last(COORDINATION).reply_to == said


async def test_a_chinese_word_leads_to_its_command(play: Improvised) -> None:
    play.command("status", answering(card("都好")))
    await play.say(COORDINATION, COORDINATOR, "／进度")
    assert play.texts(COORDINATION) == ["都好"]


async def test_a_button_leads_to_its_action(play: Improvised) -> None:
    play.command("ask", answering(card("选一个", buttons=("go", "stop"))))
    play.action("stop", answering(card("停下了")))
    await play.say(COORDINATION, COORDINATOR, "/ask")
    await play.press(COORDINATION, COORDINATOR, "stop")
    assert play.texts(COORDINATION) == ["选一个", "停下了"]


async def test_a_group_new_to_the_bot_is_greeted_once(stage: Stage) -> None:
    stage.room.ensure_chat("new", "新群")
    stage.room.admit_bot("new")
    await stage.settle()
    assert "/bind" in stage.last("new").text


async def test_a_bound_group_is_not_greeted_again(stage: Stage) -> None:
    await stage.departments(["发改局"])
    stage.room.admit_bot("发改局")
    await stage.settle()
    assert stage.messages("发改局") == []
