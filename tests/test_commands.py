"""The `sandpost` command as a person meets it: what it prints, and the status it ends with."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from catcher import checks
from catcher.options import SETTINGS
from catcher.samples import samples
from tests.conftest import Ended, Sandpost, StartSandpost, run

FREE = ("--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0")
NOW = datetime(2024, 2, 29, 23, 59, 58, tzinfo=UTC)


@pytest.fixture
def taken() -> Iterator[str]:
    """An address where somebody listens already."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def assert_one_line(ended: Ended, code: int, *words: str) -> None:
    assert ended.code == code, ended
    assert ended.output == ""
    assert ended.errors.startswith("sandpost: ")
    assert ended.errors.count("\n") == 1, ended.errors
    for word in words:
        assert word in ended.errors


@pytest.mark.parametrize("option", ["--smtp", "--http"])
def test_a_port_in_use(tmp_path: Path, taken: str, option: str) -> None:
    ended = run("--data", str(tmp_path), *FREE, option, taken)
    assert_one_line(ended, 2, taken, "in use", option)


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    # Below a file, for root may write anywhere else.
    (tmp_path / "file").touch()
    ended = run("serve", *FREE, "--data", str(tmp_path / "file" / "data"))
    assert_one_line(ended, 2, str(tmp_path / "file" / "data"), "--data")


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "sandpost.sqlite3").write_bytes(b"no database " * 1000)
    ended = run("serve", *FREE, "--data", str(tmp_path))
    assert_one_line(ended, 2, str(tmp_path))


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (["--max-message-size", "huge"], {}),
        (["serve", "--max-message-size=huge"], {}),
        ([], {"SANDPOST_MAX_MESSAGE_SIZE": "huge"}),
        (["check"], {"SANDPOST_MAX_MESSAGE_SIZE": "huge"}),
    ],
)
def test_a_setting_that_cannot_be_used(arguments: list[str], environ: dict[str, str]) -> None:
    ended = run(*arguments, environ=environ)
    assert_one_line(ended, 2, "SANDPOST_MAX_MESSAGE_SIZE", "--max-message-size", "huge")


def test_an_option_that_does_not_exist() -> None:
    ended = run("--smpt", "127.0.0.1:0")
    assert ended.code == 2
    assert "--smpt" in ended.errors
    assert "Traceback" not in ended.errors


def test_an_option_goes_before_its_variable(start_sandpost: StartSandpost, taken: str) -> None:
    start_sandpost(environ={"SANDPOST_SMTP": taken, "SANDPOST_HTTP": taken})


def test_a_second_one_on_the_same_data(sandpost: Sandpost) -> None:
    ended = run("serve", *FREE, "--data", str(sandpost.data))
    assert_one_line(ended, 2, str(sandpost.data), str(sandpost.pid))
    assert sandpost.get("/")


def test_it_says_where_it_listens(sandpost: Sandpost) -> None:
    assert sandpost.http in sandpost.output
    assert str(sandpost.data) in sandpost.output
    assert f"sandpost sendtest --smtp {sandpost.address}\n" in sandpost.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(sandpost: Sandpost, number: signal.Signals) -> None:
    sandpost.process.send_signal(number)
    ended = sandpost.wait()
    assert (ended.code, ended.errors) == (0, "")
    assert not (sandpost.data / "ports.json").exists()


def test_the_mail_outlives_the_program(start_sandpost: StartSandpost) -> None:
    first = start_sandpost()
    assert run("sendtest", "--smtp", first.address, "--only", "plain").code == 0
    first.stop()
    second = start_sandpost()
    assert second.json("/api/v1/messages")["total"] == 1


def test_memory_leaves_nothing_behind(start_sandpost: StartSandpost, tmp_path: Path) -> None:
    configured = tmp_path / "configured"
    sandpost = start_sandpost("--memory", data=configured)
    assert run("sendtest", "--smtp", sandpost.address, "--only", "plain").code == 0
    assert sandpost.json("/api/v1/messages")["total"] == 1
    assert (sandpost.data / "sandpost.sqlite3").exists()
    ended = sandpost.stop()
    assert (ended.code, ended.errors) == (0, "")
    assert not sandpost.data.exists()
    assert not configured.exists()


def test_memory_of_a_killed_one_goes_with_the_next(start_sandpost: StartSandpost, tmp_path: Path) -> None:
    killed = start_sandpost("--memory", data=tmp_path / "configured")
    killed.kill()
    assert killed.data.exists()
    start_sandpost("--memory", data=tmp_path / "configured").stop()
    assert not killed.data.exists()


def test_help_names_every_setting() -> None:
    ended = run("--help")
    assert (ended.code, ended.errors) == (0, "")
    words = " ".join(ended.output.split())
    for setting in SETTINGS:
        assert setting.option in words
        assert f"({setting.variable})" in words


