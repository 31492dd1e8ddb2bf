"""Albums: a platform tells each picture by itself, under one name and with no end; here they are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.events import AnyEvent, Command, File, Reply

GATHER_MILLIS = 1_500
"""So long after its newest item an album is taken to be whole."""

WITH_FILES = (Command, Reply, File)


def album_of(event: AnyEvent) -> str | None:
    """Return the name of the album that an event is an item of."""
    return event.album if isinstance(event, WITH_FILES) else None


def joined(items: Sequence[AnyEvent]) -> AnyEvent:
    """Return an album's items as one event: the one with words, with the files of all."""
    first = items[0]
    if len(items) == 1:
        return first
    commands = [each for each in items if isinstance(each, Command)]
    worded = [each for each in items if isinstance(each, Reply | File) and each.text]
    leading = next(iter([*commands, *worded]), first)
    assert isinstance(leading, WITH_FILES)  # noqa: S101 - nothing else bears an album's name
    files = tuple(file for each in items if isinstance(each, WITH_FILES) for file in each.files)
    return replace(leading, files=files)
