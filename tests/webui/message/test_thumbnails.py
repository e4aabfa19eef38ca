"""Small pictures: made of what is one, in bounds of pixels, frames, memory and time."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from webui.message.thumbnails import shrunk


def picture(kind: str, size: tuple[int, int] = (900, 600), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (200, 80, 20)).save(made, kind, **options)
    return made.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_becomes_a_small_one(kind: str) -> None:
    with Image.open(io.BytesIO(shrunk(picture(kind)))) as small:
        assert small.format == "PNG"
        assert max(small.size) == 320
        red, green, blue = small.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
        assert (red > 190, green < 90, blue < 30) == (True, True, True)


def test_of_a_film_only_the_first_frame_is_drawn() -> None:
    frames = [Image.new("P", (64, 64), number) for number in range(200)]
    made = io.BytesIO()
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])
    assert shrunk(made.getvalue())


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        bomb(60_000, 60_000),
        bomb(0, 0),
        picture("PNG")[:200],
    ],
)
def test_what_is_none_or_too_large_is_refused(hostile: bytes) -> None:
    assert shrunk(hostile) == b""


def test_formats_that_run_other_programs_are_not_opened() -> None:
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    assert shrunk(postscript) == b""
