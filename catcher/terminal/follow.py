"""Dialogs as they go on: which sessions there are, which of them a filter finds by now, and what is new in each.

Everything is asked by cursor, so that nothing is missed between two questions, nor when Sandpost was gone meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from catcher.remote import TIMEOUT, Remote

WAIT = 25
BATCH = 100
# Sessions that are looked through for the last lines before the first new one.
LOOKED_BACK = 20


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a session: its lines, whether it is told for the first time, and whether it is over now."""

    session: dict[str, Any]
    lines: list[dict[str, Any]]
    first: bool
    over: bool


class Follower:
    """Knows what has been told; raises what `Remote` raises, and may be asked again after that."""

    def __init__(self, remote: Remote, query: str, backlog: int = 0) -> None:
        self._remote = remote
        self._query = query
        self._backlog = backlog
        self._cursor = ""
        self._after = ""
        # Sessions that may have news: id -> behind which line.
        self._open: dict[str, str] = {}
        self._told: set[str] = set()

    def begin(self) -> Iterator[News]:
        """Find out where to begin; yield the last lines before that."""
        self._cursor = self._wait("", 0)
        listed = self._list(query=self._query, limit=LOOKED_BACK)
        self._after = listed["after"]
        running = self._list(query="is:live", limit=BATCH)["sessions"]
        self._open = {one["ID"]: "0" for one in reversed(running)}
        if not self._query:  # one that a filter finds only later is told from its beginning
            self._skip(list(self._open))
        yield from self._look_back(listed["sessions"])

    def resume(self) -> None:
        """Go on after Sandpost was gone; where it begins anew (another folder, `--memory`), begin anew as well."""
        newest = self._list(limit=1)["after"]
        if int(newest) < int(self._after or 0):
            self._after, self._open, self._told = "0", {}, set()
        self._cursor = ""

    def step(self) -> Iterator[News]:
        """Wait until something changes, or for a while; yield what is new."""
        cursor = self._wait(self._cursor, WAIT)
        yield from self._look()
        # Only now: a question that failed half-way is asked again.
        self._cursor = cursor

    def _look(self) -> Iterator[News]:
        more = True
        while more:
            listed = self._list(after=self._after, limit=1000)
            self._open |= {one["ID"]: "0" for one in reversed(listed["sessions"])}
            self._after, more = listed["after"], listed["more"]
        names = iter(list(self._open))
        while batch := list(islice(names, BATCH)):
            yield from self._news(batch)

    def _skip(self, names: Sequence[str]) -> None:
        """Pass over what running sessions have said before."""
        for session in self._follow(names, dict.fromkeys(names, "-1"))["sessions"] if names else ():
            last = session["Lines"][-1]["Seq"] if session["Lines"] else 0
            self._open[session["ID"]] = str(max(0, last - self._backlog))

    def _look_back(self, sessions: Sequence[dict[str, Any]]) -> Iterator[News]:
        """Yield the last lines of sessions (newest first), oldest first."""
        found: list[tuple[str, str]] = []
        room = self._backlog
        for session in sessions:
            if room <= 0:
                break
            known = self._follow([session["ID"]], {session["ID"]: f"-{room}"})["sessions"]
            lines = known[0]["Lines"] if known else []
            found.append((session["ID"], str(lines[0]["Seq"] - 1 if lines else 0)))
            room -= len(lines)
        for public_id, before in reversed(found):
            self._open[public_id] = before
            yield from self._news([public_id])

    def _news(self, names: Sequence[str]) -> Iterator[News]:
        more = True
        while more:
            answer = self._follow(names, self._open)
            waiting, more = set(answer["waiting"]), answer["more"]
            told = {session["ID"]: session for session in answer["sessions"]}
            for session in told.values():
                found = self._one(session, more)
                if found is not None:
                    yield found
            for name in names:
                if name not in told and name not in waiting:
                    self._open.pop(name, None)
            names = [name for name in names if name in self._open]
            more = more and bool(names)

    def _one(self, session: dict[str, Any], more: bool) -> News | None:
        public_id, lines = session["ID"], session.pop("Lines")
        if lines:
            self._open[public_id] = str(lines[-1]["Seq"])
        # What it comes to is known a moment after the end, and that moment moves the cursor, too.
        over = session["Ended"] is not None and session["Findings"] is not None and not more
        first = public_id not in self._told
        if over:
            self._open.pop(public_id, None)
            self._told.discard(public_id)
        elif lines:
            self._told.add(public_id)
        return News(session, lines, first, over) if lines or over else None

    def _wait(self, cursor: str, seconds: int) -> str:
        answer = self._remote.json("sessions/wait", seconds + 10, after=cursor, timeout=seconds)
        return str(answer["cursor"])

    def _list(self, **parameters: str | int) -> dict[str, Any]:
        listed: dict[str, Any] = self._remote.json("sessions", within=TIMEOUT, **parameters)
        return listed

    def _follow(self, names: Sequence[str], places: dict[str, str]) -> dict[str, Any]:
        of = ",".join(f"{name}.{places[name]}" for name in names)
        answer: dict[str, Any] = self._remote.json("sessions/follow", of=of, query=self._query)
        return answer
