"""URLs of territories: by kind and code, which are public."""

from django.urls import path

from fce.territoires import views

app_name = "territoires"
_TERRITOIRE = "territoire/<slug:genre>/<str:code>"
urlpatterns = [
    path("territoire", views.choix, name="choix"),
    path("territoires/comparer", views.comparer, name="comparer"),
    path(_TERRITOIRE, views.territoire, name="territoire"),
    path(f"{_TERRITOIRE}/alarmes", views.alarmes, name="alarmes"),
    path(f"{_TERRITOIRE}/chiffres", views.chiffres, name="chiffres"),
    path(f"{_TERRITOIRE}/export.csv", views.export, name="export"),
    path(f"{_TERRITOIRE}/liste", views.liste, name="liste"),
]
