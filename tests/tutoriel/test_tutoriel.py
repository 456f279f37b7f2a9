"""The tutorial, followed to the letter in a folder of its own: a source of 60 lines at most is everywhere, and once
reserved it is nowhere for the public, with no other edit than those the document tells."""

import csv
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest

from fce.demo.personnages import BOULANGERIE, CEDEE, GROUPE, INDEPENDANT_MASQUE
from fce.socle.postgres.grappe import Cluster
from tests.config.serveur import FCE, Serveur, environnement, serveur
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES
from tests.tutoriel import document

RACINE = Path(__file__).resolve().parents[2]
SIRET = "00000103200010"
TITRE = "Label emploi durable"
# What the sample says of the bakery, the group and the masked person; nothing else in the product says it.
DONNEES = ("ED-2025-007", "Apprentissage de la pâtisserie", "ED-2025-001")
JAMAIS = ("Personne Masquée",)
COLONNES = ["SIRET", "NUM_LABEL", "NIVEAU", "DATE_DECISION", "MONTANT_PRIME", "CONTACT", "OBSERVATION"]


@pytest.fixture(scope="module")
def dossier() -> Iterator[Path]:
    """The reader's folder, the demonstration in place and its database up, the files of the document written."""
    chemin = TEMPORAIRES / f"fce-tutoriel-{os.getpid()}"
    chemin.mkdir()
    (chemin / "var").mkdir()
    copier(chemin / "var")
    document.ecrire(chemin / "mes-sources")
    with Cluster(chemin / "var").en_marche():
        yield chemin
    shutil.rmtree(chemin)


def taper(dossier: Path, commande: list[object], *, catalogues: str = "", code: int = 0) -> str:
    """Run a command of the document from the reader's folder; return what it says."""
    env = environnement(dossier / "var", **({"FCE_CATALOGUES": catalogues} if catalogues else {}))
    fini = subprocess.run(list(map(str, commande)), cwd=dossier, env=env, capture_output=True, text=True, timeout=180)
    assert fini.returncode == code, fini.stdout + fini.stderr
    return fini.stdout + fini.stderr


@pytest.fixture(scope="module")
def ouverte(dossier: Path) -> dict[str, str]:
    """What the public reads after the commands of the document, by surface."""
    mes_sources = str(dossier / "mes-sources")
    for ligne in document.commandes():
        mots = ligne.split()
        if mots[0] == "fce" and mots[1] in ("import", "index"):
            dit = taper(dossier, [FCE, *mots[1:]], catalogues=mes_sources)
            assert mots[1] != "import" or "7 lignes" in dit, dit
    with serveur(dossier / "var", "--travailleurs", "1", FCE_CATALOGUES=mes_sources) as s:
        return surfaces(s)


@pytest.fixture(scope="module")
def reservee(dossier: Path, ouverte: dict[str, str]) -> dict[str, str]:
    """The same once the lines of section 7 are written, on the data already in place."""
    declaration = dossier / "mes-sources" / document.DECLARATION
    declaration.write_text(document.reserver(declaration.read_text("utf-8")), "utf-8")
    mes_sources = str(dossier / "mes-sources")
    assert "en service" in taper(dossier, [FCE, "index"], catalogues=mes_sources)
    with serveur(dossier / "var", "--travailleurs", "1", FCE_CATALOGUES=mes_sources) as s:
        return surfaces(s)


