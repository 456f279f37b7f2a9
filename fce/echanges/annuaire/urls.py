"""Addresses of the directory."""

from django.urls import path

from fce.echanges.annuaire import views

urlpatterns = [
    path("services", views.services_de_l_annuaire, name="annuaire"),
    path("services/<int:numero>", views.service, name="service"),
    path("services/<int:numero>/modifier", views.modifier, name="modifier-service"),
    path("services/<int:numero>/absence", views.absence, name="absence"),
    path("etablissement/<str:numero>/services", views.competents, name="services-competents"),
]
