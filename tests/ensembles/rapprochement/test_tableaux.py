"""What agents paste or send is read as rows, whatever its columns, separator and encoding."""

import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from fce.ensembles.rapprochement.contenu import CELLULE_MAX, FeuilleDeTableau, LigneARapprocher, lire_cellule
from fce.ensembles.rapprochement.reconnaissance import lire_lignes, proposer
from fce.ensembles.rapprochement.tableaux import (
    LIGNES_D_UN_TABLEAU,
    TableauIllisible,
    exiger_des_lignes,
    lire_fichier,
    lire_texte,
)
from fce.socle.travaux import processus_borne
from fce.socle.web.exports import Feuille, ecrire_xlsx
from tests.donnees.entreprises.fabrique import siren_no, siret_no

UN, DEUX = siren_no(1), siret_no(siren_no(2))
ATTENDUES = [
    LigneARapprocher("Dupont & fils", UN, "59000", "Lille", "4673A"),
    LigneARapprocher("Durand", "", "01000", "", ""),
]


def lire(feuilles: list[FeuilleDeTableau]) -> list[LigneARapprocher]:
    """The rows of what is read, as it is proposed."""
    lecture = proposer(feuilles)
    lignes = lire_lignes(feuilles[lecture.feuille], lecture).lignes
    exiger_des_lignes(feuilles[lecture.feuille], lecture, len(lignes))
    return [replace(ligne, rang=0, doublon=0) for ligne in lignes]


@pytest.mark.parametrize("entre", [";", "\t", ",", "|"])
def test_the_columns_of_a_table_are_recognised_by_their_names(entre: str) -> None:
    titres = entre.join(["Ville", "Raison sociale", "Téléphone", "SIREN", "Code postal", "Code APE"])
    lignes = [["Lille", "Dupont & fils", "01", UN, "59000", "4673A"], ["", "Durand", "02", "", "01000", ""]]
    texte = "\r\n".join(["", titres, *map(entre.join, lignes), entre * 5])
    assert lire(lire_texte(texte)) == ATTENDUES


def test_numbers_alone_or_names_alone_need_no_header() -> None:
    assert lire(lire_texte(f"{UN}\n{DEUX}\nfaux")) == [LigneARapprocher(numero=n) for n in (UN, DEUX, "faux")]
    assert lire(lire_texte("Dupont Bois\nGarage Martin")) == [
        LigneARapprocher("Dupont Bois"),
        LigneARapprocher("Garage Martin"),
    ]


def test_a_table_without_names_nor_numbers_is_refused() -> None:
    with pytest.raises(TableauIllisible, match="Dites quelle colonne"):
        lire(lire_texte("Ville;Code postal\nLille;59000"))
    for vide in ("", "  \n;;\n"):
        with pytest.raises(TableauIllisible):
            lire_texte(vide)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TableauIllisible, match="au plus"):
        lire(lire_texte("nom\n" + "a\n" * (LIGNES_D_UN_TABLEAU + 1)))


@given(st.text(max_size=200))
def test_no_text_fails_otherwise_than_by_a_refusal(texte: str) -> None:
    lues: list[LigneARapprocher] = []
    with suppress(TableauIllisible):
        lues = lire(lire_texte(texte))
    assert all(lue.nom or lue.numero for lue in lues)


def test_files_are_read_as_what_is_pasted(tmp_path: Path) -> None:
    titres = ("Raison sociale", "SIREN", "Code postal", "Commune", "NAF")
    cellules = [("Dupont & fils", UN, "59000", "Lille", "4673A"), ("Durand", "", "01000", "", "")]
    classeur = tmp_path / "a.xlsx"
    ecrire_xlsx(classeur, [Feuille("A", titres, cellules)])
    csv = tmp_path / "a.csv"
    csv.write_bytes("\n".join(map(";".join, [titres, *cellules])).encode("cp1252"))
    faux = tmp_path / "faux.xlsx"
    faux.write_bytes(b"PK\x03\x04rien")
    with processus_borne.sur_place():
        assert lire(lire_fichier(classeur)) == ATTENDUES
        assert lire(lire_fichier(csv)) == ATTENDUES
        with pytest.raises(TableauIllisible):
            lire_fichier(faux)


@pytest.mark.processus
def test_a_file_is_read_in_a_child_process(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text(f"siret\n{DEUX}", encoding="utf-8")
    assert lire(lire_fichier(csv)) == [LigneARapprocher(numero=DEUX)]


def classeur_dilate(chemin: Path, lignes: int) -> Path:
    """A workbook of a few kilobytes in which each row cites the same text of 262 kB."""
    espace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rangees = '<row><c t="s"><v>0</v></c></row>' + '<row><c t="s"><v>1</v></c></row>' * lignes
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {espace}><sheetData>{rangees}</sheetData></worksheet>"
        )
        archive.writestr(
            "xl/sharedStrings.xml", f"<sst {espace}><si><t>nom</t></si><si><t>{'à ' * 131_000}</t></si></sst>"
        )
    return chemin


@pytest.mark.processus
def test_a16_a_small_workbook_that_cites_a_long_text_many_times_is_refused_before_it_is_expanded(
    tmp_path: Path,
) -> None:
    for lignes in (30_000, 60_000):
        classeur = classeur_dilate(tmp_path / "dilate.xlsx", lignes)
        assert classeur.stat().st_size < 20_000
        with pytest.raises(TableauIllisible, match="20 millions de signes"):
            lire_fichier(classeur)


def test_a16_a_cell_is_cut_before_it_is_folded() -> None:
    class Long(str):
        """Tells how much of it is taken."""

        def __getitem__(self, place: Any) -> str:
            pris.append(super().__getitem__(place))
            return pris[-1]

    pris: list[str] = []
    assert len(lire_cellule(Long("ﷺ" * 300_000))) == CELLULE_MAX
    assert max(map(len, pris)) <= 2 * CELLULE_MAX
