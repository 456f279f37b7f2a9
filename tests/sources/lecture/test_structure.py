"""What the structural pass promises: true line numbers, every row accounted for, nothing swallowed by a quote."""

import csv
import datetime
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.socle.erreurs import ImportRefuse
from fce.sources.champs import Code, Texte
from fce.sources.declaration import Csv, Fait, Source
from fce.sources.lecture import Lot
from fce.sources.lecture.lecteur import lire
from tests.sources import fabrique

TOUT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Textes(Fait):
    """Two columns of text, to compare what is read with what was written."""

    un = Texte("Un", "un")
    deux = Code("Deux", "deux")


def source_textes(separateur: str = ";") -> Source:
    return fabrique.declarer("essai-textes", Textes, cle=("un",), fichier=Csv(separateur=separateur))


def lots(chemin: Path, source: Source | None = None, taille: int = 8 << 20) -> list[Lot]:
    return list(lire(source or fabrique.source_essai(), [chemin], taille_bloc=taille))


def rangs(lus: list[Lot]) -> list[tuple[object, ...]]:
    return [rang for lot in lus for rang in lot.lignes.rows()]


def numeros(lus: list[Lot]) -> list[int]:
    return [n for lot in lus for n in lot.lignes["ligne"].to_list()]


def rejets(lus: list[Lot]) -> list[tuple[int, str | None, str]]:
    return [(r.ligne, r.colonne, r.motif) for lot in lus for r in lot.rejets]


def test_values_are_typed_and_keep_their_leading_zeros(tmp_path: Path) -> None:
    siren = fabrique.avec_cle("00099001")
    siret = fabrique.avec_cle(siren + "0001")
    chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv([[siren, siret, "ESSAI", "2020-02-29", "12", "1234.50"]]))
    assert rangs(lots(chemin)) == [(siren, siret, "ESSAI", datetime.date(2020, 2, 29), 12, Decimal("1234.50"), None, 2)]


