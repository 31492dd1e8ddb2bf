"""Letters (督办单、通报、约谈): drafts that a coordinator reads, words, numbers and signs, or lets be.

The bot posts none of them by itself. What was put right meanwhile is not in them; a draft with nothing left
to say is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

from handlers import wording
from handlers.arguments import argument
from handlers.departments import owed
from handlers.reminding import letter_sheets as sheets
from handlers.reminding.letter_sheets import Written, about, contents, demand, kind_name
from handlers.standing import in_place, instead, newest_subject
from handlers.telling import not_told
from handlers.turns import Answers, Turn
from storage.documents.kinds import DOCX
from storage.ledger import files, letters, lookup
from storage.ledger.views import View
from storage.records import Letter, StoredFile
from storage.terms.cards import Button, Card, Outgoing, Send, Toast
from storage.terms.errors import Refusal
from storage.terms.letters import LetterKind
from storage.terms.roles import Permission, Purpose
from storage.terms.texts import text

SHOWN = 9
ITEMS_SHOWN = 12


async def answer(turn: Turn) -> Answers:
    """``/letters``: what waits to be signed."""
    return await _list(turn)


async def show_list(turn: Turn) -> Answers:
    """Show what waits, in place of the draft that was looked at or beside the morning's card."""
    listed = await _list(turn)
    return in_place(turn, listed) if turn.values.get("back") else listed


async def _list(turn: Turn) -> Card:
    found = await _standing(turn, await letters.waiting(turn.unit))
    if not found:
        return Card(lines=(text("letter.nothing"),))
    lines, buttons = [], []
    for n, (letter, late) in enumerate(found[:SHOWN], 1):
        lines.append(
            text(
                "letter.line",
                n=n,
                kind=kind_name(LetterKind(letter.kind)),
                about=about(turn, letter, late),
                count=len(late),
            )
        )
        buttons.append(Button(text("letter.button.open", n=n), "letter.open", {"letter": letter.id}))
    if len(found) > SHOWN:
        lines.append(text("letter.more", count=len(found) - SHOWN))
    these = [letter.id for letter, _ in found]
    everything = Button(text("letter.button.sign_all", count=len(these)), "letter.sign", {"letters": these})
    return Card(
        title=text("letter.title", count=len(found)),
        lines=(*lines, text("letter.how")),
        rows=(*wording.in_rows(buttons), (everything,)),
        subject={"kind": "letter"},
    )


async def _standing(turn: Turn, drafts: list[Letter]) -> list[tuple[Letter, list[View]]]:
    """Return the drafts that still have something to say, each with it."""
    found = await contents(turn, drafts)
    return [(each, found[each.id]) for each in drafts if found[each.id]]


# ---------------------------------------------------------------- one draft


async def show(turn: Turn) -> Answers:
    """Show one draft in full."""
    return in_place(turn, await _draft_card(turn, await letters.drafted(turn.unit, turn.values["letter"])))


async def _draft_card(turn: Turn, letter: Letter) -> Card:
    late = (await contents(turn, [letter]))[letter.id]
    if not late:
        raise Refusal("letter.settled")
    kind = LetterKind(letter.kind)
    number = letter.number or next(await sheets.numbering(turn, kind))
    lines = [
        text("letter.item", department=v.department_name, item=wording.item_name(v), due=v.due or turn.today)
        for v in late[:ITEMS_SHOWN]
    ]
    if len(late) > ITEMS_SHOWN:
        lines.append(text("letter.items_more", count=len(late) - ITEMS_SHOWN))
    this = {"letter": letter.id}
    return Card(
        title=text("letter.draft", kind=kind_name(kind), about=about(turn, letter, late)),
        lines=(
            text("letter.numbered", number=number),
            *lines,
            text("letter.demanded", words=demand(letter)),
            text("letter.edit"),
        ),
        rows=(
            (
                Button(text("letter.button.sign"), "letter.sign", {"letters": [letter.id]}, "primary"),
                Button(text("letter.button.preview"), "letter.preview", this),
            ),
            (
                Button(text("letter.button.drop"), "letter.drop", this, "danger"),
                Button(text("letter.button.back"), "letter.list", {"back": True}),
            ),
        ),
        subject={"kind": "letter", **this},
    )


async def edit(turn: Turn) -> Answers:
    """Take a reply to a draft: ``编号 …`` is its number, anything else what it demands."""
    shown = (await newest_subject(turn)).get("letter")
    if shown is None:
        raise Refusal("letter.which")
    letter = await letters.drafted(turn.unit, shown)
    said = argument(turn)
    first, _, rest = normalize("NFKC", said).partition(" ")
    if first.rstrip(":").casefold() in sheets.words()["number"] and rest.strip():
        await letters.give_number(turn.unit, letter, rest)
    else:
        letters.word(turn.unit, letter, said)
    return await _draft_card(turn, letter)


async def drop(turn: Turn) -> Answers:
    """Let a draft never go out."""
    letter = await letters.drafted(turn.unit, turn.values["letter"])
    late = (await contents(turn, [letter]))[letter.id]
    letters.drop(turn.unit, letter)
    kind = kind_name(LetterKind(letter.kind))
    return instead(turn, Card(lines=(text("letter.dropped", kind=kind, about=about(turn, letter, late)),)))


