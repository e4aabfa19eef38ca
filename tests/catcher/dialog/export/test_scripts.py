"""The scripts repeat what was said, run as they stand, and take no word of the conversation for one of their own."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catcher.dialog import script
from catcher.dialog.conversation import Conversation, read
from catcher.dialog.export.scripts import Repetition, curl, nodemailer, python, repetition, swaks
from catcher.dialog.records import Direction, Kind, Record, Terminator
from tests.catcher import sandbox as box
from tests.catcher.sandbox import Sandbox
from tests.catcher.wire import PATIENCE

HOSTILE = [
    "$(touch owned)", "`touch owned`", "a'b", 'a"b', "a b; touch owned", "-x", "--help", "é\u202e", "a\\b", "$HOME",
    "a\rb",     "*", "#", "!x", "{x}", "%s", "\\x00", "*/ x", "${x}", "</script>",
]  # fmt: skip
MESSAGE = b"Subject: hi\r\n\r\n.dot\r\nbare\n.dot\r\n"


def hostile(word: str) -> Conversation:
    """Return a conversation where a word is everything that the client may choose."""
    lines = (
        f"EHLO {word}",
        "250 AUTH PLAIN",
        "STARTTLS",
        "220 ok",
        "AUTH PLAIN",
        f"MAIL FROM:<{word}>",
        f"RCPT TO:<{word}>",
        "DATA",
    )
    records = [
        Record(
            0,
            0,
            Direction.SERVER if line[0].isdigit() else Direction.CLIENT,
            Kind.LINE,
            line.encode(),
            len(line),
            Terminator.CRLF,
        )
        for line in lines
    ]
    records.append(Record(0, 0, Direction.NOTE, Kind.AUTH, info={"user": word, "mechanism": "PLAIN", "ok": True}))
    records.append(Record(0, 0, Direction.CLIENT, Kind.BODY, info={"message": word}))
    for seq, record in enumerate(records, 1):
        record.seq, record.transaction = seq, int(seq > 5)
    return read(records)


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SMTP_PASSWORD": "s3cret word$", **environment}
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE * 3, check=False
    )


def stub(folder: Path, name: str) -> Path:
    """Put a program in place of one that sends mail: it writes its arguments down."""
    program = folder / "bin" / name
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >>"$ARGUMENTS"\n')
    program.chmod(0o755)
    return program.parent


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize("make", [swaks, curl])
def test_a_shell_takes_no_word_for_its_own(tmp_path: Path, word: str, make: object) -> None:
    name = "swaks" if make is swaks else "curl"
    (tmp_path / "run.sh").write_text(
        swaks(repetition(hostile(word))) if make is swaks else curl(repetition(hostile(word)))
    )
    path = f"{stub(tmp_path, name)}:{os.environ['PATH']}"
    assert run(["sh", "-n", "run.sh"], tmp_path).returncode == 0
    done = run(["sh", "run.sh"], tmp_path, PATH=path, ARGUMENTS=str(tmp_path / "arguments"))
    assert (done.returncode, done.stderr) == (0, "")
    words = (tmp_path / "arguments").read_bytes().decode().split("\0")[:-1]
    sender, recipient = ("--from", "--to") if make is swaks else ("--mail-from", "--mail-rcpt")
    shown = f" {word}" if make is swaks and word.startswith("-") else word
    assert words[words.index(sender) + 1] == shown
    assert words[words.index(recipient) + 1] == shown
    assert ("s3cret word$" if make is swaks else f"{word}:s3cret word$") in words
    assert not (tmp_path / "owned").exists()
    assert all(line.startswith("#") or "set SMTP" not in line or "${SMTP" in line for line in words)


@pytest.mark.parametrize("word", HOSTILE)
def test_a_program_takes_no_word_for_its_own(tmp_path: Path, word: str) -> None:
    repeated = repetition(hostile(word))
    tree = ast.parse(python(repeated))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert word.replace("\r", "\\r") in texts
    assert f"FROM:<{word}>".replace("\r", "\\r") in texts
    assert not any(isinstance(node, ast.Name) and node.id == "owned" for node in ast.walk(tree))
    program = nodemailer(repeated)
    assert program.isascii()
    assert json.dumps(word) in program
    if shutil.which("node"):
        (tmp_path / "run.js").write_text(program)
        done = run(["node", "--check", "run.js"], tmp_path)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("make", [swaks, curl, python, nodemailer])
def test_what_sent_nothing_is_repeated_as_far_as_it_went(make: object) -> None:
    repeated = repetition(
        read(script.records("S: 220 x\nC: EHLO a\nS: 250 ok\nC: MAIL FROM:<a@b>\nS: 550 no\nC: QUIT\nS: 221 x"))
    )
    told = {swaks: swaks, curl: curl, python: python, nodemailer: nodemailer}[make](repeated)  # type: ignore[index]
    assert ".eml" not in told
    assert {swaks: "--quit-after MAIL", curl: "NOOP", python: "'FROM:<a@b>'", nodemailer: "verify()"}[make] in told  # type: ignore[index]


def test_the_password_is_never_in_it() -> None:
    repeated = repetition(read(script.records("C: EHLO a\nS: 250 ok\nC: AUTH PLAIN AGEAaHVudGVyMg==\nS: 535 no")))
    for told in (swaks(repeated), curl(repeated), python(repeated), nodemailer(repeated)):
        assert "AGEAaHVudGVyMg" not in told
        assert "SMTP_PASSWORD" in told
        assert "SMTP_USER" in told


# -- against a listener -----------------------------------------------------------------------------------


def record_one(sandbox: Sandbox) -> tuple[Repetition, list[str]]:
    """Carry a session with everything in it; return what repeats it, and what the client said."""
    with sandbox.connect() as wire:
        wire.ask("EHLO client.test")
        wire.start_tls()
        wire.ask("EHLO client.test")
        assert wire.ask("AUTH PLAIN AGFwcABzM2NyZXQgd29yZCQ=").startswith("235")
        wire.ask("MAIL FROM:<é@test> SMTPUTF8 SIZE=30")
        wire.ask("RCPT TO:<b@test>")
        assert wire.ask("RCPT TO:<nonsense").startswith("501")
        assert wire.ask("DATA").startswith("354")
        wire.send(b"Subject: hi\r\n\r\n..dot\r\nbare\n.dot\r\n.\r\n")
        assert wire.reply().startswith("250")
        wire.ask("QUIT")
    tape = sandbox.tape(wire)
    host, port = sandbox.address
    return repetition(read(tape), host, port), box.text(tape)


def write_files(repeated: Repetition, folder: Path) -> None:
    for name, message in repeated.files.items():
        (folder / name).write_bytes(box.raw(message))


def repeat(sandbox: Sandbox, command: list[str], folder: Path) -> list[str]:
    """Run a script and return what its client said."""
    from catcher.models import Session

    before = set(Session.objects.values_list("peer_port", flat=True))
    done = run(command, folder)
    assert done.returncode == 0, done.stderr
    row = sandbox.eventually(
        lambda: Session.objects.exclude(peer_port__in=before).filter(ended_at__isnull=False).first()
    )
    return box.text(list(row.records()))


def test_the_python_program_says_the_same(sandbox: Sandbox, tmp_path: Path) -> None:
    repeated, said = record_one(sandbox)
    write_files(repeated, tmp_path)
    (tmp_path / "run.py").write_text(python(repeated))
    again = repeat(sandbox, [sys.executable, "run.py"], tmp_path)
    assert [line.upper() for line in again] == [line.upper() for line in said]
    from catcher.models import Body

    first, second = (bytes(raw) for raw in Body.objects.values_list("raw", flat=True))
    assert first == second == MESSAGE


@pytest.mark.parametrize("program", ["swaks", "curl"])
def test_the_shell_script_sends_the_same(sandbox: Sandbox, tmp_path: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    with sandbox.connect() as wire:
        wire.ask("EHLO client.test")
        wire.start_tls()
        wire.ask("EHLO client.test")
        wire.ask("AUTH PLAIN AGFwcABzM2NyZXQgd29yZCQ=")
        assert wire.deliver(b"Subject: hi\r\n\r\n.dot\r\n", hello=False).startswith("250")
        wire.ask("QUIT")
    repeated = repetition(read(sandbox.tape(wire)), *sandbox.address)
    write_files(repeated, tmp_path)
    (tmp_path / "run.sh").write_text(swaks(repeated) if program == "swaks" else curl(repeated))
    again = repeat(sandbox, ["sh", "run.sh"], tmp_path)
    for line in ("EHLO client.test", "STARTTLS", "AUTH PLAIN ***", "RCPT TO:<b@test>", "DATA"):
        assert any(other.startswith(line.removesuffix(" ***")) for other in again), (line, again)
    assert any(other.startswith("MAIL FROM:<a@test>") for other in again)
    from catcher.models import Body

    assert all(
        bytes(raw).startswith(b"Subject: hi\r\n\r\n.dot\r\n") for raw in Body.objects.values_list("raw", flat=True)
    )
    assert Body.objects.count() == 2
