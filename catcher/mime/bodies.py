"""What a part holds, decoded, and which parts are text, page, attachments and inline pieces."""

from collections.abc import Iterator

from catcher.mime.charsets import decode
from catcher.mime.defects import Defect, defect
from catcher.mime.part import Part
from catcher.mime.transfer import decode_transfer

_BODY_TYPES = ("text/plain", "text/html")


def decoded(raw: bytes, part: Part, defects: list[Defect] | None = None) -> bytes:
    """Return the content of a part; what is wrong with its transfer encoding is appended to defects."""
    data = raw[part.start : part.end]
    if part.children:
        # RFC 2045, section 6.4: what holds parts is never encoded, whatever its header claims.
        return data
    content, problem = decode_transfer(data, part.encoding)
    if problem and defects is not None:
        defects.append(defect(problem, part.start))
    return content


def text(raw: bytes, part: Part, defects: list[Defect] | None = None) -> str:
    """Return a part as text without NUL and lone surrogates; what is wrong is appended to defects."""
    content = decoded(raw, part, defects)
    result, problem = decode(content, part.charset)
    if not problem and not part.charset and not content.isascii():
        problem = "charset-missing"
    if problem and defects is not None:
        defects.append(defect(problem, part.start))
    return result


def find_text(tree: Part) -> Part | None:
    """Return the part that holds the mail's plain text."""
    return _first(tree, "text/plain")


def find_html(tree: Part) -> Part | None:
    """Return the part that holds the mail's HTML."""
    return _first(tree, "text/html")


def attachments(tree: Part) -> list[Part]:
    """Return what a reader lists as files: parts marked so, enclosed messages, unmarked non-text.

    Mailpit puts an unmarked file such as a PDF without Content-Disposition among the inline parts, where
    nobody looks for it; here it is an attachment unless a page can refer to it by Content-ID.
    """
    return [part for part, parent in _leaves(tree) if _is_attachment(part, parent)]


def inlines(tree: Part) -> list[Part]:
    """Return what belongs to the page or stands beside the text: leaves neither body nor attachment."""
    bodies = [id(part) for part in (find_text(tree), find_html(tree)) if part is not None]
    return [part for part, parent in _leaves(tree) if id(part) not in bodies and not _is_attachment(part, parent)]


def _first(tree: Part, content_type: str) -> Part | None:
    for part, parent in _leaves(tree):
        if part.content_type == content_type and not _is_attachment(part, parent):
            return part
    if content_type == "text/plain" and tree.is_multipart and not tree.children:
        # A multipart that could not be taken apart: better all of it as text than an empty page.
        return tree
    return None


def _is_attachment(part: Part, parent: Part | None) -> bool:
    if part.is_message or part.disposition == "attachment":
        return True
    if part.disposition == "inline" or part.is_multipart:
        return False
    if part.content_type in _BODY_TYPES:
        # A named text that is the whole mail is its text all the same.
        return bool(part.filename) and parent is not None and parent.content_type != "multipart/alternative"
    if parent is not None and parent.content_type == "multipart/alternative":
        return False
    return not part.content_id


def _leaves(tree: Part) -> Iterator[tuple[Part, Part | None]]:
    """Yield each leaf with its multipart; an enclosed message is one leaf, its inside is another mail's."""
    waiting: list[tuple[Part, Part | None]] = [(tree, None)]
    while waiting:
        part, parent = waiting.pop()
        if part.is_message or not part.children:
            yield part, parent
        else:
            waiting.extend((child, part) for child in reversed(part.children))
