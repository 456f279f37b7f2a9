"""Rate limits per reader, shared by the processes of a machine (``socle.web.compteurs``), without writing in the
database.

They stop runaway programs. Signed-in readers have their own count, so that the agents behind one office address do not
limit each other. A program counts under its token or its key, and under its address with any other secret; producers
count under theirs once the API has accepted it.
Addresses from which many people go out (``FCE_DEBIT_RESEAUX``) have a larger limit; nobody is banned. Answers of the
API say the limit and what is left of it (``RateLimit-Policy``, ``RateLimit``; docs/adr/0067). Static files are not
counted. Requests from the machine itself (health checks, benches, an undeclared front server) are
not limited: behind such a server all readers would share one limit.
"""

import ipaddress
import math
from dataclasses import dataclass, replace
from functools import partial
from time import sleep, time
from typing import Any, Final, cast

import structlog
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from fce.config import erreurs
from fce.config.middleware import Suite
from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations import cles, usages
from fce.droits.habilitations.cles import JetonConnu
from fce.exploitation.serveur.adresses import ADRESSE_INCONNUE, a_compter
from fce.socle.texte.formats import pluriel
from fce.socle.web import compteurs
from fce.socle.web.compteurs import NOMBRE_MAX, Consommation, Limite
from fce.socle.web.parties import courte
from fce.socle.web.routes import MCP, POIDS_D_UN_FICHIER, Surface, Voie, politique_du_chemin

API: Final = "/api/"
ADRESSE: Final = "adresse"
FICHIERS: Final = "adresse-fichiers"
EXPORTS: Final = (Surface.CSV, Surface.XLSX)
_USAGE: Final = "Ce qui est permis, et comment demander plus : /api/v1/docs#usage-raisonnable."
RAFALE_API: Final = 20
"""Requests that a program may send at once; its limit is counted over the seconds that they represent."""
JETONS_FAUX: Final = Limite("refus", 20)
"""Invalid tokens from one address."""
JETON_ACCEPTE: Final = Limite("jeton accepté", 1, 3600)
"""Not a limit: records for an hour, for all the processes, that the API accepted a token."""
log = structlog.get_logger("fce.debit")


@dataclass(frozen=True, slots=True)
class Quota:
    """Who a request is counted for, and within what. ``nom``: the policy, as the headers call it."""

    nom: str
    qui: str
    limite: Limite
    jeton: JetonConnu | None = None

    @property
    def entete(self) -> str:
        return f'"{self.nom}";q={self.limite.nombre};w={math.ceil(self.limite.periode_s)}'


