"""Which tags and attributes of a mail's HTML are shown: generous in looks, nothing that runs or submits."""

from typing import Final


def names(listed: str) -> frozenset[str]:
    """Return the names of a list written with blanks between them."""
    return frozenset(listed.split())


TAGS: Final = names(
    """
    a abbr acronym address area article aside b bdi bdo big blockquote br caption center cite code col
    colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header
    hgroup hr i img ins kbd li main map mark menu nav ol p picture pre q rp rt ruby s samp section small
    span strike strong style sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """
)
# Dropped with all they hold; of any other unknown tag the text stays.
DROPPED: Final = names(
    """
    applet audio canvas datalist embed frame frameset iframe math noembed noframes noscript object param
    plaintext script select svg template textarea title video xmp
    """
)

_EVERYWHERE: Final = names(
    """
    align aria-hidden aria-label background bgcolor border bordercolor class color dir height hspace id
    lang nowrap role style title valign vspace width
    """
)
_BY_TAG: Final = {
    "a": "href name",
    "area": "alt coords href shape",
    "blockquote": "type",
    "br": "clear",
    "col": "char charoff span",
    "colgroup": "char charoff span",
    "del": "datetime",
    "details": "open",
    "font": "face size",
    "hr": "noshade size",
    "img": "alt src usemap",
    "ins": "datetime",
    "li": "type value",
    "map": "name",
    "ol": "compact reversed start type",
    "style": "media type",
    "table": "cellpadding cellspacing frame rules summary",
    "td": "abbr char charoff colspan headers rowspan scope",
    "th": "abbr char charoff colspan headers rowspan scope",
    "time": "datetime",
    "ul": "compact type",
}
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(_EVERYWHERE),
    **{tag: set(names(listed)) for tag, listed in _BY_TAG.items()},
    # The tag that stands in for <body> while its attributes are cleaned.
    "div": {"text"},
}
# What src, href and background may start with; html.py then decides attribute by attribute.
SCHEMES: Final = frozenset(("cid", "data", "http", "https", "mailto", "tel"))
