"""Django's settings, computed from the one declaration of Sandpost's own (catcher/options.py)."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from catcher import options

SANDPOST: dict[str, Any] = options.read()

BASE_DIR = Path(__file__).resolve().parent.parent
# In a wheel, templates and static files lie inside webui; only a checkout has a top level with manage.py.
_CHECKOUT = (BASE_DIR / "manage.py").exists()

# Nothing outlives the process that this key signs: there are no logins, and CSRF secrets live in the cookie.
SECRET_KEY = secrets.token_urlsafe(50)
DEBUG = False
# The guard in webui/guard.py decides, for HTTP and websocket alike, before Django sees a request.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "channels",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "catcher",
    "webui",
]
MIDDLEWARE = [
    "webui.middleware.ServerTiming",
    "webui.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "webui.middleware.Clock",
]
# A folder of mail that is dropped on the page comes in one request (static/js/import.js).
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000
ROOT_URLCONF = "catcher.urls"
ASGI_APPLICATION = "catcher.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"] if _CHECKOUT else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "csp.context_processors.nonce",
                "webui.context.rail",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SANDPOST["data"] / "sandpost.sqlite3",
        "OPTIONS": {
            # IMMEDIATE: a transaction that will write waits for the lock at its start, never half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # Groups of every size have statements of their own.
            "cached_statements": 400,
            # FULL: the reply 250 promises that the message is on the disk.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-40000;"
            # Checkpoints are made beside the writer (catcher/checkpoint.py); this is only the emergency brake.
            "PRAGMA wal_autocheckpoint=32768; PRAGMA journal_size_limit=67108864;",
        },
        "TEST": {"NAME": None},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"] if _CHECKOUT else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0

CSRF_FAILURE_VIEW = "webui.views.errors.csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "sandpost_csrf"
SECURE_REFERRER_POLICY = "no-referrer"

_SELF = "'self'"
_NONE = "'none'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_NONE],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "frame-src": [_SELF],
        "form-action": [_SELF],
        "base-uri": [_NONE],
        "frame-ancestors": [_NONE],
        "manifest-src": [_SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # aiosmtpd logs whole command lines, credentials among them: nothing below an error may pass.
        "mail": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
