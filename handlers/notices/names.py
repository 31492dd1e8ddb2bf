"""Read a responsibility clause: which names lead, which are responsible, which support.

The words for roles are tables in :mod:`handlers.notices.role_words`: a new way of saying who
leads is a new word there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from handlers.notices import role_words as words
from handlers.notices.deadlines import is_limit_only
from handlers.notices.folding import fold, pairs, split_outside, squeeze
from handlers.notices.name_lists import complete, split_names
from handlers.notices.role_words import Role
from storage.terms.notice import Responsibility


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """Who leads where a clause does not say: the first, or all before the comma; and what the rest are."""

    leads: Literal["first", "comma"]
    rest: Literal["responsible", "support"] = "responsible"


"""Who leads where a document says so once: the first one named, or all before the first comma."""

_ROLES: tuple[Role, ...] = ("lead", "responsible", "support")
_MOST_WORDS_BEHIND = 12
_LONGEST_NAME = 30
_MOST_UNKNOWN = 16


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as read: the names by role, and the parts of it that are time limits."""

    responsibility: Responsibility
    limits: tuple[str, ...]
    named_role: bool

    @property
    def is_plain(self) -> bool:
        """Whether a name looks like that of a body, and all of them do where no role is named."""
        names = self.responsibility.names
        bodies = [name for name in names if looks_like_body(name)]
        return bool(bodies) and (self.named_role or len(bodies) == len(names))

    @property
    def is_sure(self) -> bool:
        """Whether a role is named and every name looks like that of a body."""
        names = self.responsibility.names
        return self.named_role and bool(names) and all(map(looks_like_body, names))

    @property
    def is_likely(self) -> bool:
        """Whether a role is named, most names look like those of bodies, and the others may be."""
        names = self.responsibility.names
        sure = sum(map(looks_like_body, names))
        return self.named_role and sure * 2 >= max(len(names), 1) and all(map(_may_be_body, names))


@dataclass(frozen=True, slots=True)
class _Part:
    """One group of a clause: a role said in front, a role said behind, the names between."""

    names: list[str]
    helpers: list[str] = field(default_factory=list)
    label: Role | None = None
    role: Role | None = None


@dataclass(slots=True)
class _Roles:
    """The names met so far, each with its highest role; ``waiting`` have none yet."""

    given: dict[str, Role] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    label: Role | None = None
    named: bool = False

    def take(self, part: _Part) -> None:
        """Give the names of a part the role of that part, or of the next or last one that has any."""
        self.named = self.named or part.label is not None or part.role is not None
        if part.role is not None:
            self._give([*self.waiting, *part.names], part.role)
            self.waiting, self.label = [], None
        else:
            self.label = part.label or self.label
            if self.label is None:
                self.waiting += part.names
            else:
                self._give(part.names, self.label)
        self._give(part.helpers, "support")

    def finish(self) -> None:
        """Whoever is named without any role is responsible."""
        self._give(self.waiting, "responsible")

    def having(self, role: Role) -> tuple[str, ...]:
        """Return the names with a role, in the order of the clause."""
        return tuple(name for name, given in self.given.items() if given == role)

    def _give(self, names: list[str], role: Role) -> None:
        for printed in names:
            name, given = _role_of(printed) or (printed, role)
            if words.RANK[given] < words.RANK[self.given.get(name, "nobody")] or name not in self.given:
                self.given[name] = given


def _role_of(name: str) -> tuple[str, Role] | None:
    """Read a role that stands in a bracket behind a single name: 市教育局（牵头）."""
    said = words.ROLE_OF_NAME.search(fold(name))
    if said is None:
        return None
    return name[: said.start()], {"责任": "responsible", **dict(words.ROLES)}[said["role"]]


def _may_be_body(name: str) -> bool:
    return (
        len(name) <= _MOST_UNKNOWN
        and not words.NO_NAME.search(fold(name))
        and not words.NOT_A_CLAUSE.match(name)
    )


def read_names(clause: str) -> Responsibility:
    """Read a clause, with or without its bracket, as printed in a notice or typed by a person.

    Names come as printed without spaces. Without 牵头 everyone named is responsible; a name
    in two roles keeps the higher one. 等 and 按职责分工 are no names.
    """
    return read_clause(clause).responsibility


