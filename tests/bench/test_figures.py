"""Every figure is measured and told; what is asserted is only that something was measured."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench import (
    bench_digest,
    bench_lag,
    bench_limits,
    bench_notice,
    bench_reply,
    bench_start,
    bench_telegram,
    bench_tick,
    bench_words,
    bench_workbook,
    bench_year,
)
from tests.bench.conftest import Tell
from tests.bench.figures import Figure
from tests.bench.ledgers import make


def test_reading_notices(measured: Tell) -> None:
    _tell(measured, bench_notice.run())


def test_files_beyond_all_limits(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_limits.run(tmp_path))


def test_words_of_strangers(measured: Tell) -> None:
    _tell(measured, bench_words.run())


def test_replies(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_reply.run(tmp_path))


def test_starting(measured: Tell, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite3"
    asyncio.run(make(ledger))
    _tell(measured, bench_start.run(ledger))


def test_holding_the_loop(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_lag.run(tmp_path))


def test_ticking(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_tick.run(tmp_path))


def test_workbooks(measured: Tell) -> None:
    _tell(measured, bench_workbook.run())


def test_digests(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_digest.run(tmp_path))


def test_a_year(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_year.run(tmp_path))


def test_telegram(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_telegram.run(tmp_path))


def _tell(measured: Tell, figures: list[Figure]) -> None:
    assert figures
    assert all(figure.measured >= 0 for figure in figures)
    measured(figures)
