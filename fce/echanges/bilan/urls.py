"""Addresses of the figures of a service."""

from django.urls import path

from fce.echanges.bilan import views

urlpatterns = [
    path("mon-service", views.mon_service, name="mon-service"),
    path("services/<int:numero>/bilan", views.bilan, name="bilan"),
]
