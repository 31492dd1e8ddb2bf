"""Lights (亮灯): what a leader sees first; derived from the ledger, never stored."""

from __future__ import annotations

from enum import StrEnum


class Light(StrEnum):
    """The light of an assignment, worst first."""

    RED = "red"
    """a milestone is overdue"""
    YELLOW = "yellow"
    """due within three working days, or far behind the expected progress"""
    GREEN = "green"
    """on its way, or done"""
    GREY = "grey"
    """suspended or cancelled: nothing runs"""
