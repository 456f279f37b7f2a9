"""Faults of a file, for every source: refused as a whole with the reason, or the row at fault named; nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from fce.demo import numeros
from fce.socle.erreurs import ImportRefuse
from fce.sources import champs, registre
from fce.sources.declaration import Source
from tests.kit.outils import (
    AVEC_LECTEUR,
    DELIMITEES,
    SOURCES,
    Feuille,
    exemple,
    feuille,
    forme_csv,
    lots,
    nommer,
    rangs,
)

PAGE = b"<!DOCTYPE html>\n<html><head><title>503</title></head><body><h1>Service indisponible</h1></body></html>\n"
FAUTES = {
    "date": ((champs.Jour, champs.Horodatage), "31/02/20x4"),
    "cle": ((champs.Siren, champs.Siret), "123456789"),
    "nombre": ((champs.Entier, champs.Decimal), "douze"),
}
GATABLES = [
    pytest.param(source, faute, id=f"{source.nom}-{faute}")
    for source in DELIMITEES
    for faute, (genres, _) in FAUTES.items()
    if any(isinstance(source.champs[attribut], genres) for attribut in source.colonnes.values())
]
"""Each source with the faults that its columns may have."""
delimitees = pytest.mark.parametrize("source", DELIMITEES, ids=nommer)
toutes = pytest.mark.parametrize("source", SOURCES, ids=nommer)


def place(source: Source, lue: Feuille, *, exigee: bool = False) -> int:
    """A column of the file that the source reads; ``exigee``: that it cannot do without."""
    for rang, nom in enumerate(lue.entete):
        attribut = source.colonnes.get(nom.strip())
        if attribut and not (exigee and source.champs[attribut].optionnelle):
            return rang
    pytest.skip(f"{source.nom} : aucune colonne n'est exigée")


@toutes
def test_the_example_is_read_without_one_rejected_row(source: Source) -> None:
    lus = lots(source)
    assert [r for lot in lus for r in (*lot.rejets, *lot.vidages)] == []
    assert [a for lot in lus for a in lot.avertissements] == []
    assert len(exemple(source)) == sum(lot.recues for lot in lus) >= 5


@toutes
def test_priv_05_an_example_holds_no_number_of_a_real_company(source: Source) -> None:
    cles = [nom for nom, champ in source.champs.items() if isinstance(champ, champs.Siren | champs.Siret)]
    portes = {rang[cle][:9] for rang in exemple(source) for cle in cles if rang[cle]}
    assert {siren for siren in portes if siren >= f"{numeros.DERNIER + 1:08d}"} == set()


@delimitees
def test_a_required_column_absent_or_renamed_is_named(source: Source, tmp_path: Path) -> None:
    entiere = feuille(source)
    if entiere.forme.entete:
        sans = entiere.colonnes(range(len(entiere.entete) - 1))
        with pytest.raises(ImportRefuse):
            lots(source, sans.ecrire(tmp_path / "sans"))
        return
    n = place(source, entiere, exigee=True)
    nom = entiere.entete[n].strip()
    sans = entiere.colonnes(i for i in range(len(entiere.entete)) if i != n)
    autre = replace(entiere, entete=[*entiere.entete[:n], "colonne_inventee", *entiere.entete[n + 1 :]])
    for titre, fautive in (("sans", sans), ("renommee", autre)):
        with pytest.raises(ImportRefuse) as refus:
            lots(source, fautive.ecrire(tmp_path / titre))
        # Without its only column a file is a blank one.
        assert nom in refus.value.message or not fautive.entete, titre


@delimitees
def test_the_order_of_columns_is_free(source: Source, tmp_path: Path) -> None:
    entiere = feuille(source)
    if entiere.forme.entete:
        pytest.skip(f"{source.nom} : fichier sans ligne d'en-tête, l'ordre des colonnes est son seul repère")
    retournee = entiere.colonnes(reversed(range(len(entiere.entete))))
    assert rangs(source, retournee.ecrire(tmp_path / "retournee")) == list(exemple(source))


@pytest.mark.parametrize(("source", "faute"), GATABLES)
def test_an_unreadable_value_is_quoted_with_its_line_and_its_column(source: Source, faute: str, tmp_path: Path) -> None:
    genres, valeur = FAUTES[faute]
    entiere = feuille(source)
    places = [
        n
        for n, nom in enumerate(entiere.entete)
        if isinstance(source.champs.get(source.colonnes.get(nom.strip(), "")), genres)
    ]
    if not places:
        pytest.skip(f"{source.nom} : son exemple n'a pas de colonne de cette sorte ({faute})")
    for n in places:
        rang = len(entiere.rangs) // 2
        lus = lots(source, entiere.gater(rang, n, valeur).ecrire(tmp_path / f"{n}.csv"))
        cites = [r for lot in lus for r in (*lot.rejets, *lot.vidages)]
        assert [(r.ligne, r.colonne, r.valeur) for r in cites] == [
            (entiere.lignes[rang], entiere.entete[n].strip(), valeur)
        ]
        assert len(cites[0].motif) > 5
        gardees = sum(lot.lignes.height for lot in lus)
        assert gardees == len(entiere.rangs) - sum(len(lot.rejets) for lot in lus)


@delimitees
def test_a_file_reduced_to_its_header_is_refused(source: Source, tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse):
        lots(source, replace(feuille(source), rangs=[]).ecrire(tmp_path / "entete"))


@toutes
def test_an_empty_file_an_error_page_or_noise_are_refused(source: Source, tmp_path: Path) -> None:
    suffixe = "".join(registre.exemple(source).suffixes)
    bruit = random.Random(2026).randbytes(3000)
    for nom, contenu in {"vide": b"", "blanc": b"\n \n", "page": PAGE, "bruit": bruit}.items():
        chemin = tmp_path / f"{nom}{suffixe}"
        chemin.write_bytes(contenu)
        with pytest.raises(ImportRefuse) as refus:
            lots(source, chemin)
        assert len(refus.value.message) > 20, nom


@toutes
def test_a_truncated_file_is_refused_or_its_last_line_set_aside(source: Source, tmp_path: Path) -> None:
    origine = registre.exemple(source)
    octets = origine.read_bytes()
    en_lignes = forme_csv(source) is not None or origine.suffix == ".csv"
    messages: list[str] = []
    for part in (0.3, 0.5, 0.8, 0.97):
        chemin = tmp_path / f"{part}{''.join(origine.suffixes)}"
        chemin.write_bytes(octets[: int(len(octets) * part)])
        try:
            lus = lots(source, chemin)
        except ImportRefuse as refus:
            messages.append(refus.message)
            continue
        assert en_lignes, f"coupé à {part:.0%}, un fichier qui n'est pas fait de lignes passe pour entier"
        assert sum(lot.recues - len(lot.rejets) for lot in lus) <= len(exemple(source))
    assert all(len(message) > 20 for message in messages)


@pytest.mark.parametrize("source", AVEC_LECTEUR, ids=nommer)
def test_a_reader_refuses_a_file_of_another_source(source: Source, tmp_path: Path) -> None:
    etrangers = {
        "csv": b"colonne_a;colonne_b\n1;2\n",
        "json": b'{"colonne_a": [1, 2, {"b": null}]}',
        "liste": b'[1, "deux", null, []]',
        "xml": b"<?xml version='1.0'?><racine><element/></racine>",
    }
    for nom, contenu in etrangers.items():
        chemin = tmp_path / f"{nom}.{source.fichier.extension if nom == 'csv' else nom}"  # type: ignore[union-attr]
        chemin.write_bytes(contenu)
        with pytest.raises(ImportRefuse):
            lots(source, chemin)
