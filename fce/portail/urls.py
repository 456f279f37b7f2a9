"""Home, catalogue of the data in place, legal pages, and the addresses of the old portal."""

from django.urls import path

from fce.portail import views

app_name = "portail"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("sources", views.sources, name="sources"),
    path("mentions-legales", views.mentions_legales, name="mentions-legales"),
    path("accessibilite", views.accessibilite, name="accessibilite"),
    path("enterprise/<path:siren>", views.ancienne_entreprise, name="ancienne-entreprise"),
    path("establishment/<path:siret>", views.ancien_etablissement, name="ancien-etablissement"),
    path("statistics", views.anciennes_statistiques, name="anciennes-statistiques"),
]
