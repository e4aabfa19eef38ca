"""A picture -> a small one, in a process of its own with little memory and little time; started by thumbnails.py.

It reads the picture from standard input and writes PNG to standard output; the status says whether it could. Decoders
are old code in C that reads what strangers made: what goes wrong here goes wrong for one picture.
"""

from __future__ import annotations

import sys

MEMORY = 768 << 20
SECONDS = 4
MOST_PIXELS = 40_000_000
EDGE = 320
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF")


def limit() -> None:
    """Bound memory and time where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the time limit of the one who waits is left
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shrink() -> int:
    import io

    from PIL import Image

    picture: Image.Image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=FORMATS)
    # The header says the size before anything is unpacked; of a film only the first frame is ever looked at.
    if picture.width * picture.height > MOST_PIXELS:
        return 3
    picture.draft("RGB", (EDGE, EDGE))
    picture.thumbnail((EDGE, EDGE))
    picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB").save(
        sys.stdout.buffer, "PNG"
    )
    return 0


if __name__ == "__main__":
    limit()
    try:
        sys.exit(shrink())
    except Exception:
        sys.exit(2)
