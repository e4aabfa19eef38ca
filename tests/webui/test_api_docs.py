"""README names every address of the API, and none that there is not."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from webui.routing import http_urlpatterns
from webui.urls import urlpatterns


def test_readme_has_a_row_for_every_address() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = {re.sub(r"<\w+>", "<>", path) for path in re.findall(r"^\| `[A-Z]+ /(api/v1/[^`?]+)", readme, re.MULTILINE)}
    routes = {str(pattern.pattern) for pattern in (*urlpatterns, *http_urlpatterns)}
    assert told == {re.sub(r"<[\w:]+>", "<>", route) for route in routes if route.startswith("api/")}
