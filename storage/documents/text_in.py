"""Reading a text file: its bytes become words, its lines blocks."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from storage.terms.blocks import Block, Place
from storage.terms.errors import Unreadable

LARGEST = 1024 * 1024
"""Bytes of a text; a plan of sixty items has some 60 kB, and what is larger than this is no notice."""

MOST_CHARACTERS = LARGEST // 3
"""Characters of a document of any kind: what a text of that size holds in Chinese."""

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(map(chr, (*range(9), 11, *range(14, 32), 127)))


def refuse_large(size: int) -> None:
    """Refuse a text by its size alone, before it is read.

    Raises:
        Unreadable: ``notice_too_large``.
    """
    if size > LARGEST:
        raise Unreadable("notice_too_large", limit=LARGEST // (1024 * 1024))


def decode(data: bytes) -> str:
    """Read UTF-8 or GB18030 (or UTF-16 with its mark, as Notepad saves it), with LF line ends.

    Raises:
        Unreadable: ``notice_too_large``, ``notice_empty`` or ``notice_binary``.
    """
    refuse_large(len(data))
    text = _text(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable("notice_empty")
    if not _CONTROL.isdisjoint(text):
        raise Unreadable("notice_binary")
    return text


def bounded(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks of a document, none read beyond what a notice may hold.

    Raises:
        Unreadable: ``notice_too_large``.
    """
    kept: list[Block] = []
    characters = 0
    for block in blocks:
        characters += len(block.text)
        if characters > MOST_CHARACTERS:
            raise Unreadable("notice_too_large", limit=LARGEST // (1024 * 1024))
        kept.append(block)
    return tuple(kept)


def read_lines(data: bytes) -> tuple[Block, ...]:
    """Read a text: every line is a paragraph, an empty one too. Raises as :func:`decode` does."""
    return blocks_of(decode(data))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the lines of a text as paragraphs, each with its number."""
    return tuple(
        Block("paragraph", line, Place(line=number)) for number, line in enumerate(text.split("\n"), 1)
    )


def _text(data: bytes) -> str:
    encodings = [name for mark, name in _MARKED if data.startswith(mark)] or ["utf-8", "gb18030"]
    for name in encodings:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Unreadable("notice_binary")
