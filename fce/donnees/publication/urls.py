"""URLs of the catalogue, under ``/sources``."""

from django.urls import path

from fce.donnees.publication import views

app_name = "donnees"
urlpatterns = [
    path("sources", views.sources, name="sources"),
    path("sources/catalogue.jsonld", views.jsonld, name="jsonld"),
    path("sources/schema", views.base_de_donnees, name="base"),
    path("sources/<str:nom>", views.source, name="source"),
    path("sources/<str:nom>/schema.json", views.schema, name="schema"),
    path("sources/<str:nom>/exemple", views.exemple, name="exemple"),
    path("sources/<str:nom>/donnees.csv", views.donnees, {"genre": "csv"}, name="donnees"),
    path("sources/<str:nom>/donnees.parquet", views.donnees, {"genre": "parquet"}, name="donnees-parquet"),
    path("sources/<str:nom>/donnees.schema.json", views.schema_donnees, name="schema-donnees"),
]
