"""The sheets that an agent opened lately: a list of his own, twenty at most, that he erases when he likes.

It is no journal, and never read from it: the journal serves the security of the data and nothing else (ADR 0034).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from fce.comptes.models import Compte
from fce.comptes.requete import compte_de
from fce.entreprises import selectors as entreprises
from fce.portail.models import FicheRecente
from fce.socle import liens
from fce.socle.base import ecriture
from fce.socle.evenements import signaler_une_page
from fce.socle.identifiants import est_siren, est_siret, formater_siren, formater_siret, siren_valide, siret_valide

log = structlog.get_logger("fce.portail")
GARDEES: Final = 20


@dataclass(frozen=True, slots=True)
class FicheVue:
    """One of the list: its name as the public reads it, or its number when nothing names it any more."""

    nom: str
    numero: str
    adresse: str
    lue_le: datetime


class FichesLues:
    """Middleware: note the sheet that an agent has just been shown, once it is sent: the reading waits for nothing."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.suite(request)
        compte = compte_de(request)
        numero = _lue(request, reponse)
        agent = compte is not None and compte.agent
        if numero:
            signaler_une_page("fiche_lue", request, qui=compte.identifiant if compte and agent else "")
        if compte is not None and agent and numero:
            # What Django closes with the answer: the one hook that is called after it, whatever the server.
            cast(Any, reponse)._resource_closers.append(lambda: _apres(compte, numero))
        return reponse


def noter(compte: Compte, numero: str) -> None:
    """Put a sheet at the top of the list of an account, and drop what is beyond the last. Two statements."""
    with ecriture(durable=False):
        FicheRecente.objects.bulk_create(
            [FicheRecente(compte=compte, numero=numero, lue_le=timezone.now())],
            update_conflicts=True,
            unique_fields=["compte", "numero"],
            update_fields=["lue_le"],
        )
        siennes = FicheRecente.objects.filter(compte=compte)
        siennes.filter(pk__in=siennes.order_by("-lue_le", "-pk").values("pk")[GARDEES:]).delete()


def effacer(compte: Compte) -> None:
    """Forget the whole list of an account."""
    with ecriture():
        FicheRecente.objects.filter(compte=compte).delete()


def recentes(compte: Compte, limite: int = GARDEES) -> list[FicheVue]:
    """The list of an account, the latest first. Three queries at most."""
    lues = list(FicheRecente.objects.filter(compte=compte).order_by("-lue_le", "-pk")[:limite])
    unites = entreprises.entreprises(f.numero for f in lues if est_siren(f.numero))
    lieux = entreprises.etablissements(f.numero for f in lues if est_siret(f.numero))
    vues = []
    for fiche in lues:
        siren = est_siren(fiche.numero)
        unite = (unites if siren else lieux).get(fiche.numero)
        ecrit = formater_siren(fiche.numero) if siren else formater_siret(fiche.numero)
        adresse = liens.adresse("entreprise" if siren else "etablissement", fiche.numero)
        vues.append(FicheVue(unite.nom if unite else ecrit, ecrit, adresse, fiche.lue_le))
    return vues


def _lue(request: HttpRequest, reponse: HttpResponseBase) -> str:
    """The number of the sheet of which a page was just made, "" for anything else (a file, a fragment, a refusal)."""
    trouve = request.resolver_match
    if request.method != "GET" or trouve is None or trouve.namespace != "fiche" or getattr(request, "htmx", None):
        return ""
    if reponse.status_code != 200 or not reponse.get("Content-Type", "").startswith("text/html"):
        return ""
    numero = str(trouve.kwargs.get("numero", ""))
    return numero if siren_valide(numero) or siret_valide(numero) else ""


def _apres(compte: Compte, numero: str) -> None:
    # A comfort: what goes wrong with it is nobody's trouble.
    with suppress(DatabaseError, InterfaceError):
        noter(compte, numero)
        return
    log.warning("fiche_lue_perdue")
