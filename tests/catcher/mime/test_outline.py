from __future__ import annotations

import hashlib

import pytest

from catcher.mime.outline import MAX_ENCODED, MAX_LOCATED, Outline, outline
from tests.catcher.mime.mails import PNG, leaf, mail, multipart

PAGE = leaf("text/html; charset=utf-8", b'<img src="cid:logo@x">')
PLAIN = leaf("text/plain; charset=utf-8", b"hello")
LOGO = leaf("image/png", PNG, "Content-ID: <logo@x>", encoding="base64")
FILE = leaf("application/pdf", b"%PDF-1.7 x", 'Content-Disposition: attachment; filename="a b.pdf"')
NEWSLETTER = mail(
    multipart(
        "mixed",
        multipart(
            "alternative",
            PLAIN,
            leaf("text/x-amp-html", b"<html amp>"),
            multipart("related", PAGE, LOGO, boundary="z"),
            boundary="y",
        ),
        FILE,
    )
)


def roles(opened: Outline) -> dict[str, str]:
    return {node.path: node.role for node in opened.nodes}


def test_every_part_has_its_role() -> None:
    opened = outline(NEWSLETTER)
    assert roles(opened) == {
        "0": "container",
        "1": "container",
        "1.1": "body",
        "1.2": "alternative",
        "1.3": "container",
        "1.3.1": "body",
        "1.3.2": "related",
        "2": "attachment",
    }
    assert [node.depth for node in opened.nodes] == [0, 1, 2, 2, 2, 3, 3, 1]
    assert opened.text is opened.at("1.1")
    assert opened.html is opened.at("1.3.1")
    assert [node.name for node in opened.attachments] == ["a b.pdf"]
    assert [node.path for node in opened.inlines] == ["1.2", "1.3.2"]


def test_a_part_tells_its_octets_sizes_and_checksums() -> None:
    node = outline(NEWSLETTER).at("1.3.2")
    assert node is not None
    assert node.decoded == PNG
    assert node.encoded == NEWSLETTER[slice(*node.range)]
    assert node.header_octets == NEWSLETTER[slice(*node.header_range)]
    assert (node.encoded_size, node.decoded_size) == (len(node.encoded), len(PNG))
    assert node.checksums.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (len(node.checksums.md5), len(node.checksums.sha1)) == (32, 40)
    assert (node.content_type, node.detected_type, node.type_differs) == ("image/png", "image/png", False)
    assert [field.name for field in node.fields] == ["Content-Type", "Content-ID", "Content-Transfer-Encoding"]


def test_a_text_tells_its_charsets() -> None:
    node = outline(mail(leaf("text/plain; charset=us-ascii", "grüß dich".encode()))).root
    assert (node.charset, node.detected_charset) == ("us-ascii", "utf-8")
    assert node.text() == "grüß dich"
    assert node.text("latin1") == "grÃ¼ÃŸ dich"


def test_content_that_is_not_what_it_says_is_noted_at_its_part() -> None:
    raw = mail(multipart("mixed", PLAIN, leaf('image/png; name="a.png"', b"%PDF-1.7\n", encoding="base64")))
    opened = outline(raw)
    assert {(found.path, found.code) for found in opened.defects} == {("2", "type-differs"), ("2", "ending-differs")}
    assert opened.nodes[-1].type_differs


def test_defects_say_where_they_are() -> None:
    raw = mail(multipart("mixed", PLAIN, leaf("text/plain; charset=utf-8", b"\r\n!!!!", encoding="")))
    raw = raw.replace(b"!!!!", b"bad=XXquoted").replace(
        b"charset=utf-8\r\n\r\n\r\n", b"charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\r\n"
    )
    (found,) = outline(raw).defects
    start = raw.index(b"\r\nbad=XX")
    assert (found.path, found.code, found.offset) == ("2", "bad-quoted-printable", start)
    assert found.line == raw[:start].count(b"\n") + 1


