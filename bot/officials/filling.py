"""How liaisons answer a campaign: by one tap, by a reply, field by field, or by the form sent back."""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from bot.officials.scene import button, numbered
from bot.platforms.port import ShownFile
from bot.platforms.rehearsal.world import Message

if TYPE_CHECKING:
    from bot.officials.liaison import Liaison

QUESTIONS = 40
"""Fields that are answered one after another, at most."""

WIDEST, LONGEST = 40, 60
"""Columns and rows of a form that are looked at."""


class Filling:
    """A liaison's way with campaigns, as the temper's ``fills`` has it."""

    def __init__(self, me: Liaison) -> None:
        self._me = me
        self._known = me.words.pattern
        self._calls: dict[str, int] = {}

    def takes(self, message: Message) -> None:
        """Mean to answer what a bundle asks; who is ``late`` waits to be called again."""
        me = self._me
        for label in [each.label for each in message.buttons if re.search(self._known("fill"), each.label)]:
            calls = self._calls[message.title + label] = self._calls.get(message.title + label, 0) + 1
            if me.temper.fills != "late" or calls > 1:
                act = partial(self._fill, message, label)
                me.some_morning(me.chance.randint(0, 2), act, me.chance.randint(10, 300))

    async def _fill(self, message: Message, label: str) -> None:
        me = self._me
        pressed = button(me.scene.reread(message), re.escape(label))
        if pressed is None:
            return
        await me.press(message, pressed)
        card = me.answer()
        if card is None or any(re.search(self._known("filled"), line) for line in card.lines):
            return
        if confirm := button(card, self._known("confirm")):
            await me.press(card, confirm)
            return
        nothing, form = button(card, self._known("nil")), button(card, self._known("form"))
        add = button(card, self._known("add"))
        if add and not numbered(card) and me.temper.fills in ("reply", "form"):
            await me.press(card, add)
            await self._answer_questions(card)
        elif nothing and (me.temper.fills == "nil" or not numbered(card)):
            await me.press(card, nothing)
        elif form and me.temper.fills == "form":
            await self._send_form(card)
        elif keep := button(card, self._known("keep_all")):
            if me.temper.fills == "reply":
                await me.say(me.words.one("filled", me.chance), to=card)
            else:
                await me.press(card, keep)
        elif step := button(card, self._known("step")):
            await me.press(card, step)
            await self._answer_questions(card)

    async def _answer_questions(self, asked: Message) -> None:
        me = self._me
        for _ in range(QUESTIONS):
            asked = me.answer() or me.scene.reread(asked)
            answer = self._answer_to(asked)
            if answer is not None:
                await me.say(answer, to=asked)
            elif choice := button(asked, self._known("first_choice")):
                await me.press(asked, choice)
            else:
                return

    def _answer_to(self, asked: Message) -> str | None:
        last = asked.lines[-1] if asked.lines else ""
        for each in self._me.words.table["fields"]:
            if re.search(each["asked"], last):
                said: str = each["said"]
                day = self._me.words.day(self._me.scene.today)
                return said.format(department=self._me.part.person.department, day=day)
        return None

    async def _send_form(self, card: Message) -> None:
        """Fill in the workbook and send it back; who is careless writes what no cell takes, and mends it."""
        me = self._me
        form = button(card, self._known("form"))
        assert form is not None  # noqa: S101 - asked by the caller
        await me.press(card, form)
        sent = me.answer()
        if sent is None or not sent.files:
            return
        (file,) = sent.files
        content = me.scene.room.content(file.id)
        if me.chance.random() < me.temper.slip:
            wrong = _filled_in(content, self._known("form_column"), me.words.one("wrong_cell", me.chance))
            await me.say("", to=sent, files=[ShownFile(file.name, file.mime, wrong)])
        right = _filled_in(content, self._known("form_column"), me.words.one("right_cell", me.chance))
        await me.say("", to=sent, files=[ShownFile(file.name, file.mime, right)])


def _filled_in(content: bytes, column: str, value: str) -> bytes:
    """Write a value into one column of every row that a form brought along."""
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    rows = [
        [str(cell.value or "") for cell in row] for row in sheet.iter_rows(max_col=WIDEST, max_row=LONGEST)
    ]
    head = next(at for at, row in enumerate(rows) if any(re.search(column, each) for each in row))
    place = next(at for at, each in enumerate(rows[head]) if re.search(column, each))
    for at, row in enumerate(rows[head + 1 :], head + 2):
        if any(row):
            sheet.cell(at, place + 1).value = value
    made = BytesIO()
    book.save(made)
    return made.getvalue()
