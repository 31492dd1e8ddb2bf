"""The walks that are killed on their way."""

from __future__ import annotations

from tests.faults.script import Step

COORDINATION, COORDINATOR = "coordination", "coordinator"
GROUPS = 10
CARD = r"待办\d+项|交办\d+项"
REVIEW = r"^[^“]*(申请办结|待审核)"
"""What is to be reviewed; not what only quotes it."""


def talk() -> list[Step]:
    """Return a walk of questions and answers in ten groups, none of which waits for another."""
    steps = [Step("say", COORDINATION, COORDINATOR, "/help", hurried=True)]
    for turn in range(3):
        for number in range(1, GROUPS + 1):
            words = f"/帮助 {turn}" if turn % 2 else f"@台账 你好，这是第{turn}次"
            steps.append(_say(number, words, hurried=True))
        steps.append(Step("say", COORDINATION, COORDINATOR, "/review"))
    return steps


def whole_year(notice: str) -> list[Step]:
    """Return the main job from the notice on, which is a file of the walk's folder."""
    return year(Step("say", COORDINATION, COORDINATOR, "/导入", file=notice))


def year(*before: Step) -> list[Step]:
    """Return the main job: a plan handed out, confirmed, reported, corrected, reviewed, moved, exported."""
    steps = [
        *before,
        Step(
            "answer",
            COORDINATION,
            COORDINATOR,
            on=r"问题都答完了|确认，发出",
            choices=(r"^都按年底$", r"^确认\d+个$", r"^全部\d+个$", r"局$", r"^外部单位$", r"^各部门$"),
            ask="/activate",
        ),
        _decide(r"^确认，发出$", "/activate"),
    ]
    groups = range(1, GROUPS + 1)
    steps += [_press(number, r"^全部签收$", hurried=number < GROUPS) for number in groups]
    replies = [
        _say(n, f"1 {n * 5}%，已开会部署", on=CARD, ask="/todo", reports=1, hurried=True) for n in groups
    ]
    steps += replies
    steps.append(_say(2, "1 60%，预计11月底 2 40% 3 无进展", on=CARD, ask="/todo", reports=3))
    three = len(steps) - 1
    steps.append(Step("edit", *_of(2), "1 70%，预计11月底 2 40% 3 无进展", of=three, reports=1))
    steps.append(_say(2, "1 已完成，专栏已上线", on=CARD, ask="/todo", reports=1))
    steps.append(
        Step(
            "say",
            COORDINATION,
            COORDINATOR,
            "退回 1 缺少佐证材料 7月15日",
            on=REVIEW,
            ask="/review",
        )
    )
    steps.append(
        _say(2, "1 已完成，补充了佐证材料 https://example.invalid/1", on=CARD, ask="/todo", reports=1)
    )
    steps.append(_decide(r"通过$", "/review"))
    steps.append(_say(3, "/extend 2 2027年1月20日 需等上级文件"))
    steps.append(_decide(r"^同意$", "/extensions"))
    steps.append(_say(4, "/decline 2 职责已划转审批局"))
    steps.append(_decide(r"^改派$", "/extensions"))
    asked = len(steps) - 1
    steps.append(Step("say", COORDINATION, COORDINATOR, "审批局", on=r"写接办单位的名称", again=asked))
    steps.append(_press(5, r"^共同事项正常推进$"))
    steps.append(Step("say", COORDINATION, COORDINATOR, "/export"))
    return steps


def _of(number: int) -> tuple[str, str]:
    return f"group-{number}", f"liaison-{number}"


def _say(
    number: int, text: str, *, on: str = "", ask: str = "", reports: int = 0, hurried: bool = False
) -> Step:
    return Step("say", *_of(number), text, on, ask, reports=reports, hurried=hurried)


def _press(number: int, label: str, *, hurried: bool = False) -> Step:
    return Step("press", *_of(number), on=label, ask="/todo", hurried=hurried)


def _decide(label: str, ask: str) -> Step:
    return Step("press", COORDINATION, COORDINATOR, on=label, ask=ask)
