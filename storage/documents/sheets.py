"""What a workbook shows, as plain values; its words come in the language they are to be read in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from storage.terms.lights import Light

Headings: TypeAlias = Mapping[str, str]
"""Name of a row's field → the word above its column. A field without a heading gets no column."""

Due: TypeAlias = "date | str | None"
"""A due day, or the words that stand in its place (长期, 每季度)."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One assignment in the ledger. Moments carry their zone and are shown in the office's time."""

    number: str
    section: str
    title: str
    text: str
    department: str
    role: str
    status: str
    light: Light
    light_word: str
    percent: int | None = None
    due: Due = None
    acknowledged: datetime | None = None
    last_report: str = ""
    last_report_at: datetime | None = None
    completed_at: datetime | None = None
    extension: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One reply as it came; ``revision`` says which correction of it this is."""

    at: datetime
    number: str
    title: str
    department: str
    who: str
    percent: int | None = None
    words: str = ""
    evidence: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """The ledger of a plan: a sheet of assignments and a sheet of replies.

    Keys of ``item_headings`` are the fields of :class:`LedgerRow` save ``light_word``, those of
    ``reply_headings`` the fields of :class:`ReplyRow`. ``as_of`` is the line that dates the ledger,
    ``made_at`` the moment kept in the file's properties.
    """

    title: str
    subtitle: str
    as_of: str
    made_at: datetime
    item_sheet: str
    item_headings: Headings
    reply_sheet: str
    reply_headings: Headings
    rows: Iterable[LedgerRow] = ()
    replies: Iterable[ReplyRow] = ()


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One item of a department's own ledger, as it may be published: no person, no telephone."""

    number: str
    item: str
    measure: str
    role: str
    due: Due = None
    progress: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentSheet:
    """A department's own ledger for its website; keys of ``headings`` are fields of its rows."""

    title: str
    subtitle: str
    as_of: str
    made_at: datetime
    sheet: str
    headings: Headings
    rows: Iterable[DepartmentRow] = field(default=())


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One item of a plan as it was read, to be corrected in the sheet."""

    position: str
    number: str
    title: str
    text: str
    lead: str
    responsible: str
    support: str
    limits: str
    drop: str = ""


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A plan to be corrected; keys of ``headings`` are fields of its rows."""

    title: str
    subtitle: str
    made_at: datetime
    sheet: str
    headings: Headings
    rows: Iterable[PlanRow] = ()
