"""What all of the API has in common: which methods, how a request is refused, numbers and filters read."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from catcher.dialog import query as language
from catcher.dialog.query import Query
from webui.views import errors

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_MOST_DIGITS = 18
_SHOWN = 200  # characters of a filter that a refusal repeats


class Refused(Exception):
    """A request that is answered by a status and a text, in the shape that all errors of the API have."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def answers(*methods: str) -> Callable[[View[P]], View[P]]:
    """Let a view answer these methods. Who writes needs no token: the guard has looked at the Origin."""

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return errors.method_not_allowed(request, methods)
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                return text(refused.text, refused.status)

        return cast(View[P], csrf_exempt(checked))

    return decorate


reads = answers("GET", "HEAD")


def text(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(words, status=status, content_type=errors.TEXT)


def number(request: HttpRequest, name: str) -> int | None:
    """Return a parameter that is a whole number, None where it is missing; refuses anything else."""
    given = request.GET.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS):
        raise Refused(400, f"{name} must be a whole number")
    return int(given)


def flag(request: HttpRequest, name: str) -> bool:
    return request.GET.get(name, "") not in {"", "0", "false"}


def query(given: str) -> Query:
    """Return a filter; one that cannot be understood is refused with a finger on the column."""
    read = language.parse(given)
    if read.problems:
        raise Refused(400, "\n".join(_pointed(given, read)))
    return read


def _pointed(given: str, read: Query) -> list[str]:
    first = read.problems[0]
    lines = [f"query, column {problem.start + 1}: {problem.text}" for problem in read.problems]
    if first.end <= _SHOWN:
        shown = "".join(one if one.isprintable() else "?" for one in given[:_SHOWN])
        lines += [f"  {shown}", f"  {' ' * first.start}{'^' * max(1, first.end - first.start)}"]
    return lines
