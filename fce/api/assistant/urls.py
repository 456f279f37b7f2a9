"""``/mcp``, and the pages where an agent sees his assistants."""

from django.urls import path

from fce.api.assistant import pages, vues

urlpatterns = [
    path("mcp", vues.mcp, name="mcp"),
    path("compte/assistants", pages.liste, name="assistants"),
    path("compte/assistants/accord", pages.accord, name="assistants-accord"),
]
