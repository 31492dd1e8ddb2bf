"""Reading a campaign's template from TOML, strictly: what is unknown or of a wrong type is refused.

Every refusal names the place (``fields[3].choices``) and the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn, TypeVar

from storage.terms.campaigns import Counted, Prefill, Template, Total, Window
from storage.terms.errors import Unreadable
from storage.terms.forms import Field, FieldKind
from storage.terms.register import DepartmentKind

NUMBER, DEPARTMENT = "@number", "@department"
"""Columns of the report that are no fields: the running number and the department."""

MOST_DAYS = 366
LEAP = 2024

Table = Mapping[str, Any]
Read = Callable[[object, str], Any]
E = TypeVar("E", FieldKind, Prefill, Counted, DepartmentKind)


def read_template(written: bytes, name: str) -> Template:
    """Read a template. Raises :class:`Unreadable` with the place and the reason."""
    try:
        table = tomllib.loads(written.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("template.not_toml", name=name, reason=str(error)) from error
    read = _values(table, _TEMPLATE, "", {"title", "explain", "words", "fields", "main"})
    template = Template(name=name, **read)
    _check(template)
    return template


# ---------------------------------------------------------------- single values


def _refuse(place: str, reason: str, **values: Any) -> NoReturn:
    raise Unreadable(f"template.{reason}", place=place, **values)


def _words(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(place, "words")
    return value


def _truth(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        _refuse(place, "truth")
    return value


def _count(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        _refuse(place, "number", least=0, most=MOST_DAYS)
    return value


def _list(read: Read) -> Read:
    def work(value: object, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            _refuse(place, "list")
        return tuple(read(each, f"{place}[{at}]") for at, each in enumerate(value, 1))

    return work


def _one_of(kind: type[E]) -> Read:
    def work(value: object, place: str) -> E:
        for each in kind:
            if value == each.value:
                return each
        _refuse(place, "one_of", allowed=[each.value for each in kind])

    return work


def _kind(value: object, place: str) -> str:
    kind: DepartmentKind = _one_of(DepartmentKind)(value, place)
    return kind.value


def _day(value: object, place: str) -> tuple[int, int]:
    try:
        found = date.fromisoformat(f"{LEAP}-{value}")
    except ValueError:
        _refuse(place, "day")
    if (found.month, found.day) == (2, 29):
        _refuse(place, "day")
    return found.month, found.day


def _unless(value: object, place: str) -> tuple[str, tuple[str, ...]]:
    if not isinstance(value, dict) or len(value) != 1:
        _refuse(place, "unless")
    ((name, choices),) = value.items()
    return name, _list(_words)(choices, f"{place}.{name}")


def _settle(value: object, place: str) -> tuple[str, str, str]:
    if not isinstance(value, dict) or value.keys() != {"field", "struck", "carried"}:
        _refuse(place, "settle")
    name, struck, carried = (_words(value[key], f"{place}.{key}") for key in ("field", "struck", "carried"))
    return name, struck, carried


# ---------------------------------------------------------------- tables


def _values(value: object, schema: Mapping[str, Read], place: str, needed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(place, "table")
    before = f"{place}." if place else ""
    for name in value:
        if name not in schema:
            _refuse(before + name, "unknown", allowed=sorted(schema))
    for name in sorted(needed - value.keys()):
        _refuse(before + name, "missing")
    return {name: schema[name](each, before + name) for name, each in value.items()}


def _table(make: Callable[..., Any], schema: Mapping[str, Read], needed: set[str]) -> Read:
    return lambda value, place: make(**_values(value, schema, place, needed))


_FIELD: dict[str, Read] = {
    "name": _words,
    "label": _words,
    "kind": _one_of(FieldKind),
    "choices": _list(_words),
    "open_choices": _list(_words),
    "needed": _truth,
    "needed_unless": _unless,
    "width": _count,
}
_WINDOW: dict[str, Read] = {"name": _words, "opens": _day, "closes": _day}
_TOTAL: dict[str, Read] = {
    "label": _words,
    "rows": _one_of(Counted),
    "field": _words,
    "values": _list(_words),
    "sum": _words,
}
_TEMPLATE: dict[str, Read] = {
    "title": _words,
    "explain": _words,
    "words": _list(_words),
    "fields": _list(_table(Field, _FIELD, {"name", "label"})),
    "main": _words,
    "windows": _list(_table(Window, _WINDOW, {"name", "opens", "closes"})),
    "standing": _truth,
    "days": _count,
    "kinds": _list(_kind),
    "chase": _list(_count),
    "rows": _truth,
    "nil": _words,
    "first": _list(_words),
    "prefill": _list(_one_of(Prefill)),
    "demand": _list(_words),
    "totals": _list(_table(Total, _TOTAL, {"label"})),
    "columns": _list(_words),
    "handover": _truth,
    "heading": _words,
    "gone": _unless,
    "forget": _list(_words),
    "own": _truth,
    "attendance": _words,
    "settle": _settle,
    "draft": _words,
    "draft_items": _words,
    "draft_joint": _words,
    "afterwards": _truth,
}


# ---------------------------------------------------------------- what belongs together


def _check(template: Template) -> None:
    names = [field.name for field in template.fields]
    for at, field in enumerate(template.fields, 1):
        place = f"fields[{at}]"
        if names.index(field.name) != at - 1:
            _refuse(f"{place}.name", "twice", name=field.name)
        _check_choices(template, field, place)
    _known([template.main], names, "main")
    _known(template.first, names, "first")
    _known(template.forget, names, "forget")
    _known(template.columns, [*names, NUMBER, DEPARTMENT], "columns")
    for at, window in enumerate(template.windows, 1):
        if window.closes < window.opens:
            _refuse(f"windows[{at}].closes", "backwards")
    if list(template.chase) != sorted(set(template.chase), reverse=True):
        _refuse("chase", "descending")
    _check_effects(template, names)
    for at, total in enumerate(template.totals, 1):
        if total.sum is not None:
            numbers = [each.name for each in template.fields if each.kind is FieldKind.NUMBER]
            _known([total.sum], numbers, f"totals[{at}].sum")
        if total.field is not None:
            _known([total.field], names, f"totals[{at}].field")
            _known(total.values, template.field(total.field).choices, f"totals[{at}].values")


def _check_effects(template: Template, names: Sequence[str]) -> None:
    if template.settle is not None:
        _known(template.settle[:1], names, "settle.field")
        _known(template.settle[1:], template.field(template.settle[0]).choices, "settle")
    _known([template.attendance] if template.attendance else [], names, "attendance")
    if template.gone is not None:
        _known(template.gone[:1], names, "gone")
        _known(template.gone[1], template.field(template.gone[0]).choices, f"gone.{template.gone[0]}")


def _check_choices(template: Template, field: Field, place: str) -> None:
    if bool(field.choices) != (field.kind is FieldKind.CHOICE):
        _refuse(f"{place}.choices", "choices")
    _known(field.open_choices, field.choices, f"{place}.open_choices")
    if field.needed_unless is not None:
        other, choices = field.needed_unless
        _known([other], [each.name for each in template.fields], f"{place}.needed_unless")
        _known(choices, template.field(other).choices, f"{place}.needed_unless.{other}")


def _known(names: Sequence[str], allowed: Sequence[str], place: str) -> None:
    for name in names:
        if name not in allowed:
            _refuse(place, "not_known", name=name, allowed=list(allowed))
