"""The import contracts hold, read the whole tree, and catch who breaks them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, ROOT

LINT = [
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports_command as lint; lint()",
    "--no-logo",
]
LAID_ANEW = (*PACKAGES, "tests/architecture")


def lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Judge a tree by its own contracts."""
    return subprocess.run(
        [*LINT, "--no-cache", *options],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the project's code, to plant faults in."""
    for folder in LAID_ANEW:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=lambda at, names: _not_code(Path(at), names))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _not_code(at: Path, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not (at / name).is_dir()} | {"__pycache__"}


def plant(tree: Path, path: str, source: str) -> None:
    """Add a module, and what makes its folder a package."""
    module = tree / path
    module.parent.mkdir(parents=True, exist_ok=True)
    for folder in module.relative_to(tree).parents:
        if str(folder) != ".":
            (tree / folder / "__init__.py").touch()
    module.write_text(f"{source}\n", "utf-8")


def test_the_house_keeps_its_contracts(tree: Path) -> None:
    judged = lint(tree)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert re.search(r"Analyzed [1-9]\d* files, [1-9]\d* dependencies", judged.stdout)
    assert "5 kept, 0 broken" in judged.stdout


def test_the_contracts_read_every_file(tree: Path) -> None:
    files = {
        path.relative_to(tree).with_suffix("") for each in PACKAGES for path in (tree / each).rglob("*.py")
    }
    asked = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import grimp; print(*grimp.build_graph(*{PACKAGES}, cache_dir=None).modules)",
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(files) > len(PACKAGES)
    assert set(asked.stdout.split()) == {".".join(file.parts).removesuffix(".__init__") for file in files}


PLANTED = [
    ("floors", "storage/stray.py", "import reminders"),
    ("floors", "storage/deep/stray.py", "def f() -> None:\n    from handlers import events"),
    ("floors", "reminders/stray.py", "from handlers import events"),
    ("floors", "handlers/stray.py", "from bot.platforms import port"),
    ("slab", "storage/terms/stray.py", "import pydantic"),
    ("slab", "storage/terms/stray.py", "from storage import stray"),
    ("slab", "storage/terms/deep/stray.py", "def f() -> None:\n    import openpyxl"),
    ("documents", "storage/documents/stray.py", "import tortoise"),
    ("documents", "storage/documents/stray.py", "import sqlite3"),
    ("documents", "storage/documents/stray.py", "from storage.stray import x"),
    ("documents", "storage/documents/stray.py", "import reminders"),
    ("database", "handlers/stray.py", "from tortoise.models import Model"),
    ("database", "reminders/stray.py", "import aiosqlite"),
    ("database", "bot/stray.py", "def f() -> None:\n    import sqlite3"),
    ("database", "bot/platforms/stray.py", "import sqlite3"),
    ("database", "bot/platforms/rehearsal_stray.py", "import sqlite3"),
    ("platforms", "bot/stray.py", "import telegram"),
    ("platforms", "handlers/stray.py", "from slack_sdk.web import client"),
    ("platforms", "storage/stray.py", "def f() -> None:\n    import slack_bolt"),
]

KEPT = [
    ("floors", "bot/stray.py", "from handlers import events\nimport reminders\nimport storage"),
    ("slab", "storage/terms/stray.py", "import re\nfrom storage.terms import errors"),
    ("documents", "storage/documents/stray.py", "import xlsxwriter\nfrom storage.terms import errors"),
    ("database", "bot/platforms/rehearsal/stray.py", "import sqlite3"),
    ("database", "storage/stray.py", "import aiosqlite\nimport tortoise"),
    ("platforms", "bot/platforms/stray.py", "import telegram\nimport slack_sdk"),
]


@pytest.mark.parametrize(("contract", "path", "source"), PLANTED)
def test_a_planted_import_breaks_its_contract(tree: Path, contract: str, path: str, source: str) -> None:
    plant(tree, "storage/stray.py", "x = 1")
    plant(tree, path, source)
    judged = lint(tree, "--contract", contract)
    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert "0 kept, 1 broken" in judged.stdout
    assert path.removesuffix(".py").replace("/", ".") in judged.stdout


@pytest.mark.parametrize(("contract", "path", "source"), KEPT)
def test_an_allowed_import_breaks_none(tree: Path, contract: str, path: str, source: str) -> None:
    plant(tree, path, source)
    judged = lint(tree, "--contract", contract)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "1 kept, 0 broken" in judged.stdout
