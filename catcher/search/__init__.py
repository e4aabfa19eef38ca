"""Searching: what a session is found by is written down behind its end, and asked for by the filter language."""
