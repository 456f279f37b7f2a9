"""Addresses of the private calendar."""

from django.urls import path

from fce.echanges.calendrier import views

urlpatterns = [
    path("calendrier", views.calendrier, name="calendrier"),
    path("calendrier/revoquer", views.revoquer, name="revoquer-calendrier"),
    path("calendrier/<str:secret>.ics", views.fichier, name="calendrier-ics"),
]
