"""What keeps a platform from hearing or from speaking: in the log once, and kept as long as it lasts."""

from __future__ import annotations

import logging


class Troubles:
    """A platform's troubles of the moment, one for each part that can be in trouble.

    What two parts suffer from alike (a revoked token) is told once.
    """

    def __init__(self, log: logging.Logger, platform: str) -> None:
        self._log = log
        self._platform = platform
        self._lasting: dict[str, str] = {}

    def __str__(self) -> str:
        return "; ".join(dict.fromkeys(self._lasting.values()))

    def begin(self, part: str, trouble: str) -> None:
        """Say in one line what a part suffers from."""
        is_told = trouble in self._lasting.values()
        self._lasting[part] = trouble
        if not is_told:
            self._log.error("%s", trouble)

    def end(self, part: str) -> None:
        """Say that a part is well, if it was not."""
        if self._lasting.pop(part, "") and not self._lasting:
            self._log.warning("%s answers again", self._platform)
