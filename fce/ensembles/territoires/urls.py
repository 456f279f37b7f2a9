"""URLs of territories: by kind and code, which are public; a file is named by its reference."""

from django.urls import path

from fce.ensembles.fichiers.urls import adresses
from fce.ensembles.territoires import views, views_fichiers
from fce.ensembles.territoires.fichiers import FICHIERS_DE_TERRITOIRE

app_name = "territoires"
_TERRITOIRE = "territoire/<slug:genre>/<str:code>"
urlpatterns = [
    path("territoire", views.choix, name="choix"),
    path("territoires/comparer", views.comparer, name="comparer"),
    path(_TERRITOIRE, views.territoire, name="territoire"),
    path(f"{_TERRITOIRE}/etablissements", views.etablissements, name="etablissements"),
    path(f"{_TERRITOIRE}/alarmes", views.alarmes, name="alarmes"),
    path(f"{_TERRITOIRE}/chiffres", views.chiffres, name="chiffres"),
    path(f"{_TERRITOIRE}/export.csv", views_fichiers.export, name="export"),
    *adresses(_TERRITOIRE, FICHIERS_DE_TERRITOIRE, views_fichiers.demander, views_fichiers.ouvrir),
    path(f"{_TERRITOIRE}/liste", views.liste, name="liste"),
]
