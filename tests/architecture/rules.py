"""The rules of the house that no import contract can hold, each a function from a module to its faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture.house import Fault, Module, at_import, names_in_scope, spelled_out, strings

Rule = Callable[[Module], Iterator[Fault]]

LONGEST = 300

CLOCK_ROOM = "storage/terms/clock.py"
TIME_READERS = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
    "tortoise.timezone.now",
}
TIME_FIELDS = {"auto_now", "auto_now_add"}
TIME_SQL = re.compile(
    r"\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|\(\s*'now'|'now'\s*\)|\bnow\(\)|\bunixepoch\(", re.IGNORECASE
)

GRAMMAR_ROOMS = (
    "handlers/notices",
    "handlers/notices.py",
    "handlers/replies",
    "handlers/replies.py",
    "storage/documents/pdf_in.py",
    "storage/documents/last_ledger_in.py",
    "storage/documents/register_in.py",
    "storage/documents/register_rows.py",
    "storage/documents/register_words.py",
    "storage/documents/word_numbers.py",
    "storage/names.py",
    "storage/terms/marks.py",
    "storage/terms/forms.py",
    "storage/terms/masks.py",
    "storage/terms/names.py",
    "storage/terms/register.py",
    "storage/terms/register_in.py",
)
"""Where notices, replies, registers, names, numbers and what must be masked are read."""
TYPEFACE = re.compile("(?:宋体|黑体|仿宋|楷体|方正小标宋简体)(?:_GB2312)?")
"""Official documents are set in these; a typeface's name is no word."""
HISTORY = "storage/migrations"
"""Migrations are history: written by a tool from the records, never edited afterwards."""
CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

HEAVY = {"PIL", "docx", "docxtpl", "lxml", "matplotlib", "openpyxl", "playwright", "pypdf", "xlsxwriter"}
SDKS = {"slack_bolt", "slack_sdk", "telegram"}

SQLITE_ROOM = ("storage/sqlite.py", "storage/inspecting.py")
SQLITE_ONLY = re.compile(
    r"""\b(?:PRAGMA\s+\w | BEGIN\s+(?:IMMEDIATE|EXCLUSIVE|DEFERRED) | VACUUM\b | AUTOINCREMENT\b
        | (?:INSERT|UPDATE)\s+OR\s+(?:IGNORE|REPLACE|ABORT|FAIL|ROLLBACK) | REPLACE\s+INTO
        | ATTACH\s+(?:DATABASE\s+)?['":?] | WITHOUT\s+ROWID | sqlite_(?:master|schema|sequence|stat1)
        | IFNULL\s*\( | julianday\s*\( | strftime\s*\( | last_insert_rowid\s*\(
        | json_(?:each|extract)\s*\()""",
    re.IGNORECASE | re.VERBOSE,
)
ROOMS_WITH_OWN_STORE = ("bot/platforms/rehearsal", "bot/platforms/rehearsal.py")


def _fault(module: Module, line: int, what: str) -> Fault:
    return Fault(str(module.path), line, what)


def no_time_but_the_clocks(module: Module) -> Iterator[Fault]:
    """Time is an argument: only the clock's room reads it."""
    if module.stands_in(CLOCK_ROOM):
        return
    known = names_in_scope(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and spelled_out(node, known) in TIME_READERS:
            yield _fault(module, node.lineno, f"reads the time by {ast.unparse(node)}")
        if isinstance(node, ast.keyword) and node.arg in TIME_FIELDS:
            yield _fault(module, node.lineno, f"reads the time by {node.arg}")
    for line, text in strings(module.tree):
        if TIME_SQL.search(text):
            yield _fault(module, line, "lets the database read the time")


def no_chinese_but_in_the_grammar(module: Module) -> Iterator[Fault]:
    """Words live in the catalogue; in code Chinese stands only where it is grammar."""
    if module.stands_in("bot", HISTORY, *GRAMMAR_ROOMS):
        return
    for line, text in strings(module.tree):
        if CHINESE.search(text) and not TYPEFACE.fullmatch(text):
            yield _fault(module, line, f"speaks Chinese: {text[:30]!r}")


def no_heavy_library_at_import(module: Module) -> Iterator[Fault]:
    """What reads and writes documents, and what speaks to a platform, is imported where it is used."""
    banned = HEAVY if module.stands_in("bot/platforms") else HEAVY | SDKS
    for statement in at_import(module.tree):
        match statement:
            case ast.Import(names=aliases):
                imported = {alias.name.split(".")[0] for alias in aliases}
            case ast.ImportFrom(module=str(source)):
                imported = {source.split(".")[0]}
            case _:
                continue
        for library in sorted(imported & banned):
            yield _fault(module, statement.lineno, f"imports {library} before it is used")


def no_status_but_the_records(module: Module) -> Iterator[Fault]:
    """Records move by their own rules: no other floor assigns a status."""
    if module.stands_in("storage"):
        return
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "status"
            and isinstance(node.ctx, ast.Store | ast.Del)
        ):
            yield _fault(module, node.lineno, f"assigns {ast.unparse(node)}")
        match node:
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="status"), _]):
                yield _fault(module, node.lineno, "assigns a status by setattr")
            case _:
                pass


def no_dialect_but_in_its_room(module: Module) -> Iterator[Fault]:
    """What only SQLite knows stands in one room of two modules, so that another database is one more."""
    if module.stands_in(*SQLITE_ROOM, *ROOMS_WITH_OWN_STORE):
        return
    for line, text in strings(module.tree):
        if found := SQLITE_ONLY.search(text):
            yield _fault(module, line, f"says what only SQLite knows: {found.group()}")
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=aliases) if any(alias.name.split(".")[0] == "sqlite3" for alias in aliases):
                yield _fault(module, node.lineno, "imports sqlite3")
            case ast.ImportFrom(module=str(source)) if source.split(".")[0] == "sqlite3":
                yield _fault(module, node.lineno, "imports sqlite3")
            case _:
                pass


def no_long_module(module: Module) -> Iterator[Fault]:
    """A module is short enough to be read at one sitting."""
    if module.stands_in(HISTORY):
        return
    lines = module.source.count("\n")
    if lines > LONGEST:
        yield _fault(module, lines, f"has {lines} lines, more than {LONGEST}")


RULES: tuple[Rule, ...] = (
    no_time_but_the_clocks,
    no_chinese_but_in_the_grammar,
    no_heavy_library_at_import,
    no_status_but_the_records,
    no_dialect_but_in_its_room,
    no_long_module,
)
