"""Comparing a register with the ledger: what each of its departments would change, before anything does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from storage.directory import Directory
from storage.ledger import lookup
from storage.records import Department, DepartmentAlias
from storage.terms.errors import Refusal
from storage.terms.names import normalise_name
from storage.terms.register import Register, RegisterEntry

_plain = lru_cache(maxsize=8192)(normalise_name)
"""Every name is compared some dozen times, and a register is compared twice: before and when it is taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one department of a register does to the ledger."""

    entry: RegisterEntry
    known: Department | None
    """the department of the ledger that it is, None for a new one"""
    fresh: tuple[str, ...]
    """names that become its aliases"""
    moved: tuple[DepartmentAlias, ...]
    """aliases that pass to it from another department"""
    renamed: tuple[tuple[DepartmentAlias, str], ...]
    """its aliases that take another spelling: the one that becomes its name keeps its old name"""

    @property
    def changes(self) -> tuple[str, ...]:
        """What changes of a known department."""
        known, entry = self.known, self.entry
        if known is None:
            return ()
        days = (entry.since or known.since, entry.until or known.until)
        told = {
            "name": entry.name != known.name,
            "kind": entry.kind.value != known.kind,
            "days": days != (known.since, known.until),
            "aliases": bool(self.fresh or self.moved),
        }
        return tuple(what for what, changed in told.items() if changed)


def compare(directory: Directory, register: Register) -> list[Step]:
    """Return what each department of a register changes, in its order.

    A department is known by its own name first, then by that name as an alias, then by an alias (it was
    renamed). One that the register names by its own name is never taken for another. Raises
    :class:`Refusal` when a name belongs to a department that the register does not mention.
    """
    known = _matched(directory, register)
    return _Comparing(directory, register, known).steps()


def _matched(directory: Directory, register: Register) -> dict[int, Department]:
    """Return which department of the ledger each entry is, by its place in the register."""
    own = {_plain(d.name): d for d in directory.all(Department)}
    called = lookup.department_names(directory)
    known: dict[int, Department] = {}
    claimed: set[int] = set()

    def of_number(number: int | None) -> Department | None:
        return None if number is None else directory.get(Department, number)

    def claim(at: int, department: Department | None) -> None:
        if department is not None and at not in known and department.id not in claimed:
            known[at] = department
            claimed.add(department.id)

    for at, entry in enumerate(register.departments):
        claim(at, own.get(_plain(entry.name)))
    for at, entry in enumerate(register.departments):
        claim(at, of_number(called.get(_plain(entry.name))))
    for at, entry in enumerate(register.departments):
        for alias in entry.aliases:
            claim(at, of_number(called.get(_plain(alias))))
    return known


class _Comparing:
    """The names as they pass from hand to hand while a register is compared."""

    def __init__(self, directory: Directory, register: Register, known: dict[int, Department]) -> None:
        self._entries = register.departments
        self._known = known
        self._own = {_plain(d.name): d for d in directory.all(Department)}
        self._aliases = {_plain(a.name): a for a in directory.all(DepartmentAlias)}
        self._names = {_plain(entry.name) for entry in self._entries}
        self._keeps = {
            department.id: {_plain(name) for name in (self._entries[at].name, *self._entries[at].aliases)}
            for at, department in known.items()
        }
        self._given: set[str] = set()

    def steps(self) -> list[Step]:
        return [self._step(entry, self._known.get(at)) for at, entry in enumerate(self._entries)]

    def _step(self, entry: RegisterEntry, known: Department | None) -> Step:
        plain = _plain(entry.name)
        names = list(entry.aliases)
        renamed: tuple[tuple[DepartmentAlias, str], ...] = ()
        held = self._aliases.get(plain)
        if known is not None and _plain(known.name) != plain:
            if held is not None and held.department_id == known.id:
                renamed = ((held, known.name),)
                self._given.add(_plain(known.name))
            else:
                names.append(known.name)
        fresh: list[str] = []
        moved: list[DepartmentAlias] = []
        if held is not None and not renamed and (known is None or held.department_id != known.id):
            moved.append(held)
        for name in names:
            alias = self._aliases.get(_plain(name))
            if not self._takes(name, alias, known):
                continue
            self._given.add(_plain(name))
            if alias is None:
                fresh.append(name)
            else:
                moved.append(alias)
        return Step(entry, known, tuple(fresh), tuple(moved), renamed)

    def _takes(self, name: str, alias: DepartmentAlias | None, known: Department | None) -> bool:
        """Tell whether a name becomes this department's; refuse one that is somebody else's."""
        plain = _plain(name)
        if plain in self._names or plain in self._given:
            # Of two that bear a name one after the other, it stays with the one it names in full or first.
            return False
        owner = self._own.get(plain)
        number = alias.department_id if alias is not None else None if owner is None else owner.id
        if number is None or (known is not None and number == known.id):
            return alias is None
        keeps = self._keeps.get(number)
        if keeps is None:
            holder = next(d for d in self._own.values() if d.id == number)
            raise Refusal("register.alias_taken", name=name, department=holder.name)
        # Whoever bears the name is in the register too: it stays there unless the register moves it.
        return plain not in keeps
