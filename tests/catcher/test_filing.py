"""The same mail again is known by its key; the rest of what mail is filed under has tests of its own."""

from __future__ import annotations

import pytest

from tests.catcher.stored import mail, store

pytestmark = pytest.mark.usefixtures("database")

HTML = (
    "<p>Your order is on its way.</p><a href='https://acme.test/?t={0}'>Track it</a>"
    "<img src='https://acme.test/pixel/{0}'>"
)


def test_the_same_mail_again_has_the_same_key() -> None:
    first, again, other, elsewhere = [
        store(mail("Order 1", HTML.format(1), Content_Type="text/html", Message_ID="<1@t>", Date="1 Jan 2026"))[0],
        store(mail("Order 1", HTML.format(2), Content_Type="text/html", Message_ID="<2@t>", Date="2 Jan 2026"))[0],
        store(mail("Order 2", HTML.format(1), Content_Type="text/html"))[0],
        store(mail("Order 1", HTML.format(1), Content_Type="text/html"), to=["other@example.com"])[0],
    ]
    assert first.same == again.same is not None
    assert len({first.same, other.same, elsewhere.same}) == 3
