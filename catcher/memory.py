"""`--memory`: a data folder in memory that is gone when Sandpost is."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from catcher.options import BY_NAME

_PREFIX = "sandpost-"


def use_memory_if_asked() -> None:
    """Point the data folder at a private one in memory (or the temporary folder) where the setting asks for it."""
    try:
        asked = BY_NAME["memory"].value()
    except ValueError:
        return  # reported with all other settings
    if not asked:
        return
    shared = Path("/dev/shm")  # noqa: S108 - memory where the system has it; the folder itself is private
    home = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    _remove_left_over(home)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=home))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[BY_NAME["data"].variable] = str(folder)


def _remove_left_over(home: Path) -> None:
    """Remove what a killed process could not: folders whose process is gone."""
    for folder in home.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
