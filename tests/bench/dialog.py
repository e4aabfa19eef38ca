"""What it costs to read a conversation: judged, opened, filtered, and followed while it is going on."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from itertools import product
from statistics import median
from time import perf_counter, process_time
from urllib.parse import quote_plus

from catcher.dialog.client import recognise
from catcher.dialog.conversation import read
from catcher.dialog.explain import offers, remark, spans
from catcher.dialog.lint import lint_session
from catcher.dialog.script import records
from catcher.dialog.timing import timing
from tests.bench.bench import Bench, progress
from tests.bench.listing import fill
from tests.bench.report import Section, percentile, reached
from tests.bench.sandpost import Sandpost, fresh
from tests.bench.smtp import BenchError
from tests.bench.web import Web
from tests.bench.websocket import WebSocket

JUDGED_BELOW_MS = 5
OPENED_BELOW_MS = 100
FILTERED_BELOW_MS = 20
LINE_BELOW_MS = 150
REPEATS = 50
LINES = 60
# Each kind of term, alone and together, found in all sessions, in the two oldest, or in none.
FILTERS = (
    "", "is:ok", "is:failed", "-has:messages", "has:messages tls=none", "outcome=delivered close=idle", "tls=1.3",
    "client=127.*", "client=*.9", "ehlo=nobody*", "ehlo=*no*dy", "auth=none user=*", "messages=1", "errors>1 tls=none",
    "lines>5000", "bytes=7", "bytes>100 recipients=1", "duration>1h", "since=1h", "before=1h", "code=250",
    "code>=500 verb=RCPT", "verb=NOOP", "-verb=DATA", "from=sender@bench.example tls=none", "to=*@bench.example",
    "to=n*b*dy@*", "finding=S*", "stored", "unheard", '"ok mailbox"', "send*",
)  # fmt: skip
PAGE = "/sessions/?q={}"
OTHERS = {
    "rows below": "/sessions/list/?before=1000000&q={}",
    "by client": "/sessions/?view=clients&q={}",
    "API": "/api/v1/sessions?query={}",
}
_SESSION = re.compile(rb"/sessions/([0-9A-Za-z]{22})/")

SCRIPT = """
! open peer=127.0.0.1:40000 listener=127.0.0.1:1025
S: 220 sandpost ESMTP Sandpost ready
C: EHLO app
S: 250-sandpost
S: 250-PIPELINING
S: 250-SIZE 52428800
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-ENHANCEDSTATUSCODES
S: 250-STARTTLS
S: 250-AUTH PLAIN LOGIN
S: 250 HELP
""" + "\n".join(
    f"C: MAIL FROM:<a{n}@app.example> SIZE=1200\nC+ RCPT TO:<jane@example.com>\n"
    "C+ RCPT TO:<nobody@example.com>\nC+ DATA\n"
    "S: 250 2.1.0 Sender ok\nS: 250 2.1.5 Recipient ok\nS: 550 5.1.1 No such user\nS: 354 Go on\n"
    f"= bytes=1200 lines=30 wire=1203 ended=1 first_us=1 last_us=2 message=ID{n}\nS: 250 2.0.0 Stored"
    for n in range(4)
)


def judge() -> float:
    """Return milliseconds of processor time to read, recognise, time, lint and explain one session of 50 lines."""
    tape = records(SCRIPT)
    times = []
    for _ in range(REPEATS):
        began = process_time()
        talk = read(tape)
        recognise(talk)
        timing(talk)
        lint_session(talk)
        spans(talk)
        offers(talk)
        for step in talk.steps:
            remark(talk, step)
        times.append((process_time() - began) * 1000)
    return median(times)


def _say(server: Sandpost, lines: int) -> None:
    """Hold a conversation of that many lines."""
    with socket.create_connection(server.smtp, 30) as sock, sock.makefile("rb") as replies:
        replies.readline()
        for _ in range(lines // 2):
            sock.sendall(b"NOOP\r\n")
            replies.readline()
        sock.sendall(b"QUIT\r\n")
        replies.readline()


def _newest(web: Web) -> str:
    found = _SESSION.search(web.get("/sessions/").body)
    if found is None:
        raise BenchError("the list of sessions is empty")
    return found[1].decode()


def _times(web: Web, path: str, count: int) -> list[float]:
    answers = [web.get(path) for _ in range(count + 1)][1:]
    return [answer.wall_ms if answer.server_ms is None else answer.server_ms for answer in answers]


async def _follow(server: Sandpost) -> list[float]:
    """Return milliseconds from writing a command on the wire to the frame that shows it in an open page."""
    reader, writer = await asyncio.open_connection(*server.smtp)
    await reader.readline()
    await asyncio.sleep(1)  # until the running session is in the database
    with Web(server.http) as web:
        public_id = _newest(web)
    page = await WebSocket.connect(server.http)
    page.send(json.dumps({"watch": public_id, "after": 0, "phase": ""}))
    arrived = asyncio.Queue[tuple[float, int]]()

    async def listen() -> None:
        async for at, payload in page.frames():
            frame = json.loads(payload)
            if frame.get("type") == "lines":
                arrived.put_nowait((at, int(frame["last"])))

    listener = asyncio.create_task(listen())
    delays = []
    try:
        async with asyncio.timeout(60):
            _, last = await arrived.get()
            for number in range(LINES):
                began = perf_counter()
                writer.write(b"NOOP %d\r\n" % number)
                await reader.readline()
                at, seen = await arrived.get()
                while seen < last + 2:  # the command and its reply
                    at, seen = await arrived.get()
                last = seen
                delays.append((at - began) * 1000)
                await asyncio.sleep(0.02)
    finally:
        listener.cancel()
        page.close()
        writer.close()
    return delays


def run(bench: Bench) -> Section:
    section = bench.section("dialog", "Reading conversations, in ms", "what", "p50", "p95", "clock", "below", "verdict")

    def add(what: str, times: list[float], clock: str, below: float) -> None:
        p50 = percentile(times, 50)
        section.add(what, p50, percentile(times, 95), clock, below, reached(p50, below=below))

    add("judge and explain 50 lines", [judge()], "processor", JUDGED_BELOW_MS)
    size = max(bench.plan.list_sizes)
    with fresh() as server:
        progress("dialog: following a session")
        delays = asyncio.run(_follow(server))
        section.add(
            "a line from the wire to an open page", percentile(delays, 50), percentile(delays, 95), "wall",
            LINE_BELOW_MS, reached(percentile(delays, 99), below=LINE_BELOW_MS),
        )  # fmt: skip
        with Web(server.http) as web:
            for lines in (1_000, 10_000):
                _say(server, lines)
                add(f"open a session of {lines:,} lines", _times(web, f"/sessions/{_newest(web)}/", 5), "server",
                    OPENED_BELOW_MS)  # fmt: skip
        progress(f"dialog: filling up to {size:,} sessions")
        fill(bench, server, size, kept=False)
        with Web(server.http) as web:  # a new one: the server does not keep an idle connection so long
            for filter_ in FILTERS:
                times = _times(web, PAGE.format(quote_plus(filter_)), bench.plan.list_requests)
                add(f"{size:,} sessions, {filter_ or 'no filter'}", times, "server", FILTERED_BELOW_MS)
            for (name, path), filter_ in product(OTHERS.items(), ("", "errors>1", "has:messages tls=none")):
                times = _times(web, path.format(quote_plus(filter_)), bench.plan.list_requests)
                add(f"{size:,} sessions, {name}, {filter_ or 'no filter'}", times, "server", FILTERED_BELOW_MS)
        bench.verify(server, section)
    section.notes.append("the verdict on a line in an open page is that of its p99")
    return section
