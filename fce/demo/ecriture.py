"""Facts of the six Sirene files: INSEE's conventions, partial diffusion.

Periods newest first; ``changement…`` true when the value differs from the previous period; ``[ND]`` in each cell hidden
by partial diffusion (status P), even empty, so that emptiness reveals nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from typing import Any

from fce.demo.entreprises import Etablissement, UniteLegale, tranche
from fce.demo.histoire import P, PeriodeEtablissement, PeriodeUnite
from fce.demo.jeux.fichiers import Faits
from fce.demo.lieux import Adresse
from fce.donnees.entreprises import repertoire
from fce.sources import registre
from fce.sources.champs import ADRESSE, COORDONNEE, ENSEIGNE, NOM, PERSONNE, SIGLE, Nature
from fce.sources.declaration import Source

NON_DIFFUSIBLE = "[ND]"
UNITES, LIEUX, UNITES_HISTORIQUE, LIEUX_HISTORIQUE, SUCCESSIONS, DOUBLONS = map(registre.source, repertoire.JEUX)
"""Sirene\'s six files."""


def _masquees(source: Source, *natures: Nature) -> dict[str, str]:
    """Facts whose declaration says that they hold one of these natures, hidden."""
    # INSEE leaves an association's number empty instead of masking it.
    noms = (a for a, c in source.champs.items() if c.masque in natures and a != "identifiant_association")
    return dict.fromkeys(noms, NON_DIFFUSIBLE)


UNITE_MORALE_MASQUEE = _masquees(UNITES, SIGLE)
UNITE_PHYSIQUE_MASQUEE = _masquees(UNITES, NOM, SIGLE, PERSONNE)
NOMS_ETABLISSEMENT = _masquees(LIEUX, ENSEIGNE)
ADRESSE_MASQUEE = _masquees(LIEUX, ADRESSE, COORDONNEE)
"""The commune remains, the only part of the address that INSEE publishes for status P."""


def unites(unites: Iterable[UniteLegale], annee: int) -> Iterator[Faits]:
    """Rows of StockUniteLegale. ``annee``: year of the head counts."""
    for unite in unites:
        faits = _unite(unite, annee)
        if unite.diffusion != "O":
            faits |= UNITE_PHYSIQUE_MASQUEE if _est_physique(unite) else UNITE_MORALE_MASQUEE
        yield faits


def etablissements(unites: Iterable[UniteLegale], annee: int) -> Iterator[Faits]:
    """Rows of StockEtablissement. ``annee``: year of the head counts."""
    for unite in unites:
        for etablissement in unite.etablissements:
            faits = _etablissement(etablissement, annee)
            if etablissement.diffusion != "O":
                faits |= ADRESSE_MASQUEE | (NOMS_ETABLISSEMENT if _est_physique(unite) else {})
            yield faits


def unites_historique(unites: Iterable[UniteLegale]) -> Iterator[Faits]:
    """Rows of StockUniteLegaleHistorique, latest period first, masked as by INSEE."""
    for unite in unites:
        masque = UNITE_PHYSIQUE_MASQUEE if unite.diffusion != "O" and _est_physique(unite) else {}
        for faits in _du_plus_recent(UNITES_HISTORIQUE, unite.periodes):
            yield {"siren": unite.siren} | faits | {a: v for a, v in masque.items() if a in faits}


def etablissements_historique(unites: Iterable[UniteLegale]) -> Iterator[Faits]:
    """Rows of StockEtablissementHistorique, latest period first, masked as by INSEE."""
    for unite in unites:
        for e in unite.etablissements:
            masque = NOMS_ETABLISSEMENT if e.diffusion != "O" and _est_physique(unite) else {}
            for faits in _du_plus_recent(LIEUX_HISTORIQUE, e.periodes):
                yield {"siren": unite.siren, "nic": e.nic, "siret": e.siret} | faits | masque


def dans_l_ordre(source: Source, lignes: Iterable[Iterable[Any]]) -> Iterator[Faits]:
    """Rows whose values are those of the declaration, in its order."""
    return (dict(zip(source.champs, ligne, strict=True)) for ligne in lignes)


def _est_physique(unite: UniteLegale) -> bool:
    # Category 2 (no legal personality) is masked like natural persons.
    return unite.periodes[-1].categorie_juridique.startswith(("1", "2"))


