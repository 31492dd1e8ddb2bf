"""What Slack refuses to show: the limits of Block Kit as its reference states them."""

from __future__ import annotations

from typing import Any


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def wrong_blocks(values: dict[str, Any]) -> str:
    """Return the error Slack answers with, nothing when it shows the message."""
    blocks = values["blocks"]
    if _units(values["text"]) > 40_000:
        return "msg_too_long"
    if len(blocks) > 50 or any(_wrong(block) for block in blocks):
        return "invalid_blocks"
    return "" if values["text"] or blocks else "no_text"


def _wrong(block: dict[str, Any]) -> bool:
    match block["type"]:
        case "header":
            return _wrong_text(block["text"], 150)
        case "section":
            return _wrong_text(block["text"], 3000)
        case "actions":
            buttons = block["elements"]
            numbers = {button["action_id"] for button in buttons}
            return (
                not 0 < len(buttons) <= 25 or len(numbers) < len(buttons) or any(map(_wrong_button, buttons))
            )
        case _:
            return True


def _wrong_button(button: dict[str, Any]) -> bool:
    return (
        button["type"] != "button"
        or _wrong_text(button["text"], 75)
        or not 0 < len(button["value"]) <= 2000
        or len(button["action_id"]) > 255
        or button.get("style", "primary") not in {"primary", "danger"}
    )


def _wrong_text(text: dict[str, Any], most: int) -> bool:
    return text["type"] != "plain_text" or not 0 < _units(text["text"]) <= most
