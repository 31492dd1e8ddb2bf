"""The project as a whole: its files, its packages, its requirements, its commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, ROOT, modules, project_files
from tests.architecture.rules import HEAVY, SDKS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

TOP_LEVEL = {
    ".ci",
    ".env.example",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "bot",
    "handlers",
    "pyproject.toml",
    "reminders",
    "requirements-dev.txt",
    "requirements.txt",
    "storage",
    "tests",
}


def test_the_top_level_holds_what_it_should() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in project_files()} <= TOP_LEVEL


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_holds_code_that_the_rules_read(package: str) -> None:
    read = [module for module in modules() if module.stands_in(package)]
    assert len([module for module in read if module.path.name != "__init__.py"]) > 0


def test_every_folder_of_code_is_a_package() -> None:
    folders = {ROOT / module.path.parent for module in modules()}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


# Pieced together, so that this file does not itself say what no file may say.
ADDRESSES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"pypi" + r"\.org|pythonhosted" + r"\.org|registry\.npm" + r"js|deb\.debian" + r"\.org",
        r"(?<!no-emit-)(?:extra-)?index" + r"-url|(?<!no-emit-)find" + r"-links|trusted" + r"-host",
        r"(?<![\w.])/(?:work|root|opt|home|Users|mnt)" + r"/[\w.]",
        r"file:" + r"///",
    )
]


def test_no_file_speaks_of_a_machine_or_a_registry() -> None:
    here = re.compile(re.escape(str(ROOT)))
    told = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in project_files()
        if (text := _text(path)) is not None
        for pattern in (*ADDRESSES, here)
        if (found := pattern.search(text))
    ]
    assert told == []


@pytest.mark.parametrize(
    "said",
    [
        "https://pypi" + ".org/simple",
        "--index" + "-url x",
        "see /work" + "/notes",
        "'/home" + "/me/x'",
        "file:" + "///x",
    ],
)
def test_what_no_file_may_say_is_recognised(said: str) -> None:
    assert any(pattern.search(said) for pattern in ADDRESSES)


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def _pinned(name: str) -> dict[str, str]:
    """Return the requirements of a file, each with all that is said of it."""
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    entries = re.split(r"\n(?=\S)", "\n".join(lines).strip())
    return {re.split(r"==|\[", entry)[0].lower(): entry for entry in entries}


def _named(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[;! ]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]),
        (
            "requirements-dev.txt",
            PROJECT["project"]["dependencies"] + list(chain(*PROJECT["dependency-groups"].values())),
        ),
    ],
)
def test_every_requirement_is_pinned_by_hash_and_without_address(name: str, wanted: list[str]) -> None:
    pinned = _pinned(name)
    assert _named(wanted) <= set(pinned)
    for entry in pinned.values():
        first, *rest = [line.strip().removesuffix("\\").strip() for line in entry.splitlines()]
        assert re.fullmatch(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==[^ ]+( ; .+)?", first), first
        assert rest
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in rest), first


def test_the_tools_stand_beside_the_same_releases_as_the_program() -> None:
    runtime, tools = _pinned("requirements.txt"), _pinned("requirements-dev.txt")
    assert {name: tools.get(name) for name in runtime} == runtime


def test_a_built_package_holds_every_file_of_the_four(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    wanted = set()
    for path in project_files():
        name = path.relative_to(ROOT)
        if name.parts[0] in {*PACKAGES, "pyproject.toml", "LICENSE", "README.md"}:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tree / name)
            wanted |= {name.as_posix()} if name.parts[0] in PACKAGES else set()
    (tree / "README.md").touch()
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "-w",
            out,
            tree,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == wanted


def test_importing_the_program_loads_no_heavy_library() -> None:
    names = [
        ".".join(module.path.with_suffix("").parts).removesuffix(".__init__")
        for module in modules()
        if module.path.name != "__main__.py"
        and not module.stands_in("bot/platforms/telegram", "bot/platforms/slack")
        if str(module.path) not in {"bot/platforms/telegram.py", "bot/platforms/slack.py"}
    ]
    source = "\n".join(
        [
            "import importlib, sys",
            f"for name in {names!r}: importlib.import_module(name)",
            "print(*sys.modules)",
        ]
    )
    told = subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert {name.split(".")[0] for name in told.stdout.split()} & (HEAVY | SDKS) == set()


TARGETS = {"help", "install", "demo", "test", "check", "bench", "bench-reading", "faults", "lock", "clean"}


def _make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"
    }
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_plain_make_tells_what_there_is() -> None:
    told = _make()
    assert told.returncode == 0
    assert {line.split()[0] for line in told.stdout.splitlines()[1:]} == TARGETS


def test_an_older_python_is_told_what_is_needed(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ntest "$1" = -V && echo Python 3.9.2 && exit\nexit 1\n', "utf-8")
    old.chmod(0o755)
    told = _make("demo", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert told.returncode != 0
    assert f"taizhang needs Python 3.11 or newer; {old} is Python 3.9.2." in told.stdout
    assert not (tmp_path / "venv").exists()


def test_no_python_is_told_what_is_needed(tmp_path: Path) -> None:
    told = _make("demo", "PYTHON=", f"VENV={tmp_path / 'venv'}")
    assert told.returncode != 0
    assert "taizhang needs Python 3.11 or newer, and none was found" in told.stdout
