"""The words near which a code stands, and those that say that a figure is something else, in many languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

# Letters of scripts that put no blanks between words.
UNSPACED: Final = "\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af"
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORD = re.compile(rf"[^\W{UNSPACED}]+")


class Kind(Enum):
    """What a word or phrase says of a figure near it."""

    STRONG = auto()
    PLAIN = auto()
    PURPOSE = auto()
    OTHER = auto()


class Mention(NamedTuple):
    start: int
    end: int
    kind: Kind


def mentions(text: str) -> list[Mention]:
    """Return where the vocabulary stands in a text, in order; of phrases at one place the longest."""
    found = list(_spaced(text))
    if not text.isascii():
        found += _unspaced(text)
        found.sort()
    return found


def _spaced(text: str) -> Iterator[Mention]:
    tokens = [(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    at = 0
    while at < len(tokens):
        for phrase, kind in _PHRASES.get(tokens[at][0], ()):
            end = at + len(phrase)
            if (
                end <= len(tokens)
                and all(word == tokens[at + index][0] for index, word in enumerate(phrase))
                and tokens[end - 1][2] - tokens[at][1] < _LONGEST
            ):
                yield Mention(tokens[at][1], tokens[end - 1][2], kind)
                at = end - 1
                break
        at += 1


def _unspaced(text: str) -> Iterator[Mention]:
    for word, kind in _WITHOUT_BLANKS:
        at = text.find(word)
        while at >= 0:
            yield Mention(at, at + len(word), kind)
            at = text.find(word, at + len(word))


# What means a code for signing in, confirming or paying, whatever stands around it.
_STRONG: Final = (
        # English
        "otp", "one-time code", "one time code", "one-time password", "one time password", "one-time passcode",
        "one time passcode", "passcode", "pass code", "verification code", "security code", "confirmation code",
        "access code", "login code", "log-in code", "sign-in code", "sign in code", "activation code",
        "authentication code", "authorization code", "authorisation code", "auth code", "2fa code", "mfa code",
        "recovery code", "reset code", "pairing code", "backup code", "two-factor code", "temporary code",
        "invite code", "invitation code", "magic code", "secret code", "security token", "login token", "pin code",
        # German, Dutch, Scandinavian, Finnish
        "bestätigungscode", "sicherheitscode", "verifizierungscode", "einmalcode", "einmalpasswort",
        "einmalkennwort", "zugangscode", "anmeldecode", "aktivierungscode", "freischaltcode", "prüfcode", "tan",
        "mtan", "verificatiecode", "bevestigingscode", "beveiligingscode", "inlogcode", "toegangscode",
        "verifieringskod", "engångskod", "säkerhetskod", "bekräftelsekod", "bekreftelseskode", "engangskode",
        "bekræftelseskode", "sikkerhedskode", "sikkerhetskode", "vahvistuskoodi", "kertakäyttökoodi",
        # French, Spanish, Portuguese, Italian, Romanian
        "code de vérification", "code de confirmation", "code de sécurité", "code à usage unique",
        "code d'accès", "code d'activation", "mot de passe à usage unique", "código de verificación",
        "código de confirmación", "código de seguridad", "código de acceso", "código de un solo uso",
        "contraseña de un solo uso", "código de verificação", "código de segurança", "código de acesso",
        "código de confirmação", "senha de uso único", "codice di verifica", "codice di sicurezza",
        "codice di conferma", "codice otp", "codice di accesso", "cod de verificare", "cod de securitate",
        # Slavic, Baltic, Hungarian, Greek, Turkish
        "kod weryfikacyjny", "kod jednorazowy", "kod autoryzacyjny", "kod dostępu", "ověřovací kód",
        "bezpečnostní kód", "jednorázový kód", "overovací kód", "verifikacijski kod", "potvrdni kod",
        "код подтверждения", "код проверки", "код доступа", "код безопасности", "одноразовый код",
        "одноразовый пароль", "проверочный код", "код підтвердження", "одноразовий код", "код за потвърждение",
        "megerősítő kód", "ellenőrző kód", "egyszer használatos kód", "κωδικός επαλήθευσης", "κωδικός ασφαλείας",
        "doğrulama kodu", "onay kodu", "güvenlik kodu", "tek kullanımlık şifre",
        # Asia, Near East
        "验证码", "校验码", "动态码", "安全码", "驗證碼", "認證碼", "認証コード", "確認コード", "検証コード",
        "セキュリティコード", "ワンタイムパスワード", "認証番号", "인증번호", "인증 번호", "인증코드", "인증 코드",
        "보안 코드", "mã xác nhận", "mã xác minh", "mã otp", "kode verifikasi", "kode otp", "kod pengesahan",
        "รหัสยืนยัน", "รหัส otp", "सत्यापन कोड", "ओटीपी", "رمز التحقق", "رمز التأكيد", "کد تایید", "کد تأیید", "קוד אימות",
)  # fmt: skip
# What means a code only where nothing speaks against it: promotions and postcodes are codes too.
_PLAIN: Final = (
        "code", "pin", "token", "password", "kennwort", "passwort", "codes", "código", "codigo", "clave", "senha",
        "codice", "cod", "kod", "kode", "koden", "koodi", "kód", "kodu", "код", "кода", "пароль", "κωδικός", "κωδικό",
        "代码", "コード", "코드", "mã", "รหัส", "कोड", "رمز", "کد", "קוד", "codes", "wachtwoord", "contraseña",
)  # fmt: skip
# What says, near a code, that it lets somebody in; it helps the plain words.
_PURPOSE: Final = (
        "verify", "verification", "confirm", "sign in", "sign-in", "signing in", "log in", "log-in", "login",
        "logging in", "authenticate", "authentication", "expires", "expire", "valid for", "enter", "use this",
        "do not share", "don't share", "never share", "two-factor", "2fa", "reset", "bestätigen", "anmelden",
        "anmeldung", "gültig", "eingeben", "vérifier", "connexion", "expire dans", "verificar", "iniciar sesión",
        "confirmar", "entrar", "accedere", "accesso", "confirma", "zalogować", "logowania", "войти", "входа",
        "подтвердите", "giriş", "登录", "登錄", "ログイン", "로그인", "bevestig", "inloggen", "logga in", "log ind",
)  # fmt: skip
# What makes of the figure behind it something that nobody types in to be let in.
_OTHER: Final = (
        "order", "invoice", "ticket", "case", "reference", "ref", "customer", "account", "booking", "reservation",
        "tracking", "shipment", "item", "sku", "phone", "tel", "telephone", "mobile", "fax", "call", "zip",
        "zip code", "postcode", "postal code", "post code", "plz", "promo code", "promotion code", "coupon",
        "coupon code", "discount code", "voucher", "voucher code", "gift code", "country code", "area code",
        "error code", "status code", "exit code", "source code", "qr code", "bar code", "barcode", "product code",
        "sort code", "swift code", "tax code", "dress code", "code of conduct", "version", "build", "issue",
        "pull request", "job", "no", "nr", "number", "room", "suite", "floor", "apt", "box", "page", "line",
        "bestellung", "bestellnummer", "rechnung", "rechnungsnummer", "kundennummer", "auftrag", "telefon",
        "gutscheincode", "rabattcode", "aktionscode", "hrb", "iban", "commande", "facture", "téléphone",
        "code promo", "code postal", "pedido", "factura", "teléfono", "código postal", "código promocional",
        "encomenda", "ordine", "fattura", "telefono", "codice sconto", "codice fiscale", "bestelling", "factuur",
        "zamówienie", "заказ", "заказа", "телефон", "sipariş", "訂單", "订单", "注文番号", "電話番号", "주문번호", "id",
        "vat", "copyright", "ending in", "ends in", "card ending", "endet auf", "last four", "last 4", "promo",
)  # fmt: skip
_LONGEST: Final = 60
_KINDS: Final = ((Kind.STRONG, _STRONG), (Kind.PLAIN, _PLAIN), (Kind.PURPOSE, _PURPOSE), (Kind.OTHER, _OTHER))


def _phrases() -> dict[str, list[tuple[tuple[str, ...], Kind]]]:
    """Return the phrases of words by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Kind]]] = {}
    for kind, listed in _KINDS:
        for phrase in listed:
            words = tuple(_WORD.findall(phrase.casefold()))
            if words and not _UNSPACED.search(phrase):
                found.setdefault(words[0], []).append((words, kind))
    for phrases in found.values():
        phrases.sort(key=lambda each: -len(each[0]))
    return found


_PHRASES: Final = _phrases()
_WITHOUT_BLANKS: Final = [(word, kind) for kind, listed in _KINDS for word in listed if _UNSPACED.search(word)]
# Before or behind a figure: money, and what is measured.
MONEY: Final = re.compile(r"[©$€£¥₹₽₩₺]|(?<!\w)(?:USD|EUR|GBP|CHF|JPY|Rs|kr|zł|Kč|Ft)(?!\w)", re.IGNORECASE)
UNIT: Final = re.compile(
    r"[ \u00a0]?(?:%|°|(?:px|em|pt|kb|mb|gb|kib|mib|km|cm|mm|kg|ms|sec|seconds?|minutes?|mins?|hours?|hrs?|days?|"
    r"weeks?|months?|years?|items?|users?|people|points?|messages?|times|credits?|min(?:uten)?|stunden|tage|jahre?)(?!\w))",
    re.IGNORECASE,
)
