"""Reading a document that an office sends: whatever it is, it becomes paragraphs and rows of tables."""

from __future__ import annotations

from storage.documents.text_in import read_lines
from storage.terms.blocks import Block


def read_blocks(name: str, data: bytes) -> tuple[Block, ...]:
    """Read a document; what it is its first bytes tell, not its ``name``.

    Raises :class:`Unreadable` for what is none, what is locked or broken, and what goes beyond a limit.
    """
    del name
    return read_lines(data)
