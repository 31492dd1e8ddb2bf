"""Looking things up in the directory, in memory."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from storage.actors import Actor
from storage.directory import Directory
from storage.records import (
    Account,
    Chat,
    ChatAlias,
    ChatBinding,
    Collective,
    Department,
    DepartmentAlias,
    Leave,
    Member,
    Membership,
    Plan,
    PlanItem,
)
from storage.terms.names import normalise_name
from storage.terms.register import DEFAULT_COLLECTIVES
from storage.terms.roles import Purpose, Role
from storage.terms.statuses import PlanStatus

# ---------------------------------------------------------------- departments


def department_names(directory: Directory) -> dict[str, int]:
    """Return every name and alias, normalised, with the department it means."""

    def work(d: Directory) -> dict[str, int]:
        names = {normalise_name(each.name): each.id for each in d.all(Department)}
        return {normalise_name(a.name): a.department_id for a in d.all(DepartmentAlias)} | names

    return directory.worked_out("department_names", work)


def department_called(directory: Directory, name: str) -> Department | None:
    """Return the department of a name or alias."""
    number = department_names(directory).get(normalise_name(name))
    return None if number is None else directory.get(Department, number)


def short_name(directory: Directory, department: int) -> str:
    """Return what people call a department: its shortest alias, else its name."""

    def work(d: Directory) -> dict[int, str]:
        names = {each.id: each.name for each in d.all(Department)}
        for alias in d.all(DepartmentAlias):
            if len(alias.name) < len(names[alias.department_id]):
                names[alias.department_id] = alias.name
        return names

    return directory.worked_out("short_names", work)[department]


def collective_called(directory: Directory, name: str) -> tuple[tuple[str, ...], bool] | None:
    """Return the kinds a collective name stands for, and whether a coordinator chooses among them."""

    def work(d: Directory) -> dict[str, tuple[tuple[str, ...], bool]]:
        common = {normalise_name(c.name): (tuple(map(str, c.kinds)), c.choose) for c in DEFAULT_COLLECTIVES}
        return common | {normalise_name(c.name): (tuple(c.kinds), c.choose) for c in d.all(Collective)}

    return directory.worked_out("collectives", work).get(normalise_name(name))


def expand(directory: Directory, kinds: tuple[str, ...], on: date) -> list[Department]:
    """Return the departments of some kinds that the register lists on a day."""
    return [d for d in directory.all(Department) if d.kind in kinds and d.exists_on(on)]


def departments_on(directory: Directory, on: date) -> list[Department]:
    """Return all departments that the register lists on a day, external bodies last."""
    return sorted(
        (d for d in directory.all(Department) if d.exists_on(on)), key=lambda d: d.kind == "external"
    )


# ---------------------------------------------------------------- chats


def chat_at(directory: Directory, platform: str, external: str, thread: str | None = None) -> Chat | None:
    """Return the chat of a platform's identifier, also one it had before."""

    def work(d: Directory) -> dict[tuple[str, str, str], int]:
        old = {(a.platform, a.external, ""): a.chat_id for a in d.all(ChatAlias)}
        return old | {(c.platform, c.external, c.thread): c.id for c in d.all(Chat)}

    found = directory.worked_out("chats", work)
    number = found.get((platform, external, thread or ""))
    return None if number is None else directory.get(Chat, number)


def chats_sharing(directory: Directory, chat: Chat) -> list[int]:
    """Return the numbers of the chats that share a platform's identifier: a group's topics, and itself."""

    def work(d: Directory) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for each in d.all(Chat):
            found[each.platform, each.external].append(each.id)
        return found

    return directory.worked_out("chats_sharing", work)[chat.platform, chat.external]


def chats_of(directory: Directory, department: int) -> list[Chat]:
    """Return the active chats in which a department is spoken to."""

    def work(d: Directory) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for binding in d.all(ChatBinding):
            if binding.active:
                found[binding.department_id].append(binding.chat_id)
        return found

    numbers = directory.worked_out("chats_of", work).get(department, [])
    return [chat for number in numbers if (chat := directory.get(Chat, number)).active]


def bound_chats(directory: Directory, department: int) -> list[Chat]:
    """Return the chats a department is bound to, those included that the bot was removed from."""
    bindings = directory.all(ChatBinding)
    return [directory.get(Chat, b.chat_id) for b in bindings if b.active and b.department_id == department]


def departments_of(directory: Directory, chat: int) -> list[Department]:
    """Return the departments a chat is bound to."""

    def work(d: Directory) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for binding in d.all(ChatBinding):
            if binding.active:
                found[binding.chat_id].append(binding.department_id)
        return found

    return [directory.get(Department, n) for n in directory.worked_out("departments_of", work).get(chat, [])]


def chats_for(directory: Directory, purpose: Purpose) -> list[Chat]:
    """Return the active chats of a purpose: the coordination group, the leaders' group."""
    return [chat for chat in directory.all(Chat) if chat.purpose == purpose and chat.active]


