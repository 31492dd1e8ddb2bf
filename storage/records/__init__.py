"""The records of the ledger and the rules they keep.

Numbers are given by the unit of work, moments are epoch milliseconds (UTC by nature), days are
dates of the office's calendar. Rows are never deleted except spent dialogues.
"""

from storage.records.calendar import CalendarYear
from storage.records.campaigns import Ask, AskRow, Campaign, Snapshot
from storage.records.digests import Digest
from storage.records.ladder import Bundle, Snooze, StepRow
from storage.records.letters import Letter, LetterTemplate
from storage.records.people import (
    Account,
    Chat,
    ChatAlias,
    ChatBinding,
    Code,
    Collective,
    Department,
    DepartmentAlias,
    Leave,
    Member,
    Membership,
)
from storage.records.plans import Doubt, Party, Plan, PlanItem
from storage.records.traffic import AuditRow, Dialogue, InboxRow, MessageRef, OutboxRow, StoredFile
from storage.records.work import Assignment, Evidence, Extension, Milestone, ProgressReport, Transfer

__all__ = [
    "Account",
    "Ask",
    "AskRow",
    "Assignment",
    "AuditRow",
    "Bundle",
    "CalendarYear",
    "Campaign",
    "Chat",
    "ChatAlias",
    "ChatBinding",
    "Code",
    "Collective",
    "Department",
    "DepartmentAlias",
    "Dialogue",
    "Digest",
    "Doubt",
    "Evidence",
    "Extension",
    "InboxRow",
    "Leave",
    "Letter",
    "LetterTemplate",
    "Member",
    "Membership",
    "MessageRef",
    "Milestone",
    "OutboxRow",
    "Party",
    "Plan",
    "PlanItem",
    "ProgressReport",
    "Snapshot",
    "Snooze",
    "StepRow",
    "StoredFile",
    "Transfer",
]
