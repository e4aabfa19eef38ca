"""How long something took, as people write it."""

from __future__ import annotations


def spell(microseconds: int) -> str:
    """Return `0.4 ms`, `38 ms`, `4.2 s`, `5 min 10 s` or `2 h 3 min`."""
    if microseconds < 999_500:
        return f"{microseconds / 1000:.0f} ms" if microseconds >= 9_950 else f"{microseconds / 1000:.1f} ms"
    if microseconds < 59_950_000:
        return f"{microseconds / 1_000_000:.1f} s"
    minutes, seconds = divmod(round(microseconds / 1_000_000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"
