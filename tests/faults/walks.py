"""The walks that are killed on their way."""

from __future__ import annotations

from tests.faults.script import Step

COORDINATION, COORDINATOR = "coordination", "coordinator"
GROUPS = 10


def talk() -> list[Step]:
    """Return a walk of questions and answers in ten groups, none of which waits for another."""
    steps = [Step("say", COORDINATION, COORDINATOR, "/help", hurried=True)]
    for turn in range(3):
        for number in range(1, GROUPS + 1):
            words = f"/帮助 {turn}" if turn % 2 else f"@台账 你好，这是第{turn}次"
            steps.append(Step("say", f"group-{number}", f"liaison-{number}", words, hurried=True))
        steps.append(Step("say", COORDINATION, COORDINATOR, "/review"))
    return steps
