"""Letters as documents, written by a template that an office can edit in Word.

A template names its fields in double braces; what may stand in them is said by whoever asks for the letter.
It comes from people, so it runs in a sandbox and may not grow out of bounds when it is unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from storage.terms.errors import Unreadable
from storage.terms.letters import LetterKind

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

LARGEST = 1024 * 1024
LARGEST_UNPACKED = 20 * LARGEST

Fields = Mapping[str, Any]
"""Name of a field → words, or a list of such mappings for the rows of a table."""

_NAME = re.compile(r"'([^']*)'[^']*$")


@cache
def shipped(kind: LetterKind) -> bytes:
    """Return the template of a kind of letter that comes with the program."""
    return resources.files("storage.documents").joinpath("templates", f"{kind}.docx").read_bytes()


def write(template: bytes, fields: Fields) -> bytes:
    """Write a letter. Raises :class:`Unreadable` where the template asks for what nobody knows."""
    from docxtpl import DocxTemplate
    from jinja2.exceptions import SecurityError, TemplateError, UndefinedError

    try:
        document = DocxTemplate(BytesIO(template))
        document.render(dict(fields), _sandbox())
        written = BytesIO()
        document.save(written)
    except UndefinedError as error:
        raise Unreadable("letter.field", field=_field(error)) from error
    except (TemplateError, SecurityError) as error:
        raise Unreadable("letter.template", reason=str(error)) from error
    return written.getvalue()


def check(template: bytes, fields: Fields) -> None:
    """Refuse a template that is no Word document, is too large, or has fields that nobody fills."""
    if len(template) > LARGEST:
        raise Unreadable("letter.large", megabytes=LARGEST // 1024 // 1024)
    try:
        with ZipFile(BytesIO(template)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
            if "word/document.xml" not in archive.namelist():
                raise Unreadable("letter.no_docx")
    except BadZipFile as error:
        raise Unreadable("letter.no_docx") from error
    if unpacked > LARGEST_UNPACKED:
        raise Unreadable("letter.large", megabytes=LARGEST // 1024 // 1024)
    write(template, fields)


def _sandbox() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _field(error: Exception) -> str:
    """Return the name of the field that an error speaks of."""
    found = _NAME.search(str(error)) or re.search(r"'([^']*)'", str(error))
    return found[1] if found else str(error)
