"""A mail's HTML as a browser gets it: cleaned, in a frame without origin, script, form and request, or as a file.

What a sender wrote is never a document of our origin. The policy goes with the document, too, so that it holds
wherever that is opened.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from catcher.mime import html
from catcher.models import AllowedSender
from webui.message import preview as previews
from webui.message import stored
from webui.message.envelope import Envelope
from webui.message.plain import text_of
from webui.message.preview import Options
from webui.views import errors
from webui.views.downloads import attachment
from webui.views.methods import read

FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'; style-src 'unsafe-inline'{remote}; img-src {images}{remote}; "
    "font-src data:{remote}; "
    "media-src data:{remote}"
)


def frame_policy(remote: bool, images: bool = True) -> str:
    return FRAME.format(remote=" https: http:" if remote else "", images="data:" if images else "'none'")


@read
def body(request: HttpRequest, public_id: str, printing: bool = False) -> HttpResponseBase:
    """Return the HTML of a message, or of one enclosed in its part `at`, for the sandboxed frame.

    `remote=1` lets it load what it names, `images=0` leaves its pictures out, `scheme=dark` is what it is told.
    """
    found = stored.find(public_id)
    path = request.GET.get("at", "")
    opened = stored.opened(public_id, path)
    if found is None or opened is None:
        return errors.not_found(request)
    allowed = not path and AllowedSender.objects.filter(address=found.sender_address.casefold() or "-").exists()
    options = Options.asked(request.GET, allowed)
    page = opened.html
    context = {"message": found, "options": options, "printing": printing}
    if page is not None:
        shown = previews.preview(public_id, path, opened, page, options)
        # nh3 has cleaned it, and the policy below holds whatever it let through.
        context["content"] = SafeString(previews.in_scheme(shown.html, options.dark))
    elif printing and opened.text is not None:
        context["text"] = text_of(opened)
    elif not printing:
        return errors.not_found(request)
    if printing:
        context["envelope"] = Envelope(found)
    response = render(request, "message/frame.html", context)
    response["Content-Security-Policy"] = frame_policy(options.remote, options.images)
    return response


@read
def page_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the cleaned HTML as a file that loads nothing and runs nothing, its pictures in it."""
    found = stored.find(public_id)
    opened = stored.opened(public_id)
    page = opened.html if opened else None
    if found is None or opened is None or page is None:
        return errors.not_found(request)
    shown = html.prepare(page.text(), cid_url=previews.embedder(opened, page), remote=False)
    context = {"message": found, "content": SafeString(shown.html), "options": Options(), "file": True}
    return attachment(render_to_string("message/frame.html", context).encode(), f"{public_id}.html")


@read
def text_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the text of a message as a file, in UTF-8; of one without, what its HTML says."""
    opened = stored.opened(public_id)
    if opened is None:
        return errors.not_found(request)
    return attachment(text_of(opened).encode(), f"{public_id}.txt")
