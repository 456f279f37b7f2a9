"""URLs of territories: by kind and code, which are public; a file is named by its reference."""

from django.urls import path, register_converter

from fce.socle.references import convertisseur
from fce.territoires import views, views_fichiers
from fce.territoires.models import FichierDeTerritoire

app_name = "territoires"
register_converter(convertisseur(FichierDeTerritoire), "fichierdeterritoire")
_TERRITOIRE = "territoire/<slug:genre>/<str:code>"
_FICHIER = f"{_TERRITOIRE}/fichiers/<fichierdeterritoire:fichier>"
urlpatterns = [
    path("territoire", views.choix, name="choix"),
    path("territoires/comparer", views.comparer, name="comparer"),
    path(_TERRITOIRE, views.territoire, name="territoire"),
    path(f"{_TERRITOIRE}/alarmes", views.alarmes, name="alarmes"),
    path(f"{_TERRITOIRE}/chiffres", views.chiffres, name="chiffres"),
    path(f"{_TERRITOIRE}/export.csv", views_fichiers.export, name="export"),
    path(f"{_TERRITOIRE}/fichiers", views_fichiers.demander, name="demande-de-fichier"),
    path(_FICHIER, views_fichiers.fichier, name="fichier"),
    path(f"{_FICHIER}/avancement", views_fichiers.avancement, name="fichier-avancement"),
    path(f"{_FICHIER}/contenu", views_fichiers.contenu, name="fichier-contenu"),
    path(f"{_TERRITOIRE}/liste", views.liste, name="liste"),
]
