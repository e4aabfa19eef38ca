"""Style sheets and style attributes of a mail, with every url() and @import decided upon."""

import re
from collections.abc import Callable

from catcher.mime.remote import Resources, css_quoted

# An escape of a plain letter or digit says nothing but hides: u\72l( is url(.
_HIDING = re.compile(r"\\(?:0{0,4}([34567][0-9a-fA-F])(?:\r\n|[ \t\r\n\f])?|([g-zG-Z]))")
# What is never closed reaches to the end, in a browser too; were it no match, each start would be tried again.
_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?(?:\*/|\Z))
    | @import\b(?P<import>(?:"[^"]*+"|'[^']*+'|url\([^)]*+\)?|[^;{}"'])*+);?
    | \burl\(\s*+(?P<url>"[^"]*+"|'[^']*+'|[^)"']*+)\s*+\)?
    | (?P<string>"(?:[^"\\\n\r\f]|\\.)*+"?|'(?:[^'\\\n\r\f]|\\.)*+'?)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_IMPORTED = re.compile(r"""(?:url\(\s*+)?["']?([^"')\s]++)""", re.IGNORECASE)
_LOADING = re.compile(r"(url|@)(\(|import)", re.IGNORECASE)
_TAG_LIKE = re.compile(r"<(?=[/!?a-zA-Z])")


def rewrite_css(css: str, resources: Resources) -> str:
    """Return the CSS with all it would load resolved or taken out; safe to stand within a style element."""
    if "\\" in css:
        css = _HIDING.sub(_reveal, css)
    if "(" in css or "@" in css or "/*" in css:
        css = _TOKEN.sub(_replacement(resources), css)
    # Taking a comment out of "</**/style" must not make an end tag.
    return _TAG_LIKE.sub("\\\\3c ", css)


def _reveal(found: re.Match[str]) -> str:
    char = found[2] or chr(int(found[1], 16))
    return char if char.isalnum() else found[0]


def _replacement(resources: Resources) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        kind = found.lastgroup
        if kind == "comment":
            return " "
        if kind == "string":
            # Should a browser see the string end elsewhere, nothing in it can be loaded all the same.
            return _LOADING.sub(r"\1 \2", found[0])
        if kind == "url":
            url = resources.resolve(found["url"].strip().strip("\"'"))
            return css_quoted(url) if url else "none"
        return _import(found[0], resources)

    return replace


def _import(rule: str, resources: Resources) -> str:
    wanted = _IMPORTED.match(rule[7:].strip())
    url = resources.resolve(wanted[1]) if wanted else None
    media = rule[7:].strip()[wanted.end() :].lstrip("\"' )").rstrip(";") if wanted else ""
    return f"@import {css_quoted(url)} {media};" if url else ""
