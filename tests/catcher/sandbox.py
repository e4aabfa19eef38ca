"""The whole way from socket to commit inside the test's process, on an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection

from catcher import events, options, writer
from catcher.dialog.records import Direction, Kind, Record
from catcher.ingest import Inlet
from catcher.models import Body, Counter, Message, Session, Tag
from catcher.smtp import tls
from catcher.smtp.listener import Limits, Listener
from tests.catcher.wire import PATIENCE, Wire

T = TypeVar("T")
DEFAULTS = Limits.of({setting.name: setting.value({}) for setting in options.SETTINGS})


class Sandbox:
    """A listener, its writer and their database; `told` are the events that were published."""

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop, with_tls: bool, **limits: Any) -> None:
        self.folder = folder
        self.loop = loop
        self.told: list[events.Event] = []
        self.faults: list[dict[str, Any]] = []
        self._news = threading.Condition()
        loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.inlet = Inlet(loop)
        context = tls.context(folder, "sandpost") if with_tls else None
        self.listener = Listener(loop, self.inlet, replace(DEFAULTS, **limits), "sandpost", context, "test")
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        self.address: tuple[str, int] = sock.getsockname()
        self._thread = threading.Thread(target=self._run, name="sandbox")
        self.inlet.writer.start()
        writer.install(self.inlet.writer)
        events.connect(self._hear)
        self._thread.start()
        self.call(self.listener.start(sock))

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _hear(self, told: list[events.Event]) -> None:
        with self._news:
            self.told += told
            self._news.notify_all()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the event loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def stop(self) -> None:
        self.call(self.listener.stop(5))
        self.inlet.stop(PATIENCE)
        left = self.call(_settle())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()
        writer.install(None)
        events.connect(None)
        assert left == []
        assert self.faults == []

    def connect(self, greet: bool = True) -> Wire:
        return Wire(self.address, greet)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the writer from writing; what is sent inside is stored, and answered, after it."""
        begun, release = threading.Event(), threading.Event()

        def wait() -> None:
            begun.set()
            release.wait(PATIENCE)

        self.inlet.writer.call(wait)
        assert begun.wait(PATIENCE)
        try:
            yield
        finally:
            release.set()

    def storing(self, count: int = 1) -> None:
        """Wait until that many messages wait for the writer."""
        self.eventually(lambda: sum(protocol.storing for protocol in list(self.listener._open)) == count)

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP(*self.address, local_hostname="client.test", timeout=PATIENCE)

    def eventually(self, look: Callable[[], T | None]) -> T:
        """Return what `look` finds, looked for again after every event until it is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = look()
            if found is not None and found is not False:
                return found
            assert time.monotonic() < deadline, "waited in vain"
            with self._news:
                self._news.wait(0.02)

    def session(self, wire: Wire | int, ended: bool = True) -> Session:
        """Return the row of a connection, once it has ended."""
        port = wire if isinstance(wire, int) else wire.port
        chosen = Session.objects.filter(peer_port=port, ended_at__isnull=not ended)
        return self.eventually(chosen.first)

    def tape(self, wire: Wire | int) -> list[Record]:
        return list(self.session(wire).records())

    def live_tape(self, wire: Wire, until: bytes) -> list[Record]:
        """Return the tape of a running session, once it holds a line that begins with these octets."""

        def look() -> list[Record] | None:
            row = Session.objects.filter(peer_port=wire.port, ended_at=None).first()
            records = list(row.records()) if row is not None else []
            return records if any(record.data.startswith(until) for record in records) else None

        return self.eventually(look)

    def octets(self) -> bytes:
        """Return everything of the database that is on the disk, whatever table it is in."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("*.sqlite3*")))


async def _settle() -> list[str]:
    """Let what is ending end; return the names of the tasks that do not."""
    others = asyncio.all_tasks() - {task for task in (asyncio.current_task(),) if task}
    if not others:
        return []
    _, pending = await asyncio.wait(others, timeout=2)
    return [repr(task) for task in pending]


def loop_of(kind: str) -> asyncio.AbstractEventLoop:
    """Return a new loop: uvloop's or the standard library's."""
    if kind == "uvloop":
        import uvloop

        return uvloop.new_event_loop()
    return asyncio.SelectorEventLoop()


def raw(public_id: str) -> bytes:
    """Return the stored bytes of a message."""
    return bytes(Body.objects.values_list("raw", flat=True).get(message__public_id=public_id))


def only_raw() -> bytes:
    """Return the bytes of the only message there is."""
    return bytes(Body.objects.values_list("raw", flat=True).get())


def id_of(reply: str) -> str:
    """Return the id in a reply to the final dot."""
    assert reply.startswith("250 2.0.0 Stored as "), reply
    return reply.removeprefix("250 2.0.0 Stored as ")


def text(records: list[Record], direction: Direction = Direction.CLIENT) -> list[str]:
    """Return one side's lines."""
    return [record.text for record in records if record.direction is direction and record.kind is Kind.LINE]


def notes(records: list[Record], kind: Kind) -> list[dict[str, Any]]:
    """Return the facts of the notes of a kind."""
    return [record.info for record in records if record.kind is kind]


def reason(records: list[Record]) -> str:
    """Return why the session ended, as the end of its tape says."""
    assert records[-1].kind is Kind.CLOSE
    return str(records[-1].info["reason"])


def assert_counted() -> None:
    """Hold the counters to the rows that they count."""
    rows = Message.objects.values_list("size", "read")
    assert Counter.all() == {
        Counter.MESSAGES: len(rows),
        Counter.UNREAD: sum(not read for _, read in rows),
        Counter.BYTES: sum(size for size, _ in rows),
        Counter.SESSIONS: Session.objects.count(),
        Counter.FAILED: Session.objects.failed().count(),
    }
    for tag in Tag.objects.all():
        assert tag.total == Message.objects.filter(tags=tag).count()
        assert tag.taggings.exists()


def tls_client(folder: Path) -> ssl.SSLContext:
    """Return a client's context that believes this sandbox's certificate and no other."""
    return ssl.create_default_context(cafile=str(folder / tls.CERTIFICATE))
