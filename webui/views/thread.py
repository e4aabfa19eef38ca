"""The thread of a message: the others that belong to it, for its page."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from catcher.models import Message
from webui.views.methods import Request, nothing, read

# Around the one that is open.
MOST = 50


@read
def thread(request: Request, public_id: str) -> HttpResponseBase:
    """Return the messages of a thread, oldest first; nothing where the message stands alone."""
    here = Message.objects.filter(public_id=public_id).only("thread").first()
    if here is None or here.thread is None:
        return nothing()
    kin = Message.objects.filter(thread=here.thread)
    total = kin.count()
    if total < 2:
        return nothing()
    known = kin.only("public_id", "subject", "mail_from", "addresses", "recipient", "received_at", "read")
    before = list(known.filter(pk__lte=here.pk).order_by("-pk")[:MOST])[::-1]
    behind = list(known.filter(pk__gt=here.pk).order_by("pk")[: max(0, MOST - len(before))])
    context = {"kin": [*before, *behind], "here": public_id, "total": total, "shown": len(before) + len(behind)}
    return render(request, "thread.html", context)
