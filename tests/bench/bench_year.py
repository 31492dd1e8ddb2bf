"""A whole year of the sample city, played in a process of its own; and what a working day costs to count."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from reminders.workdays import Workdays
from tests.bench.figures import Figure, at_most

YEAR = 2026
LOOKUPS = 20_000
ROUNDS = 5
ROOT = Path(__file__).parents[2]


def run(folder: Path) -> list[Figure]:
    """Return the figures of the year and its days."""
    return [
        at_most("a year of the sample city, with its documents, s", _year(folder), 60.0),
        at_most("working days counted back from a due day, µs", min(_count() for _ in range(ROUNDS)), 1.0),
    ]


def _year(folder: Path) -> float:
    command = [sys.executable, "-m", "bot.cli", "rehearse", "--headless", "--year", str(YEAR)]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--folder", str(folder / "year")],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert any((folder / "year").iterdir())
    return time.perf_counter() - began


def _count() -> float:
    days, back = Workdays(), -10
    dues = [date(YEAR, 1, 1) + timedelta(number % 365) for number in range(LOOKUPS)]
    began = time.perf_counter()
    for due in dues:
        days.add_workdays(due, back)
    return (time.perf_counter() - began) / LOOKUPS * 1_000_000
