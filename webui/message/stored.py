"""A message as the pages find it."""

from __future__ import annotations

from catcher.mime.outline import Outline, outline
from catcher.models import Body, Message


def find(public_id: str) -> Message | None:
    return Message.objects.select_related("session").filter(public_id=public_id).first()


def content(public_id: str) -> bytes | None:
    """Return the exact bytes, or None where no such message is stored."""
    present = Body.objects.filter(message__public_id=public_id, message__binned_at=None)
    found = present.values_list("raw", flat=True).first()
    return None if found is None else bytes(found)


def opened(public_id: str, path: str = "") -> Outline | None:
    """Return a message opened, or the one that its part `path` encloses; None where there is none."""
    octets = content(public_id)
    if octets is None:
        return None
    whole = outline(octets)
    if not path:
        return whole
    part = whole.at(path)
    return whole.enclosed(part) if part is not None else None
