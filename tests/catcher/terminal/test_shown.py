"""What a terminal shows: widths, colours, and nothing that a sender could steer it with."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest

from catcher.terminal import lines, story
from catcher.terminal.follow import News
from catcher.terminal.paint import Paint, cells, fit, wants_colour
from catcher.terminal.stream import Stream
from catcher.terminal.table import table
from tests.catcher.terminal import told

PLAIN, COLOURED = Paint(False), Paint(True)
HOSTILE = "\x1b[2J\x07\u202eevil\r\n\x9b1m\udcff"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "options", "expected"),
    [
        (Terminal(), {}, {}, True),
        (Terminal(), {"NO_COLOR": "1"}, {}, False),
        (Terminal(), {"NO_COLOR": ""}, {}, True),
        (Terminal(), {"TERM": "dumb"}, {}, False),
        (Terminal(), {}, {"forbidden": True}, False),
        (io.StringIO(), {}, {}, False),
        (io.StringIO(), {}, {"forced": True}, True),
        (io.StringIO(), {"NO_COLOR": "1"}, {"forced": True}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO, environ: dict[str, str], options: dict[str, bool], expected: bool
) -> None:
    assert wants_colour(stream, environ, **options) is expected


def test_widths_are_what_is_seen() -> None:
    assert [cells(text) for text in ("abc", "日本", "e\u0301", "\u200b")] == [3, 4, 1, 0]
    for text in ("", "abc", "日本語のテキスト", "x" * 50, "e\u0301" * 20):
        for width in (0, 1, 2, 7, 30):
            assert cells(fit(text, width)) == width


def test_a_line_of_the_dialog() -> None:
    assert lines.line(told.line(8, "EHLO x", Tls=True), PLAIN) == "      12.0 TLS C: EHLO x"
    assert lines.line(told.line(8, "250 OK", Dir="S", Code=250), PLAIN) == "      12.0     S: 250 OK"
    assert lines.line(told.line(8, "closed", Dir="!"), PLAIN) == "      12.0     -- closed"
    red = lines.line(told.line(8, "550 No", Dir="S", Code=550), COLOURED)
    assert "\x1b[31mS: 550 No\x1b[0m" in red


def test_what_a_sender_says_steers_no_terminal() -> None:
    bad = told.session(Ehlo=HOSTILE, Client=HOSTILE, Summary=HOSTILE, User=HOSTILE)
    line = told.line(1, HOSTILE, Lesson=HOSTILE, Remark={"Title": HOSTILE, "Text": HOSTILE, "Source": HOSTILE})
    shown = [
        *table([bad], PLAIN, 120),
        *table([bad], PLAIN),
        *story.tell(bad, PLAIN, 80),
        *story.dialog([line], PLAIN, 80, lessons=True),
        *Stream(PLAIN).show(News(bad, [line], True, True)),
    ]
    assert all(text.isprintable() for text in shown)
    assert any("\\x1b[2J" in text for text in shown)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 130, 200])
def test_the_table_fits(width: int) -> None:
    sessions = [
        told.session(),
        told.session(Ehlo="x" * 90, Client="2001:db8::1:2:3:4", Summary="y" * 300, Findings=None, Messages=12),
    ]
    shown = list(table(sessions, PLAIN, width))
    assert len(shown) == 3
    assert all(cells(line) <= max(width, 22 + 19 + 12 + 3 * 2 + 20) for line in shown)
    assert all("rejected" in line for line in shown[1:])


def test_the_table_says_what_went_wrong_and_cuts_nothing_in_a_file() -> None:
    heading, row = table([told.session(Ehlo="x" * 90)], PLAIN)
    assert "x" * 90 in row
    assert row.endswith("bo was refused (550 5.1.1). 1.0 s.")
    assert heading.startswith("ID ")


def test_times_have_their_date_unless_they_are_of_today() -> None:
    now = lines.when(told.session())
    assert now.strftime("  %H:%M:%S  ") in list(table([told.session()], PLAIN, now=now))[1]
    assert now.strftime("%Y-%m-%d") in list(table([told.session()], PLAIN, now=datetime(2020, 1, 1).astimezone()))[1]


def test_the_story_has_facts_lines_and_remarks() -> None:
    remark = {"Title": "Not accepted.", "Text": "It is final.", "Source": "RFC 5321 §4.2.3"}
    dialog = [
        told.line(1, "RCPT TO:<bo>", Lesson="The client names bo.", Remark=None),
        told.line(2, "550", Remark=remark),
    ]
    shown = "\n".join(story.tell(told.session(User="ada"), PLAIN, 60))
    assert "refused (550 5.1.1)" in shown
    assert "Login      ada" in shown
    assert "TLS" not in shown  # what is not there is not told
    plain = "\n".join(story.dialog(dialog, PLAIN, 100))
    assert "| Not accepted. It is final. (RFC 5321 §4.2.3)" in plain
    assert "names bo" not in plain
    assert "| The client names bo." in "\n".join(story.dialog(dialog, PLAIN, 100, lessons=True))
    running = "\n".join(story.tell(told.session(Ended=None, Findings=None), PLAIN, 60))
    assert "still running" in running


def test_sessions_in_one_stream_are_told_apart() -> None:
    stream = Stream(COLOURED)
    one, two = told.session(ID="a" * 22), told.session(ID="b" * 22)

    def shown(session: dict[str, Any], *, first: bool = False, over: bool = False) -> list[str]:
        return list(stream.show(News(session, [told.line()], first, over)))

    opening, first = shown(one, first=True)
    (again,) = shown(one)
    _, other = shown(two, first=True)
    assert "a" * 22 in opening
    assert first.split(" ")[0] == again.split(" ")[0]
    assert first.split(" ")[0] != other.split(" ")[0].replace("b", "a")
    closing = shown(one, over=True)[-1]
    assert "=> rejected, 2 findings: app.test connected" in closing
