"""Notices of fifty-four imagined offices are read no worse than at first."""

from __future__ import annotations

import pytest

from handlers.notices import read_text
from storage.terms.errors import Unreadable
from storage.terms.notice import Notice
from tests.corpus.documents import Document, cells, documents
from tests.corpus.scoring import score, total

FIRST_RUN = {
    "open": {"item": 0.603, "name": 0.582, "deadline": 0.703},
    "kept": {"item": 0.424, "name": 0.413, "deadline": 0.408},
}


def flat(document: Document) -> str:
    """Return a document as text, its tables as lines with bars between their cells."""
    lines = []
    for line in document.lines:
        row = cells(line)
        lines.append(line if row is None else " | ".join(c for c in row if c not in {"^", "<"}) + " |")
    return "\n".join(lines)


def notice_of(document: Document) -> Notice | None:
    try:
        return read_text(flat(document)).notice
    except Unreadable:
        return None


@pytest.mark.parametrize("part", FIRST_RUN)
def test_it_is_read_no_worse_than_at_first(part: str) -> None:
    whole = total(score(document, notice_of(document)) for document in documents(part))
    assert whole.items > 50
    found = {name: round(counts.f1, 3) for name, counts in whole.counts.items()}
    assert all(found[name] >= least for name, least in FIRST_RUN[part].items()), found
