"""The people of a walk: they go on with the script where the last life of the program ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.platforms.port import ShownButton, ShownFile
from bot.platforms.rehearsal.world import Message
from tests.faults.ground import Deed, Ground
from tests.faults.journal import Act, Journal
from tests.faults.script import Step

T = TypeVar("T")

ASKED_AT_MOST = 5
PRESSED_AT_MOST = 200


class NotShownError(AssertionError):
    """What a step needs did not appear, however often it was asked for."""


class Driver:
    """Does the steps of a script, one act at a time: each is on the ground first, then in the journal."""

    def __init__(self, folder: Path, steps: list[Step], ground: Ground) -> None:
        self._folder = folder
        self._steps = steps
        self._ground = ground
        self._journal = Journal(folder / "journal")
        self._acts = self._journal.acts()

    async def walk(self) -> None:
        """Go on until the script ends."""
        self._catch_up()
        await self._ground.settle()
        while (at := self._next()) < len(self._steps):
            step = self._steps[at]
            try:
                await self._do(at, step)
            except NotShownError:
                if step.again < 0:
                    raise
                self._write(Act(step.again - 1, self._last(), None, main=True))
            if not step.hurried:
                await self._ground.settle()
        await self._ground.settle()

    def _next(self) -> int:
        """Return the step to do: one is over when its main act was done, an answering one when it is seen."""
        done = [act for act in self._acts if act.main]
        return done[-1].step + 1 if done else 0

    def _last(self) -> int:
        return self._acts[-1].happening if self._acts else 0

    def _catch_up(self) -> None:
        """Note the act that a kill kept out of the journal: the ground knows it."""
        for deed in self._ground.deeds(self._last()):
            at = self._next()
            self._note(at, deed, main=_is_main(self._steps[at], deed))

    def _note(self, at: int, deed: Deed, *, main: bool) -> None:
        self._write(Act(at, deed.id, deed.message, main))

    def _write(self, act: Act) -> None:
        self._journal.append(act)
        self._acts.append(act)

    def _done(self, at: int, *, main: bool) -> None:
        (deed,) = self._ground.deeds(self._last())
        self._note(at, deed, main=main)

    async def _do(self, at: int, step: Step) -> None:
        match step.do:
            case "say":
                target = (await self._found(at, step, self._card, step.on)).id if step.on else None
                await self._ground.say(step.chat, step.who, step.text, self._files(step), target)
                self._done(at, main=True)
            case "press":
                await self._press(at, step, step.on, main=True)
            case "edit":
                said = next(act.message for act in self._acts if act.step == step.of and act.main)
                assert said is not None
                await self._ground.edit(step.chat, step.who, said, step.text)
                self._done(at, main=True)
            case "answer":
                await self._answer(at, step)

    async def _press(self, at: int, step: Step, *patterns: str, main: bool) -> None:
        message, button = await self._found(at, step, self._button, *patterns)
        await self._ground.press(step.chat, step.who, message, button)
        self._done(at, main=main)

    async def _answer(self, at: int, step: Step) -> None:
        for _ in range(PRESSED_AT_MOST):
            if self._card(step.chat, step.on) is not None:
                self._write(Act(at, self._last(), None, main=True))
                return
            await self._press(at, step, *step.choices, main=False)
            await self._ground.settle()
        raise NotShownError(step.on)

    async def _found(self, at: int, step: Step, look: Callable[[str, str], T | None], *patterns: str) -> T:
        for _ in range(ASKED_AT_MOST):
            for pattern in patterns:
                if (found := look(step.chat, pattern)) is not None:
                    return found
            if not step.ask:
                break
            await self._ground.say(step.chat, step.who, step.ask, (), None)
            self._done(at, main=False)
            await self._ground.settle()
        raise NotShownError(f"step {at}: {patterns} in {step.chat}\n{self._newest(step.chat)}")

    def _card(self, chat: str, pattern: str) -> Message | None:
        """Return the newest message of the bot with such words or such a button.

        Nobody replies to one whose receipt was lost: of that the bot says that it does not know it.
        """
        for message in reversed(self._ground.messages(chat)):
            words = (message.title, message.text, *(button.label for button in message.buttons))
            if any(re.search(pattern, each) for each in words) and self._ground.knows(message):
                return message
        return None

    def _button(self, chat: str, pattern: str) -> tuple[Message, ShownButton] | None:
        """Return the newest button of the bot with such a label."""
        for message in reversed(self._ground.messages(chat)):
            for button in message.buttons:
                if re.search(pattern, button.label):
                    return message, button
        return None

    def _files(self, step: Step) -> tuple[ShownFile, ...]:
        if not step.file:
            return ()
        return (ShownFile(step.file, "text/plain", (self._folder / step.file).read_bytes()),)

    def _newest(self, chat: str) -> str:
        return "\n".join(
            f"{each.title}|{each.text}|{[b.label for b in each.buttons]}"
            for each in self._ground.messages(chat)[-4:]
        )


def _is_main(step: Step, deed: Deed) -> bool:
    """Tell whether something done just before a kill was the act its step is about."""
    match step.do:
        case "say":
            return deed.kind == "said" and deed.text == step.text
        case "edit":
            return deed.kind == "edited"
        case "press":
            return deed.kind == "pressed"
        case "answer":
            return False
