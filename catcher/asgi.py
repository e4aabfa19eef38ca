"""The ASGI application: HTTP and websocket behind one guard."""

from __future__ import annotations

import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catcher.settings")
# Models and consumers can be imported only after this has set Django up.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from webui.guard import Guard  # noqa: E402
from webui.routing import http_urlpatterns, websocket_urlpatterns  # noqa: E402

application = Guard(
    ProtocolTypeRouter(
        {
            "http": URLRouter([*http_urlpatterns, re_path("", cast(Any, django_application))]),
            "websocket": URLRouter(websocket_urlpatterns),
        }
    ),
    settings.SANDPOST["allowed_hosts"],
)
