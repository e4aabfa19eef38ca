"""What can be wrong with a message, as a closed list of codes with a plain sentence for each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "address-of-mixed-scripts": "A domain mixes scripts or imitates Latin letters to read as another one.",
        "address-turned-around": "A name or address holds characters that reverse or hide part of it.",
        "bad-base64": "The base64 text of this part is damaged; what could be read was kept.",
        "bad-content-type": "The Content-Type is not of the form type/subtype, so the default was used.",
        "bad-header-name": "A header name holds characters that RFC 5322 does not allow.",
        "bad-quoted-printable": "An equals sign in quoted-printable text is not followed by two hex digits.",
        "bad-uuencode": "The uuencoded text of this part is damaged; what could be read was kept.",
        "bare-cr-or-lf": "A line ends with a lone CR or LF; SMTP wants CRLF (RFC 5321, section 2.3.8).",
        "boundary-missing": "A multipart Content-Type names no boundary, so its parts cannot be told apart.",
        "boundary-not-found": "The boundary of a multipart never occurs, so it has no parts.",
        "charset-missing": "Text holds 8-bit bytes but its Content-Type names no charset.",
        "duplicate-header": "A header that may occur only once occurs again (RFC 5322, section 3.6).",
        "eight-bit-header": "A header holds raw 8-bit bytes instead of an RFC 2047 encoded word.",
        "encoded-container": "A multipart or message has a transfer encoding (RFC 2045, section 6.4).",
        "ending-differs": "The ending of the file name does not fit what the file holds.",
        "header-without-colon": "A line inside the header has no colon; the body was taken to start there.",
        "is-a-program": "The file is a program.",
        "long-line": "A line is longer than 998 octets (RFC 5322, section 2.1.1).",
        "mbox-line": "The message starts with a 'From ' line, which belongs to mailbox files.",
        "missing-date": "There is no Date header (RFC 5322, section 3.6).",
        "missing-from": "There is no From header (RFC 5322, section 3.6).",
        "name-of-a-program": "The file name ends like that of a program, which runs when it is opened.",
        "name-of-mixed-scripts": "The file name mixes scripts or imitates Latin letters.",
        "name-shows-other-address": "The name beside an address shows an address of another domain.",
        "name-turned-around": "The file name holds characters that reverse the direction of part of it.",
        "name-with-hidden-characters": "The file name holds characters that show as nothing.",
        "name-with-path": "The file name holds a path; only its last component is used.",
        "name-with-two-endings": "The file name ends twice, so that a program looks like a document.",
        "no-headers": "The message starts with text that is no header.",
        "nul-bytes": "The message holds NUL bytes (RFC 5322, section 4).",
        "space-before-colon": "There is white space between a header's name and its colon.",
        "too-deep": "Parts lie within parts more than 100 deep; what is deeper was not opened.",
        "too-many-headers": "There are more headers than are read; the rest was passed over.",
        "too-many-parts": "There are more than 10,000 parts; the last one holds all the rest.",
        "type-differs": "The content is not what its Content-Type says.",
        "unclosed-multipart": "The closing boundary of a multipart is missing; the message may be cut off.",
        "undecodable-text": "Bytes of the text do not exist in its charset; another one was tried.",
        "unknown-charset": "The charset of a text is not known; another one was tried.",
        "unknown-encoding": "The Content-Transfer-Encoding is not known; the part is shown as it came.",
    }
)


class Defect(NamedTuple):
    """One finding: its code, the sentence for people, the byte offset in the message where known."""

    code: str
    text: str
    offset: int | None = None


def defect(code: str, offset: int | None = None) -> Defect:
    """Make a defect of a known code; an unknown code is a KeyError, so that the list stays closed."""
    return Defect(code, TEXTS[code], offset)
