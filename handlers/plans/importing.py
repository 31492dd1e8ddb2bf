"""A notice comes in (导入): read, kept, drafted as a plan, and shown for what it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from handlers.arguments import argument
from handlers.events import Reply
from handlers.notices import refuse_size
from handlers.notices.titles import short_title
from handlers.plans import questions, unsure
from handlers.plans.summary import summary
from handlers.turns import Answers, Received, Turn
from storage.documents.blocks_in import is_text, read_blocks
from storage.ledger import drafting, files, reading_doubts
from storage.terms.blocks import text_of
from storage.terms.cards import Button, Card, Edit, Outgoing
from storage.terms.errors import Refusal, Unreadable
from storage.terms.marks import has_security_mark
from storage.terms.masks import mask
from storage.terms.notice import Notice
from storage.terms.roles import Permission
from storage.terms.texts import text

if TYPE_CHECKING:
    from handlers.notices import Reading

FIRST_YEAR, LAST_YEAR = 2000, 2099
TEXT_KIND = "text/plain"
OTHER_KIND = "application/octet-stream"

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

    @property
    def mime(self) -> str:
        """What kind of file is kept."""
        return TEXT_KIND if is_text(self.content) else OTHER_KIND


# ---------------------------------------------------------------- reading, in a thread


async def gather(turn: Turn) -> Callable[[], Prepared | None]:
    """Prepare to read the file that came with a command or a reply; nothing when none came."""
    turn.actor.require(Permission.COORDINATE)
    if not turn.files:
        return _nothing
    received = _only(turn.files)
    refuse_size(received.size)
    if received.content is None:
        raise Unreadable("notice_too_large_here")
    return partial(read, received.name, received.content, _year_in(argument(turn)))


async def gather_kept(turn: Turn) -> Callable[[], Prepared | None]:
    """Prepare to read a file that is kept already, as a notice of the year that was named."""
    turn.actor.require(Permission.COORDINATE)
    number = turn.values.get("file", turn.subject.get("file"))
    kept = await files.kept(turn.unit, int(number or 0))
    year = turn.values.get("year") or _year_in(argument(turn))
    return partial(read, kept.name, bytes(kept.content), year)


def read(name: str, content: bytes, year: int | None) -> Prepared:
    """Read a notice. What is kept of it is masked as everything people send is.

    Raises:
        Refusal: ``secret`` when it bears a security marking.
        Unreadable: as :func:`handlers.notices.read_notice` does.
    """
    blocks = read_blocks(name, content)
    written = text_of(blocks)
    if has_security_mark(written):
        raise Refusal("secret")
    masked = mask(written)
    from handlers.notices import read_document

    if masked != written:
        # A file with words to be masked is kept as its words alone.
        content = masked.encode()
        blocks = read_blocks(name, content) if is_text(content) else blocks
        blocks = tuple(
            replace(block, text=mask(block.text), cells=tuple(map(mask, block.cells))) for block in blocks
        )
    return Prepared(name, content, read_document(blocks, year))


async def gather_offered(turn: Turn) -> Callable[[], Prepared | None]:
    """Prepare to look whether the one file that came is a notice at all; only who may import it matters."""
    received = turn.files[0] if len(turn.files) == 1 else None
    if received is None or received.content is None or not turn.actor.may(Permission.COORDINATE):
        return _nothing
    return partial(_read_if_notice, received.name, received.content)


def _read_if_notice(name: str, content: bytes) -> Prepared | None:
    try:
        return read(name, content, None)
    except Unreadable:
        return None


def _nothing() -> None:
    return None


def _only(received: tuple[Received, ...]) -> Received:
    if len(received) > 1:
        raise Refusal("import.one_file", count=len(received))
    return received[0]


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
    kept = await files.keep(turn.unit, name=prepared.name, mime=prepared.mime, content=prepared.content)
    if prepared.notice.year is None:
        return _ask_year(turn, prepared.notice, kept.id)
    return await _drafted(turn, prepared, kept.id)


async def offer(turn: Turn) -> Answers:
    """A file without a command, said to the bot: offer to read it as a notice."""
    if not turn.actor.may(Permission.COORDINATE):
        return Card(lines=(text("importing.file_unasked"),))
    prepared: Prepared | None = turn.prepared
    if prepared is None:
        return Card(lines=(text("importing.file_unknown"),))
    kept = await files.keep(turn.unit, name=prepared.name, mime=prepared.mime, content=prepared.content)
    button = Button(text("importing.button.read"), "import.read", {"file": kept.id}, "primary")
    return Card(lines=(text("importing.offer", name=prepared.name),), rows=((button,),))


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
    remembered = await reading_doubts.raise_doubts(turn.unit, plan, notice, unsure.reader(turn, plan))
    question = await questions.next_card(turn, plan)
    _, asked = await questions.remaining(turn, plan)
    return [summary(turn, plan, notice, prepared.reading, asked, remembered), question]
