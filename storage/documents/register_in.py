"""Reading the register of departments that an office keeps as xlsx, csv or toml.

Either the whole file is good or its problems are listed row by row; what to do with them is the caller's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from storage.documents.register_rows import Fields, Gathering, RawRow
from storage.documents.register_words import COLLECTIVE_HEADINGS, HEADINGS, heading_of
from storage.documents.tables_in import MOST_ROWS, Table, check_size, decode_text, read_tables
from storage.terms.errors import Unreadable
from storage.terms.register import Register

HEADING_WITHIN = 10
"""Rows from the top among which the headings are looked for; titles and remarks stand above them."""

MOST_TOML_BYTES = 512 * 1024
MOST_DOTS = 40
"""Full stops in one line of toml: a key of many dotted parts takes memory by the square of their number."""


def read_register(data: bytes, name: str) -> Register:
    """Read a register from a file; ``name`` tells by its ending what the file is.

    Raises :class:`Unreadable` when the file as a whole cannot be read; faults of single rows
    are the register's ``problems``.
    """
    gathering = Gathering()
    match PurePath(name.strip()).suffix.lower():
        case ".xlsx" | ".csv" as suffix:
            _from_tables(read_tables(data, suffix), gathering)
        case ".toml":
            _from_toml(data, gathering)
        case ".xls" | ".et":
            raise Unreadable("table.old_or_locked")
        case _:
            raise Unreadable("register.unknown_type", name=name[-80:])
    return gathering.register()


def _from_tables(tables: Sequence[Table], gathering: Gathering) -> None:
    found = False
    for table in tables:
        for at, (_, cells) in enumerate(table.rows[:HEADING_WITHIN]):
            if columns := _columns(cells, COLLECTIVE_HEADINGS, {"name", "kinds"}):
                for row in _rows(table, at, columns):
                    gathering.add_collective(row)
                break
            if columns := _columns(cells, HEADINGS, {"name", "kind"}):
                found = True
                for row in _rows(table, at, columns):
                    gathering.add_department(row)
                break
    if not found:
        raise Unreadable("register.no_headings")


def _columns(
    cells: Sequence[Any], headings: Mapping[str, str], needed: set[str]
) -> list[tuple[int, str]] | None:
    named = [(at, headings.get(heading_of(cell), "")) for at, cell in enumerate(cells)]
    columns = [(at, field) for at, field in named if field]
    return columns if needed <= {field for _, field in columns} else None


def _rows(table: Table, heading: int, columns: Sequence[tuple[int, str]]) -> Iterator[RawRow]:
    for number, cells in table.rows[heading + 1 :]:
        fields: Fields = {}
        for at, field in columns:
            value = cells[at] if at < len(cells) else None
            if field == "aliases":
                # 简称 and 别名 may stand in columns of their own.
                fields.setdefault("aliases", []).append(value)
            else:
                fields.setdefault(field, value)
        yield RawRow(table.name, number, fields)


def _from_toml(data: bytes, gathering: Gathering) -> None:
    check_size(data)
    if len(data) > MOST_TOML_BYTES:
        raise Unreadable("register.toml_too_large", kilobytes=MOST_TOML_BYTES // 1024)
    written = decode_text(data)
    for number, line in enumerate(written.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise Unreadable("register.not_toml", reason=f"line {number}")
    try:
        tables = tomllib.loads(written)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise Unreadable("register.not_toml", reason=str(error)[:120]) from error
    for place in sorted(tables.keys() - {"departments", "collectives"}):
        gathering.complain(RawRow(place[:40], 0, {}), "table_unknown")
    departments, collectives = (_entries(tables, place) for place in ("departments", "collectives"))
    if not departments:
        raise Unreadable("register.no_departments")
    if len(departments) + len(collectives) > MOST_ROWS:
        raise Unreadable("table.too_many_rows", limit=MOST_ROWS)
    for row in departments:
        gathering.add_department(row)
    for row in collectives:
        gathering.add_collective(row)


def _entries(tables: Mapping[str, Any], place: str) -> list[RawRow]:
    entries = tables.get(place, [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise Unreadable("register.not_tables", table=place)
    return [RawRow(place, number, each) for number, each in enumerate(entries, 1)]
