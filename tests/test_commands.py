"""The `sandpost` command as its users meet it: what it prints, and how it fails."""

from __future__ import annotations

import re
import signal
import smtplib
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catcher.options import SETTINGS
from tests.conftest import COMMAND, ROOT, environment, run

if TYPE_CHECKING:
    from tests.conftest import Sandpost, StartSandpost

FREE = ("--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0")


def assert_one_line(errors: str, *words: str) -> None:
    assert errors.count("\n") == 1
    assert errors.startswith("sandpost: ")
    assert "Traceback" not in errors
    for word in words:
        assert word in errors


@pytest.mark.parametrize("option", ["--smtp", "--http"])
def test_a_port_in_use_is_one_line_and_status_2(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = run("serve", *FREE, "--data", str(tmp_path), option, where)
    assert ended.code == 2
    assert_one_line(ended.errors, where, option, "in use")


def test_a_folder_that_cannot_be_written_is_one_line_and_status_2(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    ended = run("serve", *FREE, "--data", str(file / "below"))
    assert ended.code == 2
    assert_one_line(ended.errors, str(file / "below"), "--data")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SANDPOST_SMTP", "nowhere"),
        ("SANDPOST_MAX_MESSAGE_SIZE", "much"),
        ("SANDPOST_IDLE_TIMEOUT", "0"),
        ("SANDPOST_MEMORY", "perhaps"),
        ("SANDPOST_SMTP_LOGIN", "no colon"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    ended = run("serve", *FREE[2:], "--data", str(tmp_path), environ={variable: value})
    assert ended.code == 2
    assert_one_line(ended.errors, variable)


def test_a_secret_is_never_shown_and_may_come_from_a_file(tmp_path: Path, start_sandpost: StartSandpost) -> None:
    ended = run("serve", *FREE, "--data", str(tmp_path), environ={"SANDPOST_SMTP_LOGIN": "hunter2"})
    assert ended.code == 2
    assert "hunter2" not in ended.errors + ended.output
    secret = tmp_path / "secret"
    secret.write_text("ada:s3cret\n")
    sandpost = start_sandpost(environ={"SANDPOST_SMTP_LOGIN_FILE": str(secret)})
    with sandpost.client() as client:
        assert client.login("ada", "s3cret")[0] == 235
    assert b"s3cret" not in sandpost.get("/settings/")


def test_two_on_one_folder_are_one_too_many(sandpost: Sandpost) -> None:
    ended = run("serve", *FREE, "--data", str(sandpost.data))
    assert ended.code == 2
    assert_one_line(ended.errors, str(sandpost.data), str(sandpost.pid))


def test_it_says_where_it_is_and_stops_on_ctrl_c(start_sandpost: StartSandpost) -> None:
    sandpost = start_sandpost()
    for words in (sandpost.http, sandpost.address, str(sandpost.data), f"sandpost sendtest --smtp {sandpost.address}"):
        assert words in sandpost.output
    ended = sandpost.stop()
    assert ended.code == 0
    assert ended.errors == ""
    assert not (sandpost.data / "ports.json").exists()


def test_memory_keeps_nothing(tmp_path: Path) -> None:
    homes = [home for home in (Path("/dev/shm"), Path(tempfile.gettempdir())) if home.exists()]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [*COMMAND, "--smtp", f"127.0.0.1:{port}", "--http", "127.0.0.1:0", "--memory"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = "".join(iter(process.stdout.readline, "Stop with Ctrl-C.\n"))
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("a@example.com", ["b@example.com"], b"Subject: x\r\n\r\nx\r\n")
        left = [folder for home in homes for folder in home.glob(f"sandpost-{process.pid}-*")]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert "nothing is kept" in said
    assert len(left) == 1
    assert not left[0].exists()


def test_help_and_readme_name_every_setting() -> None:
    helptext = run("--help").output
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(--[a-z-]+)` \| `(SANDPOST_\w+)` \| ([^|]*) \| ([^|]*) \|$", readme, re.MULTILINE)
    assert [(option, variable) for option, variable, _, _ in rows] == [
        (setting.option, setting.variable) for setting in SETTINGS
    ]
    for setting, (_, _, default, text) in zip(SETTINGS, rows, strict=True):
        assert setting.option in helptext
        assert setting.variable in helptext
        assert text == setting.help
        if setting.name != "data":
            assert default.strip("`") == setting.default


def test_sendtest_sends_every_sample_also_the_broken_one(sandpost: Sandpost) -> None:
    ended = run("sendtest", "--smtp", sandpost.address)
    assert ended.code == 0
    sent = [line for line in ended.output.splitlines() if "250 2.0.0 Stored as" in line]
    listed = sandpost.json("/api/v1/messages")
    assert listed["total"] == len(sent) >= 6
    assert any(line.startswith("broken") for line in sent)


def test_sendtest_finds_a_running_sandpost_and_says_when_there_is_none(sandpost: Sandpost) -> None:
    found = run("sendtest", "--only", "plain", "--data", str(sandpost.data))
    assert found.code == 0
    assert sandpost.stop().code == 0
    lost = run("sendtest", "--smtp", sandpost.address)
    assert lost.code == 1
    assert "Traceback" not in lost.errors
    assert sandpost.address in lost.errors
