"""Try a file against the schema of a source; the file is always erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.imports.depots import reception
from fce.donnees.imports.depots.reception import DepotRecu
from fce.fiche import formes
from fce.fiche.formes.commun import Contexte, trier
from fce.fiche.formes.contenu import EnSerie, EnTableau, EnValeurs
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.unite.unite_visee import Regimes, Unite
from fce.service.portail.depot.selectors import rapport_presente
from fce.socle.texte import paris
from fce.socle.texte.identifiants import est_siret
from fce.sources.champs import Champ
from fce.sources.declaration import Source

if TYPE_CHECKING:
    from fce.donnees.imports.depots.jetable import UniteEssayee

OCTETS_MAX: Final = 10_000_000


class BlocEssaye(NamedTuple):
    """``genre``: form of the block ("tableau", "valeurs", "serie")."""

    contenu: EnTableau | EnValeurs | EnSerie
    genre: str


class ResultatDEssai(NamedTuple):
    """Result of a trial: the report, and the block that the sheet of a unit would show (None without a row about it).

    ``numero``: of the unit; ``lignes``: number of rows behind the block.
    """

    rapport: dict[str, Any]
    numero: str = ""
    bloc: BlocEssaye | None = None
    lignes: int = 0


def verifier_essai(source: Source, recu: DepotRecu, numero: str = "") -> ResultatDEssai:
    """Try a received file, then erase it. ``numero``: unit to show, "" for the first one of the file. Raises
    TropDeDepots, BaseIndisponible; faults of the file are in the report."""
    resultat = essayer(source, recu, numero)
    rapport = rapport_presente(resultat.rapport)
    if not resultat.lignes:
        return ResultatDEssai(rapport)
    bloc = composer_bloc(source, resultat.numero, resultat.lignes, source.champs)
    return ResultatDEssai(rapport, resultat.numero, bloc, len(resultat.lignes))


def essayer(source: Source, recu: DepotRecu, numero: str = "") -> UniteEssayee:
    """The raw report of a received file, and the rows of a unit; the file is erased. Raises as ``verifier_essai``."""
    # Imported here, so that a web process loads the reading engine only when needed.
    from fce.donnees.imports.depots.jetable import EssaiJetable, tour

    try:
        fichier = reception.chemin(recu.dossier, recu.nom)
        with tour():
            return EssaiJetable(source, fichier).verifier_fichier(numero, _attributs(source, numero))
    finally:
        reception.effacer(recu.dossier)


def _attributs(source: Source, numero: str) -> tuple[str, ...]:
    """Attributes that hold a unit's number, the most precise first; for a SIREN, those of companies first."""
    siret, siren = source.siret, source.siren
    ordre = (siret,) if est_siret(numero) else (siren, siret) if numero else (siret, siren)
    return tuple(filter(None, ordre))


def composer_bloc(
    source: Source, numero: str, lignes: Sequence[Mapping[str, Any]], lisibles: Mapping[str, Champ]
) -> BlocEssaye | None:
    """Build a unit's block from the rows of the file only. No register is read, so that a trial reveals nothing about a
    unit. ``lisibles``: fields that the reader may read."""
    unite = Unite(numero, Regimes(Regime.OUVERT))
    perimetre = ETABLISSEMENT if est_siret(numero) else ENTREPRISE
    plan = Plan(source, unite, lisibles, perimetre)
    aujourd_hui = paris.aujourd_hui()
    par_attribut = [
        {a: ligne[str(c.column)] for a, c in lisibles.items()} | {"ligne": ligne["ligne"]} for ligne in lignes
    ]
    retenues = [dict(x) for x in source.selection(par_attribut, aujourd_hui)] if source.selection else par_attribut
    if not retenues:
        return None
    if tri := getattr(source.presentation, "tri", ""):  # as the database sorts them
        retenues = trier(retenues, tri)
    contenu = formes.composer(plan, retenues, Contexte(aujourd_hui))
    genre = {EnSerie: "serie", EnValeurs: "valeurs"}.get(type(contenu), "tableau")
    return BlocEssaye(contenu, genre)
