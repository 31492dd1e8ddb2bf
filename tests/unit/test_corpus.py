"""Notices of imagined offices, and such as are made by chance, are read no worse than they were before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.notices import read_notice
from storage.terms.errors import Unreadable
from tests.corpus.__main__ import notice_of
from tests.corpus.documents import documents
from tests.corpus.files import file_of
from tests.corpus.generated import generated
from tests.corpus.scoring import score, total

LEAST = {
    "open": {"item": 1.0, "name": 1.0, "deadline": 1.0},
    "kept": {"item": 0.99, "name": 1.0, "deadline": 0.95},
    "late": {"item": 1.0, "name": 1.0, "deadline": 1.0},
    "fresh": {"item": 0.99, "name": 0.99, "deadline": 0.98},
}


@pytest.mark.parametrize("part", LEAST)
def test_it_is_read_no_worse_than_before(part: str) -> None:
    whole = total(score(document, notice_of(document)) for document in documents(part))
    assert whole.items > 20
    found = {name: round(counts.f1, 3) for name, counts in whole.counts.items()}
    assert all(found[name] >= least for name, least in LEAST[part].items()), found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1_000_000))
def test_what_is_made_by_chance_is_read_back_whole(seed: int) -> None:
    document = generated(seed)
    assert score(document, notice_of(document)).mistakes == []


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 50),
    st.integers(0, 3_000),
    st.binary(max_size=40),
    st.sampled_from(["docx", "xlsx", "html"]),
)
def test_a_file_that_was_tampered_with_is_read_or_refused(
    seed: int, place: int, rubbish: bytes, kind: str
) -> None:
    document = generated(seed)
    whole = file_of(replace(document, head={**document.head, "kind": kind}))
    place %= len(whole)
    with suppress(Unreadable):
        assert read_notice(whole[:place] + rubbish + whole[place + len(rubbish) :]).notice.items


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"<table>"]), st.binary(max_size=400))
def test_rubbish_is_read_or_refused(begins: bytes, rubbish: bytes) -> None:
    with suppress(Unreadable):
        read_notice(begins + rubbish)
