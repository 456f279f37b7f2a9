"""Addresses of the sheets. ``path``, not ``str``: whatever follows gets its own clear page, no anonymous 404."""

from django.urls import path

from fce.fiche import views

app_name = "fiche"
urlpatterns = [
    path("entreprise/<path:numero>", views.entreprise, name="entreprise"),
    path("etablissement/<path:numero>", views.etablissement, name="etablissement"),
]
