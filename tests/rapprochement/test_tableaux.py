"""What agents paste or send is read as rows, whatever its columns, separator and encoding."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fce.rapprochement.contenu import LigneARapprocher
from fce.rapprochement.tableaux import LIGNES_D_UN_TABLEAU, TableauIllisible, lire_fichier, lire_texte
from fce.socle import processus_borne
from fce.socle.exports import Feuille, ecrire_xlsx
from tests.entreprises.fabrique import siren_no, siret_no

UN, DEUX = siren_no(1), siret_no(siren_no(2))
ATTENDUES = [
    LigneARapprocher("Dupont & fils", UN, "59000", "Lille", "4673A"),
    LigneARapprocher("Durand", "", "01000", "", ""),
]


@pytest.mark.parametrize("entre", [";", "\t", ",", "|"])
def test_the_columns_of_a_table_are_recognised_by_their_names(entre: str) -> None:
    titres = entre.join(["Ville", "Raison sociale", "Téléphone", "SIREN", "Code postal", "Code APE"])
    lignes = [["Lille", "Dupont & fils", "01", UN, "59000", "4673A"], ["", "Durand", "02", "", "01000", ""]]
    texte = "\r\n".join(["", titres, *map(entre.join, lignes), entre * 5])
    assert lire_texte(texte) == ATTENDUES


def test_numbers_alone_or_names_alone_need_no_header() -> None:
    assert lire_texte(f"{UN}\n{DEUX}\nfaux") == [LigneARapprocher(numero=n) for n in (UN, DEUX, "faux")]
    assert lire_texte("Dupont Bois\nGarage Martin") == [
        LigneARapprocher("Dupont Bois"),
        LigneARapprocher("Garage Martin"),
    ]


def test_a_table_without_names_nor_numbers_is_refused_with_its_titles() -> None:
    with pytest.raises(TableauIllisible, match="« Ville »"):
        lire_texte("Ville;Code postal\nLille;59000")
    for vide in ("", "  \n;;\n"):
        with pytest.raises(TableauIllisible):
            lire_texte(vide)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TableauIllisible, match="au plus"):
        lire_texte("nom\n" + "a\n" * (LIGNES_D_UN_TABLEAU + 1))


@given(st.text(max_size=200))
def test_no_text_fails_otherwise_than_by_a_refusal(texte: str) -> None:
    lues: list[LigneARapprocher] = []
    with suppress(TableauIllisible):
        lues = lire_texte(texte)
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
        assert lire_fichier(classeur) == ATTENDUES
        assert lire_fichier(csv) == ATTENDUES
        with pytest.raises(TableauIllisible):
            lire_fichier(faux)


@pytest.mark.processus
def test_a_file_is_read_in_a_child_process(tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text(f"siret\n{DEUX}", encoding="utf-8")
    assert lire_fichier(csv) == [LigneARapprocher(numero=DEUX)]
