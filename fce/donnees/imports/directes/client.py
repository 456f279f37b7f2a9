"""The only client of API Entreprise; each call carries the recipient, the context and the object of the request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog
from django.conf import settings

from fce.donnees.imports.directes import transport, valeurs
from fce.donnees.imports.directes.disjoncteur import disjoncteur
from fce.donnees.imports.directes.erreurs import ErreurDirecte, LimiteAtteinte, NonConfiguree, Sature
from fce.socle.texte.identifiants import siret_valide
from fce.socle.web.compteurs import Limite, partages
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

log = structlog.get_logger(__name__)
LONGUEUR: Final = 250
PUBLIC: Final = Limite("directes pour le public", 60)
D_UN_LECTEUR: Final = Limite("directes d’un lecteur", 15)
"""Calls a minute that one public IP address may cause, so that it leaves some to the others."""


@dataclass(frozen=True, slots=True)
class Appelant:
    """Recipient (SIRET of an administration, never of a software vendor), legal context, and object of the request.

    ``finalite``: code of the purpose, "" without one; answers are never shared between purposes.
    ``public``: the reader is not signed in; such calls are limited per minute, to leave the quota to agents.
    ``adresse``: IP address of a public reader, "" when unknown.
    """

    destinataire: str
    finalite: str
    contexte: str
    objet: str
    public: bool = False
    adresse: str = ""


class _Cloison:
    """Limit the waiting calls of this process, so that slow providers leave threads to the pages."""

    def __init__(self) -> None:
        self._verrou = threading.Lock()
        self._en_cours = 0

    def __enter__(self) -> None:
        with self._verrou:
            if self._en_cours >= max(1, settings.FCE_BASE_CONNEXIONS // 2):
                raise Sature
            self._en_cours += 1

    def __exit__(self, *_: object) -> None:
        with self._verrou:
            self._en_cours -= 1


cloison = _Cloison()


def _compter(adresse: str) -> None:
    """Raises LimiteAtteinte when this reader, or all public readers together, made too many calls."""
    comptes, maintenant = partages(), time.time()
    attente = comptes.prendre_pour(adresse, D_UN_LECTEUR, 1, maintenant) if adresse else 0.0
    if attente := attente or comptes.prendre("", PUBLIC, 1, maintenant):
        raise LimiteAtteinte(attente)


def configuree() -> bool:
    return bool(settings.FCE_API_ENTREPRISE_URL and settings.FCE_API_ENTREPRISE_TOKEN)


def interroger(source: Source, numero: str, demande: Appelant, aujourd_hui: date) -> list[dict[str, Any]]:
    """Raw values by attribute, one dict per row; no row when the producer does not know the unit.

    For a source by year, the first year with an answer. Raises ErreurDirecte.
    """
    direct = direct_de(source)
    if not configuree() or not siret_valide(demande.destinataire):
        raise NonConfiguree
    circuit = disjoncteur(direct.fournisseur)
    annees: list[int | None] = [aujourd_hui.year - n for n in direct.annees]
    with cloison:
        if demande.public:
            _compter(demande.adresse)
        circuit.autoriser()
        echec: ErreurDirecte | None = None
        debut = time.monotonic()
        try:
            return _premiere(source, numero, annees or [None], demande, debut + transport.DELAI)
        except ErreurDirecte as erreur:
            echec = erreur
            log.warning("source directe %s : %s après %.1f s", source.nom, erreur.code, time.monotonic() - debut)
            raise
        finally:
            circuit.terminer(echec)


def _premiere(
    source: Source, numero: str, annees: list[int | None], demande: Appelant, echeance: float
) -> list[dict[str, Any]]:
    chemin = direct_de(source).chemin_de(numero)
    for annee in annees:
        corps = transport.demander(
            settings.FCE_API_ENTREPRISE_URL.rstrip("/") + chemin.replace("{annee}", str(annee)),
            entetes={"Authorization": f"Bearer {settings.FCE_API_ENTREPRISE_TOKEN}", "Accept": "application/json"},
            parametres={
                "recipient": demande.destinataire,
                "context": demande.contexte[:LONGUEUR],
                "object": demande.objet[:LONGUEUR],
            },
            delai=echeance - time.monotonic(),
        )
        if corps is not None:
            brutes = valeurs.extraire(source, corps["data"], numero, annee)
            valeurs.typer(source, brutes)  # refuse an unreadable answer before caching it
            return brutes
    return []
