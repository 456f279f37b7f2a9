"""Addresses of what is sent."""

from django.urls import path

from fce.echanges.envois import views

urlpatterns = [
    path("entreprise/<str:numero>/envoyer", views.envoyer, name="envoyer-entreprise"),
    path("etablissement/<str:numero>/envoyer", views.envoyer, name="envoyer-etablissement"),
]
