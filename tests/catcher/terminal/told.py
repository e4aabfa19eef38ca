"""Sessions and lines as the API tells them."""

from __future__ import annotations

from typing import Any


def session(**values: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ID": "0353NtScyTajKDId2jUew8", "Started": "2026-11-24T22:42:08.808Z", "Ended": "2026-11-24T22:42:09.808Z",
        "Client": "127.0.0.1", "Ehlo": "app.test", "Outcome": "rejected", "Stage": "RCPT", "Close": "quit", "Tls": "",
        "User": "", "Messages": 0, "Findings": 2, "Duration": 1000.0,
        "Summary": "app.test connected from 127.0.0.1 and sent no message; bo was refused (550 5.1.1). 1.0 s.",
    }  # fmt: skip
    return told | values


def line(seq: int = 1, text: str = "NOOP", **values: Any) -> dict[str, Any]:
    told = {"Seq": seq, "Offset": seq * 1.5, "Dir": "C", "Tls": False, "Text": text, "Code": None, "Verb": ""}
    return told | values