# ---------------------------------------------------------------- people


def member_with(directory: Directory, platform: str, account: str | None) -> Member | None:
    """Return the member an account belongs to."""

    def work(d: Directory) -> dict[tuple[str, str], int]:
        return {(a.platform, a.external): a.member_id for a in d.all(Account)}

    number = None if account is None else directory.worked_out("accounts", work).get((platform, account))
    return None if number is None else directory.get(Member, number)


def memberships_of(directory: Directory, member: int) -> list[Membership]:
    """Return the roles a member holds now."""

    def work(d: Directory) -> dict[int, list[Membership]]:
        found: dict[int, list[Membership]] = defaultdict(list)
        for membership in d.all(Membership):
            if membership.until is None:
                found[membership.member_id].append(membership)
        return found

    return directory.worked_out("memberships", work).get(member, [])


def members_as(directory: Directory, role: Role, department: int | None = None) -> list[Member]:
    """Return the members who hold a role, for a department where one is named."""

    def work(d: Directory) -> dict[tuple[str, int | None], list[int]]:
        found: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        for held in d.all(Membership):
            if held.until is None:
                found[held.role, None].append(held.member_id)
                if held.department_id is not None:
                    found[held.role, held.department_id].append(held.member_id)
        return found

    numbers = directory.worked_out("members_as", work).get((role, department), [])
    return [directory.get(Member, number) for number in numbers]


def answering(directory: Directory, department: int, on: date) -> list[Member]:
    """Return who speaks for a department on a day: its liaisons, in place of one on leave the deputy.

    Where all are away without one, whoever else is its deputy; where nobody is left, the liaisons.
    """
    liaisons = members_as(directory, Role.LIAISON, department)
    found: list[Member] = []
    for member in liaisons:
        leave = leave_on(directory, member.id, on)
        if leave is None:
            found.append(member)
        elif leave.deputy_id is not None:
            found.append(directory.get(Member, leave.deputy_id))
    deputies = members_as(directory, Role.DEPUTY, department)
    found = found or [each for each in deputies if leave_on(directory, each.id, on) is None]
    return list({member.id: member for member in found or liaisons}.values())


def leave_on(directory: Directory, member: int, on: date) -> Leave | None:
    """Return the leave a member is on."""
    return next(
        (
            leave
            for leave in directory.all(Leave)
            if leave.member_id == member and not leave.ended and leave.first_day <= on <= leave.last_day
        ),
        None,
    )


def actor(
    directory: Directory,
    *,
    platform: str,
    account: str | None,
    name: str,
    chat: Chat | None,
    message: str | None = None,
    anyone_answers: bool = False,
) -> Actor:
    """Work out who acts where, and with what rights."""
    member = member_with(directory, platform, account)
    held = memberships_of(directory, member.id) if member else []
    return Actor(
        name=member.name if member else name,
        member_id=member.id if member else None,
        chat_id=chat.id if chat else None,
        message=message,
        roles=frozenset(Role(m.role) for m in held),
        purpose=Purpose(chat.purpose) if chat else Purpose.NONE,
        speaks_for=frozenset(m.department_id for m in held if m.department_id is not None),
        bound=frozenset(d.id for d in departments_of(directory, chat.id)) if chat else frozenset(),
        anyone_answers=anyone_answers,
        anonymous=account is None,
        platform=platform,
        account=account,
    )


def leaves_from(directory: Directory, on: date) -> list[Leave]:
    """Return the leaves that are under way on a day or still to come, the earliest first."""
    found = (leave for leave in directory.all(Leave) if not leave.ended and on <= leave.last_day)
    return sorted(found, key=lambda leave: (leave.first_day, leave.id))


def members_called(directory: Directory, name: str) -> list[Member]:
    """Return the members of a name; several people may share one."""

    def work(d: Directory) -> dict[str, list[Member]]:
        found: dict[str, list[Member]] = defaultdict(list)
        for member in d.all(Member):
            found[normalise_name(member.name)].append(member)
        return found

    return directory.worked_out("members_called", work).get(normalise_name(name), [])


# ---------------------------------------------------------------- plans


def plans(directory: Directory, *statuses: PlanStatus) -> list[Plan]:
    """Return the plans in some statuses, newest year first."""
    found = (plan for plan in directory.all(Plan) if plan.status in statuses)
    return sorted(found, key=lambda plan: (plan.year, plan.id), reverse=True)


def items_of(directory: Directory, plan: int) -> list[PlanItem]:
    """Return a plan's items in their order."""

    def work(d: Directory) -> dict[int, list[PlanItem]]:
        found: dict[int, list[PlanItem]] = defaultdict(list)
        for item in sorted(d.all(PlanItem), key=lambda item: item.position):
            found[item.plan_id].append(item)
        return found

    return directory.worked_out("items", work).get(plan, [])
