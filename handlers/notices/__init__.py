"""Reading a notice: text blocks, outline, items, clauses, names and time limits.

Each step is a module of its own and each knows its forms as a table, so that a new form of
notice is a rule added.
"""

from handlers.notices.coverage import Span
from handlers.notices.deadlines import read_deadline
from handlers.notices.decoding import LARGEST, refuse_large
from handlers.notices.names import read_names
from handlers.notices.reading import Reading, coverage_report, read_notice, read_text

__all__ = [
    "LARGEST",
    "Reading",
    "Span",
    "coverage_report",
    "read_deadline",
    "read_names",
    "read_notice",
    "read_text",
    "refuse_large",
]
