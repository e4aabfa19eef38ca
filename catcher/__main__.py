"""The `sandpost` command: Django's management commands with `serve` as the default one."""

from __future__ import annotations

import os
import sys

from catcher import options
from catcher.env import SettingError

# The user's errors end the program with this status and one line, never with a traceback.
USAGE_ERROR = 2


def main(argv: list[str] | None = None) -> None:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in {"--version", "--help", "-h"}):
        arguments.insert(0, "serve")
    if arguments[0] in {"--help", "-h"}:
        arguments = ["serve", "--help"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catcher.settings")
    options.take_options(arguments[1:])
    if arguments[0] == "serve":
        from catcher.memory import use_memory_if_asked

        use_memory_if_asked()
    try:
        options.read()
    except SettingError as error:
        print(f"sandpost: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(USAGE_ERROR)
    if arguments[0] == "--version":
        from catcher import __version__

        print(__version__)  # noqa: T201
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(["sandpost", *arguments])


if __name__ == "__main__":
    main()
