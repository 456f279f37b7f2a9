"""Sheets that an agent opened within 90 days: his own list, which he can erase, and his last reading of each.

Pages of one sheet less than ``UNE_LECTURE`` apart are one reading. Separate from the journal, and never read from it,
because the journal serves only the security of the data (ADR 0034).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from fce.donnees.entreprises import selectors as entreprises
from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import compte_de
from fce.service.portail.models import FicheRecente
from fce.socle.base.ecriture import ecriture
from fce.socle.texte.identifiants import (
    est_siren,
    est_siret,
    formater_siren,
    formater_siret,
    siren_valide,
    siret_valide,
)
from fce.socle.web import liens
from fce.socle.web.evenements import signaler_une_page

log = structlog.get_logger("fce.service.portail")
MONTREES: Final = 5
UNE_LECTURE: Final = timedelta(minutes=30)
FRAGMENT: Final = "onglet"
"""Target of htmx when it opens a tab: part of a reading, not another page."""
_NOTER: Final = (
    "INSERT INTO portail_ficherecente AS f (compte_id, numero, lue_le) VALUES (%s, %s, %s) "
    "ON CONFLICT (compte_id, numero) DO UPDATE SET lue_le = EXCLUDED.lue_le, precedente_le = "
    "CASE WHEN f.lue_le < %s THEN f.lue_le ELSE f.precedente_le END"
)


class FicheOuverte(NamedTuple):
    """An entry of the list: the company's public name, or its number when it has none."""

    nom: str
    adresse: str


class OuverturesDeFiches:
    """Middleware: record the sheet shown to an agent, after the answer is sent."""

    def __init__(self, suite: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.suite(request)
        compte = compte_de(request)
        numero = _fiche_montree(request, reponse)
        agent = compte is not None and compte.agent
        if numero and not getattr(request, "htmx", None):
            signaler_une_page("fiche_lue", request, qui=compte.identifiant if compte and agent else "")
        if compte is not None and agent and numero:
            # Django closes these with the answer: the only hook that runs after it under any server.
            cast(Any, reponse)._resource_closers.append(lambda: _apres(compte, numero))
        return reponse


def noter(compte: Compte, numero: str) -> None:
    """Put a sheet at the top of an account's list. A page after ``UNE_LECTURE`` begins another reading."""
    maintenant = timezone.now()
    with ecriture(durable=False), connection.cursor() as curseur:
        curseur.execute(_NOTER, (compte.pk, numero, maintenant, maintenant - UNE_LECTURE))


def derniere_lecture(compte: Compte, numero: str) -> datetime | None:
    """End of an account's last reading of a sheet, not counting the present one; None at the first. One query."""
    lectures = FicheRecente.objects.filter(compte=compte, numero=numero).values_list("lue_le", "precedente_le").first()
    if lectures is None:
        return None
    derniere, precedente = lectures
    return derniere if derniere < timezone.now() - UNE_LECTURE else precedente


def marquer(compte: Compte, numero: str) -> None:
    """Make the present instant an account's last reading of a sheet."""
    maintenant = timezone.now()
    with ecriture():
        FicheRecente.objects.filter(compte=compte, numero=numero).update(lue_le=maintenant, precedente_le=maintenant)


def effacer(compte: Compte) -> None:
    with ecriture():
        FicheRecente.objects.filter(compte=compte).delete()


def recentes(compte: Compte, limite: int = MONTREES) -> list[FicheOuverte]:
    """Return an account's list, latest first. Three queries at most."""
    fiches = list(FicheRecente.objects.filter(compte=compte).order_by("-lue_le", "-pk")[:limite])
    unites = entreprises.entreprises(f.numero for f in fiches if est_siren(f.numero))
    lieux = entreprises.etablissements(f.numero for f in fiches if est_siret(f.numero))
    vues = []
    for fiche in fiches:
        siren = est_siren(fiche.numero)
        unite = (unites if siren else lieux).get(fiche.numero)
        ecrit = formater_siren(fiche.numero) if siren else formater_siret(fiche.numero)
        adresse = liens.adresse("entreprise" if siren else "etablissement", fiche.numero)
        vues.append(FicheOuverte(unite.nom if unite else ecrit, adresse))
    return vues


def _fiche_montree(request: HttpRequest, reponse: HttpResponseBase) -> str:
    """Return the number of the sheet just shown, as a page or a tab; "" for a file, another fragment or an error."""
    trouve = request.resolver_match
    if request.method != "GET" or trouve is None or trouve.namespace != "fiche":
        return ""
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target != FRAGMENT:
        return ""
    if reponse.status_code != 200 or not reponse.get("Content-Type", "").startswith("text/html"):
        return ""
    numero = str(trouve.kwargs.get("numero", ""))
    return numero if siren_valide(numero) or siret_valide(numero) else ""


def _apres(compte: Compte, numero: str) -> None:
    # The list is a convenience: ignore database errors.
    with suppress(DatabaseError, InterfaceError):
        noter(compte, numero)
        return
    log.warning("fiche_lue_perdue")
