"""Settings: how each is read, where it is told, and that all tell the same."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest

from catcher import options
from catcher.env import Address, Setting, SettingError, address, boolean, count, folder, seconds, size, words
from catcher.options import BY_NAME, SETTINGS, credentials

ROOT = Path(__file__).resolve().parents[2]
SECRET = Setting("token", str, "", "a secret", secret=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:1025", Address("127.0.0.1", 1025)),
        ("1025", Address("127.0.0.1", 1025)),
        (" localhost:0 ", Address("localhost", 0)),
        ("[::1]:25", Address("::1", 25)),
        ("::1:25", Address("::1", 25)),
    ],
)
def test_address(text: str, expected: Address) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", ["", ":", "localhost", "localhost:", ":25", "a:b", "a:-1", "a:65536", "a:²", "[]:25"])
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        address(text)


def test_an_address_is_written_as_it_is_read() -> None:
    for text in ("127.0.0.1:1025", "[::1]:25", "localhost:0"):
        assert str(address(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"), [("yes", True), ("ON", True), ("1", True), ("no", False), ("", False), ("Off", False)]
)
def test_boolean(text: str, expected: bool) -> None:
    assert boolean(text) is expected


def test_no_boolean() -> None:
    with pytest.raises(ValueError, match="yes or no"):
        boolean("maybe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("4096", 4096), ("8k", 8192), ("8 KiB", 8192), ("50m", 52_428_800), ("1.5G", 1_610_612_736), ("7b", 7)],
)
def test_size(text: str, expected: int) -> None:
    assert size(text) == expected


@pytest.mark.parametrize("text", ["", "m", "-1", "1t", "1e6", "much"])
def test_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="50m"):
        size(text)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "many"])
def test_no_count(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        count(text)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e9", "soon"])
def test_no_seconds(text: str) -> None:
    with pytest.raises(ValueError, match="seconds above 0"):
        seconds(text)


def test_words() -> None:
    assert words(" mail.test, ,sandpost.test ") == ["mail.test", "sandpost.test"]
    assert words("") == []


def test_folder_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert folder("~/mail") == folder("mail") == tmp_path / "mail"


def test_credentials() -> None:
    assert credentials("any") is None
    assert credentials("ada:a:b") == ("ada", "a:b")
    for text in ("ada", ":secret", ""):
        with pytest.raises(ValueError, match="USER:PASSWORD"):
            credentials(text)


def test_the_variable_goes_before_the_default() -> None:
    smtp = BY_NAME["smtp"]
    assert smtp.value({}) == address(smtp.default)
    assert smtp.value({"SANDPOST_SMTP": "127.0.0.1:2525"}) == Address("127.0.0.1", 2525)


def test_a_wrong_value_names_the_setting_and_what_would_be_right() -> None:
    with pytest.raises(SettingError, match=r"SANDPOST_IDLE_TIMEOUT \(--idle-timeout\): 'soon' .* seconds above 0"):
        BY_NAME["idle_timeout"].value({"SANDPOST_IDLE_TIMEOUT": "soon"})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    assert SECRET.value({"SANDPOST_TOKEN_FILE": str(file), "SANDPOST_TOKEN": "other"}) == "s3cret"
    with pytest.raises(SettingError, match="SANDPOST_TOKEN_FILE"):
        SECRET.value({"SANDPOST_TOKEN_FILE": str(tmp_path / "nonesuch")})


def test_only_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    assert BY_NAME["hostname"].value({"SANDPOST_HOSTNAME_FILE": str(tmp_path)}) == "sandpost"


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(SettingError) as caught:
        BY_NAME["smtp_login"].value({"SANDPOST_SMTP_LOGIN": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_each_is_declared_well(setting: Setting) -> None:
    setting.value({})  # the default can be used
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", setting.name)
    assert setting.is_flag == (setting.metavar == "")
    assert not setting.is_flag or setting.value({}) is False  # an option can only switch it on
    assert setting.help
    assert not setting.help.endswith(".")


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(SETTINGS)


def test_options_go_into_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"SANDPOST_HOSTNAME": "before", "SANDPOST_MAX_ERRORS": "3"}
    monkeypatch.setattr(os, "environ", environ)
    options.take_options(["--hostname", "after", "--memory", "--keep-days=7", "something", "--else"])
    assert environ == {
        "SANDPOST_HOSTNAME": "after",
        "SANDPOST_MAX_ERRORS": "3",
        "SANDPOST_MEMORY": "yes",
        "SANDPOST_KEEP_DAYS": "7",
    }


def test_an_option_without_its_value_is_left_to_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", environ := dict[str, str]())
    options.take_options(["--hostname"])
    assert environ == {}


def test_help_has_each_setting_with_its_default() -> None:
    parser = argparse.ArgumentParser(prog="sandpost")
    options.add_options(parser)
    text = " ".join(parser.format_help().split())
    for setting in SETTINGS:
        default = "" if setting.is_flag else f" [{setting.default}]"
        assert " ".join(f"{setting.help}{default} ({setting.variable})".split()) in text


def test_the_readme_has_the_same_settings() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    told = "\n".join(line for line in lines if "| `SANDPOST_" in line)
    assert told == "\n".join(_row(setting) for setting in SETTINGS)  # the lines that README.md should have


def _row(setting: Setting) -> str:
    option = f"{setting.option} {setting.metavar}".rstrip()
    shown = f"`{setting.default}`" if setting.default else ""
    default = "the user's data folder" if setting.name == "data" else shown
    return f"| `{option}` | `{setting.variable}` | {default} | {setting.help} |"
