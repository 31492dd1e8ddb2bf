"""One person with accounts on several platforms (关联): proved by a code from the one, said on the other."""

from __future__ import annotations

from storage.ledger import codes, lookup
from storage.ledger.codes import CodePurpose
from storage.records import Account, Leave, Member, Membership
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose
from storage.unit import Unit

LIFETIME_MILLIS = 10 * 60 * 1000
"""Long enough to change from one app to the other."""


def issue(unit: Unit) -> str:
    """Make a code by which whoever speaks links another account of their own; in private alone."""
    actor = unit.actor
    if actor.member_id is None or not actor.roles:
        raise Refusal("link.unknown")
    _require_private(unit)
    return codes.issue(
        unit, CodePurpose.LINK, {"member": actor.member_id, "platform": actor.platform}, LIFETIME_MILLIS
    )


async def use(unit: Unit, code: str) -> Member:
    """Make the account that speaks one of the member's who asked for the code; return that member.

    What the account's own member held so far goes over; what that member did stays written as it is.
    """
    actor = unit.actor
    if actor.account is None:
        raise Refusal("anonymous")
    _require_private(unit)
    spent = await codes.spend(unit, code, CodePurpose.LINK)
    if spent.payload["platform"] == actor.platform:
        raise Refusal("link.elsewhere")
    member = unit.directory.get(Member, int(str(spent.payload["member"])))
    if not any(account.member_id == member.id for account in unit.directory.all(Account)):
        raise Refusal("code.expired")  # whoever asked has become one with another member since
    mine = lookup.member_with(unit.directory, actor.platform, actor.account)
    if mine is not None and mine.id == member.id:
        raise Refusal("link.same")
    if mine is None:
        unit.add(Account(member_id=member.id, platform=actor.platform, external=actor.account))
    else:
        _merge(unit, mine, member)
    was = mine.id if mine else None
    unit.note("member.link", member=member.id, name=member.name, platform=actor.platform, was=was)
    return member


async def spoil(unit: Unit, code: str) -> None:
    """Let a code be good for nothing any more: others have seen it."""
    await codes.spend(unit, code, CodePurpose.LINK)


def accounts_of(unit: Unit, member: Member) -> list[Account]:
    """Return a member's accounts."""
    unit.actor.require(Permission.COORDINATE)
    return [account for account in unit.directory.all(Account) if account.member_id == member.id]


def undo(unit: Unit, number: int) -> Account:
    """Part an account from its member; it is somebody's without any role from now on."""
    account = unit.directory.get(Account, number)
    member = unit.directory.get(Member, account.member_id)
    if len(accounts_of(unit, member)) < 2:
        raise Refusal("link.single", name=member.name)
    alone = unit.add(Member(name=member.name, created_at=unit.now))
    account.member_id = alone.id
    unit.save(account, "member_id")
    unit.note("member.unlink", member=member.id, name=member.name, platform=account.platform)
    return account


def _require_private(unit: Unit) -> None:
    if unit.actor.purpose is not Purpose.PRIVATE:
        raise Refusal("link.private")


def _merge(unit: Unit, mine: Member, member: Member) -> None:
    for account in [each for each in unit.directory.all(Account) if each.member_id == mine.id]:
        account.member_id = member.id
        unit.save(account, "member_id")
    held = {(m.role, m.department_id) for m in lookup.memberships_of(unit.directory, member.id)}
    for membership in [
        m for m in unit.directory.all(Membership) if m.member_id == mine.id and m.until is None
    ]:
        if (membership.role, membership.department_id) in held:
            membership.until = unit.now
            unit.save(membership, "until")
        else:
            membership.member_id = member.id
            unit.save(membership, "member_id")
    for leave in unit.directory.all(Leave):
        if mine.id in (leave.member_id, leave.deputy_id):
            leave.member_id = member.id if leave.member_id == mine.id else leave.member_id
            leave.deputy_id = member.id if leave.deputy_id == mine.id else leave.deputy_id
            if leave.deputy_id == leave.member_id:
                leave.deputy_id = None  # nobody stands in for themselves
            unit.save(leave, "member_id", "deputy_id")
