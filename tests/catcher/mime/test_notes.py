from __future__ import annotations

import pytest

from catcher.mime.address_notes import host_notes, mailbox_notes, unicode_host
from catcher.mime.addresses import Address
from catcher.mime.notes import name_notes, type_notes


def codes(name: str) -> set[str]:
    return {found.code for found in name_notes(name)}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "name-with-path"),
        ("C:\\autoexec.txt", "name-with-path"),
        ("a\u202egpj.exe", "name-turned-around"),
        ("a\u2066b.pdf", "name-turned-around"),
        ("in\u200bvoice.pdf", "name-with-hidden-characters"),
        ("раypal.pdf", "name-of-mixed-scripts"),
        ("ｅｘｅ.txt", "name-of-mixed-scripts"),
        ("invoice.pdf.exe", "name-with-two-endings"),
        ("invoice.pdf" + " " * 60 + ".scr", "name-with-two-endings"),
        ("run.PS1", "name-of-a-program"),
    ],
)
def test_names_that_fool_are_noted(name: str, code: str) -> None:
    assert code in codes(name)


@pytest.mark.parametrize(
    "name",
    ["", "a.pdf", "отчёт.pdf", "тест.txt", "日本語v2.docx", "Übersicht.final.pdf", "ªº.txt", "שלום.pdf"],
)
def test_names_that_only_are_foreign_are_not(name: str) -> None:
    assert codes(name) == set()


def test_a_program_is_one_whatever_it_is_called() -> None:
    found = type_notes("application/pdf", "application/vnd.microsoft.portable-executable", "a.pdf")
    assert {each.code for each in found} == {"type-differs", "ending-differs", "is-a-program"}


@pytest.mark.parametrize("host", ["xn--80ak6aa92e.com", "аррӏе.com", "pаypal.com", "ｐay.example", "a\u202eb.example"])
def test_hosts_that_fool_are_noted(host: str) -> None:
    assert host_notes(host)


@pytest.mark.parametrize("host", ["", "example.com", "bücher.example", "xn--bcher-kva.example", "россия.рф", "例え.jp"])
def test_hosts_that_only_are_foreign_are_not(host: str) -> None:
    assert host_notes(host) == []


def test_hosts_are_read_as_people_see_them() -> None:
    assert unicode_host("xn--bcher-kva.example") == "bücher.example"
    assert unicode_host("xn--" + "9" * 100) == "xn--" + "9" * 100


@pytest.mark.parametrize("name", ["security@bank.example", "Bank <info@bank.example>"])
def test_a_name_that_shows_another_address_is_noted(name: str) -> None:
    assert [found.code for found in mailbox_notes(Address(name, "x@evil.test"))] == ["name-shows-other-address"]
    assert mailbox_notes(Address(name, "x@mail.bank.example")) == []
