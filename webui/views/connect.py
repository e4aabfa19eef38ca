"""How to point an application at Sandpost, with the address that it really listens on."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from catcher import addresses
from webui.guard import host_name
from webui.views.methods import read


@dataclass(frozen=True, slots=True)
class Recipe:
    """Settings for one framework; the text stands in templates/connect/<slug>.txt."""

    slug: str
    title: str
    file: str


RECIPES = (
    Recipe("django", "Django", "settings.py"),
    Recipe("rails", "Rails", "config/environments/development.rb"),
    Recipe("laravel", "Laravel", ".env"),
    Recipe("node", "Node", "mail.js"),
    Recipe("spring", "Spring Boot", "application.properties"),
    Recipe("go", "Go", "main.go"),
    Recipe("php", "PHP", "php.ini"),
    Recipe("dotnet", ".NET", "Program.cs"),
    Recipe("python", "Python", "send.py"),
    Recipe("swaks", "swaks", "shell"),
    Recipe("curl", "curl", "shell"),
)


def is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def guide(request: HttpRequest) -> dict[str, Any]:
    """Return the recipes with the real address: where SMTP listens on all, the host of this very page."""
    address = addresses.smtp()
    host = host_name(request.get_host()).strip("[]") if is_wildcard(address.host) else address.host
    return {"recipes": recipes(host, address.port), "mail_host": host, "mail_port": address.port, **login()}


def login() -> dict[str, Any]:
    return {"login_needed": settings.SANDPOST["smtp_login"] is not None}


@cache
def recipes(host: str, port: int) -> list[tuple[Recipe, str]]:
    context = {"host": host, "port": port, "bracketed": f"[{host}]" if ":" in host else host}
    texts = (render_to_string(f"connect/{recipe.slug}.txt", context).strip("\n") for recipe in RECIPES)
    return list(zip(RECIPES, texts, strict=True))


@read
def connect(request: HttpRequest) -> HttpResponseBase:
    return render(request, "connect.html", guide(request) | {"section": "connect"})
