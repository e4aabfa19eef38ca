"""The box under a line: what an error means for the sender, and what becomes of the rest."""

from __future__ import annotations

from bisect import bisect_left
from itertools import islice

from catcher.dialog.conversation import Conversation, Reply, Role, Step, Transaction
from catcher.dialog.explain import codes, enhanced
from catcher.dialog.explain.model import Remark
from catcher.dialog.explain.replies import about_code, about_enhanced, is_listed, place
from catcher.dialog.explain.verbs import VERBS
from catcher.dialog.records import Kind

# (place, first digit) -> the heading; the verdict for the person whose mail it is.
_TITLES = {
    ("GREETING", 4): "The server takes no connection at the moment.",
    ("GREETING", 5): "The server takes no mail from this client.",
    ("EHLO", 5): "The server does not accept the greeting.",
    ("HELO", 5): "The server does not accept the greeting.",
    ("STARTTLS", 4): "The connection cannot be encrypted at the moment.",
    ("STARTTLS", 5): "The connection is not encrypted.",
    ("AUTH", 4): "The login could not be checked.",
    ("AUTH", 5): "The login failed.",
    ("MAIL", 4): "The message is put off before it is sent.",
    ("MAIL", 5): "The message is refused before it is sent.",
    ("RCPT", 4): "This recipient is put off.",
    ("RCPT", 5): "This recipient is not accepted.",
    ("DATA", 4): "The message is not wanted at the moment.",
    ("DATA", 5): "The message may not be sent.",
    ("CONTENT", 4): "The message was sent and is not taken yet.",
    ("CONTENT", 5): "The message was sent and is refused.",
    ("?", 5): "The server does not know this.",
    ("", 4): "The server closes the connection.",
}
_NEVER = "This recipient will never receive the message."
_BY_CODE = {
    **{("RCPT", code): _NEVER for code in (550, 551, 553, 554, 556)},
    ("AUTH", 503): "A login is not possible now.",
    ("AUTH", 504): "The server does not offer this way to log in.",
    ("AUTH", 530): "The login must be encrypted.",
    ("AUTH", 538): "The login must be encrypted.",
    ("RCPT", 503): "No message was begun that this recipient could belong to.",
    ("MAIL", 503): "A message cannot be begun here.",
    ("DATA", 503): "There is no message to send yet.",
}
_LOGIN_FIRST = "The server wants a login or encryption first."
# So many recipients are looked at to tell whether another one was accepted: each refused one asks.
_LOOKED_AT = 50


def remark(conversation: Conversation, step: Step) -> Remark | None:
    """Return what to tell under a step whose reply is an error, or is none that was to be expected."""
    reply = step.reply
    where = place(step)
    if reply is None:
        return _unanswered(conversation, step)
    if not reply.code:
        return Remark(
            "The server's words are no reply.",
            "A reply starts with three digits. Clients take this for a broken connection and give up.",
            "RFC 5321 §4.2",
        )
    if reply.is_error:
        return Remark(_title(where, reply.code), _error(conversation, step, reply, where), _sources(where, reply))
    if is_listed(where, reply.code):
        return None
    about = about_code(where, reply.code)
    return Remark("An unexpected reply.", f"{reply.code} says: {about.text} {about.replies}", about.source)


