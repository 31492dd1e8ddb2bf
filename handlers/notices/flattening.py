"""Blocks become one text, where the grammar still reads lines."""

from __future__ import annotations

from collections.abc import Iterable

from storage.terms.blocks import Block


def text_of(blocks: Iterable[Block]) -> str:
    """Return the words of blocks, one block after the other, each on lines of its own."""
    return "\n".join(block.text for block in blocks)
