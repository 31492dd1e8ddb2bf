"""What Slack tells, said in the events that the conversations accept. Pure: names are looked up before."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.platforms.slack import speech
from bot.platforms.slack.show import OURS
from bot.platforms.slack.words import mentioned, message_id, plain, unaddressed
from handlers.events import Action, AnyEvent, Command, Edited, Membership, Migrated, Place, Sender

PLATFORM = "slack"

Kind = Literal["events_api", "slash_commands", "interactive"]
"""The three ways in which Slack tells something, as Socket Mode calls them."""

SLASH = "slash"
"""How slash commands are numbered, which stand in no message."""

SAID = frozenset({None, "file_share", "me_message", "thread_broadcast"})
"""Kinds of message that a person wrote; the others are notes of Slack's own."""
CAME = frozenset({"channel_unarchive", "group_unarchive"})
WENT = frozenset(
    {"channel_archive", "channel_deleted", "channel_left", "group_archive", "group_deleted", "group_left"}
)


@dataclass(frozen=True, slots=True)
class Me:
    """Our bot: its account, and the words it takes for commands when it is addressed."""

    user: str
    commands: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be looked up before something told can be said as an event."""

    chat: str = ""
    people: frozenset[str] = frozenset()
    thread: str | None = None
    """The message on whose thread it was said."""
    under_ours: bool = False
    """Whether that message is known to be our bot's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up; empty where Slack did not say."""

    names: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    cards: tuple[str, ...] = ()
    """The messages of ours that words in this thread may answer, newest first."""


def wanted(kind: Kind, told: Mapping[str, Any], me: Me) -> Wanted:
    """Return what :func:`translate` will want to know."""
    if kind == "slash_commands":
        return Wanted(told["channel_id"])
    if kind == "interactive":
        return Wanted(_channel_of_press(told), frozenset({told["user"]["id"]}))
    event = told["event"]
    chat = _channel(event)
    message = _written(event, me)
    if message is None:
        return Wanted(chat, frozenset({event["inviter"]} if "inviter" in event else ()))
    people = {message["user"], *mentioned(message.get("text") or "")}
    root = message.get("thread_ts")
    parent = message.get("parent_user_id")
    thread = root if root != message["ts"] else None
    people |= {parent} if thread and parent else set()
    return Wanted(chat, frozenset(people - {me.user}), thread, parent == me.user)


def translate(kind: Kind, told: Mapping[str, Any], me: Me, known: Known, now: int) -> AnyEvent | None:
    """Say what was told as an event; None when it concerns nobody.

    Raises :class:`KeyError`, :class:`TypeError` or :class:`ValueError` when it reads like nothing known.
    """
    if kind == "slash_commands":
        return _slash(told, me, now)
    if kind == "interactive":
        return _press(told, known)
    event = told["event"]
    message = _written(event, me)
    if message is not None:
        return _message(told, event, message, me, known)
    return _presence(told, event, me, known)


# ---------------------------------------------------------------- words


def _written(event: Mapping[str, Any], me: Me) -> Mapping[str, Any] | None:
    """Return the message an event is about, when a person wrote it."""
    if event["type"] not in {"message", "app_mention"}:
        return None
    changed = event.get("subtype") == "message_changed"
    message: Mapping[str, Any] = event["message"] if changed else event
    if message.get("subtype") not in SAID or message.get("bot_id") or message.get("user") in {None, me.user}:
        return None
    return message


def _message(
    told: Mapping[str, Any], event: Mapping[str, Any], message: Mapping[str, Any], me: Me, known: Known
) -> AnyEvent | None:
    user, ts = message["user"], message["ts"]
    words, named = unaddressed(message.get("text") or "", me.user)
    number = message_id(ts, message.get("thread_ts"))
    said = speech.Speech(
        basis={
            "place": _place(event["channel"], known.title, event.get("channel_type")),
            "sender": Sender(user, known.names.get(user, "")),
            "message": number,
            "at": _millis(event.get("event_ts") or ts),
        },
        words=plain(words, known.names).strip(" "),
        named=named,
    )
    if event.get("subtype") == "message_changed":
        if (event.get("previous_message") or {}).get("text") == message.get("text"):
            return None
        return Edited(event_id=told["event_id"], text=said.words, **said.basis)
    # One message comes as two events, with numbers of their own, when it names the bot.
    said.basis["event_id"] = f"said.{event['channel']}.{ts}"
    return speech.said(said, message, me.user, me.commands, known.names, known.cards)


