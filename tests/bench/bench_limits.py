"""What a whole process takes to refuse what is far too large, and to read what is merely long."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figures import Figure, at_most
from tests.corpus.oversized import OVERSIZED, hundred_pages

ROOT = Path(__file__).parents[2]
PARSE = """
import sys
from bot.cli import main
status = main(["notice", "parse", sys.argv[1], "--json"])
with open("/proc/self/status") as told:
    print("\\n" + next(line.split()[1] for line in told if line.startswith("VmHWM")))
sys.exit(status)
"""
REFUSED = 2


def run(folder: Path) -> list[Figure]:
    """Return seconds and megabytes of ``taizhang notice parse`` for each file."""
    figures = []
    for name, (_, make) in OVERSIZED.items():
        seconds, megabytes = _measured(folder / "file", make(), REFUSED)
        figures.append(at_most(f"limits: refuse {name}, s", seconds, 2.0))
        figures.append(at_most(f"limits: refuse {name}, MB", megabytes, 200.0))
    seconds, megabytes = _measured(folder / "file", hundred_pages(), 0)
    figures.append(at_most("limits: read a hundred pages of docx, s", seconds, 2.0))
    figures.append(at_most("limits: read a hundred pages of docx, MB", megabytes, 200.0))
    return figures


def _measured(file: Path, content: bytes, status: int) -> tuple[float, float]:
    file.write_bytes(content)
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(file)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    seconds = time.perf_counter() - begin
    assert done.returncode == status
    return seconds, int(done.stdout.split()[-1]) / 1024
