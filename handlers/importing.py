"""A notice comes in (导入): read, kept, drafted as a plan, and shown for what it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

from handlers import desk, questions
from handlers.events import Command, Reply
from handlers.notices import Reading, read_text, refuse_large
from handlers.notices.coverage import unassigned
from handlers.notices.decoding import decode
from handlers.notices.titles import short_title
from handlers.turns import Answers, Received, Turn
from storage.ledger import drafting, files, lookup
from storage.records import Department, Plan
from storage.terms.cards import Button, Card, Edit, Outgoing
from storage.terms.errors import Refusal, Unreadable
from storage.terms.marks import has_security_mark
from storage.terms.masks import mask
from storage.terms.notice import Deadline, Notice
from storage.terms.roles import Permission
from storage.terms.texts import Text, text, unpack

FIRST_YEAR, LAST_YEAR = 2000, 2099
SHOWN_WARNINGS = 6
SHOWN_DUTIES = 5
DUTY_LENGTH = 48
TEXT_KIND = "text/plain"

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice read in a thread: the reading, and the file as it may be kept."""

    name: str
    content: bytes
    reading: Reading

    @property
    def notice(self) -> Notice:
        """The notice; one without a title is called by its file."""
        notice = self.reading.notice
        return notice if notice.title else replace(notice, title=PurePath(self.name).stem)


# ---------------------------------------------------------------- reading, in a thread


async def gather(turn: Turn) -> Callable[[], Prepared | None]:
    """Prepare to read the file that came with a command or a reply; nothing when none came."""
    turn.actor.require(Permission.COORDINATE)
    if not turn.files:
        return _nothing
    received = _only(turn.files)
    refuse_large(received.size)
    if received.content is None:
        raise Unreadable("notice_too_large_here")
    return partial(read, received.name, received.content, _year_in(_words(turn)))


async def gather_kept(turn: Turn) -> Callable[[], Prepared | None]:
    """Prepare to read a file that is kept already, as a notice of the year that was named."""
    turn.actor.require(Permission.COORDINATE)
    number = turn.values.get("file", turn.subject.get("file"))
    kept = await files.kept(turn.unit, int(number or 0))
    year = turn.values.get("year") or _year_in(_words(turn))
    return partial(read, kept.name, bytes(kept.content), year)


def read(name: str, content: bytes, year: int | None) -> Prepared:
    """Read a notice. What is kept of it is masked as everything people send is.

    Raises:
        Refusal: ``secret`` when it bears a security marking.
        Unreadable: as :func:`handlers.notices.read_notice` does.
    """
    written = decode(content)
    if has_security_mark(written):
        raise Refusal("secret")
    masked = mask(written)
    if masked != written:
        content = masked.encode()
    return Prepared(name, content, read_text(masked, year))


def _nothing() -> None:
    return None


def _only(received: tuple[Received, ...]) -> Received:
    if len(received) > 1:
        raise Refusal("import.one_file", count=len(received))
    return received[0]


def _words(turn: Turn) -> str:
    match turn.event:
        case Command(argument=words) | Reply(text=words):
            return words
        case _:
            return ""


def _year_in(words: str) -> int | None:
    found = _YEAR.search(unicodedata.normalize("NFKC", words))
    return int(found.group(1)) if found else None


# ---------------------------------------------------------------- conversations


async def bring(turn: Turn) -> Answers:
    """``/import`` with a file, or a reply with one: draft a plan of it and ask the first question."""
    turn.actor.require(Permission.COORDINATE)
    prepared: Prepared | None = turn.prepared
    if prepared is None:
        return Card(lines=(text("importing.send_file"),), subject={"kind": "import.file"})
    kept = await files.keep(turn.unit, name=prepared.name, mime=TEXT_KIND, content=prepared.content)
    if prepared.notice.year is None:
        return _ask_year(turn, prepared.notice, kept.id)
    return await _drafted(turn, prepared, kept.id)


async def offer(turn: Turn) -> Answers:
    """A file without a command, said to the bot: offer to read it as a notice."""
    if not turn.actor.may(Permission.COORDINATE):
        return Card(lines=(text("importing.file_unasked"),))
    received = turn.files[0] if len(turn.files) == 1 else None
    if received is None or received.content is None or not _is_text(received.content):
        return Card(lines=(text("importing.file_unknown"),))
    content = mask(decode(received.content)).encode()
    kept = await files.keep(turn.unit, name=received.name, mime=TEXT_KIND, content=content)
    button = Button(text("importing.button.read"), "import.read", {"file": kept.id}, "primary")
    return Card(lines=(text("importing.offer", name=received.name),), rows=((button,),))


def _is_text(content: bytes) -> bool:
    try:
        decode(content)
    except Unreadable:
        return False
    return True


async def read_kept(turn: Turn) -> Answers:
    """The file that is kept is a notice, perhaps of a year that was just named: draft a plan of it."""
    prepared: Prepared | None = turn.prepared
    number = int(turn.values.get("file", turn.subject.get("file")) or 0)
    if prepared is None or turn.said is None:
        raise Refusal("import.file_gone")
    if prepared.notice.year is None:
        if isinstance(turn.event, Reply):
            raise Refusal("import.year", first=FIRST_YEAR, last=LAST_YEAR)
        return _ask_year(turn, prepared.notice, number)
    done = Card(
        lines=(
            text(
                "importing.read_as", title=short_title(prepared.notice.title), year=str(prepared.notice.year)
            ),
        )
    )
    return [Edit(turn.said.id, done), *await _drafted(turn, prepared, number)]


