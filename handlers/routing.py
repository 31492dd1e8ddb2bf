"""The one table from what people do to the conversation that answers."""

from __future__ import annotations

from handlers import helping
from handlers.assessing import table as assessing
from handlers.campaigns import table as campaigns
from handlers.command_words import command_words
from handlers.coordinators import changing, deciding, exporting, overseeing, reviewing, tracing, undelivered
from handlers.departments import asking, mending, reporting, todo
from handlers.events import (
    Action,
    Command,
    Edited,
    Event,
    File,
    Membership,
    Migrated,
    Reply,
    Talk,
    TopicClosed,
    Unreadable,
)
from handlers.office import (
    calendars,
    coding,
    grouping,
    leaving,
    linking,
    member_lists,
    members,
    presence,
    register_loading,
    register_sheets,
    registering,
)
from handlers.plans import adding, correcting, doubting, importing, items, planning, sheeting
from handlers.reminding import table as reminding
from handlers.routes import Route
from handlers.snapshots import table as snapshots
from handlers.turns import Answers, Turn
from handlers.yearly import table as yearly
from storage.terms.roles import Permission


async def _help(turn: Turn) -> Answers:
    return helping.help_card(turn, {name: route.listed for name, route in COMMANDS.items()})


def _to(*rights: Permission) -> frozenset[Permission]:
    return frozenset(rights)


COORDINATE, OVERSEE, ENROL = Permission.COORDINATE, Permission.OVERSEE, Permission.ENROL
ANSWER, SEE = Permission.ANSWER, Permission.SEE

COMMANDS: dict[str, Route] = {
    "help": Route(_help),
    "start": Route(_help),
    "todo": Route(todo.todo, listed=_to(SEE, ANSWER)),
    "submit": Route(asking.submit, listed=_to(ANSWER)),
    "extend": Route(asking.extend, listed=_to(ANSWER)),
    "decline": Route(asking.decline, listed=_to(ANSWER)),
    "import": Route(importing.bring, importing.gather, listed=_to(COORDINATE)),
    "activate": Route(planning.activate, listed=_to(COORDINATE)),
    "add": Route(adding.begin, listed=_to(COORDINATE)),
    "plans": Route(planning.show, listed=_to(OVERSEE)),
    "close": Route(planning.close, listed=_to(COORDINATE)),
    "status": Route(overseeing.status, listed=_to(OVERSEE)),
    "overdue": Route(overseeing.overdue, listed=_to(OVERSEE)),
    "items": Route(items.show, listed=_to(OVERSEE)),
    "item": Route(correcting.show, listed=_to(OVERSEE)),
    "audit": Route(tracing.audit, listed=_to(OVERSEE)),
    "export": Route(exporting.send, exporting.gather, listed=_to(OVERSEE, ANSWER)),
    **snapshots.COMMANDS,
    **assessing.COMMANDS,
    **yearly.COMMANDS,
    "review": Route(reviewing.queue, listed=_to(COORDINATE)),
    "extensions": Route(deciding.queue, listed=_to(COORDINATE)),
    "undelivered": Route(undelivered.show, listed=_to(COORDINATE)),
    "due": Route(changing.due, listed=_to(COORDINATE)),
    "assign": Route(changing.assign, listed=_to(COORDINATE)),
    "move": Route(changing.move, listed=_to(COORDINATE)),
    "suspend": Route(changing.suspend, listed=_to(COORDINATE)),
    "resume": Route(changing.resume, listed=_to(COORDINATE)),
    "cancel": Route(changing.cancel, listed=_to(COORDINATE)),
    "reopen": Route(changing.reopen, listed=_to(COORDINATE)),
    "register": Route(registering.answer, register_loading.gather, listed=_to(OVERSEE)),
    "code": Route(coding.answer, listed=_to(COORDINATE)),
    "bind": Route(grouping.bind, listed=_to(ENROL)),
    "unbind": Route(grouping.unbind, listed=_to(COORDINATE)),
    "coordination": Route(grouping.coordination, listed=_to(ENROL)),
    "members": Route(member_lists.answer, listed=_to(OVERSEE, SEE)),
    "enrol": Route(members.enrol),
    "leave": Route(leaving.answer, listed=_to(COORDINATE)),
    **reminding.COMMANDS,
    "calendar": Route(calendars.answer, listed=_to(COORDINATE)),
    **campaigns.COMMANDS,
    "link": Route(linking.answer, listed=_to(ANSWER, OVERSEE)),
}
"""Command → conversation; the words of ``command_words.toml`` lead here too."""

