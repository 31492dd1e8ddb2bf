"""Events survive the inbox."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.receiving import is_secret, masked, without_words
from handlers import events_json
from handlers.events import AnyEvent, Attachment, Command, Edited, Place, Reply, Sender

events = st.one_of(*(st.from_type(kind) for kind in events_json.KINDS.values()))


@given(events)
def test_an_event_reads_back_as_it_was(event: AnyEvent) -> None:
    assert events_json.from_json(json.loads(json.dumps(events_json.to_json(event)))) == event


@given(events)
def test_masking_changes_words_and_nothing_else(event: AnyEvent) -> None:
    hidden = masked(event)
    assert masked(hidden) == hidden
    assert type(hidden) is type(event)
    assert (hidden.event_id, hidden.message, hidden.at) == (event.event_id, event.message, event.at)
    assert hidden.sender.account == event.sender.account
    assert getattr(hidden, "token", None) == getattr(event, "token", None)
    assert getattr(hidden, "reply_to", None) == getattr(event, "reply_to", None)


SECRET = "机密★5年"
WHERE = Place("p", "c", title="群")
WHO = Sender("x", "王静")


@pytest.mark.parametrize(
    "event",
    [
        Command(event_id="1", place=WHERE, sender=WHO, name="import", argument=SECRET),
        Command(event_id="1", place=WHERE, sender=WHO, name=SECRET),
        Command(event_id="1", place=WHERE, sender=WHO, name="enrol", reply_to_name=SECRET),
        Command(event_id="1", place=WHERE, sender=Sender("x", SECRET), name="help"),
        Command(event_id="1", place=Place("p", "c", title=SECRET), sender=WHO, name="help"),
        Reply(event_id="1", place=WHERE, sender=WHO, reply_to="2", text=SECRET),
        Reply(event_id="1", place=WHERE, sender=WHO, reply_to="2", files=(Attachment("r", SECRET, "m", 1),)),
        Edited(event_id="1", place=WHERE, sender=WHO, text=SECRET),
    ],
)
def test_a_marking_is_found_wherever_it_stands_and_goes(event: AnyEvent) -> None:
    assert is_secret(event)
    assert SECRET not in json.dumps(events_json.to_json(without_words(event)), ensure_ascii=False)
