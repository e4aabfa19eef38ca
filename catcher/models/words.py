"""What a message is found by."""

from __future__ import annotations

from django.db import models


class MessageText(models.Model):
    """What the index of catcher/search/messages knows of a message, packed: it must be told when it is to forget it."""

    message = models.OneToOneField(
        "catcher.Message", primary_key=True, on_delete=models.CASCADE, related_name="words", db_constraint=False
    )
    packed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.message_id)


class MessageCharacter(models.Model):
    """A character that has been in the text of some message: a search for two letters asks which may follow them."""

    character = models.CharField(max_length=1, primary_key=True)

    def __str__(self) -> str:
        return self.character
