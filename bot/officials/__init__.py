"""Scripted officials: a year in the rehearsal room without anybody at the keyboard.

They know only what the room shows them: titles and lines of cards, labels of buttons. Whatever they do comes
from one seed, one after another, so that the same seed tells the same story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from random import Random

from bot.composition import Office
from bot.officials import incidents
from bot.officials.agenda import Agenda
from bot.officials.closing import closing
from bot.officials.coordinator import Coordinator, Leader
from bot.officials.liaison import Liaison
from bot.officials.official import Official, Part
from bot.officials.scene import Scene
from bot.officials.temper import deal, load_tempers
from bot.officials.words import load_words
from bot.platforms.rehearsal.room import Room
from bot.platforms.rehearsal.world import Person
from bot.rehearsal_clock import RehearsalClock
from storage.terms.clock import OFFICE_ZONE, to_millis

EVENING = time(18)


async def run(
    office: Office, room: Room, clock: RehearsalClock, until: date, seed: int, tell: Callable[[str], None]
) -> None:
    """Let officials answer until the evening of a day; ``tell`` is given each line of the transcript."""
    scene = Scene(office, room, clock, tell)
    agenda = Agenda(office.days)
    await scene.settle()
    company = _company(room, scene, agenda, seed)
    for official in company:
        official.begin()
    await _play(company, scene, agenda, datetime.combine(until, EVENING, OFFICE_ZONE))
    for line in await closing(office):
        tell(line)


async def _play(company: list[Official], scene: Scene, agenda: Agenda, end: datetime) -> None:
    """Let one thing happen after another: what the bot does by itself, what an official means to do."""
    last = to_millis(end)
    while True:
        _show(company, scene)
        act, sent = agenda.next(), await scene.clock.next_moment()
        moment = min((each for each in (act, sent) if each is not None), default=None)
        if moment is None or moment > last:
            break
        await scene.go_to(moment)
        if moment == act:
            await agenda.take()()
    await scene.go_to(last)


def _show(company: list[Official], scene: Scene) -> None:
    """Let everybody see what is new where they speak."""
    for chat, messages in scene.news().items():
        for official in company:
            if official.chat == chat:
                for message in messages:
                    official.notices(message)


# ---------------------------------------------------------------- who plays


def _company(room: Room, scene: Scene, agenda: Agenda, seed: int) -> list[Official]:
    """Cast everybody who sits in the room, by the hats they wear."""
    words = load_words()
    people = room.people()
    parts = [Part(each, seat, _place(each), Random(f"{seed}:{seat}")) for seat, each in enumerate(people)]
    of_hat = {
        hat: [part for part in parts if part.person.hat == hat and part.chat]
        for hat in ("coordinator", "leader", "liaison", "stranger")
    }
    tempers = deal(load_tempers(), len(of_hat["liaison"]), Random(f"{seed}:tempers"))
    liaisons = [
        Liaison(part, scene, agenda, words, temper)
        for part, temper in zip(of_hat["liaison"], tempers, strict=True)
    ]
    company: list[Official] = [Coordinator(part, scene, agenda, words) for part in of_hat["coordinator"][:1]]
    company += [Leader(part, scene, agenda, words) for part in of_hat["leader"]]
    company += liaisons
    company += [incidents.Passerby(part, scene, agenda, words) for part in of_hat["stranger"]]
    incidents.arrange(liaisons)
    return company


def _place(person: Person) -> str:
    """Return the group in which somebody speaks: a stranger the last one, others their first."""
    groups = [chat for chat in person.chats if not chat.startswith("private:")]
    if not groups:
        return ""
    return groups[-1] if person.hat == "stranger" else groups[0]