def read_clause(printed: str, rule: Rule | None = None) -> Clause:
    """Read a clause with its time limits; ``rule`` says who leads where the clause itself does not."""
    text = squeeze(printed).strip("。;；")
    folded = fold(text)
    if folded[:1] in ("(", "[") and pairs(folded)[:1] == [(0, len(folded) - 1)]:
        text = text[1:-1].strip("。;；")
        folded = fold(text)
    for opener, closer in reversed(pairs(folded)):
        if words.RULE.search(folded, opener, closer):
            text, folded = text[:opener] + text[closer + 1 :], folded[:opener] + folded[closer + 1 :]
    roles = _Roles()
    limits: list[str] = []
    groups: list[list[str]] = []
    prefix = ""
    for part in _parts(text, folded):
        if is_limit_only(part):
            limits.append(part)
        elif not words.RULE.search(fold(part)):
            read = _read_part(part)
            prefix = complete(read.names, prefix)
            prefix = complete(read.helpers, prefix)
            groups.append(read.names)
            roles.take(read)
    roles.finish()
    lead, responsible, support = (roles.having(role) for role in _ROLES)
    starred = {bare for name in roles.given if (bare := _unstar(name)) != name}
    if starred:
        everyone = tuple(dict.fromkeys(map(_unstar, lead + responsible)))
        support = tuple(map(_unstar, support))
        lead = tuple(name for name in everyone if name in starred)
        responsible = tuple(name for name in everyone if name not in starred)
    elif rule and not lead and responsible:
        first = responsible[:1] if rule.leads == "first" else tuple(groups[0]) if groups else ()
        lead = tuple(name for name in responsible if name in first)
        responsible = tuple(name for name in responsible if name not in first)
        if rule.rest == "support":
            responsible, support = (), (*responsible, *support)
    return Clause(Responsibility(text, lead, responsible, support), tuple(limits), roles.named)


def _unstar(name: str) -> str:
    return name.strip(words.STARS)


def looks_like_body(name: str) -> bool:
    """Say whether a name ends as names of offices, towns and collectives do."""
    folded = fold(name)
    if words.NO_NAME.search(folded) or len(folded) > _LONGEST_NAME:
        return False
    bracket = next(iter(pairs(folded)), None)
    bare = folded[: bracket[0]] if bracket and bracket[1] == len(folded) - 1 else folded
    return len(bare) > 1 and bare.endswith(words.BODIES)


def read_standing(sentence: str) -> tuple[str, ...]:
    """Return who is declared once for every item (以下均需…落实，不再列出), or nobody."""
    text = squeeze(sentence)
    folded = fold(text)
    end = words.STANDING_ENDS.search(folded)
    match = words.STANDING.search(folded[: end.start()]) if end else None
    if match is None:
        return ()
    return tuple(split_names(text[match.start("names") : match.end("names")]))


def _parts(text: str, folded: str) -> Iterator[str]:
    for start, end in split_outside(folded, ",;。"):
        done = start
        for cut in words.LEAD_INSIDE.finditer(folded[start:end]):
            if done < start + cut.end():
                yield text[done : start + cut.end()]
                done = start + cut.end()
        yield text[done:end]


def _read_part(part: str) -> _Part:
    folded = fold(part)
    for pattern, label in words.LABELS:
        if match := pattern.match(folded):
            body, role = ("", None) if label == "nobody" else _strip_role(part[match.end() :])
            return _Part(split_names(body), label=label, role=role)
    body, role = _strip_role(part)
    if (together := words.TOGETHER.search(body)) and together.end() < len(body):
        before, after = split_names(body[: together.start()]), split_names(body[together.end() :])
        return _Part(before, after, role=role or "responsible")
    return _Part(split_names(body), role=role)


def _strip_role(part: str) -> tuple[str, Role | None]:
    """Cut the words for a role and the filler around them from the end of a part."""
    found: Role | None = None
    body = fold(part)
    for _ in range(_MOST_WORDS_BEHIND):
        word, role = _last_word(body)
        if not word:
            break
        body = body.removesuffix(word)
        if role is not None and (found is None or words.RANK[role] < words.RANK[found]):
            found = role
    if found is not None:
        return part[: len(body)], found
    if inside := words.ROLE_INSIDE.search(fold(part)):
        return part[: inside.start()], dict(words.ROLES)[inside["role"]]
    if duty := words.DUTY_INSIDE.search(fold(part)):
        return part[: duty.start()], "responsible"
    return part, None


def _last_word(body: str) -> tuple[str, Role | None]:
    for word, role in words.ROLES:
        if body.endswith(word):
            return word, role
    return next((word for word in words.FILLER if body.endswith(word)), ""), None
