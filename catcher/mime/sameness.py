"""When a message is the same mail again: somebody presses the button twice, or a loop sends it a hundred times.

The same author writes to the same recipients, under the same subject, words that read the same. Numbers count: the
next order is another mail. What nobody reads does not: Message-ID, dates, boundaries, the targets of links, pixels.
"""

from collections.abc import Iterable

from catcher.mime.references import hashed


def same_key(sender: str, recipients: Iterable[str], subject: str, text: str) -> int:
    """Return the same number for the same mail; `text` is body and page as a person reads them, and file names."""
    people = sorted({address.strip().lower() for address in recipients})
    words = (sender.strip().lower(), "\n".join(people), subject, text)
    return hashed("\0".join(" ".join(part.split()) for part in words))
