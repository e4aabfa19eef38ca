"""What all tests share: a data folder that is nobody's, and the real program on free ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.request import urlopen

import django
import pytest
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parent.parent

# Before Django reads its settings, which are computed from these: one folder a worker, and no setting of whoever runs
# the tests. pytest-django would read them before this file, were DJANGO_SETTINGS_MODULE in pyproject.toml.
for _name in [name for name in os.environ if name.startswith("SANDPOST_") and name != "SANDPOST_REQUIRE_ALL"]:
    del os.environ[_name]
_folder = tempfile.mkdtemp(prefix="sandpost-tests-")
os.environ["SANDPOST_DATA"] = str(Path(_folder, "data"))
os.environ["DJANGO_SETTINGS_MODULE"] = "catcher.settings"
# A conftest further down, and a test module, may import models at its top.
django.setup()

# How long an example takes says more about the other worker than about the code.
hypothesis_settings.register_profile("sandpost", deadline=None, database=None)
hypothesis_settings.load_profile("sandpost")

REQUIRE_ALL = bool(os.environ.get("SANDPOST_REQUIRE_ALL"))
START_TIMEOUT = 30.0
STOP_TIMEOUT = 30.0
POLL = 0.01


def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Where everything must run, a test that did not is a test that failed."""
    if REQUIRE_ALL:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"SANDPOST_REQUIRE_ALL is set, and this did not run. {reason}"


class Ended(NamedTuple):
    """A program that ended: its status and everything it said."""

    code: int
    output: str
    errors: str


class Sandpost:
    """The real program, started with a data folder on free ports; a context that kills it at its end."""

    def __init__(
        self,
        data: Path,
        *options: str,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self.data = data
        # Set where a test makes the program fail on purpose; otherwise a traceback fails the test.
        self.may_fail = False
        self._where = Path(tempfile.mkdtemp(prefix="run-", dir=_folder))
        self._output, self._errors = self._where / "stdout", self._where / "stderr"
        arguments = ["serve", "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", str(data), *options]
        # Files, not pipes: nobody has to read along for the program to go on.
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [*(command or COMMAND), *arguments],
                cwd=self._where,
                env=environment(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
            )
        try:
            ports = self._wait_for_ports()
        except BaseException:
            self.kill()
            raise
        self.smtp: tuple[str, int] = (ports["smtp"][0], ports["smtp"][1])
        self.address = f"{ports['smtp'][0]}:{ports['smtp'][1]}"
        self.http = f"http://{ports['http'][0]}:{ports['http'][1]}"

    def __enter__(self) -> Sandpost:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    @property
    def errors(self) -> str:
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def _wait_for_ports(self) -> dict[str, Any]:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Sandpost ended with {self.process.returncode}:\n{self.output}{self.errors}")
            for folder in self._folders():
                with suppress(FileNotFoundError):
                    ports: dict[str, Any] = json.loads((folder / "ports.json").read_text(encoding="utf-8"))
                    if ports["pid"] == self.pid:  # the file of a killed one stays behind
                        self.data = folder
                        return ports
            time.sleep(POLL)
        raise RuntimeError(f"Sandpost did not start within {START_TIMEOUT} s:\n{self.output}{self.errors}")

    def _folders(self) -> Iterator[Path]:
        yield self.data
        # With --memory the folder is of the program's own making.
        for place in (Path("/dev/shm"), Path(tempfile.gettempdir())):
            yield from place.glob(f"sandpost-{self.pid}-*")

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP(*self.smtp, timeout=10)

    def get(self, path: str) -> bytes:
        with urlopen(self.http + path, timeout=10) as response:
            content: bytes = response.read()
        return content

    def json(self, path: str) -> Any:
        return json.loads(self.get(path))

    def stop(self) -> Ended:
        """Ask it to stop, as Ctrl-C does, and wait until it has."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> Ended:
        code = self.process.wait(STOP_TIMEOUT)
        return Ended(code, self.output, self.errors)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(STOP_TIMEOUT)


COMMAND = (sys.executable, "-m", "catcher")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a program under test: no setting of ours, no terminal, this checkout in reach."""
    ours = ("SANDPOST_", "DJANGO_", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(extra or {})}


def run(*arguments: str, environ: Mapping[str, str] | None = None, command: Sequence[str] | None = None) -> Ended:
    """Run the command to its end, in an empty folder that is not the checkout."""
    with tempfile.TemporaryDirectory(dir=_folder) as where:
        done = subprocess.run(
            [*(command or COMMAND), *arguments],
            cwd=where,
            env=environment(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_TIMEOUT,
            check=False,
        )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


class StartSandpost(Protocol):
    def __call__(
        self,
        *options: str,
        data: Path | None = None,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> Sandpost: ...


@contextmanager
def starter(folder: Path) -> Iterator[StartSandpost]:
    """Start as many as are needed; none of them may have said a traceback, unless it `may_fail`."""
    started: list[Sandpost] = []

    def start(
        *options: str,
        data: Path | None = None,
        environ: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
    ) -> Sandpost:
        sandpost = Sandpost(data or folder / "data", *options, environ=environ, command=command)
        started.append(sandpost)
        return sandpost

    yield start
    for sandpost in started:
        sandpost.kill()
    complaints = [sandpost.errors for sandpost in started if not sandpost.may_fail]
    assert "Traceback" not in "".join(complaints)


@pytest.fixture
def start_sandpost(tmp_path: Path) -> Iterator[StartSandpost]:
    with starter(tmp_path) as start:
        yield start


@pytest.fixture
def sandpost(start_sandpost: StartSandpost) -> Sandpost:
    """A running Sandpost with an empty data folder."""
    return start_sandpost()


@pytest.fixture(scope="module")
def shared_sandpost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandpost]:
    """A running Sandpost for all tests of a module that take what they find there for granted, and leave it so."""
    with starter(tmp_path_factory.mktemp("shared")) as start:
        yield start()
