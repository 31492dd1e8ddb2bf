"""Coordinators and campaigns: which there are, who has answered, start, close, reopen, export (报送)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from handlers.arguments import argument
from handlers.campaigns import bringing, own, settling, sheets
from handlers.standing import in_place
from handlers.turns import Answers, Turn
from handlers.wording import in_rows
from reminders.campaigns import running, telling
from reminders.campaigns.templates import called, shipped
from storage.documents.kinds import XLSX
from storage.ledger import campaigns, files, lookup
from storage.names import near_names
from storage.records import Ask, Campaign
from storage.terms.campaigns import CampaignStatus, Template
from storage.terms.cards import Button, Card
from storage.terms.errors import Refusal
from storage.terms.roles import Permission
from storage.terms.texts import Text, text

SHOWN = 8
AGAIN_DAYS = 7
"""Days for which a campaign that was closed takes answers again."""


async def answer(turn: Turn) -> Answers:
    """``/campaign``: to a department what it is asked, to coordinators all of them, or one by name."""
    if turn.prepared is not None:
        return await bringing.begin(turn)
    if turn.actor.may(Permission.COORDINATE):
        words = argument(turn)
        return await _named(turn, words) if words else await _overview(turn)
    if turn.actor.may(Permission.OVERSEE):
        return await _overview(turn)
    return await own.answer(turn, argument(turn))


# ---------------------------------------------------------------- all of them


async def _overview(turn: Turn) -> Card:
    found = await campaigns.all_of(
        turn.unit, CampaignStatus.OPEN, CampaignStatus.PLANNED, CampaignStatus.CLOSED
    )
    lines: list[Text] = []
    buttons: list[Button] = []
    for campaign in sorted(found, key=lambda each: _ORDER.index(CampaignStatus(each.status)))[:SHOWN]:
        lines.append(await _line(turn, campaign))
        if campaign.status != CampaignStatus.PLANNED:
            label = text("campaign.button.show", title=campaign.title)
            buttons.append(Button(label, "campaign.show", {"campaign": campaign.id}))
    names = [template.title for template in shipped().values()]
    if turn.actor.may(Permission.COORDINATE):
        lines.append(text("campaign.how", names=names))
    return Card(title=text("campaign.title"), lines=tuple(lines), rows=in_rows(buttons, 1))


_ORDER = (CampaignStatus.OPEN, CampaignStatus.PLANNED, CampaignStatus.CLOSED)


async def _line(turn: Turn, campaign: Campaign) -> Text:
    asks = await campaigns.asks_of(turn.unit, campaign)
    return text(
        f"campaign.line.{campaign.status}",
        title=campaign.title,
        opens=campaign.opens,
        closes=campaign.closes,
        answered=sum(each.answered_at is not None for each in asks),
        count=len(asks),
    )


async def show(turn: Turn) -> Answers:
    """Show who has answered a campaign, beside the card that was pressed."""
    turn.actor.require(Permission.OVERSEE)
    return await _standing(turn, await campaigns.get(turn.unit, turn.values["campaign"]))


async def _standing(turn: Turn, campaign: Campaign) -> Card:
    asks = await campaigns.asks_of(turn.unit, campaign)
    missing = [each for each in asks if each.answered_at is None]
    nil = sum(each.nil for each in asks)
    key = "campaign.standing" if campaign.status == CampaignStatus.OPEN else "campaign.standing_closed"
    lines = [text(key, answered=len(asks) - len(missing), count=len(asks), nil=nil, until=campaign.closes)]
    if missing:
        lines.append(text("campaign.missing", names=telling.names_of(turn.unit, missing)))
    values = {"campaign": campaign.id}
    buttons = [Button(text("campaign.button.export"), "campaign.export", values, "primary")]
    if turn.actor.may(Permission.COORDINATE):
        buttons += settling.buttons_for(campaign, campaigns.template_of(campaign))
        if campaign.status == CampaignStatus.OPEN:
            buttons += _on_behalf(turn, missing)
            buttons.append(Button(text("campaign.button.close"), "campaign.close", values, "danger"))
        else:
            buttons.append(Button(text("campaign.button.reopen"), "campaign.reopen", values))
    return Card(title=text("campaign.of", title=campaign.title), lines=tuple(lines), rows=in_rows(buttons, 2))


def _on_behalf(turn: Turn, missing: Sequence[Ask]) -> list[Button]:
    """Return a button for each department that nobody can ask in a group: its coordinators telephone."""
    alone = [each for each in missing if not lookup.chats_of(turn.directory, each.department_id)]
    return [
        Button(
            text("campaign.button.behalf", department=lookup.short_name(turn.directory, each.department_id)),
            "campaign.open",
            {"ask": each.id},
        )
        for each in alone[:SHOWN]
    ]


# ---------------------------------------------------------------- started by hand


async def _named(turn: Turn, words: str) -> Answers:
    """Show the newest campaign of a template, or offer to start it."""
    template = called(words)
    if template is None:
        names = {t.title: t for t in shipped().values()}
        near = [name for name, _ in near_names(words, list(names), 3)]
        raise Refusal("campaign.unknown", words=words, names=near or list(names))
    found = [
        each
        for each in await campaigns.all_of(
            turn.unit, CampaignStatus.OPEN, CampaignStatus.PLANNED, CampaignStatus.CLOSED
        )
        if each.template == template.name
    ]
    running_ = [each for each in found if each.status == CampaignStatus.OPEN]
    if running_:
        return await _standing(turn, running_[0])
    return _offer(turn, template, found)


def _offer(turn: Turn, template: Template, found: list[Campaign]) -> Card:
    until = turn.today + timedelta(template.days)
    lines = [text("campaign.offer", until=until, days=template.days)]
    lines += [
        text("campaign.planned", opens=each.opens, closes=each.closes)
        for each in found
        if each.status == CampaignStatus.PLANNED
    ]
    buttons = [
        Button(text("campaign.button.start"), "campaign.start", {"template": template.name}, "primary"),
        *_yearly(turn, template, found),
        *(
            Button(text("campaign.button.show", title=each.title), "campaign.show", {"campaign": each.id})
            for each in found[:2]
            if each.status == CampaignStatus.CLOSED
        ),
        *(
            Button(text("campaign.button.drop", opens=each.opens), "campaign.drop", {"campaign": each.id})
            for each in found[:2]
            if each.status == CampaignStatus.PLANNED
        ),
    ]
    title = text("campaign.of", title=template.title)
    return Card(title=title, lines=tuple(lines), rows=in_rows(buttons, 1))


def _yearly(turn: Turn, template: Template, found: list[Campaign]) -> list[Button]:
    """Return the button that arranges a template's windows of the year, where some are still to come."""
    known = {each.opens for each in found}
    coming = [days for w in template.windows if (days := w.days(turn.today.year))[0] > turn.today]
    if all(opens in known for opens, _ in coming):
        return []
    return [Button(text("campaign.button.yearly"), "campaign.yearly", {"template": template.name})]


