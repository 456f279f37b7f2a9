"""URLs of the search pages."""

from django.urls import path

from fce.recherche import views

app_name = "recherche"
urlpatterns = [
    path("recherche", views.resultats, name="resultats"),
    path("recherche/filtres", views.colonne, name="colonne"),
    path("recherche/suggestions", views.suggestions, name="suggestions"),
    path("recherche/lieux", views.lieux, name="lieux"),
    path("recherche/activites", views.activites, name="activites"),
    path("recherche/export.csv", views.export_csv, name="export-csv"),
    path("recherche/export.xlsx", views.export_xlsx, name="export-xlsx"),
]
