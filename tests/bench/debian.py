"""Debian packages, downloaded and unpacked into a folder: nothing is installed, configured or started."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

# Of the system, and too deep in it to be taken from anywhere else.
NEVER = {"libc6", "libgcc-s1", "libstdc++6"}
GENERATIONS = 4


def _run(*command: str, folder: Path, **environment: str) -> str | None:
    """Return what the command printed, or None when it failed."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    return done.stdout if done.returncode == 0 else None


def path_of_libraries(root: Path) -> str:
    """Return LD_LIBRARY_PATH for what is unpacked under `root`."""
    folders = [root / "usr/lib/postfix", *root.glob("usr/lib/*-linux-*"), *root.glob("lib/*-linux-*")]
    return os.pathsep.join(str(folder) for folder in folders if folder.is_dir())


def runs(program: Path, root: Path) -> bool:
    """Say whether the program finds all its libraries, with those under `root`."""
    found = _run("ldd", str(program), folder=root, LD_LIBRARY_PATH=path_of_libraries(root), LC_ALL="C")
    return found is not None and "not found" not in found


def _unpack(package: str, root: Path) -> bool:
    for old in root.glob("*.deb"):
        old.unlink()
    if _run("apt-get", "download", package, folder=root) is None:
        return False
    return all(_run("dpkg", "-x", str(archive), ".", folder=root) is not None for archive in root.glob("*.deb"))


def _libraries(package: str, root: Path) -> set[str]:
    """Return the libraries that a package depends on."""
    listing = _run("apt-cache", "depends", "--no-suggests", "--no-recommends", package, folder=root) or ""
    words = {line.split()[-1] for line in listing.splitlines() if "Depends:" in line}
    return {word for word in words if word.startswith("lib")} - NEVER


def unpack(package: str, program: str, root: Path) -> bool:
    """Unpack a package into `root`, then the libraries that its program misses, and say whether it runs."""
    if not all(shutil.which(tool) for tool in ("apt-get", "apt-cache", "dpkg", "ldd")):
        return False
    root.mkdir(parents=True, exist_ok=True)
    if not _unpack(package, root):
        # Images are often shipped without package lists; only root may fetch them.
        if os.geteuid() != 0 or _run("apt-get", "update", folder=root) is None:
            return False
        if not _unpack(package, root):
            return False
    have, newest = {package}, {package}
    for _ in range(GENERATIONS):
        if runs(root / program, root):
            break
        newest = set().union(*(_libraries(name, root) for name in newest)) - have
        for library in sorted(newest):
            _unpack(library, root)
        have |= newest
    return runs(root / program, root)