def surfaces(s: Serveur) -> dict[str, str]:
    """{surface: text of the answer}, preceded by its status."""
    adresses = {
        "établissement": f"/etablissement/{SIRET}/tout",
        "entreprise": f"/entreprise/{BOULANGERIE.siren}/tout",
        "groupe": f"/entreprise/{GROUPE.siren}/tout",
        "masqué": f"/entreprise/{INDEPENDANT_MASQUE.siren}/tout",
        "liste": f"/entreprise/{BOULANGERIE.siren}/label-durable",
        "csv": f"/entreprise/{BOULANGERIE.siren}/label-durable.csv",
        "api entreprise": f"/api/v1/entreprises/{BOULANGERIE.siren}",
        "api établissement": f"/api/v1/etablissements/{SIRET}",
        "api masqué": f"/api/v1/entreprises/{INDEPENDANT_MASQUE.siren}",
        "catalogue": "/sources",
        "dcat": "/sources/catalogue.jsonld",
        "source": "/sources/label-durable",
        "schéma": "/sources/label-durable/schema.json",
        "exemple": "/sources/label-durable/exemple",
        "données": "/sources/label-durable/donnees.csv",
        "schéma des données": "/sources/label-durable/donnees.schema.json",
        "recherche": "/recherche?q=QUESTROUVEL",
        "filtre": "/recherche?emploi-durable=ARGENT",
        "établissements filtrés": "/recherche?emploi-durable=ARGENT&vue=etablissements",
        "export filtré": "/recherche/export.csv?emploi-durable=ARGENT",
        "api recherche": "/api/v1/recherche?emploi-durable=ARGENT&etat=tous",
    }
    lues = {}
    for nom, adresse in adresses.items():
        reponse = s.demander(adresse)
        lues[nom] = f"{reponse.status} {unescape(reponse.corps.decode('utf-8-sig'))}"
    classeur = s.demander(f"/entreprise/{BOULANGERIE.siren}/export.xlsx")
    feuilles = openpyxl.load_workbook(io.BytesIO(classeur.corps))
    lues["classeur"] = "\n".join(str(c) for feuille in feuilles for rang in feuille.values for c in rang)
    return lues


def corps(texte: str) -> dict:
    return json.loads(texte.split(" ", 1)[1])


def test_the_code_fits_in_sixty_lines() -> None:
    assert set(document.FICHIERS) == {
        "office_emploi/__init__.py",
        "office_emploi/label_durable/exemple.csv",
        document.DECLARATION,
    }
    assert len(document.FICHIERS[document.DECLARATION].splitlines()) <= 60


def test_the_document_gives_the_headings_of_the_sheet() -> None:
    from fce.sources.rubriques import TITRES

    assert [cle for cle in TITRES if f"`{cle}`" in document.TEXTE] == list(TITRES)


def test_the_data_are_on_the_sheet(ouverte: dict[str, str]) -> None:
    for nom in ("établissement", "entreprise"):
        assert TITRE in ouverte[nom]
        assert "ARGENT" in ouverte[nom]
        assert "22/05/2025" in ouverte[nom]
        assert "Office de l'emploi" in ouverte[nom] or "OE" in ouverte[nom]
    assert "ED-2025-007" in ouverte["établissement"]
    # Two establishments of the group, one label each: added up.
    assert "15 500" in ouverte["groupe"].replace("\u202f", " ").replace("\xa0", " ")
    assert ouverte["liste"].startswith("200")


def test_the_data_are_in_the_exports_and_the_api(ouverte: dict[str, str]) -> None:
    (ligne,) = csv.DictReader(io.StringIO(ouverte["csv"].split(" ", 1)[1]), delimiter=";")
    assert ligne["N° de label"] == "ED-2025-007"
    assert TITRE in ouverte["classeur"]
    assert "ARGENT" in ouverte["classeur"]
    for nom in ("api entreprise", "api établissement"):
        sources = {s["source"]: s for r in corps(ouverte[nom])["rubriques"] for s in r["sources"]}
        lue = sources["label-durable"]
        assert lue["etat"] == "donnees"
        assert lue["date_metier"] == "2025-10-14"
        assert lue["lignes"][0]["numero"] == "ED-2025-007"


