"""The addresses that are really listened on: the configured ones, or what the system chose for port 0."""

from __future__ import annotations

from django.conf import settings

from catcher.env import Address

_chosen: dict[str, Address] = {}


def choose(name: str, address: Address) -> None:
    _chosen[name] = address


def smtp() -> Address:
    return _chosen.get("smtp") or settings.SANDPOST["smtp"]


def http() -> Address:
    return _chosen.get("http") or settings.SANDPOST["http"]
