"""NEWS -> LINES: several sessions in one stream, told apart by a tag and, where there are colours, by its colour."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.terminal import lines
from catcher.terminal.follow import News
from catcher.terminal.paint import TAGS, Paint


class Stream:
    """Gives each session a colour while it runs."""

    def __init__(self, paint: Paint) -> None:
        self._paint = paint
        self._colours: dict[str, str] = {}
        self._given = 0

    def show(self, news: News) -> Iterator[str]:
        public_id = news.session["ID"]
        tag = self._tag(public_id)
        if news.first:
            yield f"{tag} {self._paint(lines.opening(news.session), 'bold')}"
        for line in news.lines:
            yield f"{tag} {lines.line(line, self._paint)}"
        if news.over:
            yield f"{tag} {self._paint(f'=> {lines.closing(news.session)}', *lines.outcome_colours(news.session))}"
            self._colours.pop(public_id, None)

    def _tag(self, public_id: str) -> str:
        if public_id not in self._colours:
            self._colours[public_id] = TAGS[self._given % len(TAGS)]
            self._given += 1
        return self._paint(lines.tag(public_id), self._colours[public_id])