def test_defects_are_in_the_order_of_the_octets_and_bounded() -> None:
    broken = b"Content-Type: nonsense\r\n\r\nx"
    found = outline(mail(multipart("mixed", *[broken] * (MAX_LOCATED + 50)))).defects
    assert len(found) == MAX_LOCATED
    assert [each.offset or 0 for each in found] == sorted(each.offset or 0 for each in found)


def test_damaged_parts_can_be_had_as_they_came() -> None:
    raw = mail(multipart("mixed", leaf("application/zip", b"", encoding="base64") + b"@@@ broken @@@"))
    node = outline(raw).nodes[1]
    assert node.encoded == b"@@@ broken @@@"
    assert "bad-base64" in [found.code for found in node.problems]


def test_an_enclosed_message_opens_as_one_of_its_own() -> None:
    inner = b"Subject: within\r\n" + multipart("alternative", PLAIN, PAGE, boundary="i")
    opened = outline(mail(multipart("mixed", PLAIN, leaf("message/rfc822", inner))))
    (holder,) = opened.messages
    assert holder.role == "message"
    assert opened.text is opened.at("1")
    assert roles(opened)["2.1"] == "body"
    within = opened.enclosed(holder)
    assert within is not None
    assert within.root.part.header("subject") == "within"
    assert within.html is not None
    assert within.html.path == "2.2"
    assert within.html.decoded == opened.raw[slice(*within.html.range)]
    assert [node.path for node in opened.own] == ["0", "1", "2"]


def test_a_message_enclosed_in_base64_opens_too() -> None:
    inner = b"Subject: within\r\n" + multipart("mixed", PLAIN, FILE, boundary="i")
    opened = outline(mail(multipart("mixed", PLAIN, leaf("message/rfc822", inner, encoding="base64"))))
    holder = opened.at("2")
    assert holder is not None
    within = opened.enclosed(holder)
    assert within is not None
    assert [node.path for node in within.nodes] == ["2.0", "2.1", "2.2"]
    file = opened.at("2.2")
    assert file is not None
    assert (file.name, file.decoded) == ("a b.pdf", b"%PDF-1.7 x")
    assert opened.at("2.9") is None


def test_messages_in_encoded_messages_are_opened_so_many_times_and_no_more() -> None:
    raw = mail(PLAIN)
    for _ in range(MAX_ENCODED + 2):
        raw = mail(leaf("message/rfc822", raw, encoding="quoted-printable").replace(b"=", b"=3D"))
    assert outline(raw).at("1" + ".1" * MAX_ENCODED) is not None
    assert outline(raw).at("1" + ".1" * (MAX_ENCODED + 1)) is None
    assert outline(raw).at("1" + ".1" * 5_000) is None


@pytest.mark.parametrize("asked", ["logo@x", "<logo@x>", "logo%40x"])
def test_a_page_finds_what_it_names(asked: str) -> None:
    opened = outline(NEWSLETTER)
    assert opened.by_content_id(asked) is opened.at("1.3.2")
    assert opened.by_content_id("other@x") is None


def test_of_two_parts_with_one_id_the_nearest_is_meant() -> None:
    def related(boundary: str) -> bytes:
        return multipart("related", PAGE, LOGO, boundary=boundary)

    opened = outline(mail(multipart("mixed", related("y"), related("z"))))
    for page, picture in (("1.1", "1.2"), ("2.1", "2.2")):
        found = opened.by_content_id("logo@x", opened.at(page))
        assert found is opened.at(picture)


def test_a_page_that_encloses_itself_ends() -> None:
    page = leaf("text/html", b'<img src="cid:me"><img src="cid:me">', "Content-ID: <me>")
    opened = outline(mail(multipart("related", page, page)))
    assert opened.by_content_id("me", opened.html) is opened.html


def test_addresses_that_fool_are_noted() -> None:
    raw = b'From: "security@bank.example" <x@evil.test>\r\nDate: x\r\nTo: a@xn--80ak6aa92e.com\r\n\r\nx'
    assert {found.code for found in outline(raw).defects} == {
        "address-of-mixed-scripts",
        "name-shows-other-address",
    }
