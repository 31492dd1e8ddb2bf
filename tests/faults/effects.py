"""What a series of commands came to, counted in the ledger and in the room."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing

from tests.flows.improvised import Improvised


def faults(play: Improvised, said: dict[str, str], *, sent: bool = True, ordered: bool = True) -> list[str]:
    """Return what is not as it must be when each message (number → chat) was ``/act``.

    ``sent``: every answer must have arrived; else it may be shown as one that perhaps did not, and none may
    have arrived twice. ``ordered``: in their order.
    """
    wanted = Counter(list(said))
    return [*_ledger(play, wanted), *_room(play, said, sent, ordered)]


def _ask(play: Improvised, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{play.database_path}?mode=ro", uri=True)) as raw:
        return raw.execute(query).fetchall()


def _ledger(play: Improvised, wanted: Counter[str]) -> list[str]:
    found = []
    done = Counter(
        str(json.loads(str(data))["message"])
        for (data,) in _ask(play, "SELECT data FROM audit WHERE verb = 'test.act'")
    )
    if done != wanted:
        found.append(f"without effect: {wanted - done}, with too many: {done - wanted}")
    answered = Counter(
        str(number)
        for (number,) in _ask(play, "SELECT reply_to FROM outbox WHERE target_id IS NULL")
        if str(number) in wanted
    )
    if answered != wanted:
        found.append(f"not answered: {wanted - answered}, answered too often: {answered - wanted}")
    found += [
        f"inbox: {row}" for row in _ask(play, "SELECT id, status, error FROM inbox WHERE status <> 'done'")
    ]
    return found


def _room(play: Improvised, said: dict[str, str], sent: bool, ordered: bool) -> list[str]:
    found = []
    query = "SELECT reply_to FROM outbox WHERE status IN ('uncertain', 'failed', 'parked')"
    shown = {str(number) for (number,) in _ask(play, query)}
    for chat in dict.fromkeys(said.values()):
        answers = [each.text for each in play.messages(chat) if each.text.startswith("done ")]
        wanted = [f"done {number}" for number, where in said.items() if where == chat]
        if sent and sorted(answers) != sorted(wanted):
            found.append(f"in {chat}: {answers} instead of {wanted}")
        missing = [each for each in wanted if each not in answers and each.split()[1] not in shown]
        if missing:
            found.append(f"neither in {chat} nor shown as missing: {missing}")
        if len(set(answers)) != len(answers):
            found.append(f"twice in {chat}: {answers}")
        if ordered and answers != [each for each in wanted if each in answers]:
            found.append(f"out of order in {chat}: {answers}")
    return found
