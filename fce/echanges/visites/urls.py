"""Addresses of announced visits."""

from django.urls import path

from fce.echanges.visites import views

urlpatterns = [
    path("entreprise/<str:numero>/visites/nouvelle", views.nouvelle, name="nouvelle-visite"),
    path("etablissement/<str:numero>/visites/nouvelle", views.nouvelle, name="nouvelle-visite-lieu"),
    path("entreprise/<str:numero>/visites/verdict", views.verdict, name="verdict"),
    path("etablissement/<str:numero>/visites/verdict", views.verdict, name="verdict-lieu"),
    path("visites", views.visites, name="visites"),
    path("visites/<int:numero>", views.visite, name="visite"),
    path("visites/<int:numero>/<slug:geste>", views.geste_de_visite, name="changer-visite"),
]
