"""The commands for the terminal, run as a person runs them, against the real program."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import COMMAND, ROOT, START_TIMEOUT, Sandpost, StartSandpost, environment, run

RAW = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Hello\r\n\r\nHello\r\n"
GOOD = (
    b"From: Ann <a@example.com>\r\nTo: Bo <b@example.com>\r\nSubject: Hello\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
)


class Tail:
    """`sandpost tail` in the background; what it says is read from files."""

    def __init__(self, *arguments: str, environ: dict[str, str] | None = None) -> None:
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self.process = subprocess.Popen(
            [*COMMAND, "tail", *arguments], env=environment(environ), stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.errors,
        )  # fmt: skip

    def text(self) -> str:
        return _read(self.output)

    def told(self) -> str:
        return _read(self.errors)

    def wait_for(self, words: str, read: Callable[[], str] | None = None) -> str:
        deadline = time.monotonic() + START_TIMEOUT
        while words not in (text := (read or self.text)()):
            assert self.process.poll() is None, (text, self.told())
            assert time.monotonic() < deadline, (words, text, self.told())
            time.sleep(0.01)
        return text

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(START_TIMEOUT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()
        self.errors.close()


def _read(file: Any) -> str:
    descriptor = file.fileno()
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()


@pytest.fixture
def tail() -> Iterator[Callable[..., Tail]]:
    started: list[Tail] = []

    def start(*arguments: str, environ: dict[str, str] | None = None) -> Tail:
        started.append(Tail(*arguments, environ=environ))
        started[-1].wait_for("Ctrl-C stops", started[-1].told)
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandpost]:
    """A Sandpost to which nobody has said anything."""
    with Sandpost(tmp_path_factory.mktemp("idle") / "data") as sandpost:
        yield sandpost
        assert "Traceback" not in sandpost.errors


@pytest.fixture
def nowhere() -> dict[str, str]:
    """An environment by which nobody is found."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return {"SANDPOST_HTTP": f"127.0.0.1:{taken.getsockname()[1]}"}


def speak(sandpost: Sandpost, *commands: bytes) -> socket.socket:
    """Say commands, each after the reply to the one before; the connection stays open."""
    connection = socket.create_connection(sandpost.smtp, timeout=10)
    connection.recv(1000)
    for command in commands:
        connection.sendall(command + b"\r\n")
        connection.recv(1000)
    return connection


def refuse(sandpost: Sandpost) -> None:
    with speak(sandpost, b"EHLO app.test", b"MAIL FROM:<a@x.test>", b"RCPT TO:<\x1b[31m@>", b"QUIT"):
        pass


def deliver(sandpost: Sandpost, raw: bytes = RAW) -> None:
    with sandpost.client() as client:
        client.sendmail("a@example.com", ["b@example.com"], raw)


