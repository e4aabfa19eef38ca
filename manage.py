#!/usr/bin/env python
"""The `sandpost` command, run from a checkout."""

from catcher.__main__ import main

if __name__ == "__main__":
    main()
