"""Progress (进展): what a reply to a card says is taken, echoed in a line, asked where unclear."""

from __future__ import annotations

from handlers.departments import taking, todo
from handlers.departments.echoing import Account, echo
from handlers.departments.taking import Records
from handlers.events import Reply
from handlers.replies import Entry
from handlers.standing import newest_subject
from handlers.turns import Answers, Turn
from storage.ledger import reports
from storage.ledger.reports import Taken
from storage.terms.cards import Edit, Outgoing, Toast
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import text


async def reply(turn: Turn) -> Answers:
    """Take a reply to a department's card."""
    return await _reply(turn, {int(n): number for n, number in turn.subject["numbers"].items()})


async def reply_to_item(turn: Turn) -> Answers:
    """Take a reply to the card of one item: it speaks of the item that the card shows now."""
    turn.subject = await newest_subject(turn)
    number = turn.subject["number"]
    return await _reply(turn, {number: turn.subject["numbers"][str(number)]})


async def _reply(turn: Turn, numbers: dict[int, int]) -> Answers:
    department = int(turn.subject["department"])
    turn.actor.require(Permission.ANSWER, department)
    words = turn.event.text if isinstance(turn.event, Reply) else ""
    records = await taking.records_of(turn, numbers)
    said = taking.read(turn, words, records)
    if said.received and not turn.files:
        return await todo.acknowledged_by_words(turn)
    account = Account(department, numbers, turn.event.message or "", unread=list(said.unread))
    account.questions = list(said.questions)
    await taking.keep_files(turn, account)
    entries = list(said.entries)
    if account.files and said.empty:
        entries = taking.enclose(account, records, words)
    if not (entries or account.questions or account.unread or account.which or account.missed):
        raise Refusal("report.form")
    unsigned = any(a.status == AssignmentStatus.AWAITING for a in records.values())
    taken = await taking.settle(turn, account, records, entries)
    outgoing: list[Outgoing] = [echo(account)]
    if unsigned and taken:
        outgoing += await todo.refreshed(turn)
    return outgoing + await taking.tell_submitted(turn, taken)


async def choose(turn: Turn) -> Answers:
    """Take the reading that was picked for words that can be read in several ways, and ask the next."""
    account = Account.from_subject(turn.subject)
    turn.actor.require(Permission.ANSWER, account.department)
    question, *account.questions = account.questions
    at = turn.values["choice"]
    entries = question.choices[at] if at < len(question.choices) else ()
    account.asked += 1
    if account.which:
        account.which, account.unread = False, []
    if not entries:
        account.missed.append(text("report.skipped", fragment=question.fragment))
    taken = await settle_again(turn, account, entries)
    return [*_shown_anew(turn, account), *await taking.tell_submitted(turn, taken), _toast(taken)]


async def settle_again(turn: Turn, account: Account, entries: tuple[Entry, ...] | list[Entry]) -> list[Taken]:
    """Take what became clear later of a message; it corrects what the message said before."""
    records = await taking.records_of(turn, account.numbers)
    last = await reports.last_said(turn.unit, turn.chat.id, account.message)
    before = {number: report for number, report in last.items() if report.superseded_by is None}
    return await taking.settle(turn, account, records, entries, before)


def _shown_anew(turn: Turn, account: Account) -> list[Outgoing]:
    card = echo(account)
    return [card] if turn.said is None else [Edit(turn.said.id, card)]


def _toast(taken: list[Taken]) -> Toast:
    return Toast(text("report.toast.noted", count=len(taken)) if taken else text("report.toast.nothing"))


async def on_course(turn: Turn) -> Answers:
    """Take for all open items that bind everyone, with one tap, that they go on as planned (其余正常推进)."""
    department = int(turn.subject["department"])
    turn.actor.require(Permission.ANSWER, department)
    numbers = {int(n): number for n, number in turn.subject["numbers"].items()}
    words = taking.tapped_words()["on_course"]
    records = await taking.records_of(turn, numbers)
    entries = [Entry(number, words=words) for number in _to_go_on(turn, records)]
    if not entries:
        return Toast(text("report.toast.on_course_before"))
    account = Account(department, numbers, turn.event.message or "")
    taken = await taking.settle(turn, account, records, entries)
    return [echo(account), _toast(taken)]


def _to_go_on(turn: Turn, records: Records) -> list[int]:
    """Return the numbers of general items of which nothing newer was said today."""
    owing = (AssignmentStatus.AWAITING, AssignmentStatus.WORKING)
    found = []
    for number, a in sorted(records.items()):
        today = a.reported_at is not None and office_day(a.reported_at) == turn.today
        if a.general and a.status in owing and not today:
            found.append(number)
    return found
