"""Error pages in the look of the others, each with a way back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

API = "/api/"
TEXT = "text/plain; charset=utf-8"


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path_info.startswith(API):
        return HttpResponse(f"{status} {title.lower()}", status=status, content_type=TEXT)
    context = {"status": status, "title": title, "text": text}
    template = "error.html#pane" if getattr(request, "htmx", None) else "error.html"
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return page(
            request,
            413,
            "Too large",
            "This is more than Sandpost takes from a page at once: at most 2 MiB. Go back and send less.",
        )
    return page(
        request,
        400,
        "Bad request",
        "Sandpost cannot make sense of this request. Go back, load the page again, and repeat it.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        403,
        "Not allowed",
        "Sandpost does not do this for a request from here. Open it at the address that it tells when it starts.",
    )


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, "This page is too old", "Reload it, then try again: its token no longer fits.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        404,
        "Page not found",
        "There is nothing under this address. What was here may be deleted, or the address is cut off.",
    )


def method_not_allowed(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    response = page(
        request,
        405,
        "Method not allowed",
        f"This address answers {', '.join(allowed)} only: a button of a page uses it. Go back to that page.",
    )
    response["Allow"] = ", ".join(allowed)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    # The rail counts rows: with a broken database, a page that needs it would fail a second time.
    text = (
        "Sandpost failed here. The terminal in which it runs shows why; captured mail is not affected. "
        "If it fails again, that text belongs in a report.\n"
    )
    if request.path_info.startswith(API):
        return HttpResponse("500 internal server error", status=500, content_type=TEXT)
    return HttpResponse(render(None, "500.html", {"text": text}).content, status=500)