def _unite(unite: UniteLegale, annee: int) -> dict[str, Any]:
    personne = unite.personne
    prenoms = personne.prenoms if personne else ()
    bande, millesime = tranche(unite.effectif, None if unite.purgee else unite.creation, annee)
    return {
        "siren": unite.siren,
        "statut_diffusion": unite.diffusion,
        "unite_purgee": True if unite.purgee else None,
        "date_creation": unite.creation,
        "sigle": unite.sigle,
        "sexe": personne.sexe if personne else "",
        **{f"prenom_{rang}": prenom for rang, prenom in enumerate(prenoms, start=1)},
        "prenom_usuel": prenoms[0] if prenoms else "",
        "pseudonyme": personne.pseudonyme if personne else "",
        "identifiant_association": unite.rna,
        "tranche_effectifs": bande,
        "annee_effectifs": millesime,
        "date_dernier_traitement": unite.traitement,
        "nombre_periodes": len(unite.periodes),
        "categorie_entreprise": unite.categorie,
        "annee_categorie_entreprise": annee if unite.categorie else "",
        **_periode(UNITES, unite.periodes[-1]),
        "activite_principale_naf25": unite.activite.naf25 if unite.activite else "",
    }


def _etablissement(etablissement: Etablissement, annee: int) -> dict[str, Any]:
    bande, millesime = tranche(etablissement.effectif, etablissement.creation, annee)
    return {
        "siren": etablissement.siren,
        "nic": etablissement.nic,
        "siret": etablissement.siret,
        "statut_diffusion": etablissement.diffusion,
        "date_creation": etablissement.creation,
        "tranche_effectifs": bande,
        "annee_effectifs": millesime,
        "activite_principale_registre_metiers": etablissement.metiers,
        "date_dernier_traitement": etablissement.traitement,
        "etablissement_siege": etablissement.siege,
        "nombre_periodes": len(etablissement.periodes),
        **_adresse(etablissement.adresse, ""),
        **_adresse(etablissement.adresse_secondaire, "_2"),
        **_periode(LIEUX, etablissement.periodes[-1]),
        "activite_principale_naf25": etablissement.activite.naf25 if etablissement.activite else "",
    }


def _adresse(adresse: Adresse, suffixe: str) -> dict[str, str]:
    """``Adresse`` has the columns of the declaration, in its order; the secondary address lacks some."""
    champs = LIEUX.champs
    noms = _depuis(LIEUX, "complement_adresse")
    return {f"{a}{suffixe}": v for a, v in zip(noms, _valeurs(adresse), strict=False) if f"{a}{suffixe}" in champs}


def _periode(source: Source, periode: P) -> dict[str, Any]:
    """A period has the columns of the declaration from ``date_debut`` on, in its order."""
    return dict(zip(_depuis(source, "date_debut"), _valeurs(periode), strict=False))


def _valeurs(de: Adresse | PeriodeUnite | PeriodeEtablissement) -> list[Any]:
    """Values of the columns; a tuple of names has three."""
    cellules: list[Any] = []
    for champ in fields(de):
        valeur = getattr(de, champ.name)
        cellules += [*valeur, "", "", ""][:3] if isinstance(valeur, tuple) else [valeur]
    return cellules


@cache
def _depuis(source: Source, premier: str) -> list[str]:
    """Attributes from one on, in the order of the declaration, without those that tell a change."""
    attributs = [a for a in source.champs if not a.startswith("changement")]
    return attributs[attributs.index(premier) :]


def _du_plus_recent(source: Source, periodes: tuple[P, ...]) -> Iterator[dict[str, Any]]:
    """Yield the periods with what changed, the current one (no ``date_fin``) first."""
    changements = [a for a in source.champs if a.startswith("changement")]
    fin: date | None = None
    for rang in range(len(periodes) - 1, -1, -1):
        periode = periodes[rang]
        valeurs = zip(_comparees(periode), _comparees(periodes[max(0, rang - 1)]), strict=True)
        changes = dict(zip(changements, (un != autre for un, autre in valeurs), strict=True))
        yield {"date_fin": fin} | _periode(source, periode) | changes
        if periode.debut is not None:
            fin = periode.debut - timedelta(days=1)


def _comparees(periode: P) -> tuple[Any, ...]:
    """Values of a period whose change is told, an activity with its nomenclature."""
    valeurs = {champ.name: getattr(periode, champ.name) for champ in fields(periode) if champ.name != "debut"}
    valeurs["activite"] = (valeurs["activite"], valeurs.pop("nomenclature"))
    return tuple(valeurs.values())
