"""The machine and its settings: who may read them, room on the disk, the calendar, a Chinese font."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.checkup import Finding, note, well, wrong
from bot.environment.reading import Looked
from reminders.workdays import Workdays

MEGABYTE = 1024 * 1024
LEAST_FREE_MEGABYTES = 1024
NEXT_YEAR_FROM = (12, 1)
"""The State Council publishes next year's arrangement in November."""

OTHERS = stat.S_IRWXG | stat.S_IRWXO

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
FONT_NAMES = (
    "wqy",
    "cjk",
    "notosanssc",
    "notoserifsc",
    "sourcehan",
    "simhei",
    "simsun",
    "fandol",
    "droidsansfallback",
)
"""What stands in the names of the files of fonts that cover GB2312."""


def settings(looked: Looked) -> Iterator[Finding]:
    """Look at the settings as they are written."""
    problems = [*looked.wrong, *looked.contradictory]
    yield from (Finding("wrong", said) for said in problems)
    yield from (Finding("note", said) for said in looked.strange)
    if not problems:
        yield well("settings")


def private_files(paths: Iterable[Path]) -> Iterator[Finding]:
    """Look who may read what holds secrets and people's words."""
    for path in paths:
        if path.exists() and path.stat().st_mode & OTHERS:
            yield wrong("readable", file=str(path))
        elif path.exists():
            yield well("private", file=str(path))


def disk(path: Path) -> Finding:
    """Look at the room where the ledger lies."""
    place = next(each for each in path.resolve().parents if each.is_dir())
    free = shutil.disk_usage(place).free // MEGABYTE
    return well("disk", free=free) if free >= LEAST_FREE_MEGABYTES else wrong("disk_full", free=free)


def calendar(days: Workdays, today: date) -> Iterator[Finding]:
    """Look whether the working days of this year, and late in it of the next, are published."""
    years = [today.year, *([today.year + 1] if (today.month, today.day) >= NEXT_YEAR_FROM else [])]
    for year in years:
        yield (
            well("calendar", year=str(year))
            if days.known(year)
            else wrong("calendar_unknown", year=str(year))
        )


def font(folders: Iterable[str] = FONT_FOLDERS) -> Finding:
    """Look for a font in which pictures can be lettered in Chinese."""
    for folder in folders:
        for path in sorted(Path(folder).expanduser().rglob("*.[to]t[fc]")):
            plain = path.name.lower().replace("-", "").replace("_", "")
            if any(name in plain for name in FONT_NAMES):
                return well("font", font=path.name)
    return note("font_none")