async def yearly(turn: Turn) -> Answers:
    """Arrange a template's windows of this year that are still to come."""
    turn.actor.require(Permission.COORDINATE)
    template, year = shipped()[turn.values["template"]], turn.today.year
    lines = []
    for window in template.windows:
        days = window.days(year)
        key, title = f"{template.name}:{days[0]}", template.called(template.year_of(days[0]), window.name)
        if days[0] <= turn.today:
            continue
        known = bool(await campaigns.known_keys(turn.unit, [key]))
        if not known:
            campaigns.arrange(turn.unit, template, key=key, title=title, days=days)
        if not known or await campaigns.revive(turn.unit, key):
            lines.append(text("campaign.planned", opens=days[0], closes=days[1]))
    return in_place(turn, Card(title=text("campaign.of", title=template.title), lines=tuple(lines)))


async def start(turn: Turn) -> Answers:
    """Start a campaign today."""
    turn.actor.require(Permission.COORDINATE)
    template = shipped()[turn.values["template"]]
    window = (turn.today, turn.today + timedelta(template.days))
    key = f"{template.name}:{turn.today}"
    title = template.called(template.year_of(turn.today))
    if await campaigns.known_keys(turn.unit, [key]):
        raise Refusal("campaign.started_before", title=title)
    campaign = campaigns.arrange(turn.unit, template, key=key, title=title, days=window)
    opening = running.opening_of(turn.unit, campaign, turn.days)
    return in_place(
        turn, Card(lines=(text("campaign.started", title=title, opens=opening, until=window[1]),))
    )


async def drop(turn: Turn) -> Answers:
    """Never open a campaign that was arranged."""
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    campaigns.drop(turn.unit, campaign)
    return in_place(turn, Card(lines=(text("campaign.dropped", title=campaign.title, opens=campaign.opens),)))


# ---------------------------------------------------------------- closed, reopened, exported


async def close(turn: Turn) -> Answers:
    """Close a campaign before its last day is over."""
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    campaigns.end(turn.unit, campaign)
    return in_place(turn, await _standing(turn, campaign))


async def reopen(turn: Turn) -> Answers:
    """Take answers again for some days."""
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    campaigns.reopen(turn.unit, campaign, max(campaign.closes, turn.today + timedelta(AGAIN_DAYS)))
    return in_place(turn, await _standing(turn, campaign))


async def gather_report(turn: Turn) -> Callable[[], sheets.Made]:
    """Read what the report shows; it is written in a thread."""
    turn.actor.require(Permission.OVERSEE)
    return await sheets.report(turn, await campaigns.get(turn.unit, turn.values["campaign"]))


async def export(turn: Turn) -> Answers:
    """Send the report."""
    turn.actor.require(Permission.OVERSEE)
    campaign = await campaigns.get(turn.unit, turn.values["campaign"])
    name, content = turn.prepared
    stored = await files.keep(turn.unit, name=name, mime=XLSX, content=content)
    asks = await campaigns.asks_of(turn.unit, campaign)
    answered = sum(each.answered_at is not None for each in asks)
    line = text("campaign.report.made", answered=answered, count=len(asks))
    return Card(title=text("campaign.of", title=campaign.title), lines=(line,), files=(stored.id,))
