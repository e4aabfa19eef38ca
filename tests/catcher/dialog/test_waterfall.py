"""The pictures of a session's time: well-formed, without inline style, and told in words too."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from catcher.dialog import chart, conversation, script, waterfall
from catcher.dialog.segment import Segment, Spent
from catcher.dialog.timing import Timing, timing
from tests.catcher.dialog.test_timing import OPENED, long_session

SVG = "{http://www.w3.org/2000/svg}"
SESSION = timing(
    conversation.read(
        script.records(
            OPENED
            + """
            @ 10
            C: STARTTLS
            S: 220 go
            ! tls-start
            @ 40
            ! tls-done version=TLSv1.3
            @ 52.3
            C: DATA
            S: 354 go
            @ 400
            = bytes=3 first_us=60000 last_us=90000
            @ 412
            S: 250 ok
            ! close reason=client
            """
        )
    )
)
EVERY_KIND = Timing(
    tuple(Segment(at * 1000, at * 1000 + 1000, kind, "RCPT", at + 1) for at, kind in enumerate(Spent)),
    dict.fromkeys(Spent, 1000),
)


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


@pytest.mark.parametrize("found", [SESSION, EVERY_KIND])
@pytest.mark.parametrize("links", [True, False])
def test_the_picture_keeps_to_the_policy_of_the_page(found: Timing, links: bool) -> None:
    root = parsed(waterfall.svg(found, links=links))
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag.removeprefix(SVG) in {"svg", "defs", "pattern", "path", "rect", "title", "text", "a"}
        assert not any(name.startswith("on") for name in element.attrib)
    bars = [each for each in root.iter(f"{SVG}rect") if each.attrib["class"].startswith("seg ")]
    assert [each.attrib["class"] for each in bars] == [f"seg {segment.kind}" for segment in found.drawn()]


def test_each_segment_says_what_it_is() -> None:
    root = parsed(waterfall.svg(SESSION))
    titles = [each.text for each in root.iter(f"{SVG}title")]
    assert "client thinking before STARTTLS, 9.0 ms" in titles
    assert "TLS handshake, 28 ms" in titles
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"].startswith("413 ms: ")
    assert "TLS handshake 7 %" in root.attrib["aria-label"]


def test_the_bars_fill_the_width() -> None:
    root = parsed(waterfall.svg(SESSION))
    bars = [each for each in root.iter(f"{SVG}rect") if each.attrib["class"].startswith("seg ")]
    assert sum(float(each.attrib["width"].rstrip("%")) for each in bars) == pytest.approx(100, abs=0.1)
    assert bars[0].attrib["x"] == "0.000%"


def test_every_kind_is_told_without_colour() -> None:
    root = parsed(waterfall.svg(EVERY_KIND, name="one"))
    patterns = {each.attrib["id"]: each[0].attrib["d"] for each in root.iter(f"{SVG}pattern")}
    hatches = {
        each.attrib["x"]: each.attrib["fill"] for each in root.iter(f"{SVG}rect") if each.get("class") == "hatch"
    }
    looks = {
        (each.attrib["y"], each.attrib["height"], hatches.get(each.attrib["x"], ""))
        for each in root.iter(f"{SVG}rect")
        if each.attrib["class"] != "hatch"
    }
    assert len(looks) == len(Spent)
    assert {f"url(#{name})" for name in patterns} == set(hatches.values())
    assert len(set(patterns.values())) == len(patterns)


def test_links_lead_to_the_lines() -> None:
    root = parsed(waterfall.svg(EVERY_KIND, links=True))
    assert [each.attrib["href"] for each in root.iter(f"{SVG}a")] == [f"#L{number}" for number in range(1, 7)]
    assert root.attrib["role"] == "group"


@pytest.mark.parametrize(
    ("duration_us", "marks"),
    [
        (412_000, [0, 100_000, 200_000, 300_000]),
        (10, [0, 2, 4, 6, 8]),
        (1, [0]),
        (300_000_000, [0, 100_000_000, 200_000_000]),
    ],
)
def test_the_axis_has_round_times(duration_us: int, marks: list[int]) -> None:
    assert list(waterfall.ticks(duration_us)) == marks


def test_without_times_there_is_no_picture() -> None:
    assert waterfall.svg(Timing()) == ""
    assert waterfall.summary(Timing()) == "times not known"
    assert parsed(chart.export(Timing())).attrib["aria-label"] == "times not known"


def test_the_file_has_a_row_a_step_a_legend_and_its_own_colours() -> None:
    root = parsed(chart.export(SESSION))
    texts = [each.text or "" for each in root.iter(f"{SVG}text")]
    for wanted in ("greeting (line 2)", "STARTTLS (line 3)", "TLS handshake: 28 ms, 7 %"):
        assert wanted in texts
    assert all(each.attrib["fill"].startswith(("#", "url(#")) for each in root.iter(f"{SVG}rect"))
    assert not any("class" in each.attrib or "style" in each.attrib for each in root.iter())


def test_the_file_of_a_long_session_sums_the_rest() -> None:
    found = timing(conversation.read(long_session(1_000)))
    root = parsed(chart.export(found))
    rows = [each.text or "" for each in root.iter(f"{SVG}text") if "line " in (each.text or "")]
    assert len(rows) == chart.MOST_ROWS - 1
    assert f"{1_000 - len(rows):,} more steps" in [each.text for each in root.iter(f"{SVG}text")]
