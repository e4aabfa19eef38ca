"""Conversations for these tests, in the form of catcher/dialog/script.py."""

from __future__ import annotations

from catcher.dialog.conversation import Conversation, Step, read
from catcher.dialog.explain import Explanation, spans
from catcher.dialog.script import records

OPENING = """
S: 220 sandpost ESMTP ready
C: EHLO app.example.com
S: 250-sandpost
S: 250-PIPELINING
S: 250-SIZE 2000
S: 250-8BITMIME
S: 250-AUTH PLAIN LOGIN
S: 250 HELP
"""
REFUSED = f"""{OPENING}
C: MAIL FROM:<bounce@acme.test> SIZE=2293 BODY=8BITMIME
C+ RCPT TO:<jane@example.com>
C+ RCPT TO:<nobody@example.com>
S: 250 2.1.0 Sender ok
S: 250 2.1.5 Recipient ok
S: 550 5.1.1 No such user here
C: DATA
S: 354 End data with <CRLF>.<CRLF>
= bytes=2301 lines=40 wire=2310
S: 250 2.0.0 Stored as x
C: QUIT
S: 221 2.0.0 Bye
! close reason=quit
"""


def talk(script: str) -> Conversation:
    return read(records(script))


def greeted(script: str) -> Conversation:
    """Return a conversation that begins after a hello."""
    return talk(f"{OPENING}\n{script}")


def marked(conversation: Conversation) -> dict[str, Explanation]:
    """Return what each part that is explained stands for; of equal parts the last."""
    data = {record.seq: record.data for record in conversation.records}
    return {
        data[seq][span.start : span.end].decode("utf-8", "backslashreplace"): span.about
        for seq, found in spans(conversation).items()
        for span in found
    }


def last(conversation: Conversation) -> Step:
    return conversation.steps[-1]
