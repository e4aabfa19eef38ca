"""A log that somebody pasted, shown like a session that was recorded. Nothing of it is stored."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from webui.pasted import Pasted
from webui.views.methods import Request, only

# Octets; settings.py lets a little more in, so that this page can say that it is too much.
LARGEST = 2 << 20
EXAMPLES = {"postfix": "Postfix", "nodemailer": "Nodemailer", "smtplib": "Python smtplib", "plain": "plain text"}
TOO_LARGE = "This log is larger than 2 MiB. Paste the part around the failure."
EMPTY = "Paste a log first, or choose an example."


@only("GET", "HEAD", "POST")
def explain(request: Request) -> HttpResponseBase:
    base = {"section": "sessions", "examples": EXAMPLES, "largest": LARGEST}
    if request.method != "POST":
        return render(request, "explain.html", base)
    chosen = request.POST.get("example", "")
    text = example(chosen) if chosen in EXAMPLES else request.POST.get("log", "").replace("\r\n", "\n")
    context, status = answer(text)
    return render(request, "explain.html", base | context, status=status)


def answer(text: str) -> tuple[dict[str, Any], int]:
    """Return what the page says about a log, and with which status."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        return {"error": TOO_LARGE}, 413
    if not text.strip():
        return {"error": EMPTY}, 400
    found = Pasted(text)
    if not found.is_understood:
        return {"log": text, "pasted": found}, 200
    return {"log": text} | found.context(), 200


@cache
def example(name: str) -> str:
    return render_to_string(f"explain/{name}.txt")
