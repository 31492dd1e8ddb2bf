"""Answering events inside a transaction: who spoke, where, of what; the conversation; what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot import attachments, faults
from bot.delivery import Delivery
from bot.jobs import Job, Outcome, Prepare
from bot.platforms.port import Platform
from bot.receiving import say_refused
from bot.settings import Settings
from handlers import routing
from handlers.events import Action, Command, Edited, File, Membership, Reply
from handlers.routes import Route
from handlers.turns import Answers, Turn
from reminders import calendars
from reminders.workdays import Workdays
from storage.actors import Actor
from storage.ledger import chats, inbox, lookup, messages, outbox, presence
from storage.records import Chat, InboxRow
from storage.terms.cards import Button, Card, Edit, Outgoing, Send, Toast
from storage.terms.clock import Clock
from storage.terms.errors import Refusal
from storage.terms.texts import Text, text
from storage.transaction import Transaction
from storage.unit import Unit

MARKED = "refusal.secret"
"""What a reader refuses for its security marking: then nothing is kept of the event."""


class Answering:
    """Knows what an event needs to be answered: the calendar, the platforms, the office's settings."""

    def __init__(
        self,
        clock: Clock,
        days: Workdays,
        platforms: dict[str, Platform],
        delivery: Delivery,
        settings: Settings,
        words: Callable[[Text], str],
    ) -> None:
        self._words = words
        self._clock = clock
        self._days = days
        self._platforms = platforms
        self._delivery = delivery
        self._settings = settings

    async def answer_all(self, jobs: list[Job], transaction: Transaction) -> list[Outcome]:
        """Answer events in turn, each in a unit of its own."""
        held: set[tuple[str, str]] = set()
        outcomes = []
        for job in jobs:
            if job.chat in held:
                outcomes.append(Outcome(put_back=True))
                continue
            outcome = await self._answer(job, transaction)
            if outcome.prepare is not None:
                held.add(job.chat)
            outcomes.append(outcome)
        return outcomes

    async def _answer(self, job: Job, transaction: Transaction) -> Outcome:
        now = self._clock.now()
        nobody = Actor(name=job.event.sender.name)
        try:
            async with transaction.unit(nobody, now) as unit:
                return await self._in_unit(job, unit)
        except Refusal as refusal:
            async with transaction.unit(nobody, now) as unit:
                turn = self._turn(unit, job)
                # Whoever answers the refusal goes on with what was refused.
                subject = job.subject if isinstance(job.event, Reply) else {}
                sentence = Card(lines=(refusal.text,), subject=subject)
                answer = Toast(refusal.text) if isinstance(job.event, Action) else sentence
                toasts = await say(turn, answer)
                _settle(unit, job, inbox.refused if refusal.text.key == MARKED else inbox.done)
                return Outcome(toasts)

    async def _in_unit(self, job: Job, unit: Unit) -> Outcome:
        if job.secret:
            say_refused(unit, job.event)
            _settle(unit, job, inbox.refused)
            return Outcome()
        turn = self._turn(unit, job)
        await self._presence(turn)
        await _find_what_it_speaks_of(turn)
        job.subject = turn.subject
        self._where_the_card_belongs(turn, job)
        route = routing.route_of(turn)
        if job.fault is not None:
            raise job.fault
        if prepare := await self._lacks(job, turn, route):
            return Outcome(prepare=prepare)
        answers = await route.answer(turn) if route is not None else None
        toasts = await say(turn, answers)
        without_effect = isinstance(job.event, Edited) and answers is None
        _settle(unit, job, inbox.let_pass if without_effect else inbox.done)
        return Outcome(toasts)

    async def apologise(self, job: Job, fault: Exception, transaction: Transaction) -> Outcome:
        """Set an event aside that could not be dealt with; tell the person, and once the coordinators."""
        async with transaction.unit(Actor(name=job.event.sender.name), self._clock.now()) as unit:
            turn = self._turn(unit, job)
            _settle(unit, job, partial(inbox.failed, error=faults.where(fault)))
            sorry = text("fault.sorry")
            toasts = await say(turn, Toast(sorry) if isinstance(job.event, Action) else Card(lines=(sorry,)))
            told = Card(lines=(text("fault.told", kind=faults.kind(fault), number=job.row.id),))
            for chat in outbox.coordination_chats(unit, besides=turn.chat.id):
                key = f"fault:{faults.where(fault)}:{chat.id}"[:200]
                await say(turn, Send(chat.id, told, key=key))
            return Outcome(toasts)

    def _turn(self, unit: Unit, job: Job) -> Turn:
        event, place = job.event, job.event.place
        chat = chats.meet(
            unit,
            place.platform,
            place.chat,
            private=place.kind == "private",
            title=place.title,
            thread=place.thread,
        )
        unit.actor = self._actor(unit, job, chat)
        return Turn(
            event=event,
            unit=unit,
            chat=chat,
            days=calendars.in_force(unit.directory, self._days),
            files=job.files or (),
            prepared=job.prepared,
            words=self._words,
        )

    def _actor(self, unit: Unit, job: Job, chat: Chat) -> Actor:
        event = job.event
        return lookup.actor(
            unit.directory,
            platform=event.place.platform,
            account=event.sender.account,
            name=event.sender.name,
            chat=chat,
            message=event.message,
            anyone_answers=self._settings.anyone_answers,
        )

    def _where_the_card_belongs(self, turn: Turn, job: Job) -> None:
        """Answer in the chat a card was meant for, though it stands beside it: its topic is closed."""
        if turn.said is not None and turn.said.chat_id != turn.chat.id:
            turn.chat = turn.directory.get(Chat, turn.said.chat_id)
            turn.unit.actor = self._actor(turn.unit, job, turn.chat)

    async def _presence(self, turn: Turn) -> None:
        """Whoever speaks to the bot in a chat shows that the bot is there, and that the topic is open."""
        if isinstance(turn.event, Command | Reply) and turn.event.place.thread:
            chats.set_topic(turn.unit, turn.chat, closed=False)
        if not turn.chat.active and not isinstance(turn.event, Membership):
            await presence.back(turn.unit, turn.chat)

    async def _lacks(self, job: Job, turn: Turn, route: Route | None) -> Prepare | None:
        """Return how to make ready what the conversation still lacks, outside the transaction."""
        event = job.event
        if isinstance(event, Reply) and turn.said is None and not job.waited:
            if self._delivery.under_way(turn.chat.id):
                # The message replied to may have arrived before its receipt did.
                return partial(self._wait_for_receipts, job, turn.chat)
            job.waited = True
        if route is None:
            return None
        if job.files is None and isinstance(event, Command | Reply | File) and event.files:
            platform = self._platforms[event.place.platform]
            return partial(attachments.fetch, job, platform, self._settings.file_limit)
        if route.gather is not None and not job.is_prepared:
            return partial(attachments.work, job, await route.gather(turn))
        return None

    async def _wait_for_receipts(self, job: Job, chat: Chat) -> None:
        await self._delivery.receipts(chat.id)
        job.waited = True


