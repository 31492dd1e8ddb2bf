"""Office files are looked into for their words; what is none, or swells, gives none and does no harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from storage.documents.words_in import MOST_UNPACKED, words_in


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_words_of_a_paragraph_are_put_together_and_paragraphs_kept_apart() -> None:
    markup = "<w:p><w:t>机</w:t><w:t>密★</w:t></w:p><w:p><w:t>二</w:t></w:p>".encode()
    parts = {"word__document.xml": markup, "word__media.png": b"x"}
    assert list(words_in(packed(**parts))) == ["机密★\n二\n"]


def test_sheets_and_slides_are_looked_into() -> None:
    parts = {"xl__sharedStrings.xml": b"<si><t>a</t></si>", "ppt__slides__slide1.xml": b"<a:p>b</a:p>"}
    assert list(words_in(packed(**parts))) == ["a\n", "b\n"]


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"PK\3\4torn", b"%PDF-1.7", packed(a=b"x")[:-9]],
    ids=["empty", "begun", "torn", "pdf", "cut short"],
)
def test_what_cannot_be_looked_into_has_no_words(content: bytes) -> None:
    assert list(words_in(content)) == []


def test_what_swells_is_looked_at_no_further() -> None:
    parts = {"word__a.xml": b"a", "word__b.xml": b" " * MOST_UNPACKED, "word__c.xml": b"c"}
    assert list(words_in(packed(**parts))) == ["a"]