ACTIONS: dict[str, Route] = {
    **campaigns.ACTIONS,
    **reminding.ACTIONS,
    **snapshots.ACTIONS,
    "review.approve": Route(reviewing.approve),
    "review.return": Route(reviewing.ask_reason),
    "review.open": Route(reviewing.show_one),
    "review.back": Route(reviewing.back),
    "review.more": Route(reviewing.more),
    "review.files": Route(reviewing.files),
    "request.open": Route(deciding.show_request),
    "extension.grant": Route(deciding.grant),
    "extension.other_day": Route(deciding.ask_day),
    "extension.refuse": Route(deciding.ask_refusal),
    "transfer.reassign": Route(deciding.ask_department),
    "transfer.pick": Route(deciding.pick),
    "transfer.keep": Route(deciding.ask_why_kept),
    "undelivered.again": Route(undelivered.again),
    "undelivered.arrived": Route(undelivered.arrived),
    "undelivered.drop": Route(undelivered.drop),
    "status.page": Route(overseeing.status_page),
    "status.department": Route(overseeing.status_department),
    "overdue.page": Route(overseeing.overdue_page),
    "change.pick": Route(changing.pick),
    "change.all_reason": Route(changing.all_reason),
    "change.confirm": Route(changing.confirm),
    "change.forget": Route(changing.forget),
    "audit.earlier": Route(tracing.earlier),
    "export.department": Route(exporting.send, exporting.gather_department),
    "import.read": Route(importing.read_kept, importing.gather_kept),
    "import.year": Route(importing.read_kept, importing.gather_kept),
    "doubt.show": Route(doubting.show),
    "doubt.later": Route(doubting.later),
    "doubt.reading": Route(doubting.reading),
    "doubt.apart": Route(doubting.apart),
    "doubt.is": Route(doubting.name_is),
    "doubt.new": Route(doubting.name_is_new),
    "doubt.add": Route(doubting.name_added),
    "doubt.nobody": Route(doubting.name_is_nobody),
    "doubt.back": Route(doubting.back),
    "doubt.everybody": Route(doubting.everybody),
    "doubt.leave_out": Route(doubting.leave_out),
    "doubt.year_close": Route(doubting.year_close),
    "doubt.toggle": Route(doubting.toggle),
    "doubt.all": Route(doubting.choose_all),
    "doubt.clear": Route(doubting.choose_none),
    "doubt.chosen": Route(doubting.chosen),
    "items.page": Route(items.page),
    "items.show": Route(correcting.show_pressed),
    "items.back": Route(correcting.back),
    "items.change": Route(correcting.change),
    "items.drop": Route(correcting.drop),
    "items.drop_sure": Route(correcting.drop_sure),
    "plansheet.out": Route(sheeting.send, sheeting.gather_out),
    "plansheet.take": Route(sheeting.taken),
    "plansheet.leave": Route(sheeting.left),
    "plan.preview": Route(planning.preview),
    "plan.activate": Route(planning.hand_out),
    "plan.later": Route(planning.later),
    "plan.close": Route(planning.close_pressed),
    "plan.close_sure": Route(planning.close_sure),
    "plan.keep": Route(planning.keep),
    "plan.discard": Route(planning.discard),
    "plan.discard_sure": Route(planning.discard_sure),
    "add.name": Route(adding.name),
    "add.limit": Route(adding.limit),
    "add.cancel": Route(adding.cancel),
    "add.go": Route(adding.go),
    "register.page": Route(registering.page),
    "register.out": Route(register_sheets.send, register_sheets.gather_out),
    "register.one": Route(registering.ONE.pressed),
    "register.add": Route(registering.add_as),
    "register.alias": Route(registering.ALIAS.pressed),
    "register.retire": Route(registering.RETIRE.pressed),
    "register.load": Route(register_loading.load),
    "register.drop": Route(register_loading.drop),
    "codes.bind": Route(coding.bind),
    "codes.enrol": Route(coding.enrol),
    "codes.bind_near": Route(coding.BIND.pressed),
    "codes.enrol_near": Route(coding.ENROL.pressed),
    "groups.unbind": Route(grouping.UNBIND.pressed),
    "groups.unbind_from": Route(grouping.unbind_from),
    "groups.release": Route(grouping.release),
    "members.enrol": Route(members.ENROL.pressed),
    "link.of": Route(linking.of),
    "link.undo": Route(linking.undo),
    "members.rename": Route(members.rename_one),
    "members.page": Route(member_lists.page),
    "members.role": Route(member_lists.of_role),
    "members.of": Route(member_lists.OF.pressed),
    "members.end": Route(member_lists.end),
    "members.end_yes": Route(member_lists.end_yes),
    "members.end_no": Route(member_lists.end_no),
    "leave.of": Route(leaving.of_member),
    "leave.with": Route(leaving.with_deputy),
    "leave.end": Route(leaving.end_of),
    "todo.acknowledge_all": Route(todo.acknowledge_all),
    "todo.acknowledge_each": Route(todo.acknowledge_each),
    "todo.acknowledge": Route(todo.acknowledge_one),
    "todo.acknowledge_shown": Route(todo.acknowledge_shown),
    "todo.back": Route(todo.back),
    "todo.page": Route(todo.page),
    "todo.read": Route(todo.read),
    "todo.show": Route(todo.show),
    "bundle.open": Route(todo.open_of),
    "report.choose": Route(reporting.choose),
    "report.on_course": Route(reporting.on_course),
    "report.correct": Route(mending.how_to_correct),
    "report.retract": Route(mending.retract),
    "asking.which": Route(asking.which),
    "asking.page": Route(asking.turn_page),
    "asking.picked": Route(asking.picked),
    "asking.begin": Route(asking.begin),
}
"""Action of a button → conversation."""

