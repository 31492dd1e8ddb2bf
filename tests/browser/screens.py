"""The screens that the page is looked at on, and the pictures taken of it."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

WIDE: ViewportSize = {"width": 1422, "height": 889}
SCALE = 0.9
"""A desk whose browser shows pages a little smaller: its pictures are as large as those of ``DESK``."""

KEEP = "TAIZHANG_PICTURES"
"""Set, it has the README's pictures taken anew; else all go with the test's other files."""

PICTURES = Path(__file__).parents[1] / "pictures"
SHOWN = {"rehearsal-room", "phone"}

BLANK = 25_000
"""Bytes that a picture of an empty page stays below."""


async def picture(page: Page, name: str, folder: Path) -> None:
    """Take a picture of what the page shows, everything at rest; refuse an empty one."""
    await page.evaluate("() => document.fonts.ready")
    await expect(page.get_by_test_id("toast")).to_have_count(0, timeout=10_000)
    content = await page.screenshot(animations="disabled", caret="hide")
    assert len(content) > BLANK, f"{name}: {len(content)} bytes show nothing"
    kept = PICTURES if name in SHOWN and os.environ.get(KEEP) else folder
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{name}.png").write_bytes(content)
