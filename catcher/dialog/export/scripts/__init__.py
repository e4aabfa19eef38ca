"""CONVERSATION -> a command or program that says the same again. Pure.

The password is never part of it: the environment variable SMTP_PASSWORD holds it when the script runs. Messages are
files of their own, named by `Repetition.files`, to be saved beside the script.
"""

from catcher.dialog.export.scripts.nodemailer import nodemailer
from catcher.dialog.export.scripts.python import python
from catcher.dialog.export.scripts.repetition import Delivery, Repetition, repetition
from catcher.dialog.export.scripts.shell import curl, swaks

__all__ = ["Delivery", "Repetition", "curl", "nodemailer", "python", "repetition", "swaks"]
