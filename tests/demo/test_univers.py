"""The demonstration universe as a whole: reproducible, in the official layouts, belonging to nobody."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from fce.demo import lieux, noms, numeros, univers
from fce.demo.activites import toutes
from fce.referentiels import naf, territoires
from fce.socle.texte.identifiants import rna_valide, siren_valide, siret_valide
from fce.socle.texte.pliage import plier
from tests.demo.conftest import Fichiers
from tests.partage import partage

ENTETES = {
    "sirene-unites-legales": (
        "siren,statutDiffusionUniteLegale,unitePurgeeUniteLegale,dateCreationUniteLegale,sigleUniteLegale,sexeUniteLegale,"
        "prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,prenom4UniteLegale,prenomUsuelUniteLegale,"
        "pseudonymeUniteLegale,identifiantAssociationUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,"
        "dateDernierTraitementUniteLegale,nombrePeriodesUniteLegale,categorieEntreprise,anneeCategorieEntreprise,dateDebut,"
        "etatAdministratifUniteLegale,nomUniteLegale,nomUsageUniteLegale,denominationUniteLegale,"
        "denominationUsuelle1UniteLegale,denominationUsuelle2UniteLegale,denominationUsuelle3UniteLegale,"
        "categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,"
        "nicSiegeUniteLegale,economieSocialeSolidaireUniteLegale,societeMissionUniteLegale,caractereEmployeurUniteLegale,"
        "activitePrincipaleNAF25UniteLegale"
    ),
    "sirene-etablissements": (
        "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,trancheEffectifsEtablissement,"
        "anneeEffectifsEtablissement,activitePrincipaleRegistreMetiersEtablissement,dateDernierTraitementEtablissement,"
        "etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,numeroVoieEtablissement,"
        "indiceRepetitionEtablissement,dernierNumeroVoieEtablissement,indiceRepetitionDernierNumeroVoieEtablissement,"
        "typeVoieEtablissement,libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
        "libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,codeCommuneEtablissement,"
        "codeCedexEtablissement,libelleCedexEtablissement,codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,"
        "identifiantAdresseEtablissement,coordonneeLambertAbscisseEtablissement,coordonneeLambertOrdonneeEtablissement,"
        "complementAdresse2Etablissement,numeroVoie2Etablissement,indiceRepetition2Etablissement,typeVoie2Etablissement,"
        "libelleVoie2Etablissement,codePostal2Etablissement,libelleCommune2Etablissement,libelleCommuneEtranger2Etablissement,"
        "distributionSpeciale2Etablissement,codeCommune2Etablissement,codeCedex2Etablissement,libelleCedex2Etablissement,"
        "codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,dateDebut,etatAdministratifEtablissement,"
        "enseigne1Etablissement,enseigne2Etablissement,enseigne3Etablissement,denominationUsuelleEtablissement,"
        "activitePrincipaleEtablissement,nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement,"
        "activitePrincipaleNAF25Etablissement"
    ),
    "sirene-unites-legales-historique": (
        "siren,dateFin,dateDebut,etatAdministratifUniteLegale,changementEtatAdministratifUniteLegale,nomUniteLegale,"
        "changementNomUniteLegale,nomUsageUniteLegale,changementNomUsageUniteLegale,denominationUniteLegale,"
        "changementDenominationUniteLegale,denominationUsuelle1UniteLegale,denominationUsuelle2UniteLegale,"
        "denominationUsuelle3UniteLegale,changementDenominationUsuelleUniteLegale,categorieJuridiqueUniteLegale,"
        "changementCategorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,nomenclatureActivitePrincipaleUniteLegale,"
        "changementActivitePrincipaleUniteLegale,nicSiegeUniteLegale,changementNicSiegeUniteLegale,"
        "economieSocialeSolidaireUniteLegale,changementEconomieSocialeSolidaireUniteLegale,societeMissionUniteLegale,"
        "changementSocieteMissionUniteLegale,caractereEmployeurUniteLegale,changementCaractereEmployeurUniteLegale"
    ),
    "sirene-etablissements-historique": (
        "siren,nic,siret,dateFin,dateDebut,etatAdministratifEtablissement,changementEtatAdministratifEtablissement,"
        "enseigne1Etablissement,enseigne2Etablissement,enseigne3Etablissement,changementEnseigneEtablissement,"
        "denominationUsuelleEtablissement,changementDenominationUsuelleEtablissement,activitePrincipaleEtablissement,"
        "nomenclatureActivitePrincipaleEtablissement,changementActivitePrincipaleEtablissement,"
        "caractereEmployeurEtablissement,changementCaractereEmployeurEtablissement"
    ),
    "sirene-successions": (
        "siretEtablissementPredecesseur,siretEtablissementSuccesseur,dateLienSuccession,transfertSiege,continuiteEconomique,"
        "dateDernierTraitementLienSuccession"
    ),
    "sirene-doublons": "siren,sirenDoublon,dateDernierTraitementDoublon",
}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    un = univers.ecrire(tmp_path / "un", univers.composer(graine=7, entreprises=300))
    deux = univers.ecrire(tmp_path / "deux", univers.composer(graine=7, entreprises=300))
    assert {nom: chemin.read_bytes() for nom, chemin in un.items()} == {n: c.read_bytes() for n, c in deux.items()}


def test_another_seed_gives_other_companies(tmp_path: Path) -> None:
    un = univers.ecrire(tmp_path / "un", univers.composer(graine=7, entreprises=300))["sirene-unites-legales"]
    deux = univers.ecrire(tmp_path / "deux", univers.composer(graine=8, entreprises=300))["sirene-unites-legales"]
    assert un.read_bytes() != deux.read_bytes()


def test_five_thousand_companies_and_eight_thousand_establishments() -> None:
    tout = univers.composer()
    assert len(tout.unites) == 5_000
    assert 7_500 <= sum(len(unite.etablissements) for unite in tout.unites) <= 8_500


def test_more_companies_than_reserved_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="8000"):
        univers.composer(entreprises=univers.ENTREPRISES_AU_PLUS + 1)


@pytest.mark.parametrize("source", sorted(ENTETES))
def test_columns_are_those_of_the_official_file_in_its_order(fichiers: Fichiers, source: str) -> None:
    premiere = fichiers.chemins[source].read_text(encoding="utf-8").split("\n", 1)[0]
    assert premiere == ENTETES[source]


@pytest.mark.parametrize("source", sorted(ENTETES))
def test_official_headers_are_still_those(dossier_partage: Path, source: str, fichiers: Fichiers) -> None:
    nom = fichiers.chemins[source].stem
    officiel = (dossier_partage / "data/sirene/entetes" / f"{nom}.header.csv").read_text(encoding="utf-8").strip()
    assert ENTETES[source] == officiel


def test_identifiers_are_valid_and_out_of_the_range_of_real_ones(fichiers: Fichiers) -> None:
    sirens = [ligne["siren"] for ligne in fichiers.unites]
    assert len(set(sirens)) == len(sirens)
    assert all(siren_valide(siren) and siren < "000100000" for siren in sirens)
    assert all(siret_valide(ligne["siret"]) for ligne in fichiers.etablissements)
    anciens = {ligne["sirenDoublon"] for ligne in fichiers.doublons}
    assert all(siren_valide(siren) and siren < "000100000" for siren in anciens)
    assert not anciens & set(sirens)


def test_a_number_out_of_the_reserved_range_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="reserved range"):
        numeros.siren(55_203_253)


def test_rna_numbers_are_well_formed_and_of_no_registry(fichiers: Fichiers) -> None:
    numeros_rna = [n for ligne in fichiers.unites if (n := ligne["identifiantAssociationUniteLegale"])]
    assert len(numeros_rna) == len(set(numeros_rna)) > 200
    assert all(rna_valide(numero) and numero.startswith("W999") for numero in numeros_rna)


def test_codes_exist_in_the_nomenclatures(fichiers: Fichiers) -> None:
    for activite in toutes():
        codes = zip(
            (activite.naf, activite.naf25, activite.naf_rev1, activite.naf_1993),
            ("NAFRev2", "NAF25", "NAFRev1", "NAF1993"),
            strict=True,
        )
        assert [c for c in codes if naf.libelle(*c) is None] == []
    communes = {ligne["codeCommuneEtablissement"] for ligne in fichiers.etablissements} - {""}
    assert [code for code in communes if territoires.commune(code) is None] == []


def test_every_region_is_there_with_its_particular_cases(fichiers: Fichiers) -> None:
    codes = [ligne["codeCommuneEtablissement"] for ligne in fichiers.etablissements]
    regions = {region.code for code in codes if (region := territoires.region_de(code))}
    # Three digits are those of a collectivity, which is no region.
    assert {region.code for region in territoires.regions() if len(region.code) == 2} <= regions
    for prefixe in ("751", "6938", "132", "2A", "2B", "971", "974", "976"):
        assert any(code.startswith(prefixe) for code in codes), prefixe
    # A commune cut into arrondissements never bears the establishments itself.
    assert not {"75056", "69123", "13055"} & set(codes)


def test_postal_codes_are_those_of_the_commune(fichiers: Fichiers) -> None:
    for ligne in fichiers.etablissements:
        commune = territoires.commune(ligne["codeCommuneEtablissement"])
        if commune is not None and ligne["codePostalEtablissement"] not in ("", "[ND]"):
            assert ligne["codePostalEtablissement"] in commune.codes_postaux, ligne["siret"]


def test_coordinates_fall_in_the_territory(fichiers: Fichiers) -> None:
    for ligne in fichiers.etablissements:
        x, y = ligne["coordonneeLambertAbscisseEtablissement"], ligne["coordonneeLambertOrdonneeEtablissement"]
        commune = ligne["codeCommuneEtablissement"]
        if x in ("", "[ND]") or commune.startswith("97"):
            continue
        assert 80_000 < float(x) < 1_260_000
        assert 6_030_000 < float(y) < 7_130_000


def test_names_and_sizes_are_varied(fichiers: Fichiers) -> None:
    tailles = Counter(ligne["siren"] for ligne in fichiers.etablissements)
    assert max(tailles.values()) > 1_150
    assert sum(1 for n in tailles.values() if n > 100) >= 3
    formes = {ligne["categorieJuridiqueUniteLegale"] for ligne in fichiers.unites}
    assert {"1000", "5499", "5710", "5720", "5599", "6540", "9220", "7210", "9110", "3120", "2110", "8210"} <= formes
    assert {ligne["categorieEntreprise"] for ligne in fichiers.unites} == {"", "PME", "ETI", "GE"}
    denominations = [ligne["denominationUniteLegale"] for ligne in fichiers.unites]
    for signe in "'.&-,<+ŒÉ0236":
        assert any(signe in nom for nom in denominations), signe
    assert max(map(len, denominations)) <= 120


def test_values_fit_in_the_official_widths(fichiers: Fichiers) -> None:
    largeurs = {
        "enseigne1Etablissement": 50,
        "enseigne2Etablissement": 50,
        "denominationUsuelleEtablissement": 100,
        "complementAdresseEtablissement": 38,
        "numeroVoieEtablissement": 4,
        "distributionSpecialeEtablissement": 26,
        "libelleVoieEtablissement": 100,
    }
    for ligne in fichiers.etablissements:
        for colonne, largeur in largeurs.items():
            assert len(ligne[colonne]) <= largeur, (ligne["siret"], colonne)
    assert all(len(ligne["sigleUniteLegale"]) <= 20 for ligne in fichiers.unites)


COLONNES_DE_NOMS = (
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "nomUniteLegale",
    "enseigne1Etablissement",
    "denominationUsuelleEtablissement",
)


def noms_plies(lignes: Iterable[dict[str, str]]) -> set[str]:
    return {plier(ligne.get(colonne, "")) for ligne in lignes for colonne in COLONNES_DE_NOMS} - {"", plier("[ND]")}


@pytest.fixture(scope="module")
def noms_reels() -> set[str]:
    reels: set[str] = set()
    for fichier in sorted(partage("data/sirene").glob("*/Stock*_utf8*.csv")):
        with fichier.open(encoding="utf-8", newline="") as ouvert:
            reels |= noms_plies(csv.DictReader(ouvert))
    assert len(reels) > 10_000
    return reels


def test_no_invented_name_is_the_name_of_a_real_company(fichiers: Fichiers, noms_reels: set[str]) -> None:
    # Signs that name a place of the (invented) commune and nothing else: any town has a "Mairie".
    communs = {"mairie", "camping municipal", "cantine scolaire"}
    inventes = noms_plies(fichiers.unites) | noms_plies(fichiers.etablissements)
    assert (inventes - communs) & noms_reels == set()


def test_no_invented_word_is_a_word_of_a_real_name(noms_reels: set[str]) -> None:
    reels = {mot for nom in noms_reels for mot in nom.split()}
    assert {plier(mot) for mot in mots_inventes()} & reels == set()


def mots_inventes() -> set[str]:
    fins = noms._FINS_DE_MOT + noms._FINS_DE_NOM
    return {debut + milieu + fin for debut in noms._DEBUTS for milieu in noms._MILIEUX for fin in fins} | noms.RESERVES


def test_no_invented_word_is_a_place() -> None:
    communes = {plier(ville.nom) for ville in lieux.villes()}
    assert len(communes) > 30_000
    assert {plier(mot) for mot in mots_inventes()} & communes == set()
