"""Faults of a file that a source reads with a function of its own: the same as for a declared csv, or as strict."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.declaration import Source
from tests.kit.outils import (
    AVEC_LECTEUR,
    TABLEAUX_LUS,
    Variante,
    exemple,
    feuille,
    lots,
    nommer,
    rangs,
    variantes,
)
from tests.kit.test_fichiers import FAUTES

AUTRES_UNITES = {
    ("marches-publics", "acheteur"),
    ("dgfip-liens-capitalistiques", "siren_lie"),
    ("rne-dirigeants", "siren_dirigeant"),
}
"""Numbers of other units, which may be foreign ones: dropped when they are no French number, the fact stays."""
SECRET = {"confidentiality", "diffusionINSEE"}
"""A mention that is not understood hides what it is about: closed by default, whatever is written there."""
SANS_ANNEE = re.compile(r"(?<= )[0-9]{4} ")
"""The year in the name of a column, which its reader does not look at."""
tableaux = pytest.mark.parametrize("source", TABLEAUX_LUS, ids=nommer)


def changes(source: Source, chemin: Path) -> set[str]:
    """Attributes read otherwise than in the sample without a word; all of them when a row is missing."""
    lus = lots(source, chemin)
    if any(lot.rejets or lot.vidages for lot in lus):
        return set()
    lues = [r for lot in lus for r in lot.lignes.iter_rows(named=True)]
    if len(lues) != len(exemple(source)):
        return set(source.champs)
    return {a for avant, apres in zip(exemple(source), lues, strict=True) for a in avant if avant[a] != apres[a]}


def videes_sans_un_mot(source: Source, genres: tuple[type, ...], lue: Variante) -> set[str]:
    """Attributes of these kinds that have a value in the sample and none in this file, which cites nothing."""
    if lue.refusee or lue.cites:
        return set()
    paires = list(zip(exemple(source), lue.lignes, strict=True))
    typees = {a for a, champ in source.champs.items() if isinstance(champ, genres)}
    videes = {a for a in typees for r, ligne in paires if r[a] is not None and ligne[a] is None}
    return {a for a in videes if (source.nom, a) not in AUTRES_UNITES}


@pytest.mark.parametrize("titre", ["sans", "renommee"])
@tableaux
def test_t8_a_column_that_is_read_absent_or_renamed_is_named(source: Source, titre: str, tmp_path: Path) -> None:
    """Without any of its columns a file is refused with its name, or the rows that need it are set aside, unless the
    column is declared as one that may miss."""
    entiere = feuille(source)
    for n, nom in enumerate(entiere.entete):
        if titre == "sans":
            fautive = entiere.colonnes(i for i in range(len(entiere.entete)) if i != n)
        else:
            fautive = replace(entiere, entete=[*entiere.entete[:n], "colonne_inventee", *entiere.entete[n + 1 :]])
        try:
            touches = changes(source, fautive.ecrire(tmp_path / f"{titre}-{n}.csv"))
        except ImportRefuse as refus:
            dit, touches = refus.message, set()
            nommee = nom.strip() in dit or SANS_ANNEE.sub("", nom) in dit
        else:
            nommee = True
        assert nommee or not fautive.entete, (nom, dit)
        assert [a for a in touches if not source.champs[a].optionnelle] == [], nom


@tableaux
def test_t8_the_order_of_columns_is_free(source: Source, tmp_path: Path) -> None:
    entiere = feuille(source)
    retournee = entiere.colonnes(reversed(range(len(entiere.entete))))
    assert rangs(source, retournee.ecrire(tmp_path / "retournee.csv")) == list(exemple(source))


@pytest.mark.parametrize("faute", FAUTES)
@tableaux
def test_t8_an_unreadable_value_is_quoted_with_its_line_and_its_column(
    source: Source, faute: str, tmp_path: Path
) -> None:
    """A value that its reader hands out as it stands; what it works out of several is in the test below."""
    genres, valeur = FAUTES[faute]
    entiere = feuille(source)
    (intact,) = variantes(source, [registre.exemple(source)])
    fichiers, attendus = [], []
    for n, nom in enumerate(entiere.entete):
        if not isinstance(source.champs.get(source.colonnes.get(nom.strip(), "")), genres):
            continue
        attribut = source.colonnes[nom.strip()]
        if (source.nom, attribut) in AUTRES_UNITES:
            continue
        # A row of which the reader hands out that value: others are another source's, or secret.
        dites = [r["ligne"] for r in intact.lignes if r[attribut] is not None]
        if not dites:
            continue
        rang = entiere.lignes.index(dites[len(dites) // 2])
        fichiers.append(entiere.gater(rang, n, valeur).ecrire(tmp_path / f"{n}.csv"))
        attendus.append([(entiere.lignes[rang], nom.strip(), valeur)])
    lues = variantes(source, fichiers)
    assert [[(r.ligne, r.colonne, r.valeur) for r in lue.cites] for lue in lues] == attendus


@tableaux
def test_t8_no_unreadable_value_becomes_another(source: Source, tmp_path: Path) -> None:
    """Whatever column is spoiled in whatever way, no typed value is emptied without a word."""
    entiere = feuille(source)
    rang = len(entiere.rangs) // 2
    genres = tuple(genre for sorte, _ in FAUTES.values() for genre in sorte)
    colonnes = [n for n, nom in enumerate(entiere.entete) if nom not in SECRET]
    for faute, (_, valeur) in FAUTES.items():
        fichiers = [entiere.gater(rang, n, valeur).ecrire(tmp_path / f"{n}-{faute}.csv") for n in colonnes]
        for n, lue in zip(colonnes, variantes(source, fichiers), strict=True):
            assert not lue.refusee
            if len(lue.lignes) == len(exemple(source)):
                assert videes_sans_un_mot(source, genres, lue) == set(), (entiere.entete[n], valeur)


# --- JSON: the same faults, on its keys


SANS_CLE_EXIGEE = {
    "rne": "l'INPI n'écrit pas les clés sans valeur : leur absence est une réponse, pas une faute",
    "rne-dirigeants": "l'INPI n'écrit pas les clés sans valeur : leur absence est une réponse, pas une faute",
    "rne-anciens-dirigeants": "l'INPI n'écrit pas les clés sans valeur : leur absence est une réponse, pas une faute",
    "rne-observations": "l'INPI n'écrit pas les clés sans valeur : leur absence est une réponse, pas une faute",
    "sirene-flux": "les sources qu'elle alimente exigent ses colonnes (tests/donnees/imports/chargement/test_flux.py)",
}
EN_JSON = [s for s in AVEC_LECTEUR if s.fichier.extension == "json"]  # type: ignore[union-attr]
json_lus = pytest.mark.parametrize("source", EN_JSON, ids=nommer)


def document(source: Source) -> Any:
    """The values that the sample holds, one after the other: pages of an answer, or a single one."""
    texte, place, pages = registre.exemple(source).read_text("utf-8-sig").strip(), 0, []
    while place < len(texte):
        page, place = json.JSONDecoder().raw_decode(texte, place)
        pages.append(page)
        place += len(texte[place:]) - len(texte[place:].lstrip())
    return pages


def ecrire(chemin: Path, contenu: Any) -> Path:
    chemin.write_text("\n".join(json.dumps(page, ensure_ascii=False) for page in contenu), "utf-8")
    return chemin


def chemins(valeur: Any, ici: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Path of each leaf."""
    paires = valeur.items() if isinstance(valeur, dict) else enumerate(valeur) if isinstance(valeur, list) else ()
    for cle, sous in paires:
        yield from chemins(sous, (*ici, cle))
    if not isinstance(valeur, dict | list):
        yield ici


