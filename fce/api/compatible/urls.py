"""URLs of the drop-in, those of the contract; any other answers « Ressource non trouvée. » (``config.erreurs``)."""

from django.urls import path

from fce.api.compatible import vues

app_name = "compatible"
urlpatterns = [
    path("search", vues.chercher, name="recherche"),
    path("near_point", vues.autour, name="proximite"),
    path("sources/last_modified", vues.dates, name="dates"),
    path("idcc/metadata", vues.conventions, name="conventions"),
    path("idcc/<str:siren>", vues.conventions_de, name="conventions-entreprise"),
    path("health", vues.sante, name="sante"),
    path("health/elastic", vues.sante_du_moteur, name="sante-moteur"),
    path("favicon.ico", vues.icone, name="icone"),
    path("docs", vues.documentation, name="documentation"),
    path("openapi.json", vues.openapi, name="openapi"),
]
