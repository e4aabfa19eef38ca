"""Messages of many kinds, stored and digested as the running program does it; and what a query means."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from catcher.digest import digest_some
from catcher.extract.message import extract
from catcher.mime.digest import digest
from catcher.mime.summary import summarize
from catcher.models import Message, Recipient, Session
from catcher.search.messages.text import plain
from catcher.search.messages.tree import (
    FIELDS,
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

WORDS = (
    "order", "invoice", "password", "reset", "shipped", "Größe", "naïve", "您好", "你", "привет", "ΣΊΣΥΦΟΣ",
    "a@b.example", "x", "<angle>", "(bracket)", "semi;colon", "comma,", 'quote"d', "https://shop.example/r?t=1&u=2",
    "QZ", "qz9", "I", "İstanbul", "foo.bar", "foo,bar", "o'clock", "100%", "a_b", "🙂", "🙂🙃", "½", "code-1234",
    "Your code is 482913.",
)  # fmt: skip


def store(
    raw: str | bytes, people: tuple[tuple[str, bool], ...] = (("jane@example.com", True),), **values: object
) -> Message:
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
    sessions = [
        rows.session(peer_host=f"10.0.0.{n}", client_name=name, examined=True)
        for n, name in enumerate(("Nodemailer", "swaks"))
    ]
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

    head = [
        f"From: {words(3)} <{dice.choice(('shop', 'bank'))}@acme.example>",
        f"Subject: {words(5)}",
        "MIME-Version: 1.0",
    ]
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
        link = f'<a href="https://t.example/{dice.randrange(99)}">go</a>'
        kind = dice.choice(("application/pdf", "image/png"))
        parts = f"--x\nContent-Type: text/html; charset=utf-8\n\n<p>{body}</p>{link}\n"
        parts += f'--x\nContent-Type: {kind}; name="{name}"\n{inline}\n\nxx\n--x--\n'
        return "\n".join([*head, "Content-Type: multipart/mixed; boundary=x", "", parts]).encode()
    return "\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", body * dice.choice((1, 1, 9))]).encode()


class Reader:
    """Says whether a message meets a query: read from its own bytes and rows, without any index, each once."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self._raw = message.raw()
        found = extract(self._raw, message.subject)
        self._links = [link.url for link in found.links if link.is_web]
        self._codes = found.codes
        self._people = list(Recipient.objects.filter(message=message, accepted=True).values_list("address", flat=True))
        self._tags = set(message.tags.values_list("key", flat=True))
        self._values = {field: [plain(value) for value in self._read(field)] for field in FIELDS}
        self._facts = self._known()

    def meets(self, node: Node) -> bool:
        message = self.message
        match node:
            case Every(parts):
                return all(self.meets(part) for part in parts)
            case Either(parts):
                return any(self.meets(part) for part in parts)
            case Without(part):
                return not self.meets(part)
            case Text(fields, needle):
                return any(needle in value for field in fields for value in self._values[field])
            case Fact(name, prefix):
                return any(one.startswith(name) if prefix else one == name for one in self._facts)
            case Size(least, most):
                return (least is None or message.size >= least) and (most is None or message.size <= most)
            case Received(since, until, included):
                at = message.received_at
                return (since is None or at >= since) and (until is None or at < until or (included and at == until))
            case State(name):
                states = {"read": message.read, "unread": not message.read, "starred": message.starred}
                return bool(self._tags) if name == "tagged" else states[name]
            case Tagged(name):
                return name.lower() in self._tags
            case OfSession(public_id):
                return message.session is not None and message.session.public_id == public_id
            case OfThread(name):
                return message.public_id == name
            case ByClient(needle):
                return any(needle in value for value in self._client())

    def _client(self) -> list[str]:
        session: Session | None = self.message.session
        return [session.client_name.lower(), session.peer_host] if session is not None else []

    def _read(self, field: str) -> list[str]:
        seen, read = summarize(self._raw), digest(self._raw)
        boxes = {"from": seen.from_, "to": seen.to, "cc": seen.cc, "bcc": seen.bcc, "reply-to": seen.reply_to}
        if field in boxes:
            named = {mailbox.address.lower() for mailbox in (*seen.to, *seen.cc)}
            unnamed = [address for address in self._people if address.lower() not in named] if field == "bcc" else []
            return [*(f"{mailbox.name} {mailbox.address}" for mailbox in boxes[field]), *unnamed]
        return {
            "return-path": [self.message.mail_from],
            "subject": [seen.subject],
            "filename": read.names,
            "body": [read.search_text, *self._links],
            "message-id": [seen.message_id],
            "header": [f"{name}: {value}" for name, value in read.fields],
            "type": read.types,
            "user": [self.message.username],
        }[field]

    def _known(self) -> set[str]:
        read, findings = digest(self._raw), self.message.findings
        has = {"attachment": read.attachments, "inline": read.inlines, "link": self._links, "finding": findings}
        has["code"] = self._codes
        return {f"has={name}" for name, found in has.items() if found} | {f"finding={one.lower()}" for one in findings}