def feuilles(contenu: Any) -> list[tuple[Any, ...]]:
    """Path of one leaf that is filled for each run of keys, whatever the ranks in lists: records are read alike."""
    retenues = {}
    for chemin in chemins(contenu):
        valeur = contenu
        for cle in chemin:
            valeur = valeur[cle]
        if valeur not in (None, "") and not SECRET & set(chemin):
            retenues[tuple("*" if isinstance(cle, int) else cle for cle in chemin)] = chemin
    return list(retenues.values())


def gater(contenu: Any, chemin: tuple[Any, ...], valeur: str) -> Any:
    """The same document, one leaf replaced: only what leads to it is copied."""
    if not chemin:
        return valeur
    copie = contenu.copy()
    copie[chemin[0]] = gater(contenu[chemin[0]], chemin[1:], valeur)
    return copie


def renverser(valeur: Any) -> Any:
    """The same document, the keys of each object in the other order."""
    if isinstance(valeur, dict):
        return {cle: renverser(sous) for cle, sous in reversed(valeur.items())}
    return [renverser(sous) for sous in valeur] if isinstance(valeur, list) else valeur


def renommer(valeur: Any, cle: str) -> Any:
    if isinstance(valeur, dict):
        return {("cle_inventee" if c == cle else c): renommer(sous, cle) for c, sous in valeur.items()}
    return [renommer(sous, cle) for sous in valeur] if isinstance(valeur, list) else valeur


@json_lus
def test_t8_the_order_of_keys_is_free(source: Source, tmp_path: Path) -> None:
    assert rangs(source, ecrire(tmp_path / "retourne.json", renverser(document(source)))) == list(exemple(source))


