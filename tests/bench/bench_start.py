"""How long the program takes from nothing to ready, and how much memory it then holds."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, at_most

ROUNDS = 9
READY = Path(__file__).with_name("ready.py")
ROOT = READY.parents[2]


@dataclass(frozen=True, slots=True)
class Started:
    """A process that came so far: after how many seconds, with how much memory, with which modules."""

    seconds: float
    megabytes: float
    modules: frozenset[str]


def start(what: str) -> Started:
    """Start a process, wait until it is ready, look at it, and end it."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(READY), what],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        word, *modules = process.stdout.readline().split()
        seconds = time.perf_counter() - begin
        assert word == "ready"
        megabytes = _resident(process.pid)
        process.communicate("\n", timeout=30)
    assert process.returncode == 0
    return Started(seconds, megabytes, frozenset(modules))


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def run(ledger: Path) -> list[Figure]:
    """Start both in turn; the ledger is there already, as on every day but the first."""
    start(str(ledger))
    start("libraries")
    pairs = [(start("libraries"), start(str(ledger))) for _ in range(ROUNDS)]
    # The best of each: what other programs take away in between says nothing of this one.
    libraries = min(few.seconds for few, _ in pairs)
    program = min(all_.seconds for _, all_ in pairs)
    return [
        Figure("start: importing the core libraries, ms", libraries * 1000),
        Figure("start: from nothing to ready, ms", program * 1000),
        at_most("start: to ready, times the core libraries", program / libraries, 1.6),
        at_most("start: idle memory, MB", median(all_.megabytes for _, all_ in pairs), 100.0),
    ]
