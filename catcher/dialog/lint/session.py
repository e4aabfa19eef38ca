"""What several rules want to know of a session, looked up once."""

from __future__ import annotations

from catcher.dialog.conversation import Conversation


class Session:
    """A conversation as the rules see it."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
