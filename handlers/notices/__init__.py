"""Reading a notice: text blocks, outline, items, clauses, names and time limits.

Each step is a module of its own and each knows its forms as a table, so that a new form of
notice is a rule added.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from handlers.notices.coverage import Span
from handlers.notices.deadlines import read_deadline
from handlers.notices.names import read_names
from storage.documents.blocks_in import LARGEST_FILE, refuse_size
from storage.documents.text_in import LARGEST

if TYPE_CHECKING:
    from handlers.notices.reading import Reading, coverage_report, read_document, read_notice, read_text

__all__ = [
    "LARGEST",
    "LARGEST_FILE",
    "Reading",
    "Span",
    "coverage_report",
    "read_deadline",
    "read_document",
    "read_names",
    "read_notice",
    "read_text",
    "refuse_size",
]


def __getattr__(name: str) -> Any:
    """Import the grammar when a notice is read: a program that reads none starts without it."""
    if name not in __all__:
        raise AttributeError(name)
    # The statement ``from … import`` would ask this package for the module first, and so for ever.
    return getattr(import_module("handlers.notices.reading"), name)
