"""URLs of the reconciliation service, and of the pages of an agent's tables, named by their references."""

from typing import Final

from django.urls import path, register_converter

from fce.ensembles.fichiers.urls import adresses
from fce.ensembles.rapprochement import views, views_fichiers, views_lecture, views_liste, views_service
from fce.ensembles.rapprochement.fichiers import FICHIERS_DE_TABLEAU
from fce.ensembles.rapprochement.models import LigneRapprochee, TableauRapproche
from fce.socle.web.references import convertisseur

app_name = "rapprochement"
register_converter(convertisseur(TableauRapproche), "tableau")
register_converter(convertisseur(LigneRapprochee), "lignerapprochee")
_TABLEAU: Final = "rapprochements/<tableau:numero>"
urlpatterns = [
    path("reconcile", views_service.service, name="service"),
    path("reconcile/suggest/entity", views_service.proposer_des_entreprises, name="suggestion-entreprise"),
    path("reconcile/suggest/type", views_service.proposer_des_types, name="suggestion-type"),
    path("reconcile/suggest/property", views_service.proposer_des_proprietes, name="suggestion-propriete"),
    path("reconcile/properties", views_service.proprietes, name="proprietes"),
    path("reconcile/preview", views_service.apercu, name="apercu"),
    path("rapprochements", views.accueil, name="accueil"),
    path(_TABLEAU, views.tableau, name="tableau"),
    path(f"{_TABLEAU}/lecture", views_lecture.choisir_la_lecture, name="lecture"),
    path(f"{_TABLEAU}/avancement", views.avancement, name="avancement"),
    path(f"{_TABLEAU}/lignes/<lignerapprochee:ligne>", views.corriger, name="correction"),
    path(f"{_TABLEAU}/liste", views_liste.garder, name="liste"),
    path(f"{_TABLEAU}/export.csv", views.export, name="export"),
    *adresses(_TABLEAU, FICHIERS_DE_TABLEAU, views_fichiers.demander, views_fichiers.ouvrir),
    path(f"{_TABLEAU}/reprendre", views.reprendre, name="reprise"),
    path(f"{_TABLEAU}/supprimer", views.effacer, name="suppression"),
]
