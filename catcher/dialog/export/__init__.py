"""CONVERSATION -> what can be taken out of the page: text, Markdown, JSON, pcap and scripts that repeat it. Pure."""

from catcher.dialog.export.capture import Bodies, pcap
from catcher.dialog.export.lines import text
from catcher.dialog.export.redaction import masked, redacted
from catcher.dialog.export.report import markdown
from catcher.dialog.export.structure import as_json, schema

__all__ = ["Bodies", "as_json", "markdown", "masked", "pcap", "redacted", "schema", "text"]
