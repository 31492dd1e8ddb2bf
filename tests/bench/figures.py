"""What is measured, as a line of the table that ``make bench`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Bound = Literal["at most", "at least", "told"]
SIGN: dict[Bound, str] = {"at most": "≤", "at least": "≥", "told": ""}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it should be; ``told`` figures have no aim of their own."""

    name: str
    measured: float
    aim: float = 0.0
    bound: Bound = "told"

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        if self.bound == "at most":
            return self.measured <= self.aim
        return self.bound == "told" or self.measured >= self.aim


def at_most(name: str, measured: float, aim: float) -> Figure:
    """Return a figure that should not exceed its aim."""
    return Figure(name, measured, aim, "at most")


def at_least(name: str, measured: float, aim: float) -> Figure:
    """Return a figure that should reach its aim."""
    return Figure(name, measured, aim, "at least")


def table(figures: Iterable[Figure]) -> str:
    """Lay figures out in columns: what, measured, aim, and a mark where the aim is missed."""
    lines = [("figure", "measured", "aim", "")]
    for each in figures:
        aim = f"{SIGN[each.bound]} {_number(each.aim)}" if each.bound != "told" else ""
        lines.append((each.name, _number(each.measured), aim, "" if each.met else "missed"))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        f"{name:<{widths[0]}}  {measured:>{widths[1]}}  {aim:>{widths[2]}}  {mark}".rstrip()
        for name, measured, aim, mark in lines
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