def test_check_looks_at_the_machine(tmp_path: Path) -> None:
    assert run("check", environ={"SANDPOST_DATA": str(tmp_path)}).code == 0
    (tmp_path / "file").touch()
    failed = run("check", environ={"SANDPOST_DATA": str(tmp_path / "file" / "data")})
    assert failed.code == 1
    assert "catcher.E001" in failed.errors


def test_check_names_what_sqlite_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.sqlite_is_able() == []
    monkeypatch.setattr(checks, "OLDEST_SQLITE", (99, 0, 0))
    monkeypatch.setattr(checks, "has_fts5", lambda: False)
    assert [message.id for message in checks.sqlite_is_able()] == ["catcher.E002", "catcher.E003"]


def test_samples_end_their_lines_with_crlf_and_stay_the_same() -> None:
    assert samples(NOW) == samples(NOW)
    for sample in samples(NOW):
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", sample.content), sample.name
        assert sample.content.endswith(b"\r\n")


def test_samples_are_what_they_say() -> None:
    mails = {sample.name: message_from_bytes(sample.content, policy=policy.default) for sample in samples(NOW)}
    assert all(not part.defects for name, mail in mails.items() if name != "broken" for part in mail.walk())
    assert any(part.defects for part in mails["broken"].walk())
    assert "Date" not in mails["broken"]
    names = [part.get_filename() for part in mails["attachments"].iter_attachments()]
    assert names == ["invoice-2024-118.pdf", "items.csv", "Übersicht – März.png"]
    (logo,) = [part for part in mails["html"].walk() if part["Content-ID"]]
    assert b"cid:" + logo["Content-ID"].strip("<>").encode() in mails["html"].as_bytes().replace(b"=\r\n", b"")
    assert mails["bounce"].get_content_type() == "multipart/report"
    assert [part.get_content_type() for part in mails["digest"].walk()].count("message/rfc822") == 2
    (calendar,) = [part for part in mails["invitation"].walk() if part.get_content_subtype() == "calendar"]
    assert calendar.get_param("method") == "REQUEST"
    hidden = {sample.name: sample.rcpt_tos for sample in samples(NOW)}["bcc"][1:]
    assert not any(address.encode() in mails["bcc"].as_bytes() for address in hidden)


def test_sendtest_delivers_every_sample(sandpost: Sandpost) -> None:
    expected = samples(NOW)
    ended = run("sendtest", "--data", str(sandpost.data))
    assert (ended.code, ended.errors) == (0, "")
    lines = [line.split(maxsplit=1) for line in ended.output.splitlines()]
    assert [name for name, _ in lines] == [sample.name for sample in expected]
    assert all(re.fullmatch(r"250 2\.0\.0 Stored as \w{22}", reply) for _, reply in lines)
    assert sandpost.json("/api/v1/messages")["total"] == len(expected)


def test_sendtest_sends_the_broken_one_as_it_is(sandpost: Sandpost) -> None:
    ended = run("sendtest", "--smtp", sandpost.address, "--only", "broken")
    assert ended.code == 0
    (broken,) = [sample for sample in samples(NOW) if sample.name == "broken"]
    assert sandpost.get(f"/api/v1/message/{ended.output.split()[-1]}/raw") == broken.content


def test_sendtest_encrypts_logs_in_and_repeats(start_sandpost: StartSandpost) -> None:
    sandpost = start_sandpost("--smtp-login", "ada:s3cret")
    arguments = ["sendtest", "--smtp", sandpost.address, "--only", "plain", "--count", "3", "--starttls", "--login"]
    assert run(*arguments, "ada:s3cret").output.count("250 2.0.0 Stored") == 3
    database = sqlite3.connect(f"file:{sandpost.data / 'sandpost.sqlite3'}?mode=ro", uri=True)
    assert database.execute("SELECT count(*) FROM catcher_session WHERE tls_version <> ''").fetchone() == (3,)
    database.close()
    refused = run(*arguments, "ada:wrong")
    assert refused.code == 1
    assert "535" in refused.output
    assert "3 of 3 messages were not accepted" in refused.errors


def test_sendtest_without_a_server(nowhere: str) -> None:
    assert_one_line(run("sendtest", "--smtp", nowhere), 1, nowhere, "refused")


def test_sendtest_looks_past_the_ports_of_a_killed_one(start_sandpost: StartSandpost) -> None:
    killed = start_sandpost()
    killed.kill()
    other = start_sandpost(data=killed.data.parent / "other")
    ended = run("sendtest", "--data", str(killed.data), "--only", "plain", environ={"SANDPOST_SMTP": other.address})
    assert ended.code == 0, ended.errors
    assert other.json("/api/v1/messages")["total"] == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--only", "nonesuch"], "nonesuch"),
        (["--login", "nobody"], "USER:PASSWORD"),
        (["--count", "many"], "whole number"),
        (["--smtp", "nowhere:at-all"], "HOST:PORT"),
    ],
)
def test_sendtest_used_wrongly(arguments: list[str], word: str) -> None:
    ended = run("sendtest", *arguments)
    assert ended.code == 2
    assert word in ended.errors
    assert "Traceback" not in ended.errors
