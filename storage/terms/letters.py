"""Letters that a coordinator signs: what they are, and where they stand."""

from __future__ import annotations

from enum import StrEnum


class LetterKind(StrEnum):
    """What hurts, and is therefore never sent by the bot itself; each bears the name of its ladder step."""

    SLIP = "slip"
    """督办单: one per department, with all that it owes"""
    NAMING = "naming"
    """通报: names the departments that are late"""
    INTERVIEW = "interview"
    """约谈: invites a department to an interview"""


class LetterStatus(StrEnum):
    """Where a letter stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    DROPPED = "dropped"
