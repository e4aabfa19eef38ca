"""CONVERSATION -> MARKDOWN for a bug report: the facts first, then the whole conversation in a block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catcher.dialog.conversation import Conversation, Role
from catcher.dialog.export.escaping import visible
from catcher.dialog.export.lines import text
from catcher.dialog.export.redaction import redacted
from catcher.dialog.records import Kind

_TICKS = re.compile("`+")
_SHOWN = 200  # characters of a fact; the block below has all of it


def markdown(conversation: Conversation, redact: bool = True) -> str:
    """Return a Markdown document that nothing in the conversation can break out of."""
    shown = redacted(conversation) if redact else conversation
    facts = "\n".join(f"- {name}: {value}" for name, value in _facts(shown))
    block = text(shown)
    fence = "`" * max(3, _longest(block) + 1)
    about = "\nAddresses, host names and credentials are replaced.\n" if redact else ""
    return f"### SMTP session\n\n{facts}\n{about}\n{fence}text\n{block}{fence}\n"


def _facts(conversation: Conversation) -> Iterator[tuple[str, str]]:
    peer = str(conversation.info(Kind.OPEN, "peer"))
    if peer:
        yield "Client address", code(peer)
    hello = conversation.hello
    if hello is not None:
        yield "Client calls itself", code(hello.argument)
    yield "Encryption", _encryption(conversation)
    if conversation.note(Kind.AUTH) is not None:
        yield "Login", _login(conversation)
    yield "Commands", str(sum(1 for _ in conversation.commands))
    for transaction in conversation.transactions[:10]:
        yield (
            f"Transaction {transaction.number}",
            f"{len(transaction.accepted)} recipients accepted, {len(transaction.refused)} refused, "
            + ("message accepted" if transaction.is_delivered else "no message accepted"),
        )
    error = next((step for step in conversation.steps if step.reply is not None and step.reply.is_error), None)
    if error is not None and error.reply is not None:
        asked = error.verb or ("an unknown command" if error.role is Role.COMMAND else "nobody's question")
        yield "First error", f"{code(visible(error.reply.last.data))} in answer to {asked}"
    yield "Ended by", code(conversation.close_reason) if conversation.close_reason else "nobody yet, or not recorded"


def _encryption(conversation: Conversation) -> str:
    done, failed = conversation.note(Kind.TLS_DONE), conversation.note(Kind.TLS_FAIL)
    if done is not None:
        words = " ".join(str(done.info.get(name, "")) for name in ("version", "cipher")).strip()
        return code(words) if words else "TLS"
    if failed is not None:
        return f"failed, {code(str(failed.info.get('error', '')))}"
    return "none"


def _login(conversation: Conversation) -> str:
    mechanism, user = (str(conversation.info(Kind.AUTH, name)) for name in ("mechanism", "user"))
    said = "accepted" if conversation.info(Kind.AUTH, "ok") else "refused"
    return f"{code(mechanism)} as {code(user)}, {said}"


def code(words: str) -> str:
    """Return words as a code span (CommonMark §6.1): more backticks around them than any run of them inside."""
    line = visible(words.encode("utf-8", "surrogatepass"))
    line = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
    ticks = "`" * (_longest(line) + 1)
    return f"{ticks} {line} {ticks}" if line.strip() else "nothing"


def _longest(words: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, _TICKS.findall(words)), default=0)
