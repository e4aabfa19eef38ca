"""All attachments in one zip: each under a safe name of its own, each as it was."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

from catcher.mime.outline import Node, outline
from webui.message.archive import names, zipped


def attached(*files: tuple[str, bytes]) -> list[Node]:
    message = EmailMessage(SMTP)
    message["From"] = "a@b.test"
    message.set_content("x")
    for name, content in files:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return outline(message.as_bytes()).attachments


def test_names_are_unique_where_case_does_not_count_and_lead_nowhere() -> None:
    found = names(
        attached(
            ("a.txt", b"1"), ("A.txt", b"2"), ("a.txt", b"3"), ("../../etc/passwd", b"4"), ("x", b"5"), ("X", b"6")
        )
    )
    assert found == ["a.txt", "A (2).txt", "a (3).txt", "passwd", "x", "X (2)"]


def test_the_zip_holds_what_was_attached() -> None:
    nodes = attached(("zeroes.bin", bytes(3_000_000)), ("b.txt", b"hello"), ("b.txt", b"other"))
    pieces = list(zipped(nodes))
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert {info.filename: info.file_size for info in archive.infolist()} == {
            "zeroes.bin": 3_000_000,
            "b.txt": 5,
            "b (2).txt": 5,
        }
        assert archive.read("b (2).txt") == b"other"
    assert len(pieces) > 3
