"""Sandpost as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class CatcherConfig(AppConfig):
    name = "catcher"
    verbose_name = "Sandpost"

    def ready(self) -> None:
        from catcher import checks  # noqa: F401 - importing registers them
