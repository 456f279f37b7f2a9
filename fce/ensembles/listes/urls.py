"""URLs of lists. A list and its lines are named by their references (``socle.web.references``)."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import path, register_converter

from fce.echanges.models import OperationConjointe
from fce.ensembles.fichiers.urls import adresses
from fce.ensembles.listes import views, views_fichiers, views_gestes, views_origines, views_suites
from fce.ensembles.listes.exports import FICHIERS_DE_LISTE
from fce.ensembles.listes.models import LigneDeListe, ListeDeTravail
from fce.socle.web.references import convertisseur

app_name = "listes"
register_converter(convertisseur(ListeDeTravail), "liste")
register_converter(convertisseur(LigneDeListe), "ligne")
register_converter(convertisseur(OperationConjointe), "operation_listee")
_LISTE: Final = "listes/<liste:numero>"
# Without the exchanges there are neither operations nor follows.
_DES_ECHANGES: Final = (
    [
        path(
            "listes/operation/<operation_listee:operation>",
            views_origines.depuis_une_operation,
            name="depuis-operation",
        ),
        path(f"{_LISTE}/operation", views_suites.operation, name="operation"),
        path(f"{_LISTE}/operation/nouvelle", views_suites.nouvelle_operation, name="nouvelle-operation"),
        path(f"{_LISTE}/suivre", views_suites.suivre, name="suivre"),
    ]
    if settings.FCE_ECHANGES
    else []
)
urlpatterns = [
    path("listes", views.listes, name="listes"),
    path("listes/creer", views.creer, name="creation"),
    path("listes/recherche", views_origines.depuis_la_recherche, name="depuis-recherche"),
    path("entreprise/<str:numero>/listes", views_origines.depuis_la_fiche, name="depuis-entreprise"),
    path("entreprise/<str:numero>/groupe/listes", views_origines.depuis_le_groupe, name="depuis-groupe"),
    path("etablissement/<str:numero>/listes", views_origines.depuis_la_fiche, name="depuis-etablissement"),
    *_DES_ECHANGES,
    path(_LISTE, views.liste, name="liste"),
    path(f"{_LISTE}.csv", views_fichiers.csv, name="csv"),
    path(f"{_LISTE}.xlsx", views_fichiers.xlsx, name="xlsx"),
    *adresses(_LISTE, FICHIERS_DE_LISTE, views_fichiers.demander, views_fichiers.ouvrir),
    path(f"{_LISTE}/alertes", views_fichiers.alertes, name="alertes"),
    path(f"{_LISTE}/modifier", views_gestes.modifier, name="modification"),
    path(f"{_LISTE}/garder", views_gestes.garder, name="garder"),
    path(f"{_LISTE}/supprimer", views_gestes.effacer, name="suppression"),
    path(f"{_LISTE}/partager", views_gestes.partager, name="partage"),
    path(f"{_LISTE}/lue", views_gestes.noter_lecture, name="lecture"),
    path(f"{_LISTE}/oublier", views_gestes.oublier, name="oublier"),
    path(f"{_LISTE}/ajouter", views_gestes.ajouter, name="ajout"),
    path(f"{_LISTE}/lignes", views_gestes.traiter, name="lignes"),
    path(f"{_LISTE}/lignes/<ligne:ligne>", views_gestes.ligne, name="ligne"),
]
