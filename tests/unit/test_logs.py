"""The log: one line per event, with no secret in it and no words that people wrote."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import faults, logs

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
OTHER = "987654321:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SIGNING = "0123456789abcdef0123456789abcdef"
PROXY = "http://office:passwort@proxy.example:3128"
SECRETS = (TOKEN, SIGNING, PROXY)
WORDS = "王静的身份证号"

ours = logging.getLogger("bot.somewhere")
theirs = logging.getLogger("library.somewhere")


class Log(io.StringIO):
    @property
    def lines(self) -> list[str]:
        return self.getvalue().splitlines()


@pytest.fixture
def log() -> Iterator[Log]:
    to = Log()
    with logs.written(to, "debug", "plain", SECRETS):
        yield to


def fails() -> None:
    raise RuntimeError(WORDS)


def failed() -> RuntimeError:
    with pytest.raises(RuntimeError) as told:
        fails()
    return told.value


# ---------------------------------------------------------------- form


def test_a_line_says_when_how_bad_where_and_what(log: Log) -> None:
    ours.warning("Message %d to %s", 7, "nobody")
    (line,) = log.lines
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00 WARNING bot\.somewhere: Message 7 to nobody", line
    )


def test_an_event_is_one_line_whatever_it_holds(log: Log) -> None:
    ours.info("a\nb\r\x1b[31m\u2028c\u200b 台账")
    assert log.getvalue().count("\n") == 1
    assert log.getvalue().rstrip("\n").endswith(r"a\nb\r\x1b[31m\u2028c\u200b 台账")


def test_json_says_the_same() -> None:
    to = Log()
    with logs.written(to, "info", "json", SECRETS):
        ours.error('a\nb "%s" %s', "c", TOKEN, exc_info=failed())
    (line,) = to.lines
    told = json.loads(line)
    assert list(told) == ["time", "level", "logger", "message"]
    assert (told["level"], told["logger"]) == ("ERROR", "bot.somewhere")
    assert told["message"].startswith('a\nb "c" ***: RuntimeError at tests/unit/test_logs.py:')


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_the_level_is_of_our_own_lines(level: str, told: list[str]) -> None:
    to = Log()
    with logs.written(to, level, "plain", ()):
        for name in ("debug", "info", "warning", "error"):
            getattr(ours, name)(name)
    assert [line.rsplit(" ", 1)[1] for line in to.lines] == told


def test_of_libraries_only_warnings_are_told_whatever_their_own_level(log: Log) -> None:
    theirs.setLevel(logging.DEBUG)
    try:
        for say in (theirs.debug, theirs.info, theirs.warning):
            say("sent: %s", WORDS if say != theirs.warning else "nothing")
    finally:
        theirs.setLevel(logging.NOTSET)
    (line,) = log.lines
    assert line.endswith("WARNING library.somewhere: sent: nothing")


def test_slow_calls_are_not_told_with_their_values(log: Log) -> None:
    logging.getLogger("asyncio").warning("Executing %s took %.3f seconds", f"<Handle say({WORDS})>", 0.2)
    logging.getLogger("asyncio").error("broken")
    (line,) = log.lines
    assert line.endswith("ERROR asyncio: broken")


def test_a_line_whose_values_do_not_fit_is_still_a_line(
    log: Log, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test runner's own reader of the log would end the test.
    own = [each for each in logging.getLogger().handlers if type(each).__module__ == logs.__name__]
    monkeypatch.setattr(logging.getLogger(), "handlers", own)
    ours.error("%d of %d", WORDS, 2)
    (line,) = log.lines
    assert line.endswith("%d of %d (its values do not fit)")
    assert capsys.readouterr().err == ""


def test_a_log_that_cannot_be_written_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    to = Log()
    with logs.written(to, "info", "plain", ()):
        to.close()
        ours.error(WORDS)
    assert capsys.readouterr().err == ""


def test_everything_is_as_before_afterwards(log: Log) -> None:
    root = logging.getLogger()
    before = (
        sys.excepthook,
        sys.unraisablehook,
        threading.excepthook,
        root.level,
        [*root.handlers],
        ours.level,
    )
    with logs.written(Log(), "error", "json", ()):
        pass
    assert before == (
        sys.excepthook,
        sys.unraisablehook,
        threading.excepthook,
        root.level,
        root.handlers,
        ours.level,
    )


# ---------------------------------------------------------------- secrets

SLIPS = [
    TOKEN,
    f"https://api.telegram.org/bot{TOKEN}/getMe",
    TOKEN.replace(":", "%3A"),
    TOKEN.partition(":")[2],
    SIGNING,
    PROXY,
    "passwort",
    OTHER,
    f"bot{OTHER}/sendMessage",
    OTHER.replace(":", "%3A"),
    "xoxb-12-34-abcDEF",
    "xoxe.xoxp-1-abc",
    "xapp-1-A1-2-abc",
    "wss://wss.example/link?ticket=abc-def&app_id=1",
    "https://hooks.slack.com/actions/T1/2/abcdef",
    "Authorization: Bearer abc.def",
]


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("form", ["plain", "json"])
def test_a_secret_is_not_told_though_it_slipped_into_a_message(slip: str, form: logs.Form) -> None:
    to = Log()
    with logs.written(to, "info", form, SECRETS):
        ours.error("so: %s!", slip)
        theirs.warning(slip)
        ours.error("so", exc_info=RuntimeError(slip))
    hidden = ("AAHdq", "BBHdq", SIGNING, "passwort", "abc")
    assert [each for each in hidden if each in to.getvalue()] == []
    assert "***" in to.lines[0]


@given(st.text(), st.sampled_from(SECRETS), st.text())
def test_a_secret_is_found_wherever_it_stands(before: str, secret: str, after: str) -> None:
    assert secret not in logs.redaction(SECRETS)(before + secret + after)


@given(st.from_regex(r"[a-zA-Z 台账:0-9]{0,5}"))
def test_what_is_no_secret_stays(words: str) -> None:
    assert logs.redaction(SECRETS)(words) == words


def test_without_secrets_nothing_is_lost() -> None:
    assert (
        logs.redaction(())("发改局 3 of 7, chat -1001500000001:7") == "发改局 3 of 7, chat -1001500000001:7"
    )


# ---------------------------------------------------------------- faults


def test_of_a_fault_its_kind_and_places_are_told_and_none_of_its_words(log: Log) -> None:
    try:
        fails()
    except RuntimeError:
        ours.exception("It failed")
    (line,) = log.lines
    assert re.search(
        r": It failed: RuntimeError at tests/unit/test_logs\.py:\d+ > tests/unit/test_logs\.py:\d+$", line
    )


def test_a_group_of_faults_names_each(log: Log) -> None:
    group = ExceptionGroup("several", [failed(), ExceptionGroup("more", [KeyError(WORDS), failed()])])
    ours.error("It failed", exc_info=group)
    (line,) = log.lines
    assert line.count("RuntimeError at") == 2
    assert line.count("KeyError") == 1
    assert WORDS not in line
    assert faults.where(KeyError(WORDS)) == "KeyError"


async def test_what_nobody_awaits_is_told_so(log: Log) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.in_loop)
    called = asyncio.Event()

    async def fails_later() -> None:
        fails()

    def call(words: str) -> None:
        loop.call_soon(called.set)
        fails()

    task = asyncio.create_task(fails_later())
    await asyncio.wait({task})
    del task
    gc.collect()
    loop.call_soon(call, WORDS)
    await called.wait()
    loop.call_exception_handler({"message": "The transport broke"})
    one, two, three = log.lines
    assert "bot.logs: Task exception was never retrieved: RuntimeError at " in one
    assert (
        "bot.logs: Exception in callback test_what_nobody_awaits_is_told_so.<locals>.call: RuntimeError"
        in two
    )
    assert three.endswith("ERROR bot.logs: The transport broke")
    assert WORDS not in log.getvalue()


def test_what_nobody_catches_is_told_so(log: Log) -> None:
    class Left:
        def __del__(self) -> None:
            fails()

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    left: Any = Left()
    del left
    gc.collect()
    sys.excepthook(RuntimeError, failed(), None)
    told = [line.partition("bot.logs: ")[2].partition(": ")[0] for line in log.lines]
    assert told == [
        "A thread did not catch a fault",
        "Something left behind did not catch a fault",
        "The program did not catch a fault",
    ]
    assert WORDS not in log.getvalue()


def test_warnings_come_into_the_log(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("this will change", stacklevel=1)
    (line,) = log.lines
    assert "WARNING py.warnings: " in line
    assert "this will change" in line
