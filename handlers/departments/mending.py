"""Corrections (更正): a message that was edited, a reply to the echo, a report taken back."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import telling, wording
from handlers.departments import taking
from handlers.departments.echoing import KIND, Account, echo
from handlers.departments.owed import spans
from handlers.departments.taking import Message, Records
from handlers.events import Edited, Reply
from handlers.replies import Ambiguity, Entry, read_numbers
from handlers.turns import Answers, Turn
from storage.ledger import messages, reports
from storage.ledger.reports import Taken
from storage.records import Assignment, Evidence, OutboxRow, ProgressReport
from storage.terms.cards import Card, Edit, Outgoing, Toast
from storage.terms.roles import Permission
from storage.terms.statuses import AssignmentStatus
from storage.terms.texts import text

# ---------------------------------------------------------------- a message reads otherwise


async def edited(turn: Turn) -> Answers:
    """Correct the reports of a message that now reads otherwise, in place.

    What changed is corrected, what is missing taken back, what is new taken; where it reads the same nothing
    happens. An edited message of which nothing can be read any more leaves all as it was, and is asked about.
    """
    event = turn.event
    found = await _echo_of(turn, event.message or "")
    if found is None or not isinstance(event, Edited):
        return None
    row, account = found
    turn.actor.require(Permission.ANSWER, account.department)
    records = await taking.records_of(turn, account.numbers)
    last = await reports.last_said(turn.unit, turn.chat.id, account.message)
    mine = {number for number, report in last.items() if report.superseded_by is None}
    said = taking.read(turn, event.text, records, mine)
    enclosed = await reports.evidence_with(turn.unit, [r.id for r in last.values()]) if last else {}
    questions, entries = _asked_before(said, records, last, enclosed)
    changed = [e for e in entries if not _stands(e, records, last, enclosed)]
    dropped = [] if said.empty else await _dropped(turn, account, said, last)
    if not (changed or dropped) and _reads_the_same(account, said, questions):
        return None
    account.missed = [text("report.taken_back", numbers=spans(dropped))] if dropped else []
    account.unread, account.questions, account.which = list(said.unread), questions, False
    account.asked += 1
    before = await _standing(turn, last)
    taken = await taking.settle(turn, account, records, changed, before)
    return [
        Edit(row.id, echo(account)),
        *await taking.tell_submitted(turn, taken),
        *await _tell_late(turn, taken),
    ]


def _reads_the_same(account: Account, said: Message, questions: list[Ambiguity]) -> bool:
    if account.which and said.empty:
        return True
    return list(said.unread) == account.unread and questions == account.questions


async def _echo_of(turn: Turn, message: str) -> tuple[OutboxRow, Account] | None:
    """Return the echo of a person's message as it stands now."""
    for row in await messages.answers_to(turn.unit, turn.chat, message):
        subject = (await messages.newest_card(turn.unit, row)).subject
        if subject.get("kind") == KIND and subject["message"] == message:
            return row, Account.from_subject(subject)
    return None


def _stands(
    entry: Entry,
    records: Records,
    last: Mapping[int, ProgressReport],
    enclosed: Mapping[int, tuple[Evidence, ...]],
) -> bool:
    """Tell whether the message said the same of an item before, whatever became of that since."""
    report = last.get(records[entry.number].id)
    return report is not None and taking.reads_same(entry, report, enclosed[report.id])


def _asked_before(
    said: Message,
    records: Records,
    last: Mapping[int, ProgressReport],
    enclosed: Mapping[int, tuple[Evidence, ...]],
) -> tuple[list[Ambiguity], list[Entry]]:
    """Return the questions that are new, and all that is clear: a question once answered stays answered."""
    questions, clear = [], {entry.number: entry for entry in said.entries}
    for question in said.questions:
        answered = [c for c in question.choices if c and all(_stands(e, records, last, enclosed) for e in c)]
        if answered:
            clear |= {entry.number: entry for entry in answered[0]}
        else:
            questions.append(question)
    return questions, list(clear.values())


async def _dropped(
    turn: Turn, account: Account, said: Message, last: Mapping[int, ProgressReport]
) -> list[int]:
    """Take back what the message says no more; return the numbers."""
    dropped = []
    for report in last.values():
        if report.superseded_by is None and report.number not in said.named:
            await reports.retract(turn.unit, report)
            account.noted.pop(report.number, None)
            dropped.append(report.number)
    return dropped


async def _standing(turn: Turn, last: Mapping[int, ProgressReport]) -> dict[int, ProgressReport]:
    """Return, by assignment, what a correction replaces: what stands now of what the message said."""
    found = {}
    for number, report in last.items():
        stands = await reports.standing(turn.unit, report)
        if stands is not None:
            found[number] = stands
    return found


