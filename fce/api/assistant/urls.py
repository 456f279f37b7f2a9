"""``/mcp``, and the pages where an agent sees his assistants."""

from django.urls import path

from fce.api.assistant import pages, vues

app_name = "assistants"
urlpatterns = [
    path("mcp", vues.mcp, name="mcp"),
    path("compte/assistants", pages.liste, name="liste"),
    path("compte/assistants/accord", pages.accord, name="accord"),
]
