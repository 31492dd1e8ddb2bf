"""Who acts, where, and what they may do: the one place where rights are decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.terms.errors import NotAllowed
from storage.terms.roles import RULES, Permission, Purpose, Role
from storage.terms.texts import text


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever caused a unit of work, and the chat they did it in.

    ``speaks_for`` are the departments the member is liaison or deputy of, ``bound`` those the chat
    belongs to. ``anyone_answers``: the office lets anybody in a bound group answer.
    """

    name: str
    member_id: int | None = None
    chat_id: int | None = None
    message: str | None = None
    roles: frozenset[Role] = frozenset()
    purpose: Purpose = Purpose.NONE
    speaks_for: frozenset[int] = frozenset()
    bound: frozenset[int] = frozenset()
    anyone_answers: bool = False
    anonymous: bool = False
    platform: str = ""
    account: str | None = None
    system: bool = field(default=False)

    def may(self, permission: Permission, department: int | None = None) -> bool:
        """Tell whether the actor may do a thing here, for a department where it is one's own affair."""
        if self.system:
            return True
        roles, purposes = RULES[permission]
        if self.purpose not in purposes:
            return False
        here = self.bound if self.purpose is Purpose.DEPARTMENT else self.speaks_for
        if permission is Permission.SEE:
            return department is None or department in here
        if permission is Permission.ANSWER:
            if department is not None and department not in here:
                return False
            if self.purpose is Purpose.DEPARTMENT and self.anyone_answers and not self.anonymous:
                return True
            mine = self.speaks_for if department is None else self.speaks_for & {department}
            return bool(mine & here)
        return roles is None or bool(self.roles & roles)

    def require(self, permission: Permission, department: int | None = None) -> None:
        """Raise :class:`NotAllowed` unless the actor may do a thing here."""
        if self.may(permission, department):
            return
        roles, _ = RULES[permission]
        if self.anonymous:
            raise NotAllowed("anonymous")
        if permission is Permission.ANSWER:
            if self.purpose is Purpose.DEPARTMENT and department is not None and department not in self.bound:
                raise NotAllowed("other_department")
            if self.purpose is Purpose.NONE and self.speaks_for:
                raise NotAllowed("unbound_group")
            raise NotAllowed("answer_as_liaison")
        if roles is not None and self.roles & roles:
            raise NotAllowed("wrong_chat")
        raise NotAllowed("role_needed", role=text("role.coordinator"))


SYSTEM = Actor(name="taizhang", system=True)
"""The bot itself, acting unasked."""
