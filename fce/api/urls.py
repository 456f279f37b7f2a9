"""Addresses of the API."""

from django.urls import path

from fce.api.documentation import documentation
from fce.api.v1 import api

urlpatterns = [
    path("v1/docs", documentation, name="documentation"),
    path("v1/", api.urls),
]
