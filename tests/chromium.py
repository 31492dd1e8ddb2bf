"""The browser that the tests drive: the system's, else Playwright's own, else the distribution's.

``python -m tests.chromium`` makes sure that there is one; it never lets the browser tests be skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
PLACES = (
    Path("/usr/lib/chromium/chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
ASK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
"""Asked in a process of its own: Playwright's plain interface refuses to run beside an event loop."""
DEBIAN_PACKAGES = ("chromium", "fonts-wqy-microhei")


class NoBrowserError(RuntimeError):
    """There is no browser to test with."""


def candidates(environment: Mapping[str, str]) -> Iterator[Path]:
    """Return where a browser may be, the likeliest first; the one CHROMIUM names leaves no choice."""
    if named := environment.get("CHROMIUM"):
        yield Path(named)
        return
    yield from (Path(found) for name in NAMES if (found := shutil.which(name, path=environment.get("PATH"))))
    yield from PLACES
    yield playwrights_own()


@cache
def find_chromium() -> Path | None:
    """Return a browser of Chromium's family that starts, or None."""
    return next((browser for browser in candidates(os.environ) if works(browser)), None)


def playwrights_own() -> Path:
    """Return where Playwright keeps its own browser, whether or not it is there."""
    asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    return Path(asked.stdout.strip())


def chromium() -> Path:
    """Return the browser to test with.

    Raises:
        NoBrowserError: there is none.
    """
    if found := find_chromium():
        return found
    raise NoBrowserError(
        "There is no Chromium to test with; `make test` installs one, or set CHROMIUM to its path."
    )


def works(browser: Path) -> bool:
    """Tell whether the browser can be started at all."""
    try:
        asked = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def install() -> None:
    """Install a browser: the distribution's as root on Debian and its like, else Playwright's own."""
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        ways = [
            [["apt-get", "update", "-qq"], [*quiet, *DEBIAN_PACKAGES]],
            [[sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]],
        ]
    for way in ways:
        done = all(
            subprocess.run(step, stdin=subprocess.DEVNULL, check=False).returncode == 0 for step in way
        )
        find_chromium.cache_clear()
        if done and find_chromium():
            return


def main() -> int:
    """Make sure there is a browser that starts; say in one sentence when none can be had."""
    if not find_chromium() and "CHROMIUM" not in os.environ:
        print("No Chromium starts on this machine; installing one for the browser tests.", flush=True)
        install()
    if find_chromium():
        return 0
    print(
        "The browser tests need Chromium, and none that starts was found. Install one"
        " (Debian, as root: apt-get install chromium fonts-wqy-microhei), or set CHROMIUM to its path.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
