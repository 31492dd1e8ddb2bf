"""The register of departments as a file brings it, and the collective names it expands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from storage.terms.names import normalise_name
from storage.terms.texts import Text, Value


class DepartmentKind(StrEnum):
    """What kind of body a department is."""

    BUREAU = "bureau"
    """部门"""
    TOWNSHIP = "township"
    """乡镇"""
    SUBDISTRICT = "subdistrict"
    """街道"""
    INSTITUTION = "institution"
    """直属事业单位"""
    EXTERNAL = "external"
    """外部单位"""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One department: its name, its kind, what else it is called, and from when until when.

    ``since`` and ``until`` are its first and last day; None is "always". ``parent`` is the name of the
    department above it.
    """

    name: str
    kind: DepartmentKind
    aliases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class CollectiveRule:
    """A collective name (统称) and the kinds it means; ``choose`` when a coordinator picks among them."""

    name: str
    kinds: tuple[DepartmentKind, ...]
    choose: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row; ``place`` is the sheet or table it stands in, empty for a csv file."""

    place: str
    row: int
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        """The problem as a sentence of the catalogue, with ``place`` and ``row`` among its values."""
        return Text(f"problem.{self.key}", {"place": self.place, "row": self.row, **self.values})


@dataclass(frozen=True, slots=True)
class Register:
    """What a file holds. With problems nothing of it may be taken."""

    departments: tuple[RegisterEntry, ...]
    collectives: tuple[CollectiveRule, ...]
    problems: tuple[Problem, ...] = ()


def find_collective(rules: Iterable[CollectiveRule], name: str) -> CollectiveRule | None:
    """Return the rule for a collective name, however its brackets are printed."""
    wanted = normalise_name(name)
    return next((rule for rule in rules if normalise_name(rule.name) == wanted), None)


_K = DepartmentKind
_TOWNS = (_K.TOWNSHIP, _K.SUBDISTRICT)
_OFFICES = (_K.BUREAU, _K.INSTITUTION)
_OWN = (*_OFFICES, *_TOWNS)
_PLAIN: tuple[tuple[str, tuple[DepartmentKind, ...], bool], ...] = (
    ("各乡镇(街道) 各乡镇 各乡镇街道 各镇街 各街镇 各镇(街道) 各乡(镇) 各乡镇(街道办)", _TOWNS, False),
    ("各乡镇(街道办事处) 各乡镇人民政府(街道办事处) 各乡镇和街道", _TOWNS, False),
    ("各乡镇人民政府 各乡镇政府", (_K.TOWNSHIP,), False),
    ("各街道 各街道办 各街道办事处", (_K.SUBDISTRICT,), False),
    ("各部门 政府各部门 各委办局 各工作部门", _OFFICES, False),
    ("各单位 各部门各单位 各部门和单位 各级各部门", _OWN, False),
    ("各有关部门 有关部门 各相关部门 相关部门 各有关单位 有关单位 各相关单位 相关单位", _OWN, True),
    ("各有关部门和单位 有关部门和单位 各相关部门和单位 相关部门和单位 各责任单位", _OWN, True),
)
_OF_A_LEVEL: tuple[tuple[str, tuple[DepartmentKind, ...], bool], ...] = (
    ("{}直各部门 各{}直部门 {}政府各部门 {}级各部门 各{}级部门", _OFFICES, False),
    ("{}直各单位 各{}直单位 {}级各单位", _OFFICES, False),
    ("{}直有关部门 {}直各有关部门 {}直相关部门 {}级有关部门 {}级各有关部门 {}级相关部门", _OFFICES, True),
    ("{}直有关单位 {}直各有关单位 {}直相关单位 {}政府有关部门 {}政府各有关部门", _OFFICES, True),
    ("驻{}各单位 各驻{}单位", (_K.EXTERNAL,), False),
    ("驻{}有关单位 驻{}各有关单位 驻{}相关单位", (_K.EXTERNAL,), True),
)
"""The braces take 市, 县 and 区 in turn."""


def _default_collectives() -> Iterator[CollectiveRule]:
    for names, kinds, choose in _PLAIN:
        yield from (CollectiveRule(name, kinds, choose) for name in names.split())
    for names, kinds, choose in _OF_A_LEVEL:
        for level in "市县区":
            yield from (CollectiveRule(name.format(level), kinds, choose) for name in names.split())


DEFAULT_COLLECTIVES = tuple(_default_collectives())
"""Collective names of common notices, for a register that brings none of its own."""
