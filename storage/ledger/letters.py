"""Letters (督办单、通报、约谈): drafted where a step calls for one, signed or dropped by a coordinator."""

from __future__ import annotations

from collections.abc import Mapping

from storage.ledger import reasons
from storage.records import Letter, LetterTemplate, StoredFile
from storage.terms.errors import Refusal
from storage.terms.letters import LetterKind, LetterStatus
from storage.terms.roles import Permission
from storage.unit import Unit

NUMBER_LENGTH = 60

Called = dict[tuple[LetterKind, int | None], list[int]]
"""Kind and department (None where a letter is of several) → assignments whose step calls for a letter."""


async def draft(unit: Unit, called: Mapping[tuple[LetterKind, int | None], list[int]]) -> None:
    """Draft the letters that steps call for: a department that has a draft waiting gets no second one."""
    if not called:
        return
    known = {(LetterKind(each.kind), each.department_id): each for each in await _drafts(unit)}
    for (kind, department), assignments in called.items():
        letter = known.get((kind, department))
        if letter is None:
            unit.add(
                Letter(kind=kind.value, department_id=department, assignments=assignments, made_at=unit.now)
            )
        else:
            letter.assignments = sorted({*letter.assignments, *assignments})
            unit.save(letter, "assignments")


async def _drafts(unit: Unit) -> list[Letter]:
    return await unit.all(Letter.filter(status=LetterStatus.DRAFT).order_by("id"))


async def waiting(unit: Unit) -> list[Letter]:
    """Return the drafts that wait to be signed, the mildest kind first."""
    unit.actor.require(Permission.COORDINATE)
    kinds = list(LetterKind)
    return sorted(await _drafts(unit), key=lambda each: (kinds.index(LetterKind(each.kind)), each.id))


async def drafted(unit: Unit, number: int) -> Letter:
    """Return a draft. Refuses a letter that was signed or dropped."""
    unit.actor.require(Permission.COORDINATE)
    letter = await unit.get(Letter, number)
    if letter.status != LetterStatus.DRAFT:
        raise Refusal("letter.settled")
    return letter


def word(unit: Unit, letter: Letter, words: str) -> None:
    """Let a draft demand something in other words."""
    unit.actor.require(Permission.COORDINATE)
    letter.words = reasons.given(words)
    unit.save(letter, "words")
    unit.note("letter.word", department=letter.department_id, letter=letter.id, words=letter.words)


async def give_number(unit: Unit, letter: Letter, number: str) -> None:
    """Give a draft a number by hand. Refuses one that another letter of its kind bears."""
    unit.actor.require(Permission.COORDINATE)
    number = " ".join(number.split())
    if not 0 < len(number) <= NUMBER_LENGTH:
        raise Refusal("letter.number", most=NUMBER_LENGTH)
    if number != letter.number and number in await numbers(unit, LetterKind(letter.kind)):
        raise Refusal("letter.number_borne", number=number)
    letter.number = number
    unit.save(letter, "number")


async def numbers(unit: Unit, kind: LetterKind) -> set[str]:
    """Return the numbers that letters of a kind bear, signed ones and drafts."""
    standing = [LetterStatus.SIGNED.value, LetterStatus.DRAFT.value]
    rows = await unit.rows(Letter.filter(kind=kind.value, status__in=standing).values("number"))
    return {row["number"] for row in rows}


def sign(unit: Unit, letter: Letter, number: str, file: StoredFile) -> None:
    """Sign a letter: from now on it is the office's word."""
    unit.actor.require(Permission.COORDINATE)
    letter.sign(number, unit.now)
    letter.member_id, letter.file_id = unit.actor.member_id, file.id
    unit.save(letter)
    unit.note(
        "letter.sign",
        department=letter.department_id,
        letter=letter.id,
        kind=letter.kind,
        number=number,
        digest=file.digest,
    )


def drop(unit: Unit, letter: Letter) -> None:
    """Let a draft never go out."""
    unit.actor.require(Permission.COORDINATE)
    letter.drop(unit.now)
    letter.member_id = unit.actor.member_id
    unit.save(letter)
    unit.note("letter.drop", department=letter.department_id, letter=letter.id, kind=letter.kind)


# ---------------------------------------------------------------- templates


async def template(unit: Unit, kind: LetterKind) -> StoredFile | None:
    """Return the office's own template of a kind, None where it uses the one that comes with the program."""
    unit.actor.require(Permission.COORDINATE)
    own = await unit.first(LetterTemplate.filter(kind=kind.value))
    return None if own is None else await unit.get(StoredFile, own.file_id)


async def set_template(unit: Unit, kind: LetterKind, file: StoredFile) -> None:
    """Let letters of a kind be written by a template of the office's own."""
    unit.actor.require(Permission.COORDINATE)
    own = await unit.first(LetterTemplate.filter(kind=kind.value))
    if own is None:
        unit.add(LetterTemplate(kind=kind.value, file_id=file.id, at=unit.now))
    else:
        own.file_id, own.at = file.id, unit.now
        unit.save(own)
    unit.note("letter.template", kind=kind.value, file=file.id, digest=file.digest)
