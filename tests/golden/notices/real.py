"""The real notice, where this machine has it, and the shape in which its reading is held."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from storage.terms.notice import Notice

NAME = "lingwu-2022"


def real_notices() -> list[Path]:
    """Return the file, or nothing: a test of none is not collected."""
    named = os.environ.get("TAIZHANG_REAL_NOTICE")
    beside = Path(__file__).resolve().parents[4] / "shared" / "notices" / f"{NAME}.txt"
    return [path for path in ([Path(named)] if named else [beside]) if path.is_file()]


def shape(notice: Notice) -> dict[str, Any]:
    """Return a reading with every sentence as its hash."""
    packed = notice.to_json()
    packed["title"] = _hashed(packed["title"])
    packed["issuer"] = _hashed(packed["issuer"])
    for duty in packed["duties"]:
        duty["text"] = _hashed(duty["text"])
    for item in packed["items"]:
        item["headings"] = [_hashed(each) for each in item["headings"]]
        item["title"] = _hashed(item["title"])
        item["text"] = _hashed(item["text"])
        item["responsibility"]["raw"] = _hashed(item["responsibility"]["raw"])
    return packed


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
