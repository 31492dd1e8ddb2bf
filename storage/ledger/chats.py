"""Chats: met, bound to departments or to a purpose, left, moved."""

from __future__ import annotations

from storage.ledger import lookup
from storage.records import Chat, ChatAlias, ChatBinding, Department
from storage.terms.errors import Refusal
from storage.terms.roles import Permission, Purpose, Role
from storage.unit import Unit

TITLE_LENGTH = 200


def meet(unit: Unit, platform: str, external: str, *, private: bool, title: str, thread: str | None) -> Chat:
    """Return the chat of an identifier; one never seen becomes known, bound to nothing."""
    chat = lookup.chat_at(unit.directory, platform, external, thread)
    if chat is None:
        return unit.add(
            Chat(
                platform=platform,
                external=external,
                thread=thread or "",
                title=title[:TITLE_LENGTH],
                purpose=Purpose.PRIVATE if private else Purpose.NONE,
                created_at=unit.now,
            )
        )
    if title and chat.title != title[:TITLE_LENGTH]:
        chat.title = title[:TITLE_LENGTH]
        unit.save(chat, "title")
    return chat


def use_for(unit: Unit, chat: Chat, purpose: Purpose) -> None:
    """Make a chat the coordination or the leaders' group: a coordinator's word, said in that chat.

    The first coordination group may be named in any group. Once there is one, a further group is
    named only by a code that was made in it (see :mod:`storage.ledger.codes`).
    """
    if Role.COORDINATOR not in unit.actor.roles:
        unit.actor.require(Permission.COORDINATE)
    if chat.purpose == Purpose.PRIVATE:
        raise Refusal("chat.private")
    if chat.purpose == purpose:
        raise Refusal("chat.already")
    if lookup.chats_for(unit.directory, Purpose.COORDINATION):
        raise Refusal("chat.code_needed")
    set_purpose(unit, chat, purpose)


def set_purpose(unit: Unit, chat: Chat, purpose: Purpose) -> None:
    """Write what a chat is for. Rights were checked by whoever calls."""
    if chat.purpose == purpose:
        raise Refusal("chat.already")
    if chat.purpose in (Purpose.COORDINATION, Purpose.LEADERS):
        raise Refusal("chat.has_purpose")
    if lookup.departments_of(unit.directory, chat.id) and purpose is not Purpose.DEPARTMENT:
        raise Refusal("chat.bound_to_departments")
    chat.purpose = purpose
    chat.active = True
    unit.save(chat, "purpose", "active")
    unit.note("chat.purpose", chat=chat.title, purpose=purpose.value)


def bind(unit: Unit, chat: Chat, departments: list[Department]) -> list[Department]:
    """Bind a chat to departments; return those that were not bound before. Rights come with a code."""
    if chat.purpose not in (Purpose.NONE, Purpose.DEPARTMENT):
        raise Refusal("chat.has_purpose")
    known = {b.department_id: b for b in unit.directory.all(ChatBinding) if b.chat_id == chat.id}
    added = []
    for department in departments:
        binding = known.get(department.id)
        if binding is None:
            unit.add(ChatBinding(chat_id=chat.id, department_id=department.id))
        elif not binding.active:
            binding.active = True
            unit.save(binding, "active")
        else:
            continue
        added.append(department)
        unit.note("chat.bind", department=department.id, chat=chat.title)
    chat.purpose = Purpose.DEPARTMENT
    chat.active = True
    unit.save(chat, "purpose", "active")
    return added


def unbind(unit: Unit, chat: Chat, department: Department) -> None:
    """Loose a department from a chat."""
    unit.actor.require(Permission.COORDINATE)
    bindings = [b for b in unit.directory.all(ChatBinding) if b.chat_id == chat.id and b.active]
    mine = [b for b in bindings if b.department_id == department.id]
    if not mine:
        raise Refusal("chat.not_bound", department=department.name)
    for binding in mine:
        binding.active = False
        unit.save(binding, "active")
    if len(mine) == len(bindings):
        chat.purpose = Purpose.NONE
        unit.save(chat, "purpose")
    unit.note("chat.unbind", department=department.id, chat=chat.title)


def release(unit: Unit, chat: Chat) -> None:
    """Let a chat be no coordination or leaders' group any more. The last coordination group stays one."""
    unit.actor.require(Permission.COORDINATE)
    if chat.purpose not in (Purpose.COORDINATION, Purpose.LEADERS):
        raise Refusal("chat.no_purpose")
    others = [c for c in lookup.chats_for(unit.directory, Purpose.COORDINATION) if c.id != chat.id]
    if chat.purpose == Purpose.COORDINATION and not others:
        raise Refusal("chat.last_coordination")
    unit.note("chat.release", chat=chat.title, purpose=chat.purpose)
    chat.purpose = Purpose.NONE
    unit.save(chat, "purpose")


def set_presence(unit: Unit, chat: Chat, *, present: bool) -> None:
    """Write that the bot came into a chat or was removed from it."""
    if chat.active != present:
        chat.active = present
        unit.save(chat, "active")
        unit.note("chat.present" if present else "chat.left", chat=chat.title)


def set_topic(unit: Unit, chat: Chat, *, closed: bool) -> bool:
    """Write that the topic a chat is was closed or opened again; False when that was known, or it is none."""
    if not chat.thread or chat.topic_closed == closed:
        return False
    chat.topic_closed = closed
    unit.save(chat, "topic_closed")
    unit.note("chat.topic_closed" if closed else "chat.topic_open", chat=chat.title)
    return True


def move(unit: Unit, chat: Chat, external: str) -> None:
    """Write that a chat goes on under another identifier; old messages keep the old one.

    The bot may have been told of the new one as of a chat by itself first: that one gives way.
    """
    if chat.external == external:
        return
    twin = lookup.chat_at(unit.directory, chat.platform, external, chat.thread)
    if twin is not None and twin.id != chat.id:
        if twin.purpose != Purpose.NONE:
            raise Refusal("chat.has_purpose")
        twin.external, twin.active = f"moved:{twin.id}", False
        unit.save(twin, "external", "active")
    former = {(alias.platform, alias.external) for alias in unit.directory.all(ChatAlias)}
    if (chat.platform, chat.external) not in former:
        unit.add(ChatAlias(chat_id=chat.id, platform=chat.platform, external=chat.external))
    chat.external = external
    unit.save(chat, "external")
    unit.note("chat.moved", chat=chat.title)
