"""Everything of Sandpost that would exist if there were no browser."""

__version__ = "0.1.0"