async def gather_preview(turn: Turn) -> Callable[[], list[Written]]:
    """Read what a draft says; it is written in a thread."""
    return await sheets.write_all(turn, [await letters.drafted(turn.unit, turn.values["letter"])])


async def preview(turn: Turn) -> Answers:
    """Send a draft as the document it would be."""
    turn.actor.require(Permission.COORDINATE)
    return [await _as_card(turn, each) for each in turn.prepared] or Toast(text("letter.nothing"))


async def _as_card(turn: Turn, written: Written) -> Card:
    return Card(lines=(text("letter.preview"),), files=((await _kept(turn, written)).id,))


async def _kept(turn: Turn, written: Written) -> StoredFile:
    return await files.keep(turn.unit, name=written.name, mime=DOCX, content=written.content)


# ---------------------------------------------------------------- signed


async def gather_signed(turn: Turn) -> Callable[[], list[Written]]:
    """Read what the letters say that are to be signed; they are written in a thread."""
    wanted = set(turn.values["letters"])
    drafts = [each for each in await letters.waiting(turn.unit) if each.id in wanted]
    return await sheets.write_all(turn, drafts)


async def sign(turn: Turn) -> Answers:
    """Sign letters, one or all that were shown, and post them."""
    turn.actor.require(Permission.COORDINATE)
    written: list[Written] = turn.prepared
    if not written:
        raise Refusal("letter.settled")
    lines, outgoing = [], list[Outgoing]()
    departments: list[int] = []
    for each in written:
        letter = await letters.drafted(turn.unit, each.letter)
        file = await _kept(turn, each)
        letters.sign(turn.unit, letter, each.number, file)
        views = await wording.views_of(turn, each.shown)
        kind = kind_name(LetterKind(letter.kind))
        lines.append(text("letter.signed", kind=kind, number=each.number, about=about(turn, letter, views)))
        departments += [view.department for view in views]
        outgoing += await _posted(turn, letter, file, views)
    done = Card(title=text("letter.done", count=len(written)), lines=(*lines, *not_told(turn, departments)))
    return [*instead(turn, done), *outgoing]


async def _posted(turn: Turn, letter: Letter, file: StoredFile, late: list[View]) -> list[Outgoing]:
    """Post a signed letter in the groups of those it names; a reply to it reports on what it lists."""
    outgoing: list[Outgoing] = []
    kind = LetterKind(letter.kind)
    title = text("letter.posted", kind=kind_name(kind), number=letter.number)
    for department, known in (await owed.owed_by(turn, dict.fromkeys(v.department for v in late))).items():
        shown = {view.id for view in late}
        mine = {number: view for number, view in known.items() if view.id in shown}
        lines = [
            text("letter.posted_item", number=number, item=wording.title_of(view), due=view.due or turn.today)
            for number, view in mine.items()
        ]
        card = Card(
            title=title,
            lines=(*lines[:ITEMS_SHOWN], demand(letter)),
            files=(file.id,),
            subject=owed.subject_of("todo", department, mine),
        )
        outgoing += [Send(chat.id, card) for chat in lookup.chats_of(turn.directory, department)]
    if kind is LetterKind.NAMING:
        told = Card(title=title, lines=(demand(letter),), files=(file.id,))
        outgoing += [Send(chat.id, told) for chat in lookup.chats_for(turn.directory, Purpose.LEADERS)]
    return outgoing


# ---------------------------------------------------------------- templates


async def gather_template(turn: Turn) -> Callable[[], object]:
    """Try a template that was sent, in a thread: it is refused where it asks for what nobody knows."""
    turn.actor.require(Permission.COORDINATE)
    content = turn.files[0].content if len(turn.files) == 1 else None
    if turn.files and content is None:
        raise Refusal("letter.one_file")
    filled = sheets.sample(turn)

    def check() -> object:
        from storage.documents import letters as documents

        if content is not None:
            documents.check(content, filled)
        return content

    return check


async def template(turn: Turn) -> Answers:
    """``/template``: send the template of a kind of letter, or take one that was edited in Word."""
    from storage.documents import letters as documents

    turn.actor.require(Permission.COORDINATE)
    meant = sheets.words()["kinds"].get(argument(turn).casefold())
    if meant is None:
        raise Refusal("letter.template_form")
    kind = LetterKind(meant)
    if turn.files:
        given = turn.files[0]
        stored = await files.keep(turn.unit, name=given.name, mime=DOCX, content=turn.prepared)
        await letters.set_template(turn.unit, kind, stored)
        return Card(lines=(text("letter.template_taken", kind=kind_name(kind)),))
    own = await letters.template(turn.unit, kind)
    name = turn.words(text("letter.template_file", kind=kind_name(kind)))
    stored = own or await files.keep(
        turn.unit, name=f"{name}.docx", mime=DOCX, content=documents.shipped(kind)
    )
    names = [*sheets.words()["fields"].values(), *sheets.words()["columns"].values()]
    return Card(
        title=text("letter.template_title", kind=kind_name(kind)),
        lines=(text("letter.template_how", fields=list(dict.fromkeys(names)), kind=kind_name(kind)),),
        files=(stored.id,),
    )
