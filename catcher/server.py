"""The running Sandpost: SMTP and web on one event loop, started in order and stopped in order."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Count

from catcher import addresses, events, writer
from catcher.checkpoint import Checkpointer
from catcher.dialog.outcome import Close, Outcome
from catcher.digest import Digester
from catcher.env import Address
from catcher.examine import Examiner
from catcher.importing import Importer
from catcher.ingest import Inlet
from catcher.models import Counter, Session
from catcher.retention import Keep, Retention
from catcher.smtp import tls
from catcher.smtp.listener import Limits, Listener

logger = logging.getLogger(__name__)

PORTS = "ports.json"
LOCK = "lock"


class StartError(Exception):
    """Sandpost cannot start; the text is one line that says why and what to do."""


class Server:
    """Everything that runs while Sandpost runs."""

    def __init__(
        self, folder: Path, smtp: socket.socket, http: socket.socket, say: Callable[[str], Any], lock: int | None
    ) -> None:
        self._folder = folder
        self._smtp = smtp
        self._http = http
        self._say = say
        self._lock = lock
        self._loop = _new_loop()
        self._inlet = Inlet(self._loop)
        self._listener: Listener | None = None
        self._digester = Digester(self._inlet.writer)
        self._examiner = Examiner(self._inlet.writer)
        self._importer = Importer(lambda: self._inlet.writer.is_pressed)
        self._checkpointer = Checkpointer()
        self._retention = Retention(Keep.of(settings.SANDPOST))
        self._stopping = False

    @classmethod
    def prepare(cls, say: Callable[[str], Any] = print) -> Server:
        """Do everything that can fail for reasons of the user's, and bind the ports; raises StartError."""
        configured = settings.SANDPOST
        folder: Path = configured["data"]
        _make_folder(folder)
        lock = _take_lock(folder)
        smtp = _bind(configured["smtp"], "SMTP", "--smtp")
        http = _bind(configured["http"], "the web page", "--http")
        addresses.choose("smtp", _bound(configured["smtp"], smtp))
        addresses.choose("http", _bound(configured["http"], http))
        try:
            call_command("migrate", verbosity=0, interactive=False)
            _close_lost_sessions()
        except (DatabaseError, sqlite3.Error) as error:
            raise StartError(f"the database in {folder} cannot be used: {error}") from error
        finally:
            connection.close()
        return cls(folder, smtp, http, say, lock)

    def run(self) -> None:
        """Run until SIGINT or SIGTERM, then finish what is in flight."""
        _raise_file_limit()
        # What is loaded by now lives as long as the process, and what a message makes dies by reference count: the
        # collector's default rhythm would spend a quarter of the time under load looking through both in vain.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)
        # The writer computes in pure Python between its commits; a sender's next command must not wait 5 ms for it.
        sys.setswitchinterval(0.0002)
        # Twisted takes the reactor that is installed first; daphne's import would install one on a loop of its own.
        from twisted.internet import asyncioreactor

        asyncio.set_event_loop(self._loop)
        asyncioreactor.install(self._loop)  # type: ignore[no-untyped-call]
        from daphne.server import Server as Daphne

        from catcher.asgi import application

        daphne = Daphne(
            application,
            endpoints=[f"fd:fileno={self._http.fileno()}"],
            signal_handlers=False,
            server_name="sandpost",
            verbosity=0,
            http_timeout=120,
            websocket_timeout=-1,
            ready_callable=self._start,
            websocket_max_message_size=1 << 16,
            websocket_max_frame_size=1 << 16,
        )
        daphne.run()
        self._checkpointer.stop()
        self._retention.stop()
        self._importer.stop()
        self._examiner.stop()
        self._digester.stop()
        self._inlet.stop()
        events.connect(None)
        writer.install(None)
        (self._folder / PORTS).unlink(missing_ok=True)

    def _start(self) -> None:
        outbox = events.Outbox(self._loop)
        events.connect(lambda told: self._loop.call_soon_threadsafe(outbox.add, told))
        self._inlet.writer.start()
        writer.install(self._inlet.writer)
        self._digester.start()
        self._examiner.start()
        self._retention.start()
        self._importer.start()
        self._checkpointer.start()
        configured = settings.SANDPOST
        self._listener = Listener(
            self._loop,
            self._inlet,
            Limits.of(configured),
            configured["hostname"],
            None if configured["no_starttls"] else tls.context(self._folder, configured["hostname"]),
            str(addresses.smtp()),
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            self._loop.add_signal_handler(number, self._stop)
        self._loop.create_task(self._open(self._listener))

    async def _open(self, listener: Listener) -> None:
        await listener.start(self._smtp)
        _write_ports(self._folder)
        smtp, http = addresses.smtp(), addresses.http()
        configured = settings.SANDPOST
        kept = "nothing is kept (--memory)" if configured["memory"] else str(self._folder)
        self._say(
            f"Sandpost is ready.\n"
            f"  web   http://{http}\n"
            f"  smtp  {smtp}\n"
            f"  data  {kept}\n"
            f"Send a test mail:  {_command()} sendtest --smtp {smtp}\n"
            f"Stop with Ctrl-C."
        )
        for name, address in (("SMTP", smtp), ("the web page", http)):
            if not _is_loopback(address.host):
                self._say(f"Warning: {name} listens on {address}: everybody who reaches this machine can use it.")

    def _stop(self) -> None:
        if self._stopping:
            return
        self._stopping = True
        self._say("Stopping: finishing what is in flight.")
        self._loop.create_task(self._close())

    async def _close(self) -> None:
        from twisted.internet import reactor

        if self._listener is not None:
            await self._listener.stop()
        cast("Any", reactor).stop()


def _command() -> str:
    """Return what to type before a subcommand, as this program was started."""
    program = Path(sys.argv[0])
    if program.name == "manage.py":
        return f"python {program}"
    return str(program) if program.name == "sandpost" and shutil.which("sandpost") is None else "sandpost"


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop()
    return uvloop.new_event_loop()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".write-test"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"cannot write to the data folder {folder}: {error.strerror}. Give another with --data DIR."
        ) from error


