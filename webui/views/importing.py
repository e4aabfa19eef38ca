"""Importing mail: files dropped or chosen, how far they are, and what came in before."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from catcher import intake
from catcher.intake import NoRoom
from catcher.models import Import, Message
from webui.api import mailbox
from webui.api.answers import Refused
from webui.organise import asking
from webui.views import errors
from webui.views.methods import Request, only, write

SHOWN = 20
# Files of one upload that are taken in as one: the messages of a folder, for example.
LARGE = 8 << 20


@only("GET", "HEAD", "POST")
def imports(request: Request) -> HttpResponseBase:
    if request.method == "POST":
        return _upload(request)
    return _page(request)


@only("GET", "HEAD")
def found(request: Request, public_id: str) -> HttpResponseBase:
    """Show one import; to htmx only the row, which asks again as long as it goes on."""
    known = get_object_or_404(Import, public_id=public_id)
    if request.htmx:
        return render(request, "import.html#one", {"each": known})
    return _page(request, known)


@write
def cancel(request: Request, public_id: str) -> HttpResponseBase:
    known = get_object_or_404(Import, public_id=public_id)
    intake.cancel(known)
    known.refresh_from_db()
    return render(request, "import.html#one", {"each": known}) if request.htmx else redirect("imports")


@write
def export(request: Request) -> HttpResponseBase:
    """Give out the messages that a selection means, as `catcher.exporting` writes them."""
    try:
        chosen = asking.chosen(request.POST)
        if not isinstance(chosen, QuerySet):
            chosen = Message.objects.filter(public_id__in=list(chosen or ()))
        return mailbox.given_out(request.POST.get("format", "zip"), chosen)
    except (asking.Unclear, Refused):
        return errors.bad_request(request)


def _upload(request: Request) -> HttpResponseBase:
    files = request.FILES.getlist("files")
    again = request.POST.get("again") == "1"
    error = "" if files else "Choose a file first."
    taken: list[Import] = []
    small = [file for file in files if (file.size or 0) < LARGE]
    try:
        if len(small) > 1:
            taken.append(_together(small, request.POST.get("name", ""), again))
            files = [file for file in files if file not in small]
        taken += [intake.receive(file.name or "", file.chunks(), again) for file in files]
    except NoRoom as full:
        error = str(full)
    if request.htmx:
        return render(request, "import.html#taken", {"taken": taken, "error": error})
    return _page(request, error=error) if error else redirect("imports")


def _together(files: Sequence[UploadedFile[bytes]], name: str, again: bool) -> Import:
    """Make one archive of many small files, so that they are one import with one list of problems."""
    with TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w") as archive:
            for number, file in enumerate(files):
                # A fixed time: the same files make the same archive, which is known when it comes again.
                member = zipfile.ZipInfo(file.name or f"file {number + 1}")
                archive.writestr(member, file.read())
        packed.seek(0)
        pieces: Iterator[bytes] = iter(lambda: packed.read(intake.PIECE), b"")
        return intake.receive(name or f"{len(files)} files", pieces, again)


def _page(request: Request, chosen: Import | None = None, error: str = "") -> HttpResponseBase:
    known = list(Import.objects.order_by("-pk")[:SHOWN])
    context = {"section": "import", "imports": known, "chosen": chosen, "error": error}
    return render(request, "import.html", context, status=400 if error else 200)