REPLIES: dict[str, Route] = {
    **campaigns.REPLIES,
    **reminding.REPLIES,
    "review": Route(reviewing.replied),
    "review.reason": Route(reviewing.send_back),
    "extension.date": Route(deciding.answer_extension),
    "extension.reason": Route(deciding.refuse),
    "transfer.to": Route(deciding.name_department),
    "transfer.reason": Route(deciding.keep),
    "status": Route(overseeing.status),
    "overdue": Route(overseeing.overdue),
    "change.name": Route(changing.name_again),
    "export": Route(exporting.send, exporting.gather),
    "import.file": Route(importing.bring, importing.gather),
    "import.year": Route(importing.read_kept, importing.gather_kept),
    "doubt": Route(doubting.reply),
    "plansheet": Route(sheeting.take, sheeting.gather_back),
    "plansheet.reason": Route(sheeting.reason),
    "items.title": Route(correcting.retitle),
    "items.clause": Route(correcting.set_clause),
    "items.limits": Route(correcting.set_limits),
    "add": Route(adding.reply),
    "register.sheet": Route(register_sheets.take, register_loading.gather),
    "register.one": Route(registering.ONE.replied),
    "register.alias": Route(registering.ALIAS.replied),
    "register.retire": Route(registering.RETIRE.replied),
    "codes.bind_near": Route(coding.BIND.replied),
    "codes.enrol_near": Route(coding.ENROL.replied),
    "groups.unbind": Route(grouping.UNBIND.replied),
    "members.enrol": Route(members.ENROL.replied),
    "members.of": Route(member_lists.OF.replied),
    "todo": Route(reporting.reply),
    "item": Route(reporting.reply_to_item),
    "echo": Route(mending.reply_to_echo),
    "asking": Route(asking.replied),
    "asking.extend": Route(asking.replied),
    "asking.decline": Route(asking.replied),
}
"""Kind of the subject of the card replied to → conversation."""

EVENTS: dict[type[Event], Route] = {
    File: Route(importing.offer, importing.gather_offered),
    Membership: Route(presence.came_or_left),
    Migrated: Route(presence.moved),
    TopicClosed: Route(presence.topic_closed),
    Edited: Route(mending.edited),
}
"""What is neither command, button nor reply → conversation."""

UNKNOWN_COMMAND = Route(helping.unknown_command)
NO_REPLY_TAKEN = Route(helping.no_reply_taken)
UNKNOWN_CARD = Route(helping.unknown_card)
BUTTON_OVER = Route(helping.button_over)
TALK = Route(helping.small_talk)


def route_of(turn: Turn) -> Route | None:
    """Return who answers a turn; None where silence is the answer."""
    match turn.event:
        case Command() as event:
            return _command(turn, event)
        case Action():
            return BUTTON_OVER if turn.button is None else ACTIONS[turn.button.action]
        case Reply():
            if turn.said is None:
                return UNKNOWN_CARD
            return REPLIES.get(str(turn.subject.get("kind")), NO_REPLY_TAKEN)
        case Talk() | File() as event:
            return EVENTS.get(type(event), TALK) if event.addressed else None
        case Edited() | Membership() | Migrated() | TopicClosed() as event:
            return EVENTS.get(type(event))
        case Unreadable():
            return None


def _command(turn: Turn, event: Command) -> Route | None:
    route = COMMANDS.get(command_words().get(event.name, event.name))
    if route is not None:
        return route
    addressed = event.addressed or event.place.kind == "private" or turn.said is not None
    return UNKNOWN_COMMAND if addressed else None
