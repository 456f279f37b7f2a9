"""Addresses of the pages where an agent sees his assistants."""

from django.urls import path

from fce.api.assistant import pages

app_name = "assistants"
urlpatterns = [
    path("", pages.liste, name="liste"),
    path("accord", pages.accord, name="accord"),
    path("couper", pages.couper, name="couper"),
    path("retablir", pages.retablir, name="retablir"),
]
