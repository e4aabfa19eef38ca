"""The exceptions of each library: a function each, from a failure to what it says. None of them raises anything."""

from __future__ import annotations

from catcher.dialog.exceptions.compiled import go, lettre
from catcher.dialog.exceptions.dotnet import dotnet
from catcher.dialog.exceptions.java import javamail
from catcher.dialog.exceptions.node import nodemailer
from catcher.dialog.exceptions.php import phpmailer, symfony
from catcher.dialog.exceptions.python import aiosmtplib, smtplib
from catcher.dialog.exceptions.ruby import ruby
from catcher.dialog.exceptions.said import Said

__all__ = [
    "Said",
    "aiosmtplib",
    "dotnet",
    "go",
    "javamail",
    "lettre",
    "nodemailer",
    "phpmailer",
    "ruby",
    "smtplib",
    "symfony",
]
