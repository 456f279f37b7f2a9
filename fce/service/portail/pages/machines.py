"""``security.txt`` (RFC 9116), ``robots.txt``, ``sitemap.xml``, ``opensearch.xml``. They list no company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fce.socle.travaux.courriel import adresse_entiere
from fce.socle.web.offres import plan_du_site
from fce.socle.web.routes import Qui, acces
from fce.sources import registre

VALIDITE: Final = timedelta(days=180)
# Searches are endless, and sheets name people, some of whom object to being found by search engines.
NON_INDEXES: Final = (
    *("/recherche", "/entreprise/", "/etablissement/", "/enterprise/", "/establishment/", "/connexion"),
    *("/contact/suivi/", "/nouveautes/arret/", "/api/"),
)


@acces(Qui.TOUS)
def security_txt(request: HttpRequest) -> HttpResponse:
    expire = (timezone.now() + VALIDITE).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    courriel = settings.FCE_COURRIEL_REPONSE
    lignes = [
        f"Contact: {adresse_entiere(reverse('portail:contact'))}?sujet=panne",
        *([f"Contact: mailto:{courriel}"] if courriel else []),
        f"Expires: {_instant(expire)}",
        "Preferred-Languages: fr, en",
        f"Canonical: {adresse_entiere(reverse('portail:security-txt'))}",
        f"Policy: {adresse_entiere(reverse('portail:securite'))}",
    ]
    return _texte("\n".join(lignes) + "\n")


@acces(Qui.TOUS)
def opensearch(request: HttpRequest) -> HttpResponse:
    """OpenSearch 1.1: browsers offer to search here from their address bar."""
    genre, recherche = "application/opensearchdescription+xml", adresse_entiere(reverse("recherche:resultats"))
    corps = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>FCE</ShortName>'
        "<Description>Chercher une entreprise dans la Fiche Commune Entreprise</Description>"
        "<InputEncoding>UTF-8</InputEncoding><Language>fr</Language>"
        f'<Url type="text/html" template="{escape(recherche)}?q={{searchTerms}}"/>'
        f'<Url type="{genre}" rel="self" template="{escape(adresse_entiere(request.path))}"/></OpenSearchDescription>'
    )
    return HttpResponse(corps, content_type=f"{genre}; charset=utf-8")


@acces(Qui.TOUS)
def robots_txt(request: HttpRequest) -> HttpResponse:
    interdits = "".join(f"Disallow: {debut}\n" for debut in NON_INDEXES)
    return _texte(f"User-agent: *\n{interdits}\nSitemap: {adresse_entiere(reverse('portail:sitemap'))}\n")


@acces(Qui.TOUS)
def sitemap(request: HttpRequest) -> HttpResponse:
    """List public pages, data sets and producers, never a company."""
    sources = registre.toutes()
    adresses = [
        *(page.adresse for pages in plan_du_site().values() for page in pages),
        *(reverse("donnees:source", args=[s.nom]) for s in sources),
        *(reverse("portail:producteur", args=[code]) for code in sorted({s.producteur.code for s in sources})),
    ]
    urls = "".join(f"<url><loc>{escape(adresse_entiere(a))}</loc></url>" for a in dict.fromkeys(adresses))
    corps = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return HttpResponse(corps, content_type="application/xml; charset=utf-8")


def _instant(quand: datetime) -> str:
    return quand.strftime("%Y-%m-%dT%H:%M:%SZ")


def _texte(corps: str) -> HttpResponse:
    return HttpResponse(corps, content_type="text/plain; charset=utf-8")