def _ask_year(turn: Turn, notice: Notice, file: int) -> Card:
    years = (turn.today.year, turn.today.year + 1)
    row = tuple(
        Button(text("importing.button.year", year=str(year)), "import.year", {"file": file, "year": year})
        for year in years
    )
    lines = (text("importing.ask_year", title=short_title(notice.title)), text("importing.ask_year_reply"))
    return Card(lines=lines, rows=(row,), subject={"kind": "import.year", "file": file})


async def _drafted(turn: Turn, prepared: Prepared, file: int) -> list[Outgoing]:
    notice = prepared.notice
    assert notice.year is not None  # noqa: S101 - asked for before
    plan = drafting.draft(turn.unit, notice, file, notice.year)
    question = await questions.next_card(turn, plan)
    _, asked = await questions.remaining(turn, plan)
    return [_summary(turn, plan, prepared, asked), question]


# ---------------------------------------------------------------- the summary


def _summary(turn: Turn, plan: Plan, prepared: Prepared, asked: int) -> Card:
    reading, notice = prepared.reading, prepared.notice
    wrong = unassigned(reading.text, reading.spans)
    covered = (
        text("importing.not_covered", characters=wrong)
        if wrong
        else text("importing.covered", characters=len(reading.text))
    )
    lines = (
        *_head(notice),
        *_counts(notice),
        *_duties(notice),
        *warning_lines(plan),
        covered,
        *_cautions(turn, plan),
        text("importing.questions", count=asked) if asked else text("importing.no_questions"),
    )
    return Card(
        title=text("importing.title", title=short_title(notice.title)),
        lines=lines,
        rows=questions.plan_rows(plan, doubtful=bool(asked)),
    )


def _head(notice: Notice) -> list[Text]:
    lines = []
    if notice.document_number:
        lines.append(text("importing.number", number=notice.document_number))
    if notice.issuer:
        lines.append(text("importing.issuer", issuer=notice.issuer))
    if notice.issued_on:
        lines.append(text("importing.issued", day=notice.issued_on))
    else:
        lines.append(text("importing.not_dated"))
    return lines


def _counts(notice: Notice) -> list[Text]:
    roles = [item.responsibility for item in notice.items]
    kinds = [_limit_of(item.deadlines) for item in notice.items]
    lines = [
        text("importing.items", count=len(notice.items), year=str(notice.year)),
        text(
            "importing.roles",
            lead=sum(len(r.lead) for r in roles),
            responsible=sum(len(r.responsible) for r in roles),
            support=sum(len(r.support) for r in roles),
        ),
        text(
            "importing.limits",
            **{name: kinds.count(name) for name in ("dated", "recurring", "other", "none")},
        ),
    ]
    if notice.standing:
        lines.append(text("importing.standing", names=list(notice.standing)))
    return lines


def _limit_of(deadlines: tuple[Deadline, ...]) -> str:
    kinds = {deadline.kind for deadline in deadlines}
    if any(deadline.due for deadline in deadlines):
        return "dated"
    if "recurring" in kinds:
        return "recurring"
    return "other" if kinds else "none"


def _duties(notice: Notice) -> list[Text]:
    if not notice.duties:
        return []
    lines = [text("importing.duties", count=len(notice.duties))]
    for duty in notice.duties[:SHOWN_DUTIES]:
        words = desk.short(duty.text, DUTY_LENGTH)
        due = next((deadline.due for deadline in duty.deadlines if deadline.due), None)
        lines.append(
            text("importing.duty_due", words=words, day=due) if due else text("importing.duty", words=words)
        )
    if len(notice.duties) > SHOWN_DUTIES:
        lines.append(text("importing.more", count=len(notice.duties) - SHOWN_DUTIES))
    return lines


def warning_lines(plan: Plan) -> list[Text]:
    """Return what the reading wants looked at, in words; what is asked as a question is left out."""
    asked = ("no_clause",)
    warnings = [warning for warning in plan.warnings if warning["key"] not in asked]
    if not warnings:
        return []
    lines = [text("importing.warnings", count=len(warnings))]
    lines += [
        text("importing.warning", line=warning["line"], words=unpack(warning["text"]))
        for warning in warnings[:SHOWN_WARNINGS]
    ]
    if len(warnings) > SHOWN_WARNINGS:
        lines.append(text("importing.more", count=len(warnings) - SHOWN_WARNINGS))
    return lines


def _cautions(turn: Turn, plan: Plan) -> list[Text]:
    lines = []
    if plan.year < turn.today.year:
        lines.append(text("importing.past_year", year=str(plan.year)))
    if not any(True for _ in turn.directory.all(Department)):
        lines.append(text("importing.no_register"))
    if any(p.id != plan.id for p in lookup.plans(turn.directory, *questions.ALIVE) if p.year == plan.year):
        lines.append(text("importing.same_year", year=str(plan.year)))
    return lines
