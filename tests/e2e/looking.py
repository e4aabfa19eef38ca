"""Where pages are looked at."""

from __future__ import annotations

# Colours differ by theme and room by size: two of the four pairs see all of both. All four are in test_looks.py.
PLACES = [((1280, 800), "light"), ((390, 800), "dark")]
