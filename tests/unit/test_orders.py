"""What coordinators write behind commands and in replies, by table."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.replies.decisions import Decision, read_decision, without_giving
from handlers.replies.orders import (
    Order,
    read_assigned,
    read_dated,
    read_moved,
    read_order_item,
    read_reasoned,
    read_year,
)
from storage.terms.statuses import ItemRole

TODAY = date(2026, 3, 2)
JULY = date(2026, 7, 15)


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("3 发改局 7月15日 等文件", Order(3, ("发改局",), due=JULY, reason="等文件")),
        ("３　发改局　7月15日　等文件", Order(3, ("发改局",), due=JULY, reason="等文件")),
        ("第3项发改局7月15日", Order(3, ("发改局",), due=JULY)),
        ("三、发改局、财政局 延到7月15日，等文件", Order(3, ("发改局", "财政局"), due=JULY, reason="等文件")),
        ("3 7月15日 等文件", Order(3, (), due=JULY, reason="等文件")),
        ("3 全部 7月15日", Order(3, (), due=JULY)),
        ("3 发改局 时限改为2026-07-15", Order(3, ("发改局",), due=JULY)),
        ("3 发改局 等文件", None),
        ("发改局 7月15日", None),
        ("", None),
    ],
)
def test_orders_with_a_day(words: str, order: Order | None) -> None:
    assert read_dated(words, TODAY) == order


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("3 发改局 等上级 文件", Order(3, ("发改局",), reason="等上级 文件")),
        ("3 发改局、财政局 等文件", Order(3, ("发改局", "财政局"), reason="等文件")),
        ("3 等文件", Order(3, ("等文件",))),
        ("3 所有单位 等文件", Order(3, (), reason="等文件")),
        ("3", Order(3)),
        ("0 等文件", None),
    ],
)
def test_orders_with_a_reason(words: str, order: Order | None) -> None:
    assert read_reasoned(words) == order


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("3 教育局 配合", Order(3, ("教育局",), role=ItemRole.SUPPORT)),
        ("3 教育局、财政局 牵头单位", Order(3, ("教育局", "财政局"), role=ItemRole.LEAD)),
        ("3 教育局", Order(3, ("教育局",))),
        ("3 配合", None),
    ],
)
def test_orders_that_add(words: str, order: Order | None) -> None:
    assert read_assigned(words) == order


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("3 发改局 教育局 职责调整", Order(3, ("发改局", "教育局"), reason="职责调整")),
        ("3 从发改局 改派给 教育局，职责 调整", Order(3, ("发改局", "教育局"), reason="职责 调整")),
        ("3 发改局→教育局 职责调整", Order(3, ("发改局", "教育局"), reason="职责调整")),
        ("3 发改局 教育局", None),
    ],
)
def test_orders_that_move(words: str, order: Order | None) -> None:
    assert read_moved(words) == order


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ("通过", Decision(approve=True)),
        ("OK！", Decision(approve=True)),
        ("1 3 通过", Decision(approve=True, numbers=(1, 3))),
        ("同意1-3", Decision(approve=True, numbers=(1, 2, 3))),
        ("全部通过。", Decision(approve=True, every=True)),
        ("退回 2 缺盖章 7月15日", Decision(approve=False, numbers=(2,), reason="缺盖章 7月15日")),
        ("2退回，缺盖章", Decision(approve=False, numbers=(2,), reason="缺盖章")),
        ("退回：缺盖章", Decision(approve=False, reason="缺盖章")),
        ("退回 2", Decision(approve=False, numbers=(2,))),
        ("不通过 缺盖章", Decision(approve=False, reason="缺盖章")),
        ("通过，但请补材料", None),
        ("不可以", None),
        ("1通过 2退回", None),
        ("看看再说", None),
    ],
)
def test_decisions(words: str, decision: Decision | None) -> None:
    assert read_decision(words) == decision


def test_small_readings() -> None:
    assert read_year("2025年 发改局") == (2025, "发改局")
    assert read_year("２０２５") == (2025, "")
    assert read_year("发改局") == (None, "发改局")
    assert read_order_item("第３项") == 3
    assert read_order_item("3 发改局") is None
    assert without_giving("请改派给教育局") == "教育局"


@given(st.text(max_size=60))
def test_no_words_are_too_odd_to_read(words: str) -> None:
    for read in (read_decision, read_reasoned, read_assigned, read_moved, read_order_item, read_year):
        read(words)
    order = read_dated(words, TODAY)
    assert order is None or order.due is not None
