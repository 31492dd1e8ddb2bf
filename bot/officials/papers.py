"""What the bot sent in a rehearsal, and the transcript, kept in a folder to be looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bot.platforms.rehearsal.room import Room
from storage.terms.clock import office_time

TRANSCRIPT = "transcript.txt"


def keep(room: Room, folder: Path, lines: Sequence[str]) -> None:
    """Write the transcript and every file of the bot's messages, named by moment, group and file.

    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TRANSCRIPT).write_text("\n".join([*lines, ""]), encoding="utf-8")
    for chat in room.chats():
        for message in room.messages(chat.id):
            if message.author is None:
                moment = f"{office_time(message.at):%m%d-%H%M}"
                for file in message.files:
                    name = re.sub(r'[\\/:*?"<>|\s]+', "_", f"{moment}-{chat.title}-{file.name}")
                    (folder / name).write_bytes(room.content(file.id))
