"""Stand-ins: the same name for the same address, domain and IP address, from the ranges kept free for examples."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import count

# RFC 5737 and RFC 2544: addresses that no host on the Internet has.
_IPV4 = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15")


class Names:
    """What stands in for what; RFC 2606 keeps the top-level domain `example` free."""

    def __init__(self) -> None:
        self._domains: dict[str, str] = {}
        self._users: dict[tuple[str, str], str] = {}
        self._logins: dict[str, str] = {}
        self._ips: dict[str, str] = {}
        self._ipv4 = _hosts()
        self._ipv6 = count(1)

    def address(self, address: str) -> str:
        """Return what stands in for a mailbox; one without a domain gets none."""
        local, at, domain = address.rpartition("@")
        if not at:
            return self._user(domain, "")
        return f"{self._user(local, domain.lower())}@{self.domain(domain)}"

    def _user(self, local: str, domain: str) -> str:
        return self._users.setdefault((local, domain), f"user{len(self._users) + 1}")

    def login(self, user: str) -> str:
        return self.address(user) if "@" in user else self._logins.setdefault(user, f"login{len(self._logins) + 1}")

    def domain(self, domain: str) -> str:
        """Return what stands in for a host or domain; `localhost` and stand-ins are nobody's."""
        if domain.startswith("[") and domain.endswith("]"):
            return f"[{self.literal(domain[1:-1])}]"
        known = domain.lower().rstrip(".")
        if known in {"", "localhost"}:
            return domain
        return self._domains.setdefault(known, f"domain{len(self._domains) + 1}.example")

    def knows(self, domain: str) -> bool:
        return domain.lower().rstrip(".") in self._domains

    def literal(self, literal: str) -> str:
        """Return what stands in for the inside of an address literal (RFC 5321 §4.1.3)."""
        prefix = literal[:5] if literal[:5].lower() == "ipv6:" else ""
        return prefix + (self.ip(literal[len(prefix) :]) or "192.0.2.0")

    def ip(self, text: str) -> str:
        """Return what stands in for an IP address, or an empty string for what is none; loopback is nobody's."""
        try:
            ip = ipaddress.ip_address(text)
        except ValueError:
            return ""
        if ip.is_loopback or ip.is_unspecified:
            return text
        known = str(ip)
        if known not in self._ips:
            self._ips[known] = next(self._ipv4) if ip.version == 4 else f"2001:db8::{next(self._ipv6):x}"
        return self._ips[known]


def _hosts() -> Iterator[str]:
    for network in _IPV4:
        yield from (str(host) for host in ipaddress.ip_network(network).hosts())
    while True:
        yield "198.18.0.0"
