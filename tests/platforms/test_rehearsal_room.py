"""The rehearsal room keeps what happened, tells the bot of it, and lets nobody speak out of place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.platforms.port import Shown, ShownButton, ShownFile
from bot.platforms.rehearsal.room import Room, private_chat
from bot.platforms.rehearsal.transcript import transcript
from bot.platforms.rehearsal.world import RoomError
from storage.terms.clock import HandClock

CARD = Shown("任务", ("共 2 项",), ((ShownButton("签收", "t1", "primary"), ShownButton("不是我们的", "t2")),))


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


def furnish(room: Room) -> Room:
    room.ensure_chat("coord", "协调群")
    room.ensure_chat("g1", "财政局")
    room.ensure_person("wang", "王敏", "coordinator", ["coord", "g1"])
    room.ensure_person("li", "李强", "liaison", ["g1"], department="财政局")
    room.ensure_person("guest", "路人", "stranger")
    return room


@pytest.fixture
def room(clock: HandClock) -> Iterator[Room]:
    with closing(furnish(Room(now=clock.now))) as room:
        yield room


def test_arranging_twice_changes_nothing_and_is_not_told(room: Room) -> None:
    before, last = (room.people(), room.chats()), room.last_happening()
    furnish(room)
    assert (room.people(), room.chats()) == before
    assert room.last_happening() == last
    assert room.waiting() == []


def test_arranging_anew_changes_names_titles_hats_and_adds_seats(room: Room) -> None:
    room.ensure_chat("g1", "市财政局")
    room.ensure_person("li", "李强（主任）", "leader", ["coord"], department="市财政局")
    person = room.person("li")
    assert room.chat("g1").title == "市财政局"
    assert (person.name, person.hat, person.department) == ("李强（主任）", "leader", "市财政局")
    assert person.chats == ("coord", "g1", private_chat("li"))


def test_everybody_has_a_private_chat(room: Room) -> None:
    room.say(private_chat("guest"), "guest", "你好")
    assert room.chat(private_chat("guest")).kind == "private"


def test_a_room_survives_its_process(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "room"
    first = furnish(Room(path, now=clock.now))
    card = first.show("g1", CARD)
    first.say("g1", "li", "1 已完成", [ShownFile("证.png", "image/png", b"\x89PNG")], card)
    first.press("g1", "li", card, "签收")
    told = (first.waiting(), first.messages("g1"), first.people(), first.summaries(), first.birth)
    # Another connection sees only what is on disk, as a process started after SIGKILL would.
    with closing(Room(path, now=clock.now)) as second:
        again = (second.waiting(), second.messages("g1"), second.people(), second.summaries(), second.birth)
        assert again == told
        assert second.content(second.messages("g1")[-1].files[0].id) == b"\x89PNG"
    first.close()


def test_an_upload_whose_message_never_came_is_forgotten(tmp_path: Path, clock: HandClock) -> None:
    with closing(furnish(Room(tmp_path / "room", now=clock.now))) as room:
        kept = room.keep(ShownFile("a.txt", "text/plain", b"a"))
        with pytest.raises(RoomError, match="no_such_file"):
            room.content(kept)
    with (
        closing(Room(tmp_path / "room", now=clock.now)) as room,
        pytest.raises(RoomError, match="no_such_file"),
    ):
        room.say("g1", "li", "", [kept])


def test_a_file_goes_with_one_message_only(room: Room) -> None:
    kept = room.keep(ShownFile("a.txt", "text/plain", b"a"))
    room.say("g1", "li", "", [kept])
    with pytest.raises(RoomError, match="no_such_file"):
        room.say("g1", "li", "again", [kept])
    assert len(room.messages("g1")) == 1


def test_a_room_of_another_version_is_not_touched(tmp_path: Path, clock: HandClock) -> None:
    path = tmp_path / "room"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(RoomError, match="other_version"):
        Room(path, now=clock.now)


def test_two_rooms_are_told_apart(clock: HandClock) -> None:
    with closing(Room(now=clock.now)) as one, closing(Room(now=clock.now)) as other:
        assert one.birth != other.birth


def test_what_people_did_waits_in_order_until_acknowledged(room: Room) -> None:
    message = room.say("g1", "li", "一")
    room.edit("g1", "li", message, "二")
    room.show("g1", CARD)
    room.say("coord", "wang", "三")
    waiting = room.waiting()
    assert [(each.kind, each.data["text"]) for each in waiting] == [
        ("said", "一"),
        ("edited", "二"),
        ("said", "三"),
    ]
    room.acknowledge(waiting[1].id)
    assert [each.data["text"] for each in room.waiting()] == ["一", "三"]


def test_a_press_goes_by_token_or_by_words(room: Room) -> None:
    card = room.show("g1", CARD)
    room.press("g1", "li", card, "签收")
    room.press("g1", "li", card, "t2")
    assert [each.data["token"] for each in room.waiting()] == ["t1", "t2"]


def test_words_on_two_buttons_are_not_guessed(room: Room) -> None:
    card = room.show("g1", Shown("", ("?",), ((ShownButton("选", "a"), ShownButton("选", "b")),)))
    with pytest.raises(RoomError, match="two_such_buttons"):
        room.press("g1", "li", card, "选")


def test_a_button_that_is_gone_can_only_be_pressed_on_a_stale_page(room: Room) -> None:
    card = room.show("g1", CARD)
    room.change("g1", card, Shown("", ("已签收",)))
    with pytest.raises(RoomError, match="no_such_button"):
        room.press("g1", "li", card, "t1")
    room.press("g1", "li", card, "t1", stale=True)
    assert [each.data["token"] for each in room.waiting()] == ["t1"]


def test_a_change_keeps_the_files(room: Room) -> None:
    card = room.show("g1", Shown("账", files=(ShownFile("账.xlsx", "application/x", b"x"),)))
    room.change("g1", card, Shown("新账"))
    message = room.message(card)
    assert (message.title, [file.name for file in message.files]) == ("新账", ["账.xlsx"])


def test_unread_counts_until_seen(room: Room) -> None:
    card = room.show("g1", CARD)
    room.say("g1", "li", "好")
    assert {each.chat.id: each.unread for each in room.summaries()}["g1"] == 2
    room.see("g1", card)
    assert {each.chat.id: each.unread for each in room.summaries()}["g1"] == 1
    room.see("g1", room.messages("g1")[-1].id)
    room.see("g1", card)
    assert {each.chat.id: each.unread for each in room.summaries()}["g1"] == 0


def test_earlier_messages_come_page_by_page(room: Room) -> None:
    for number in range(7):
        room.say("g1", "li", str(number))
    last = room.messages("g1", limit=3)
    before = room.messages("g1", before=last[0].id, limit=3)
    assert [message.text for message in before + last] == ["1", "2", "3", "4", "5", "6"]


REFUSED: list[tuple[str, Callable[[Room, str], object]]] = [
    ("no_such_chat", lambda room, card: room.say("nowhere", "li", "?")),
    ("no_such_person", lambda room, card: room.say("g1", "nobody", "?")),
    ("not_in_chat", lambda room, card: room.say("coord", "li", "?")),
    ("not_in_chat", lambda room, card: room.press("g1", "guest", card, "t1")),
    ("empty", lambda room, card: room.say("g1", "li", " \n ")),
    ("no_such_message", lambda room, card: room.say("g1", "li", "?", reply_to="999")),
    ("no_such_message", lambda room, card: room.say("coord", "wang", "?", reply_to=card)),
    ("no_such_message", lambda room, card: room.press("coord", "wang", card, "t1")),
    ("no_such_message", lambda room, card: room.message("one")),
    ("not_yours", lambda room, card: room.edit("g1", "li", card, "?")),
    ("no_such_button", lambda room, card: room.press("g1", "li", card, "t9")),
    ("no_such_press", lambda room, card: room.toast(1, "?")),
    ("no_such_file", lambda room, card: room.content("1")),
    ("no_such_chat", lambda room, card: room.messages("nowhere")),
    ("no_such_chat", lambda room, card: room.ensure_person("x", "x", "leader", ["nowhere"])),
]


@pytest.mark.parametrize(("key", "attempt"), REFUSED)
def test_out_of_place(room: Room, key: str, attempt: Callable[[Room, str], object]) -> None:
    card = room.show("g1", CARD)
    last = room.last_happening()
    with pytest.raises(RoomError) as refused:
        attempt(room, card)
    assert refused.value.key == key
    assert room.last_happening() == last


def test_somebody_elses_message_and_an_emptied_one_stay(room: Room) -> None:
    said = room.say("g1", "wang", "好")
    with pytest.raises(RoomError, match="not_yours"):
        room.edit("g1", "li", said, "不好")
    with pytest.raises(RoomError, match="empty"):
        room.edit("g1", "wang", said, "  ")
    assert room.message(said).text == "好"


def test_who_left_says_nothing_more(room: Room) -> None:
    room.leave("g1", "li")
    with pytest.raises(RoomError, match="not_in_chat"):
        room.say("g1", "li", "?")


def test_a_bot_that_was_removed_shows_nothing_until_it_is_back(room: Room) -> None:
    card = room.show("g1", CARD)
    room.remove_bot("g1", "wang")
    with pytest.raises(RoomError, match="bot_absent"):
        room.show("g1", CARD)
    with pytest.raises(RoomError, match="bot_absent"):
        room.change("g1", card, CARD)
    room.admit_bot("g1")
    room.show("g1", CARD)
    assert [each.kind for each in room.waiting()] == ["left", "joined"]


def test_watchers_hear_of_everything_until_they_stop(room: Room) -> None:
    heard: list[int] = []
    stop = room.watch(lambda: heard.append(room.last_happening()))
    card = room.show("g1", CARD)
    press = room.press("g1", "li", card, "t1")
    room.toast(press, "已签收")
    stop()
    room.say("g1", "li", "好")
    assert len(heard) == 3


def test_the_transcript_tells_all_of_it_in_the_words_of_the_moment(room: Room, clock: HandClock) -> None:
    start = room.last_happening()
    card = room.show("g1", CARD)
    clock.advance(timedelta(minutes=1))
    said = room.say("g1", "li", "1 已完成\n2 六成", [ShownFile("证.png", "image/png", b"123")], card)
    room.edit("g1", "li", said, "1 六成")
    press = room.press("g1", "li", card, "签收")
    room.toast(press, "已签收 2 项")
    room.change("g1", card, Shown("", ("都签收了",)))
    room.remove_bot("g1")
    assert transcript(room, start) == [
        "3月2日 09:00  [财政局] 台账：任务",
        "        共 2 项",
        "        〔签收〕〔不是我们的〕",
        "3月2日 09:01  [财政局] 李强 ↩“任务”：1 已完成",
        "        2 六成",
        "        📎 证.png",
        "3月2日 09:01  [财政局] 李强 改为：1 六成",
        "3月2日 09:01  [财政局] 李强 按〔签收〕",
        "    台账 → 李强：已签收 2 项",
        "    台账（改）：都签收了",
        "3月2日 09:01  [财政局] 台账离群",
    ]


def test_the_transcript_does_not_tell_in_which_order_messages_reached_different_chats(room: Room) -> None:
    start = room.last_happening()
    room.say("coord", "wang", "/import")
    room.show("g1", Shown("", ("二",)))
    card = room.show("coord", Shown("一", ("甲", "乙")))
    room.change("coord", card, Shown("一", ("甲", "丙"), CARD.rows))
    assert transcript(room, start) == [
        "3月2日 09:00  [协调群] 王敏：/import",
        "    台账：一",
        "        甲",
        "        乙",
        "    台账（改）：一",
        "        丙",
        "        〔签收〕〔不是我们的〕",
        "    [财政局] 台账：二",
    ]
