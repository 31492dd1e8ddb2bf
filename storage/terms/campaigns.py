"""Campaigns (报送): what is asked of many departments at once, as a template describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from storage.terms.forms import Field, FieldKind, Values, choice_of

GIVEN = "@given"
"""Beside a campaign's template: the rows that somebody gave it, by department."""


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class Origin(StrEnum):
    """Where a row of an answer came from."""

    LAST = "last"
    """answered last time"""
    KNOWN = "known"
    """the bot knew it"""
    ADDED = "added"
    """the department wrote it"""


class Prefill(StrEnum):
    """What a form can be prefilled with."""

    LAST = "last"
    """the department's answer to the campaign before"""
    GROUPS = "groups"
    """the department's groups that the bot sits in"""
    MEMBERS = "members"
    """who speaks for the department"""
    ITEMS = "items"
    """the department's items in the plan in force"""
    LEFT_OVER = "left_over"
    """the department's items of the year before that are open or unproven"""
    FIGURES = "figures"
    """the department's figures of the year"""


class Counted(StrEnum):
    """Which rows a total counts."""

    ALL = "all"
    OLD = "old"
    NEW = "new"


AFTERWARDS = 2
"""The last month in which the year before is still reported on: its reports are due in January."""


@dataclass(frozen=True, slots=True)
class Window:
    """Days of each year between which is answered, first and last included: month and day."""

    name: str
    opens: tuple[int, int]
    closes: tuple[int, int]

    def days(self, year: int) -> tuple[date, date]:
        """Return its first and last day in a year."""
        return date(year, *self.opens), date(year, *self.closes)


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the summary: the rows it counts, where ``field`` is one of ``values``; or a field's sum."""

    label: str
    rows: Counted = Counted.ALL
    field: str | None = None
    values: tuple[str, ...] = ()
    sum: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What a campaign asks, of whom and when.

    ``windows`` recur every year; one without them is started by a coordinator, for ``days``. ``standing``:
    windows run without anybody's word. ``kinds`` of departments are asked, all but external bodies where
    none are named. ``chase`` counts working days back from the last day. ``rows``: an answer has any number
    of rows, otherwise one.
    ``main`` names the field by which people know a row, ``first`` fields that are asked before others.
    ``demand``: words of a plan's item that the answer fulfils, all of them. ``handover``: its answer hands
    the department's open items to somebody else. Of last time's rows those that are ``gone`` by a choice are
    not shown again, and the fields to ``forget`` are asked anew. ``heading`` is what one campaign is called.
    ``own``: a department may answer unasked, at any time. ``attendance`` names the field in which
    coordinators note who came, ``settle`` that of the look-back with its choices for what is struck off and
    what is carried over. ``draft`` is what stands in the main field before anybody wrote it, from
    the department's figures, ``draft_items`` its part about what is done. ``afterwards``: asked early in a
    year, it speaks of the year before.
    """

    name: str
    title: str
    explain: str
    words: tuple[str, ...]
    fields: tuple[Field, ...]
    main: str
    windows: tuple[Window, ...] = ()
    standing: bool = False
    days: int = 10
    kinds: tuple[str, ...] = ()
    chase: tuple[int, ...] = (3, 0)
    rows: bool = True
    nil: str = ""
    first: tuple[str, ...] = ()
    prefill: tuple[Prefill, ...] = ()
    demand: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()
    columns: tuple[str, ...] = ()
    handover: bool = False
    heading: str = "{year} {window} {title}"
    gone: tuple[str, tuple[str, ...]] | None = None
    forget: tuple[str, ...] = ()
    own: bool = False
    attendance: str = ""
    settle: tuple[str, str, str] | None = None
    draft: str = ""
    draft_items: str = ""
    draft_joint: str = ", "
    afterwards: bool = False

    def field(self, name: str) -> Field:
        """Return the field of a name."""
        return next(each for each in self.fields if each.name == name)

    def year_of(self, opens: date) -> int:
        """Return the year of which a campaign speaks that opens on a day."""
        return opens.year - (self.afterwards and opens.month <= AFTERWARDS)

    def called(self, year: int, window: str = "") -> str:
        """Return what the campaign of a year and window is called."""
        filled = self.heading.replace("{year}", str(year)).replace("{window}", window)
        return " ".join(filled.replace("{title}", self.title).split())

    @property
    def asking_order(self) -> list[Field]:
        """The fields in the order in which they are asked one by one."""
        return sorted(self.fields, key=lambda f: self.first.index(f.name) if f.name in self.first else 99)

    def to_json(self) -> dict[str, Any]:
        """Return the template as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, packed: Mapping[str, Any]) -> Self:
        """Read back what :meth:`to_json` wrote."""
        named: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in packed.items()
            if name != GIVEN
        }
        named["fields"] = tuple(_field(each) for each in packed["fields"])
        named["windows"] = tuple(
            Window(each["name"], tuple(each["opens"]), tuple(each["closes"])) for each in packed["windows"]
        )
        named["totals"] = tuple(
            Total(each["label"], Counted(each["rows"]), each["field"], tuple(each["values"]), each.get("sum"))
            for each in packed["totals"]
        )
        gone = packed["gone"]
        named["gone"] = None if gone is None else (gone[0], tuple(gone[1]))
        named["prefill"] = tuple(Prefill(each) for each in packed["prefill"])
        return cls(**named)


def _field(packed: Mapping[str, Any]) -> Field:
    unless = packed["needed_unless"]
    named = {
        **packed,
        "kind": FieldKind(packed["kind"]),
        "choices": tuple(packed["choices"]),
        "open_choices": tuple(packed["open_choices"]),
        "needed_unless": None if unless is None else (unless[0], tuple(unless[1])),
    }
    return Field(**named)


@dataclass(frozen=True, slots=True)
class Answered:
    """A row of an answer as it counts: its values, and whether it is new since last time."""

    values: Values
    new: bool


def total_of(template: Template, total: Total, rows: Sequence[Answered]) -> int:
    """Return a figure of the summary."""
    counted = [row for row in rows if total.rows is Counted.ALL or row.new == (total.rows is Counted.NEW)]
    if total.sum is not None:
        return sum(int(row.values.get(total.sum) or 0) for row in counted)
    if total.field is None:
        return len(counted)
    field = template.field(total.field)
    return sum(choice_of(field, row.values.get(field.name, "")) in total.values for row in counted)
