"""Mails that were made to hurt a parser, by name, and the checks that any text from a mail has to pass."""

from __future__ import annotations

import random
from collections.abc import Iterator

_PLAIN = b"Content-Type: text/plain; "
_QP = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
_MULTIPART = b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'


def _inner(boundary: bytes) -> bytes:
    return b"--x\r\nContent-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"


def _nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth)
    )


MAILS: dict[str, bytes] = {
    "empty": b"",
    "one-newline": b"\n",
    "only-crlf": b"\r\n",
    "only-cr": b"\r" * 50,
    "one-nul": b"\0",
    "nuls": b"From: a\0b@c\0\r\nSubject: \0\0\r\nDate: \0\r\nMessage-ID: <\0>\r\n\r\n\0\0\0",
    "all-bytes": bytes(range(256)) * 4,
    "all-bytes-in-header": b"Subject: " + bytes(b for b in range(256) if b not in b"\r\n") + b"\r\n\r\n",
    "no-header-end": b"From: a@b\r\nSubject: x",
    "only-a-colon": b":",
    "colons": b":\n:\n:\n\n:",
    "starts-with-fold": b" folded: into nothing\r\nFrom: a@b\r\n\r\nx",
    "mbox": b"From a@b Thu Jan  1 00:00:00 1970\nFrom: a@b\n\nbody\n",
    "mbox-only": b"From ",
    "long-line": b"Subject: x\r\n\r\n" + b"y" * 200_000,
    "long-header": b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\n",
    "long-name": b"n" * 200_000 + b": v\r\n\r\n",
    "many-fields": b"a: b\n" * 5_000 + b"\nbody",
    "many-addresses": b"To: " + b"a@b," * 50_000 + b"\r\n\r\n",
    "many-quotes": b"From: " + b'"' * 30_001 + b"\r\n\r\n",
    "open-comments": b"From: " + b"(" * 50_000 + b"\r\n\r\n",
    "open-angles": b"From: " + b"<" * 50_000 + b"\r\n\r\n",
    "huge-date": b"Date: " + b"9" * 5_000 + b"\r\n\r\n",
    "odd-dates": b"Date: Tue, 31 Feb 99999 25:61:61 +99999999999\r\n\r\n",
    "calendar-end": b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n\r\n",
    "surrogates-in-utf8": b"Subject: \xed\xa0\x80\xed\xb0\x80\r\n\r\n\xed\xa0\x80",
    "surrogates-in-utf7": _PLAIN + b"charset=utf-7\r\nSubject: =?utf-7?q?+2AA-?=\r\n\r\n+2AA-",
    "surrogates-in-utf16": _PLAIN + b"charset=utf-16le\r\n\r\n\x00\xd8\x00\xd8\x00",
    "surrogate-references": b"Content-Type: text/html\r\n\r\n&#xD800;&#55296;&#0;&#99999999999;&#x110000;",
    "no-text-codec": _PLAIN + b"charset=zlib\r\n\r\nx\x9c",
    "escaping-codec": _PLAIN + b"charset=unicode_escape\r\n\r\n\\ud800\\x00",
    "slow-codec": _PLAIN + b"charset=punycode\r\n\r\n" + b"a" * 5_000 + b"-" + b"b" * 5_000,
    "module-charset": _PLAIN + b"charset=../../os\r\n\r\n\xff",
    "nul-charset": _PLAIN + b"charset=utf\0-8\r\n\r\n\xff",
    "unknown-charset": _PLAIN + b"charset=klingon\r\nSubject: =?klingon?b?//8=?=\r\n\r\n\xff\xfe",
    "bad-base64": b"Content-Transfer-Encoding: base64\r\n\r\nA=B=C=\xff===\r\nQUJD\r\nQ",
    "bad-quoted-printable": _QP + b"=\r=4=ZZ=\n==" + b" " * 9_000 + b"x",
    "bad-uuencode": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\n\xff\xff\nM\n",
    "uuencode-without-begin": b"Content-Transfer-Encoding: uuencode\r\n\r\n#86)C\n",
    "unknown-encoding": b"Content-Transfer-Encoding: rot13; x=y\r\n\r\nuryyb",
    "no-boundary": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhello\r\n--x--",
    "empty-boundary": b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nhello\r\n----',
    "blank-boundary": b'Content-Type: multipart/mixed; boundary="  "\r\n\r\n--  \r\n\r\nhello\r\n',
    "long-boundary": b"Content-Type: multipart/mixed; boundary=" + b"z" * 2_000 + b"\r\n\r\n--" + b"z" * 2_000,
    "boundary-never": _MULTIPART + b"hello\r\n",
    "boundary-at-once": _MULTIPART[:-2] + b"--x\r\n\r\nhello\r\n--x--\r\n",
    "unclosed": _MULTIPART + b"--x\r\n\r\nhello",
    "closed-first": _MULTIPART + b"--x--\r\n--x\r\n\r\nhello",
    "empty-parts": _MULTIPART + b"--x\r\n" * 50,
    "same-boundary-within": _MULTIPART + (b"--x\r\n" + _MULTIPART) * 150,
    "boundary-is-prefix": _MULTIPART
    + b"--x\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\n\r\na\r\n--xx--\r\n--x--",
    "outer-ends-inner": _MULTIPART
    + b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\na\r\n--x--\r\n--y--",
    "nested-10000": _nested(10_000),
    "parts-10001": _MULTIPART + b"--x\r\n\r\np\r\n" * 10_050 + b"--x--",
    "messages-10000": b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "digest": b"Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: in\r\n\r\na\r\n--x\r\n\r\n--x--",
    "encoded-message": b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA==",
    "open-parameters": _PLAIN + b'charset="' + b'\\"' * 20_000 + b"\r\n\r\n",
    "many-parameters": b"Content-Type: text/plain" + b"; a*0*=''%41" * 5_000 + b"\r\n\r\n",
    "odd-parameters": _PLAIN + b"*=1; a*=; b*x*=2; c*999*='; d*0*=utf-8''%ff%; ==; \xff=\xfe\r\n\r\n",
    "evil-filename": b'Content-Disposition: attachment; filename="../../..\\\xe2\x80\xaegpj.exe\0"\r\n\r\nx',
    "open-tags": b"Content-Type: text/html\r\n\r\n" + b"<a '\"<!--<script" * 5_000,
    "open-comment": b"Content-Type: text/html\r\n\r\n" + b"<!-" * 20_000 + b"<!--",
}


