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
    | \bimage-set\((?P<set>(?:/\*(?:[^*]|\*(?!/))*+(?:\*/)?|(?:url|type)\([^)]*+\)?|"[^"]*+"|'[^']*+'|[^()"'])*+)\)?
    | \burl\(\s*+(?P<url>"[^"]*+"|'[^']*+'|[^)"']*+)\s*+\)?
    | (?P<string>"(?:[^"\\\n\r\f]|\\.)*+"?|'(?:[^'\\\n\r\f]|\\.)*+'?)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# In image-set() a string is a URL too (CSS Images 4, section 2.3); within type() it is none.
_OF_SET = re.compile(
    r"""(?P<comment>/\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    | (?P<type>type\([^)]*+\)?)
    | url\(\s*+(?P<url>"[^"]*+"|'[^']*+'|[^)"']*+)\s*+\)?
    | (?P<string>"[^"]*+"|'[^']*+')""",
    re.VERBOSE | re.IGNORECASE,
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
            return _resolved(found["url"], resources)
        if kind == "set":
            return f"image-set({_OF_SET.sub(lambda each: _of_set(each, resources), found['set'])})"
        return _import(found[0], resources)

    return replace


def _resolved(quoted: str, resources: Resources) -> str:
    url = resources.resolve(quoted.strip().strip("\"'"))
    return css_quoted(url) if url else "none"


def _of_set(found: re.Match[str], resources: Resources) -> str:
    if found["comment"]:
        return " "
    return found[0] if found["type"] else _resolved(found["url"] or found["string"] or "", resources)


def _import(rule: str, resources: Resources) -> str:
    wanted = _IMPORTED.match(rule[7:].strip())
    url = resources.resolve(wanted[1]) if wanted else None
    media = rule[7:].strip()[wanted.end() :].lstrip("\"' )").rstrip(";") if wanted else ""
    return f"@import {css_quoted(url)} {media};" if url else ""
