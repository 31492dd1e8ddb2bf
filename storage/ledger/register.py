"""The register of departments: loaded from a file, added to, dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from storage.ledger import lookup
from storage.ledger.register_steps import Step, compare
from storage.records import Collective, Department, DepartmentAlias
from storage.terms.clock import office_day
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.register import DEFAULT_COLLECTIVES, DepartmentKind, Register
from storage.terms.roles import Permission
from storage.unit import Unit

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Difference:
    """How a file changes one department: its name until now and what changes."""

    name: str
    before: str
    what: tuple[str, ...]
    """of ``name``, ``kind``, ``days`` and ``aliases``"""


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """What loading a register changes."""

    added: tuple[str, ...]
    changed: tuple[Difference, ...]
    same: int
    absent: tuple[str, ...]
    """departments of the ledger that the file does not name; they stay as they are"""


def preview(unit: Unit, register: Register) -> RegisterChange:
    """Say what :func:`load` would change, and change nothing."""
    return _change(unit, _steps(unit, register))


def load(unit: Unit, register: Register, source: str = "") -> RegisterChange:
    """Take in a register: new departments are added, known ones follow the file, none is removed.

    What the file leaves open (days, aliases) stays as it is. ``source`` names the file in the trail.
    """
    steps = _steps(unit, register)
    change = _change(unit, steps)
    for step in steps:
        _take(unit, step)
    if register.collectives != DEFAULT_COLLECTIVES:
        for rule in register.collectives:
            _put_collective(unit, rule.name, [k.value for k in rule.kinds], choose=rule.choose)
    unit.note(
        "register.load", source=source, added=change.added, changed=[each.name for each in change.changed]
    )
    return change


def _steps(unit: Unit, register: Register) -> list[Step]:
    unit.actor.require(Permission.COORDINATE)
    if register.problems:
        raise Refusal("register.problems", count=len(register.problems))
    return compare(unit.directory, register)


def _change(unit: Unit, steps: list[Step]) -> RegisterChange:
    today = office_day(unit.now)
    named = {step.known.id for step in steps if step.known is not None}
    return RegisterChange(
        added=tuple(step.entry.name for step in steps if step.known is None),
        changed=tuple(
            Difference(step.entry.name, step.known.name, step.changes)
            for step in steps
            if step.known is not None and step.changes
        ),
        same=sum(1 for step in steps if step.known is not None and not step.changes),
        absent=tuple(d.name for d in lookup.departments_on(unit.directory, today) if d.id not in named),
    )


def _take(unit: Unit, step: Step) -> None:
    entry, known = step.entry, step.known
    if known is None:
        known = unit.add(
            Department(name=entry.name, kind=entry.kind.value, since=entry.since, until=entry.until)
        )
    elif step.changes:
        known.name, known.kind = entry.name, entry.kind.value
        known.since, known.until = entry.since or known.since, entry.until or known.until
        unit.save(known)
    for alias, name in step.renamed:
        alias.name = name
        unit.save(alias, "name")
    for alias in step.moved:
        alias.department_id = known.id
        unit.save(alias, "department_id")
    for name in step.fresh:
        unit.add(DepartmentAlias(department_id=known.id, name=name[:NAME_LENGTH]))


def _put_collective(unit: Unit, name: str, kinds: list[str], *, choose: bool) -> None:
    for known in unit.directory.all(Collective):
        if normalise_name(known.name) == normalise_name(name):
            if (known.kinds, known.choose) != (kinds, choose):
                known.kinds, known.choose = kinds, choose
                unit.save(known)
            return
    unit.add(Collective(name=name, kinds=kinds, choose=choose))


def add_department(unit: Unit, name: str, kind: DepartmentKind, since: date | None = None) -> Department:
    """Add one department to the register."""
    unit.actor.require(Permission.COORDINATE)
    _check_name(unit, name)
    if lookup.department_called(unit.directory, name):
        raise Refusal("register.known", name=name)
    department = unit.add(Department(name=name.strip(), kind=kind.value, since=since))
    unit.note("register.add", department=department.id, name=department.name, kind=kind.value)
    return department


def _check_name(unit: Unit, name: str) -> None:
    if not any(each.isalpha() for each in name) or len(name) > NAME_LENGTH:
        raise Refusal("register.name")
    if lookup.collective_called(unit.directory, name):
        raise Refusal("register.collective", name=name)


def call_also(unit: Unit, department: Department, name: str) -> None:
    """Give a department another name, by a coordinator's word."""
    unit.actor.require(Permission.COORDINATE)
    _check_name(unit, name)
    if not add_alias(unit, department, name):
        raise Refusal("register.alias_known", name=name, department=department.name)
    unit.note("register.alias", department=department.id, name=name)


def add_alias(unit: Unit, department: Department, name: str) -> bool:
    """Remember another name of a department; False when it is known. Rights were checked by the caller."""
    known = lookup.department_called(unit.directory, name)
    if known is not None:
        if known.id != department.id:
            raise Refusal("register.alias_taken", name=name, department=known.name)
        return False
    unit.add(DepartmentAlias(department_id=department.id, name=name[:NAME_LENGTH]))
    return True


def retire(unit: Unit, department: Department, last_day: date | None) -> None:
    """Write a department's last day, None for no end; collectives of later days leave it out."""
    unit.actor.require(Permission.COORDINATE)
    if (
        last_day is not None
        and department.since is not None
        and last_day < department.since - timedelta(days=1)
    ):
        raise Refusal("register.backwards")
    department.until = last_day
    unit.save(department, "until")
    unit.note("register.retire", department=department.id, until=last_day.isoformat() if last_day else None)
