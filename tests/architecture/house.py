"""The tree as the architecture tests see it: every module of the four packages, read and parsed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "handlers", "reminders", "storage")


@dataclass(frozen=True)
class Module:
    """One file of Python; ``path`` is relative to the project."""

    path: PurePosixPath
    source: str

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return _parse(self.source)

    def stands_in(self, *places: str) -> bool:
        """Tell whether the file is one of these, or below one of these folders."""
        own = str(self.path)
        return any(own == place or own.startswith(f"{place.removesuffix('.py')}/") for place in places)


@dataclass(frozen=True, order=True)
class Fault:
    """A line that breaks a rule of the house."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@cache
def _parse(source: str) -> ast.Module:
    return ast.parse(source)


def module(path: str, source: str) -> Module:
    """Make up a module, to plant a fault in it."""
    return Module(PurePosixPath(path), source)


def modules(root: Path = ROOT) -> list[Module]:
    """Read every module of the four packages."""
    return [
        Module(PurePosixPath(path.relative_to(root)), path.read_text("utf-8"))
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]


def docstrings(tree: ast.Module) -> set[ast.Constant]:
    """Return the strings that stand as statements of their own: documentation, not data."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Return every string that is data, with its line; the fixed parts of f-strings among them."""
    documentation = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in documentation:
            if isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("utf-8", "replace")


def names_in_scope(tree: ast.Module) -> dict[str, str]:
    """Map each imported name, wherever it is imported, to what it stands for in full."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                known |= {
                    a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0]
                    for a in aliases
                }
            case ast.ImportFrom(module=str(source), names=aliases):
                known |= {a.asname or a.name: f"{source}.{a.name}" for a in aliases}
            case _:
                pass
    return known


def spelled_out(node: ast.expr, known: dict[str, str]) -> str | None:
    """Return the full dotted name an expression stands for, if it is a dotted name."""
    match node:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute(value=value, attr=attr):
            base = spelled_out(value, known)
            return None if base is None else f"{base}.{attr}"
        case _:
            return None


def at_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """Return the statements that run when the module is imported; type checking alone excepted."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING"):
            waiting += statement.orelse
            continue
        yield statement
        waiting += _body(statement)


def _body(statement: ast.stmt) -> list[ast.stmt]:
    inner: list[ast.stmt] = []
    for field in ("body", "orelse", "finalbody"):
        inner += getattr(statement, field, [])
    for handler in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
        inner += handler.body
    return inner


def project_files(root: Path = ROOT) -> list[Path]:
    """Return the files the project consists of: what git tracks or would track."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout
    return [path for name in sorted(listed.decode().split("\0")) if name and (path := root / name).is_file()]
