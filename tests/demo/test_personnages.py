"""Each hand-made company shows what its line says, whatever the seed."""

import re
from collections.abc import Callable

import pytest

from fce.demo import personnages as p, univers
from fce.demo.entreprises import UniteLegale
from fce.demo.noms import RESERVES
from fce.demo.univers import Univers
from tests.demo.conftest import Fichiers


@pytest.fixture(scope="module")
def petit() -> Univers:
    return univers.composer(graine=99, entreprises=200)


@pytest.fixture(scope="module")
def par_siren(petit: Univers) -> dict[str, UniteLegale]:
    return {unite.siren: unite for unite in petit.unites}


ANCIENS = {p.ANCIEN_SIREN_1, p.ANCIEN_SIREN_2, p.ANCIEN_SIREN_GROUPE}


@pytest.mark.parametrize("personnage", [un for un in p.TOUS if un not in ANCIENS], ids=lambda un: un.siren)
def test_a_personnage_bears_its_name(par_siren: dict[str, UniteLegale], personnage: p.Personnage) -> None:
    unite = par_siren[personnage.siren]
    derniere = unite.periodes[-1]
    if personnage.nom == "(non diffusible)":
        assert unite.diffusion == "P"
    elif unite.personne:
        assert personnage.nom == f"{unite.personne.prenoms[0]} {derniere.nom_usage}"
    else:
        assert derniere.denomination.startswith(personnage.nom)
    assert personnage.montre


def test_personnages_are_numbered_once() -> None:
    sirens = [un.siren for un in p.TOUS] + list(p.HOMONYMES_PETITS)
    assert len(sirens) == len(set(sirens)) >= 35


@pytest.mark.parametrize(
    ("personnage", "montre"),
    [
        (p.GROUPE, lambda u: len(u.periodes) >= 8 and u.categorie in ("ETI", "GE") and len(u.successions) == 2),
        (p.BOULANGERIE, lambda u: u.siege.periodes[-1].enseignes == ("AUX DÉLICES DE QUESTROUVEL",)),
        (p.ASSOCIATION, lambda u: u.rna == "W999000001" and u.sigle == "AVMB" and u.periodes[-1].ess == "O"),
        (p.CEDEE, lambda u: u.periodes[-1].etat == "C"),
        (p.REPRENEUR, lambda u: u.successions[0].predecesseur.startswith(p.CEDEE.siren)),
        (p.SIGLE, lambda u: u.sigle == "B.E.Z.I."),
        (p.ETRANGERE, lambda u: u.siege.adresse.pays == "99109" and u.siege.adresse.code_commune == ""),
        (p.BALISES, lambda u: "<script>" in u.siege.periodes[-1].enseignes[0]),
        (p.FORMULES, lambda u: u.siege.periodes[-1].enseignes[0].startswith("=SOMME")),
        (p.NOM_LONG, lambda u: 110 <= len(u.periodes[-1].denomination) <= 120),
        (p.INDEPENDANT_MAL_MASQUE, lambda u: [e.diffusion for e in u.etablissements] == ["P", "O"]),
        (p.SIEGE_MASQUE, lambda u: u.diffusion == "O" and u.siege.diffusion == "P"),
        (p.MISSION, lambda u: (u.periodes[-1].mission, u.periodes[-1].ess) == ("O", "O")),
        (p.REOUVERTE, lambda u: [x.etat for x in u.periodes] == ["A", "C", "A"] and u.siege.ouvert),
        (p.COMMUNE, lambda u: len(u.etablissements) == 5 and u.categorie == ""),
        (p.MUTUELLE, lambda u: u.siege.adresse.libelle_cedex == "LE MANS CEDEX 9"),
        (p.PURGEE, lambda u: u.purgee and u.periodes[0].debut is None and u.periodes[0].nomenclature == "NAP"),
        (p.OUTRE_MER, lambda u: {e.adresse.code_commune[:3] for e in u.etablissements} == {"974", "976"}),
        (p.CORSE, lambda u: {e.adresse.code_commune[:2] for e in u.etablissements} == {"2A", "2B"}),
        (p.HOPITAL, lambda u: (u.effectif or 0) > 4_000),
        (p.SIEGE_FERME, lambda u: u.periodes[-1].etat == "A" and not u.siege.ouvert),
        (p.COMMUNE_FUSIONNEE, lambda u: u.siege.adresse.code_commune == "74011"),
    ],
    ids=lambda valeur: valeur.siren if isinstance(valeur, p.Personnage) else "",
)
def test_a_personnage_shows_what_it_says(
    par_siren: dict[str, UniteLegale], personnage: p.Personnage, montre: Callable[[UniteLegale], bool]
) -> None:
    assert montre(par_siren[personnage.siren])


def test_the_big_one_has_small_homonyms(par_siren: dict[str, UniteLegale]) -> None:
    assert par_siren[p.HOMONYME.siren].effectif == 3_000
    petites = [par_siren[siren] for siren in p.HOMONYMES_PETITS]
    assert {u.periodes[-1].denomination for u in petites} == {p.HOMONYME.nom}
    assert all(u.effectif is None for u in petites)


def test_old_numbers_lead_to_the_company_kept(petit: Univers) -> None:
    suivant = {doublon: siren for siren, doublon, _ in petit.doublons}
    assert suivant[p.ANCIEN_SIREN_1.siren] == p.ANCIEN_SIREN_2.siren
    assert suivant[p.ANCIEN_SIREN_2.siren] == p.CONSERVEE.siren
    assert suivant[p.ANCIEN_SIREN_GROUPE.siren] == p.GROUPE.siren


def test_a_search_for_a_personnage_meets_no_chance_homonym(fichiers: Fichiers) -> None:
    faits_main = {un.siren for un in p.TOUS} | set(p.HOMONYMES_PETITS)
    colonnes = ("denominationUniteLegale", "nomUniteLegale", "nomUsageUniteLegale", "denominationUsuelle1UniteLegale")
    for unite in fichiers.unites:
        if unite["siren"] not in faits_main:
            mots = {mot for colonne in colonnes for mot in re.split(r"[^A-Z]+", unite[colonne].upper())}
            assert not mots & RESERVES


def test_networks_have_their_size_in_the_whole_universe(fichiers: Fichiers) -> None:
    tailles = {un.siren: 0 for un in (p.GROUPE, p.RESEAU, p.INTERIM)}
    for etablissement in fichiers.etablissements:
        if etablissement["siren"] in tailles:
            tailles[etablissement["siren"]] += 1
    assert 1_150 <= tailles[p.RESEAU.siren] <= 1_250
    assert tailles[p.INTERIM.siren] > 200
    assert tailles[p.GROUPE.siren] > 120


def test_words_after_masking_are_nowhere_in_the_files(fichiers: Fichiers) -> None:
    """The names that the plans give to masked persons must not be written anywhere but where the file says O."""
    contenu = "".join(chemin.read_text(encoding="utf-8") for chemin in fichiers.chemins.values())
    assert "LORBUVARD" not in contenu
    assert "HORDRILOIS" not in contenu
    assert "MONGLONEC" not in contenu