def mutations(original: bytes, count: int, seed: str) -> Iterator[bytes]:
    """Yield damaged copies, the same for the same seed: bytes changed, cut, doubled, lines exchanged."""
    chance = random.Random(seed)
    alphabet = b"\0\r\n\t \"'()<>@,;:\\/[]?=-_.%&*+~\x80\xc3\xff"
    for _ in range(count):
        data = bytearray(original)
        for _ in range(chance.randint(1, 6)):
            _damage(data, chance, alphabet)
        yield bytes(data)


def _damage(data: bytearray, chance: random.Random, alphabet: bytes) -> None:
    at = chance.randrange(len(data) + 1)
    upto = min(len(data), at + chance.randint(0, 40))
    kind = chance.randrange(6)
    if kind == 0:
        data[at:at] = bytes([chance.choice(alphabet)])
    elif kind == 1:
        data[at:upto] = b""
    elif kind == 2:
        data[at:at] = data[at:upto] * chance.randint(1, 3)
    elif kind == 3:
        data[at:upto] = bytes(chance.randrange(256) for _ in range(upto - at))
    elif kind == 4:
        del data[at:]
    else:
        lines = data.split(b"\n")
        chance.shuffle(lines)
        data[:] = b"\n".join(lines)


def is_storable(text: str) -> bool:
    """Tell whether PostgreSQL takes the text: no NUL and no lone surrogate."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
