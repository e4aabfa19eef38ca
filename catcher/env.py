"""Typed reading of settings from environment variables; a wrong value fails loudly and says what would be right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

PREFIX = "SANDPOST_"
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?", re.IGNORECASE)


class SettingError(ValueError):
    """A setting that cannot be used; its text is one line for the person who set it."""


class Address(NamedTuple):
    """A listening address; port 0 lets the system choose."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def address(text: str) -> Address:
    host, colon, port = text.strip().rpartition(":")
    if not colon:  # a port alone
        host, port = "127.0.0.1", text.strip()
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("give it as HOST:PORT, for example 127.0.0.1:1025")
    return Address(host, int(port))


def boolean(text: str) -> bool:
    value = text.strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise ValueError("give it as yes or no")


def count(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ValueError("give a whole number, 0 or more")
    return int(text)


def size(text: str) -> int:
    """Return bytes; `k`, `m` and `g` are powers of 1,024."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError("give bytes, or a number with k, m or g, for example 50m")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e7:
        raise ValueError("give a number of seconds above 0")
    return value


def folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what the option, the variable, `--help` and the settings page say all come from here."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str
    metavar: str = ""
    group: str = "General"
    secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def is_flag(self) -> bool:
        return self.read is boolean

    def text(self, environ: Mapping[str, str]) -> str:
        """Return the raw value; for a secret, `SANDPOST_X_FILE` names a file that holds it."""
        file = environ.get(self.variable + "_FILE") if self.secret else None
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingError(f"{self.variable}_FILE: cannot read {file}: {error.strerror}") from error
        return environ.get(self.variable, self.default)

    def value(self, environ: Mapping[str, str] | None = None) -> Any:
        text = self.text(os.environ if environ is None else environ)
        try:
            return self.read(text)
        except ValueError as error:
            shown = "the value" if self.secret else repr(text)
            raise SettingError(f"{self.variable} ({self.option}): {shown} cannot be used: {error}") from error
