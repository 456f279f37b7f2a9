"""Home, catalogue of the data in place, legal pages, and the addresses of the old portal."""

from django.urls import path

from fce.portail import avis, views, views_catalogue
from fce.portail.depot import views as depot
from fce.portail.dirigeant import views as dirigeant
from fce.portail.dirigeant import views_gestion as rattachements
from fce.portail.gestion import urls as gestion
from fce.portail.signalements import views as signalements
from fce.portail.signalements import views_gestion as signalements_recus

app_name = "portail"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("sources", views_catalogue.sources, name="sources"),
    path("sources/catalogue.jsonld", views_catalogue.jsonld, name="jsonld"),
    path("sources/schema", views_catalogue.base_de_donnees, name="base"),
    path("sources/<str:nom>", views_catalogue.source, name="source"),
    path("sources/<str:nom>/schema.json", views_catalogue.schema, name="schema"),
    path("sources/<str:nom>/exemple", views_catalogue.exemple, name="exemple"),
    path("sources/<str:nom>/donnees.csv", views_catalogue.donnees, {"genre": "csv"}, name="donnees"),
    path("sources/<str:nom>/donnees.parquet", views_catalogue.donnees, {"genre": "parquet"}, name="donnees-parquet"),
    path("sources/<str:nom>/donnees.schema.json", views_catalogue.schema_donnees, name="schema-donnees"),
    path("depot", depot.accueil, name="depot"),
    path("depot/<slug:nom>", depot.source, name="depot-source"),
    path("depot/<slug:nom>/retour", depot.retour, name="depot-retour"),
    path("depot/<slug:nom>/<int:numero>", depot.rapport, name="depot-rapport"),
    path("depot/<slug:nom>/<int:numero>/quarantaine.csv", depot.quarantaine, name="depot-quarantaine"),
    path("depot/<slug:nom>/<int:numero>/verifier", depot.verifier, name="depot-verifier"),
    path("depot/<slug:nom>/<int:numero>/publier", depot.publier, name="depot-publier"),
    path("depot/<slug:nom>/<int:numero>/abandonner", depot.abandonner, name="depot-abandonner"),
    path("mes-entreprises", dirigeant.mes_entreprises, name="mes-entreprises"),
    path("mes-entreprises/<int:numero>/fin", dirigeant.finir, name="rattachement-fin"),
    path("mes-entreprises/<slug:siren>/consultations", dirigeant.consultations, name="consultations"),
    path("signaler/<str:siren>", signalements.signaler, name="signaler"),
    path("signalements", signalements.miens, name="signalements"),
    path("gestion/rattachements", rattachements.file, name="rattachements"),
    path("gestion/rattachements/<int:numero>", rattachements.decision, name="rattachement"),
    path("gestion/signalements", signalements_recus.file, name="signalements-recus"),
    path("gestion/signalements/<int:numero>", signalements_recus.reponse, name="signalement"),
    *gestion.urlpatterns,
    path("avis", avis.avis, name="avis"),
    path("mentions-legales", views.mentions_legales, name="mentions-legales"),
    path("accessibilite", views.accessibilite, name="accessibilite"),
    path("enterprise/<path:siren>", views.ancienne_entreprise, name="ancienne-entreprise"),
    path("establishment/<path:siret>", views.ancien_etablissement, name="ancien-etablissement"),
    path("statistics", views.anciennes_statistiques, name="anciennes-statistiques"),
]
