"""System checks (`sandpost check`): what this machine must offer, said before something fails for the lack of it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register

# RETURNING, which the inserts of a batch need.
OLDEST_SQLITE = (3, 35, 0)


@register(Tags.files)
def data_folder_is_writable(**kwargs: Any) -> list[CheckMessage]:
    folder: Path = settings.SANDPOST["data"]
    if can_write(folder):
        return []
    return [
        Error(
            f"The data folder {folder} cannot be written to.",
            hint="Give another with --data DIR (SANDPOST_DATA).",
            id="catcher.E001",
        )
    ]


def can_write(folder: Path) -> bool:
    """Say whether the folder, or where it is still missing the nearest one above it, takes new files."""
    nearest = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


@register(Tags.compatibility)
def sqlite_is_able(**kwargs: Any) -> list[CheckMessage]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    found: list[CheckMessage] = []
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        found.append(
            Error(
                f"SQLite {sqlite3.sqlite_version} is too old.",
                hint="Use a Python that is built with SQLite 3.35 or newer.",
                id="catcher.E002",
            )
        )
    if not has_fts5():
        found.append(
            Error(
                "SQLite is built without FTS5, the full-text index.",
                hint="Use a Python whose SQLite has it: those of python.org, Debian, Fedora and Homebrew do.",
                id="catcher.E003",
            )
        )
    return found


def has_fts5() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


@register(Tags.async_support)
def events_reach_one_process(**kwargs: Any) -> list[CheckMessage]:
    if not settings.CHANNEL_LAYERS["default"]["BACKEND"].endswith("InMemoryChannelLayer"):
        return []
    return [
        Info(
            "Events travel in memory: pages are live only in the process that takes the mail.",
            hint="Right for one process, which is how Sandpost runs by default.",
            id="catcher.I001",
        )
    ]
