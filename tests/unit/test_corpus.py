"""Notices of fifty-four imagined offices are read no worse than they were before."""

from __future__ import annotations

import pytest

from handlers.notices import read_notice
from storage.terms.errors import Unreadable
from storage.terms.notice import Notice
from tests.corpus.documents import Document, documents
from tests.corpus.files import file_of
from tests.corpus.scoring import score, total

LEAST = {
    "open": {"item": 1.0, "name": 1.0, "deadline": 1.0},
    "kept": {"item": 0.66, "name": 0.85, "deadline": 0.84},
}


def notice_of(document: Document) -> Notice | None:
    try:
        return read_notice(file_of(document)).notice
    except Unreadable:
        return None


@pytest.mark.parametrize("part", LEAST)
def test_it_is_read_no_worse_than_before(part: str) -> None:
    whole = total(score(document, notice_of(document)) for document in documents(part))
    assert whole.items > 50
    found = {name: round(counts.f1, 3) for name, counts in whole.counts.items()}
    assert all(found[name] >= least for name, least in LEAST[part].items()), found
