"""What may be read of a packed office file: only the parts asked for, none that swells, no entities."""

from __future__ import annotations

import io
import zipfile
import zlib

from storage.terms.errors import Unreadable

MOST_PARTS = 2_000
MOST_UNPACKED = 24 * 1024 * 1024
MOST_TAGS = 1_200_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)


def names_of(data: bytes) -> frozenset[str]:
    """Return the names of the parts; none where it is no archive.

    Raises:
        Unreadable: ``notice_swells``, ``notice_locked``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except _BROKEN:
        return frozenset()
    if len(parts) > MOST_PARTS:
        raise Unreadable("notice_swells")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("notice_locked")
    return frozenset(part.filename for part in parts)


def part_of(data: bytes, name: str) -> bytes:
    """Return one part of the archive as it stands unpacked; empty where there is none.

    Raises:
        Unreadable: ``notice_swells``, ``notice_entities``, ``notice_corrupt``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if name not in archive.namelist():
                return b""
            if archive.getinfo(name).file_size > MOST_UNPACKED:
                raise Unreadable("notice_swells")
            with archive.open(name) as part:
                markup = part.read(MOST_UNPACKED + 1)
    except _BROKEN as error:
        raise Unreadable("notice_corrupt") from error
    if len(markup) > MOST_UNPACKED or markup.count(b"<") > MOST_TAGS:
        raise Unreadable("notice_swells")
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup or b"\x00" in markup:
        raise Unreadable("notice_entities")
    return markup
