"""The wheel, installed into an environment of its own: everything that the program needs is inside."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT, environment

if TYPE_CHECKING:
    from tests.conftest import StartSandpost


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has the wheel, and our dependencies by a path file only."""
    home = tmp_path_factory.mktemp("wheel")
    # Without isolation: the build must not depend on a registry that answers just now.
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home)], cwd=ROOT, check=True, timeout=120
    )
    (wheel,) = home.glob("*.whl")
    venv.create(home / "venv", with_pip=False)
    programs = home / "venv" / "bin"
    python = programs / "python"
    place = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)],
        check=True,
        timeout=120,
    )
    # Behind the wheel's own files, and without processing the path files there: our editable checkout stays out.
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def test_the_wheel_runs_from_any_folder(installed: Path, start_sandpost: StartSandpost) -> None:
    outside = {"PYTHONPATH": ""}
    sandpost = start_sandpost(command=[str(installed / "sandpost")], environ=outside)
    with sandpost.client() as client:
        client.sendmail("a@example.com", ["b@example.com"], b"Subject: from a wheel\r\n\r\nx\r\n")
    page = sandpost.get("/").decode()
    assert "from a wheel" in page
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert len(files) >= 6
    assert {Path(path).suffix for path in files} == {".css", ".js", ".svg"}
    for path in files:
        assert len(sandpost.get(path)) > 100
    where = subprocess.run(
        [installed / "python", "-c", "import catcher, webui; print(catcher.__file__, webui.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        env=environment(outside),
    ).stdout
    assert str(ROOT) not in where
    assert sandpost.stop().code == 0


def test_the_wheel_knows_its_version(installed: Path) -> None:
    done = subprocess.run(
        [installed / "sandpost", "--version"],
        check=True,
        capture_output=True,
        text=True,
        env=environment({"PYTHONPATH": ""}),
    )
    assert done.stdout.strip() == "0.1.0"
