"""Whole notices, frozen after they were read by eye."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from bot.sample import sample_departments, sample_notice
from handlers.notices import read_notice
from handlers.notices.coverage import unassigned
from handlers.notices.folding import fold
from storage.terms.notice import Notice
from tests.golden.notices.real import NAME, real_notices, shape

GOLDEN = Path(__file__).parents[1] / "golden" / "notices"


def _golden(name: str) -> object:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def test_the_sample_reads_as_frozen() -> None:
    assert read_notice(sample_notice()).notice.to_json() == _golden("sample")


def test_the_sample_has_what_a_year_needs() -> None:
    items = {item.number: item for item in read_notice(sample_notice()).notice.items}
    kinds = {deadline.kind for item in items.values() for deadline in item.deadlines}
    assert len(items) == 25
    assert kinds == {"date", "month", "recurring", "relative", "open"}
    assert [number for number, item in items.items() if not item.responsibility.names] == ["三/(三)/3"]


def test_every_name_of_the_sample_but_one_stands_in_its_register() -> None:
    register = tomllib.loads(sample_departments().decode())
    entries = register["departments"] + register["collectives"]
    known = {fold(name) for entry in entries for name in (entry["name"], *entry["aliases"])}
    items = read_notice(sample_notice()).notice.items
    named = {fold(name) for item in items for name in item.responsibility.names}
    assert named - known == {"市场监督局"}


def test_the_sample_register_has_twenty_departments_of_every_kind_with_names_of_their_own() -> None:
    register = tomllib.loads(sample_departments().decode())
    kinds = [entry["kind"] for entry in register["departments"]]
    names = [
        name
        for entry in register["departments"] + register["collectives"]
        for name in (entry["name"], *entry["aliases"])
    ]
    assert len(kinds) == 20
    assert set(kinds) == {"bureau", "township", "subdistrict", "institution", "external"}
    assert len(names) == len(set(names))


class TestRealNotice:
    """Collected where this machine has the notice."""

    __test__ = bool(real_notices())

    @pytest.fixture
    def path(self) -> Path:
        return real_notices()[0]

    def test_reads_as_frozen(self, path: Path) -> None:
        assert shape(read_notice(path.read_bytes()).notice) == _golden(NAME)

    def test_every_character_belongs_to_one_part(self, path: Path) -> None:
        reading = read_notice(path.read_bytes())
        assert unassigned(reading.text, reading.spans) == 0

    def test_reads_the_same_in_the_other_encoding_and_with_wide_marks(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        notice = read_notice(path.read_bytes()).notice
        assert read_notice(text.encode("gb18030")).notice == notice
        wide = text.translate(str.maketrans("(),;:<>", "（），；：〈〉"))
        assert [_plain(item) for item in _packed(read_notice(wide.encode()).notice)] == [
            _plain(item) for item in _packed(notice)
        ]

    def test_comes_back_from_json(self, path: Path) -> None:
        notice = read_notice(path.read_bytes()).notice
        assert Notice.from_json(json.loads(json.dumps(notice.to_json()))) == notice


def _packed(notice: Notice) -> list[str]:
    return [json.dumps(item.to_json(), ensure_ascii=False) for item in notice.items]


def _plain(packed: str) -> str:
    return fold(packed)
