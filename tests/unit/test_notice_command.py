"""``taizhang notice parse`` as a person meets it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands import notice
from bot.sample import sample_notice
from handlers.notices import LARGEST, read_notice


def run(file: Path, *, as_json: bool = False, coverage: bool = False) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = notice.run(file, as_json, coverage, out, err)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    file = tmp_path / "要点.txt"
    file.write_bytes(sample_notice())
    return file


def test_the_listing_names_items_roles_limits_duties_and_doubts(sample: Path) -> None:
    status, out, err = run(sample)
    assert (status, err) == (0, "")
    for words in (
        *(
            "云政办发〔2026〕8号",
            "一/(一)/1　做好规划信息公开",
            "牵头　发改局",
            "配合　教育局",
            "6月底前（2026-06-30）",
        ),
        *(
            "每半年（循环）",
            "长期坚持（长期）",
            "自“文件印发”起算",
            "（未写明）",
            "· 各单位要对照本要点",
            "第46行",
        ),
    ):
        assert words in out


def test_json_is_the_contract_and_nothing_else(sample: Path) -> None:
    status, out, err = run(sample, as_json=True)
    assert (status, err) == (0, "")
    assert json.loads(out) == read_notice(sample_notice()).notice.to_json()


def test_coverage_is_shown_and_beside_json_goes_to_the_other_stream(sample: Path) -> None:
    _, alone, _ = run(sample, coverage=True)
    assert "无遗漏，无重复" in alone
    _, out, err = run(sample, as_json=True, coverage=True)
    assert json.loads(out)
    assert err == alone


def test_the_listing_says_what_days_count_from(tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(
        "某市工作要点\n1.甲在5个工作日内答复，并在本通知印发后10个工作日内公布。（甲局负责）",
        encoding="utf-8",
    )
    _, out, _ = run(file)
    assert "5个工作日内（起算日未写明）" in out
    assert "印发后10个工作日内（自本通知起算）" in out


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空文件"),
        (b"\x00\x01\x02" * 50, "不是文本文件"),
        (b"x" * (LARGEST + 1), "超过 1 MB"),
        ("今天天气很好。".encode(), "不像一份工作要点通知"),
        ("1.甲\n".encode() * 6000, "编号超过"),
    ],
)
def test_a_file_that_is_no_notice_gets_one_sentence_and_status_two(
    tmp_path: Path, data: bytes, says: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    status, out, err = run(file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert str(file) in err


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as huge:
        huge.truncate(50_000_000)
    _fail_to_open(monkeypatch, file, AssertionError("the file was opened"))
    assert run(file)[0] == 2


def _fail_to_open(monkeypatch: pytest.MonkeyPatch, file: Path, failure: BaseException) -> None:
    really_open = Path.open

    def open_or_fail(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path == file:
            raise failure
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_or_fail)


def test_an_endless_device_is_refused() -> None:
    assert run(Path("/dev/zero"))[0] == 2


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    assert "找不到文件" in run(tmp_path / "none.txt")[2]
    assert "文件夹" in run(tmp_path)[2]


def test_a_file_that_cannot_be_read_gets_a_sentence(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_to_open(monkeypatch, sample, PermissionError())
    assert "没有权限" in run(sample)[2]