@json_lus
def test_t8_a_key_that_is_read_and_renamed_is_named(source: Source, tmp_path: Path) -> None:
    if source.nom in SANS_CLE_EXIGEE:
        pytest.skip(f"{source.nom} : {SANS_CLE_EXIGEE[source.nom]}")
    contenu = document(source)
    cles = {c for chemin in chemins(contenu) for c in chemin if isinstance(c, str) and not c.isdigit()}
    for cle in sorted(cles):
        fautif = ecrire(tmp_path / "renomme.json", renommer(contenu, cle))
        try:
            touches = changes(source, fautif)
        except ImportRefuse as refus:
            dit, touches = refus.message, set()
        else:
            dit = cle
        assert cle in dit, (cle, dit)
        assert [a for a in touches if not source.champs[a].optionnelle] == [], cle


@pytest.mark.parametrize("faute", FAUTES)
@json_lus
def test_t8_an_unreadable_value_in_json_is_quoted(source: Source, faute: str, tmp_path: Path) -> None:
    """Each kind of leaf spoiled in turn: whatever typed value came from it is cited, with its column and its record."""
    genres, valeur = FAUTES[faute]
    contenu = document(source)
    gatees = feuilles(contenu)
    fichiers = (ecrire(tmp_path / "gate.json", gater(contenu, chemin, valeur)) for chemin in gatees)
    for chemin, lue in zip(gatees, variantes(source, fichiers), strict=True):
        # Without its value, what is cited is not this fault.
        citee = replace(lue, cites=[r for r in lue.cites if r.valeur])
        assert lue.refusee or citee.cites or len(lue.lignes) == len(exemple(source)), chemin
        assert videes_sans_un_mot(source, genres, citee) == set(), (chemin, valeur)


# --- archives of csv, an archive of XML, a text without header


ARCHIVES = {"elus": "utf-8-sig", "icpe-seveso": "iso-8859-1"}
JOINTURE = "codeAiot"
"""What ties the files of an archive: spoiled, the row is about an installation that is not there, which is allowed."""
en_archive = pytest.mark.parametrize("source", [s for s in AVEC_LECTEUR if s.nom in ARCHIVES], ids=nommer)


def membres(source: Source) -> dict[str, list[list[str]]]:
    """Rows of each csv of the archive, its header first."""
    with zipfile.ZipFile(registre.exemple(source)) as archive:
        textes = {nom: archive.read(nom).decode(ARCHIVES[source.nom]) for nom in archive.namelist()}
    return {nom: list(csv.reader(io.StringIO(t, newline=""), delimiter=";")) for nom, t in textes.items()}


def archiver(source: Source, chemin: Path, contenus: dict[str, list[list[str]]]) -> Path:
    with zipfile.ZipFile(chemin, "w") as archive:
        for nom, lignes in contenus.items():
            sortie = io.StringIO()
            csv.writer(sortie, delimiter=";", lineterminator="\n").writerows(lignes)
            archive.writestr(nom, sortie.getvalue().encode(ARCHIVES[source.nom]))
    return chemin


@en_archive
def test_t8_the_order_of_the_columns_of_an_archive_is_free(source: Source, tmp_path: Path) -> None:
    retournes = {nom: [rang[::-1] for rang in lignes] for nom, lignes in membres(source).items()}
    assert rangs(source, archiver(source, tmp_path / "retourne.zip", retournes)) == list(exemple(source))


@en_archive
def test_t8_a_column_of_an_archive_absent_or_renamed_is_named(source: Source, tmp_path: Path) -> None:
    contenus = membres(source)
    for membre, lignes in contenus.items():
        for n, nom in enumerate(lignes[0]):
            sans = [[*rang[:n], *rang[n + 1 :]] for rang in lignes]
            renommee = [[*lignes[0][:n], "colonne_inventee", *lignes[0][n + 1 :]], *lignes[1:]]
            for fautives in (sans, renommee):
                try:
                    touches = changes(source, archiver(source, tmp_path / "faute.zip", contenus | {membre: fautives}))
                except ImportRefuse as refus:
                    dit, touches = refus.message, set()
                else:
                    dit = nom
                assert nom in dit, (membre, nom, dit)
                assert [a for a in touches if not source.champs[a].optionnelle] == [], (membre, nom)