def _settle(unit: Unit, job: Job, settle: Callable[[Unit, InboxRow], None]) -> None:
    """Write what became of an event, and of each item of an album."""
    for row in job.rows:
        settle(unit, row)


async def _find_what_it_speaks_of(turn: Turn) -> None:
    """Find the card an event replies to, or the button that was pressed."""
    event, unit = turn.event, turn.unit
    if isinstance(event, Reply | Command) and event.reply_to is not None:
        earlier = event.earlier if isinstance(event, Reply) else ()
        for message in (event.reply_to, *earlier):
            said = await messages.card_replied_to(unit, turn.chat, message)
            if said is not None and (turn.said is None or said.card["subject"]):
                turn.said, turn.subject = said, dict(said.card["subject"])
            if turn.subject:
                break
    if isinstance(event, Action):
        found = await messages.button_pressed(unit, event.token)
        if found is None or found[0].chat_id not in lookup.chats_sharing(turn.directory, turn.chat):
            return
        newest = await messages.newest_card(unit, found[0])
        if any(_same(found[1], button) for row in newest.rows for button in row):
            turn.said, turn.button = found
            turn.subject = dict(newest.subject)
            if event.message is not None:
                outbox.proved(unit, turn.said, event.message)


def _same(one: Button, other: Button) -> bool:
    return one.action == other.action and dict(one.values) == dict(other.values)


async def say(turn: Turn, answers: Answers) -> list[Toast]:
    """Write what a conversation answers to the outbox; return the toasts, which are shown at once."""
    toasts = []
    for answer in answers if isinstance(answers, list) else [answers]:
        if isinstance(answer, Toast) and isinstance(turn.event, Action):
            toasts.append(answer)
        elif answer is not None:
            await _say_one(turn, answer)
    return toasts


async def _say_one(turn: Turn, answer: Outgoing) -> None:
    match answer:
        case Edit():
            await messages.show_anew(turn.unit, answer)
        case Send():
            if answer.key is None or not await outbox.is_said(turn.unit, answer.key):
                messages.say(turn.unit, answer)
        case Toast(text=words):
            await _say_one(turn, Card(lines=(words,)))
        case Card():
            here = Send(turn.chat.id, answer, reply_to=turn.event.message, urgent=True)
            messages.say(turn.unit, here)
