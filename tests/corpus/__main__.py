"""``make bench-reading``: how well notices are read, by form and over all."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable

from handlers.notices import read_notice
from storage.terms.errors import Unreadable
from storage.terms.notice import Notice
from tests.corpus.documents import PARTS, Document, documents
from tests.corpus.files import file_of
from tests.corpus.generated import generated
from tests.corpus.names import measured
from tests.corpus.scoring import FIELDS, Score, score, total

AMONG = 200
"""Documents that are generated; the seed is their number."""


def notice_of(document: Document) -> Notice | None:
    """Read a document from a file of its kind; None when it was refused."""
    try:
        return read_notice(file_of(document)).notice
    except Unreadable:
        return None


def scored(found: Iterable[Document]) -> dict[str, Score]:
    """Score documents, by form."""
    forms: dict[str, list[Score]] = defaultdict(list)
    for document in found:
        forms[f"{document.form} ({document.kind})"].append(score(document, notice_of(document)))
    return {form: total(scores) for form, scores in sorted(forms.items())}


def run() -> str:
    """Return the table: each form of each part, then the whole."""
    lines = [_line("", *FIELDS, "flagged", "doubtful")]
    parts = {part: documents(part) for part in PARTS}
    parts["generated"] = [generated(seed) for seed in range(AMONG)]
    for part, found in parts.items():
        if not found:
            continue
        by_form = scored(found)
        lines.append("")
        lines += [_score(f"{part}: {form}", each) for form, each in by_form.items()]
        lines.append(_score(f"{part}: all {len(found)}", total(by_form.values())))
    lines += ["", _line("near names offered from a score of", "precision", "recall")]
    lines += [
        _line(str(least), f"{precision:.3f}", f"{recall:.3f}")
        for least, precision, recall in measured(range(40, 100, 5))
    ]
    return "\n".join(lines)


def _score(name: str, each: Score) -> str:
    figures = [f"{each.counts[field].f1:.3f}" for field in FIELDS]
    return _line(name, *figures, f"{each.flagged:.2f}", f"{each.doubtful:.2f}")


def _line(name: str, *figures: str) -> str:
    return f"{name:<44}" + "".join(f"{figure:>10}" for figure in figures)


if __name__ == "__main__":
    sys.stdout.write(run() + "\n")
