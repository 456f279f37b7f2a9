"""Every real sample we were given is read by a test, or has its reason not to be: none is forgotten."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import pytest

RACINE = Path(__file__).resolve().parents[3]
ICI = "tests/sources/catalogue/"
CHARGES = "tests/donnees/imports/chargement/test_fichiers_reels.py"
REPONSES = ICI + "test_reponses_annuaire.py"

# {pattern of files, under the folder of data: the test that reads them}
LUS = {
    "sirene/stock_2020/Stock*_utf8.csv": CHARGES,
    "sirene/stock_2020/StockEtablissement_utf8_geo.csv": CHARGES,
    "sirene/recents/Stock*_utf8.csv": CHARGES,
    "sirene/entetes/Stock*.header.csv": ICI + "test_catalogue.py",
    "sirene/api/*.json": ICI + "test_flux.py",
    "api_entreprise/upstream_answers/insee_*_PM_diffusion_partielle.json": ICI + "test_flux.py",
    "api_entreprise/mocks/*/*": "tests/donnees/imports/directes/test_enregistrees.py",
    "bodacc/RCS-A_*.xml": ICI + "test_dila.py",
    "education_uai/*.csv": ICI + "test_education.py",
    "icpe/*.csv": ICI + "test_georisques.py",
    "icpe/entetes/*.csv": ICI + "test_georisques.py",
    "iae_siae/2019_07_liste_siae.csv": ICI + "test_asp.py",
    "finess/*.csv": ICI + "test_sante.py",
    "idcc_siret/*.csv": ICI + "test_dares.py",
    "ratios_financiers/*.csv": ICI + "test_inpi.py",
    "rna/*.csv": ICI + "test_public_bodies.py",
    "rne/extrait_*.json": ICI + "test_inpi.py",
    "agrements_sanitaires/*.csv": ICI + "test_listes.py",
    "egapro/*.header.csv": ICI + "test_entetes_officiels.py",
    "organismes_formation/*.header.csv": ICI + "test_entetes_officiels.py",
    "fichiers_ministere/*.csv": ICI + "test_entetes_officiels.py",
    **{
        f"reponses_annuaire/e2e_fixtures/{nom}.json": REPONSES
        for nom in (
            *("aides-ademe", "aides-minimis", "education-nationale", "donnees-financieres", "bodacc", "egapro"),
            *("donnees-financieres-confidential", "egapro-representation", "api-inclusion", "api-inclusion-metadata"),
        )
    },
    **{
        f"reponses_annuaire/e2e_fixtures/{nom}.json": ICI + test
        for nom, test in {
            "rge": "test_labels.py",
            "api-bio": "test_labels.py",
            "entrepreneur-spectacles": "test_labels.py",
            "api-data-gouv-ess": "test_listes.py",
            "dgefp": "test_listes.py",
        }.items()
    },
}
AMONT = "réponse d'un fournisseur à API Entreprise, que nous n'interrogeons pas : la sienne est rejouée"
TRAITEE = "réponse déjà transformée par un autre site : le fait d'origine est lu ailleurs"
RECHERCHE = "résultats d'un autre moteur de recherche, aucun fait de producteur"
DOCUMENT = "description, sans aucune ligne de données"
# {pattern: why nothing reads them as rows}
NON_LUS = {
    "**/ORIGIN.txt": DOCUMENT,
    "api_entreprise/endpoints_doc/*": DOCUMENT,
    "api_entreprise/upstream_answers/*": AMONT,
    "bodacc/derived_creations_*.csv": "dérivé du numéro qui est lu",
    "finess/finess_plus_schema/*": DOCUMENT,
    "iae_siae/*": "tables de travail de l'ASP (conventions, annexes, flux, GEIQ) ; la source est sa liste publique",
    "icpe/*.json": "fiches d'une installation à l'écran ; la source est le fichier national",
    "nomenclatures/**/*": "tests/referentiels",
    "reponses_annuaire/client*/*": TRAITEE,
    "reponses_annuaire/documentation_*.json": DOCUMENT,
    "reponses_annuaire/*/search-*.json": RECHERCHE,
    "reponses_annuaire/*/recherche-entreprise-*.json": RECHERCHE,
    "reponses_annuaire/e2e_fixtures/*": "service annexe, ou réponse d'API Entreprise rejouée depuis son environnement",
    "rne/actes_bilans_*.json": "liste de documents déposés, que la fiche ne montre pas",
    "sirene/entetes/sirene2018vs2019.csv": DOCUMENT,
    "sirene/stock_2020/dessin*.csv": DOCUMENT,
}


def trouver(chemin: PurePosixPath, motifs: dict[str, str]) -> list[str]:
    return [motif for motif in motifs if re.fullmatch(_expression(motif), str(chemin))]


def _expression(motif: str) -> str:
    """A star stays inside a folder, two cross them."""
    return re.escape(motif).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")


def test_no_sample_is_forgotten(dossier_partage: Path) -> None:
    racine = dossier_partage / "data"
    fichiers = [PurePosixPath(f.relative_to(racine)) for f in racine.rglob("*") if f.is_file()]
    assert len(fichiers) > 400
    assert [f for f in fichiers if not trouver(f, LUS) and not trouver(f, NON_LUS)] == []
    doubles = [f for f in fichiers if len(trouver(f, LUS)) > 1]
    assert doubles == []
    inutiles = [motif for motif in (*LUS, *NON_LUS) if not any(trouver(f, {motif: ""}) for f in fichiers)]
    assert inutiles == []


@pytest.mark.parametrize("motif", LUS)
def test_the_named_test_does_read_the_sample(motif: str) -> None:
    texte = (RACINE / LUS[motif]).read_text(encoding="utf-8")
    # The name of the file is written there, or that of its folder when the test reads every file of it.
    dossier, _, nom = motif.rpartition("/")
    connu = nom.split("*")[0].removesuffix(".json") or dossier.removesuffix("/*").rpartition("/")[2]
    assert connu in texte, connu