@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("taille", [1 << 23, 700, 64])
def test_line_numbers_are_those_of_an_editor(fin: str, taille: int, tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(60)
    texte = fabrique.texte_csv(lignes, fin=fin)
    attendus = [n for n, ligne in enumerate(texte.split(fin), 1) if ligne][1:]
    lus = lots(fabrique.ecrire(tmp_path, texte), taille=taille)
    assert numeros(lus) == attendus
    assert [r[2] for r in rangs(lus)] == [ligne[2] for ligne in lignes]


def test_records_on_several_lines_and_blank_lines_keep_true_numbers(tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(4)
    lignes[1][2] = 'SUR\nTROIS\n"LIGNES"'
    texte = fabrique.texte_csv(lignes).replace(lignes[3][0], "\n\n" + lignes[3][0], 1)
    lus = lots(fabrique.ecrire(tmp_path, texte))
    assert numeros(lus) == [2, 3, 6, 9]
    assert sum(lot.recues for lot in lus) == 4


def test_a_lone_quote_never_swallows_the_next_lines(tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(50)
    corps = [
        ";".join([*r[:2], 'SOCIETE "LE CHAT' if i % 7 == 0 else "ORDINAIRE", *r[3:]]) for i, r in enumerate(lignes)
    ]
    lus = lots(fabrique.ecrire(tmp_path, "\n".join([";".join(fabrique.ENTETE), *corps])), taille=600)
    assert [r[2] for r in rangs(lus)].count('SOCIETE "LE CHAT') == 8
    assert numeros(lus) == list(range(2, 52))


@pytest.mark.parametrize("nom", ['"JAMAIS FERME', '"FERME" TROP TOT', '"" VIDE PUIS TEXTE'])
def test_a_broken_quoted_field_condemns_its_own_line_only(nom: str, tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(30)
    corps = [";".join([*r[:2], nom if i == 10 else "ORDINAIRE", *r[3:]]) for i, r in enumerate(lignes)]
    lus = lots(fabrique.ecrire(tmp_path, "\n".join([";".join(fabrique.ENTETE), *corps])))
    assert rejets(lus) == [(12, None, "guillemet non fermé ou mal placé")]
    assert numeros(lus) == [n for n in range(2, 32) if n != 12]


def test_each_structural_fault_is_set_aside_with_its_line(tmp_path: Path) -> None:
    bonnes = [";".join([*r[:2], "NOM", *r[3:]]).encode() for r in fabrique.lignes_valides(40)]
    corps = list(bonnes)
    corps[3] = corps[3].replace(b"NOM", b"N\xffM")
    corps[5] = corps[5].replace(b"NOM", b"N\0M")
    corps[7] += b";un;deux"
    corps[9] = corps[9].rsplit(b";", 1)[0]
    corps[11] = corps[11].replace(b"NOM", b"x" * 200_000)
    lus = lots(fabrique.ecrire(tmp_path, b"\n".join([";".join(fabrique.ENTETE).encode(), *corps])))
    assert rejets(lus) == [
        (5, None, "octets invalides en UTF-8"),
        (7, None, "caractère nul (octet 0)"),
        (9, None, "8 champs au lieu de 6"),
        (11, None, "5 champs au lieu de 6"),
        (13, "nom", "champ de plus de 128 Kio"),
    ]
    assert sum(lot.recues for lot in lus) == 40
    assert all(r.valeur is None or (len(r.valeur) <= 200 and "\0" not in r.valeur) for lot in lus for r in lot.rejets)


def test_several_files_are_numbered_as_one(tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(6)
    chemins = [
        fabrique.ecrire(tmp_path, fabrique.texte_csv(lignes[:2]), "a.csv"),
        fabrique.ecrire(tmp_path, fabrique.texte_csv(lignes[2:]), "b.csv"),
    ]
    assert numeros(list(lire(fabrique.source_essai(), chemins))) == [2, 3, 5, 6, 7, 8]


def test_progress_ends_at_the_size_of_the_files(tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, fabrique.en_gzip(fabrique.texte_csv(fabrique.lignes_valides(500)).encode()))
    vus: list[tuple[int, int]] = []
    list(lire(fabrique.source_essai(), [chemin], progression=lambda lus, total: vus.append((lus, total))))
    assert vus[-1] == (chemin.stat().st_size, chemin.stat().st_size)


def test_a_reader_stopped_early_leaves_no_thread(tmp_path: Path) -> None:
    import threading

    chemin = fabrique.ecrire(tmp_path, fabrique.texte_csv(fabrique.lignes_valides(2000)))
    lecture = lire(fabrique.source_essai(), [chemin], taille_bloc=4096)
    next(lecture)
    lecture.close()  # type: ignore[attr-defined]
    assert not [f for f in threading.enumerate() if f.name == "fce-lecture"]


# Anything that normalisation leaves alone: no control, no space at the ends, already NFC, no entity.
SIGNES = st.sampled_from('abzÉéœŒ’–€ """;,\'\n|\t&=<>09\\') | st.characters(min_codepoint=0xC4, max_codepoint=0x17F)
TEXTE = st.text(SIGNES, max_size=25).map(str.strip)


@given(
    lignes=st.lists(st.tuples(TEXTE.filter(bool), TEXTE), min_size=1, max_size=12), separateur=st.sampled_from(",;|\t")
)
@pytest.mark.parametrize("guillemets", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("taille", [1 << 20, 48])
@TOUT
def test_what_the_csv_module_writes_reads_back_exactly(
    lignes: list[tuple[str, str]], separateur: str, guillemets: int, taille: int, tmp_path: Path
) -> None:
    sortie = io.StringIO()
    plume = csv.writer(sortie, delimiter=separateur, lineterminator="\n", quoting=guillemets)
    plume.writerow(["un", "deux"])
    plume.writerows(lignes)
    lus = lots(fabrique.ecrire(tmp_path, sortie.getvalue()), source_textes(separateur), taille)
    assert [r[:2] for r in rangs(lus)] == [(a.strip() or None, b.strip() or None) for a, b in lignes]
    assert not rejets(lus)


@given(
    octets=st.binary(max_size=400) | st.text('";\n\r\0 aé', max_size=200).map(str.encode), taille=st.integers(1, 300)
)
@TOUT
def test_any_bytes_are_read_or_refused(octets: bytes, taille: int, tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, b"un;deux\n" + octets)
    try:
        lus = lots(chemin, source_textes(), taille)
    except ImportRefuse:
        return
    assert sum(lot.recues for lot in lus) == sum(lot.lignes.height + len(lot.rejets) for lot in lus)
    assert numeros(lus) == sorted(set(numeros(lus)))


@given(debut=st.binary(max_size=300))
@TOUT
def test_any_start_of_file_is_read_or_refused(debut: bytes, tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse):
        lots(fabrique.ecrire(tmp_path, debut), source_textes())


CHAMPS = st.sampled_from(["a", 'a"b', '"c;d"', '"e\nf"', '"g""h"', '"', '"i"j', "", "k"])


@given(lignes=st.lists(st.lists(CHAMPS, min_size=2, max_size=2), min_size=1, max_size=30), taille=st.integers(5, 200))
@TOUT
def test_the_size_of_blocks_changes_nothing(lignes: list[list[str]], taille: int, tmp_path: Path) -> None:
    chemin = fabrique.ecrire(tmp_path, "un;deux\n" + "\n".join(map(";".join, lignes)) + "\nfin;fin\n")
    entier, coupe = lots(chemin, source_textes()), lots(chemin, source_textes(), taille)
    assert rangs(coupe) == rangs(entier)
    assert rejets(coupe) == rejets(entier)
