"""Try a file against the schema of a source; the file is always erased."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.imports.depots import reception
from fce.donnees.imports.depots.reception import DepotRecu
from fce.fiche import formes
from fce.fiche.formes.commun import Contexte
from fce.fiche.formes.contenu import EnSerie, EnTableau, EnValeurs
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.unite.unite_visee import Regimes, Unite
from fce.service.portail.depot.selectors import rapport_presente
from fce.socle.texte import paris
from fce.socle.texte.identifiants import est_siret
from fce.sources.declaration import Source

OCTETS_MAX: Final = 10_000_000


class ResultatDEssai(NamedTuple):
    """Result of a trial: the report, and the block that the sheet of a unit would show (None without a row about it).

    ``numero``: of the unit; ``genre``: form of the block ("tableau", "valeurs", "serie"); ``lignes``: number of rows
    behind it.
    """

    rapport: dict[str, Any]
    numero: str = ""
    contenu: EnTableau | EnValeurs | EnSerie | None = None
    genre: str = ""
    lignes: int = 0


def verifier_essai(source: Source, recu: DepotRecu, numero: str = "") -> ResultatDEssai:
    """Try a received file, then erase it. ``numero``: unit to show, "" for the first one of the file. Raises
    TropDeDepots, BaseIndisponible; faults of the file are in the report."""
    # Imported here, so that a web process loads the reading engine only when needed.
    from fce.donnees.imports.depots.jetable import EssaiJetable, tour

    try:
        fichier = reception.chemin(recu.dossier, recu.nom)
        with tour():
            resultat = EssaiJetable(source, fichier).verifier_fichier(numero, _attributs(source, numero))
    finally:
        reception.effacer(recu.dossier)
    rapport = rapport_presente(resultat.rapport)
    if not resultat.lignes:
        return ResultatDEssai(rapport)
    contenu = _bloc(source, resultat.numero, resultat.lignes)
    return ResultatDEssai(rapport, resultat.numero, contenu, _genre(contenu), len(resultat.lignes))


def _genre(contenu: EnTableau | EnValeurs | EnSerie | None) -> str:
    if contenu is None:
        return ""
    return "serie" if isinstance(contenu, EnSerie) else "valeurs" if isinstance(contenu, EnValeurs) else "tableau"


def _attributs(source: Source, numero: str) -> tuple[str, ...]:
    """Attributes that hold a unit's number, the most precise first; for a SIREN, those of companies first."""
    siret, siren = source.siret, source.siren
    ordre = (siret,) if est_siret(numero) else (siren, siret) if numero else (siret, siren)
    return tuple(filter(None, ordre))


def _bloc(source: Source, numero: str, lignes: tuple[dict[str, Any], ...]) -> EnTableau | EnValeurs | EnSerie | None:
    """Build a unit's block from the rows of the file only. No register is read, so that a trial reveals nothing about a
    unit."""
    unite = Unite(numero, Regimes(Regime.OUVERT))
    plan = Plan(source, unite, source.champs, ETABLISSEMENT if est_siret(numero) else ENTREPRISE)
    aujourd_hui = paris.aujourd_hui()
    par_attribut = [
        {a: ligne[str(c.column)] for a, c in source.champs.items()} | {"ligne": ligne["ligne"]} for ligne in lignes
    ]
    retenues = [dict(x) for x in source.selection(par_attribut, aujourd_hui)] if source.selection else par_attribut
    return formes.composer(plan, retenues, Contexte(aujourd_hui)) if retenues else None
