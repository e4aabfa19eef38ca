"""Parts of a message: each shown in full, and each as a file; what a sender wrote is never a document of our origin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from catcher.mime.node import Node
from catcher.mime.tnef import tnef
from webui.message import parts, stored, thumbnails
from webui.message.archive import zipped
from webui.message.preview import IMAGES
from webui.views import errors, inbox, message
from webui.views.downloads import SANDBOX, attachment
from webui.views.methods import Request, read
from webui.views.tabs import Shown
from webui.views.tabs import context as tab

Form = Literal["decoded", "encoded", "whole"]


@read
def part(request: Request, public_id: str, path: str) -> HttpResponseBase:
    """Show one part in full: beside the tree, or with it where the page is opened at this address."""
    found = stored.find(public_id)
    if found is None:
        return message.gone(request)
    shown = Shown(request, found, found.raw())
    node = shown.opened.at(path)
    if node is None:
        return errors.not_found(request)
    if request.htmx and request.htmx.target == "part":
        context = {"message": found, "part": parts.PartView(shown.opened, node), "roles": parts.ROLES}
        return render(request, "message/parts.html#part", context)
    context = tab(shown, "parts") | {"part": parts.PartView(shown.opened, node)}
    if request.htmx:
        return render(request, "message.html#tabs" if request.htmx.target == "tabs" else "message.html#pane", context)
    return inbox.full(request, "message.html#pane", context)


def _node(public_id: str, path: str) -> Node | None:
    opened = stored.opened(public_id)
    return opened.at(path) if opened is not None else None


@read
def file(request: HttpRequest, public_id: str, path: str) -> HttpResponseBase:
    """Return a part as a file: `form` says whether decoded, encoded as it came, or with its header."""
    node = _node(public_id, path)
    if node is None:
        return errors.not_found(request)
    form = request.GET.get("form", "decoded")
    if form == "encoded":
        return attachment(node.encoded, f"{node.name}.encoded.txt")
    if form == "whole":
        return attachment(node.header_octets + node.encoded, f"{node.name}.part.txt")
    if "within" in request.GET:
        return _within(request, node)
    return attachment(node.decoded, node.name + (".eml" if _lacks_eml(node) else ""))


def _lacks_eml(node: Node) -> bool:
    return node.part.is_message and not node.name.lower().endswith(".eml")


def _within(request: HttpRequest, node: Node) -> HttpResponse:
    """Return a file out of a TNEF container, numbered from 1."""
    number = request.GET.get("within", "")
    container = tnef(node.decoded) if parts.is_tnef(node) else None
    if container is None or not (number.isascii() and number.isdigit() and 0 < int(number) <= len(container.files)):
        return errors.not_found(request)
    packed = container.files[int(number) - 1]
    return attachment(node.decoded[packed.start : packed.end], packed.name)


@read
def view(request: HttpRequest, public_id: str, path: str) -> HttpResponseBase:
    """Return a picture for a tab of its own, where it has no origin and no script; anything else is a download.

    It is shown as what its octets are, never as what the sender says. A PDF is a download, too: in a sandbox the
    browser's own viewer stays empty, and without one it would be a document of our origin.
    """
    node = _node(public_id, path)
    if node is None:
        return errors.not_found(request)
    if node.detected_type not in IMAGES:
        return attachment(node.decoded, node.name)
    return inline(node.decoded, node.name, node.detected_type)


@read
def thumbnail(request: HttpRequest, public_id: str, path: str) -> HttpResponseBase:
    node = _node(public_id, path)
    small = thumbnails.thumbnail(public_id, node) if node is not None else b""
    if not small:
        return HttpResponse(status=404)
    response = inline(small, "thumbnail.png", "image/png")
    # A message never changes, and neither does a picture of it.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def inline(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Content-Security-Policy"] = SANDBOX
    return response


@read
def archive(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return all attachments as one zip file."""
    opened = stored.opened(public_id, request.GET.get("at", ""))
    if opened is None or not opened.attachments:
        return errors.not_found(request)
    response = StreamingHttpResponse(_streamed(opened.attachments), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{public_id}.zip") or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    return response


async def _streamed(nodes: list[Node]) -> AsyncIterator[bytes]:
    # Decoding and packing take time, which is not the loop's: it carries mail.
    pieces = zipped(nodes)
    following = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    while (piece := await following()) is not None:
        if piece:
            yield piece
