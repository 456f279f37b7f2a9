"""Addresses of the room, there only when it is open (``FCE_ECHANGES``)."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "echanges"
urlpatterns: list[URLPattern] = []
