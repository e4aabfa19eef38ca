"""Views answer the methods that they are for; any other gets a 405 in the look of the rest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from webui.views import errors

P = ParamSpec("P")


class Request(HttpRequest):
    """A request as it comes out of the middleware."""

    htmx: HtmxDetails


View = Callable[Concatenate[Request, P], HttpResponseBase]


def only(*methods: str) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def checked(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return errors.method_not_allowed(request, methods)
            return view(request, *args, **kwargs)

        return cast(View[P], checked)

    return decorate


read = only("GET", "HEAD")
write = only("POST")


def nothing(trigger: str = "") -> HttpResponse:
    """Return 204, by which htmx leaves the page as it is, and name an event for the page's own modules."""
    response = HttpResponse(status=204)
    if trigger:
        response["HX-Trigger"] = trigger
    return response
