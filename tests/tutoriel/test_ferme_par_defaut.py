"""T2: of a source written outside the tree whose texts say nothing of their nature, a masked unit shows no text at all.

Every surface is asked on a real server; an open company has its texts on each of them: silence proves something.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape

import openpyxl  # type: ignore[import-untyped]
import polars
import pytest

from fce.demo.numeros import nic
from fce.demo.personnages import BOULANGERIE, INDEPENDANT_MASQUE, SIEGE_MASQUE, SOCIETE_MASQUEE
from fce.socle.postgres.grappe import Cluster
from tests.config.serveur import FCE, Serveur, environnement, serveur
from tests.demonstration import copier
from tests.dossiers import TEMPORAIRES

DECLARATION = '''"""Invented."""

from fce.sources.champs import Code, Decimal, Jour, Siret, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Producteur, Public, Source
from fce.sources.presentation import Appellation, Filtre, Jalon, Tableau


class Carnet(Fait):
    """Its texts say nothing of their nature."""

    siret = Siret("Établissement", "SIRET", obligatoire=True)
    numero = Code("N°", "NUMERO", obligatoire=True)
    intitule = Texte("Intitulé", "INTITULE")
    surnom = Texte("Surnom", "SURNOM")
    niveau = Code("Niveau", "NIVEAU")
    jour = Jour("Jour", "JOUR")
    prime = Decimal("Prime", "PRIME", unite="€")


source = Source(
    "carnet",
    Carnet,
    titre="Carnet inventé",
    producteur=Producteur("oe", "Office de l'emploi", "OE"),
    systeme="Carnet",
    acces=Public(),
    frequence=Frequence.MENSUELLE,
    fichier=Csv(separateur=";"),
    cle=("numero",),
    date_metier="jour",
    rubrique="agrements-labels",
    licence="Licence Ouverte 2.0 (Etalab)",
    origine="https://www.exemple.gouv.fr/carnet",
    description="Carnet inventé.",
    presentation=Tableau(("numero", "intitule", "niveau", "jour", "prime", "surnom")),
    jalon=Jalon("jour", "Carnet", "intitule"),
    recherche=(Filtre("carnet", "Carnet", champ="niveau"), Appellation("surnom", "Surnom")),
)
'''
# {company: its own words in each text}
MOTS = {
    qui.siren: [f"{debut}{fin}" for debut in ("NUMCARNET", "INTITULBRON", "SURNOGRAL", "NIVOPLAC")]
    for qui, fin in ((INDEPENDANT_MASQUE, "UZ"), (SOCIETE_MASQUEE, "OV"), (SIEGE_MASQUE, "AK"), (BOULANGERIE, "IR"))
}
MASQUES = [INDEPENDANT_MASQUE.siren, SOCIETE_MASQUEE.siren, SIEGE_MASQUE.siren]


def exemple() -> str:
    lignes = ["SIRET;NUMERO;INTITULE;SURNOM;NIVEAU;JOUR;PRIME"]
    for rang, (siren, (numero, intitule, surnom, niveau)) in enumerate(MOTS.items()):
        lignes.append(f"{siren}{nic(siren, 1)};{numero};{intitule};{surnom};{niveau};2025-05-0{rang + 1};771{rang}")
    return "\n".join(lignes) + "\n"


@pytest.fixture(scope="module")
def surfaces() -> Iterator[dict[str, str]]:
    """{"surface siren": text of the answer} for each company."""
    chemin = TEMPORAIRES / f"fce-carnet-{os.getpid()}"
    jeu = chemin / "sources" / "office_carnet" / "carnet"
    jeu.mkdir(parents=True)
    (jeu / "source.py").write_text(DECLARATION, "utf-8")
    (jeu / "exemple.csv").write_text(exemple(), "utf-8")
    (jeu.parent / "__init__.py").write_text("", "utf-8")
    (jeu / "__init__.py").write_text("", "utf-8")
    (chemin / "var").mkdir()
    copier(chemin / "var")
    catalogues = {"FCE_CATALOGUES": str(chemin / "sources")}
    with Cluster(chemin / "var").en_marche():
        for commande in (["import", "carnet", str(jeu / "exemple.csv")], ["index"]):
            fini = subprocess.run(
                [FCE, *commande],
                env=environnement(chemin / "var", **catalogues),
                capture_output=True,
                text=True,
                timeout=180,
            )
            assert fini.returncode == 0, fini.stdout + fini.stderr
        with serveur(chemin / "var", "--travailleurs", "1", **catalogues) as s:
            yield {f"{nom} {siren}": texte for siren in MOTS for nom, texte in lire(s, siren).items()}
    shutil.rmtree(chemin)


def lire(s: Serveur, siren: str) -> dict[str, str]:
    siret = f"{siren}{nic(siren, 1)}"
    _, _, surnom, niveau = MOTS[siren]
    adresses = {
        "fiche": f"/entreprise/{siren}/tout",
        "synthèse": f"/entreprise/{siren}",
        "établissement": f"/etablissement/{siret}/tout",
        "synthèse établissement": f"/etablissement/{siret}",
        "chronologie": f"/entreprise/{siren}/chronologie",
        "chronologie établissement": f"/etablissement/{siret}/chronologie",
        "liste": f"/entreprise/{siren}/carnet",
        "liste triée": f"/etablissement/{siret}/carnet?tri=-surnom",
        "csv": f"/entreprise/{siren}/carnet.csv",
        "csv établissement": f"/etablissement/{siret}/carnet.csv",
        "api": f"/api/v1/entreprises/{siren}",
        "api établissement": f"/api/v1/etablissements/{siret}",
        "fichier csv": "/sources/carnet/donnees.csv",
        "recherche": f"/recherche?q={surnom}",
        "recherche établissements": f"/recherche?q={surnom}&vue=etablissements",
        "filtre": f"/recherche?carnet={niveau}",
        "filtre établissements": f"/recherche?carnet={niveau}&vue=etablissements",
        "export": f"/recherche/export.csv?carnet={niveau}",
        "api recherche": f"/api/v1/recherche?q={surnom}",
        "suggestions": f"/recherche/suggestions?q={surnom[:-1]}",
    }
    lues = {nom: unescape(s.demander(adresse).corps.decode("utf-8-sig")) for nom, adresse in adresses.items()}
    for nom, base in (("xlsx", f"/entreprise/{siren}"), ("xlsx établissement", f"/etablissement/{siret}")):
        feuilles = openpyxl.load_workbook(io.BytesIO(s.demander(f"{base}/export.xlsx").corps))
        lues[nom] = "\n".join(str(c) for feuille in feuilles for rang in feuille.values for c in rang)
    parquet = polars.read_parquet(io.BytesIO(s.demander("/sources/carnet/donnees.parquet").corps))
    lues["fichier parquet"] = str(parquet.rows())
    return lues


RECHERCHES = ("recherche", "filtre", "export", "api recherche", "suggestions")


def test_t2_an_open_company_has_its_texts_on_every_surface(surfaces: dict[str, str]) -> None:
    """The Synthèse apart, which shows the first subject of one tab."""
    siren = BOULANGERIE.siren
    siennes = {n: t for n, t in surfaces.items() if n.endswith(siren) and not n.startswith("synthèse")}
    for nom, texte in siennes.items():
        attendu = [siren, BOULANGERIE.nom] if nom.startswith(RECHERCHES) else MOTS[siren]
        assert any(mot in texte.replace("\u202f", "").replace(" ", "") or mot in texte for mot in attendu), nom


@pytest.mark.parametrize("siren", MASQUES)
def test_t2_a_masked_unit_shows_no_text_that_says_nothing_of_its_nature(surfaces: dict[str, str], siren: str) -> None:
    siennes = {n: t for n, t in surfaces.items() if n.endswith(siren)}
    for nom, texte in siennes.items():
        # What was asked comes back in the box of the search.
        cherches = MOTS[siren] if not nom.startswith(RECHERCHES) else MOTS[siren][:2]
        assert not [mot for mot in cherches if mot in texte], nom
    for nom in ("recherche", "recherche établissements", "filtre", "filtre établissements", "export", "api recherche"):
        lue = siennes[f"{nom} {siren}"].replace("\u202f", "").replace("\xa0", "").replace(" ", "")
        assert siren not in lue, nom
    assert siennes[f"suggestions {siren}"].count("/entreprise/") == 0


@pytest.mark.parametrize("siren", MASQUES)
def test_t2_its_figures_and_dates_stay(surfaces: dict[str, str], siren: str) -> None:
    rang = list(MOTS).index(siren)
    for nom in ("csv", "liste", "xlsx"):
        lue = surfaces[f"{nom} {siren}"].replace("\u202f", "").replace("\xa0", "").replace(" ", "")
        assert f"771{rang}" in lue, nom
