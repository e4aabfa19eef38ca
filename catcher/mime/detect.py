"""What octets are, whatever their header says."""

from __future__ import annotations


def type_of(data: bytes) -> str:
    """Return the media type that the first octets speak of, or ''."""
    return ""


def is_same_type(declared: str, detected: str) -> bool:
    """Tell whether the declared type may well stand for the detected one."""
    return declared == detected


def charset_of(data: bytes) -> str:
    """Return the charset that the octets are in, or '' where nothing tells."""
    return ""
