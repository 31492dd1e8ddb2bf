"""Reasons: why something was returned, put off, asked for or refused."""

from __future__ import annotations

from storage.terms.errors import Refusal

LONGEST = 500
"""Characters of a reason: it stands whole in a message and in a cell of the ledger."""


def needed(reason: str) -> str:
    """Return a reason without blanks around it. Refuses an empty one."""
    reason = reason.strip()
    if not reason:
        raise Refusal("reason.needed")
    return reason


def bounded(reason: str) -> str:
    """Return a reason somebody just gave without blanks around it. Refuses one that is too long.

    What the ledger holds already is not measured: an older reason may be longer.
    """
    reason = reason.strip()
    if len(reason) > LONGEST:
        raise Refusal("reason.long", most=LONGEST, count=len(reason))
    return reason


def given(reason: str) -> str:
    """Return a reason somebody just gave. Refuses an empty one and one that is too long."""
    return bounded(needed(reason))
