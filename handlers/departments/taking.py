"""From what a message says to reports in the ledger: who is named, what is new, what is corrected."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from handlers import wording
from handlers.coordinators import reviewing
from handlers.departments import echoing, owed
from handlers.departments.echoing import Account
from handlers.replies import Ambiguity, CardItem, Entry, ReplyReading, read_reply
from handlers.turns import Turn
from storage.ledger import assignments, files, reports
from storage.ledger.reports import Said, Taken
from storage.records import Assignment, Evidence, Plan, ProgressReport
from storage.terms.cards import Outgoing
from storage.terms.statuses import AssignmentStatus, PlanStatus
from storage.terms.texts import text

BUTTONS = 9
"""Items offered as buttons when a file names none; with more of them the number is typed."""

_OWED = (AssignmentStatus.AWAITING, AssignmentStatus.WORKING, AssignmentStatus.RETURNED)

Records = dict[int, Assignment]
"""Number on the card → assignment."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a message says, item by item, the others spelled out."""

    entries: tuple[Entry, ...]
    questions: tuple[Ambiguity, ...]
    unread: tuple[str, ...]
    received: bool

    @property
    def named(self) -> set[int]:
        """The numbers it speaks of, in whatever reading."""
        choices = [entry for q in self.questions for choice in q.choices for entry in choice]
        return {entry.number for entry in (*self.entries, *choices)}

    @property
    def empty(self) -> bool:
        """Whether nothing in it speaks of an item."""
        return not self.entries and not self.questions


@cache
def tapped_words() -> Mapping[str, str]:
    """Return what reports say that came by a button."""
    return tomllib.loads(
        resources.files("handlers.departments").joinpath("tapped_words.toml").read_text("utf-8")
    )


async def records_of(turn: Turn, numbers: Mapping[int, int]) -> Records:
    """Return the assignments under the numbers of a card."""
    found = {a.id: a for a in await assignments.by_numbers(turn.unit, numbers.values())}
    return {number: found[known] for number, known in numbers.items() if known in found}


def read(turn: Turn, words: str, records: Records, mine: Collection[int] = ()) -> Message:
    """Read a message against a card.

    ``mine`` are assignments it spoke of before: they count as open when it speaks of all, or of the rest.
    What is handed in already is not: 其余正常推进 takes nothing back.
    """
    items = [
        CardItem(number, general=a.general, open=a.status in _OWED or a.id in mine)
        for number, a in sorted(records.items())
    ]
    reading = read_reply(words, items, turn.today)
    return Message(
        (*reading.entries, *_rest(reading, items)), reading.questions, reading.unread, reading.received
    )


def _rest(reading: ReplyReading, items: Sequence[CardItem]) -> list[Entry]:
    if reading.rest is None:
        return []
    named = {e.number for e in reading.entries}
    named |= {e.number for q in reading.questions for choice in q.choices for e in choice}
    return [replace(reading.rest, number=i.number) for i in items if i.open and i.number not in named]


async def keep_files(turn: Turn, account: Account) -> None:
    """Keep the files that came along; name those that were too large to come."""
    kept = []
    for file in turn.files:
        if file.content is None:
            name, megabytes = wording.short(file.name), file.most // (1024 * 1024)
            account.missed.append(text("report.file_too_large", name=name, megabytes=megabytes))
        else:
            kept.append(await files.keep(turn.unit, name=file.name, mime=file.mime, content=file.content))
    account.files += tuple(dict.fromkeys(file.id for file in kept))


def enclose(account: Account, records: Records, words: str) -> list[Entry]:
    """Give files that came without a readable word to the only item there is, else ask to which."""
    said = words.strip()
    known = [n for n, a in sorted(records.items()) if a.status != AssignmentStatus.CANCELLED]
    choices = [Entry(number, words=said) for number in known]
    if len(choices) == 1:
        account.unread = []
        return choices
    account.which, account.unread = True, [said]
    if len(choices) <= BUTTONS:
        account.questions = [Ambiguity(said, tuple((choice,) for choice in choices))]
    return []


async def settle(
    turn: Turn,
    account: Account,
    records: Records,
    entries: Iterable[Entry],
    before: Mapping[int, ProgressReport] | None = None,
) -> list[Taken]:
    """Write what a message says; ``before`` holds, by assignment, the reports that it corrects."""
    taken, gone, closed = [], list[int](), list[int]()
    enclosed = await reports.evidence_with(turn.unit, [r.id for r in before.values()]) if before else {}
    for entry in entries:
        assignment = records[entry.number]
        if turn.directory.get(Plan, assignment.plan_id).status != PlanStatus.ACTIVE:
            closed.append(entry.number)
            continue
        if assignment.status == AssignmentStatus.CANCELLED:
            gone.append(entry.number)
            continue
        old = before.get(assignment.id) if before else None
        earlier = enclosed[old.id] if old else ()
        said = _said(account, entry, [e.file_id for e in earlier if e.file_id is not None])
        if old is None:
            each = reports.take(turn.unit, assignment, said)
        else:
            each = await reports.correct(turn.unit, old, said)
        account.noted[entry.number] = echoing.noted(entry, each, len(said.files))
        taken.append(each)
    if gone:
        account.missed.append(text("report.gone", numbers=owed.spans(gone)))
    if closed:
        account.missed.append(text("report.closed", numbers=owed.spans(closed)))
    return taken


def _said(account: Account, entry: Entry, earlier: Sequence[int]) -> Said:
    return Said(
        number=entry.number,
        words=entry.words,
        percent=entry.percent,
        done=entry.done,
        expected=entry.expected,
        links=entry.links,
        files=tuple(dict.fromkeys((*earlier, *account.files))),
        message=account.message,
    )


def reads_same(entry: Entry, report: ProgressReport, evidence: Iterable[Evidence]) -> bool:
    """Tell whether a message still says of an item what its report says."""
    links = tuple(each.url for each in evidence if each.url)
    return (
        entry.words == report.words
        and entry.done == report.done
        and entry.percent in (None, report.percent)
        and entry.expected == report.expected
        and entry.links == links
    )


async def tell_submitted(turn: Turn, taken: Iterable[Taken]) -> list[Outgoing]:
    """Tell the coordinators, in one message, what is submitted by what was taken."""
    submitted = [each.assignment.id for each in taken if each.submitted]
    if not submitted:
        return []
    return await reviewing.tell_review(turn, await wording.views_of(turn, submitted))
