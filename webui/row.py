"""LINE -> HTML: one row of the dialog. By hand, where a template would take most of the time of a page of 500 lines."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from webui import text
from webui.dialog import Line
from webui.icons import ICONS

_LOCK = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" '
    f'stroke-linejoin="round" aria-hidden="true">{ICONS["lock"]}</svg><span class="unseen">inside TLS</span>'
)
_ERRORS = {"bad": '<span class="unseen">error </span>', "warn": '<span class="unseen">temporary error </span>'}
_COLOURS = {"security": "bad", "error": "bad", "warning": "warn", "info": "info"}


@dataclass(frozen=True, slots=True)
class Here:
    """Where lines are shown: with a `transaction`, those of others are dimmed; links to lines lead to `base`.

    Where no times are known, lines are `numbered`.
    """

    transaction: int = 0
    base: str = ""
    live: bool = False
    numbered: bool = False


def row(line: Line, here: Here) -> SafeString:
    """Return a line under its heading."""
    said = _message(line, here.live) if line.body is not None else _code(line)
    at, place = (line.seq, f"#{line.seq}") if here.numbered else (f"{line.at_us:,}", line.offset)
    read = f' data-read="{line.read}"' if line.read else ""
    return mark_safe(  # noqa: S308 - what a client sent went through webui.text
        f'{_heading(line)}<div class="{_classes(line, here.transaction)}" id="L{line.seq}" data-seq="{line.seq}">'
        f'<a class="offset" href="{here.base}#L{line.seq}" tabindex="-1" data-us="{at}"{read}>'
        f"<span>{place}</span></a>"
        f'<span class="gutter"><span aria-hidden="true">{line.arrow}</span>'
        f'<span class="unseen">{line.who}:</span></span>'
        f'<span class="lock">{_LOCK if line.tls else ""}</span>{said}<span class="side">{_side(line)}</span></div>'
        f"{_lesson(line)}"
    )


def _heading(line: Line) -> str:
    if line.continued:
        return f'<h3 class="phase continued" data-phase="{escape(line.phase)}">{escape(line.phase)}, continued</h3>'
    if not line.heading:
        return ""
    return f'<h3 class="phase" data-phase="{escape(line.heading)}">{escape(line.heading)}</h3>'


def _classes(line: Line, own: int) -> str:
    names = ["line", line.who, line.state, f"g-{line.group}" if line.group else "", "offering" if line.offering else ""]
    if own:
        names.append("own" if line.transaction == own else "dim")
    return " ".join(filter(None, names))


def _code(line: Line) -> str:
    code = str(line.code)
    if line.wire:
        code = f'<span class="read-as">{code}</span><span class="octets">{line.wire}</span>'
    masked = '<span class="masked">•••• masked</span>' if line.masked else ""
    end = f'<span class="eol" aria-hidden="true">{line.end}</span>' if line.end else ""
    error = _ERRORS.get(line.state, "") if line.who == "server" else ""
    return f'<code class="said">{error}{code}{masked}{end}</code>'


def _message(line: Line, live: bool) -> str:
    body = line.body or {}
    lines = int(body.get("lines", 0))
    told = f"{line.code}, {int(body.get('bytes', 0)):,} bytes"
    if body.get("known", True):  # a log may only count the octets
        told += f", {lines:,} line{'' if lines == 1 else 's'}"
    public_id = str(body.get("message", ""))
    if body.get("oversize"):
        told += ", over the size limit"
    elif not public_id and not live:
        told += ", not stored"
    if public_id:
        subject = text.line(line.subject or "(no subject)")
        told += f' — <a class="link" href="{reverse("message", args=[public_id])}">{subject}</a> {_unfold(public_id)}'
    return f'<span class="said fold">{told}</span>'


def _unfold(public_id: str) -> str:
    url = reverse("message-excerpt", args=[public_id])
    return f'<button type="button" class="chip" data-unfold="{url}" aria-expanded="false">show</button>'


def _side(line: Line) -> str:
    notes = "".join(f'<span class="note">{escape(chip)}</span>' for chip in line.chips)
    boxes = line.under.boxes if line.under is not None else ()
    return notes + "".join(
        f'<button type="button" class="chip {_COLOURS[box.finding.severity]}" data-finding="F{box.number}" '
        f'aria-expanded="false" aria-controls="F{box.number}"><b>{box.finding.id}</b> '
        f"{escape(box.finding.rule.title)}</button>"
        for box in boxes
    )


def _lesson(line: Line) -> str:
    lesson = line.under.lesson if line.under is not None else ""
    return f'<p class="lesson">{text.line(lesson)}</p>' if lesson else ""
