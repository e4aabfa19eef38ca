"""What a message is called as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from catcher.mime.filenames import safe_filename

_LONGEST: Final = 60  # characters of the subject


def eml_name(received_at: datetime, public_id: str, subject: str) -> str:
    """Return a name that sorts by time, is unique, and says what the message is about."""
    about = safe_filename(subject[:_LONGEST].replace(".", "_"), "").strip()
    return f"{received_at:%Y%m%d-%H%M%S}-{public_id[-6:]}{f' {about}' if about else ''}.eml"
