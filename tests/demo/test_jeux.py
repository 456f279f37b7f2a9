"""The data sets as files: all of them, in their layout, reproducible, about nobody who exists."""

import ast
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars
import pytest

from fce.demo import ecriture as sirene, personnages, univers
from fce.demo.jeux import ecriture, fichiers
from fce.socle.texte.identifiants import formater_siren
from fce.sources import champs, registre
from fce.sources.lecture.lecteur import lire
from fce.sources.lecture.lot import Lot
from fce.sources.rubriques import TITRES
from tests.demo.jeux import Jeux

CONTEES = sorted({*ecriture.JEUX, *ecriture.MEME_FICHIER})
SANS_LA_VEDETTE = {
    "sirene-flux": "changes after the stock",
    "rna": "associations",
    "elus": "public bodies",
    "collectivites": "public bodies",
    "avocats": "law practices",
    "spectacles": "theatres",
    "iae": "integration",
    "finess": "health",
    "ess": "social economy",
}
"""Data sets about kinds of units that a steel company is not."""


Lots = Callable[[str], list[Lot]]


@pytest.fixture(scope="module")
def lots(jeux: Jeux) -> Lots:
    """What is read of a data set, once for the rules of this file."""
    return cache(lambda nom: list(lire(registre.source(nom), [jeux.chemins[nom]])))


def test_every_data_set_but_sirene_is_told() -> None:
    """A new source keeps its sample until the universe tells it; none of those that have been told is forgotten."""
    connues = {source.nom for source in registre.toutes()}
    assert set(CONTEES) <= connues
    assert len(CONTEES) >= 61


@pytest.mark.parametrize("nom", CONTEES)
def test_every_row_is_read_none_is_set_aside_or_emptied(lots: Lots, nom: str) -> None:
    lues = 0
    for lot in lots(nom):
        lues += lot.recues
        assert lot.rejets == []
        assert lot.avertissements == []
    assert lues >= 4


@pytest.mark.parametrize("nom", CONTEES)
def test_no_number_is_that_of_a_company_that_exists(lots: Lots, nom: str) -> None:
    source = registre.source(nom)
    numeros = [a for a, c in source.champs.items() if isinstance(c, champs.Siren | champs.Siret)]
    for lot in lots(nom):
        for attribut in numeros:
            colonne = lot.lignes[attribut].cast(polars.String).drop_nulls()
            assert (colonne < "000100000").all()


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path: Path) -> None:
    def octets(dossier: str, graine: int) -> dict[str, bytes]:
        chemins = ecriture.ecrire_tout(tmp_path / dossier, graine=graine, entreprises=300)
        return {nom: chemin.read_bytes() for nom, chemin in chemins.items()}

    un, autre = octets("un", 7), octets("autre", 8)
    assert un == octets("deux", 7)
    differents = {nom for nom in un if un[nom] != autre[nom]}
    assert {"dsn-effectifs", "bodacc", "rne", "wikit-controles", "accords-publies"} <= differents


@pytest.mark.parametrize("nom", [*ecriture.JEUX, *univers.FICHIERS])
def test_a_story_names_no_column_that_the_declaration_names(nom: str) -> None:
    """Only the writer knows the names of the columns of a delimited file: a story gives facts by attribute."""
    source = registre.source(nom)
    if registre.exemple(source).suffix == ".csv":
        recit = inspect.getsource(inspect.getmodule(ecriture.JEUX.get(nom, sirene.unites)))  # type: ignore[arg-type]
        noeuds = [n for n in ast.walk(ast.parse(recit)) if isinstance(n, ast.Dict)]
        cles = {cle.value for n in noeuds for cle in n.keys if isinstance(cle, ast.Constant)}
        assert not cles & (source.colonnes.keys() - source.champs.keys())


def test_a_column_that_the_layout_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="NB_ROBOTS"):
        fichiers.gabarit("dsn-effectifs").octets([{"mois": "2026-09", "NB_ROBOTS": 3}])


@pytest.mark.parametrize("nom", [nom for nom in CONTEES if nom not in SANS_LA_VEDETTE])
def test_one_company_is_in_every_data_set_that_may_be_about_it(lots: Lots, nom: str) -> None:
    siren, source = personnages.GROUPE.siren, registre.source(nom)
    cles = [a for a, c in source.champs.items() if isinstance(c, champs.Siren | champs.Siret)]
    assert any(lot.lignes[a].cast(polars.String).str.starts_with(siren).any() for lot in lots(nom) for a in cles)


def test_that_company_fills_every_rubrique_that_a_file_can_fill() -> None:
    remplies = {registre.source(nom).rubrique for nom in CONTEES if nom not in SANS_LA_VEDETTE}
    assert remplies >= set(TITRES) - {"etablissements", "historique", "echanges"}


def test_the_companies_to_try_are_in_the_universe(jeux: Jeux) -> None:
    assert {un.siren for un, _ in personnages.A_ESSAYER} <= set(jeux.unites)
    assert personnages.A_ESSAYER[0][0] is personnages.GROUPE


def test_the_documentation_names_them_too() -> None:
    page = (Path(__file__).parents[2] / "docs" / "demonstration.md").read_text(encoding="utf-8")
    lignes = [ligne for ligne in page.splitlines() if ligne.startswith("| 000")]
    assert [ligne[2:13] for ligne in lignes] == [formater_siren(un.siren) for un, _ in personnages.A_ESSAYER]


def test_small_the_number_of_establishments_that_it_announces_is_that_of_the_universe(jeux: Jeux) -> None:
    siens = sum(siret.startswith(personnages.GROUPE.siren) for siret in jeux.etablissements)
    assert f" {siens} établissements" in personnages.GROUPE.montre
    assert personnages.A_ESSAYER[0][1].endswith(f" {siens} établissements")
