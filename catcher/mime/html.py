"""A mail's HTML -> HTML that can be shown in a sandboxed frame under a strict content security policy."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final, NamedTuple

import nh3

from catcher.mime.charsets import clean
from catcher.mime.css import rewrite_css
from catcher.mime.html_rules import ATTRIBUTES, DROPPED, SCHEMES, TAGS
from catcher.mime.html_shape import is_too_wild
from catcher.mime.html_text import MAX_HTML, to_text
from catcher.mime.remote import Resources, css_quoted

__all__ = ["MAX_HTML", "Prepared", "prepare", "to_text"]

CUT_NOTE: Final = '<p class="mail-note">This mail is longer than 5 MiB; the rest of its HTML is not shown.</p>'
WILD_NOTE: Final = '<p class="mail-note">The HTML of this mail is nested too wildly to be shown; this is its text.</p>'
# One transparent pixel: a browser gives an image without src another size than one that is loaded.
_PIXEL: Final = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_BLOCKED: Final = "blocked:"  # no scheme a mail can use: SCHEMES lacks it

_LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
_BODY = re.compile(r"<body(?=[\s/>])((?:[^\"'>]|\"[^\"]*+\"|'[^']*+')*+)", re.IGNORECASE)
_MAX_BODY_TAG: Final = 8_000
_COLOR = re.compile(r"#?[0-9a-zA-Z]{1,30}")
_HEX = re.compile(r"[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
# These read what nh3 wrote, in which every value is quoted and has its brackets escaped.
_ATTRIBUTE = re.compile(r' ([^\s="<>]++)="([^"]*+)"')
_ELEMENT = re.compile(r'<style(?: [^\s="<>]++="[^"]*+")*+>(?P<css>.*?)</style>|<(?:a|area|img) [^<>]++>', re.DOTALL)


class Prepared(NamedTuple):
    """A fragment for the body of the frame's document, and how many remote resources the mail asks for."""

    html: str
    remote_count: int


def prepare(html: str, *, cid_url: Callable[[str], str | None], remote: bool, images: bool = True) -> Prepared:
    """Clean a mail's HTML for showing; cid_url maps a Content-ID to a URL, remote lets http(s) resources be.

    Without images, no picture has an address any more, so that a browser writes its alternative text.

    Meant for an iframe with sandbox and `default-src 'none'; img-src 'self' data:;
    style-src 'unsafe-inline'`: the policy is what protects, this keeps the looks and tells how much was
    blocked. Never raises.
    """
    resources = Resources(cid_url, remote, images)
    note = CUT_NOTE if len(html) > MAX_HTML else ""
    html = clean(html[:MAX_HTML])
    if is_too_wild(html):
        return Prepared(f"{WILD_NOTE}<pre>{escape(to_text(html))}</pre>{note}", 0)
    try:
        cleaner = _cleaner(resources)
        content = _ELEMENT.sub(lambda found: _finish(found, resources), cleaner.clean(html))
        return Prepared(f"{_body_tag(html, cleaner)}{content}{note}</div>", resources.count)
    except BaseException as error:
        # A panic within nh3 arrives as a BaseException that is no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return Prepared(f"{WILD_NOTE}<pre>{escape(to_text(html))}</pre>{note}", 0)


def _cleaner(resources: Resources) -> nh3.Cleaner:
    def decide(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return rewrite_css(value, resources)
        if name == "href":
            return value if _LINK.match(value) else None
        if name in ("src", "background"):
            url = resources.resolve(value)
            return _BLOCKED + value if name == "src" and url is None and resources.blocks(value) else url
        return value

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes=ATTRIBUTES,
        attribute_filter=decide,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}, "area": {"target": "_blank"}},
    )


def _finish(found: re.Match[str], resources: Resources) -> str:
    """Complete one element that nh3 let through: style sheets, blocked images, links within the page."""
    whole = found[0]
    if found["css"] is not None:
        start, end = found.span("css")
        offset = found.start()
        return whole[: start - offset] + rewrite_css(found["css"], resources) + whole[end - offset :]
    if f' src="{_BLOCKED}' in whole:
        return whole.replace(f' src="{_BLOCKED}', f' src="{_PIXEL}" data-blocked-src="', 1)
    if ' href="#' in whole:
        return whole.replace(' target="_blank"', "", 1)
    return whole


def _body_tag(html: str, cleaner: nh3.Cleaner) -> str:
    """Return the start tag of a div that looks as the mail's <body> wants to look."""
    at = html.lower().find("<body")
    found = _BODY.match(html[at : at + _MAX_BODY_TAG]) if at >= 0 else None
    kept = cleaner.clean(f"<div{found[1]}></div>") if found else ""
    attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(kept.partition(">")[0])}
    style = "".join(
        (
            _color("background-color", attributes.pop("bgcolor", "")),
            _color("color", attributes.pop("text", "")),
            _image(attributes.pop("background", "")),
            attributes.pop("style", ""),
        )
    )
    shown = {
        "style": style,
        **{name: attributes[name] for name in ("dir", "lang", "id") if name in attributes},
    }
    shown["class"] = f"mail-body {attributes.get('class', '')}".strip()
    return "<div" + "".join(f' {name}="{escape(value)}"' for name, value in shown.items() if value) + ">"


def _color(property_name: str, value: str) -> str:
    value = value.strip()
    if not _COLOR.fullmatch(value):
        return ""
    return f"{property_name}:{'#' if _HEX.fullmatch(value) else ''}{value};"


def _image(url: str) -> str:
    return f"background-image:{css_quoted(url)};" if url else ""
