"""How well a document was read: items, names with their roles, time limits, and what was flagged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from handlers.notices.folding import fold, squeeze
from storage.terms.names import normalise_name
from storage.terms.notice import Deadline, Notice, NoticeItem
from tests.corpus.documents import Document, Item, Limit

FIELDS = ("item", "name", "deadline")
_ROLES = ("lead", "responsible", "support")
_FLAGS = {"item": {"item"}, "name": {"name", "role", "item"}, "deadline": {"deadline", "item"}}
"""What is scored → the fields of doubts that speak of it."""


@dataclass(slots=True)
class Counts:
    """Right, missed and wrongly found."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there was nothing to find."""
        total = 2 * self.right + self.missed + self.wrong
        return 2 * self.right / total if total else 1.0

    def add(self, other: Counts) -> None:
        """Add what was counted elsewhere."""
        self.right += other.right
        self.missed += other.missed
        self.wrong += other.wrong


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that was read wrong, and whether a doubt speaks of it."""

    document: str
    what: str
    number: str
    expected: str
    found: str
    flagged: bool


@dataclass(slots=True)
class Score:
    """What one document, or several, came to."""

    counts: dict[str, Counts] = field(default_factory=lambda: {each: Counts() for each in FIELDS})
    mistakes: list[Mistake] = field(default_factory=list)
    doubts: int = 0
    doubted: int = 0
    items: int = 0

    def add(self, other: Score) -> None:
        """Add another score."""
        for name, counts in other.counts.items():
            self.counts[name].add(counts)
        self.mistakes += other.mistakes
        self.doubts += other.doubts
        self.doubted += other.doubted
        self.items += other.items

    @property
    def flagged(self) -> float:
        """The share of the mistakes that a doubt speaks of."""
        if not self.mistakes:
            return 1.0
        return sum(each.flagged for each in self.mistakes) / len(self.mistakes)

    @property
    def doubtful(self) -> float:
        """The share of the items that have a doubt."""
        return self.doubted / self.items if self.items else 0.0


def total(scores: Iterable[Score]) -> Score:
    """Add scores up."""
    whole = Score()
    for each in scores:
        whole.add(each)
    return whole


def score(document: Document, notice: Notice | None) -> Score:
    """Compare a reading with what it should be; None is a document that was refused."""
    found = notice.items if notice else ()
    result = Score(items=len(found))
    if notice:
        result.doubts = len(notice.doubts)
        result.doubted = len({each.number for each in found} & {each.item for each in notice.doubts})
    doubts = {(each.item, str(each.field)) for each in notice.doubts} if notice else set()
    matched, spare = _match(document.items, found)
    for item, read in matched:
        _compare(document, item, read, doubts, result)
    for read in spare:
        _compare(document, None, read, doubts, result)
    _set(
        document,
        "name",
        ("",),
        {("standing", normalise_name(name)) for name in document.standing},
        {("standing", normalise_name(name)) for name in notice.standing} if notice else set(),
        doubts,
        result,
    )
    return result


def _compare(
    document: Document,
    item: Item | None,
    read: NoticeItem | None,
    doubts: set[tuple[str, str]],
    result: Score,
) -> None:
    numbers = tuple({each.number for each in (item, read) if each})
    expected: set[tuple[str, ...]] = {_boundary_of(item, read)} if item else set()
    found: set[tuple[str, ...]] = {(read.number, *_bounds(item, read))} if read else set()
    _set(document, "item", numbers, expected, found, doubts, result)
    names: set[tuple[str, ...]] = (
        {(role, normalise_name(name)) for role in _ROLES for name in item.names.get(role, ())}
        if item
        else set()
    )
    read_names: set[tuple[str, ...]] = (
        {(role, normalise_name(name)) for role in _ROLES for name in getattr(read.responsibility, role)}
        if read
        else set()
    )
    _set(document, "name", numbers, names, read_names, doubts, result)
    _limits(document, numbers, item.limits if item else (), read.deadlines if read else (), doubts, result)


def _boundary_of(item: Item, read: NoticeItem | None) -> tuple[str, str, str]:
    del read
    return item.number, _plain(item.begins), _plain(item.ends)


def _bounds(item: Item | None, read: NoticeItem) -> tuple[str, str]:
    words = _plain(read.text)
    if item is None:
        return words[:12], words[-12:]
    begins, ends = _plain(item.begins), _plain(item.ends)
    return words[: len(begins)], words[-len(ends) :]


def _plain(words: str) -> str:
    return fold(squeeze(words)).rstrip("。;；.,，、")


def _match(
    items: Sequence[Item], found: Sequence[NoticeItem]
) -> tuple[list[tuple[Item, NoticeItem | None]], list[NoticeItem]]:
    """Pair what should be found with what was: by number and beginning, else by either."""
    spare = list(found)
    paired: dict[int, NoticeItem] = {}
    for alike in (_both, _begins, _number):
        for index, item in enumerate(items):
            if index in paired:
                continue
            for read in spare:
                if alike(item, read):
                    paired[index] = read
                    spare.remove(read)
                    break
    return [(item, paired.get(index)) for index, item in enumerate(items)], spare


def _both(item: Item, read: NoticeItem) -> bool:
    return _number(item, read) and _begins(item, read)


def _number(item: Item, read: NoticeItem) -> bool:
    return item.number == read.number


def _begins(item: Item, read: NoticeItem) -> bool:
    return _plain(read.text).startswith(_plain(item.begins))


def _limits(
    document: Document,
    numbers: tuple[str, ...],
    expected: Sequence[Limit],
    found: Sequence[Deadline],
    doubts: set[tuple[str, str]],
    result: Score,
) -> None:
    wanted = Counter(each.value for each in expected)
    read = Counter(map(_value, found))
    result.counts["deadline"].add(
        Counts((wanted & read).total(), (wanted - read).total(), (read - wanted).total())
    )
    for value in [*(wanted - read).elements(), *(read - wanted).elements()]:
        missed = value in wanted - read
        phrases = [e.phrase for e in expected if e.value == value] or [
            d.phrase for d in found if _value(d) == value
        ]
        _mistake(
            document,
            "deadline",
            numbers,
            f"{phrases[0]}={value}" if missed else "",
            "" if missed else f"{phrases[0]}={value}",
            doubts,
            result,
        )


def _value(deadline: Deadline) -> str:
    if deadline.due:
        return deadline.due.isoformat()
    return deadline.every or deadline.kind


def _set(
    document: Document,
    what: str,
    numbers: tuple[str, ...],
    expected: set[tuple[str, ...]],
    found: set[tuple[str, ...]],
    doubts: set[tuple[str, str]],
    result: Score,
) -> None:
    result.counts[what].add(Counts(len(expected & found), len(expected - found), len(found - expected)))
    if what == "item" and expected and found and expected != found:
        _mistake(document, what, numbers, _said(expected), _said(found), doubts, result)
        return
    for each in sorted(expected - found):
        _mistake(document, what, numbers, _said({each}), "", doubts, result)
    for each in sorted(found - expected):
        _mistake(document, what, numbers, "", _said({each}), doubts, result)


def _mistake(
    document: Document,
    what: str,
    numbers: tuple[str, ...],
    expected: str,
    found: str,
    doubts: set[tuple[str, str]],
    result: Score,
) -> None:
    flagged = any((number, name) in doubts for number in (*numbers, "") for name in _FLAGS[what])
    result.mistakes.append(Mistake(document.name, what, "/".join(numbers), expected, found, flagged))


def _said(values: set[tuple[str, ...]]) -> str:
    return "; ".join(" ".join(each) for each in sorted(values))
