"""What each answer to EHLO offered, and what the client made of it."""

from __future__ import annotations

from itertools import islice

from catcher.dialog import mailbox
from catcher.dialog.conversation import Conversation, Offer, Role, Step
from catcher.dialog.explain import keywords
from catcher.dialog.explain.model import OfferRow, OfferTable, Use
from catcher.dialog.explain.parameters import extension
from catcher.dialog.explain.replies import meaning

_BY_VERB = {
    "STARTTLS": "STARTTLS", "AUTH": "AUTH", "BDAT": "CHUNKING", "ETRN": "ETRN", "ATRN": "ATRN", "HELP": "HELP",
    "VRFY": "VRFY", "EXPN": "EXPN", "TURN": "TURN", "SEND": "SEND", "SOML": "SOML", "SAML": "SAML",
}  # fmt: skip
# Verbs that are unknown to the conversation but have a keyword of their own name.
_OWN_NAME = frozenset({"XCLIENT", "XFORWARD", "BURL"})
# RFC 5321 §4.5.1, §3.5: these commands need no offer.
_FREE = frozenset({"HELP", "VRFY", "EXPN"})
# A session of a hostile client may use as many keywords as it has words.
_MOST = 100


def offers(conversation: Conversation) -> list[OfferTable]:
    """Return a table for each answer to EHLO, in order; in one pass."""
    windows: list[tuple[Offer, dict[str, str]]] = []
    starting = {offer.step.seq: offer for offer in conversation.offers}
    used: dict[str, str] | None = None
    packet = 0
    for step in conversation.steps:
        if step.role is not Role.COMMAND:
            continue
        offer = starting.get(step.seq)
        if offer is not None:
            used = {}
            windows.append((offer, used))
        elif step.verb == "HELO" and 200 <= step.code < 300:
            used = None
        elif used is not None and len(used) < _MOST:
            _note(step, used, packet)
        if step.verb == "STARTTLS" and step.code == 220:
            used = None  # RFC 3207 §4.2
        packet = step.packet if step.verb else 0
    return [_table(offer, done) for offer, done in windows]


def _note(step: Step, used: dict[str, str], packet: int) -> None:
    """Add what a command uses: keyword -> a few words on how, which may be none."""
    if step.packet and step.packet == packet and step.verb:
        used.setdefault("PIPELINING", "several commands in one packet")
    if step.verb == "AUTH":
        mechanism = next(iter(step.argument[:200].split()), "").upper()
        known = mechanism if mechanism in keywords.MECHANISMS else ""
        # The last one counts: a client goes on to another when the first is refused.
        used["AUTH"] = known or used.get("AUTH", "")
    elif step.verb in _BY_VERB:
        used.setdefault(_BY_VERB[step.verb], "")
    elif step.verb in {"MAIL", "RCPT"}:
        _note_parameters(step, used)
    elif not step.verb:
        word = step.argument[:10].split(" ", 1)[0].upper()
        if word in _OWN_NAME:
            used.setdefault(word, "")


def _note_parameters(step: Step, used: dict[str, str]) -> None:
    for word in islice(mailbox.read(step.argument).parameters, 64):
        name, _, value = word.partition("=")
        keyword = extension(name.upper(), value)[:60]
        used.setdefault(keyword, f"{step.verb} with {word[:60]}")


def _table(offer: Offer, used: dict[str, str]) -> OfferTable:
    rows = [_row(name, parameters, used) for name, parameters in offer.keywords.items()]
    for name, detail in used.items():
        if name not in offer.keywords and name not in _FREE:
            known = keywords.KEYWORDS.get(name, keywords.PRIVATE)
            rows.append(OfferRow(name, (), known.text, known.source, Use.NOT_OFFERED, detail))
    return OfferTable(offer.step.seq, offer.tls, tuple(rows))


def _row(name: str, parameters: tuple[str, ...], used: dict[str, str]) -> OfferRow:
    known = keywords.KEYWORDS.get(name, keywords.PRIVATE)
    use, detail = Use.NOT_USED, ""
    if known.is_passive:
        use = Use.ALWAYS
    elif name in used:
        use, detail = Use.USED, used[name]
        if name == "AUTH" and detail in keywords.MECHANISMS and detail not in map(str.upper, parameters):
            use, detail = Use.NOT_OFFERED, f"{detail}, which is not in the list"
    return OfferRow(name, parameters, meaning(name, parameters), known.source, use, detail)
