"""The table of what was measured, printed when everything was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.bench.figures import Figure, table

Tell = Callable[[Iterable[Figure]], None]


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Iterator[Tell]:
    """Take figures in; print them all at the end."""
    figures: list[Figure] = []
    yield figures.extend
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print(f"\n\n{table(figures)}\n")
