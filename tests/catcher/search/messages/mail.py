"""Messages of many kinds, stored and digested as the running program does it, and what a query means, said in Python."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from catcher.digest import digest_some
from catcher.mime.digest import digest
from catcher.mime.headers import addresses
from catcher.mime.summary import summarize
from catcher.models import Message, Recipient, Session, Tagging
from catcher.search.messages.text import plain
from catcher.search.messages.tree import (
    ByClient,
    Either,
    Every,
    Fact,
    Node,
    OfSession,
    OfThread,
    Received,
    Size,
    State,
    Tagged,
    Text,
    Without,
)
from tests.webui import rows

__all__ = ["WORDS", "addresses", "meets", "some_mail", "store"]

WORDS = (
    "order invoice password reset shipped Größe naïve 您好 你 привет ΣΊΣΥΦΟΣ code-1234 a@b.example x <angle> (bracket) "
    "semi;colon comma, quote\"d https://shop.example/r?t=1&u=2 QZ qz9 I İstanbul foo.bar foo,bar o'clock 100% a_b 🙂 🙂🙃 ½"
).split()


def store(raw: str | bytes, people: tuple[tuple[str, bool], ...] = (("jane@example.com", True),), **values: object) -> Message:
    """Store a message as the way in does, not yet digested."""
    octets = raw.encode() if isinstance(raw, str) else raw
    octets = octets.replace(b"\n", b"\r\n")
    seen = summarize(octets)
    named = {"From": seen.from_, "To": seen.to, "Cc": seen.cc, "Bcc": seen.bcc, "Reply-To": seen.reply_to}
    found = {name: [list(mailbox) for mailbox in boxes] for name, boxes in named.items() if boxes}
    fields = {"subject": seen.subject, "message_id": seen.message_id, "addresses": found} | values
    return rows.message(octets, people, **fields)


def some_mail(number: int, seed: int = 1) -> None:
    """Store messages that differ in all that can be asked for, and digest them."""
    dice = random.Random(seed)
    sessions = [rows.session(peer_host=f"10.0.0.{n}", client_name=name, examined=True) for n, name in enumerate(("Nodemailer", "swaks"))]
    sessions.append(rows.session(peer_host="10.0.1.9", examined=False))
    for hour in range(0, 1000, 1000 // number):
        values: dict[str, object] = {
            "received_at": datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hour),
            "session": dice.choice([*sessions, None]),
            "username": dice.choice(["", "", "demo", "Ad min"]),
            "read": dice.random() < 0.5,
            "starred": dice.random() < 0.1,
        }
        people = ((f"{dice.choice('abc')}@example.com", True), ("refused@example.com", False))
        store(_mail(dice), people, **values)
    while digest_some(50):
        pass


def _mail(dice: random.Random) -> bytes:
    def words(most: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(dice.randrange(most)))

    head = [f"From: {words(3)} <{dice.choice(('shop', 'bank'))}@acme.example>", f"Subject: {words(5)}", "MIME-Version: 1.0"]
    head += [f"To: {words(2)} <jane@example.com>, joe@example.com"] * (dice.random() < 0.8)
    head += [f"Cc: {words(2)} <team@example.com>"] * (dice.random() < 0.3)
    head += ["Bcc: audit@example.com"] * (dice.random() < 0.1)
    head += [f"Reply-To: support+{dice.randrange(9)}@example.com"] * (dice.random() < 0.3)
    head += [f"X-Mailer: {words(3)}"] * (dice.random() < 0.5)
    head += [f"Message-ID: <{dice.randrange(99)}@acme.example>"] * (dice.random() < 0.7)
    head += ["X-Tags: To Do, billing"] * (dice.random() < 0.2)
    body = f"{words(40)}\n{words(9)}\n"
    if dice.random() < 0.3:
        name = dice.choice(("Invoice 1.pdf", "résumé.txt", "a.ics"))
        inline = dice.choice(("Content-Disposition: attachment", "Content-ID: <p>\nContent-Disposition: inline"))
        parts = f'--x\nContent-Type: text/html; charset=utf-8\n\n<p>{body}</p><a href="https://t.example/{dice.randrange(99)}">go</a>\n'
        parts += f'--x\nContent-Type: {dice.choice(("application/pdf", "image/png"))}; name="{name}"\n{inline}\n\nxx\n--x--\n'
        return "\n".join([*head, "Content-Type: multipart/mixed; boundary=x", "", parts]).encode()
    return "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", body * dice.choice((1, 1, 9))]).encode()


def meets(node: Node, message: Message) -> bool:
    """Return whether a message meets a query: read from its own bytes and rows, without any index."""
    match node:
        case Every(parts):
            return all(meets(part, message) for part in parts)
        case Either(parts):
            return any(meets(part, message) for part in parts)
        case Without(part):
            return not meets(part, message)
        case Text(fields, needle):
            return any(needle in plain(value) for field in fields for value in _values(field, message))
        case Fact(name, prefix):
            known = _facts(message)
            return any(one.startswith(name) for one in known) if prefix else name in known
        case Size(least, most):
            return (least is None or message.size >= least) and (most is None or message.size <= most)
        case Received(since, until, included):
            at = message.received_at
            early = until is None or at < until or (included and at == until)
            return early and (since is None or at >= since)
        case State("tagged"):
            return Tagging.objects.filter(message=message).exists()
        case State(name):
            return {"read": message.read, "unread": not message.read, "starred": message.starred}[name]
        case Tagged(name):
            return message.tags.filter(key=name.lower()).exists()
        case OfSession(public_id):
            return message.session is not None and message.session.public_id == public_id
        case OfThread(name):
            return message.public_id == name
        case ByClient(needle):
            session: Session | None = message.session
            return session is not None and (needle in session.client_name.lower() or needle in session.peer_host)


def _values(field: str, message: Message) -> list[str]:
    raw = message.raw()
    seen, read = summarize(raw), digest(raw)
    boxes = {"from": seen.from_, "to": seen.to, "cc": seen.cc, "bcc": seen.bcc, "reply-to": seen.reply_to}
    if field in boxes:
        found = [f"{mailbox.name} {mailbox.address}" for mailbox in boxes[field]]
        if field == "bcc":
            named = {mailbox.address.lower() for mailbox in (*seen.to, *seen.cc)}
            people = Recipient.objects.filter(message=message, accepted=True).values_list("address", flat=True)
            found += [address for address in people if address.lower() not in named]
        return found
    return {
        "return-path": [message.mail_from],
        "subject": [seen.subject],
        "filename": read.names,
        "body": [read.search_text, *read.links],
        "message-id": [seen.message_id],
        "header": [f"{name}: {value}" for name, value in read.fields],
        "type": read.types,
        "user": [message.username],
    }[field]


def _facts(message: Message) -> set[str]:
    read = digest(message.raw())
    has = {"attachment": read.attachments, "inline": read.inlines, "link": read.links, "finding": message.findings}
    return {f"has={name}" for name, found in has.items() if found} | {f"finding={one.lower()}" for one in message.findings}
