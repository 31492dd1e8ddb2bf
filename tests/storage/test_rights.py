"""Who may do what, and what can become of an assignment: both tables, cell by cell."""

from __future__ import annotations

from itertools import product

import pytest

from storage.actors import SYSTEM, Actor
from storage.records import Assignment, Plan
from storage.terms.errors import NotAllowed, Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.terms.statuses import OPEN, AssignmentStatus, Move, PlanStatus

COORDINATE, OVERSEE = Permission.COORDINATE, Permission.OVERSEE
ANSWER, SEE, ENROL = Permission.ANSWER, Permission.SEE, Permission.ENROL
MINE, OTHER = 1, 2
GIVEN = {
    (COORDINATE, Role.COORDINATOR): {Purpose.COORDINATION, Purpose.PRIVATE},
    (ENROL, Role.COORDINATOR): set(Purpose),
    (OVERSEE, Role.COORDINATOR): {Purpose.COORDINATION, Purpose.LEADERS, Purpose.PRIVATE},
    (OVERSEE, Role.LEADER): {Purpose.COORDINATION, Purpose.LEADERS, Purpose.PRIVATE},
}


def somebody(role: Role | None, purpose: Purpose, *, anyone: bool = False, anonymous: bool = False) -> Actor:
    of_department = role in {Role.LIAISON, Role.DEPUTY}
    return Actor(
        name="x",
        roles=frozenset({role} if role else ()),
        purpose=purpose,
        speaks_for=frozenset({MINE} if of_department else ()),
        bound=frozenset({MINE} if purpose is Purpose.DEPARTMENT else ()),
        anyone_answers=anyone,
        anonymous=anonymous,
    )


@pytest.mark.parametrize("permission", [COORDINATE, OVERSEE, ENROL])
@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("anyone", [False, True])
def test_the_offices_own_rights(
    permission: Permission, role: Role | None, purpose: Purpose, *, anyone: bool
) -> None:
    allowed = role is not None and purpose in GIVEN.get((permission, role), ())
    actor = somebody(role, purpose, anyone=anyone)
    assert actor.may(permission) is allowed
    assert actor.may(permission, MINE) is allowed


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("department", [MINE, OTHER])
@pytest.mark.parametrize("anyone", [False, True])
@pytest.mark.parametrize("anonymous", [False, True])
def test_who_answers_for_a_department(
    role: Role | None, purpose: Purpose, department: int, *, anyone: bool, anonymous: bool
) -> None:
    speaks = role in {Role.LIAISON, Role.DEPUTY} and purpose in {Purpose.DEPARTMENT, Purpose.PRIVATE}
    anybody = anyone and not anonymous and purpose is Purpose.DEPARTMENT
    actor = somebody(role, purpose, anyone=anyone, anonymous=anonymous)
    assert actor.may(ANSWER, department) is (department == MINE and (speaks or anybody))


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("department", [MINE, OTHER])
def test_who_sees_what_a_department_owes(role: Role | None, purpose: Purpose, department: int) -> None:
    allowed = purpose is Purpose.DEPARTMENT and department == MINE
    assert somebody(role, purpose).may(SEE, department) is allowed


def test_a_liaison_answers_only_in_the_groups_of_the_own_department() -> None:
    guest = Actor(
        name="x", purpose=Purpose.DEPARTMENT, speaks_for=frozenset({MINE}), bound=frozenset({OTHER})
    )
    assert not guest.may(ANSWER, MINE)
    assert not guest.may(ANSWER, OTHER)
    assert not guest.may(ANSWER)


def test_the_bot_itself_may_everything() -> None:
    assert all(SYSTEM.may(permission, OTHER) for permission in Permission)


@pytest.mark.parametrize(
    ("actor", "permission", "department", "key"),
    [
        (somebody(None, Purpose.COORDINATION, anonymous=True), COORDINATE, None, "anonymous"),
        (somebody(None, Purpose.DEPARTMENT, anyone=True, anonymous=True), ANSWER, MINE, "anonymous"),
        (somebody(Role.LIAISON, Purpose.DEPARTMENT), ANSWER, OTHER, "other_department"),
        (somebody(None, Purpose.DEPARTMENT), ANSWER, MINE, "answer_as_liaison"),
        (somebody(Role.COORDINATOR, Purpose.COORDINATION), ANSWER, MINE, "answer_as_liaison"),
        (somebody(Role.LIAISON, Purpose.NONE), ANSWER, MINE, "unbound_group"),
        (somebody(None, Purpose.NONE), ANSWER, MINE, "answer_as_liaison"),
        (somebody(Role.COORDINATOR, Purpose.DEPARTMENT), COORDINATE, None, "wrong_chat"),
        (somebody(Role.LEADER, Purpose.COORDINATION), COORDINATE, None, "role_needed"),
        (somebody(None, Purpose.LEADERS), OVERSEE, None, "role_needed"),
    ],
)
def test_a_refusal_says_what_is_missing(
    actor: Actor, permission: Permission, department: int | None, key: str
) -> None:
    with pytest.raises(NotAllowed) as told:
        actor.require(permission, department)
    assert told.value.text.key == f"refusal.{key}"


S = AssignmentStatus
WAYS = {
    Move.ACKNOWLEDGE: "awaiting>working",
    Move.REPORT: "awaiting>working working>working returned>working review>review",
    Move.SUBMIT: "awaiting>review working>review returned>review",
    Move.WITHDRAW: "review>working",
    Move.APPROVE: "review>done",
    Move.CONTINUE: "review>working",
    Move.RETURN: "review>returned",
    Move.SUSPEND: "awaiting>suspended working>suspended review>suspended returned>suspended",
    Move.RESUME: "suspended>working",
    Move.CANCEL: "awaiting>cancelled working>cancelled review>cancelled returned>cancelled "
    "suspended>cancelled",
    Move.REOPEN: "done>working cancelled>working",
}


@pytest.mark.parametrize(("move", "before"), list(product(Move, S)))
def test_every_move_from_every_status(move: Move, before: AssignmentStatus) -> None:
    ways = dict(way.split(">") for way in WAYS[move].split())
    assignment = Assignment(status=before.value)
    if before in ways:
        assignment.move(move)
        assert assignment.status == ways[before]
        return
    with pytest.raises(Refusal) as told:
        assignment.move(move)
    assert told.value.text.key == "refusal.assignment.move"
    assert assignment.status == before


def test_no_right_is_left_out() -> None:
    assert {COORDINATE, OVERSEE, ANSWER, SEE, ENROL} == set(Permission)


def test_what_is_open() -> None:
    assert {S.AWAITING, S.WORKING, S.REVIEW, S.RETURNED} == OPEN
    assert [Assignment(status=status.value).open for status in S] == [status in OPEN for status in S]


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("activate", PlanStatus.DRAFT, PlanStatus.ACTIVE),
        ("close", PlanStatus.ACTIVE, PlanStatus.CLOSED),
        ("discard", PlanStatus.DRAFT, PlanStatus.CLOSED),
    ],
)
@pytest.mark.parametrize("now", list(PlanStatus))
def test_every_move_of_a_plan(act: str, before: PlanStatus, after: PlanStatus, now: PlanStatus) -> None:
    plan = Plan(title="t", status=now.value)
    if now is before:
        getattr(plan, act)(5)
        assert plan.status == after
        assert (plan.activated_at if after is PlanStatus.ACTIVE else plan.closed_at) == 5
        return
    with pytest.raises(Refusal):
        getattr(plan, act)(5)
    assert plan.status == now
