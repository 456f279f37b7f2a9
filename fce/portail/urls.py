"""Home, legal pages, deposits, company heads, and the addresses of the old portal."""

from django.conf import settings
from django.urls import path

from fce.portail import avis, views
from fce.portail.accueil import views as accueil
from fce.portail.depot import views as depot
from fce.portail.dirigeant import views as dirigeant
from fce.portail.signalements import views as signalements
from fce.portail.signalements import views_producteur as signalements_recus

app_name = "portail"
_DEPOTS = [
    path("depot", depot.accueil, name="depot"),
    path("depot/<slug:nom>", depot.source, name="depot-source"),
    path("depot/<slug:nom>/retour", depot.retour, name="depot-retour"),
    path("depot/<slug:nom>/<int:numero>", depot.rapport, name="depot-rapport"),
    path("depot/<slug:nom>/<int:numero>/quarantaine.csv", depot.quarantaine, name="depot-quarantaine"),
    path("depot/<slug:nom>/<int:numero>/verifier", depot.verifier, name="depot-verifier"),
    path("depot/<slug:nom>/<int:numero>/publier", depot.publier, name="depot-publier"),
    path("depot/<slug:nom>/<int:numero>/abandonner", depot.abandonner, name="depot-abandonner"),
]
urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("fiches-lues/oublier", accueil.oublier, name="oublier-fiches-lues"),
    # Before those of the sources, none of which has this name; answered where nobody may deposit, too.
    path("depot/signalements", signalements_recus.recus, name="depot-signalements"),
    path("depot/signalements/<int:numero>", signalements_recus.recu, name="depot-signalement"),
    *(_DEPOTS if settings.FCE_DEPOTS else []),
    path("mes-entreprises", dirigeant.mes_entreprises, name="mes-entreprises"),
    path("mes-entreprises/<int:numero>/fin", dirigeant.finir, name="rattachement-fin"),
    path("mes-entreprises/<slug:siren>/consultations", dirigeant.consultations, name="consultations"),
    path("signaler/<str:siren>", signalements.signaler, name="signaler"),
    path("signalements", signalements.miens, name="signalements"),
    path("avis", avis.avis, name="avis"),
    path("mentions-legales", views.mentions_legales, name="mentions-legales"),
    path("accessibilite", views.accessibilite, name="accessibilite"),
    path("enterprise/<path:siren>", views.ancienne_entreprise, name="ancienne-entreprise"),
    path("establishment/<path:siret>", views.ancien_etablissement, name="ancien-etablissement"),
    path("statistics", views.anciennes_statistiques, name="anciennes-statistiques"),
]
