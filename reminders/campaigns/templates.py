"""The templates that come with the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from reminders.campaigns.reading import read_template
from storage.terms.campaigns import Template


@cache
def shipped() -> Mapping[str, Template]:
    """Return every template by its name, which is that of its file."""
    folder = resources.files("reminders.campaigns").joinpath("templates")
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda f: f.name)
    return {
        name: read_template(file.read_bytes(), name)
        for file in files
        if (name := file.name.removesuffix(".toml"))
    }


def called(words: str) -> Template | None:
    """Return the template that words name: by its own words, or by a part of its title."""
    words = words.strip()
    for template in shipped().values():
        if words and (words in (template.name, template.title) or words in template.words):
            return template
    return None
