"""The command palette: what can be done from wherever somebody is, found by a few letters."""
