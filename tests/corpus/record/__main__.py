"""Records every client in every situation: `python -m tests.corpus.record TOOLS [CLIENT or SITUATION ...]`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from catcher.dialog.records import Kind, Record
from tests.corpus import FOLDER, rows
from tests.corpus.record.clients import HERE, LIBRARIES, NO_QUIT, PROGRAMS, SITUATIONS, Client

# A scanner makes a hundred sessions that are all the same.
MOST = 3
# emailjs, where STARTTLS is refused, asks for it without end.
MOST_RECORDS = 1000
NAMES = "127.0.0.1 localhost\n127.0.1.1 app.example.com app\n"
DEFAULTS = {
    "SMTP_FROM": "me@example.com",
    "SMTP_TO": "you@example.com",
    "SMTP_SIZE": "3",
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
    "SMTP_TLS": "",
    "SMTP_TIMEOUT": "3",
    "PATH": os.environ["PATH"],
    "LANG": "C.UTF-8",
}


def run(client: str, tools: Path, environment: dict[str, str], home: Path) -> str:
    """Run a shell command under the name app.example.com and return what it printed."""
    command = client.format(here=HERE, tools=tools, python=sys.executable)
    (home / "hosts").write_text(NAMES)
    shell = f"hostname app.example.com && mount --bind {home}/hosts /etc/hosts && {command}"
    done = subprocess.run(
        ["unshare", "-um", "timeout", "-k", "1", "20", "bash", "-c", shell],
        env={**environment, "HOME": str(home)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace").strip()


def record(client: Client, situation: str, sandbox: Any, tools: Path, version: str) -> None:
    """Run a client once and write what the server saw and what the client said."""
    from catcher.models import Body, Session

    seen = set(Session.objects.values_list("pk", flat=True))
    environment = {**DEFAULTS, **SITUATIONS[situation][1], "SMTP_PORT": str(sandbox.address[1])}
    trusts = environment.pop("TRUST", "") or client.always_tls
    if trusts and situation != "tls-untrusted":
        environment["SSL_CERT_FILE"] = environment["CA"] = str(sandbox.folder / "certificate.pem")
    before = set(Body.objects.values_list("pk", flat=True))
    with tempfile.TemporaryDirectory() as home:
        output = run(client.command, tools, environment, Path(home))
        output = output.replace(home, "HOME")
    if not Session.objects.exclude(pk__in=seen).exists():
        sandbox.call(asyncio.sleep(0.5))
    sandbox.eventually(lambda: not Session.objects.filter(ended_at=None).exists())
    sessions = [list(session.records()) for session in Session.objects.exclude(pk__in=seen).order_by("pk")][:MOST]
    if not sessions:
        raise RuntimeError(f"it never connected: {output}")
    if sum(map(len, sessions)) > MOST_RECORDS:
        raise RuntimeError("it does not end")
    raw = [bytes(body.raw) for body in Body.objects.exclude(pk__in=before).order_by("pk")]
    write(client, situation, version, sessions, output, raw, str(sandbox.address[1]))


def write(
    client: Client, situation: str, version: str, sessions: list[list[Record]], output: str, raw: list[bytes], port: str
) -> None:
    for note in (record for tape in sessions for record in tape if record.kind is Kind.OPEN):
        note.info["peer"] = "127.0.0.1:40000"
    content: dict[str, Any] = {
        "client": client.name,
        "version": version,
        "family": client.family,
        "situation": situation,
        "printed": re.sub(rf"\b{port}\b", "1025", output).splitlines() if client.raises else [],
        "message": raw[0].decode("latin-1").splitlines(keepends=True) if raw else [],
        "sessions": [rows(tape) for tape in sessions],
    }
    # A row a line: what is read as a table is written as one.
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in content.items() if name != "sessions"]
    tapes = ",\n".join(
        "  [\n" + ",\n".join(f"   {json.dumps(row)}" for row in tape) + "\n  ]" for tape in content["sessions"]
    )
    text = "{\n" + ",\n".join(lines) + ',\n "sessions": [\n' + tapes + "\n ]\n}\n"
    (FOLDER / f"{client.name}-{situation}.json").write_text(text, encoding="ascii")


def chosen(names: list[str], situation: str) -> list[Client]:
    if situation == "no-quit":
        return [NO_QUIT] if not names or "smtplib" in names else []
    clients = [c for c in (*LIBRARIES, *PROGRAMS) if not names or c.name in names]
    return [client for client in clients if not client.only or situation in client.only]


def set_up(folder: str) -> None:
    """Make a database in a folder; nothing that needs one may be imported before."""
    os.environ["SANDPOST_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "catcher.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def main() -> None:
    tools, names = Path(sys.argv[1]).resolve(), [name for name in sys.argv[2:] if name not in SITUATIONS]
    situations = [name for name in sys.argv[2:] if name in SITUATIONS] or list(SITUATIONS)
    versions: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        from tests.corpus.record import server

        for situation in situations:
            options: dict[str, Any] = {"with_tls": True, **SITUATIONS[situation][0]}
            with server.running(Path(folder), **options) as sandbox:
                for client in chosen(names, situation):
                    if client.name not in versions:
                        versions[client.name] = run(client.version, tools, DEFAULTS, Path(folder))
                    print(situation, client.name)
                    try:
                        record(client, situation, sandbox, tools, versions[client.name])
                    except Exception as error:
                        print("   FAILED", repr(error))


if __name__ == "__main__":
    main()
