"""A link -> where it really leads, and what in it may deceive: another name in its text, imitated letters."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from catcher.mime.address_notes import unicode_host
from catcher.mime.scripts import has_styled_letters, is_lookalike, mixes_scripts

LONGEST = 8_000  # characters of a link that are judged
LONGEST_NAME = 253  # of a host name (RFC 1035, section 2.3.4)
LONGEST_LABEL = 63

_NAMED = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,24})(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads; `ascii` is the host as the network knows it, where that is another spelling."""

    url: str
    scheme: str
    host: str
    ascii: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_web(self) -> bool:
        return self.scheme in {"http", "https"}

    @property
    def opens(self) -> bool:
        """Whether it is of a kind that a browser may be handed."""
        return self.scheme in {"http", "https", "mailto", "tel"}

    @property
    def pieces(self) -> tuple[str, str, str]:
        """What stands before the host, the host as it was written, and what follows it."""
        netloc = _parts(self.url).netloc if self.is_web else ""
        place = netloc.rpartition("@")[2]
        name = place.partition("]")[0] + "]" if place.startswith("[") else place.partition(":")[0]
        start = self.url.find(netloc) + len(netloc) - len(place)
        return (self.url[:start], name, self.url[start + len(name) :]) if name else (self.url, "", "")


def judge(url: str, words: str = "") -> Target:
    """Return the target of a link whose text is `words`, with a sentence for all that is odd about it."""
    parts = _parts(url[:LONGEST])
    scheme = parts.scheme.lower()
    if scheme not in {"http", "https"}:
        return Target(url, scheme, "", "", _hidden(url))
    host = _host(parts)
    shown, ascii_name = _spellings(host)
    warnings = [*_mismatch(words, shown), *_imitation(shown), *_user(parts, shown), *_hidden(url)]
    notes = ["The address is not encrypted: anyone on the way can read it."] if scheme == "http" else []
    if _is_address(host):
        notes.append("The host is a number, not a name.")
    return Target(url, scheme, shown, ascii_name if ascii_name != shown else "", tuple(warnings), tuple(notes))


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult(url.partition(":")[0], "", "", "", "")


def _host(parts: SplitResult) -> str:
    try:
        return (parts.hostname or "")[:LONGEST_NAME]
    except ValueError:
        return ""


def _spellings(host: str) -> tuple[str, str]:
    """Return a host name in letters and as the network knows it (RFC 5890)."""
    shown = unicode_host(host)
    return shown, ".".join(label if label.isascii() else _encoded(label) for label in shown.split("."))


def _encoded(label: str) -> str:
    if len(label) > LONGEST_LABEL:
        return label
    return "xn--" + unicodedata.normalize("NFKC", label).lower().encode("punycode").decode("ascii")


def _mismatch(words: str, host: str) -> list[str]:
    found = _NAMED.fullmatch(words.strip()[:LONGEST_NAME])
    if found is None or not host:
        return []
    said = unicode_host(found[1].casefold())
    name = host.casefold().removeprefix("www.")
    if said == name or name.endswith("." + said) or said.endswith("." + name):
        return []
    return [f"The text says {said}, but the link leads to {host}."]


def _imitation(host: str) -> list[str]:
    labels = [label for label in host.split(".") if not label.isascii()]
    return [sentence for label in labels if (sentence := _odd(label))][:3]


def _odd(label: str) -> str:
    if is_lookalike(label):
        return f"“{label}” has letters of another script that look like Latin ones."
    if mixes_scripts(label) or has_styled_letters(label):
        return f"“{label}” mixes letters of several scripts, which is how one name imitates another."
    return ""


def _user(parts: SplitResult, host: str) -> list[str]:
    if "@" not in parts.netloc:
        return []
    user = parts.netloc.rpartition("@")[0][:60]
    return [f"“{user}” before the @ is a user name, not the host; the link leads to {host}."]


def _hidden(url: str) -> tuple[str, ...]:
    return ("The address holds characters that are not seen.",) if _UNSEEN.search(url) else ()


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False
