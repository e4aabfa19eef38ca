"""What a mail's HTML wants to load: what of it may be, what lies in the mail, how much was held back."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"data:image/[a-z0-9.+-]+[;,]", re.IGNORECASE)
_SPACES: Final = "".join(map(chr, range(0x21)))


class Resources:
    """Decides over each URL of one mail that would be loaded, and counts the remote ones that were not."""

    def __init__(self, cid_url: Callable[[str], str | None], remote: bool, images: bool = True) -> None:
        self._cid_url = cid_url
        self._remote = remote and images
        self._images = images
        self.count = 0

    def resolve(self, url: str) -> str | None:
        """Return the URL to load instead, or None where nothing may be loaded."""
        url = url.strip(_SPACES)
        if url[:4].lower() == "cid:":
            return self._enclosed(url[4:]) if self._images else None
        if _IMAGE_DATA.match(url):
            return url if self._images else None
        if not _REMOTE.match(url):
            # A mail has no address of its own that a relative URL could be relative to.
            return None
        self.count += 1
        if not self._remote:
            return None
        return "https:" + url if url.startswith("//") else url

    def blocks(self, url: str) -> bool:
        """Tell whether this URL is held back because it is remote; without images, none has a place to keep."""
        return self._images and not self._remote and _REMOTE.match(url.strip(_SPACES)) is not None

    def _enclosed(self, content_id: str) -> str | None:
        try:
            return self._cid_url(content_id)
        except Exception:
            # A caller's fault must not cost the reader the whole mail.
            return None


def css_quoted(url: str) -> str:
    """Return the URL as a CSS url() that neither leaves its quotes nor its style element."""
    return f'url("{quote(url, safe=_CSS_SAFE)}")'


_CSS_SAFE: Final = "!#$%&*+,-./:;=?@[]^_`{|}~"