def test_the_source_is_in_the_catalogue_with_schema_example_and_data(ouverte: dict[str, str]) -> None:
    assert TITRE in ouverte["catalogue"]
    assert "label-durable" in ouverte["dcat"]
    for attendu in (TITRE, "Office de l'emploi", "Durabel", "Licence Ouverte", "N° de label", "MONTANT_PRIME"):
        assert attendu in ouverte["source"], attendu
    schema = corps(ouverte["schéma"])
    assert [champ["name"] for champ in schema["fields"]] == COLONNES
    assert "ED-2025-007" in ouverte["exemple"]
    donnees = list(csv.reader(io.StringIO(ouverte["données"].split(" ", 1)[1]), delimiter=";"))
    assert donnees[0] == COLONNES
    assert len(donnees) == 8
    assert [champ["name"] for champ in corps(ouverte["schéma des données"])["fields"]] == COLONNES


def test_the_source_gives_the_search_a_filter(ouverte: dict[str, str]) -> None:
    assert "Label emploi durable" in ouverte["recherche"]
    for nom in ("filtre", "établissements filtrés", "export filtré"):
        assert BOULANGERIE.nom in ouverte[nom], nom
        assert GROUPE.nom not in ouverte[nom], nom
    assert "Emploi durable, niveau argent" in ouverte["filtre"]
    trouves = corps(ouverte["api recherche"])["resultats"]
    assert {r["siren"] for r in trouves} == {BOULANGERIE.siren, CEDEE.siren}


def test_the_non_diffusible_person_stays_masked_everywhere(ouverte: dict[str, str]) -> None:
    assert "BRONZE" in ouverte["masqué"]
    # The sample itself, invented and published as such, apart.
    fuites = [n for n, texte in ouverte.items() if n != "exemple" and any(j in texte for j in JAMAIS)]
    assert fuites == []


def test_once_reserved_the_source_is_nowhere_for_the_public(reservee: dict[str, str]) -> None:
    fuites = [n for n, texte in reservee.items() if n != "exemple" and any(d in texte for d in (*DONNEES, *JAMAIS))]
    assert fuites == []
    for nom in ("liste", "csv", "données", "schéma des données"):
        assert reservee[nom].startswith("403"), nom
    assert "ARGENT" not in reservee["entreprise"]
    for nom in ("recherche", "filtre", "api recherche"):
        assert TITRE not in reservee[nom], nom
        assert "niveau argent" not in reservee[nom], nom
    for nom in ("établissement", "entreprise"):
        assert "aux agents publics" in reservee[nom], "une source réservée est comptée"
    for nom in ("api entreprise", "api établissement"):
        sources = {s["source"]: s for r in corps(reservee[nom])["rubriques"] for s in r["sources"]}
        assert (sources["label-durable"]["etat"], sources["label-durable"]["lignes"]) == ("reservee", [])


def test_once_reserved_its_page_says_to_whom_and_by_what_right(reservee: dict[str, str]) -> None:
    assert reservee["source"].startswith("200")
    assert "art. L. 114-8" in reservee["source"]
    assert corps(reservee["schéma"])["fields"]
    assert TITRE in reservee["catalogue"]


def test_the_common_suite_passes_on_it(dossier: Path, ouverte: dict[str, str], tmp_path: Path) -> None:
    mes_sources = tmp_path / "mes-sources"
    document.ecrire(mes_sources)
    (ligne,) = (ligne for ligne in document.commandes() if ligne.startswith("python -m pytest"))
    env = {**environnement(tmp_path), "FCE_CATALOGUES": str(mes_sources)}
    commande = [sys.executable, *shlex.split(ligne)[1:], "-q", "-p", "no:cacheprovider"]
    fini = subprocess.run(commande, cwd=RACINE, env=env, capture_output=True, text=True, timeout=300)
    assert fini.returncode == 0, fini.stdout
    assert " passed" in fini.stdout


def test_removed_from_the_setting_the_source_disappears_and_the_rest_stays(
    dossier: Path, reservee: dict[str, str]
) -> None:
    assert "label-durable" not in taper(dossier, [FCE, "sources", "--json"])
    with serveur(dossier / "var", "--travailleurs", "1") as s:
        fiche = s.demander(f"/etablissement/{SIRET}/tout")
        assert fiche.status == 200
        assert TITRE not in fiche.corps.decode()
        assert s.demander("/sources/label-durable").status == 404
