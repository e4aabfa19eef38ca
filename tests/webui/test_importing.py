"""Files in and out, on the page and by the API."""

from __future__ import annotations

import asyncio
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catcher import intake
from catcher.importing import Importer
from catcher.models import Import, Message
from tests.catcher.stored import mail, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "folder", lambda: tmp_path / "imports")
    monkeypatch.setattr("catcher.importing.folder", lambda: tmp_path / "imports")


def work() -> None:
    Importer(lambda: False).step()


def whole(response: Any) -> bytes:
    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return asyncio.run(read())


def test_the_api_takes_a_file_and_says_how_far_it_is(client: Client) -> None:
    answer = client.post("/api/v1/import?name=a.eml", mail("Hello"), content_type="application/octet-stream")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["Name"], told["State"], told["Stored"]) == ("a.eml", "waiting", 0)
    work()
    told = client.get(f"/api/v1/import/{told['ID']}").json()
    assert (told["State"], told["Stored"], told["Percent"], told["Problems"]) == ("done", 1, 100, [])
    assert client.post("/api/v1/import?name=b", mail("Hello"), content_type="x/y").status_code == 200
    assert client.get("/api/v1/import/none").status_code == 404
    assert client.get("/api/v1/import").status_code == 405


def test_many_small_files_are_one_import(client: Client) -> None:
    files = [SimpleUploadedFile(f"{number}.eml", mail(f"Number {number}")) for number in range(3)]
    assert client.post("/import/", {"files": files}).status_code == 302
    found = Import.objects.get()
    assert found.name == "3 files"
    page = client.get("/import/").content.decode()
    assert "3 files" in page
    assert "hx-trigger" in page
    work()
    assert Message.objects.count() == 3
    page = client.get(found.get_absolute_url()).content.decode()
    assert "3 messages imported" in page
    assert "hx-trigger" not in page.split('id="imports"')[1].split("</ul>")[0]


def test_what_was_left_out_is_listed_escaped(client: Client) -> None:
    client.post("/import/", {"files": [SimpleUploadedFile("<b>.txt", b"hello")]})
    work()
    page = client.get("/import/").content.decode()
    assert "does not begin as a message does" in page
    assert "<b>.txt" not in page


def test_nothing_chosen_and_cancelled(client: Client) -> None:
    answer = client.post("/import/", {})
    assert answer.status_code == 400
    assert "Choose a file first" in answer.content.decode()
    client.post("/import/", {"files": [SimpleUploadedFile("a.eml", mail())]})
    found = Import.objects.get()
    client.post(f"/import/{found.public_id}/cancel/")
    work()
    found.refresh_from_db()
    assert (found.state, found.stored) == (Import.CANCELLED, 0)


@pytest.mark.django_db(transaction=True)
def test_a_selection_and_a_search_are_given_out(client: Client) -> None:
    first, second = store(mail("Alpha"), mail("Beta"))
    answer = client.get(f"/api/v1/messages/export?ids={first.public_id}")
    assert answer["Content-Disposition"].endswith('.zip"')
    assert "sandbox" in answer["Content-Security-Policy"]
    with zipfile.ZipFile(io.BytesIO(whole(answer))) as made:
        assert [made.read(name) for name in made.namelist()] == [first.raw()]
    assert whole(client.get("/api/v1/messages/export?format=mbox&query=Beta")).count(b"Subject: ") == 1
    assert whole(client.get("/api/v1/messages/export?format=mbox")).count(b"Subject: ") == 2
    assert client.get("/api/v1/messages/export?format=tar").status_code == 400
    selected = {"ids": f"{first.public_id},{second.public_id}", "format": "mbox"}
    assert whole(client.post("/messages/export/", selected)).count(b"Subject: ") == 2
    assert whole(client.post("/messages/export/", {"q": "Beta", "newest": first.pk, "format": "mbox"})) == b""
    assert client.post("/messages/export/", {}).status_code == 400
    assert client.post("/messages/export/", {"all": "1", "format": "tar"}).status_code == 400
