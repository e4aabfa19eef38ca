"""Imports: what comes in, what is told of it, and that nothing is taken in twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catcher import importing, intake
from catcher.exporting import FORMS
from catcher.importing import Importer
from catcher.mailbox import mbox
from catcher.models import Counter, Import, Message
from tests.catcher.stored import mail

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "folder", lambda: tmp_path / "imports")
    monkeypatch.setattr(importing, "folder", lambda: tmp_path / "imports")


def box(count: int) -> bytes:
    return b"".join(mbox.written(mail(f"Number {number}"), "app@acme.test", AT) for number in range(count))


def give(content: bytes, again: bool = False) -> Import:
    return intake.receive("some/where/mail.mbox", [content[:100], content[100:]], again)


def work(found: Import) -> Import:
    Importer(lambda: False).step()
    found.refresh_from_db()
    return found


def test_an_mbox_becomes_messages() -> None:
    found = give(box(3))
    assert (found.name, found.size, found.is_running) == ("mail.mbox", len(box(3)), True)
    found = work(found)
    assert (found.state, found.entries, found.stored, found.percent) == (Import.DONE, 3, 3, 100)
    messages = list(Message.objects.order_by("pk"))
    assert [message.subject for message in messages] == ["Number 0", "Number 1", "Number 2"]
    assert messages[0].raw() == mail("Number 0")
    assert (messages[0].mail_from, messages[0].recipient) == ("app@acme.test", "jane@example.com")
    assert messages[0].session is None
    assert Counter.all()[Counter.MESSAGES] == 3
    assert not list(intake.folder().iterdir())


def test_the_envelope_is_read_where_the_file_has_it() -> None:
    raw = mail("Hello", Return_Path="<bounce@acme.test>", Delivered_To="box@example.com")
    work(intake.receive("a.eml", [raw]))
    message = Message.objects.get()
    assert (message.mail_from, message.recipient) == ("bounce@acme.test", "box@example.com")


def test_the_same_file_is_taken_in_once_unless_it_is_wanted() -> None:
    work(give(box(2)))
    assert give(box(2)).state == Import.DONE
    assert Import.objects.count() == 1
    work(give(box(2), again=True))
    assert Message.objects.count() == 4


def test_a_cancelled_one_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "FIRST", 2)
    monkeypatch.setattr(importing, "MOST", 2)
    monkeypatch.setattr(importing, "LEAST", 2)
    found = give(box(5))
    with monkeypatch.context() as patch:
        patch.setattr("catcher.courtesy.make_way", lambda: intake.cancel(found))
        found = work(found)
    assert (found.state, found.stored) == (Import.CANCELLED, 2)
    again = work(give(box(5)))
    assert (again.pk, again.state, again.stored) == (found.pk, Import.DONE, 5)
    assert sorted(Message.objects.values_list("subject", flat=True)) == [f"Number {number}" for number in range(5)]


def test_what_is_no_mail_is_told_with_its_reason() -> None:
    found = work(intake.receive("photo.png", [b"\x89PNG\r\n"]))
    assert (found.state, found.stored, found.unreadable) == (Import.DONE, 0, 1)
    assert found.problems == [["photo.png", "a picture, not a message"]]


def test_a_file_that_is_gone_ends_it_with_a_word() -> None:
    found = give(box(1))
    (intake.folder() / found.public_id).unlink()
    found = work(found)
    assert found.state == Import.FAILED
    assert "cannot be read" in found.error


def test_leftovers_are_swept_and_what_waits_stays() -> None:
    found = give(box(1))
    (intake.folder() / "killed.part").write_bytes(b"x")
    intake.sweep()
    assert [path.name for path in intake.folder().iterdir()] == [found.public_id]


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "RESERVE", 1 << 60)
    with pytest.raises(intake.NoRoom, match="no room"):
        give(box(1))
    assert not list(intake.folder().iterdir())
    assert not Import.objects.exists()


@pytest.mark.parametrize("form", ["zip", "mbox"])
def test_what_was_exported_is_imported_unchanged(form: str) -> None:
    work(give(box(3)))
    before = {message.subject: message.raw() for message in Message.objects.all()}
    content = b"".join(FORMS[form].write(Message.objects.filter(subject__contains="Number")))
    Message.everything.all().delete()
    assert work(intake.receive(f"back.{form}", [content])).stored == 3
    assert {message.subject: message.raw() for message in Message.objects.all()} == before
