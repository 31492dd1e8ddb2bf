"""The words of office files (docx, xlsx, pptx), only to be looked at for what may not be kept."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

MOST_UNPACKED = 32 * 1024 * 1024
"""A file that swells beyond this is looked at no further."""

_WRITTEN = re.compile(r"(?:word|xl|ppt|docProps)/[^\\]*\.xml", re.IGNORECASE)
_BORDER = re.compile(rb"</(?:\w+:)?(?:p|si|c|row|tr)>")
_TAG = re.compile(rb"<[^>]*>")


def words_in(content: bytes) -> Iterator[str]:
    """Yield the words of an office file part by part; nothing of what is none, locked or broken.

    Words in several fonts stand in several tags: those of a paragraph are put together.
    """
    if not content.startswith(b"PK"):
        return
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                left -= part.file_size
                if left < 0:
                    return
                if _WRITTEN.fullmatch(part.filename):
                    markup = archive.read(part)
                    yield _TAG.sub(b"", _BORDER.sub(b"\n", markup)).decode("utf-8", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        return
