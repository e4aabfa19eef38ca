"""What a file's name, type and content claim that cannot all be so: noted for those who look at the part."""

from __future__ import annotations

import re
from typing import Final

from catcher.mime.defects import Defect, defect
from catcher.mime.html_rules import names
from catcher.mime.scripts import has_styled_letters, is_bidi, is_hidden, mixes_scripts
from catcher.mime.type_match import PROGRAMS, is_same_type, plain_type, type_of_ending

_MAX_LOOK: Final = 1_000  # characters of a name
# What Windows or macOS runs when it is opened.
RUNNABLE: Final = names(
    """
    app bat chm cmd com command cpl dll exe hta iso img jar js jse lnk msc msi msix pif pkg ps1 reg scr sct
    sh url vb vbe vbs wsf wsh xll
    """
)
_PATH = re.compile(r"[/\\]|^[a-zA-Z]:|^\.\.")


def name_notes(name: str, offset: int | None = None) -> list[Defect]:
    """Return what may fool a reader, or a program that saves the file, about its name."""
    name = name[:_MAX_LOOK]
    if not name:
        return []
    endings = _endings(name)
    found = {
        "name-with-path": _PATH.search(name) is not None,
        "name-turned-around": is_bidi(name),
        "name-with-hidden-characters": is_hidden(name),
        "name-of-mixed-scripts": mixes_scripts(name) or has_styled_letters(name),
        "name-of-a-program": bool(endings) and endings[-1] in RUNNABLE,
        "name-with-two-endings": _hides_program(endings),
    }
    return [defect(code, offset) for code, is_so in found.items() if is_so]


def type_notes(declared: str, detected: str, name: str, offset: int | None = None) -> list[Defect]:
    """Return where content, declared type and the ending of the name contradict each other."""
    found = []
    if not is_same_type(declared, detected):
        found.append(defect("type-differs", offset))
    ending = type_of_ending((_endings(name[-_MAX_LOOK:]) or [""])[-1])
    if ending and detected and not is_same_type(ending, detected):
        found.append(defect("ending-differs", offset))
    if plain_type(detected) in PROGRAMS:
        found.append(defect("is-a-program", offset))
    return found


def _endings(name: str) -> list[str]:
    """Return the last two endings of a name in lower case, blanks that push the last one out of sight removed."""
    pieces = "".join(name.split()).lower().rstrip(".").split(".")
    return pieces[1:][-2:]


def _hides_program(endings: list[str]) -> bool:
    return len(endings) == 2 and endings[1] in RUNNABLE and bool(type_of_ending(endings[0]))
