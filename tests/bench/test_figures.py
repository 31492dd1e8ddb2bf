"""Every figure is measured and told; what is asserted is only that something was measured."""

from __future__ import annotations

from pathlib import Path

from tests.bench import bench_notice, bench_reply, bench_words
from tests.bench.conftest import Tell
from tests.bench.figures import Figure


def test_reading_notices(measured: Tell) -> None:
    _tell(measured, bench_notice.run())


def test_words_of_strangers(measured: Tell) -> None:
    _tell(measured, bench_words.run())


def test_replies(measured: Tell, tmp_path: Path) -> None:
    _tell(measured, bench_reply.run(tmp_path))


def _tell(measured: Tell, figures: list[Figure]) -> None:
    assert figures
    assert all(figure.measured >= 0 for figure in figures)
    measured(figures)
