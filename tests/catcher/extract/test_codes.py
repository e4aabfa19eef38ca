"""Which figures are codes, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.extract.codes import MAX_CODES, MAX_TEXT, find_codes

CODES = [
    ("Your sign-in code is 482 913", "482913"),
    ("Your verification code: 123456", "123456"),
    ("123456 is your verification code", "123456"),
    ("G-123456 is your Google verification code.", "G-123456"),
    ("Hello Jane,\n\nenter this code to sign in. It expires in ten minutes.\n\n482 913\n\nSign in", "482913"),
    ("Ihr Bestätigungscode lautet 4711", "4711"),
    ("您的验证码是:839201,请勿泄露", "839201"),
    ("認証コード：５５３３２２", "553322"),
    ("인증번호 [112233]를 입력", "112233"),
    ("Ваш код подтверждения: 8812", "8812"),
    ("Use code ABCD-EFGH to log in", "ABCD-EFGH"),
    ("Your one-time password is\n\n 9 8 7 6 5 4 \n", "987654"),
    ("Enter this PIN to verify your email: 2024", "2024"),
    ("Your OTP: a8f3k2", "a8f3k2"),
    ("Votre code de vérification est 908070.", "908070"),
    ("Tu código de verificación es 556677", "556677"),
    ("Your login code is XKCDQP", "XKCDQP"),
    ("Confirmation code\n\nK7Q-9PX\n", "K7Q-9PX"),
    ("Please use the following code:\n\n\n*  1234  *\n\n", "1234"),
    ("Your code for Acme is: 000123.", "000123"),
    ("Din engångskod är 332211", "332211"),
    ("رمز التحقق: 445566", "445566"),
    ("To verify, type 665544 into the app", "665544"),
    ("Doğrulama kodu: 902211", "902211"),
]
NONE = [
    "Order #10234 has shipped",
    "Your order number is 482913",
    "Invoice 2024-001234 total $1,234.00",
    "Call us: 0800 123 4567",
    "© 2025 Acme Inc, 12345 Springfield",
    "Price: 1299 EUR",
    "Meeting on 24 November 2026 at 10:30",
    "Use promo code SAVE20 at checkout",
    "Error code 50012 in build 8812",
    "Your account 12345678 was opened",
    "Nightly report: 3 jobs failed, 120000 rows",
    "Version 10230 released",
    "Visit https://example.com/verify?code=123456",
    "Tracking number 99887766",
    "Zip code: 90210. Log in to see",
    "Card ending in 4242",
    "We deleted 4096 messages",
    "In 2024 we grew",
    "Ticket 556677: login fails",
    "Tel. +49 30 123456",
    "ABOUT HELLO WORLD",
    "Reset your password\nSomeone asked to reset your password. HURRY",
    "The HTTP status code 5002",
]


@pytest.mark.parametrize(("text", "value"), CODES)
def test_codes_are_found(text: str, value: str) -> None:
    assert find_codes(text)[0].value == value


@pytest.mark.parametrize("text", NONE)
def test_other_figures_are_not(text: str) -> None:
    assert find_codes(text) == []


def test_the_likeliest_comes_first_and_each_once() -> None:
    found = find_codes("Your verification code is 123456", "Hello.\n123456 is your verification code; pin 998877", "")
    assert [code.value for code in found] == ["123456", "998877"]
    assert found[0].score > found[1].score
    assert "verification code is 123456" in found[0].context


def test_what_is_found_is_bounded() -> None:
    many = "\n".join(f"Your code is {number}" for number in range(100_000, 101_000))
    assert len(find_codes(many)) == MAX_CODES
    assert find_codes(" " * MAX_TEXT + "Your code is 123456") == []


@given(st.text(st.sampled_from("code is:12-AB\n #$验证码 "), max_size=200))
def test_it_never_raises(text: str) -> None:
    for code in find_codes(text):
        assert code.value
        assert 50 <= code.score <= 100
