"""Addresses of questions: boxes, one of them, and the gestures in its threads."""

from django.urls import path

from fce.echanges.demandes import views, views_envoi, views_gestes

urlpatterns = [
    path("entreprise/<str:numero>/demande", views_envoi.question, name="demander-entreprise"),
    path("etablissement/<str:numero>/demande", views_envoi.question, name="demander-etablissement"),
    path("demandes", views.demandes, name="demandes"),
    path("demandes/en-attente", views.en_attente, name="demandes-en-attente"),
    path("demandes/choisir/services", views_envoi.choisir_destinataires, name="choisir-destinataires"),
    path("demandes/<int:numero>", views.demande, name="demande"),
    path(
        "demandes/<int:numero>/saisines/<int:saisine>/<slug:geste>",
        views_gestes.geste_de_demande,
        name="changer-demande",
    ),
]
