"""The 85 files of the corpus of malformed files through the whole import.

Each has the outcome that it demands, and leaves data in place that have not moved by one byte, whether the file was
refused, or accepted then rolled back."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.models import Import
from fce.socle.erreurs import ImportRefuse
from fce.sources.declaration import Seuils, Source
from tests.donnees.imports.chargement.outils import comptes, lignes, somme, tables, tables_attendues
from tests.partage import partage
from tests.sources import fabrique

LIGNES = 1000
COLONNES = ["siren", "siret", "nom", "date_creation::text", "effectif::text", "montant::text"]
# Faults of a kind follow each other on one version in place, which none of them may move.
FAMILLES = {
    f"IMP-{debut:03d}-{fin:03d}": [f"IMP-{n:03d}" for n in range(debut, fin + 1)]
    for debut, fin in ((0, 8), (10, 32), (40, 53), (60, 69), (70, 75), (80, 102))
}
# Rows set aside, where the manifest asks for a quarantine.
ECARTEES = {
    "IMP-006": 3, "IMP-007": 3, "IMP-024": 10, "IMP-025": 10, "IMP-028": 1, "IMP-031": 2,
    "IMP-041": 50, "IMP-049": 5,
}  # fmt: skip
# Whole columns of faults: a tolerant source keeps the rows; these values are in quarantine and never stored.
VIDEES = {"IMP-060": ("date_creation", 889), "IMP-061": ("date_creation", LIGNES), "IMP-063": ("montant", LIGNES),
          "IMP-064": ("effectif", LIGNES)}  # fmt: skip


def _nom(changer: Callable[[str], str]) -> Callable[[list[list[str]]], list[list[str]]]:
    return lambda rangs: [[*rang[:2], changer(rang[2]), *rang[3:]] for rang in rangs]


# What an accepted file must show, when it is not the reference itself.
MONTRE: dict[str, Callable[[list[list[str]]], list[list[str]]]] = {
    "IMP-027": _nom(lambda nom: nom + "\nBIS"),
    "IMP-050": lambda rangs: [["356000000", "35600000049837", *rangs[0][2:]], *rangs[1:]],
    "IMP-065": _nom(lambda nom: '=HYPERLINK("http://x","y")'),
    "IMP-066": _nom(lambda nom: "<img src=x onerror=alert(1)>"),
    "IMP-067": _nom(lambda nom: "L'ATELIER & FILS"),
    "IMP-072": lambda rangs: rangs[: LIGNES * 99 // 100],
}


@dataclass(frozen=True)
class Corpus:
    dossier: Path
    manifeste: dict[str, dict[str, Any]]
    reference: list[list[str]]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    outil = partage("tools/fichiers_malformes.py")
    dossier = tmp_path_factory.mktemp("malformes")
    subprocess.run([sys.executable, outil, dossier, str(LIGNES)], check=True, capture_output=True)
    manifeste = {fichier["id"]: fichier for fichier in json.loads((dossier / "manifest.json").read_text())}
    assert sorted(manifeste) == list(chain(*FAMILLES.values())), "le corpus a changé : complétez la liste"
    with (dossier / manifeste["IMP-000"]["file"]).open(encoding="utf-8", newline="") as flux:
        reference = list(csv.reader(flux, delimiter=";"))[1:]
    return Corpus(dossier, manifeste, reference)


@pytest.fixture
def en_place(corpus: Corpus, transactional_db: None) -> Source:
    """The reference, in place."""
    source = fabrique.declarer("essai-malformes", fabrique.Essai, date_metier="date_creation")
    virgule = fabrique.source_virgule()
    retablir_les_vues([source, virgule])
    services.importer(source, [corpus.dossier / corpus.manifeste["IMP-000"]["file"]])
    return source


def _source(id_: str, en_place: Source) -> Source:
    if id_ == "IMP-062":
        return fabrique.source_virgule()
    if id_ in VIDEES:
        return fabrique.declarer(en_place.nom, fabrique.Essai, tolerante=True, seuils=Seuils(valeurs=1))
    return en_place


@pytest.mark.parametrize("famille", FAMILLES)
def test_malformed_file(famille: str, corpus: Corpus, en_place: Source, subtests: pytest.Subtests) -> None:
    for id_ in FAMILLES[famille]:
        with subtests.test(id_):
            _verifier(id_, corpus, en_place)


def _verifier(id_: str, corpus: Corpus, en_place: Source) -> None:
    fichier = corpus.manifeste[id_]
    voulu: str = fichier["want"]
    source = _source(id_, en_place)
    avant = somme(en_place)
    assert avant[0] == LIGNES
    refus: ImportRefuse | None = None
    try:
        importation = services.importer(source, [corpus.dossier / fichier["file"]])
    except ImportRefuse as erreur:
        refus = erreur
    if refus:
        trace = Import.objects.get(pk=refus.details["importation"])
        assert (trace.statut, trace.motifs) == (Import.Statut.REFUSE, [refus.message])
        assert "REJECT" in voulu or "IMP-068" in voulu, refus.message
    elif importation.statut == Import.Statut.INCHANGE:
        assert fichier["sha256"] == corpus.manifeste["IMP-000"]["sha256"]
    else:
        assert "ACCEPT" in voulu or "or dedup" in voulu or "or every row" in voulu or "IMP-068" in voulu, voulu
        _verifier_accepte(id_, source, importation, corpus)
        if source.nom == en_place.nom:
            services.revenir(source)
    assert somme(en_place) == avant
    assert tables(en_place) <= tables_attendues(en_place)


def _verifier_accepte(id_: str, source: Source, importation: Import, corpus: Corpus) -> None:
    _, chargees, ecartees, _ = comptes(importation)
    if id_ in ECARTEES:
        assert ecartees == ECARTEES[id_]
        quarantaine = list(importation.quarantaine.all())
        assert len(quarantaine) == ecartees
        assert all(q.ligne > 1 and q.motif for q in quarantaine)
        assert chargees == len(lignes(source))
        return
    if id_ in VIDEES:
        colonne, nombre = VIDEES[id_]
        assert (chargees, ecartees, importation.quarantaine.count()) == (LIGNES, 0, nombre)
        autres = [c for c in COLONNES if not c.startswith(colonne)]
        assert [list(rang) for rang in lignes(source, autres)] == [
            [v for v, c in zip(rang, COLONNES, strict=True) if c in autres] for rang in corpus.reference
        ]
        gardees = [v for (v,) in lignes(source, [colonne]) if v is not None]
        assert len(gardees) <= LIGNES - nombre
        return
    if corpus.manifeste[id_]["want"].startswith("ACCEPT"):
        attendu = MONTRE.get(id_, lambda rangs: rangs)(corpus.reference)
        assert [list(rang) for rang in lignes(source, COLONNES)] == attendu
        assert ecartees == 0
    if id_ == "IMP-015":
        assert any("nouvelle" in avertissement for avertissement in importation.avertissements)


@pytest.mark.parametrize("id_", ["IMP-013", "IMP-014"])
def test_the_refusal_names_the_missing_columns(id_: str, corpus: Corpus, en_place: Source) -> None:
    with pytest.raises(ImportRefuse, match="siret"):
        services.importer(en_place, [corpus.dossier / corpus.manifeste[id_]["file"]])


def test_nothing_escapes_from_an_archive(corpus: Corpus, en_place: Source) -> None:
    with pytest.raises(ImportRefuse):
        services.importer(en_place, [corpus.dossier / corpus.manifeste["IMP-093"]["file"]])
    assert not Path("/tmp/pwned.csv").exists()
