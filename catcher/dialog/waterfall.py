"""TIMING -> PICTURE: the bar of a session's time as the page shows it.

The page's policy forbids inline styles: colours come by the classes `seg client`, `seg server`, ... and everything
else by attributes. Without colour a kind is told by its height and its hatch, and each segment says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from catcher.dialog.durations import spell
from catcher.dialog.segment import Segment, Spent
from catcher.dialog.timing import Timing

HEIGHT = 44
# Top and height of the bar of each kind.
SHAPES = {
    Spent.CLIENT: (4, 18),
    Spent.SERVER: (13, 9),
    Spent.TLS: (4, 18),
    Spent.TRANSFER: (4, 18),
    Spent.INJECTED: (4, 18),
    Spent.UNRECORDED: (19, 3),
}
# Path of one tile of 6 by 6 for the kinds that are hatched.
HATCHES = {
    Spent.TLS: "M0 6 6 0M-1 1 1-1M5 7 7 5",
    Spent.TRANSFER: "M0 1.500H6M0 4.500H6",
    Spent.INJECTED: "M0 6 6 0M0 0 6 6",
}
_TICKS = 5


def svg(timing: Timing, *, name: str = "time", links: bool = False) -> str:
    """Return the picture as an SVG element that is as wide as its place; an empty string where no times are known.

    `name` begins the ids of its hatches and must be unique in the page. With `links` each segment leads to the line
    of its step (`#L12`).
    """
    if not timing.known:
        return ""
    role = "group" if links else "img"  # what stands inside an image cannot be reached
    return "".join(
        (
            f'<svg class="waterfall" xmlns="http://www.w3.org/2000/svg" width="100%" height="{HEIGHT}" role="{role}" '
            f"aria-label={quoteattr(summary(timing))}>",
            f"<defs>{''.join(hatch(kind, name) for kind in HATCHES if kind in timing.totals)}</defs>",
            *(_bar(segment, timing.duration_us, name, links) for segment in timing.drawn()),
            *_axis(timing.duration_us),
            "</svg>",
        )
    )


def summary(timing: Timing) -> str:
    """Return the picture in words: `412 ms: client thinking 85 %, server working 5 %`."""
    shares = ", ".join(f"{kind.words} {share(timing, kind)}" for kind in timing.totals)
    return f"{spell(timing.duration_us)}: {shares}" if shares else "times not known"


def share(timing: Timing, kind: Spent) -> str:
    """Return a kind's part of the whole: `85 %`."""
    return f"{timing.percents.get(kind, 0)} %" if timing.percents.get(kind) else "under 1 %"


def title(segment: Segment) -> str:
    return f"{segment.label}, {spell(segment.duration_us)}"


def hatch(kind: Spent, name: str) -> str:
    """Return the pattern of a hatched kind, in the colour of the text around it."""
    return (
        f'<pattern id="{name}-{kind}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path d="{HATCHES[kind]}" fill="none" stroke="currentColor" stroke-width="1"/></pattern>'
    )


def ticks(duration_us: int) -> Iterator[int]:
    """Yield up to five round times, the last of them well before the end, where the whole duration stands."""
    step = next(
        unit * 10**power
        for power in range(20)
        for unit in (1, 2, 5)
        if unit * 10**power * _TICKS >= duration_us or power == 19
    )
    yield from (at for at in range(0, duration_us, step) if at <= duration_us * 0.88)


def _bar(segment: Segment, duration_us: int, name: str, links: bool) -> str:
    top, height = SHAPES[segment.kind]
    box = f'x="{_percent(segment.start_us, duration_us)}" y="{top}" height="{height}"'
    box += f' width="{_percent(segment.duration_us, duration_us)}"'
    said = f"<title>{escape(title(segment))}</title>"
    bar = f'<rect class="seg {segment.kind}" {box}>{said}</rect>'
    if segment.kind in HATCHES:
        bar += f'<rect class="hatch" {box} fill="url(#{name}-{segment.kind})">{said}</rect>'
    return f'<a href="#L{segment.seq}">{bar}</a>' if links else bar


def _axis(duration_us: int) -> Iterator[str]:
    for at in ticks(duration_us):
        yield _time(at, duration_us, "start")
    yield _time(duration_us, duration_us, "end")


def _time(at_us: int, duration_us: int, anchor: str) -> str:
    label = tick(at_us)
    place = _percent(at_us, duration_us)
    return f'<text class="tick" x="{place}" y="40" text-anchor="{anchor}">{label}</text>'


def tick(at_us: int) -> str:
    return spell(at_us) if at_us else "0"


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.3f}%"
