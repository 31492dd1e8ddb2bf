"""The settings: what .env.example shows is all there is, and a wrong one is named with what it should be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.environment import PREFIX, Environment, coordinators_of, look, read_environment
from bot.settings import MEGABYTE, FirstCoordinator, Settings
from bot.texts import Catalogue
from storage.terms.errors import Unreadable
from storage.terms.texts import Text

EXAMPLE = Path(__file__).parents[2] / ".env.example"
CATALOGUE = Catalogue.load(strict=True)

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a-secret_of-ours"
BOT, APP, SIGNING = "xoxb-1-top-secret", "xapp-1-top-secret", "signing-top-secret"
ON_TELEGRAM = {"TELEGRAM_TOKEN": TOKEN}
ON_SLACK = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)


def refused(*, serving: bool = True) -> str:
    """Return the sentences with which the settings are refused, in Chinese; English has the same."""
    with pytest.raises(Unreadable) as told:
        read_environment(serving=serving)
    sentences = CATALOGUE.render(told.value.text, "zh")
    in_english = CATALOGUE.render(told.value.text, "en")
    assert sentences.count("\n") == in_english.count("\n")
    assert re.findall(PREFIX + "[A-Z_]+", sentences) == re.findall(PREFIX + "[A-Z_]+", in_english)
    return sentences


# ---------------------------------------------------------------- the example


def shown() -> dict[str, str]:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def test_the_example_shows_every_setting_in_order_and_no_other() -> None:
    assert list(shown()) == [PREFIX + name.upper() for name in Environment.model_fields]


def test_what_the_example_shows_are_the_defaults() -> None:
    defaults = {
        PREFIX + name.upper(): "" if field.default is None else str(field.default)
        for name, field in Environment.model_fields.items()
    }
    assert {name: value.lower() for name, value in defaults.items()} == shown()


def test_the_example_is_read_as_what_holds_without_it(elsewhere: Path) -> None:
    plain = look()
    (elsewhere / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert look() == plain
    assert plain.environment.settings() == Settings()
    assert (plain.wrong, plain.strange) == ((), ())


def test_every_setting_has_words_of_its_own() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        if line.startswith(PREFIX):
            assert lines[at - 1].startswith("# "), line


@pytest.mark.parametrize("name", Environment.model_fields)
def test_a_value_of_the_example_is_one_that_is_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A default that would be refused if it were written out would lie."""
    value = shown()[PREFIX + name.upper()]
    if value:
        monkeypatch.setenv(PREFIX + name.upper(), value)
    assert look().wrong == ()


def test_the_addresses_are_those_of_the_platforms() -> None:
    from bot.platforms.slack.adapter import PATH
    from bot.platforms.slack.web import OFFICIAL
    from bot.platforms.telegram.connection import BASE_FILE_URL, BASE_URL

    given = Environment()
    assert (given.telegram_base_url, given.telegram_base_file_url) == (BASE_URL, BASE_FILE_URL)
    assert (given.slack_base_url, given.slack_path) == (OFFICIAL, PATH)


# ---------------------------------------------------------------- reading


