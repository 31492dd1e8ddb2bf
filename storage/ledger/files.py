"""Files that came in or were made, kept by content."""

from __future__ import annotations

from hashlib import sha256

from storage.records import StoredFile
from storage.unit import Unit

NAME_LENGTH = 200


async def keep(unit: Unit, *, name: str, mime: str, content: bytes) -> StoredFile:
    """Keep a file; the same content under the same name is kept once."""
    digest = sha256(content).hexdigest()
    known = await unit.first(StoredFile.filter(digest=digest, name=name[-NAME_LENGTH:]))
    if known is not None:
        return known
    return unit.add(
        StoredFile(
            digest=digest,
            name=name[-NAME_LENGTH:],
            mime=mime[:120],
            size=len(content),
            content=content,
            created_at=unit.now,
        )
    )


async def kept(unit: Unit, number: int) -> StoredFile:
    """Return a file of the ledger. Raises LookupError when there is none."""
    return await unit.get(StoredFile, number)