def _take_lock(folder: Path) -> int | None:
    """Hold the folder for this process: two writers would hand out the same mail twice."""
    try:
        import fcntl
    except ImportError:
        return None
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        pid = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise StartError(
            f"Sandpost runs already with the data folder {folder} (process {pid or 'unknown'}). "
            f"Stop it, or give another folder with --data DIR."
        ) from error
    os.truncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode("ascii"))
    return descriptor


def _bind(address: Address, what: str, option: str) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(where)
        # Listening at once: who connects while the rest starts is served a moment later, not refused.
        sock.listen(1024)
        sock.setblocking(False)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StartError(
            f"cannot listen on {address} for {what}: {reason}. Give another address with {option} HOST:PORT."
        ) from error
    return sock


def _bound(configured: Address, sock: socket.socket) -> Address:
    return Address(configured.host, sock.getsockname()[1])


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _close_lost_sessions() -> None:
    """Sessions that were open when Sandpost was killed ended then, whatever their rows say."""
    with transaction.atomic():
        # The messages themselves are counted: the row's own figure may be older than the last of them.
        lost = list(Session.objects.live())
        stored = dict(Session.objects.live().annotate(found=Count("messages")).values_list("pk", "found"))
        for session in lost:
            session.ended_at = session.started_at + session.duration
            session.close_reason = Close.LOST
            session.messages_stored = stored[session.pk]
            session.outcome = Outcome.DELIVERED if session.messages_stored else Outcome.ABORTED
            session.failed = session.outcome == Outcome.ABORTED
        changed = ["ended_at", "close_reason", "messages_stored", "outcome", "failed"]
        Session.objects.bulk_update(lost, changed, batch_size=500)
        Counter.add(failed=sum(session.failed for session in lost))


def _raise_file_limit() -> None:
    """Every connection takes a file descriptor; the usual soft limit of 1,024 is less than max_connections."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 65536
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, 65536), hard))


def _write_ports(folder: Path) -> None:
    """Tell other programs where Sandpost listens; written whole or not at all."""
    smtp, http = addresses.smtp(), addresses.http()
    draft = folder / (PORTS + ".new")
    draft.write_text(json.dumps({"smtp": list(smtp), "http": list(http), "pid": os.getpid()}) + "\n")
    draft.replace(folder / PORTS)
