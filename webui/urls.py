"""The addresses of the pages and of the API."""

from __future__ import annotations

from django.urls import path, register_converter

from catcher.ids import PATTERN
from webui.api import export as api_export
from webui.api import findings, mailbox
from webui.api import messages as api
from webui.api import sessions as api_sessions
from webui.views import (
    body,
    changing,
    comparing,
    connect,
    deletion,
    explain,
    export,
    importing,
    inbox,
    links,
    message,
    palette,
    parts,
    places,
    rules,
    searches,
    searching,
    session,
    sessions,
    settings,
    source,
    tags,
    thread,
)
from webui.views.tabs import TABS


class PublicId:
    """A public id in a path; anything else is no address of ours."""

    regex = PATTERN.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicId, "id")

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("messages/", inbox.rows, name="message-rows"),
    path("messages/rows/", inbox.refresh, name="message-refresh"),
    path("messages/above/", inbox.above, name="messages-above"),
    path("messages/suggest/", inbox.suggest, name="message-suggest"),
    path("messages/read-all/", inbox.read_all, name="read-all"),
    path("messages/delete-all/", inbox.delete_all, name="delete-all"),
    path("messages/new/", inbox.news, name="message-news"),
    path("messages/export/", importing.export, name="messages-export"),
    path("messages/change/", changing.change, name="messages-change"),
    path("messages/undo/<id:token>/", changing.undo, name="messages-undo"),
    path("messages/<id:public_id>/", message.message, name="message"),
    path("messages/<id:public_id>/thread/", thread.thread, name="message-thread"),
    path("messages/<id:public_id>/header/", message.header, name="message-header"),
    path("messages/<id:public_id>/read/", message.set_read, {"value": True}, name="message-read"),
    path("messages/<id:public_id>/unread/", message.set_read, {"value": False}, name="message-unread"),
    path("messages/<id:public_id>/star/", changing.set_starred, {"value": True}, name="message-star"),
    path("messages/<id:public_id>/unstar/", changing.set_starred, {"value": False}, name="message-unstar"),
    path("messages/<id:public_id>/delete/", message.delete, name="message-delete"),
    path("messages/<id:public_id>/body/", body.body, name="message-body"),
    path("messages/<id:public_id>/print/", body.body, {"printing": True}, name="message-print"),
    path("messages/<id:public_id>/message.html", body.page_file, name="message-html-file"),
    path("messages/<id:public_id>/message.txt", body.text_file, name="message-text-file"),
    path("messages/<id:public_id>/found/", message.found_in, name="message-found"),
    path("messages/<id:public_id>/strip/", message.strip, name="message-strip"),
    path("messages/<id:public_id>/remote/allow/", message.allow_remote, {"value": True}, name="message-allow"),
    path("messages/<id:public_id>/remote/block/", message.allow_remote, {"value": False}, name="message-block"),
    path("messages/<id:public_id>/links/<int:number>/", links.link, name="message-link"),
    path("messages/<id:public_id>/links/text/<int:number>/", links.text_link, name="message-text-link"),
    path("messages/<id:public_id>/excerpt/", source.excerpt, name="message-excerpt"),
    path("messages/<id:public_id>/source.eml", source.eml, name="message-eml"),
    *(
        path(f"messages/<id:public_id>/rows/{kind}/", source.window, {"kind": kind}, name=f"{kind}-window")
        for kind in source.KINDS
    ),
    path("tags/", tags.tags, name="tags"),
    path("tags/names/", tags.names, name="tag-names"),
    path("tags/rules/", tags.add_rule, name="tag-rules"),
    path("tags/rules/count/", tags.count, name="tag-rule-count"),
    path("tags/rules/<int:pk>/apply/", tags.apply_rule, name="tag-rule-apply"),
    path("tags/rules/<int:pk>/delete/", tags.delete_rule, name="tag-rule-delete"),
    path("tags/<int:pk>/", tags.change, name="tag-change"),
    path("tags/<int:pk>/delete/", tags.delete, name="tag-delete"),
    path("searches/", searches.searches, name="searches"),
    path("searches/save/", searches.save, name="search-save"),
    path("searches/order/", searches.order, name="search-order"),
    path("searches/<id:public_id>/", searches.change, name="search-change"),
    path("searches/<id:public_id>/delete/", searches.delete, name="search-delete"),
    path("messages/<id:public_id>/attachments.zip", parts.archive, name="message-zip"),
    path("messages/<id:public_id>/parts/<str:path>/", parts.part, name="message-part"),
    path("messages/<id:public_id>/parts/<str:path>/file/", parts.file, name="message-part-file"),
    path("messages/<id:public_id>/parts/<str:path>/view/", parts.view, name="message-part-view"),
    path("messages/<id:public_id>/parts/<str:path>/thumbnail.png", parts.thumbnail, name="message-part-thumbnail"),
    *(path(f"messages/<id:public_id>/{tab}/", message.message, {"tab": tab}, name=f"message-{tab}") for tab in TABS),
    path("compare/<id:public_id>/", comparing.choose, name="compare-choose"),
    path("compare/<id:before_id>/<id:after_id>/", comparing.compare, name="compare"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/list/", sessions.rows, name="session-rows"),
    path("sessions/rows/", sessions.refresh, name="session-refresh"),
    path("sessions/above/", sessions.above, name="sessions-above"),
    path("sessions/suggest/", searching.suggest, name="session-suggest"),
    path("sessions/times/", searching.times, name="client-times"),
    path("sessions/delete/", deletion.ask, name="sessions-delete"),
    path("sessions/delete-matching/", deletion.delete_matching, name="sessions-delete-matching"),
    path("sessions/delete-all/", deletion.delete_all, name="sessions-delete-all"),
    path("sessions/delete/<id:public_id>/", deletion.progress, name="sessions-deletion"),
    path("sessions/<id:public_id>/", session.session, name="session"),
    path("sessions/<id:public_id>/lines/", session.lines, name="session-lines"),
    path("sessions/<id:public_id>/header/", session.header, name="session-header"),
    path("sessions/<id:public_id>/times.svg", session.chart_file, name="session-chart"),
    path("sessions/<id:public_id>/at/<id:message_id>/", session.at_message, name="session-at"),
    path("sessions/<id:public_id>/copy/<str:form>/", export.copy, name="session-copy"),
    path("sessions/<id:public_id>/export/<str:form>/", export.download, name="session-export"),
    path("sessions/<id:public_id>/repeat/", export.repeat, name="session-repeat"),
    path("sessions/<id:public_id>/repeat/<str:name>/", export.script, name="session-script"),
    path("schemas/session.json", export.schema, name="session-schema"),
    path("sessions/<id:public_id>/delete/", session.delete, name="session-delete"),
    path("explain/", explain.explain, name="explain"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:rule>/mute/", rules.set_muted, {"silent": True}, name="rule-mute"),
    path("rules/<str:rule>/unmute/", rules.set_muted, {"silent": False}, name="rule-unmute"),
    path("import/", importing.imports, name="imports"),
    path("import/<id:public_id>/", importing.found, name="import"),
    path("import/<id:public_id>/cancel/", importing.cancel, name="import-cancel"),
    path("connect/", connect.connect, name="connect"),
    path("places/", places.places, name="places"),
    path("palette/", palette.palette, name="palette"),
    path("preferences/", places.prefer, name="prefer"),
    path("preferences/reset/", places.reset, name="prefer-reset"),
    path("settings/", settings.settings, name="settings"),
    path("settings/senders/block/", settings.block_sender, name="sender-block"),
    path("api/v1/messages", api.messages, name="api-messages"),
    path("api/v1/message/<str:public_id>/raw", api.raw, name="api-raw"),
    path("api/v1/message/<str:public_id>/findings", findings.of_message, name="api-message-findings"),
    path("api/v1/messages/export", mailbox.export, name="api-export"),
    path("api/v1/import", mailbox.take_in, name="api-import"),
    path("api/v1/import/<str:public_id>", mailbox.progress, name="api-import-progress"),
    path("api/v1/sessions", api_sessions.sessions, name="api-sessions"),
    path("api/v1/sessions/follow", api_sessions.follow, name="api-follow"),
    path("api/v1/session/<str:public_id>", api_sessions.session, name="api-session"),
    path("api/v1/session/<str:public_id>/findings", findings.of_session, name="api-session-findings"),
    path("api/v1/session/<str:public_id>/export/<str:form>", api_export.session, name="api-session-export"),
    path("api/v1/lint", findings.lint, name="api-lint"),
]
