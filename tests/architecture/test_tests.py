"""The tests keep their own rules: what cannot run is a failure, never a skip."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.house import ROOT, names_in_scope, spelled_out

WAYS_OUT = {"skip", "skipif", "importorskip", "xfail"}
SKIPPERS = {
    *(f"pytest.{way}" for way in WAYS_OUT),
    *(f"pytest.mark.{way}" for way in WAYS_OUT),
    *(f"unittest.{way}" for way in ("skip", "skipIf", "skipUnless", "SkipTest", "expectedFailure")),
}


def skips(source: str) -> Iterator[int]:
    """Return the lines by which a test may get out of being run."""
    tree = ast.parse(source)
    known = names_in_scope(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and spelled_out(node, known) in SKIPPERS:
            yield node.lineno


def test_no_test_is_skipped() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    assert files
    told = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in skips(file.read_text("utf-8"))]
    assert told == []


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\npytest.skip('no browser')",
        "import pytest\n@pytest.mark.skipif(True, reason='')\ndef test(): ...",
        "from pytest import importorskip as need\nneed('x')",
        "import pytest\npytestmark = [pytest.mark.xfail]",
        "import unittest\n@unittest.skipUnless(False, '')\ndef test(): ...",
    ],
)
def test_a_planted_skip_is_caught(source: str) -> None:
    assert list(skips(source)) == [2]
