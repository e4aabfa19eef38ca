from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.mime.tnef import MAX_FILES, SIGNATURE, tnef


def attribute(level: int, number: int, value: bytes) -> bytes:
    return pack("<BHHI", level, number, 0, len(value)) + value + pack("<H", sum(value) & 0xFFFF)


def container(*attributes: bytes) -> bytes:
    return SIGNATURE + b"\1\0" + b"".join(attributes)


def properties(name: str) -> bytes:
    octets = name.encode("utf-16le") + b"\0\0"
    padding = b"\0" * (-len(octets) % 4)
    named = pack("<HH16sII", 0x0003, 0x8001, b"g" * 16, 0, 7) + pack("<I", 1)
    long_name = pack("<HHII", 0x001F, 0x3707, 1, len(octets)) + octets + padding
    return pack("<I", 2) + named + long_name


FILE = (
    attribute(2, 0x9002, b"\1\0" * 7),
    attribute(2, 0x8010, b"LONGNA~1.DOC\0"),
    attribute(2, 0x800F, b"the content"),
    attribute(2, 0x9005, properties("../a long name.docx")),
)
WHOLE = container(
    attribute(1, 0x9007, pack("<II", 1251, 0)),
    attribute(1, 0x8004, "Привет".encode("cp1251") + b"\0"),
    attribute(1, 0x8008, b"IPM.Note\0"),
    *FILE,
    attribute(2, 0x9002, b"\1\0" * 7),
    attribute(2, 0x8010, b"b.txt\0"),
)


def test_a_container_is_listed() -> None:
    found = tnef(WHOLE)
    assert found is not None
    assert (found.subject, found.message_class, found.whole) == ("Привет", "IPM.Note", True)
    first, second = found.files
    assert (first.name, first.declared_name, first.size) == ("a long name.docx", "../a long name.docx", 11)
    assert WHOLE[first.start : first.end] == b"the content"
    assert (second.name, second.size) == ("b.txt", 0)


def test_other_octets_are_none() -> None:
    assert tnef(b"PK\x03\x04") is None
    assert tnef(b"") is None


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_container_that_is_cut_off_is_listed_as_far_as_it_goes(cut: int) -> None:
    found = tnef(WHOLE[:-cut])
    assert found is not None
    assert not found.whole
    assert found.files[0].name == "a long name.docx"


def test_more_files_than_are_listed_are_said() -> None:
    found = tnef(container(*[FILE[0]] * (MAX_FILES + 5)))
    assert found is not None
    assert (len(found.files), found.whole) == (MAX_FILES, False)


@pytest.mark.parametrize("value", [b"\xff" * 400, pack("<I", 0xFFFFFFFF) * 100, pack("<IHHI", 9, 0x101E, 1, 2**31)])
def test_hostile_properties_end(value: bytes) -> None:
    found = tnef(container(FILE[0], attribute(2, 0x9005, value * 1_000)))
    assert found is not None
    assert found.files[0].name == "file-1"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(WHOLE)))
def test_any_octets_are_read(noise: bytes, at: int) -> None:
    for data in (container() + noise, WHOLE[:at] + noise + WHOLE[at:]):
        found = tnef(data)
        for file in found.files if found else ():
            assert 0 <= file.start <= file.end <= len(data)