class Debit:
    """Middleware that answers 429 beyond the limit, with the time to wait."""

    def __init__(self, suite: Suite) -> None:
        if not settings.FCE_DEBIT:
            raise MiddlewareNotUsed
        self.suite = suite
        self._compteurs = compteurs.partages()
        self._pages = Limite("page", settings.FCE_DEBIT)
        self._fragments = Limite("fragment", settings.FCE_DEBIT_FRAGMENTS)
        self._api = _limite_api(settings.FCE_DEBIT_API)
        self._exports: dict[str, object] = {}
        self._reseaux = [ipaddress.ip_network(r, strict=False) for r in settings.FCE_DEBIT_RESEAUX]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ou = a_compter(request.META)
        politique = politique_du_chemin(request.path_info)
        voie = politique.voie if politique else Voie.PAGE
        if ou is None or voie is Voie.SANTE:
            return self.suite(request)
        if politique and politique.parties and courte(request.headers.get("Range", "")):
            voie = Voie.FRAGMENT
        api = request.path_info.startswith((API, MCP))
        jeton = request.headers.get("Authorization", "") if api or voie is Voie.DEPOT else ""
        quota = self._quota(request, ou, voie, jeton)
        faux = self._pour(ou, JETONS_FAUX)
        attente = 0.0
        # Neighbours who try tokens do not close the address to a token that was accepted.
        if jeton and quota.nom not in ("jeton", "cle"):
            attente = self._compteurs.attente(ou, faux, time())
        poids = POIDS_D_UN_FICHIER if voie is Voie.FICHIER else politique.poids if politique else 1
        attente = attente or self._compter(quota, poids if isinstance(poids, int) else 1)
        if not attente and not isinstance(poids, int):
            # Weighing reads the body: not for a reader who is at the limit.
            attente = self._compter(quota, min(poids(request), quota.limite.nombre) - 1)
        suite = self.suite
        # Not in the networks from which many people go out, whose limit is another.
        if quota.nom == FICHIERS and quota.limite is self._pages and politique and politique.surface in EXPORTS:
            suite = partial(self._exporter, ou=ou)
        reponse = _refuser(request, quota, attente) if attente else suite(request)
        if jeton and reponse.status_code == 401:
            self._compteurs.prendre(ou, faux, 1, time())
        elif jeton and getattr(request, "jeton_accepte", False):
            self._compteurs.prendre(jeton, JETON_ACCEPTE, 1, time())
        if quota.jeton is not None:
            usages.noter(quota.jeton.numero, request, refuse=reponse.status_code == 429)
            # Django closes these with the answer, after it has left.
            cast(Any, reponse)._resource_closers.append(usages.remettre)
        if api:
            compte = self._compteurs.compte(quota.qui, quota.limite, time())
            _annoncer(reponse, quota, Consommation(attente, 0, attente) if attente else compte)
        return reponse

    def _exporter(self, request: HttpRequest, ou: str) -> HttpResponse:
        """Let an anonymous address have one export written at a time: each holds a thread of the file lane."""
        qui, jeton = compteurs.abonne(ou), object()
        # A file that has just arrived whole may still be being closed.
        for pause in (0.05, 0.1, 0.2, 0.0):
            if self._exports.setdefault(qui, jeton) is jeton:
                reponse = self.suite(request)
                cast(Any, reponse)._resource_closers.append(partial(self._exports.pop, qui))
                return reponse
            sleep(pause)
        phrase = "Un fichier est déjà en préparation pour votre adresse : attendez qu’il soit prêt."
        return erreurs.page(request, 429, phrase, code="export_en_cours", retry_after=30)

    def _quota(self, request: HttpRequest, ou: str, voie: Voie, jeton: str) -> Quota:
        if (compte := compte_de(request)) is not None:
            # The volume that an account reads is limited elsewhere: allow the rate of page fragments.
            return Quota("compte", f"compte {compte.pk}", self._fragments)
        if jeton and (connu := cles.connu(jeton)) is not None:
            return Quota("cle" if connu.cle else "jeton", f"jeton n° {connu.numero}", _limite_api(connu.debit), connu)
        if jeton and self._compteurs.attente(jeton, JETON_ACCEPTE, time()) and not cles.fini(jeton):
            return Quota("jeton", f"jeton {jeton}", self._api)
        limite = self._fragments if voie is Voie.FRAGMENT else self._pages
        if voie in (Voie.API, Voie.DEPOT) or (voie is Voie.PAGE and request.path_info.startswith(API)):
            limite = self._api
        return Quota(FICHIERS if voie is Voie.FICHIER else ADRESSE, ou, self._pour(ou, limite))

    def _pour(self, ou: str, limite: Limite) -> Limite:
        """The limit of an address: larger in the networks from which many people go out by few addresses."""
        ip = ipaddress.ip_interface(ou).ip if self._reseaux and ou != ADRESSE_INCONNUE else None
        if ip is None or not any(ip in reseau for reseau in self._reseaux):
            return limite
        return replace(limite, nombre=min(limite.nombre * settings.FCE_DEBIT_PARTAGE, NOMBRE_MAX))

    def _compter(self, quota: Quota, cout: int) -> float:
        """Count a request; return the seconds to wait, 0.0 when accepted."""
        prendre = self._compteurs.prendre_pour if quota.nom.startswith(ADRESSE) else self._compteurs.prendre
        return prendre(quota.qui, quota.limite, cout, time())


def _limite_api(debit: int) -> Limite:
    rafale = max(RAFALE_API, 2 * debit)
    return Limite("api", rafale, rafale / debit)


def _annoncer(reponse: HttpResponse, quota: Quota, compte: Consommation) -> None:
    reponse["RateLimit-Policy"] = quota.entete
    reponse["RateLimit"] = f'"{quota.nom}";r={compte.reste};t={math.ceil(compte.suite)}'


def _refuser(request: HttpRequest, quota: Quota, attente: float) -> HttpResponse:
    secondes = math.ceil(attente)
    # Not the address, which is personal data; the front server logs it.
    log.warning("debit_depasse", attente_s=secondes)
    qui = {"compte": "votre compte", "jeton": "votre jeton", "cle": "votre clé"}.get(quota.nom, "votre adresse")
    suite = "Pour de gros volumes, téléchargez les fichiers des données ouvertes."
    if request.path_info.startswith(API):
        demandes = pluriel(quota.limite.nombre, "demande")
        suite = f"Son quota est de {demandes} en {math.ceil(quota.limite.periode_s)} s. {suite} {_USAGE}"
    reponse = erreurs.page(
        request,
        429,
        f"Trop de demandes sont venues de {qui} : réessayez dans {secondes} s. {suite}",
        code="trop_de_demandes",
        retry_after=secondes,
    )
    reponse["Cache-Control"] = "no-store"
    return reponse
