"""The house keeps its rules, and each rule catches who breaks it."""

from __future__ import annotations

import pytest

from tests.architecture import rules
from tests.architecture.house import module, modules
from tests.architecture.rules import RULES, Rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    assert [str(fault) for each in modules() for fault in rule(each)] == []


PLANTED = [
    (rules.no_time_but_the_clocks, "reminders/x.py", "from datetime import datetime\nnow = datetime.now()"),
    (rules.no_time_but_the_clocks, "reminders/x.py", "import datetime\nnow = datetime.datetime.now(tz=None)"),
    (rules.no_time_but_the_clocks, "reminders/x.py", "import datetime as d\nnow = d.datetime.utcnow()"),
    (rules.no_time_but_the_clocks, "handlers/x.py", "from datetime import date as day\nday.today()"),
    (rules.no_time_but_the_clocks, "storage/x.py", "import time\nstamp = field(default_factory=time.time)"),
    (
        rules.no_time_but_the_clocks,
        "storage/x.py",
        "def f():\n    from time import time_ns\n    return time_ns()",
    ),
    (rules.no_time_but_the_clocks, "bot/x.py", "from tortoise import timezone\ntimezone.now()"),
    (rules.no_time_but_the_clocks, "storage/x.py", "at = DatetimeField(auto_now_add=True)"),
    (rules.no_time_but_the_clocks, "storage/x.py", "q = 'UPDATE t SET at = CURRENT_TIMESTAMP'"),
    (rules.no_time_but_the_clocks, "storage/x.py", "q = \"SELECT datetime('now')\""),
    (rules.no_chinese_but_in_the_grammar, "handlers/x.py", "words = '已收到'"),
    (rules.no_chinese_but_in_the_grammar, "reminders/x.py", "words = f'{n}项逾期'"),
    (rules.no_chinese_but_in_the_grammar, "storage/documents/x.py", "sheet('台账')"),
    (rules.no_chinese_but_in_the_grammar, "storage/documents/x.py", "sheet('黑体字')"),
    (rules.no_chinese_but_in_the_grammar, "handlers/notices_of_mine.py", "words = '通知'"),
    (rules.no_chinese_but_in_the_grammar, "storage/x.py", "words = '台账'.encode() + b'\\xe5\\x8f\\xb0'"),
    (rules.no_heavy_library_at_import, "storage/documents/x.py", "import openpyxl"),
    (rules.no_heavy_library_at_import, "storage/documents/x.py", "from openpyxl.styles import Font"),
    (
        rules.no_heavy_library_at_import,
        "bot/x.py",
        "try:\n    import matplotlib.pyplot as plt\nexcept OSError:\n    pass",
    ),
    (rules.no_heavy_library_at_import, "bot/x.py", "class C:\n    import docx"),
    (rules.no_heavy_library_at_import, "bot/platforms/x.py", "if True:\n    pass\nelse:\n    import lxml"),
    (rules.no_heavy_library_at_import, "bot/app.py", "import telegram"),
    (rules.no_status_but_the_records, "handlers/x.py", "assignment.status = 'completed'"),
    (rules.no_status_but_the_records, "bot/x.py", "a.b, c.status = 1, 2"),
    (rules.no_status_but_the_records, "reminders/x.py", "item.status += 1"),
    (rules.no_status_but_the_records, "reminders/x.py", "setattr(item, 'status', 1)"),
    (rules.no_dialect_but_in_its_room, "storage/ledger.py", "q = 'pragma foreign_keys = on'"),
    (rules.no_dialect_but_in_its_room, "storage/work.py", "q = 'BEGIN  IMMEDIATE'"),
    (rules.no_dialect_but_in_its_room, "storage/backup.py", "q = \"VACUUM INTO 'x'\""),
    (
        rules.no_dialect_but_in_its_room,
        "storage/migrations/x.py",
        "q = 'id INTEGER PRIMARY KEY AUTOINCREMENT'",
    ),
    (rules.no_dialect_but_in_its_room, "storage/x.py", "q = f'INSERT OR IGNORE INTO {table}'"),
    (rules.no_dialect_but_in_its_room, "bot/x.py", "q = 'SELECT name FROM sqlite_master'"),
    (rules.no_dialect_but_in_its_room, "storage/x.py", "def f():\n    from sqlite3 import connect"),
    (rules.no_long_module, "bot/x.py", "x = 1\n" * 301),
]

KEPT = [
    (rules.no_time_but_the_clocks, "storage/terms/clock.py", "from datetime import datetime\ndatetime.now()"),
    (rules.no_time_but_the_clocks, "handlers/x.py", "def f(clock):\n    return clock.now()"),
    (rules.no_time_but_the_clocks, "bot/x.py", "import time\ntime.monotonic()"),
    (rules.no_time_but_the_clocks, "bot/x.py", "label = 'now'\nday = date.fromisoformat(label)"),
    (rules.no_chinese_but_in_the_grammar, "handlers/notices/x.py", "words = '牵头'"),
    (rules.no_chinese_but_in_the_grammar, "storage/terms/masks.py", "words = '身份证'"),
    (rules.no_chinese_but_in_the_grammar, "handlers/x.py", '"""Reads 台账."""\nx = 1\n"""The 台账."""'),
    (rules.no_chinese_but_in_the_grammar, "handlers/x.py", "words = 'plain'"),
    (rules.no_chinese_but_in_the_grammar, "storage/documents/x.py", "font = '仿宋_GB2312'"),
    (rules.no_heavy_library_at_import, "bot/x.py", "def f():\n    import openpyxl"),
    (rules.no_heavy_library_at_import, "bot/x.py", "if TYPE_CHECKING:\n    import openpyxl"),
    (rules.no_heavy_library_at_import, "bot/platforms/telegram.py", "import telegram"),
    (rules.no_heavy_library_at_import, "bot/x.py", "class C:\n    async def f(self):\n        import docx"),
    (rules.no_status_but_the_records, "storage/x.py", "assignment.status = 'completed'"),
    (rules.no_status_but_the_records, "handlers/x.py", "shown = assignment.status\nreply(status=404)"),
    (rules.no_dialect_but_in_its_room, "storage/sqlite.py", "import sqlite3\nq = 'PRAGMA journal_mode'"),
    (rules.no_dialect_but_in_its_room, "storage/x.py", '"""PRAGMA x is said elsewhere."""\nq = "SELECT 1"'),
    (rules.no_long_module, "bot/x.py", "x = 1\n" * 300),
]


@pytest.mark.parametrize(("rule", "path", "source"), PLANTED)
def test_a_planted_fault_is_caught(rule: Rule, path: str, source: str) -> None:
    faults = list(rule(module(path, source)))
    assert faults
    assert all(fault.path == path and fault.line >= 1 for fault in faults)


@pytest.mark.parametrize(("rule", "path", "source"), KEPT)
def test_what_is_allowed_is_not_caught(rule: Rule, path: str, source: str) -> None:
    assert list(rule(module(path, source))) == []


def test_each_rule_has_been_broken_and_kept() -> None:
    assert {rule for rule, _, _ in PLANTED} == {rule for rule, _, _ in KEPT} == set(RULES)