def _title(where: str, code: int) -> str:
    if code == 421:
        return "The server closes the connection."
    if code == 530 and where != "AUTH":
        return _LOGIN_FIRST
    special = _BY_CODE.get((where, code)) or _TITLES.get((where, code // 100))
    name = where if where in VERBS else "The command"
    return special or (f"{name} failed for the moment." if code < 500 else f"{name} is refused.")


def _error(conversation: Conversation, step: Step, reply: Reply, where: str) -> str:
    kind = "temporary" if reply.code < 500 else "permanent"
    parts = [f"{reply.code} is {kind}: {_then(reply.code)}{_because(where, reply)}."]
    parts.append(_advice(where, reply))
    parts.append(_rest(conversation, step, where, reply.code))
    if not is_listed(where, reply.code):
        parts.append(about_code(where, reply.code).replies)
    return " ".join(part for part in parts if part)


def _then(code: int) -> str:
    return "the sender may try again later" if code < 500 else "the sender must not repeat it unchanged"


def _because(where: str, reply: Reply) -> str:
    if enhanced.is_vague(reply.enhanced):
        return f". {about_code(where, reply.code).text.rstrip('.')}"
    return f"; {reply.enhanced} says: {_lower(enhanced.detail(reply.enhanced).text).rstrip('.')}"


def _advice(where: str, reply: Reply) -> str:
    """Return what to do, unless it only repeats that it is temporary or permanent."""
    told = "" if enhanced.is_vague(reply.enhanced) else enhanced.detail(reply.enhanced).advice
    told = told or about_code(where, reply.code).advice
    return "" if told in (codes.RETRY, codes.GIVE_UP) else told


def _rest(conversation: Conversation, step: Step, where: str, code: int) -> str:
    """Return what happens to what the step does not decide."""
    if code == 421:
        return "What was accepted with 250 is safe; all else has to be sent again."
    if where == "RCPT":
        return _other_recipients(conversation, step)
    if where == "MAIL" or (where == "DATA" and code != 503):
        return "No recipient gets it; the session may go on with another message."
    if where == "CONTENT":
        return "This goes for all its recipients; the session may go on with another message."
    if where == "STARTTLS":
        return "The session goes on in plain text, if the client allows that."
    if where == "AUTH" and code >= 500 and code != 503:
        return "The session goes on without a login; the client may try once more."
    return ""


def _other_recipients(conversation: Conversation, step: Step) -> str:
    transaction = _transaction(conversation, step.transaction)
    if transaction is None:
        return ""
    data = transaction.data
    if transaction.content is not None or (data is not None and data.code == 354):
        return "The other recipients, which were accepted, are not affected."
    recipients = transaction.recipients
    if any(200 <= other.code < 300 for other in islice(recipients, _LOOKED_AT)):
        return "The other recipients go on."
    return "" if len(recipients) > _LOOKED_AT else "No recipient is accepted yet; without one there is nothing to send."


def _transaction(conversation: Conversation, number: int) -> Transaction | None:
    """Return a transaction by its number; they stand in order."""
    transactions = conversation.transactions
    index = bisect_left(transactions, number, key=lambda transaction: transaction.number)
    found = transactions[index] if index < len(transactions) else None
    return found if found is not None and number and found.number == number else None


def _unanswered(conversation: Conversation, step: Step) -> Remark | None:
    """Tell of what was never answered, once the session has ended."""
    said = step.said
    if said is None or step.verb == "QUIT" or not conversation.close_reason or conversation.info(Kind.CLOSE, "cut"):
        return None
    if step.role is not Role.CONTENT:
        return Remark(
            "This was never answered.",
            "The connection ended first. The client has to take it for not done.",
            "RFC 5321 §4.3.1",
        )
    if not said.info.get("ended", True):
        return Remark(
            "The message was never finished.",
            "The client stopped before the line with the single dot. Nothing is stored, and no recipient gets it; the "
            "client may send it again.",
            "RFC 5321 §4.1.1.4",
        )
    return Remark(
        "The client cannot know what became of the message.",
        "The connection ended before the reply to the final dot. The client will send it again, so it may arrive "
        "twice.",
        "RFC 5321 §4.5.3.2.6",
    )


def _sources(where: str, reply: Reply) -> str:
    sources = [about_code(where, reply.code).source]
    if where in VERBS:
        sources.insert(0, VERBS[where].source)
    if reply.enhanced:
        sources.append(about_enhanced(reply.enhanced, reply.code).source)
    return _merged(sources)


def _merged(sources: list[str]) -> str:
    """Return each document once, with all of its sections."""
    sections: dict[str, dict[str, None]] = {}
    for source in sources:
        for part in source.split("; "):
            document, _, rest = part.partition(" §")
            known = sections.setdefault(document, {})
            known.update(dict.fromkeys(rest.split(", §") if rest else ()))
    return "; ".join(
        f"{document} {', '.join(f'§{section}' for section in known)}" if known else document
        for document, known in sections.items()
    )


def _lower(text: str) -> str:
    """Return a sentence as it stands behind a colon: names and abbreviations keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
