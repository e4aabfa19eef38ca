"""Every setting of Sandpost, declared once: environment variable, command-line option, `--help` and settings page."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from catcher.env import Setting, address, boolean, count, folder, seconds, size, words


def data_home() -> Path:
    """Return the user's data directory for Sandpost, by the custom of the system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local")).expanduser() / "Sandpost"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/Sandpost").expanduser()
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "sandpost"


def credentials(text: str) -> tuple[str, str] | None:
    """Return (user, password), or None where every login is accepted."""
    if text == "any":
        return None
    user, colon, password = text.partition(":")
    if not (user and colon):
        raise ValueError("give it as USER:PASSWORD, or any")
    return user, password


TAG_SOURCES = ("x-tags", "plus")


def tag_sources(text: str) -> list[str]:
    """Return the sources of tags; an empty list where mail gives none."""
    found = [] if text.strip() == "none" else words(text.lower())
    if wrong := [word for word in found if word not in TAG_SOURCES]:
        raise ValueError(f"{wrong[0]} is no source; give {', '.join(TAG_SOURCES)} or none")
    return found


SETTINGS: tuple[Setting, ...] = (
    Setting("smtp", address, "127.0.0.1:1025", "where SMTP listens; port 0 takes a free one", "HOST:PORT"),
    Setting("http", address, "127.0.0.1:8025", "where the web page and the API listen", "HOST:PORT"),
    Setting("data", folder, str(data_home()), "folder for the database, the certificate and ports.json", "DIR"),
    Setting("memory", boolean, "no", "keep nothing: everything is gone when Sandpost stops"),
    Setting(
        "allowed_hosts",
        words,
        "",
        "host names besides localhost and IP addresses under which the page may be opened, by commas",
        "NAMES",
    ),
    Setting("hostname", str, "sandpost", "name in the greeting and in the EHLO reply", "NAME", "SMTP"),
    Setting(
        "no_starttls",
        boolean,
        "no",
        "do not offer STARTTLS: for clients that use it unasked and then refuse our own certificate",
        group="SMTP",
    ),
    Setting(
        "smtp_login",
        credentials,
        "any",
        "the only credentials that AUTH accepts; any accepts every login",
        "USER:PASSWORD",
        "SMTP",
        secret=True,
    ),
    Setting(
        "keep_credentials",
        boolean,
        "no",
        "record the secrets of AUTH in the dialog instead of masking them",
        group="SMTP",
    ),
    Setting(
        "tags_from",
        tag_sources,
        "x-tags,plus",
        "what gives tags to new mail: the X-Tags header, user+tag@example.com, by commas; none for neither",
        "SOURCES",
    ),
    Setting("max_message_size", size, "50m", "largest message (552 5.3.4 above it)", "SIZE", "Limits"),
    Setting("max_recipients", count, "1000", "recipients of a message (452 4.5.3 above it)", "N", "Limits"),
    Setting("max_command_length", size, "4096", "octets of a command line (500 5.5.2 above it)", "N", "Limits"),
    Setting(
        "max_line_length", size, "0", "octets of a line in a message (554 5.6.0 above it); 0 for any", "N", "Limits"
    ),
    Setting("max_errors", count, "20", "errors in a row before 421 4.7.0 ends the session", "N", "Limits"),
    Setting("max_connections", count, "2000", "SMTP connections at once (421 4.3.2 above it)", "N", "Limits"),
    Setting("idle_timeout", seconds, "300", "seconds of silence before 421 4.4.2 ends the session", "S", "Limits"),
    Setting("max_tape_line", size, "8k", "octets of a line that the dialog keeps", "SIZE", "Limits"),
    Setting("max_tape", size, "8m", "octets of a session that the dialog keeps", "SIZE", "Limits"),
    Setting("keep_messages", count, "100000", "newest messages to keep; 0 for all", "N", "Retention"),
    Setting("keep_sessions", count, "100000", "newest sessions to keep; 0 for all", "N", "Retention"),
    Setting(
        "keep_failed_sessions",
        count,
        "20000",
        "newest failing sessions that outlast those that went well, at most half of all; 0 for none",
        "N",
        "Retention",
    ),
    Setting("keep_days", count, "0", "days to keep messages and sessions; 0 for ever", "N", "Retention"),
    Setting("keep_size", size, "10g", "total size of the messages to keep; 0 for any", "SIZE", "Retention"),
)
BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}


def read() -> dict[str, Any]:
    """Return every value, from the environment; raises SettingError for the first that cannot be used."""
    return {setting.name: setting.value() for setting in SETTINGS}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add an option a setting; a value given there goes before the variable."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    for setting in SETTINGS:
        if setting.group not in groups:
            groups[setting.group] = parser.add_argument_group(setting.group.lower())
        default = "" if setting.is_flag else f" [{setting.default}]"
        text = f"{setting.help}{default} ({setting.variable})".replace("%", "%%")
        if setting.is_flag:
            groups[setting.group].add_argument(
                setting.option, dest=setting.name, action="store_const", const="yes", default=None, help=text
            )
        else:
            groups[setting.group].add_argument(
                setting.option, dest=setting.name, metavar=setting.metavar, default=None, help=text
            )


def take_options(arguments: list[str]) -> None:
    """Put the options of a command line into the environment, where Django's settings find them."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    add_options(parser)
    try:
        known, _ = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        return  # the command's own parser says what is wrong
    for setting in SETTINGS:
        value = getattr(known, setting.name)
        if value is not None:
            os.environ[setting.variable] = value
