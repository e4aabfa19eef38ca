"""The one address table: everything that a browser or a client can ask for lies in webui."""

from django.urls import include, path

urlpatterns = [path("", include("webui.urls"))]

handler400 = "webui.views.errors.bad_request"
handler403 = "webui.views.errors.forbidden"
handler404 = "webui.views.errors.not_found"
handler500 = "webui.views.errors.server_error"
