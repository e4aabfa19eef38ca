"""The address of the websocket."""

from __future__ import annotations

from django.urls import path

from webui.consumers import Live

websocket_urlpatterns = [path("ws/", Live.as_asgi())]
