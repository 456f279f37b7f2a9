"""URLs of ``/stats``."""

from django.urls import path

from fce.service.statistiques import views

app_name = "statistiques"
urlpatterns = [
    path("stats", views.stats, name="stats"),
    path("stats/donnees.csv", views.donnees_csv, name="csv"),
    path("stats/donnees.json", views.donnees_json, name="json"),
    path("stats/schema.json", views.schema, name="schema"),
]
