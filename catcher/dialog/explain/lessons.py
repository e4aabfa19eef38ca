"""One plain sentence a step, for people who read a session to learn SMTP."""

from __future__ import annotations

import re

from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.explain import codes, enhanced, keywords, notes

_ADDRESS = re.compile(r"<([^<>\s]{0,200})>|:\s*([^<>\s]{1,200})")
_SAID = {
    "EHLO": "The client says its name, {}, and asks what the server can do",
    "HELO": "The client says its name, {}, the old way",
    "LHLO": "The client says its name, {}, in LMTP",
    "MAIL": "The client starts a message from {}",
    "RCPT": "The client names a recipient, {}",
    "DATA": "The client asks to send the message",
    "BDAT": "The client sends a piece of the message",
    "RSET": "The client drops the message that it had begun",
    "NOOP": "The client asks for a sign of life",
    "QUIT": "The client says goodbye",
    "VRFY": "The client asks whether {} exists",
    "EXPN": "The client asks who is on the list {}",
    "HELP": "The client asks for help",
    "AUTH": "The client logs in with {}",
    "STARTTLS": "The client asks to encrypt the connection",
    "ETRN": "The client asks for the mail that waits for {}",
    "ATRN": "The client asks to swap roles for the mail that waits for it",
    "TURN": "The client asks to swap roles",
}
_HEARD = {
    ("EHLO", 250): "the server greets back and offers {} extensions",
    ("HELO", 250): "the server greets back",
    ("MAIL", 250): "the server takes the sender",
    ("RCPT", 250): "the server takes the recipient",
    ("RCPT", 251): "the server takes the recipient and will forward the mail",
    ("VRFY", 252): "the server does not tell",
    ("DATA", 354): "the server says: go ahead, and end with a line of a single dot",
    ("STARTTLS", 220): "the server is ready, and the TLS handshake follows",
    ("AUTH", 235): "the server accepts the login",
    ("AUTH", 334): "the server asks for more",
    ("RSET", 250): "the server forgets sender and recipients",
    ("NOOP", 250): "the server is there",
    ("QUIT", 221): "the server says goodbye too, and both close",
    ("CONTENT", 250): "the server has it now and is responsible for it",
}


def lesson(conversation: Conversation, step: Step) -> str:
    """Return what happened in a step, as one sentence."""
    match step.role:
        case Role.GREETING:
            if 200 <= step.code < 300:
                return "The server takes the call and says its name."
            return f"The server turns the client away ({_codes(step)})."
        case Role.UNASKED:
            if step.code == 421:
                return f"The server closes the connection without being asked ({_codes(step)})."
            return f"The server says something that nobody asked for ({_codes(step)})."
        case Role.CONTENT:
            return f"{_sent(step)}; {_heard(conversation, step, 'CONTENT')}."
        case Role.ANSWER:
            said = "The client answers with the next part of its login"
            return f"{said}; {_heard(conversation, step, 'AUTH')}."
    return f"{_said(step)}; {_heard(conversation, step, step.verb)}."


def _said(step: Step) -> str:
    words = _SAID.get(step.verb)
    if words is None:
        return "The client sends something that is no command of SMTP" if not step.verb else f"{step.verb} is sent"
    return words.format(_object(step))


def _object(step: Step) -> str:
    if step.verb in {"MAIL", "RCPT"}:
        match = _ADDRESS.search(step.argument[:1000])
        if match is None:
            return "an address that cannot be read"
        return match[1] or match[2] or "nobody, so that no reports come back"
    word = next(iter(step.argument[:300].split()), "")
    if step.verb == "AUTH":
        # A client that forgets the mechanism sends the secret in its place.
        return word.upper() if word.upper() in keywords.MECHANISMS else "a mechanism that is not known here"
    return word or "nothing"


def _sent(step: Step) -> str:
    said = step.said
    if said is not None and not said.info.get("ended", True):
        return "The client begins to send the message and stops in the middle"
    octets = notes.count(said, "bytes") if said is not None else None
    return f"The client sends the message{f', {octets:,} octets' if octets is not None else ''}"


def _heard(conversation: Conversation, step: Step, where: str) -> str:
    if step.reply is None:
        return "no answer is recorded"
    words = _HEARD.get((where, step.code))
    if words is None:
        return _verdict(step)
    return words.format(len(step.reply.records) - 1 or "no")


def _verdict(step: Step) -> str:
    match step.code // 100:
        case 0:
            return "what the server says is no reply"
        case 2:
            verdict = "the server agrees"
        case 3:
            verdict = "the server waits for more"
        case 4:
            verdict = "the server says not now"
        case _:
            verdict = "the server refuses"
    return f"{verdict} ({_codes(step)})"


def _codes(step: Step) -> str:
    """Return the codes of a reply, and for an error what they mean in a few words."""
    reply = step.reply
    if reply is None or not reply.code:
        return "no reply code"
    if reply.code < 400:
        return reply.brief
    vague = enhanced.is_vague(reply.enhanced)
    told = codes.code(reply.code).title if vague else enhanced.detail(reply.enhanced).title
    return f"{reply.brief}, {told}"
