"""Promises 2 and 4 against the real program: killed, stopped and with a full disk, nothing acknowledged is missing."""

from __future__ import annotations

import re
import resource
import smtplib
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Sandpost, StartSandpost

SENDERS = 4
STORED = re.compile(rb"Stored as (\w{22})")


class Load:
    """Senders that keep on sending until their server is gone; `acknowledged` maps id to the bytes that were sent."""

    def __init__(self, sandpost: Sandpost) -> None:
        self._where = sandpost.smtp
        self.acknowledged: dict[str, bytes] = {}
        self.refused = 0
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 30
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, f"only {len(self.acknowledged)} were acknowledged"
            time.sleep(0.005)

    def end(self) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join(30)

    def _send(self, sender: int) -> None:
        number = 0
        client = smtplib.SMTP(timeout=20)
        try:
            client.connect(*self._where)
            client.ehlo("load.example.com")
            while not self._enough.is_set():
                number += 1
                raw = f"Subject: {sender}.{number}\r\n\r\n".encode() + b".dots\r\n" * (number % 300) + b"end\r\n"
                client.mail(f"sender{sender}@example.com")
                client.rcpt("jane@example.com")
                code, text = client.data(raw)
                found = STORED.search(text)
                if code == 250 and found is not None:
                    self.acknowledged[found[1].decode()] = raw
                else:
                    self.refused += 1
        except (smtplib.SMTPException, OSError):
            pass  # the server is gone
        finally:
            client.close()


def check(data: Path, acknowledged: dict[str, bytes]) -> None:
    """Compare the database with what was acknowledged, octet for octet, and its counters with its rows."""
    with closing(sqlite3.connect(data / "sandpost.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = dict(
            database.execute(
                "SELECT m.public_id, b.raw FROM catcher_message m JOIN catcher_body b ON b.message_id = m.id"
            )
        )
        missing = [public_id for public_id, raw in acknowledged.items() if stored.get(public_id) != raw]
        assert missing == []
        counters = dict(database.execute("SELECT name, value FROM catcher_counter"))
        (messages, octets) = database.execute("SELECT count(*), coalesce(sum(size), 0) FROM catcher_message").fetchone()
        assert (counters["messages"], counters["bytes"]) == (messages, octets)
        assert len(stored) == messages
        (unread,) = database.execute("SELECT count(*) FROM catcher_message WHERE NOT read").fetchone()
        assert counters["unread"] == unread
        sessions = database.execute("SELECT count(*), coalesce(sum(failed), 0) FROM catcher_session").fetchone()
        assert (counters["sessions"], counters["failed"]) == sessions
        (without,) = database.execute(
            "SELECT count(*) FROM catcher_message WHERE id NOT IN (SELECT message_id FROM catcher_recipient)"
        ).fetchone()
        assert without == 0


@pytest.mark.parametrize("moment", [20, 100, 250])
def test_kill_minus_nine_under_load_loses_nothing_acknowledged(start_sandpost: StartSandpost, moment: int) -> None:
    sandpost = start_sandpost()
    load = Load(sandpost)
    load.wait_for(moment)
    sandpost.kill()
    load.end()
    again = start_sandpost(data=sandpost.data)
    with again.client() as client:
        client.sendmail("a@example.com", ["b@example.com"], b"Subject: after the crash\r\n\r\nx\r\n")
    assert again.json("/api/v1/messages?limit=1")["messages"][0]["Subject"] == "after the crash"
    assert again.stop().code == 0
    check(sandpost.data, load.acknowledged)
    with closing(sqlite3.connect(sandpost.data / "sandpost.sqlite3")) as database:
        endings = {reason for (reason,) in database.execute("SELECT close_reason FROM catcher_session")}
        (open_still,) = database.execute("SELECT count(*) FROM catcher_session WHERE ended_at IS NULL").fetchone()
        (untold,) = database.execute(
            "SELECT count(*) FROM catcher_session s WHERE messages_stored"
            " != (SELECT count(*) FROM catcher_message m WHERE m.session_id = s.id)"
        ).fetchone()
    assert open_still == 0
    assert endings == {"lost", "quit"}
    assert untold == 0


def test_stopping_under_load_finishes_what_is_in_flight(start_sandpost: StartSandpost) -> None:
    sandpost = start_sandpost()
    load = Load(sandpost)
    load.wait_for(100)
    ended = sandpost.stop()
    load.end()
    assert ended.code == 0
    check(sandpost.data, load.acknowledged)
    with closing(sqlite3.connect(sandpost.data / "sandpost.sqlite3")) as database:
        (open_still,) = database.execute("SELECT count(*) FROM catcher_session WHERE ended_at IS NULL").fetchone()
        stored = database.execute("SELECT count(*) FROM catcher_message").fetchone()
        chunks = database.execute("SELECT count(DISTINCT session_id) FROM catcher_tapechunk").fetchone()
    assert open_still == 0
    assert stored == (len(load.acknowledged),), "what was stored was acknowledged too"
    assert chunks == (SENDERS,)


# A file may not grow beyond this: for SQLite, a disk that is full.
LIMITED = (
    sys.executable,
    "-c",
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000));"
    "from catcher.__main__ import main; main(sys.argv[1:])",
)


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system cannot limit the size of files")
def test_a_full_disk_is_451_and_everything_stays_up_and_consistent(start_sandpost: StartSandpost) -> None:
    sandpost = start_sandpost(command=LIMITED)
    replies: dict[int, int] = {}
    acknowledged: dict[str, bytes] = {}
    raw = b"Subject: large\r\n\r\n" + b"x" * 70_000 + b"\r\n"
    with sandpost.client() as client:
        client.ehlo("full.example.com")
        for _ in range(80):
            client.mail("a@example.com")
            client.rcpt("b@example.com")
            code, text = client.data(raw)
            replies[code] = replies.get(code, 0) + 1
            found = STORED.search(text)
            if found is not None:
                acknowledged[found[1].decode()] = raw
            else:
                assert text.startswith(b"4.3.0 ")
    assert replies.keys() == {250, 451}
    listed = sandpost.json("/api/v1/messages?limit=0")
    assert {message["ID"] for message in listed["messages"]} == acknowledged.keys()
    assert listed["total"] == len(acknowledged)
    assert b"full.example.com" in sandpost.get("/sessions/")
    assert sandpost.stop().code == 0
    check(sandpost.data, acknowledged)
