"""Addresses of operations: lists, one of them, and the gestures on it."""

from django.urls import path

from fce.echanges.operations import views, views_gestes

_UNE = "operations/<int:numero>"
urlpatterns = [
    path("operations", views.operations, name="operations"),
    path("operations/creer", views.creation, name="operation-creation"),
    path(f"{_UNE}.ics", views.agenda, name="operation-agenda"),
    path(_UNE, views.operation, name="operation"),
    path(f"{_UNE}/impression", views.impression, name="operation-impression"),
    path(f"{_UNE}/modifier", views_gestes.modification, name="operation-modification"),
    path(f"{_UNE}/clore", views_gestes.bilan, name="operation-bilan"),
    path(f"{_UNE}/annuler", views_gestes.annulation, name="operation-annulation"),
    path(f"{_UNE}/croisements", views_gestes.croisements, name="operation-ouverture"),
    path(f"{_UNE}/services", views_gestes.ajouter_service, name="operation-services"),
    path(f"{_UNE}/services/<int:service>/retirer", views_gestes.retirer_service, name="operation-sortie"),
    path(f"{_UNE}/notes", views_gestes.ajouter_note, name="operation-notes"),
    path(f"{_UNE}/cibles", views_gestes.ajouter_cibles, name="operation-cibles"),
    path(f"{_UNE}/cibles/<int:cible>", views_gestes.cible, name="operation-cible"),
    path(f"{_UNE}/cibles/<int:cible>/retirer", views_gestes.retirer_cible, name="operation-retrait"),
    path(f"{_UNE}/cibles/<int:cible>/constat", views_gestes.ecrire_constat, name="operation-constat"),
]
