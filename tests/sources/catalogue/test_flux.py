"""Answers of the Sirene API, as INSEE gives them: the current period of each unit, in the columns of the stock."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports.chargement.ensemble import receveuses
from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.declaration import Fusionne, Source
from fce.sources.lecture.lecteur import lire
from tests.partage import partage

FLUX = registre.source("sirene-flux")
UNITES, LIEUX = receveuses(FLUX)
REELS = {
    "sirene/api/unite_legale.json": UNITES,
    "sirene/api/etablissement.json": LIEUX,
    "api_entreprise/upstream_answers/insee_unite_legale_PM_diffusion_partielle.json": UNITES,
    "api_entreprise/upstream_answers/insee_etablissement_PM_diffusion_partielle.json": LIEUX,
}


def rangs(source: Source, chemin: Path) -> list[dict[str, Any]]:
    lots = list(lire(source, [chemin], peut_etre_vide=source is not FLUX))
    assert [rejet for lot in lots for rejet in lot.rejets] == []
    return [rang for lot in lots for rang in lot.lignes.iter_rows(named=True)]


def en_texte(valeur: Any) -> str:
    return str(valeur).lower() if isinstance(valeur, bool) else "" if valeur is None else str(valeur)


@pytest.mark.parametrize("chemin", REELS)
def test_a_real_answer_reads_as_the_stock_would_write_it(chemin: str, tmp_path: Path) -> None:
    fichier = partage(f"data/{chemin}")
    source = REELS[chemin]
    (lu,) = rangs(source, fichier)
    # Flattened without our code, written in the layout of the stock, read as the stock is.
    fiche = json.loads(fichier.read_text(encoding="utf-8"))
    fiche = fiche.get("uniteLegale" if source is UNITES else "etablissement") or fiche
    periodes = fiche["periodesUniteLegale" if source is UNITES else "periodesEtablissement"]
    (courante,) = [periode for periode in periodes if periode["dateFin"] is None]
    plate = fiche | fiche.get("adresseEtablissement", {}) | fiche.get("adresse2Etablissement", {}) | courante
    stock = tmp_path / "stock.csv"
    with stock.open("w", encoding="utf-8", newline="") as flux:
        plume = csv.writer(flux)
        plume.writerow(source.colonnes)
        plume.writerow([en_texte(plate.get(colonne)) for colonne in source.colonnes])
    (attendu,) = rangs(registre.source(source.nom), stock)
    assert lu | {"ligne": 0} == attendu | {"ligne": 0}
    (trace,) = rangs(FLUX, fichier)
    assert trace["date_dernier_traitement"] == lu["date_dernier_traitement"]
    assert trace["numero"] == lu["siren" if source is UNITES else "siret"]
    # The other table has nothing to take from it.
    assert rangs(LIEUX if source is UNITES else UNITES, fichier) == []


def test_the_sources_fed_are_merged_by_the_date_of_each_row() -> None:
    for versement, recue in zip(FLUX.verse_dans, (UNITES, LIEUX), strict=True):
        assert recue.nom == versement.vers
        assert recue.mode == Fusionne("date_dernier_traitement")
        assert set(recue.cle) <= recue.obligatoires
        assert registre.source(recue.nom).mode != recue.mode, "la déclaration d'origine n'est pas touchée"


def test_the_example_is_about_the_same_units_in_the_three_tables() -> None:
    exemple = registre.exemple(FLUX)
    traces = rangs(FLUX, exemple)
    unites, lieux = rangs(UNITES, exemple), rangs(LIEUX, exemple)
    assert [t["ligne"] for t in traces] == [r["ligne"] for r in (*unites, *lieux)]
    assert {t["numero"] for t in traces} == {u["siren"] for u in unites} | {e["siret"] for e in lieux}
    assert {e["siren"] for e in lieux} == {u["siren"] for u in unites}
    sieges = {u["siren"] + u["nic_siege"] for u in unites}
    assert sieges == {e["siret"] for e in lieux if e["etablissement_siege"]}


@pytest.mark.parametrize(
    "contenu",
    [
        '{"header": {"statut": 404, "message": "Aucun élément trouvé"}}',
        '{"header": {"statut": 200}, "unitesLegales": ["000099911"]}',
        '{"header": {"statut": 200}, "unitesLegales": []}',
        '{"header": {"statut": 200}, "unitesLegales": [{"siren": "000099911"',
    ],
    ids=["404", "numéros", "vide", "coupé"],
)
def test_an_answer_that_is_not_one_is_refused(contenu: str, tmp_path: Path) -> None:
    chemin = tmp_path / "jour.json"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(ImportRefuse):
        rangs(FLUX, chemin)
