"""What the people of the walk did, written down act by act as a platform's log would be, on disk at once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did: the step of the script it belongs to, and what the room called it.

    ``main`` tells the act that the step is about from one that only asked for a card anew.
    """

    step: int
    happening: int
    message: str | None
    main: bool


class Journal:
    """Acts in their order; one that is returned by :meth:`acts` outlived every kill since."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def acts(self) -> list[Act]:
        """Return what was written; a line cut short by a kill is none."""
        if not self._path.exists():
            return []
        whole = self._path.read_text("utf-8").rpartition("\n")[0]
        return [Act(**json.loads(line)) for line in whole.splitlines()]

    def append(self, act: Act) -> None:
        """Write an act down; it is on disk when this returns."""
        with self._path.open("r+b" if self._path.exists() else "w+b") as file:
            kept = file.read().rpartition(b"\n")
            file.seek(len(kept[0]) + len(kept[1]))
            file.truncate()
            file.write(json.dumps(asdict(act)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
