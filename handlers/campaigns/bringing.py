"""A campaign from a file: the look-back over a spreadsheet's ledger, or an office's own template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from handlers.arguments import argument
from handlers.turns import Received, Turn
from reminders.campaigns import running
from reminders.campaigns.reading import read_template
from reminders.campaigns.templates import called, shipped
from storage.documents.last_ledger_in import LastRow, read_last_ledger, read_mapping, without_mapping
from storage.ledger import campaigns, lookup
from storage.ledger.campaigns import NewRow
from storage.terms.campaigns import Origin, Prefill, Template
from storage.terms.cards import Card
from storage.terms.errors import Refusal, Unreadable
from storage.terms.forms import Values
from storage.terms.roles import Permission
from storage.terms.texts import Text, text

NAMED = 8

Prepared = "Template | Given | None"


@dataclass(frozen=True, slots=True)
class Given:
    """A template and last year's ledger as a spreadsheet has it."""

    template: Template
    rows: Sequence[LastRow]


async def gather(turn: Turn) -> Callable[[], Template | Given | None]:
    """Read the file that came with the command, in a thread."""
    if not turn.files:
        return lambda: None
    turn.actor.require(Permission.COORDINATE)
    if len(turn.files) > 1:
        raise Refusal("campaign.one_file", count=len(turn.files))
    (file,) = turn.files
    if file.content is None:
        raise Unreadable("campaign.not_fetched")
    written = argument(turn)
    return lambda: _read(file, file.content or b"", written)


def _read(file: Received, content: bytes, written: str) -> Template | Given:
    path = PurePath(file.name.strip())
    if path.suffix.lower() == ".toml":
        name = path.stem[:30]
        if name in shipped():
            raise Refusal("campaign.shipped_name", name=name)
        return read_template(content, name)
    template = called(without_mapping(written))
    if template is None or Prefill.LEFT_OVER not in template.prefill:
        names = [each.title for each in shipped().values() if Prefill.LEFT_OVER in each.prefill]
        raise Refusal("campaign.file_for", names=names)
    return Given(template, read_last_ledger(file.name, content, read_mapping(written)))


async def begin(turn: Turn) -> Card:
    """Start what the file asks for, today."""
    turn.actor.require(Permission.COORDINATE)
    prepared = turn.prepared
    template: Template = prepared.template if isinstance(prepared, Given) else prepared
    given, lines = _by_department(turn, prepared) if isinstance(prepared, Given) else (None, [])
    if given is not None and not given:
        raise Refusal("campaign.last_empty")
    title = template.called(template.year_of(turn.today))
    key, days = f"{template.name}:{turn.today}", (turn.today, turn.today + timedelta(template.days))
    if await campaigns.known_keys(turn.unit, [key]):
        raise Refusal("campaign.started_before", title=title)
    campaign = campaigns.arrange(turn.unit, template, key=key, title=title, days=days, asked=given)
    if given is not None:
        campaigns.give_rows(turn.unit, campaign, given)
    opening = running.opening_of(turn.unit, campaign, turn.days)
    return Card(lines=(*lines, text("campaign.started", title=title, opens=opening, until=days[1])))


def _by_department(turn: Turn, given: Given) -> tuple[dict[int, list[NewRow]], list[Text]]:
    """Sort what is open by department; name what fits none."""
    found: dict[int, list[NewRow]] = {}
    unknown: list[str] = []
    done = 0
    for row in given.rows:
        if row.done:
            done += 1
            continue
        names = [(name, lookup.department_called(turn.directory, name)) for name in row.departments]
        unknown += [f"{row.row}: {name}" for name, department in names if department is None]
        for _, department in names:
            if department is not None:
                rows = found.setdefault(department.id, [])
                rows.append(NewRow(_cells(given.template, row), Origin.KNOWN))
    count = sum(map(len, found.values()))
    lines = [text("campaign.last_read", count=count, departments=len(found), done=done)]
    if unknown:
        lines.append(text("campaign.last_unknown", names=unknown[:NAMED], count=len(unknown)))
    return found, lines


def _cells(template: Template, row: LastRow) -> Values:
    written: Mapping[str, str] = {template.main: row.item, "words": row.words, "percent": row.percent}
    names = {each.name for each in template.fields}
    return {name: value for name, value in written.items() if value and name in names}
