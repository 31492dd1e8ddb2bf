"""The register of departments: loaded from a file, added to, dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from storage.ledger import lookup
from storage.records import Collective, Department, DepartmentAlias
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.register import DepartmentKind, Register, RegisterEntry
from storage.terms.roles import Permission
from storage.unit import Unit

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What loading a register changed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: int
    absent: tuple[str, ...]
    """departments of the ledger that the file does not name; they stay as they are"""


def load(unit: Unit, register: Register) -> RegisterChange:
    """Take in a register: new departments are added, known ones follow the file, none is removed."""
    unit.actor.require(Permission.COORDINATE)
    if register.problems:
        raise Refusal("register.problems", count=len(register.problems))
    added, changed, same = [], [], 0
    named: set[int] = set()
    for entry in register.departments:
        names = (entry.name, *entry.aliases)
        known = next((d for name in names if (d := lookup.department_called(unit.directory, name))), None)
        if known is None:
            named.add(_add(unit, entry).id)
            added.append(entry.name)
            continue
        named.add(known.id)
        if _follow(unit, known, entry):
            changed.append(entry.name)
        else:
            same += 1
    for rule in register.collectives:
        _put_collective(unit, rule.name, [k.value for k in rule.kinds], choose=rule.choose)
    absent = tuple(d.name for d in unit.directory.all(Department) if d.id not in named)
    unit.note("register.load", added=added, changed=changed)
    return RegisterChange(tuple(added), tuple(changed), same, absent)


def _add(unit: Unit, entry: RegisterEntry) -> Department:
    department = unit.add(
        Department(name=entry.name, kind=entry.kind.value, since=entry.since, until=entry.until)
    )
    for alias in entry.aliases:
        add_alias(unit, department, alias)
    return department


def _follow(unit: Unit, known: Department, entry: RegisterEntry) -> bool:
    before = (known.name, known.kind, known.since, known.until)
    if normalise_name(known.name) != normalise_name(entry.name):
        old = known.name
        for alias in unit.directory.all(DepartmentAlias):
            if alias.department_id == known.id and normalise_name(alias.name) == normalise_name(entry.name):
                alias.name = old
                unit.save(alias, "name")
                break
        else:
            known.name = entry.name
            add_alias(unit, known, old)
    known.name, known.kind = entry.name, entry.kind.value
    known.since, known.until = entry.since, entry.until
    unit.save(known)
    fresh = [a for a in entry.aliases if add_alias(unit, known, a)]
    return bool(fresh) or before != (known.name, known.kind, known.since, known.until)


def _put_collective(unit: Unit, name: str, kinds: list[str], *, choose: bool) -> None:
    for known in unit.directory.all(Collective):
        if normalise_name(known.name) == normalise_name(name):
            known.kinds, known.choose = kinds, choose
            unit.save(known)
            return
    unit.add(Collective(name=name, kinds=kinds, choose=choose))


def add_department(unit: Unit, name: str, kind: DepartmentKind, since: date | None = None) -> Department:
    """Add one department to the register."""
    unit.actor.require(Permission.COORDINATE)
    if not name.strip() or len(name) > NAME_LENGTH:
        raise Refusal("register.name")
    if lookup.department_called(unit.directory, name):
        raise Refusal("register.known", name=name)
    department = unit.add(Department(name=name.strip(), kind=kind.value, since=since))
    unit.note("register.add", department=department.id, name=department.name, kind=kind.value)
    return department


def add_alias(unit: Unit, department: Department, name: str) -> bool:
    """Remember another name of a department; False when it is known. Rights were checked by the caller."""
    known = lookup.department_called(unit.directory, name)
    if known is not None:
        if known.id != department.id:
            raise Refusal("register.alias_taken", name=name, department=known.name)
        return False
    unit.add(DepartmentAlias(department_id=department.id, name=name[:NAME_LENGTH]))
    return True


def retire(unit: Unit, department: Department, last_day: date) -> None:
    """Write a department's last day; collectives of later days leave it out."""
    unit.actor.require(Permission.COORDINATE)
    if department.since is not None and last_day < department.since - timedelta(days=1):
        raise Refusal("register.backwards")
    department.until = last_day
    unit.save(department, "until")
    unit.note("register.retire", department=department.id, until=last_day.isoformat())
