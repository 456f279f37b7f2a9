"""URLs of all the rooms. ``fce.service.portail`` redirects the addresses of the old portal."""

from django.conf import settings
from django.urls import include, path

from fce.config import sante

urlpatterns = [
    # The most requested first, because Django tries them in order.
    path("api/", include("fce.api.urls")),
    path("", include("fce.recherche.urls")),
    path("", include("fce.ensembles.rapprochement.urls")),
    path("", include("fce.ensembles.territoires.urls")),
    # Before ``fiche``, whose URLs accept anything after a number.
    *([path("", include("fce.echanges.urls"))] if settings.FCE_ECHANGES else []),
    path("", include("fce.ensembles.listes.urls")),
    path("", include("fce.fiche.urls")),
    path("", include("fce.droits.comptes.urls")),
    path("", include("fce.droits.habilitations.urls")),
    path("", include("fce.service.portail.urls")),
    path("", include("fce.donnees.publication.urls")),
    *([path("", include("fce.service.convention.urls"))] if settings.FCE_CONVENTION else []),
    *([path("", include("fce.service.statistiques.urls"))] if settings.FCE_STATISTIQUES else []),
    path("", include("fce.service.gestion.urls")),
    path("", include("fce.api.assistant.urls")),
    path("healthz", sante.vivant),
    path("readyz", sante.pret),
    path("sante", sante.pret, name="sante"),
    # The names that orchestrators and the units of ``ops/`` use.
    path("sante/vivant", sante.vivant),
    path("sante/pret", sante.pret),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("", include("fce.demo.urls")))
handler400 = "fce.config.erreurs.demande_incorrecte"
handler404 = "fce.config.erreurs.introuvable"
handler500 = "fce.config.erreurs.interne"
