"""The tables know all that Sandpost itself says and understands, and every entry names its source."""

from __future__ import annotations

import re

import pytest

from catcher.dialog.conversation import VERBS as READ
from catcher.dialog.explain import closings, codes, enhanced, keywords, parameters, verbs
from catcher.dialog.explain.model import Explanation
from catcher.dialog.outcome import Close
from catcher.smtp import replies
from catcher.smtp.auth import MECHANISMS
from catcher.smtp.protocol import Protocol

REPLIES = {name: text for name, text in vars(replies).items() if name.isupper() and isinstance(text, str)}
SOURCE = re.compile(r"RFC \d{3,4}( |;|,|$)|IANA |Postfix |draft-|MS-|Gmail ")
EXPLANATIONS = {
    **{f"verb {name}": about for name, about in verbs.EXPLAINED.items()},
    **{f"mechanism {name}": about for name, about in keywords.MECHANISMS.items()},
    **{f"alert {name}": about for name, about in closings.ALERTS.items()},
    **{f"close {name}": about for name, about in closings.CLOSINGS.items()},
}
SOURCES = {
    **{name: about.source for name, about in EXPLANATIONS.items()},
    **{f"code {number}": code.source for number, code in codes.CODES.items()},
    **{f"detail {key}": detail.source for key, detail in enhanced.DETAILS.items()},
    **{f"keyword {name}": keyword.source for name, keyword in keywords.KEYWORDS.items()},
    **{f"parameter {name}": parameter.source for name, parameter in parameters.PARAMETERS.items()},
}


@pytest.mark.parametrize("name", REPLIES)
def test_every_reply_of_sandpost_is_in_the_tables(name: str) -> None:
    basic, second, *_ = REPLIES[name].split(" ")
    assert int(basic) in codes.CODES
    if basic[0] != "3":
        assert second[0] == basic[0]
        assert second[2:] in enhanced.DETAILS


def test_every_verb_that_is_read_or_served_has_an_entry() -> None:
    served = {verb.decode() for verb in Protocol.commands}
    assert served | READ <= verbs.EXPLAINED.keys()
    assert set(MECHANISMS) <= keywords.MECHANISMS.keys()


def test_every_extension_of_a_parameter_is_a_keyword() -> None:
    needed = {parameter.extension for parameter in parameters.PARAMETERS.values()}
    assert needed <= keywords.KEYWORDS.keys()
    assert parameters.extension("BODY", "binarymime") == "BINARYMIME"
    assert parameters.extension("X-NEW", "") == "X-NEW"


@pytest.mark.parametrize("name", SOURCES)
def test_every_entry_has_a_source(name: str) -> None:
    assert SOURCE.match(SOURCES[name]), SOURCES[name]


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_explanation_is_a_sentence(name: str) -> None:
    about: Explanation = EXPLANATIONS[name]
    assert about.title
    assert about.text.endswith(".")
    assert "!" not in about.text + about.advice


def test_the_codes_of_rfc_5321_are_all_there() -> None:
    listed = "211 214 220 221 250 251 252 354 421 450 451 452 455 500 501 502 503 504 550 551 552 553 554 555"
    extended = "235 334 432 454 521 530 534 535 538 556"
    assert {int(code) for code in f"{listed} {extended}".split()} <= codes.CODES.keys()


def test_the_registry_is_whole() -> None:
    last = {"0": 0, "1": 10, "2": 4, "3": 6, "4": 7, "5": 6, "6": 10, "7": 30}
    assert set(enhanced.DETAILS) == {f"{subject}.{n}" for subject, most in last.items() for n in range(most + 1)}


def test_every_close_is_explained() -> None:
    assert closings.CLOSINGS.keys() == set(Close)


@pytest.mark.parametrize(
    ("number", "title", "text"),
    [
        (299, "success", "It is about"),
        (456, "not now", "the mail system"),
        (519, "failed for good", "information"),
        (599, "failed for good", "fail again."),
        (0, "no reply code", "not the form"),
        (777, "no reply code", "not the form"),
    ],
)
def test_an_unknown_code_is_told_by_its_digits(number: int, title: str, text: str) -> None:
    found = codes.code(number)
    assert found.title == title
    assert (text in found.text) is (number != 299)


@pytest.mark.parametrize(
    ("code", "says"),
    [("5.2.99", "the mailbox"), ("4.7.250", "security or policy"), ("5.9.1", "in the registry")],
)
def test_an_unknown_enhanced_code_is_told_by_its_subject(code: str, says: str) -> None:
    assert says in enhanced.detail(code).text
    assert enhanced.detail(code).source


@pytest.mark.parametrize(
    ("error", "title", "advice"),
    [
        ("tlsv1 alert unknown ca", "Unknown CA", "trust"),
        ("ssl/tls alert bad certificate", "Bad certificate", "trust"),
        ("sslv3 alert certificate unknown", "Certificate not accepted", "name in the certificate"),
        ("tlsv1 alert protocol version", "No common TLS version", "1.2"),
        ("sslv3 alert handshake failure", "Handshake failure", "ciphers"),
        ("unsupported protocol", "TLS too old", "1.2"),
        ("no shared cipher", "No common cipher", "1.2"),
        ("http request", "An HTTP request in place of TLS", "web port"),
        ("the client closed the connection during the handshake", "The client left", "trust"),
        ("something new", "TLS handshake failed", "log"),
        ("", "TLS handshake failed", "log"),
    ],
)
def test_alerts(error: str, title: str, advice: str) -> None:
    about = closings.alert(error)
    assert about.title == title
    assert advice in about.advice
