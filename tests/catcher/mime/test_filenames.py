from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.filenames import MAX_FILENAME, safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Übersicht №7.pdf", "Übersicht №7.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\My Documents\\a b.doc", "a b.doc"),
        ("/", "part"),
        ("..", "part"),
        ("...", "part"),
        (".htaccess", "htaccess"),
        ("", "part"),
        (" \t ", "part"),
        ("a\r\nb.txt", "a b.txt"),
        ('a"b<c>|?*:.txt', "a_b_c_____.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\ufeff\u200bx", "x"),
        ("nul\0.txt", "nul_.txt"),
        ("\ud800", "part"),
        ("name. ", "name"),
    ],
)
def test_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_filename(name, "part") == safe


def test_long_name_keeps_its_suffix() -> None:
    name = safe_filename("n" * 500 + ".tar.gz", "part")
    assert len(name) == MAX_FILENAME
    assert name.endswith(".gz")
    assert len(safe_filename("n" * 500 + "." + "s" * 500, "part")) == MAX_FILENAME


@given(st.text(max_size=400))
def test_any_name_is_one_path_component(name: str) -> None:
    safe = safe_filename(name, "part")
    assert 0 < len(safe) <= MAX_FILENAME
    assert not set(safe) & set("/\\\0\r\n\u202e\u2066")
    assert not safe.startswith(".")
    assert safe_filename(safe, "part") == safe
