"""Addresses, by room. The old portal's addresses are redirected by ``fce.portail``."""

from django.conf import settings
from django.urls import include, path

from fce.config import sante

urlpatterns = [
    # What is asked most is matched first.
    path("api/", include("fce.api.urls")),
    path("", include("fce.recherche.urls")),
    # Before the sheets, whose addresses take whatever follows a number.
    *([path("", include("fce.echanges.urls"))] if settings.FCE_ECHANGES else []),
    path("", include("fce.fiche.urls")),
    path("", include("fce.comptes.urls")),
    path("", include("fce.droits.urls")),
    path("", include("fce.portail.urls")),
    path("", include("fce.donnees.urls")),
    *([path("", include("fce.convention.urls"))] if settings.FCE_CONVENTION else []),
    *([path("", include("fce.statistiques.urls"))] if settings.FCE_STATISTIQUES else []),
    path("", include("fce.gestion.urls")),
    path("healthz", sante.vivant),
    path("readyz", sante.pret),
    path("sante", sante.pret, name="sante"),
]
if not settings.PRODUCTION:
    urlpatterns.append(path("", include("fce.demo.urls")))
handler400 = "fce.config.erreurs.demande_incorrecte"
handler404 = "fce.config.erreurs.introuvable"
handler500 = "fce.config.erreurs.interne"
