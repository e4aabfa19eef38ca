"""How lists of messages are linked: the searches that tags stand for."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template

from catcher.models import Tag
from webui.messages.marking import marked

register = template.Library()
register.filter("marked", marked)


@register.filter
def tag_query(tag: Tag) -> str:
    """Return the search for the messages that have a tag."""
    return f'tag:"{tag.name}"' if " " in tag.name else f"tag:{tag.name}"


@register.filter
def tag_search(tag: Tag) -> str:
    return f"?{urlencode({'q': tag_query(tag)})}"
