"""Partial diffusion in the files: what INSEE would not publish is not there, and nothing else is missing."""

from fce.demo import personnages
from tests.demo.conftest import Fichiers, Ligne

ND = "[ND]"
NOMS_DE_PERSONNE = [
    "sexeUniteLegale",
    "prenom1UniteLegale",
    "prenom2UniteLegale",
    "prenom3UniteLegale",
    "prenom4UniteLegale",
    "prenomUsuelUniteLegale",
    "pseudonymeUniteLegale",
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "denominationUsuelle1UniteLegale",
    "sigleUniteLegale",
]
LIEU_PRECIS = [
    "complementAdresseEtablissement",
    "numeroVoieEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "distributionSpecialeEtablissement",
    "codeCedexEtablissement",
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
]


def masquees(lignes: list[Ligne], *prefixes: str) -> list[Ligne]:
    return [
        u
        for u in lignes
        if u["statutDiffusionUniteLegale"] == "P" and u["categorieJuridiqueUniteLegale"].startswith(prefixes)
    ]


def test_a_masked_person_has_no_name_in_any_file(fichiers: Fichiers) -> None:
    personnes = masquees(fichiers.unites, "1", "2")
    assert len(personnes) > 100
    for unite in personnes:
        assert {unite[c] for c in NOMS_DE_PERSONNE} == {ND}
    sirens = {unite["siren"] for unite in personnes}
    for periode in fichiers.unites_historique:
        if periode["siren"] in sirens:
            assert (
                periode["nomUniteLegale"] == periode["nomUsageUniteLegale"] == periode["denominationUniteLegale"] == ND
            )
    ouverts = {personnages.INDEPENDANT_MAL_MASQUE.siren}
    for periode in fichiers.etablissements_historique:
        if periode["siren"] in sirens - ouverts:
            assert periode["enseigne1Etablissement"] == periode["denominationUsuelleEtablissement"] == ND


def test_a_masked_company_keeps_its_name_but_not_its_acronym(fichiers: Fichiers) -> None:
    societes = masquees(fichiers.unites, "3", "5", "6", "9")
    assert len(societes) > 30
    assert all(u["sigleUniteLegale"] == ND and u["denominationUniteLegale"] not in ("", ND) for u in societes)


def test_a_masked_establishment_shows_its_commune_only(fichiers: Fichiers) -> None:
    masques = [e for e in fichiers.etablissements if e["statutDiffusionEtablissement"] == "P"]
    assert len(masques) > 200
    for etablissement in masques:
        assert {etablissement[c] for c in LIEU_PRECIS} == {ND}
        assert ND not in (etablissement["codeCommuneEtablissement"], etablissement["libelleCommuneEtablissement"])


def test_nothing_is_masked_in_what_is_public(fichiers: Fichiers) -> None:
    for unite in fichiers.unites:
        assert unite["statutDiffusionUniteLegale"] in ("O", "P")
        assert (ND in unite.values()) == (unite["statutDiffusionUniteLegale"] == "P")
    for etablissement in fichiers.etablissements:
        assert (ND in etablissement.values()) == (etablissement["statutDiffusionEtablissement"] == "P")


def test_public_companies_also_have_masked_establishments(fichiers: Fichiers) -> None:
    publiques = {u["siren"] for u in fichiers.unites if u["statutDiffusionUniteLegale"] == "O"}
    masques = {e["siren"] for e in fichiers.etablissements if e["statutDiffusionEtablissement"] == "P"}
    assert len(publiques & masques) > 10
