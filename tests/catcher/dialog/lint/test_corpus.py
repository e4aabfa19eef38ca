"""What the rules find in recordings of real clients: exactly what stands in tests/corpus/findings.json.

A rule that begins to accuse a client of something new fails here; whoever has looked at the recording and found it
true writes it down with `python -m tests.catcher.dialog.lint.test_corpus`.
"""

from __future__ import annotations

import json

import pytest

from catcher.dialog.conversation import read
from catcher.dialog.lint import lint_message, lint_session
from catcher.dialog.lint.opened import Envelope, open_message
from tests.corpus import FOLDER, Recording, recordings

KNOWN = FOLDER / "findings.json"
RECORDINGS = recordings()


def found(recording: Recording) -> dict[str, list[str]]:
    """Return the ids of the rules, by session and for the message, where there are any."""
    conversations = [read(records) for records in recording.sessions]
    ids = {
        f"session {number}": sorted({finding.id for finding in lint_session(conversation)})
        for number, conversation in enumerate(conversations, 1)
    }
    if recording.message:
        ids["message"] = sorted(
            {finding.id for finding in lint_message(open_message(recording.message, _envelope(recording)))}
        )
    return {where: names for where, names in ids.items() if names}


def _envelope(recording: Recording) -> Envelope | None:
    """Return the envelope of the transaction that delivered."""
    for records in recording.sessions:
        for transaction in read(records).transactions:
            if transaction.is_delivered and transaction.mail is not None:
                path, *parameters = transaction.mail.argument.partition(":")[2].split()
                accepted = tuple(_address(step.argument) for step in transaction.accepted)
                refused = tuple(_address(step.argument) for step in transaction.refused)
                return Envelope(path.strip("<>"), tuple(parameters), accepted, refused)
    return None


def _address(argument: str) -> str:
    return argument.partition(":")[2].split(maxsplit=1)[0].strip("<>")


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_a_real_client_gets_the_findings_that_are_true_of_it(recording: Recording) -> None:
    assert found(recording) == json.loads(KNOWN.read_text())["findings"].get(recording.name, {})


def test_nothing_is_written_down_for_what_is_not_recorded() -> None:
    known = json.loads(KNOWN.read_text())["findings"]
    assert set(known) <= {recording.name for recording in RECORDINGS}


def test_no_client_breaks_a_must_where_all_went_well() -> None:
    """Libraries that millions use do not: an error in such a recording is one of the rule."""
    libraries = {"smtplib", "django", "aiosmtplib", "nodemailer", "phpmailer", "symfony", "angus-mail", "net-smtp-go"}
    for recording in RECORDINGS:
        if recording.client in libraries and recording.situation == "plain":
            worst = {finding.severity for tape in recording.sessions for finding in lint_session(read(tape))}
            assert "error" not in worst, recording.name


if __name__ == "__main__":
    listed = {recording.name: ids for recording in RECORDINGS if (ids := found(recording))}
    KNOWN.write_text(json.dumps({"findings": listed}, indent=1) + "\n")
