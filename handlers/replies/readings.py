"""What a reading of a reply consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CardItem:
    """One line of the card replied to; ``number`` is frozen on that card."""

    number: int
    title: str = ""
    general: bool = False
    open: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reply says of one item; ``number`` 0 stands for every item not named.

    A done entry has percent 100, and nothing else has. ``words`` is what was typed, without the
    number and without the links.
    """

    number: int
    percent: int | None = None
    done: bool = False
    words: str = ""
    expected: date | None = None
    none_yet: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Words that can be read in more than one way; an empty choice means "none of these".

    The choice made replaces whatever the entries say of its numbers.
    """

    fragment: str
    choices: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """Everything a reply was understood to say.

    ``rest`` holds for each open item that neither ``entries`` nor ``questions`` name.
    ``unread`` are fragments nothing could be done with: unknown numbers, or no number at all.
    ``received`` says that the reply is only an acknowledgement.
    """

    entries: tuple[Entry, ...] = ()
    rest: Entry | None = None
    questions: tuple[Ambiguity, ...] = ()
    unread: tuple[str, ...] = ()
    received: bool = False
