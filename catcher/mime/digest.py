"""What is worked out about a message after it was acknowledged, in one call."""

from itertools import islice
from typing import Final, NamedTuple

from catcher.mime.bodies import attachments, decoded, find_html, find_text, inlines, text
from catcher.mime.defects import Defect
from catcher.mime.html_text import to_text
from catcher.mime.parse import parse
from catcher.mime.part import Part
from catcher.mime.snippet import shorten

MAX_DEFECTS: Final = 50
MAX_SEARCH_TEXT: Final = 100_000  # octets in UTF-8
MAX_HTML: Final = 300_000  # characters in which links are looked for
_MAX_NAMES: Final = 200


class Digest(NamedTuple):
    """What a row gains once its message was read through; search_text is body, page and file names.

    `fields` are those of the header, decoded; `types` the content types of all parts; `plain`, `html` and `seen` the
    beginnings of the text, of the page and of what a reader sees of that.
    """

    snippet: str
    attachments: int
    defects: list[Defect]
    search_text: str
    names: list[str]
    types: list[str]
    fields: list[tuple[str, str]]
    inlines: int
    plain: str
    html: str
    seen: str


def digest(raw: bytes) -> Digest:
    """Read a whole message, decoding every part once to find damage in attachments too; never raises."""
    tree = parse(raw)
    plain, page = find_text(tree), find_html(tree)
    files = attachments(tree)
    problems: list[Defect] = []
    words = text(raw, plain, problems)[:MAX_SEARCH_TEXT] if plain else ""
    html = text(raw, page, problems) if page else ""
    seen = to_text(html) if page else ""
    for part in tree.walk():
        if part is not plain and part is not page and part.is_encoded and not part.children:
            decoded(raw, part, problems)
    names = [part.filename for part in files[:_MAX_NAMES] if part.filename]
    return Digest(
        snippet=shorten(seen) or shorten(words),
        attachments=len(files),
        defects=_all_defects(tree, problems),
        search_text=_bounded(f"{' '.join(names)}\n{words}\n{seen}".strip()),
        names=names,
        types=list(dict.fromkeys(part.content_type for part in islice(tree.walk(), _MAX_NAMES))),
        fields=[(field.name, field.decoded) for field in tree.fields[:_MAX_NAMES]],
        inlines=len(inlines(tree)),
        plain=words,
        html=html[:MAX_HTML],
        seen=seen[:MAX_SEARCH_TEXT],
    )


def _all_defects(tree: Part, problems: list[Defect]) -> list[Defect]:
    structural = (found for part in tree.walk() for found in part.defects)
    return [*islice(structural, MAX_DEFECTS), *problems][:MAX_DEFECTS]


def _bounded(content: str) -> str:
    # Cut between words of the longest text only: file names stand first, so they always get in.
    return content.encode()[:MAX_SEARCH_TEXT].decode(errors="ignore")