async def _tell_late(turn: Turn, taken: list[Taken]) -> list[Outgoing]:
    """Tell the coordinators of words that changed after they had agreed."""
    late = [each for each in taken if each.late]
    if not late:
        return []
    views = await wording.views_of(turn, [each.assignment.id for each in late])
    lines = tuple(
        text(
            "report.edited_late",
            department=view.department_name,
            item=wording.item_name(view),
            words=wording.short(each.report.words, wording.WORDS_SHOWN),
        )
        for view, each in zip(views, late, strict=True)
    )
    return telling.tell_coordinators(turn, Card(lines=lines))


# ---------------------------------------------------------------- the echo


async def how_to_correct(turn: Turn) -> Answers:
    """Say how what was noted is put right."""
    account = Account.from_subject(turn.subject)
    turn.actor.require(Permission.ANSWER, account.department)
    card = echo(account, how=True)
    return [card] if turn.said is None else Edit(turn.said.id, card)


async def reply_to_echo(turn: Turn) -> Answers:
    """Take the right words for what an echo noted, or the number of the item that a file belongs to."""
    event, said_row = turn.event, turn.said
    if said_row is None or not isinstance(event, Reply):
        return None
    first = Account.from_subject((await messages.newest_card(turn.unit, said_row)).subject)
    turn.actor.require(Permission.ANSWER, first.department)
    records = await taking.records_of(turn, first.numbers)
    account = Account(first.department, first.numbers, event.message or "", corrected=bool(first.noted))
    entries = _of_files(first, event.text)
    if entries:
        account.files, first.which, first.unread, first.questions = first.files, False, [], []
    else:
        said = _read(turn, event.text, records, first)
        if said.received and not turn.files:
            return None
        account.unread, account.questions = list(said.unread), list(said.questions)
        entries = list(said.entries)
    await taking.keep_files(turn, account)
    before = await _noted_before(turn, first)
    if account.files and not (entries or account.questions):
        entries = taking.enclose(account, {n: records[n] for n in first.noted or records}, event.text)
        before = {}
    taken = await taking.settle(turn, account, records, entries, before)
    outgoing: list[Outgoing] = [echo(account)]
    if taken:
        _pass_on(first, account)
        outgoing.insert(0, Edit(said_row.id, echo(first)))
    return [*outgoing, *await taking.tell_submitted(turn, taken), *await _tell_late(turn, taken)]


def _of_files(first: Account, words: str) -> list[Entry]:
    """Read the bare numbers that answer to which items a file belongs."""
    numbers = read_numbers(words) if first.which and words.strip() else None
    if not numbers or any(number not in first.numbers for number in numbers):
        return []
    return [Entry(number, words=first.unread[0]) for number in numbers]


def _read(turn: Turn, words: str, records: Records, first: Account) -> Message:
    """Read a correction: of all numbers of the card, or of the only one noted where it names none."""
    mine = {records[n].id for n in first.noted if n in records}
    said = taking.read(turn, words, records, mine)
    if said.empty and not said.received and len(first.noted) == 1:
        (number,) = first.noted
        alone = taking.read(turn, words, {number: records[number]}, mine)
        return said if alone.empty else alone
    return said


async def _noted_before(turn: Turn, first: Account) -> dict[int, ProgressReport]:
    """Return, by assignment, the standing reports of an echo."""
    noted = await reports.by_numbers(turn.unit, [each.report for each in first.noted.values()])
    return await _standing(turn, {report.assignment_id: report for report in noted})


def _pass_on(first: Account, account: Account) -> None:
    """Let the earlier echo show what was corrected, and ask no more what was answered."""
    first.noted |= {n: each for n, each in account.noted.items() if n in first.noted}
    answered = set(account.noted)
    first.questions = [
        q for q in first.questions if not {e.number for choice in q.choices for e in choice} <= answered
    ]
    first.unread = []


async def retract(turn: Turn) -> Answers:
    """Take back (撤回) what a message said, except what the coordinators have agreed to since."""
    account = Account.from_subject(turn.subject)
    turn.actor.require(Permission.ANSWER, account.department)
    before = await _noted_before(turn, account)
    taken_back = []
    for number in list(account.noted):
        report = before.get(account.numbers[number])
        assignment = await turn.unit.get(Assignment, account.numbers[number])
        if report is None or assignment.status == AssignmentStatus.DONE:
            continue
        await reports.retract(turn.unit, report)
        del account.noted[number]
        taken_back.append(number)
    if not taken_back:
        return Toast(text("report.toast.not_taken_back"))
    account.questions, account.unread, account.which = [], [], False
    account.missed = [text("report.taken_back", numbers=spans(taken_back))]
    toast = Toast(text("report.toast.taken_back", count=len(taken_back)))
    card = echo(account)
    return [card, toast] if turn.said is None else [Edit(turn.said.id, card), toast]