def test_settings_come_from_the_file_and_the_environment_outranks_it(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = "TAIZHANG_LANGUAGE=EN\nTAIZHANG_FILE_LIMIT=5\nTAIZHANG_ANYONE_ANSWERS=true\nOTHER=1\n"
    (elsewhere / ".env").write_text(file, "utf-8-sig")
    written(monkeypatch, {"FILE_LIMIT": "6", "COORDINATORS": "telegram:42:王静，Slack:U1"})
    settings = read_environment().settings()
    assert (settings.language, settings.anyone_answers, settings.file_limit) == ("en", True, 6 * MEGABYTE)
    assert settings.coordinators == (
        FirstCoordinator("telegram", "42", "王静"),
        FirstCoordinator("slack", "U1", ""),
    )


def test_first_coordinators_are_read_with_and_without_names() -> None:
    assert coordinators_of("telegram:1:王静， slack : U2 ,") == (
        FirstCoordinator("telegram", "1", "王静"),
        FirstCoordinator("slack", "U2", ""),
    )
    assert coordinators_of(" , ") == ()


@given(st.text())
def test_first_coordinators_are_read_or_refused(words: str) -> None:
    try:
        found = coordinators_of(words)
    except ValueError:
        return
    assert all(each.platform and each.account for each in found)


def test_no_secret_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = "http://me:passwort@proxy.example:3128"
    secret = {"TELEGRAM_WEBHOOK_SECRET": SECRET, "SLACK_SIGNING_SECRET": SIGNING, "SLACK_PROXY": proxy}
    written(monkeypatch, {**ON_TELEGRAM, **ON_SLACK, **secret})
    given = read_environment()
    values = [TOKEN, SECRET, BOT, APP, SIGNING, proxy]
    assert sorted(given.secrets()) == sorted(values)
    assert [value for value in values if value in f"{given!r} {given} {given.model_dump_json()}"] == []
    secrets = [name for name in Environment.model_fields if isinstance(getattr(given, name), SecretStr)]
    assert len(secrets) == len(values)


def test_what_is_wrong_is_told_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    written(monkeypatch, {"TELEGRAM_TOKEN": "my-own-secret"})
    with pytest.raises(Unreadable) as told:
        read_environment()
    assert told.value.__context__ is None
    assert "my-own-secret" not in refused()


def test_a_file_in_another_encoding_is_told(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes("TAIZHANG_COORDINATORS=telegram:1:王静\n".encode("gb18030"))
    assert refused(serving=False).startswith(".env 不是 UTF-8 编码")


# ---------------------------------------------------------------- wrong values

WRONG = [
    ("LANGUAGE", "de", "只能写 zh、en 之一"),
    ("ANYONE_ANSWERS", "perhaps", "true 或 false"),
    ("COORDINATORS", "telegram", "平台:账号"),
    ("COORDINATORS", ":1", "平台:账号"),
    ("COORDINATORS", "telegram:", "平台:账号"),
    ("COORDINATORS", "telegram:@wang", "平台:账号"),
    ("COORDINATORS", "telegram:42,slack:wang", "平台:账号"),
    ("COORDINATORS", "wechat:42", "平台:账号"),
    ("FILE_LIMIT", "0", "1 到 50"),
    ("FILE_LIMIT", "51", "1 到 50"),
    ("FILE_LIMIT", "much", "1 到 50"),
    ("FILE_LIMIT", "1.5", "1 到 50"),
    ("FILE_LIMIT", "9" * 5000, "1 到 50"),
    ("TELEGRAM_TOKEN", "110201543", "@BotFather"),
    ("TELEGRAM_TOKEN", BOT, "@BotFather"),
    ("TELEGRAM_TOKEN", f"{TOKEN} x", "@BotFather"),
    ("TELEGRAM_MODE", "push", "polling、webhook"),
    ("TELEGRAM_WEBHOOK_SECRET", "short", "16 至 256"),
    ("TELEGRAM_WEBHOOK_SECRET", "a secret with blanks", "16 至 256"),
    ("TELEGRAM_WEBHOOK_SECRET", "x" * 257, "16 至 256"),
    ("TELEGRAM_WEBHOOK_URL", "bot.example.cn/telegram", "https://"),
    ("TELEGRAM_WEBHOOK_URL", "https://", "https://"),
    ("TELEGRAM_WEBHOOK_URL", "https://bot.example.cn:port/", "https://"),
    ("TELEGRAM_WEBHOOK_HOST", "http://127.0.0.1", "主机名"),
    ("TELEGRAM_WEBHOOK_PORT", "0", "1 到 65535"),
    ("TELEGRAM_WEBHOOK_PORT", "65536", "1 到 65535"),
    ("TELEGRAM_WEBHOOK_PATH", "telegram", "以 / 开头"),
    ("TELEGRAM_WEBHOOK_PATH", "/{path}", "以 / 开头"),
    ("TELEGRAM_PACE", "0", "1 到 1000"),
    ("TELEGRAM_BASE_URL", "http://127.0.0.1:8081", "以 /bot 结尾"),
    ("TELEGRAM_BASE_FILE_URL", "http://127.0.0.1:8081/bot", "以 /file/bot 结尾"),
    ("TELEGRAM_PROXY", "socks5://127.0.0.1:1080", "http://"),
    ("SLACK_BOT_TOKEN", APP, "xoxb-"),
    ("SLACK_APP_TOKEN", BOT, "xapp-"),
    ("SLACK_SIGNING_SECRET", "short", "Signing Secret"),
    ("SLACK_HOST", "a b", "主机名"),
    ("SLACK_PORT", "-1", "1 到 65535"),
    ("SLACK_PATH", "/slack?x", "以 / 开头"),
    ("SLACK_BASE_URL", "https://slack.com/api", "以 / 结尾"),
    ("SLACK_PROXY", "proxy:3128", "http://"),
    ("HEALTH_HOST", "*", "主机名"),
    ("HEALTH_PORT", "65536", "0 到 65535"),
    ("LOG_LEVEL", "loud", "debug、info、warning、error"),
    ("LOG_FORM", "xml", "plain、json"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_value_is_named_with_what_it_should_be(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(monkeypatch, {name: value})
    told = refused(serving=False)
    assert told.startswith(f"{PREFIX}{name} ")
    assert sentence in told
    assert "\n" not in told


def test_every_setting_that_can_be_wrong_was_tried() -> None:
    tried = {name.lower() for name, _, _ in WRONG}
    assert set(Environment.model_fields) - tried == {"database"}


RIGHT = [
    {"LANGUAGE": "EN", "LOG_LEVEL": "Debug", "LOG_FORM": "JSON"},
    {"TELEGRAM_TOKEN": f" {TOKEN} "},
    {"TELEGRAM_BASE_URL": "http://bots:8081/bot", "TELEGRAM_BASE_FILE_URL": "http://bots:8081/file/bot"},
    {"TELEGRAM_WEBHOOK_HOST": "::1", "SLACK_HOST": "slack-in.example.cn", "HEALTH_HOST": "0.0.0.0"},
    {"SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"},
    {"HEALTH_PORT": "0"},
    {"ANYONE_ANSWERS": "1", "FILE_LIMIT": " 50 "},
    {"TELEGRAM_PROXY": "http://me:passwort@proxy.example:3128", "SLACK_PROXY": "https://proxy"},
]


@pytest.mark.parametrize("values", RIGHT)
def test_a_right_value_is_taken(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    written(monkeypatch, values)
    assert look().wrong == ()


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    several = {"LANGUAGE": "de", "FILE_LIMIT": "0", "SLACK_APP_TOKEN": "x", "TELEGRAM_MODE": "webhook"}
    written(monkeypatch, several)
    told = refused().splitlines()
    assert [line.split()[0].removeprefix(PREFIX) for line in told] == [
        "LANGUAGE",
        "FILE_LIMIT",
        "SLACK_APP_TOKEN",
        "没有设置任何平台；请填写",
        "TELEGRAM_MODE",
        "TELEGRAM_MODE",
    ]


def test_what_is_wrong_is_not_called_missing_too(monkeypatch: pytest.MonkeyPatch) -> None:
    written(monkeypatch, {"TELEGRAM_TOKEN": "wrong"})
    assert refused().count("\n") == 0
    written(monkeypatch, {"TELEGRAM_TOKEN": TOKEN, "SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": "wrong"})
    assert refused().count("\n") == 0


# ---------------------------------------------------------------- contradictions

WEBHOOK = {**ON_TELEGRAM, "TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET}
SLACK_HTTP = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING}

CONTRADICTORY: list[tuple[dict[str, str], str]] = [
    ({}, "没有设置任何平台"),
    ({"SLACK_APP_TOKEN": APP}, "设置了 TAIZHANG_SLACK_APP_TOKEN，还应当设置 TAIZHANG_SLACK_BOT_TOKEN"),
    ({**ON_TELEGRAM, "SLACK_SIGNING_SECRET": SIGNING}, "还应当设置 TAIZHANG_SLACK_BOT_TOKEN"),
    ({"SLACK_BOT_TOKEN": BOT}, "Slack 还缺接收方式"),
    ({**ON_SLACK, "SLACK_SIGNING_SECRET": SIGNING}, "只能设置一个"),
    ({**ON_TELEGRAM, "TELEGRAM_MODE": "webhook"}, "还应当设置 TAIZHANG_TELEGRAM_WEBHOOK_SECRET"),
    (
        {**ON_SLACK, "TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": SECRET},
        "还应当设置 TAIZHANG_TELEGRAM_TOKEN",
    ),
    ({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "http://bot.example.cn/telegram"}, "应当以 https:// 开头"),
    ({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "https://bot.example.cn:9000/"}, "443、80、88 或 8443"),
    ({**ON_TELEGRAM, "TELEGRAM_BASE_URL": "http://bots:8081/bot"}, "应当指向同一台服务器"),
    ({**ON_TELEGRAM, "TELEGRAM_BASE_FILE_URL": "http://bots:8081/file/bot"}, "应当指向同一台服务器"),
    ({**WEBHOOK, "HEALTH_PORT": "8443"}, "同一个端口"),
    ({**SLACK_HTTP, "SLACK_PORT": "8086", "SLACK_HOST": "0.0.0.0"}, "同一个端口"),
    ({**WEBHOOK, **SLACK_HTTP, "SLACK_PORT": "8443"}, "同一个端口"),
]


@pytest.mark.parametrize(("values", "sentence"), CONTRADICTORY)
def test_what_does_not_fit_together_is_told_to_what_serves(
    values: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(monkeypatch, values)
    told = refused()
    assert sentence in told
    assert "\n" not in told
    read_environment()


FITTING: list[dict[str, str]] = [
    ON_TELEGRAM,
    ON_SLACK,
    SLACK_HTTP,
    WEBHOOK,
    {**ON_TELEGRAM, **ON_SLACK},
    {**WEBHOOK, **SLACK_HTTP},
    {**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "https://bot.example.cn/telegram"},
    {**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "https://bot.example.cn:8443/telegram"},
    {
        **WEBHOOK,
        "TELEGRAM_WEBHOOK_URL": "http://bot:9000/",
        "TELEGRAM_BASE_URL": "http://bots:8081/bot",
        "TELEGRAM_BASE_FILE_URL": "http://bots:8081/file/bot",
    },
    {**WEBHOOK, "HEALTH_PORT": "8443", "HEALTH_HOST": "127.0.0.2"},
    {**ON_TELEGRAM, "HEALTH_PORT": "8443"},
    {**ON_SLACK, "SLACK_PORT": "8086"},
]


@pytest.mark.parametrize("values", FITTING)
def test_what_fits_together_is_served(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    written(monkeypatch, values)
    read_environment(serving=True)
    assert look().strange == ()


# ---------------------------------------------------------------- without effect


def strange() -> list[str]:
    def words(each: Text) -> str:
        assert CATALOGUE.render(each, "en")
        return CATALOGUE.render(each, "zh")

    return [words(each) for each in look().strange]


STRANGE: list[tuple[dict[str, str], str]] = [
    (
        {"TELEGRAM_TOKN": "x"},
        "TAIZHANG_TELEGRAM_TOKN 不是本程序的设置，不起作用；是不是 TAIZHANG_TELEGRAM_TOKEN？",
    ),
    ({"ZZZ": "x"}, "TAIZHANG_ZZZ 不是本程序的设置，不起作用。"),
    (
        {"TELEGRAM_WEBHOOK_SECRET": SECRET},
        "TAIZHANG_TELEGRAM_WEBHOOK_SECRET 只在 TAIZHANG_TELEGRAM_MODE 是 webhook",
    ),
    ({"COORDINATORS": "telegram:1,slack:U1,slack:U2"}, "没有设置 TAIZHANG_SLACK_BOT_TOKEN"),
]


@pytest.mark.parametrize(("values", "sentence"), STRANGE)
def test_what_has_no_effect_is_told_and_refused_by_nothing(
    values: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(monkeypatch, {**ON_TELEGRAM, **values})
    read_environment(serving=True)
    (told,) = strange()
    assert sentence in told


def test_an_unknown_name_in_the_file_is_told_whatever_its_case(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("taizhang_languag=en\nTAIZHANG_language=en\n", "utf-8")
    (told,) = strange()
    assert "TAIZHANG_LANGUAG " in told
    assert read_environment().language == "en"


@given(
    st.dictionaries(st.sampled_from(sorted(Environment.model_fields)), st.text("\t aZ09:/.-_王", max_size=12))
)
def test_whatever_is_written_is_read_or_named(values: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written(patch, {name.upper(): value for name, value in values.items()})
        looked = look()
        for each in (*looked.wrong, *looked.contradictory, *looked.strange):
            assert CATALOGUE.render(each, "zh") != CATALOGUE.render(each, "en")
