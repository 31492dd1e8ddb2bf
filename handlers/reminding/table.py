"""The table's part that leads to what coordinators say about what the bot says unasked."""

from __future__ import annotations

from handlers.coordinators import digesting
from handlers.reminding import burdens, clocks, letters, policies, snoozing
from handlers.routes import Route
from storage.terms.roles import Permission

COORDINATORS = frozenset({Permission.COORDINATE})

COMMANDS: dict[str, Route] = {
    "snooze": Route(snoozing.answer, listed=COORDINATORS),
    "policy": Route(policies.answer, listed=COORDINATORS),
    "letters": Route(letters.answer, listed=COORDINATORS),
    "template": Route(letters.template, letters.gather_template, listed=COORDINATORS),
    "digest": Route(digesting.send, digesting.gather, listed=frozenset({Permission.OVERSEE})),
    "clock": Route(clocks.answer, listed=COORDINATORS),
    "burden": Route(burdens.show, listed=COORDINATORS),
}

ACTIONS: dict[str, Route] = {
    "snooze.of": Route(snoozing.of_department),
    "snooze.end": Route(snoozing.end_of),
    "policy.confirm": Route(policies.confirm),
    "policy.leave": Route(policies.leave),
    "clock.of": Route(clocks.of_department),
    "letter.list": Route(letters.show_list),
    "letter.open": Route(letters.show),
    "letter.drop": Route(letters.drop),
    "letter.preview": Route(letters.preview, letters.gather_preview),
    "letter.sign": Route(letters.sign, letters.gather_signed),
}

REPLIES: dict[str, Route] = {"letter": Route(letters.edit)}
