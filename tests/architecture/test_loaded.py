"""The running program holds in memory what it uses: no SDK of another platform, no library of documents."""

from __future__ import annotations

import asyncio

import pytest

from tests.bench.bench_start import Started, start
from tests.bench.ledgers import make

NOT_LOADED = (
    "docx",
    "docxtpl",
    "lxml",
    "matplotlib",
    "numpy",
    "openpyxl",
    "playwright",
    "slack_bolt",
    "slack_sdk",
    "telegram",
    "xlsxwriter",
)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    ledger = tmp_path_factory.mktemp("ledger") / "ledger.sqlite3"
    asyncio.run(make(ledger))
    return start(str(ledger))


@pytest.mark.parametrize("library", NOT_LOADED)
def test_a_library_that_is_not_used_is_not_loaded(started: Started, library: str) -> None:
    assert library not in started.modules


def test_what_is_used_is_loaded(started: Started) -> None:
    assert {"tortoise", "handlers.routing", "bot.composition"} <= started.modules


def test_the_idle_program_takes_little_memory(started: Started) -> None:
    assert started.megabytes < 100
