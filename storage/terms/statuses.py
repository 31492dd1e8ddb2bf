"""What an assignment can be, and the moves between; the record beside it follows this table."""

from __future__ import annotations

from enum import StrEnum


class AssignmentStatus(StrEnum):
    """Where an assignment (分工) stands. Overdue and lights are derived, never a status."""

    AWAITING = "awaiting"
    """待签收"""
    WORKING = "working"
    """办理中"""
    REVIEW = "review"
    """待审核"""
    RETURNED = "returned"
    """已退回"""
    DONE = "done"
    """已办结"""
    SUSPENDED = "suspended"
    """暂缓"""
    CANCELLED = "cancelled"
    """撤销"""


class Move(StrEnum):
    """What can be done to an assignment."""

    ACKNOWLEDGE = "acknowledge"
    REPORT = "report"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    CONTINUE = "continue"
    RETURN = "return"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    REOPEN = "reopen"


_S = AssignmentStatus
OPEN = frozenset({_S.AWAITING, _S.WORKING, _S.REVIEW, _S.RETURNED})
"""Statuses of which something is still owed."""

TRANSITIONS: dict[Move, dict[AssignmentStatus, AssignmentStatus]] = {
    Move.ACKNOWLEDGE: {_S.AWAITING: _S.WORKING},
    Move.REPORT: {
        _S.AWAITING: _S.WORKING,
        _S.WORKING: _S.WORKING,
        _S.RETURNED: _S.WORKING,
        _S.REVIEW: _S.REVIEW,
    },
    Move.SUBMIT: {_S.AWAITING: _S.REVIEW, _S.WORKING: _S.REVIEW, _S.RETURNED: _S.REVIEW},
    Move.WITHDRAW: {_S.REVIEW: _S.WORKING},
    Move.APPROVE: {_S.REVIEW: _S.DONE},
    Move.CONTINUE: {_S.REVIEW: _S.WORKING},
    Move.RETURN: {_S.REVIEW: _S.RETURNED},
    Move.SUSPEND: dict.fromkeys(OPEN, _S.SUSPENDED),
    Move.RESUME: {_S.SUSPENDED: _S.WORKING},
    Move.CANCEL: dict.fromkeys(OPEN | {_S.SUSPENDED}, _S.CANCELLED),
    Move.REOPEN: {_S.DONE: _S.WORKING, _S.CANCELLED: _S.WORKING},
}
"""Move → status before → status after; what is not here is refused."""


class PlanStatus(StrEnum):
    """Where a yearly plan (年度计划) stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    CLOSED = "closed"


class ItemRole(StrEnum):
    """A department's role in an item, highest first."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORT = "support"


class MilestoneStatus(StrEnum):
    """Whether a due day still stands."""

    OPEN = "open"
    MET = "met"
    VOID = "void"


class RequestStatus(StrEnum):
    """Whether a request (extension, transfer) has been decided."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class DoubtKind(StrEnum):
    """What the reading of a notice left for a coordinator to decide."""

    NAME = "name"
    """a name that is not in the register"""
    CHOOSE = "choose"
    """各有关部门 and its like"""
    CLAUSE = "clause"
    """an item without a responsibility clause"""
    READING = "reading"
    """fields of the reading that are not sure: no plan waits for these"""
    DEADLINES = "deadlines"
    """items without a time limit, asked once for all"""


class InboxStatus(StrEnum):
    """What became of an event."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class OutboxStatus(StrEnum):
    """What became of a message."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    PARKED = "parked"
