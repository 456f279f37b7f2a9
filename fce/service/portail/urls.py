"""URLs of the room, and those of the old portal."""

from django.conf import settings
from django.urls import path

from fce.service.portail import avis, views
from fce.service.portail.accueil import views as accueil
from fce.service.portail.contact import views as contact
from fce.service.portail.contradictions import views as contradictions
from fce.service.portail.declarer import views as declarer
from fce.service.portail.depot import views as depot
from fce.service.portail.dirigeant import views as dirigeant
from fce.service.portail.essai import views as essai
from fce.service.portail.nouvelles import views as nouvelles
from fce.service.portail.pages import machines, views as pages
from fce.service.portail.producteurs import views as producteurs
from fce.service.portail.rejoindre import views as rejoindre
from fce.service.portail.signalements import views as signalements, views_producteur as signalements_recus
from fce.service.portail.transparence import views as transparence

app_name = "portail"
_DEPOTS = [
    path("depot", depot.accueil, name="depot"),
    path("depot/<slug:nom>", depot.source, name="depot-source"),
    path("depot/<slug:nom>/retour", depot.revenir_en_arriere, name="depot-retour"),
    path("depot/<slug:nom>/<int:numero>", depot.rapport, name="depot-rapport"),
    path("depot/<slug:nom>/<int:numero>/quarantaine.csv", depot.quarantaine, name="depot-quarantaine"),
    path("depot/<slug:nom>/<int:numero>/verifier", depot.verifier, name="depot-verifier"),
    path("depot/<slug:nom>/<int:numero>/publier", depot.publier, name="depot-publier"),
    path("depot/<slug:nom>/<int:numero>/abandonner", depot.abandonner, name="depot-abandonner"),
]
_DECLARATIONS = [
    path("declarer", declarer.accueil, name="declarer"),
    path("declarer/<slug:nom>/fichier", declarer.fichier, name="declarer-fichier"),
    path("declarer/<slug:nom>/colonnes", declarer.colonnes, name="declarer-colonnes"),
    path("declarer/<slug:nom>/lecteurs", declarer.lecteurs, name="declarer-lecteurs"),
    path("declarer/<slug:nom>/presentation", declarer.presentation, name="declarer-presentation"),
    path("declarer/<slug:nom>/apercu", declarer.apercu, name="declarer-apercu"),
    path("declarer/<slug:nom>/signatures", declarer.signatures, name="declarer-signatures"),
    path("declarer/<slug:nom>/retirer", declarer.retirer, name="declarer-retirer"),
    path("declarer/<slug:nom>/version", declarer.version, name="declarer-version"),
    *(
        path(f"declarer/<slug:nom>/{fichier}", declarer.exporter, {"fichier": fichier}, name=f"declarer-{code}")
        for code, fichier in (("json", "declaration.json"), ("python", "source.py"))
    ),
]
urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("fiches-lues/oublier", accueil.oublier, name="oublier-fiches-lues"),
    path("fiches-lues/<str:numero>", accueil.marquer, name="marquer-fiche-lue"),
    # Before the sources, none of which has this name; exists even when deposits are closed.
    path("depot/signalements", signalements_recus.recus, name="depot-signalements"),
    path("depot/signalements/<int:numero>", signalements_recus.recu, name="depot-signalement"),
    path("depot/contradictions", contradictions.du_producteur, name="depot-contradictions"),
    path("depot/contradictions/<slug:code>", contradictions.liste, name="depot-contradiction"),
    path("contradictions", contradictions.regles, name="contradictions"),
    path("contradictions/territoire", contradictions.du_territoire, name="contradictions-territoire"),
    *([*_DEPOTS, *_DECLARATIONS] if settings.FCE_DEPOTS else []),
    path("mes-entreprises", dirigeant.mes_entreprises, name="mes-entreprises"),
    path("mes-entreprises/<int:numero>/fin", dirigeant.finir, name="rattachement-fin"),
    path("mes-entreprises/<slug:siren>/corriger", dirigeant.corriger, name="corriger"),
    path("mes-entreprises/<slug:siren>/consultations", dirigeant.consultations, name="consultations"),
    path("signaler/<str:siren>", signalements.signaler, name="signaler"),
    path("signalements", signalements.miens, name="signalements"),
    path("avis", avis.avis, name="avis"),
    path("contact", contact.contact, name="contact"),
    path("contact/suivi/<str:jeton>", contact.suivi, name="contact-suivi"),
    path("mes-messages", contact.mes_messages, name="mes-messages"),
    path("nouveautes", nouvelles.nouveautes, name="nouveautes"),
    path("nouveautes/abonnement", nouvelles.abonnement, name="nouveautes-abonnement"),
    path("nouveautes/arret/<str:jeton>", nouvelles.arreter, name="nouveautes-arret"),
    path("feuille-de-route", nouvelles.feuille_de_route, name="feuille-de-route"),
    path("panel", nouvelles.panel, name="panel"),
    path("rejoindre", rejoindre.chemin, name="rejoindre"),
    path("rejoindre/essai", essai.sources, name="essai"),
    path("rejoindre/essai/<slug:nom>", essai.essai, name="essai-source"),
    path("rejoindre/<slug:cle>", rejoindre.institution, name="partenaire"),
    path("producteurs", producteurs.producteurs, name="producteurs"),
    path("producteurs/<slug:code>", producteurs.producteur, name="producteur"),
    path("producteurs/<slug:code>/usages", producteurs.usages, name="usages"),
    path("a-propos", pages.a_propos, name="a-propos"),
    path("aide", pages.aide, name="aide"),
    path("naf-2025", pages.naf_2025, name="naf-2025"),
    path("faq", pages.questions, name="faq"),
    path("plan-du-site", pages.plan_du_site, name="plan-du-site"),
    path("mentions-legales", pages.mentions_legales, name="mentions-legales"),
    path("cgu", pages.conditions, name="cgu"),
    path("donnees-personnelles", pages.donnees_personnelles, name="donnees-personnelles"),
    path("cookies", pages.cookies, name="cookies"),
    path("accessibilite", pages.accessibilite, name="accessibilite"),
    path("securite", pages.securite, name="securite"),
    path("transparence", transparence.transparence, name="transparence"),
    path("transparence/<slug:nom>", transparence.document, name="document-publie"),
    path("transparence/<slug:nom>.md", transparence.fichier, name="document-publie-fichier"),
    path("kit-de-communication", pages.kit_de_communication, name="kit"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path(".well-known/security.txt", machines.security_txt, name="security-txt"),
    path("robots.txt", machines.robots_txt, name="robots-txt"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("enterprise/<path:siren>", views.ancienne_entreprise, name="ancienne-entreprise"),
    path("establishment/<path:siret>", views.ancien_etablissement, name="ancien-etablissement"),
    path("statistics", views.anciennes_statistiques, name="anciennes-statistiques"),
    path("donnees", views.donnees, name="donnees"),
]
