"""The catalogue: every sentence the bot says, in Chinese and in English, and how cards are worded.

``zh`` and ``en`` hold TOML files of dotted keys, one file per conversation; all are merged. A template
is text with fields in braces: ``{name}``, or ``{name:spec}`` where the spec is one of

- ``day`` (6月30日), ``day_year`` (2026年6月30日), ``moment`` (6月30日 09:00): for days and moments; a day of
  another year than the one it is said in names its year;
- ``list``: names joined as the language joins them;
- ``lines``: sentences, each on a line of its own;
- ``n``: a number as the language groups its digits;
- ``plural:one|many``: the word that goes with a number.

A value that is a text of the catalogue is worded in its turn. What people wrote is put in as it is: braces
in a value are never read as fields.
"""

from bot.texts.catalogue import Catalogue, CatalogueError

__all__ = ["Catalogue", "CatalogueError"]
