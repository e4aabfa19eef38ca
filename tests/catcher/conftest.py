"""A database file a test, and a Sandpost in this process on top of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.core.management import call_command
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

if TYPE_CHECKING:
    from tests.catcher.sandbox import Sandbox


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """A database file with every migration applied, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    with django_db_blocker.unblock(), _database(path):
        call_command("migrate", verbosity=0, interactive=False)
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A file of the test's own: the writer and its readers have connections of their own to it."""
    path = tmp_path / "sandpost.sqlite3"
    shutil.copy(empty_database, path)
    with django_db_blocker.unblock(), _database(path):
        yield path


class _database:
    """Points every connection that is opened inside, in whichever thread, at a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before: Any = None
        self._name: Any = None

    def __enter__(self) -> None:
        self._before = connections["default"]
        self._name = connections.settings["default"]["NAME"]
        del connections["default"]
        connections.settings["default"]["NAME"] = str(self._path)

    def __exit__(self, *_: object) -> None:
        connection.close()
        connections.settings["default"]["NAME"] = self._name
        connections["default"] = self._before


class Start(Protocol):
    def __call__(self, *, loop: str = "uvloop", with_tls: bool = True, **limits: Any) -> Sandbox: ...


@pytest.fixture
def start(database: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Start]:
    """Start a sandbox with these limits; at the end nothing of it may be left, and nothing may be in the log."""
    # Models can be imported only once Django is set up, and this file may be read before that.
    from tests.catcher.sandbox import Sandbox, loop_of

    started: list[Sandbox] = []

    def begin(*, loop: str = "uvloop", with_tls: bool = True, **limits: Any) -> Sandbox:
        started.append(Sandbox(database.parent, loop_of(loop), with_tls, **limits))
        return started[-1]

    yield begin
    for sandbox in started:
        sandbox.stop()
    allowed = "nothing stored:"  # what the tests of failure provoke, and is said to whoever runs Sandpost
    errors = [entry for entry in caplog.get_records("call") if entry.levelno >= logging.ERROR]
    assert [entry.getMessage() for entry in errors if not entry.getMessage().startswith(allowed)] == []


@pytest.fixture
def sandbox(start: Start) -> Sandbox:
    """A sandbox as it is without any setting."""
    return start()


@pytest.fixture(params=["uvloop", "asyncio"])
def either_loop(request: pytest.FixtureRequest, start: Start) -> Sandbox:
    """A sandbox on each of the two event loops that Sandpost runs on."""
    return start(loop=request.param)