def examined(sandpost: Sandpost, number: int) -> list[dict[str, Any]]:
    """Return the sessions, once so many of them have ended and have been examined."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        found: list[dict[str, Any]] = sandpost.json("/api/v1/sessions")["sessions"]
        if len([one for one in found if one["Findings"] is not None]) == number:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.01)


# -- tail --------------------------------------------------------------------------------------------------------------


def test_tail_shows_lines_while_a_session_runs(sandpost: Sandpost, tail: Callable[..., Tail]) -> None:
    following = tail("--data", str(sandpost.data))
    with speak(sandpost, b"EHLO app.test") as connection:
        text = following.wait_for("C: EHLO app.test")
        assert "S: 220 " in text
        assert "\x1b" not in text
        connection.sendall(b"NOOP \x1b[2J\xe2\x80\xae\r\n")
        following.wait_for("C: NOOP \\x1b[2J\\u202e")
        connection.sendall(b"QUIT\r\n")
        following.wait_for("=> probe")
    assert following.interrupt() == 0
    assert following.told() == f"sandpost: following {sandpost.http}; Ctrl-C stops.\n"


def test_tail_tells_sessions_apart(sandpost: Sandpost, tail: Callable[..., Tail]) -> None:
    following = tail("--url", sandpost.http, "--lines", "0")
    with speak(sandpost, b"EHLO one.test"), speak(sandpost, b"EHLO two.test"):
        following.wait_for("EHLO one.test")
        text = following.wait_for("EHLO two.test")
        tags = {session["Ehlo"]: session["ID"][-5:] for session in sandpost.json("/api/v1/sessions")["sessions"]}
        assert {line.split()[0] for line in text.splitlines()} == set(tags.values())
        for name, tag in tags.items():
            assert next(line for line in text.splitlines() if name in line).startswith(f"{tag} ")


def test_tail_of_failures_tells_them_whole(sandpost: Sandpost, tail: Callable[..., Tail]) -> None:
    following = tail("--data", str(sandpost.data), "--only-failed", "--lines", "0")
    deliver(sandpost)
    refuse(sandpost)
    text = following.wait_for("=> rejected")
    assert text.count(" session ") == 1
    assert "S: 220 " in text
    assert "message data" not in text


def test_tail_as_json(sandpost: Sandpost, tail: Callable[..., Tail]) -> None:
    deliver(sandpost)
    (session,) = examined(sandpost, 1)
    following = tail("--data", str(sandpost.data), "--json", "--lines", "3")
    following.wait_for("Summary")
    *lines, last = map(json.loads, following.text().splitlines())
    assert last == session
    assert [line["ID"] for line in lines] == [session["ID"]] * 3
    assert [line["Dir"] for line in lines] == ["C", "S", "!"]
    assert lines[0]["Verb"] == "QUIT"


def test_tail_outlasts_a_restart_and_says_so(start_sandpost: StartSandpost, tail: Callable[..., Tail]) -> None:
    first = start_sandpost()
    following = tail("--data", str(first.data), "--lines", "0")
    with speak(first, b"EHLO before.test"):
        following.wait_for("before.test")
    assert first.stop().errors == ""
    following.wait_for("gone", following.told)
    second = start_sandpost(data=first.data)
    with speak(second, b"EHLO after.test"):
        following.wait_for("after.test")
    assert f"back at {second.http}" in following.told()
    assert following.text().count("before.test\n") == 1
    assert following.interrupt() == 0


def test_tail_is_coloured_only_where_that_is_wanted(sandpost: Sandpost, tail: Callable[..., Tail]) -> None:
    refuse(sandpost)
    examined(sandpost, 1)
    arguments = ("--data", str(sandpost.data), "--force-color")
    assert "\x1b[" in tail(*arguments).wait_for("QUIT")
    assert "\x1b[" not in tail(*arguments, environ={"NO_COLOR": "1"}).wait_for("QUIT")


def test_a_closed_pipe_ends_tail_quietly(sandpost: Sandpost) -> None:
    deliver(sandpost)
    examined(sandpost, 1)
    process = subprocess.Popen(
        [*COMMAND, "tail", "--data", str(sandpost.data)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    refuse(sandpost)
    _, errors = process.communicate(timeout=START_TIMEOUT)
    assert process.returncode == 0
    assert errors.count(b"\n") <= 1


# -- sessions and session ----------------------------------------------------------------------------------------------


def test_sessions_as_a_table(sandpost: Sandpost) -> None:
    deliver(sandpost)
    refuse(sandpost)
    examined(sandpost, 2)
    ended = run("sessions", "--data", str(sandpost.data), environ={"COLUMNS": "90"})
    assert (ended.code, ended.errors) == (0, "")
    heading, newest, oldest = ended.output.splitlines()
    assert heading.startswith("ID")
    assert "rejected" in newest
    assert "delivered" in oldest
    assert all(len(line) <= 90 for line in ended.output.splitlines())
    whole = run("sessions", "is:failed", "--data", str(sandpost.data)).output
    assert "…" not in whole
    assert "\\x1b[31m" in whole
    assert whole.count("\n") == 2


def test_sessions_as_json(sandpost: Sandpost) -> None:
    for _ in range(3):
        refuse(sandpost)
    found = examined(sandpost, 3)
    ended = run("sessions", "--json", "--limit", "2", "--data", str(sandpost.data))
    assert [json.loads(line) for line in ended.output.splitlines()] == found[:2]
    assert run("sessions", "--json", "--limit", "0", "--url", sandpost.http).output.count("\n") == 3


def test_no_sessions(idle: Sandpost) -> None:
    ended = run("sessions", "--data", str(idle.data))
    assert (ended.code, ended.output) == (0, "")
    assert "no sessions" in ended.errors


def test_a_query_that_is_not_understood(idle: Sandpost) -> None:
    for command in ("sessions", "tail"):
        ended = run(command, "is:failed", "cod=550", "--data", str(idle.data))
        assert (ended.code, ended.output) == (2, "")
        assert ended.errors.startswith("sandpost: query, column 11")


def test_a_session_is_told(sandpost: Sandpost) -> None:
    refuse(sandpost)
    (session,) = examined(sandpost, 1)
    ended = run("session", "latest-failed", "--data", str(sandpost.data))
    assert (ended.code, ended.errors) == (0, "")
    assert "was refused" in " ".join(ended.output.split())
    assert session["ID"] in ended.output
    assert "C: RCPT TO:<\\x1b[31m@>" in ended.output
    assert "| This recipient is not accepted." in ended.output
    assert "Fix:" not in ended.output
    explained = run("session", session["ID"], "--explain", "--data", str(sandpost.data)).output
    assert "| The client says goodbye" in explained
    assert "Fix:" in explained
    told = json.loads(run("session", "latest", "--json", "--data", str(sandpost.data)).output)
    assert told["ID"] == session["ID"]
    assert set(told["Lines"][0]) == {"Seq", "Offset", "Dir", "Tls", "Text", "Code", "Verb"}


def test_a_session_is_exported(sandpost: Sandpost) -> None:
    deliver(sandpost)
    examined(sandpost, 1)
    arguments = ("session", "latest", "--data", str(sandpost.data))
    text = run(*arguments, "--export", "text").output
    assert "C: ehlo" in text
    assert "a@example.com" in text
    assert "a@example.com" not in run(*arguments, "--export", "text", "--redact").output
    done = subprocess.run(
        [*COMMAND, *arguments, "--export", "pcap"], env=environment(), capture_output=True, check=True
    )
    assert done.stdout[:4] in {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4"}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["session", "nonsense"], "Session not found"),
        (["session", "latest-failed"], "Session not found"),
        (["session", "latest", "--redact"], "--export"),
        (["session", "latest", "--export", "docx"], "docx"),
        (["session"], "ID"),
        (["sessions", "--limit", "many"], "whole number"),
        (["tail", "--url", "ftp://x"], "http://HOST:PORT"),
        (["lint", "latest"], "no message"),
        (["lint", "0" * 22], "no session"),
    ],
)
def test_used_wrongly(idle: Sandpost, arguments: list[str], word: str) -> None:
    ended = run(*arguments, "--data", str(idle.data))
    assert (ended.code, ended.output) == (2, "")
    assert word in ended.errors
    assert "Traceback" not in ended.errors


@pytest.mark.parametrize("arguments", [["tail"], ["sessions"], ["session", "latest"], ["lint", "latest"]])
def test_without_a_sandpost(tmp_path: Path, nowhere: dict[str, str], arguments: list[str]) -> None:
    ended = run(*arguments, "--data", str(tmp_path), environ=nowhere)
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors.startswith("sandpost: no Sandpost answers at http://127.0.0.1:")
    assert ended.errors.count("\n") == 1


def test_the_ports_of_a_killed_one_are_looked_past(start_sandpost: StartSandpost) -> None:
    killed = start_sandpost()
    killed.kill()
    other = start_sandpost(data=killed.data.parent / "other")
    refuse(other)
    examined(other, 1)
    environ = {"SANDPOST_HTTP": other.http.removeprefix("http://")}
    assert run("sessions", "--json", "--data", str(killed.data), environ=environ).output.count("\n") == 1


def test_what_answers_is_no_sandpost(idle: Sandpost) -> None:
    ended = run("sessions", "--url", f"{idle.http}/connect")
    assert ended.code == 2
    assert ended.errors.count("\n") == 1


@pytest.mark.parametrize("command", ["tail", "sessions", "session", "lint"])
def test_manage_py_knows_the_same_commands(command: str) -> None:
    ended = run(command, "--help", command=(sys.executable, str(ROOT / "manage.py")))
    assert (ended.code, ended.errors) == (0, "")
    for word in ("Examples:", "--data", "--url", "SANDPOST_DATA"):
        assert word in ended.output
    assert "--settings" not in ended.output


# -- lint --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mails(tmp_path: Path) -> tuple[str, str]:
    """A message with errors and one without."""
    (tmp_path / "bad.eml").write_bytes(RAW)
    (tmp_path / "good.eml").write_bytes(GOOD)
    return str(tmp_path / "bad.eml"), str(tmp_path / "good.eml")


def test_lint_needs_no_server(mails: tuple[str, str], nowhere: dict[str, str]) -> None:
    bad = run("lint", mails[0], environ=nowhere)
    assert (bad.code, bad.errors) == (1, "")
    assert bad.output.startswith(f"{mails[0]}: ")
    assert "Fix: " in bad.output
    good = run("lint", mails[1], environ=nowhere)
    assert (good.code, good.output) == (0, f"{mails[1]}: no findings\n")


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("security", 0), ("error", 1), ("warning", 1), ("info", 1)])
def test_lint_fails_from_a_level_on(mails: tuple[str, str], level: str, code: int) -> None:
    ended = run("lint", mails[0], "--fail-on", level)
    assert ended.code == code
    assert "error" in ended.output


def test_lint_reads_standard_input(mails: tuple[str, str]) -> None:
    done = subprocess.run([*COMMAND, "lint", "-"], env=environment(), input=RAW, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[1:] == run("lint", mails[0]).output.splitlines()[1:]


def test_lint_mutes_rules(mails: tuple[str, str]) -> None:
    checked = json.loads(run("lint", mails[0], "--format", "json").output)
    errors = {one["Rule"] for one in checked["Findings"] if one["Severity"] in {"error", "security"}}
    assert checked["Worst"] == "error"
    muted = run("lint", mails[0], "--mute", ",".join(errors).lower(), "--format", "json")
    assert muted.code == 0
    assert not errors & {one["Rule"] for one in json.loads(muted.output)["Findings"]}
    unknown = run("lint", mails[0], "--mute", "M0")
    assert (unknown.code, unknown.output) == (2, "")
    assert "no rule M0" in unknown.errors


def test_lint_writes_for_ci(mails: tuple[str, str]) -> None:
    ended = run("lint", *mails, "--format", "sarif")
    log = json.loads(ended.output)
    assert ended.code == 1
    results = log["runs"][0]["results"]
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results} == {
        Path(mails[0]).as_uri()
    }
    ended = run("lint", *mails, "--format", "junit", "--fail-on", "never")
    root = ElementTree.fromstring(ended.output)
    assert (ended.code, root.get("failures")) == (0, "0")
    assert [suite.get("name") for suite in root] == list(mails)


def test_lint_of_what_sandpost_holds(sandpost: Sandpost, mails: tuple[str, str]) -> None:
    deliver(sandpost)
    refuse(sandpost)
    session = examined(sandpost, 2)[0]["ID"]
    message = sandpost.json("/api/v1/messages")["messages"][0]["ID"]
    data = ("--data", str(sandpost.data), "--format", "json", "--fail-on", "never")
    checked, latest, spoken = (json.loads(run("lint", what, *data).output) for what in (message, "latest", session))
    assert checked == latest
    assert checked["Name"] == f"{sandpost.http}/messages/{message}/"
    assert {one["Rule"] for one in json.loads(run("lint", mails[0], *data).output)["Findings"]} <= {
        one["Rule"] for one in checked["Findings"]
    }
    assert spoken["Name"] == f"{sandpost.http}/sessions/{session}/"
    assert all(one["Rule"].startswith("S") for one in spoken["Findings"])
    sarif = json.loads(run("lint", message, session, "--data", str(sandpost.data), "--format", "sarif").output)
    assert len(sarif["runs"][0]["results"]) == len(checked["Findings"]) + len(spoken["Findings"])


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["missing.eml"], "missing.eml"),
        (["/"], "/"),
        ([], "FILE"),
        (["x", "--fail-on", "panic"], "panic"),
        (["x", "--format", "pdf"], "pdf"),
    ],
)
def test_lint_used_wrongly(arguments: list[str], word: str) -> None:
    ended = run("lint", *arguments)
    assert (ended.code, ended.output) == (2, "")
    assert word in ended.errors
    assert "Traceback" not in ended.errors
