r"""Write the six Sirene files: 2026 columns, INSEE's conventions, partial diffusion.

Comma, ``\n``, minimal quoting; empty for absent; ``true`` / ``false``; ISO dates; periods newest first; ``changement…``
true when the value differs from the previous period; ``[ND]`` in each cell hidden by partial diffusion (status P), even
empty, so that emptiness reveals nothing.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from fce.demo import colonnes
from fce.demo.entreprises import Etablissement, Succession, UniteLegale, tranche
from fce.demo.histoire import P, PeriodeEtablissement, PeriodeUnite
from fce.demo.lieux import Adresse
from fce.sources import registre
from fce.sources.champs import ADRESSE, COORDONNEE, ENSEIGNE, NOM, PERSONNE, SIGLE, Nature
from fce.sources.declaration import Source

NON_DIFFUSIBLE = "[ND]"
Ligne = list[str]


_UNITES, _LIEUX = registre.source("sirene-unites-legales"), registre.source("sirene-etablissements")


def _masquees(source: Source, *natures: Nature) -> tuple[str, ...]:
    """Columns whose declaration says that they hold one of these natures."""
    return tuple(champ.colonne for champ in source.champs.values() if champ.masque in natures)


UNITE_MORALE_MASQUEES = _masquees(_UNITES, SIGLE)
# INSEE leaves an association's number empty instead of masking it.
_RNA = _UNITES.champs["identifiant_association"].colonne
UNITE_PHYSIQUE_MASQUEES = tuple(c for c in _masquees(_UNITES, NOM, SIGLE, PERSONNE) if c != _RNA)
NOMS_ETABLISSEMENT = _masquees(_LIEUX, ENSEIGNE)
ADRESSE_MASQUEES = _masquees(_LIEUX, ADRESSE, COORDONNEE)
"""The commune remains, the only part of the address that INSEE publishes for status P."""


def ecrire_fichier(chemin: Path, entetes: Sequence[str], lignes: Iterable[Ligne]) -> None:
    """Write a file atomically."""
    provisoire = chemin.with_suffix(".part")
    with provisoire.open("w", encoding="utf-8", newline="") as sortie:
        ecrivain = csv.writer(sortie, lineterminator="\n")
        ecrivain.writerow(entetes)
        ecrivain.writerows(lignes)
    provisoire.replace(chemin)


def lignes_unites(unites: Iterable[UniteLegale], annee: int) -> Iterator[Ligne]:
    """Rows of StockUniteLegale. ``annee``: year of the head counts."""
    for unite in unites:
        cellules = _cellules_unite(unite, annee)
        if unite.diffusion != "O":
            masquees = UNITE_PHYSIQUE_MASQUEES if _est_physique(unite) else UNITE_MORALE_MASQUEES
            cellules |= dict.fromkeys(masquees, NON_DIFFUSIBLE)
        yield [cellules[c] for c in colonnes.UNITES]


def lignes_etablissements(unites: Iterable[UniteLegale], annee: int) -> Iterator[Ligne]:
    """Rows of StockEtablissement. ``annee``: year of the head counts."""
    for unite in unites:
        for etablissement in unite.etablissements:
            cellules = _cellules_etablissement(etablissement, annee)
            if etablissement.diffusion != "O":
                cellules |= dict.fromkeys(ADRESSE_MASQUEES, NON_DIFFUSIBLE)
                if _est_physique(unite):
                    cellules |= dict.fromkeys(NOMS_ETABLISSEMENT, NON_DIFFUSIBLE)
            yield [cellules[c] for c in colonnes.ETABLISSEMENTS]


def lignes_unites_historique(unites: Iterable[UniteLegale]) -> Iterator[Ligne]:
    """Rows of StockUniteLegaleHistorique, latest period first, masked as by INSEE."""
    for unite in unites:
        masque = unite.diffusion != "O" and _est_physique(unite)
        for debut, fin, periode, avant in _du_plus_recent(unite.periodes):
            cellules = _cellules_periode_unite(periode, avant)
            cellules |= {"siren": unite.siren, "dateFin": fin, "dateDebut": debut}
            if masque:
                cellules |= {c: NON_DIFFUSIBLE for c in UNITE_PHYSIQUE_MASQUEES if c in cellules}
            yield [cellules[c] for c in colonnes.UNITES_HISTORIQUE]


def lignes_etablissements_historique(unites: Iterable[UniteLegale]) -> Iterator[Ligne]:
    """Rows of StockEtablissementHistorique, latest period first, masked as by INSEE."""
    for unite in unites:
        for etablissement in unite.etablissements:
            masque = etablissement.diffusion != "O" and _est_physique(unite)
            for debut, fin, periode, avant in _du_plus_recent(etablissement.periodes):
                cellules = _cellules_periode_etablissement(periode, avant)
                cellules |= {"siren": unite.siren, "nic": etablissement.nic, "siret": etablissement.siret}
                cellules |= {"dateFin": fin, "dateDebut": debut}
                if masque:
                    cellules |= dict.fromkeys(NOMS_ETABLISSEMENT, NON_DIFFUSIBLE)
                yield [cellules[c] for c in colonnes.ETABLISSEMENTS_HISTORIQUE]


def lignes_successions(liens: Iterable[Succession]) -> Iterator[Ligne]:
    for lien in liens:
        oui_non = (_vrai_faux(lien.transfert_siege), _vrai_faux(lien.continuite))
        yield [lien.predecesseur, lien.successeur, _jour(lien.jour), *oui_non, _horodatage(lien.traitement)]


def lignes_doublons(doublons: Iterable[tuple[str, str, datetime]]) -> Iterator[Ligne]:
    """Rows of StockDoublons, from ``(kept SIREN, duplicate SIREN, processing time)``."""
    for siren, doublon, moment in doublons:
        yield [siren, doublon, _horodatage(moment)]


def _est_physique(unite: UniteLegale) -> bool:
    # Category 2 (no legal personality) is masked like natural persons.
    return unite.periodes[-1].categorie_juridique.startswith(("1", "2"))


def _cellules_unite(unite: UniteLegale, annee: int) -> dict[str, str]:
    derniere, personne = unite.periodes[-1], unite.personne
    prenoms = _complete(personne.prenoms if personne else (), 4)
    return {
        "siren": unite.siren,
        "statutDiffusionUniteLegale": unite.diffusion,
        "unitePurgeeUniteLegale": "true" if unite.purgee else "",
        "dateCreationUniteLegale": _jour(unite.creation),
        "sigleUniteLegale": unite.sigle,
        "sexeUniteLegale": personne.sexe if personne else "",
        **{f"prenom{i}UniteLegale": prenom for i, prenom in enumerate(prenoms, start=1)},
        "prenomUsuelUniteLegale": prenoms[0],
        "pseudonymeUniteLegale": personne.pseudonyme if personne else "",
        "identifiantAssociationUniteLegale": unite.rna,
        **_effectifs(unite.effectif, None if unite.purgee else unite.creation, annee, "UniteLegale"),
        "dateDernierTraitementUniteLegale": _horodatage(unite.traitement),
        "nombrePeriodesUniteLegale": str(len(unite.periodes)),
        "categorieEntreprise": unite.categorie,
        "anneeCategorieEntreprise": str(annee) if unite.categorie else "",
        "dateDebut": _jour(derniere.debut),
        **_valeurs_unite(derniere),
        "activitePrincipaleNAF25UniteLegale": unite.activite.naf25 if unite.activite else "",
    }


def _cellules_etablissement(etablissement: Etablissement, annee: int) -> dict[str, str]:
    derniere = etablissement.periodes[-1]
    return {
        "siren": etablissement.siren,
        "nic": etablissement.nic,
        "siret": etablissement.siret,
        "statutDiffusionEtablissement": etablissement.diffusion,
        "dateCreationEtablissement": _jour(etablissement.creation),
        **_effectifs(etablissement.effectif, etablissement.creation, annee, "Etablissement"),
        "activitePrincipaleRegistreMetiersEtablissement": etablissement.metiers,
        "dateDernierTraitementEtablissement": _horodatage(etablissement.traitement),
        "etablissementSiege": _vrai_faux(etablissement.siege),
        "nombrePeriodesEtablissement": str(len(etablissement.periodes)),
        **_cellules_adresse(etablissement.adresse, ""),
        "dernierNumeroVoieEtablissement": etablissement.adresse.dernier_numero,
        "indiceRepetitionDernierNumeroVoieEtablissement": etablissement.adresse.dernier_indice,
        "identifiantAdresseEtablissement": etablissement.adresse.identifiant,
        "coordonneeLambertAbscisseEtablissement": etablissement.adresse.x,
        "coordonneeLambertOrdonneeEtablissement": etablissement.adresse.y,
        **_cellules_adresse(etablissement.adresse_secondaire, "2"),
        "dateDebut": _jour(derniere.debut),
        **_valeurs_etablissement(derniere),
        "activitePrincipaleNAF25Etablissement": etablissement.activite.naf25 if etablissement.activite else "",
    }


def _cellules_adresse(adresse: Adresse, rang: str) -> dict[str, str]:
    return {
        f"complementAdresse{rang}Etablissement": adresse.complement,
        f"numeroVoie{rang}Etablissement": adresse.numero,
        f"indiceRepetition{rang}Etablissement": adresse.indice,
        f"typeVoie{rang}Etablissement": adresse.type_voie,
        f"libelleVoie{rang}Etablissement": adresse.voie,
        f"codePostal{rang}Etablissement": adresse.code_postal,
        f"libelleCommune{rang}Etablissement": adresse.commune,
        f"libelleCommuneEtranger{rang}Etablissement": adresse.commune_etranger,
        f"distributionSpeciale{rang}Etablissement": adresse.distribution,
        f"codeCommune{rang}Etablissement": adresse.code_commune,
        f"codeCedex{rang}Etablissement": adresse.cedex,
        f"libelleCedex{rang}Etablissement": adresse.libelle_cedex,
        f"codePaysEtranger{rang}Etablissement": adresse.pays,
        f"libellePaysEtranger{rang}Etablissement": adresse.libelle_pays,
    }


def _valeurs_unite(periode: PeriodeUnite) -> dict[str, str]:
    usuelles = _complete(periode.usuelles, 3)
    return {
        "etatAdministratifUniteLegale": periode.etat,
        "nomUniteLegale": periode.nom,
        "nomUsageUniteLegale": periode.nom_usage,
        "denominationUniteLegale": periode.denomination,
        **{f"denominationUsuelle{i}UniteLegale": nom for i, nom in enumerate(usuelles, start=1)},
        "categorieJuridiqueUniteLegale": periode.categorie_juridique,
        "activitePrincipaleUniteLegale": periode.activite,
        "nomenclatureActivitePrincipaleUniteLegale": periode.nomenclature,
        "nicSiegeUniteLegale": periode.nic_siege,
        "economieSocialeSolidaireUniteLegale": periode.ess,
        "societeMissionUniteLegale": periode.mission,
        "caractereEmployeurUniteLegale": periode.employeur,
    }


def _valeurs_etablissement(periode: PeriodeEtablissement) -> dict[str, str]:
    enseignes = _complete(periode.enseignes, 3)
    return {
        "etatAdministratifEtablissement": periode.etat,
        **{f"enseigne{i}Etablissement": nom for i, nom in enumerate(enseignes, start=1)},
        "denominationUsuelleEtablissement": periode.denomination_usuelle,
        "activitePrincipaleEtablissement": periode.activite,
        "nomenclatureActivitePrincipaleEtablissement": periode.nomenclature,
        "caractereEmployeurEtablissement": periode.employeur,
    }


def _cellules_periode_unite(periode: PeriodeUnite, avant: PeriodeUnite | None) -> dict[str, str]:
    reference = avant or periode
    activites = (periode.activite, periode.nomenclature) != (reference.activite, reference.nomenclature)
    return _valeurs_unite(periode) | {
        "changementEtatAdministratifUniteLegale": _vrai_faux(periode.etat != reference.etat),
        "changementNomUniteLegale": _vrai_faux(periode.nom != reference.nom),
        "changementNomUsageUniteLegale": _vrai_faux(periode.nom_usage != reference.nom_usage),
        "changementDenominationUniteLegale": _vrai_faux(periode.denomination != reference.denomination),
        "changementDenominationUsuelleUniteLegale": _vrai_faux(periode.usuelles != reference.usuelles),
        "changementCategorieJuridiqueUniteLegale": _vrai_faux(
            periode.categorie_juridique != reference.categorie_juridique
        ),
        "changementActivitePrincipaleUniteLegale": _vrai_faux(activites),
        "changementNicSiegeUniteLegale": _vrai_faux(periode.nic_siege != reference.nic_siege),
        "changementEconomieSocialeSolidaireUniteLegale": _vrai_faux(periode.ess != reference.ess),
        "changementSocieteMissionUniteLegale": _vrai_faux(periode.mission != reference.mission),
        "changementCaractereEmployeurUniteLegale": _vrai_faux(periode.employeur != reference.employeur),
    }


def _cellules_periode_etablissement(
    periode: PeriodeEtablissement, avant: PeriodeEtablissement | None
) -> dict[str, str]:
    reference = avant or periode
    activites = (periode.activite, periode.nomenclature) != (reference.activite, reference.nomenclature)
    usuelle = periode.denomination_usuelle != reference.denomination_usuelle
    return _valeurs_etablissement(periode) | {
        "changementEtatAdministratifEtablissement": _vrai_faux(periode.etat != reference.etat),
        "changementEnseigneEtablissement": _vrai_faux(periode.enseignes != reference.enseignes),
        "changementDenominationUsuelleEtablissement": _vrai_faux(usuelle),
        "changementActivitePrincipaleEtablissement": _vrai_faux(activites),
        "changementCaractereEmployeurEtablissement": _vrai_faux(periode.employeur != reference.employeur),
    }


def _du_plus_recent(periodes: tuple[P, ...]) -> Iterator[tuple[str, str, P, P | None]]:
    """Yield ``(dateDebut, dateFin, period, previous period)``, the current one (no dateFin) first."""
    fin = ""
    for rang in range(len(periodes) - 1, -1, -1):
        periode = periodes[rang]
        yield _jour(periode.debut), fin, periode, periodes[rang - 1] if rang else None
        if periode.debut is not None:
            fin = _jour(periode.debut - timedelta(days=1))


def _effectifs(effectif: int | None, creation: date | None, annee: int, suffixe: str) -> dict[str, str]:
    bande, millesime = tranche(effectif, creation, annee)
    return {f"trancheEffectifs{suffixe}": bande, f"anneeEffectifs{suffixe}": millesime}


def _complete(valeurs: tuple[str, ...], nombre: int) -> tuple[str, ...]:
    return (valeurs + ("",) * nombre)[:nombre]


def _vrai_faux(valeur: bool) -> str:
    return "true" if valeur else "false"


def _jour(jour: date | None) -> str:
    return "" if jour is None else jour.isoformat()


def _horodatage(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(timespec="seconds")
