"""What the product carries is what the producers publish: comparison with the official files, when at hand."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fce.referentiels import categories_juridiques, effectifs, naf, pays, territoires
from tests.partage import partage


@pytest.fixture(scope="module")
def officiel() -> Path:
    return partage("data/nomenclatures")


def _propre(texte: str | None) -> str:
    """The same words, whatever the blanks and the shape of the apostrophes."""
    return re.sub(r"\s+", " ", (texte or "").replace("’", "'")).strip()


def _lire(chemin: Path) -> Iterator[dict[str, str]]:
    with open(chemin, encoding="utf-8-sig", newline="") as fichier:
        yield from csv.DictReader(fichier, delimiter=";" if chemin.name == "naf2008_5_niveaux.csv" else ",")


def test_naf_rev2_labels_and_levels(officiel: Path) -> None:
    texte = (officiel / "naf/insee-int_courts_naf_rev_2.csv").read_text("cp1252")
    libelles = {ligne[1].removeprefix("SECTION "): ligne[2] for ligne in csv.reader(io.StringIO(texte), delimiter=";")}
    libelles = {code: nom for code, nom in libelles.items() if code and code != "Code"}
    assert len(libelles) == 1728
    for code, nom in libelles.items():
        assert _propre(naf.libelle(code)).lower() == _propre(nom).lower()
    for ligne in _lire(officiel / "naf/naf2008_5_niveaux.csv"):
        assert naf.ancetres(ligne["NIV5"]) == tuple(ligne[f"NIV{n}"] for n in range(1, 6))


def test_naf_rev2_labels_of_the_socialgouv_package(officiel: Path) -> None:
    lignes = json.loads((officiel / "naf/socialgouv-codes-naf.json").read_text("utf-8"))
    assert len(lignes) == 1707
    ecarts = [ligne["id"] for ligne in lignes if _propre(naf.libelle(ligne["id"])) != _propre(ligne["label"])]
    assert ecarts == []


def test_naf_2025_labels_and_levels(officiel: Path) -> None:
    lignes = list(_lire(officiel / "naf/naf2025_5_niveaux.csv"))
    assert len(lignes) == 747
    for ligne in lignes:
        assert naf.ancetres(ligne["niv5"], "NAF25") == tuple(ligne[f"niv{n}"] for n in range(1, 6))
        assert _propre(naf.libelle(ligne["niv5"], "NAF25")) == _propre(ligne["niv5_libelle"])
        assert _propre(naf.libelle(ligne["niv1"], "NAF25")).lower() == _propre(ligne["niv1_libelle"]).lower()
    annuaire = json.loads((officiel / "naf/annuaire-codes-naf-2025.json").read_text("utf-8"))
    assert all(_propre(naf.libelle(code, "NAF25")) == _propre(nom) for code, nom in annuaire.items())


@pytest.mark.parametrize(
    ("nomenclature", "fichier"),
    [
        ("NAFRev1", "annuaire-codes-naf-rev-1.json"),
        ("NAF1993", "annuaire-codes-naf-1993.json"),
        ("NAP", "annuaire-codes-nap.json"),
    ],
)
def test_codes_of_closed_periods(officiel: Path, nomenclature: str, fichier: str) -> None:
    publies = json.loads((officiel / "naf" / fichier).read_text("utf-8"))
    # In this list a trailing "p" marks the classes that were split.
    assert {code.rstrip("p") for code in publies} == set(naf.enfants(None, nomenclature))


def test_categories_juridiques(officiel: Path) -> None:
    for fichier in ("-niveau-1", "-niveau-2", ""):
        publiees = json.loads(
            (officiel / f"categories_juridiques/annuaire-categories-juridiques{fichier}.json").read_text()
        )
        for code, nom in publiees.items():
            assert _propre(categories_juridiques.libelle(code)) == _propre(nom)
    for ligne in _lire(officiel / "categories_juridiques/categorie_juridique.csv"):
        assert categories_juridiques.libelle(ligne["Code"])


def test_headcount_bands(officiel: Path) -> None:
    publiees = {
        ligne["code"]: ligne["intitule"] for ligne in _lire(officiel / "effectifs/tranche_effectif_salarie.csv")
    }
    assert {tranche.code for tranche in effectifs.liste()} == set(publiees)
    for code, nom in publiees.items():
        if code not in ("NN", "00"):  # published in the plural
            assert effectifs.libelle(code) == nom


def test_communes(officiel: Path) -> None:
    publiees = json.loads((officiel / "cog/communes.json").read_text("utf-8"))
    codes = {c["code"] for c in publiees}
    anciens = Counter(ancien for c in publiees for ancien in c.get("anciensCodes", []))
    for c in publiees:
        trouvee = territoires.commune(c["code"])
        assert trouvee is not None
        assert (trouvee.departement, trouvee.region) == (c["departement"], c["region"])
        if c["type"] in ("commune-actuelle", "arrondissement-municipal"):
            assert trouvee.nom == c["nom"]
            assert set(trouvee.codes_postaux) == set(c.get("codesPostaux", []))
            assert trouvee.population == c.get("population")
        for ancien in c.get("anciensCodes", []):
            passee = territoires.commune(ancien)
            assert passee is not None
            # A commune cut in two is former to both, and its code may live on.
            assert passee.actuelle == c["code"] or ancien in codes or anciens[ancien] > 1


def test_territories(officiel: Path) -> None:
    for ligne in _lire(officiel / "cog/v_region_2025.csv"):
        connue = territoires.region(ligne["REG"])
        assert connue is not None
        assert connue.libelle == ligne["LIBELLE"]
    for ligne in _lire(officiel / "cog/v_departement_2025.csv"):
        connu = territoires.departement(ligne["DEP"])
        assert connu is not None
        assert connu.libelle == ligne["LIBELLE"]
    for e in json.loads((officiel / "cog/epci.json").read_text("utf-8")):
        couverts = territoires.codes_communes(e["code"], "epci")
        assert {membre["code"] for membre in e["membres"]} <= couverts


def test_countries(officiel: Path) -> None:
    """In this list the group 99 holds the countries, the others are French overseas places."""
    publies = json.loads((officiel / "cog/asp_INSEE_countries.json").read_text("utf-8"))
    codes = {f"99{p['fields']['code']}" for p in publies if p["fields"]["department"] == 99}
    assert len(codes) > 200
    assert [code for code in sorted(codes) if pays.libelle(code) is None] == []


def test_every_code_of_the_real_sirene_files_is_known(officiel: Path) -> None:
    """Codes that real establishments carry, periods of fifty years included."""
    inconnus: set[tuple[str, str]] = set()
    lus = 0
    for chemin in sorted((officiel.parent / "sirene").glob("*/Stock*_utf8.csv")):
        for ligne in _lire(chemin):
            lus += 1
            for colonne, valeur in ligne.items():
                if not valeur:
                    continue
                if colonne == "codeCommuneEtablissement" and not valeur.startswith("99"):
                    connu = territoires.commune(valeur) is not None
                elif colonne == "codePaysEtrangerEtablissement":
                    connu = pays.libelle(valeur) is not None
                elif colonne.startswith("trancheEffectifs"):
                    connu = effectifs.libelle(valeur) is not None
                elif colonne == "categorieJuridiqueUniteLegale":
                    connu = categories_juridiques.libelle(valeur) is not None
                elif valeur.startswith("00."):  # activity not coded yet: INSEE publishes no label
                    continue
                elif colonne.startswith("activitePrincipale") and "NAF25" not in colonne and "Metiers" not in colonne:
                    suffixe = "UniteLegale" if colonne.endswith("UniteLegale") else "Etablissement"
                    connu = naf.libelle(valeur, ligne[f"nomenclatureActivitePrincipale{suffixe}"]) is not None
                else:
                    continue
                if not connu:
                    inconnus.add((colonne, valeur))
    assert lus > 10_000
    assert sorted(inconnus) == []
