"""The table's part that leads to campaigns: actions of buttons, and cards that are replied to."""

from __future__ import annotations

from handlers.campaigns import bringing, filling, looking, own, settling
from handlers.routes import Route
from storage.terms.roles import Permission

COMMANDS: dict[str, Route] = {
    "campaign": Route(
        looking.answer, bringing.gather, listed=frozenset({Permission.ANSWER, Permission.OVERSEE})
    ),
}

ACTIONS: dict[str, Route] = {
    "campaign.open": Route(filling.show),
    "campaign.nil": Route(filling.nil),
    "campaign.same": Route(filling.same),
    "campaign.next": Route(filling.following),
    "campaign.add": Route(filling.add),
    "campaign.pick": Route(filling.pick),
    "campaign.form": Route(filling.send_form, filling.gather_form),
    "campaign.own": Route(own.start),
    "campaign.show": Route(looking.show),
    "campaign.start": Route(looking.start),
    "campaign.settle": Route(settling.settle),
    "campaign.attend": Route(settling.attend),
    "campaign.yearly": Route(looking.yearly),
    "campaign.drop": Route(looking.drop),
    "campaign.close": Route(looking.close),
    "campaign.reopen": Route(looking.reopen),
    "campaign.export": Route(looking.export, looking.gather_report),
}

REPLIES: dict[str, Route] = {
    "campaign": Route(filling.reply, filling.gather),
    "campaign.field": Route(filling.reply, filling.gather),
    "campaign.attend": Route(settling.attended),
}