@en_archive
def test_t8_an_unreadable_value_of_an_archive_is_not_silently_emptied(source: Source, tmp_path: Path) -> None:
    contenus = membres(source)

    def fichiers(valeur: str) -> Iterator[tuple[str, Path]]:
        for membre, lignes in contenus.items():
            for n, nom in enumerate(lignes[0]):
                pleines = [rang for rang, ligne in enumerate(lignes) if rang and ligne[n] and nom != JOINTURE]
                if pleines:
                    gatees = gater(lignes, (pleines[len(pleines) // 2], n), valeur)
                    yield f"{membre}, {nom}", archiver(source, tmp_path / "g.zip", contenus | {membre: gatees})

    for genres, valeur in FAUTES.values():
        _rien_de_vide(source, genres, fichiers(valeur))


def _rien_de_vide(source: Source, genres: tuple[type, ...], fichiers: Iterable[tuple[str, Path]]) -> None:
    """Each file, told by its fault, is refused, or the fault is cited, or no typed value of these kinds was lost."""
    noms: list[str] = []

    def nommes() -> Iterator[Path]:
        for nom, chemin in fichiers:
            noms.append(nom)
            yield chemin

    lues = variantes(source, nommes())
    assert noms
    for nom, lue in zip(noms, lues, strict=True):
        assert videes_sans_un_mot(source, genres, lue) == set(), nom


def documents_xml(source: Source) -> dict[str, str]:
    with tarfile.open(registre.exemple(source)) as archive:
        return {m.name: archive.extractfile(m).read().decode() for m in archive if m.isreg()}  # type: ignore[union-attr]


def empaqueter(chemin: Path, contenus: dict[str, str]) -> Path:
    with tarfile.open(chemin, "w:gz") as archive:
        for nom, texte in contenus.items():
            entete = tarfile.TarInfo(nom)
            entete.size = len(texte.encode())
            archive.addfile(entete, io.BytesIO(texte.encode()))
    return chemin


def test_t8_a_tag_of_the_agreements_renamed_or_spoiled_is_seen(tmp_path: Path) -> None:
    source = registre.source("accords-publies")
    contenus = documents_xml(source)
    balises = {b for nom, t in contenus.items() if nom.endswith(".xml") for b in re.findall(r"<([A-Z_]+)", t)}
    for balise in sorted(balises):
        ouverte = re.compile(rf"(</?){balise}(?=[\s>/])")
        renommes = {n: ouverte.sub(r"\1INVENTEE", t) if n.endswith(".xml") else t for n, t in contenus.items()}
        try:
            touches = changes(source, empaqueter(tmp_path / "r.tar.gz", renommes))
        except ImportRefuse as refus:
            dit, touches = refus.message, set()
        else:
            dit = balise
        assert balise in dit or "racine" in dit, dit
        assert [a for a in touches if not source.champs[a].optionnelle] == [], balise

    def fichiers(valeur: str) -> Iterator[tuple[str, Path]]:
        for balise in sorted(balises):
            pleine = re.compile(rf"(<{balise}>)[^<]+(</{balise}>)")
            gates = {n: pleine.sub(rf"\g<1>{valeur}\g<2>", t, count=1) for n, t in contenus.items()}
            yield balise, empaqueter(tmp_path / "g.tar.gz", gates)

    for genres, valeur in FAUTES.values():
        _rien_de_vide(source, genres, fichiers(valeur))


def test_t8_an_unreadable_value_of_a_text_without_header_is_quoted(tmp_path: Path) -> None:
    """FINESS: places stand for names, so that a line of another length is the sign of a column moved."""
    source = registre.source("finess")
    lignes = registre.exemple(source).read_bytes().decode("latin-1").splitlines()
    rang = next(n for n, ligne in enumerate(lignes) if ligne.startswith("structureet"))
    cellules = lignes[rang].split(";")
    chemin = tmp_path / "finess.csv"

    def fichiers(valeur: str) -> Iterator[tuple[str, Path]]:
        for place, cellule in enumerate(cellules):
            if place and cellule:
                gatee = ";".join([*cellules[:place], valeur, *cellules[place + 1 :]])
                chemin.write_bytes("\n".join([*lignes[:rang], gatee, *lignes[rang + 1 :]]).encode("latin-1"))
                yield str(place), chemin

    for genres, valeur in FAUTES.values():
        _rien_de_vide(source, genres, fichiers(valeur))
    courte = [*lignes[:rang], ";".join(cellules[:10]), *lignes[rang + 1 :]]
    chemin.write_bytes("\n".join(courte).encode("latin-1"))
    assert [r.ligne for lot in lots(source, chemin) for r in lot.rejets] == [rang + 1]


def test_t8_each_reader_has_its_suite() -> None:
    """No source with a reader of its own is left out of what stands above."""
    couvertes = {s.nom for s in (*TABLEAUX_LUS, *EN_JSON)} | set(ARCHIVES) | {"accords-publies", "finess"}
    assert {s.nom for s in AVEC_LECTEUR} == couvertes
