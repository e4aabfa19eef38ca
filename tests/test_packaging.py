"""The wheel, installed beside its declared dependencies and nothing else, is a whole Sandpost."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from catcher import __version__
from tests.conftest import ROOT, StartSandpost, run

NOT_FROM_HERE = {"PYTHONPATH": ""}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The `sandpost` of an environment that holds what `pip install` would bring there, without asking a registry."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    for name in required_by("sandpost"):
        link(metadata.distribution(name), site)
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    command += ["--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [str(folder / "bin" / "sandpost")]


def required_by(root: str) -> set[str]:
    """Return the names of all distributions that one needs, directly or not, in this Python on this system."""
    found: set[tuple[str, str]] = set()
    waiting = [(root, "")]
    while waiting:
        name, extra = waiting.pop()
        for text in requirements(name):
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = {(requirement.name, each) for each in ("", *requirement.extras)}
                waiting.extend(wanted - found)
                found |= wanted
    return {name for name, _ in found}


def requirements(name: str) -> list[str]:
    if name != "sandpost":
        return metadata.requires(name) or []
    declared: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return declared


def link(distribution: metadata.Distribution, site: Path) -> None:
    """Show a distribution of this environment in another one."""
    for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(distribution.locate_file(top))))


def test_everything_the_pages_need_is_in_the_wheel(wheel: Path) -> None:
    inside = set(ZipFile(wheel).namelist())
    for top in ("templates", "static"):
        files = {str(path.relative_to(ROOT)) for path in (ROOT / top).rglob("*") if path.is_file()}
        assert files
        assert {f"webui/{file}" for file in files} <= inside
    assert any(name.startswith("catcher/migrations/0001") for name in inside)
    assert not any(name.startswith(("tests/", "templates/", "static/")) for name in inside)


def test_the_command_works_from_any_folder(installed: list[str]) -> None:
    ended = run("--version", command=installed, environ=NOT_FROM_HERE)
    assert ended == (0, f"{__version__}\n", "")


def test_the_installed_program_serves_pages_and_takes_mail(installed: list[str], start_sandpost: StartSandpost) -> None:
    sandpost = start_sandpost(command=installed, environ=NOT_FROM_HERE)
    page = sandpost.get("/").decode()
    assert "Sandpost" in page
    assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {Path(asset).suffix for asset in assets} >= {".css", ".js"}
    for asset in assets:
        assert sandpost.get(asset)
    sent = run("sendtest", "--smtp", sandpost.address, "--only", "plain", command=installed, environ=NOT_FROM_HERE)
    assert sent.code == 0, sent.errors
    assert sandpost.json("/api/v1/messages")["total"] == 1
    assert sandpost.stop().code == 0


def test_the_version_is_told_once() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()
