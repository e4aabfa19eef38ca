"""A mail's own bytes as a browser gets them: its HTML in a sandbox, everything else as a download.

What a sender wrote is never a document of our origin. The frame's policy allows no script, no form and no
request; the images that the mail itself carries are put into the page, because a document without an origin
has no `'self'` to load them from.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString

from catcher.mime import bodies, html, parse
from catcher.mime.parse import Part
from webui.views import errors, message
from webui.views.downloads import attachment
from webui.views.methods import read

FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'; style-src 'unsafe-inline'{remote}; img-src data:{remote}; "
    "font-src data:{remote}; "
    "media-src data:{remote}"
)
# SVG is missing on purpose: it is a document, not only a picture.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
EXCERPT_LINES = 200
EXCERPT_LIMIT = 64_000
LARGEST_IMAGE = 8_000_000
LARGEST_SUM = 24_000_000


@read
def body(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the HTML of a message for the sandboxed frame; `?remote=1` lets it load what it names."""
    found = message.find(public_id)
    content = message.raw(found) if found else b""
    tree = parse.parse(content)
    page = bodies.find_html(tree)
    if found is None or page is None:
        return errors.not_found(request)
    remote = request.GET.get("remote") == "1"
    shown = html.prepare(bodies.text(content, page), cid_url=embedder(content, tree), remote=remote)
    # nh3 has cleaned it, and the policy below holds whatever it let through.
    response = render(request, "body.html", {"content": SafeString(shown.html), "subject": found.subject})
    response["Content-Security-Policy"] = frame_policy(remote)
    return response


def frame_policy(remote: bool) -> str:
    return FRAME.format(remote=" https: http:" if remote else "")


def embedder(content: bytes, tree: Part) -> Callable[[str], str | None]:
    """Return the function that maps a Content-ID to a data: URL, as long as the page stays of a sane size."""
    pictures = (part for part in tree.walk() if part.content_type in IMAGES)
    images = {part.content_id: part for part in pictures if part.content_id}
    urls: dict[str, str | None] = {}
    left = LARGEST_SUM

    def url(content_id: str) -> str | None:
        nonlocal left
        part = images.get(content_id.strip("<> "))
        if part is None:
            return None
        if part.path not in urls:
            data = bodies.decoded(content, part)
            fits = len(data) <= min(LARGEST_IMAGE, left)
            left -= len(data) if fits else 0
            text = f"data:{part.content_type};base64,{base64.b64encode(data).decode('ascii')}"
            urls[part.path] = text if fits else None
        return urls[part.path]

    return url


@read
def download(request: HttpRequest, public_id: str, path: str) -> HttpResponseBase:
    """Return a part as a file, never as something that a browser would show."""
    found = message.find(public_id)
    if found is None:
        return errors.not_found(request)
    content = message.raw(found)
    part = next((each for each in parse.parse(content).walk() if each.path == path), None)
    if part is None:
        return errors.not_found(request)
    name = parse.safe_filename(part.filename or part.content_id, f"part-{part.path}")
    return attachment(bodies.decoded(content, part), name)


@read
def excerpt(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the first lines of the source, for the dialog that carried it."""
    found = message.find(public_id)
    if found is None:
        return errors.not_found(request)
    content = message.raw(found)[:EXCERPT_LIMIT]
    kept = b"".join(content.splitlines(keepends=True)[:EXCERPT_LINES])
    cut = len(kept) < found.size
    return render(request, "dialog.html#excerpt", {"message": found, "source": kept, "cut": cut})


@read
def source(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the exact bytes as an .eml file."""
    found = message.find(public_id)
    if found is None:
        return errors.not_found(request)
    return attachment(message.raw(found), f"{public_id}.eml")
