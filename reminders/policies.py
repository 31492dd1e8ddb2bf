"""The policies in force: each plan's own, the hour and the cap the same for the whole office."""

from __future__ import annotations

from dataclasses import replace

from reminders.policy import Policy
from storage.directory import Directory
from storage.ledger import lookup
from storage.records import PlanItem
from storage.terms.ladder import Cadence
from storage.terms.statuses import PlanStatus


def office(directory: Directory) -> Policy:
    """Return the policy of the newest plan in force, the default where there is none."""
    plans = lookup.plans(directory, PlanStatus.ACTIVE)
    return Policy.from_json(plans[0].policy) if plans else Policy()


def in_force(directory: Directory) -> dict[int, Policy]:
    """Return the policies of the plans in force; what belongs to another plan is asked of nobody."""

    def work(d: Directory) -> dict[int, Policy]:
        common = office(d)
        return {
            plan.id: replace(
                Policy.from_json(plan.policy), at=common.at, cap=common.cap, digest=common.digest
            )
            for plan in lookup.plans(d, PlanStatus.ACTIVE)
        }

    return directory.worked_out("policies", work)


def cadence_of(directory: Directory, item: PlanItem) -> Cadence:
    """Return how often progress of an item is asked for: as the item has it, else as its plan."""
    if item.cadence is not None:
        return Cadence(item.cadence)
    policy = in_force(directory).get(item.plan_id)
    return Cadence.NEVER if policy is None else policy.cadence
