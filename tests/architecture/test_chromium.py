"""The browser tests find a browser or say what is missing; they are never skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests import chromium
from tests.architecture.house import ROOT


def ensure(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.chromium"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_a_browser_to_test_with() -> None:
    assert chromium.works(chromium.chromium())


def test_a_browser_that_does_not_start_is_told(tmp_path: Path) -> None:
    told = ensure(CHROMIUM=str(tmp_path / "none"))
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr.startswith("The browser tests need Chromium, and none that starts was found.")


def test_a_stub_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    stub, real = tmp_path / "chromium", tmp_path / "google-chrome"
    stub.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    real.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    for program in (stub, real):
        program.chmod(0o755)
    found = list(chromium.candidates({"PATH": str(tmp_path)}))
    assert found[:2] == [stub, real]
    assert next(browser for browser in found if chromium.works(browser)) == real


def test_the_named_browser_leaves_no_choice() -> None:
    assert list(chromium.candidates({"CHROMIUM": "mine"})) == [Path("mine")]
