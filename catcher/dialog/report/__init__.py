"""FINDINGS -> what leaves Sandpost: JSON of the API, text for a terminal, SARIF for code hosts, JUnit for CI. Pure."""

from catcher.dialog.report.entry import Entry, Report, as_json, entry, from_json, worst
from catcher.dialog.report.junit import junit
from catcher.dialog.report.plain import plain
from catcher.dialog.report.sarif import sarif
from catcher.dialog.report.text import text

__all__ = ["Entry", "Report", "as_json", "entry", "from_json", "junit", "plain", "sarif", "text", "worst"]
