"""The steps of a walk, as data: who does what in which chat. They live in a file, processes come and go."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["say", "press", "edit", "answer"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk.

    ``say`` says ``text``, in reply to the newest message of the bot that ``on`` finds, where it is given;
    ``press`` presses the newest button that ``on`` finds; ``edit`` lets the message of an earlier step
    (``of``) read ``text``; ``answer`` presses, again and again, a button of the first of ``choices`` that is
    shown, until ``on`` is. What cannot be found is asked for with ``ask``, as people do when a card did not
    come; where that does not help, the walk goes back to the step ``again``. ``on`` and ``choices`` are
    patterns of a message's words or of a button's. ``reports`` counts the items of which the ledger gets a
    report. ``file`` names a file of the walk's folder that goes along. Where ``hurried`` is set, nobody waits
    for the answer.
    """

    do: Kind
    chat: str
    who: str
    text: str = ""
    on: str = ""
    ask: str = ""
    of: int = -1
    choices: tuple[str, ...] = ()
    reports: int = 0
    file: str = ""
    hurried: bool = False
    again: int = -1


def write(path: Path, steps: Iterable[Step]) -> None:
    """Write a script to a file."""
    path.write_text(json.dumps([asdict(step) for step in steps], ensure_ascii=False), "utf-8")


def read(path: Path) -> list[Step]:
    """Read a script."""
    return [
        Step(**{**each, "choices": tuple(each["choices"])}) for each in json.loads(path.read_text("utf-8"))
    ]
