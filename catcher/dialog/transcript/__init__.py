"""PASTED TEXT -> RECORDS: a log of somebody's mail program, read as if it had been recorded here. Pure."""

from catcher.dialog.transcript.parse import FORMS, Transcript, parse

__all__ = ["FORMS", "Transcript", "parse"]
