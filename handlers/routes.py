"""A route: who answers what people do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.turns import Answers, Turn
from storage.terms.roles import Permission

Answer = Callable[[Turn], Awaitable[Answers]]
Gather = Callable[[Turn], Awaitable[Callable[[], Any]]]


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers.

    ``gather`` does what is slow first: it reads the ledger in a unit of its own and returns a function; that
    function runs in a thread, outside any transaction, and what it returns is ``turn.prepared``. ``listed``
    says to whom ``/help`` names a command: to those who hold one of these rights in the chat, None for all.
    """

    answer: Answer
    gather: Gather | None = None
    listed: frozenset[Permission] | None = None
