"""Forms that mark each line with who said it: swaks, curl, msmtp, nodemailer, PHPMailer, `C:` and `S:`."""

from __future__ import annotations

import html
import re

from catcher.dialog.records import Direction, Kind
from catcher.dialog.transcript.clock import STAMP, at_us
from catcher.dialog.transcript.entry import COMMAND, Entry, Form, by_line, encoded, said

_SWAKS = re.compile(r"(<-|<~|<\*\*|<~\*| ->| ~>)(?: {1,2}|$)(.*)", re.DOTALL)
_SWAKS_TLS = re.compile(r"=== TLS started .*?cipher (\S+?):(\S+?):\d+")
_CURL = re.compile(STAMP + r"(?P<mark>[<>]) ?(?P<text>.*)", re.DOTALL)
_CURL_TLS = re.compile(r"\* SSL connection using (\S+) / (\S+)")
_CURL_SENT = re.compile(r"\} \[(\d{1,10}) bytes data\]")
_CURL_IDLE = re.compile(r"[*{}] |  % Total| +Dload| *\d+ .*--:--")
_MSMTP = re.compile(r"(<--|-->) ?(.*)", re.DOTALL)
_NODEMAILER = re.compile(
    STAMP
    + r"(?P<level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL) +(?:\[(?P<id>[^\]]{1,100})\](?: (?P<text>.*)|$)|(?P<other>.*))",
    re.DOTALL,
)
_PHPMAILER = re.compile(STAMP + r"\s*(?P<mark>SERVER -> CLIENT|CLIENT -> SERVER): ?(?P<text>.*)", re.DOTALL)
_PHPMAILER_MORE = re.compile(r"\s{12,}(\d{3}(?:[ -].*)?)", re.DOTALL)
_PHPMAILER_OTHER = re.compile(
    STAMP + r"\s*(?:(?P<opens>Connection: opening)|(?P<error>SMTP ERROR: .*)|Connection: |SMTP )"
)
_BREAK = re.compile(r"<br ?/?>\s*$")
_SIDES = r"(?P<mark>C|S|[Cc]lient|[Ss]erver|CLIENT|SERVER)\s?:|(?P<arrow>>>>|<<<|>>|<<|==>|<==)"
_PLAIN = re.compile(rf"\s*{STAMP}(?:{_SIDES})(?: (?P<text>.*)|(?P<tight>.*))", re.DOTALL)


def _swaks(number: int, line: str) -> Entry | None:
    match = _SWAKS.match(line)
    if match is not None:
        return said(number, match[1].startswith(" "), match[2], tls="~" in match[1] or None)
    tls = _SWAKS_TLS.match(line)
    if tls is not None:
        info = {"version": tls[1], "cipher": tls[2]}
        return Entry(number, Direction.NOTE, kind=Kind.TLS_DONE, info=info)
    if line.startswith("*** TLS startup failed"):
        return Entry(number, Direction.NOTE, kind=Kind.TLS_FAIL, info={"error": line[4:204]})
    if line.startswith("***"):
        return Entry(number, idle=True, remark=line[4:])
    return Entry(number, None, encoded(line), opens=line.startswith("=== Trying"), idle=line.startswith("==="))


def _curl(number: int, line: str) -> Entry | None:
    match = _CURL.match(line)
    if match is not None:
        return said(number, match["mark"] == ">", match["text"], at_us(match))
    tls = _CURL_TLS.match(line)
    if tls is not None:
        return Entry(number, Direction.NOTE, kind=Kind.TLS_DONE, info={"version": tls[1], "cipher": tls[2]})
    sent = _CURL_SENT.match(line)
    opens = line.startswith("*   Trying")
    idle = _CURL_IDLE.match(line) is not None
    remark = line if line.startswith("curl: (") else ""
    return Entry(number, None, encoded(line), size=int(sent[1]) if sent else 0, opens=opens, idle=idle, remark=remark)


def _msmtp(number: int, line: str) -> Entry | None:
    match = _MSMTP.match(line)
    if match is not None:
        return said(number, match[1] == "-->", match[2])
    return Entry(number, None, encoded(line), idle=True, remark=line if line.startswith("msmtp: ") else "")


def _nodemailer(number: int, line: str) -> Entry | None:
    match = _NODEMAILER.match(line)
    if match is None:
        return Entry(number, None, encoded(line))
    text, stream = match["text"] or "", match["id"] or ""
    if match["id"] is None or match["level"] != "DEBUG":
        opens = text.startswith("Connection established")
        remark = text or match["other"] if match["level"] in {"WARN", "ERROR", "FATAL"} else ""
        return Entry(number, Direction.NOTE, opens=opens, stream=stream, idle=True, remark=remark or "")
    if text[:2] in {"C:", "S:"}:
        entry = said(number, text[0] == "C", text[2:].removeprefix(" "), at_us(match))
    else:
        # Message data has no mark of its own.
        entry = Entry(number, None, encoded(text), at_us(match), idle=True)
    entry.stream = stream
    return entry


def _phpmailer(number: int, line: str) -> Entry | None:
    if "-&gt;" in line or line.endswith((">", "> ")):
        line = html.unescape(_BREAK.sub("", line)) if "-&gt;" in line else _BREAK.sub("", line)
    match = _PHPMAILER.match(line)
    if match is not None:
        return said(number, match["mark"].startswith("CLIENT"), match["text"], at_us(match))
    more = _PHPMAILER_MORE.match(line)
    if more is not None:
        return said(number, False, more[1])
    other = _PHPMAILER_OTHER.match(line)
    if other is not None or line[:1].isspace():
        opens = other is not None and other["opens"] is not None
        return Entry(number, Direction.NOTE, opens=opens, idle=True, remark=(other["error"] or "") if other else "")
    return Entry(number, None, encoded(line))


def _plain(number: int, line: str) -> Entry | None:
    match = _PLAIN.match(line)
    if match is None:
        return Entry(number, None, encoded(line))
    is_client = match["mark"][0] in "Cc" if match["mark"] else match["arrow"][0] in ">=" and match["arrow"] != "<=="
    text = match["text"] if match["text"] is not None else match["tight"]
    return said(number, is_client, text, at_us(match))


_COMMAND = COMMAND.pattern
FORMS = (
    Form(
        "nodemailer",
        "nodemailer",
        re.compile(STAMP + r"(?:DEBUG|INFO) +\[[^\]]{1,100}\] [CS]: "),
        by_line(_nodemailer),
        has_bare_content=True,
    ),
    Form(
        "phpmailer",
        "PHPMailer",
        re.compile(STAMP + r"\s*(?:SERVER -(?:>|&gt;) CLIENT|CLIENT -(?:>|&gt;) SERVER):"),
        by_line(_phpmailer),
    ),
    Form("swaks", "swaks", re.compile(r"(?:<-  |<~  |<\*\* |<~\* )\d{3}| (?:->|~>) "), by_line(_swaks)),
    Form("msmtp", "msmtp", re.compile(r"<-- \d{3}|--> "), by_line(_msmtp)),
    Form("curl", "curl", re.compile(rf"{STAMP}(?:< \d{{3}}|> {_COMMAND})"), by_line(_curl)),
    Form(
        "marked",
        "lines marked C: and S:",
        re.compile(
            rf"\s*{STAMP}(?:(?:S|[Ss]erver|SERVER)\s?:\s*\d{{3}}|(?:C|[Cc]lient|CLIENT)\s?:\s*{_COMMAND}"
            rf"|<{{2,3}} \d{{3}}|>{{2,3}} {_COMMAND}|==> |<== )"
        ),
        by_line(_plain),
        guesses=True,
    ),
)