def _slash(told: Mapping[str, Any], me: Me, now: int) -> Command:
    """``/taizhang todo 3``; a workspace may also have a ``/todo`` of its own lead to us."""
    own = told["command"].lstrip("/").lower()
    words = plain(told.get("text") or "", {}).strip()
    name, argument = (own, words) if own in me.commands else speech.name_and_rest(words)
    channel = told["channel_id"]
    title = told.get("channel_name") or ""
    number = _unique(SLASH, told["user_id"], channel, told["trigger_id"])
    return Command(
        event_id=number,
        message=number,
        place=_place(channel, "" if title in {"directmessage", "privategroup"} else title),
        sender=Sender(told["user_id"], told.get("user_name") or ""),
        at=now,
        name=name or "help",
        argument=argument,
        addressed=True,
    )


# ---------------------------------------------------------------- buttons


def _press(told: Mapping[str, Any], known: Known) -> Action | None:
    if told["type"] != "block_actions":
        return None
    ours = [
        each for each in told["actions"] if each["action_id"].startswith(f"{OURS}.") and each.get("value")
    ]
    if not ours:
        return None
    press, user, channel = ours[0], told["user"], _channel_of_press(told)
    box, shown = told.get("container") or {}, told.get("message") or {}
    ts = shown.get("ts") or box["message_ts"]
    name = known.names.get(user["id"]) or user.get("name") or user.get("username") or ""
    return Action(
        event_id=_unique("press", user["id"], press["action_id"], channel, ts, told["trigger_id"]),
        place=_place(channel, known.title),
        sender=Sender(user["id"], name),
        message=message_id(ts, shown.get("thread_ts") or box.get("thread_ts")),
        at=_millis(press["action_ts"]),
        token=press["value"],
    )


def _channel_of_press(told: Mapping[str, Any]) -> str:
    channel = told.get("channel") or {}
    return str(channel.get("id") or (told.get("container") or {}).get("channel_id") or "")


# ---------------------------------------------------------------- coming and going


def _presence(
    told: Mapping[str, Any], event: Mapping[str, Any], me: Me, known: Known
) -> Membership | Migrated | None:
    kind = event["type"]
    basis: dict[str, Any] = {
        "event_id": told["event_id"],
        "at": _millis(event.get("event_ts") or told.get("event_time") or 0),
    }
    if kind == "channel_id_changed":
        place = _place(event["old_channel_id"], "")
        return Migrated(**basis, place=place, sender=Sender(None), new_chat=event["new_channel_id"])
    moved = {"member_joined_channel": True, "member_left_channel": False}.get(kind)
    if moved is not None and event["user"] == me.user:
        inviter = event.get("inviter")
    elif kind in CAME | WENT:
        moved, inviter = kind in CAME, None
    else:
        return None
    sender = Sender(inviter, known.names.get(inviter or "", ""))
    return Membership(
        **basis, place=_place(_channel(event), known.title), sender=sender, present=moved is True
    )


def _channel(event: Mapping[str, Any]) -> str:
    channel = event.get("channel") or event.get("old_channel_id") or ""
    return str(channel["id"] if isinstance(channel, Mapping) else channel)


# ---------------------------------------------------------------- small change


def _place(channel: str, title: str, kind: str | None = None) -> Place:
    private = kind == "im" if kind else channel.startswith("D")
    return Place(PLATFORM, channel, "private" if private else "group", title)


def _millis(moment: str | float) -> int:
    return round(float(moment) * 1000)


def _unique(kind: str, *parts: str) -> str:
    return f"{kind}.{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:40]}"
