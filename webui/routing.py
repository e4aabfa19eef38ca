"""The addresses that are answered on the event loop, before Django: the websocket, and what waits."""

from __future__ import annotations

from typing import Any, cast

from django.urls import path

from webui.api import wait
from webui.consumers import Live

websocket_urlpatterns = [path("ws/", Live.as_asgi())]
http_urlpatterns = [path("api/v1/sessions/wait", cast(Any, wait.application))]
