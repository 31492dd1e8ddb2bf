"""How commands speak: a sentence of the catalogue, and what cannot be done in one on the error stream."""

from __future__ import annotations

import sys
from collections.abc import Callable

Say = Callable[..., str]
"""Renders a key of the catalogue with its values, in the operator's language."""

WRONG = 2
"""Exit status when what was asked cannot be done."""


def wrong(sentence: str) -> int:
    """Say why something cannot be done; return the exit status."""
    print(sentence, file=sys.stderr)
    return WRONG
