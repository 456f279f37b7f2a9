"""How values are read: what is cleaned, what is typed, what is set aside, and why."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from fce.socle.erreurs import ImportRefuse
from fce.socle.texte.identifiants import siren_valide, siret_valide
from fce.sources import champs
from fce.sources.declaration import Auto, Csv, Fait
from fce.sources.lecture import Lot, Rejet
from fce.sources.lecture.cles import cle_juste
from fce.sources.lecture.lecteur import lire
from fce.sources.lecture.types import relecture
from tests.sources import fabrique

SIREN = fabrique.avec_cle("00099001")
SIRET = fabrique.avec_cle(SIREN + "0001")


class Valeurs(Fait):
    """One column of each type; ``code`` is there so that an empty value is not a blank line."""

    code = champs.Code("Code", "code")
    nom = champs.Texte("Nom", "nom")
    entier = champs.Entier("Entier", "entier", minimum=0)
    decimal = champs.Decimal("Décimal", "decimal")
    virgule = champs.Decimal("Virgule", "virgule", virgule=True)
    jour = champs.Jour("Jour", "jour")
    jour_francais = champs.Jour("Jour français", "jour_francais", formats=["%d/%m/%Y", "%Y%m%d"])
    echeance = champs.Jour("Échéance", "echeance", futur=True)
    instant = champs.Horodatage("Instant", "instant")
    vrai = champs.Booleen("Vrai", "vrai")


SOURCE = fabrique.declarer("essai-valeurs", Valeurs, cle=("code",), fichier=Auto(Csv(separateur=";", nuls=("[ND]",))))
COLONNES = list(SOURCE.champs)


def lire_valeur(dossier: Path, colonne: str, valeur: str) -> Lot:
    rang = ["c", *("" for _ in COLONNES[1:])]
    rang[COLONNES.index(colonne)] = valeur
    (lot,) = lire(SOURCE, [fabrique.ecrire(dossier, fabrique.texte_csv([rang], COLONNES))])
    return lot


@pytest.mark.parametrize(
    ("colonne", "ecrit", "lu"),
    [
        ("nom", "  L'ÉPICERIE\u00a0 ", "L'ÉPICERIE"),
        ("nom", "CAFE\u0301", "CAFÉ"),
        ("nom", "L&#039;ATELIER &amp; FILS", "L'ATELIER & FILS"),
        ("nom", "A &amp;amp; B", "A &amp; B"),
        ("nom", "R&NOTE ET CIE;", "R&NOTE ET CIE;"),
        ("nom", '=HYPERLINK("http://x";"y")', '=HYPERLINK("http://x";"y")'),
        ("nom", "   ", None),
        ("code", " 00012 ", "00012"),
        ("code", "&amp;", "&amp;"),
        ("entier", "0012", 12),
        ("entier", " 7 ", 7),
        ("decimal", "1234.5", Decimal("1234.50")),
        ("decimal", "-0.126", Decimal("-0.13")),
        ("decimal", "[ND]", None),
        ("virgule", "1234,56", Decimal("1234.56")),
        ("virgule", "1234.56", Decimal("1234.56")),
        ("entier", "1\u202f234", 1234),
        ("decimal", "1,5", Decimal("1.50")),
        ("decimal", "0,125", Decimal("0.12")),
        ("decimal", "1234,567", Decimal("1234.57")),
        ("virgule", "1,234", Decimal("1.23")),
        ("jour", "2024-02-29", datetime.date(2024, 2, 29)),
        ("jour_francais", "31/12/2025", datetime.date(2025, 12, 31)),
        ("jour_francais", "20251231", datetime.date(2025, 12, 31)),
        ("echeance", "9999-12-31", datetime.date(9999, 12, 31)),
        ("instant", "2024-03-22T15:40:57", datetime.datetime(2024, 3, 22, 15, 40, 57)),
        ("instant", "2024-03-22T15:40:57.123", datetime.datetime(2024, 3, 22, 15, 40, 57, 123000)),
        ("instant", "2024-03-22", datetime.datetime(2024, 3, 22)),
        *(("vrai", texte, True) for texte in ("true", "TRUE", "O", "oui", "1", "Vrai")),
        *(("vrai", texte, False) for texte in ("false", "N", "Non", "0", "faux")),
    ],
)
def test_a_good_value_is_read(colonne: str, ecrit: str, lu: Any, tmp_path: Path) -> None:
    lot = lire_valeur(tmp_path, colonne, ecrit)
    assert not lot.rejets
    assert lot.lignes[colonne].to_list() == [lu]


def test_a_day_to_come_is_read(tmp_path: Path) -> None:
    jour = datetime.date(datetime.date.today().year + 2, 1, 1)
    lot = lire_valeur(tmp_path, "jour", jour.isoformat())
    assert (lot.rejets, lot.lignes["jour"].to_list()) == ([], [jour])


@pytest.mark.parametrize(
    ("colonne", "valeur", "motif"),
    [
        *(
            ("entier", v, "nombre entier illisible")
            for v in ("NaN", "inf", "1e309", "s", "n.d.", "<5", "1,5", "1 23", "12 34 567")
        ),
        ("entier", "9223372036854775808", "nombre entier illisible"),
        ("entier", "-1", "nombre inférieur à 0"),
        *(
            ("decimal", v, "nombre décimal illisible")
            for v in ("NaN", "inf", "1e309", "1e3", "1 23,5", "1,234.5", "1\u202f234 €", "0x1")
        ),
        ("decimal", "1,234", "nombre ambigu (virgule décimale ou séparateur de milliers)"),
        ("virgule", "1,234,5", "nombre décimal illisible"),
        *(
            ("jour", v, "date impossible ou d'un autre format que celui déclaré")
            for v in ("2025-02-30", "0000-00-00", "31/12/2025", "2025-13-01", "1900-01-00", "2025-2-3", "2025-01-01Z")
        ),
        ("jour", "45292", "date illisible (numéro de série d'un tableur)"),
        ("jour", "2262-04-12", "date trop lointaine dans le futur"),
        ("jour", "0201-01-01", "date antérieure à l'an 1000"),
        ("jour_francais", "12/31/2025", "date impossible ou d'un autre format que celui déclaré"),
        ("instant", "9999-12-31T00:00:00", "date trop lointaine dans le futur"),
        ("vrai", "peut-être", "valeur ni vraie ni fausse"),
    ],
)
def test_a_bad_value_sets_its_row_aside_with_the_reason(colonne: str, valeur: str, motif: str, tmp_path: Path) -> None:
    lot = lire_valeur(tmp_path, colonne, valeur)
    assert lot.rejets == [Rejet(2, colonne, valeur, motif)]
    assert (lot.recues, lot.lignes.height) == (1, 0)


def test_types_of_a_batch_do_not_depend_on_its_values(tmp_path: Path) -> None:
    vide, plein = lire_valeur(tmp_path, "nom", ""), lire_valeur(tmp_path, "jour", "2024-01-01")
    assert vide.lignes.schema == plein.lignes.schema
    assert vide.lignes.columns == [*COLONNES, "ligne"]


def test_one_rejection_per_row_and_a_short_value(tmp_path: Path) -> None:
    rang = ["c", "N", "x" * 500, "faux", *("" for _ in COLONNES[4:])]
    (lot,) = lire(SOURCE, [fabrique.ecrire(tmp_path, fabrique.texte_csv([rang], COLONNES))])
    assert lot.rejets == [Rejet(2, "entier", "x" * 200, "nombre entier illisible")]


def lire_cles(dossier: Path, siren: str, siret: str) -> Lot:
    rang = [siren, siret, "NOM", "2020-01-01", "1", "1.00"]
    (lot,) = lire(fabrique.source_essai(), [fabrique.ecrire(dossier, fabrique.texte_csv([rang]))])
    return lot


@pytest.mark.parametrize(
    ("siren", "siret"),
    [
        (SIREN, SIRET),
        (f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}", SIRET),
        (f"{SIREN[:3]}\u00a0{SIREN[3:6]}\u202f{SIREN[6:]}", SIRET),
        (f"'{SIREN}", f"'{SIRET}"),
        (SIREN.lstrip("0"), SIRET.lstrip("0")),
        (SIREN.translate({48 + k: 0xFF10 + k for k in range(10)}), SIRET),
    ],
)
def test_keys_lose_what_a_spreadsheet_added(siren: str, siret: str, tmp_path: Path) -> None:
    lot = lire_cles(tmp_path, siren, siret)
    assert lot.lignes.select("siren", "siret").rows() == [(SIREN, SIRET)]


@pytest.mark.parametrize(
    ("siren", "siret", "colonne", "motif"),
    [
        ("", SIRET, "siren", "valeur obligatoire absente"),
        (SIREN, "", "siret", "valeur obligatoire absente"),
        (SIREN[:8] + str((int(SIREN[8]) + 1) % 10), SIRET, "siren", "SIREN invalide (clé de contrôle fausse)"),
        ("000000000", SIRET, "siren", "SIREN invalide (clé de contrôle fausse)"),
        ("Total", SIRET, "siren", "SIREN mal formé (9 chiffres attendus)"),
        ("+" + SIREN[1:], SIRET, "siren", "SIREN mal formé (9 chiffres attendus)"),
        (SIREN, SIRET + "0", "siret", "SIRET mal formé (14 chiffres attendus)"),
        (fabrique.avec_cle("00099002"), SIRET, "siret", "le SIRET ne commence pas par le SIREN"),
    ],
)
def test_a_wrong_key_is_counted_as_such(siren: str, siret: str, colonne: str, motif: str, tmp_path: Path) -> None:
    lot = lire_cles(tmp_path, siren, siret)
    assert [(r.colonne, r.motif, r.cle) for r in lot.rejets] == [(colonne, motif, True)]
    assert lot.rejets_cles == 1


def test_la_poste_has_its_own_rule(tmp_path: Path) -> None:
    assert lire_cles(tmp_path, "356000000", "35600000049837").lignes.height == 1
    assert lire_cles(tmp_path, "356000000", "35600000049838").rejets_cles == 1


@pytest.mark.parametrize("flottant", [f"{SIREN}.0", "5,52E+08", "5.52032E+08", "552032534,0"])
def test_a_key_written_as_a_number_refuses_the_whole_file(flottant: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefuse, match=r"ligne 2, colonne « siren ».*tableur"):
        lire_cles(tmp_path, flottant, SIRET)


@given(
    sirens=st.lists(st.integers(0, 10**9 - 1), min_size=1, max_size=50),
    nics=st.lists(st.integers(0, 10**5 - 1), min_size=50, max_size=50),
    poste=st.booleans(),
)
def test_the_fast_key_check_agrees_with_the_plain_one(sirens: list[int], nics: list[int], poste: bool) -> None:
    if poste:
        sirens = [356000000] * len(sirens)
    sirets = [s * 10**5 + n for s, n in zip(sirens, nics, strict=False)]
    assert cle_juste(np.array(sirens), 9).tolist() == [siren_valide(f"{n:09d}") for n in sirens]
    assert cle_juste(np.array(sirets), 14).tolist() == [siret_valide(f"{n:014d}") for n in sirets]


def test_an_unexpected_status_is_kept_and_warned_once(tmp_path: Path) -> None:
    lignes = [[*ligne, "OXP"[i % 3] if i < 9 else ""] for i, ligne in enumerate(fabrique.lignes_valides(10))]
    texte = fabrique.texte_csv(lignes, [*fabrique.ENTETE, "statut_diffusion"])
    lots = list(lire(fabrique.source_essai(), [fabrique.ecrire(tmp_path, texte)], taille_bloc=256))
    assert [s for lot in lots for s in lot.lignes["statut_diffusion"]] == [*"OXPOXPOXP", None]
    assert [a for lot in lots for a in lot.avertissements] == [
        "Colonne « statut_diffusion » : 4 valeur(s) inattendue(s), par exemple « X » ligne 3."
    ]


def test_parquet_is_checked_like_csv(tmp_path: Path) -> None:
    lignes = fabrique.lignes_valides(500)
    tableau = pl.DataFrame(lignes, schema=fabrique.ENTETE, orient="row").with_columns(
        pl.col("date_creation").str.to_date(), pl.col("effectif").cast(pl.Float64), pl.col("montant").cast(pl.Float64)
    )
    tableau[7, "siren"] = "123456789"
    tableau[9, "nom"] = "N\0M"
    chemin = tmp_path / "essai.parquet"
    tableau.write_parquet(chemin)
    (lot,) = lire(fabrique.source_essai(), [chemin])
    assert [(r.ligne, r.colonne, r.motif) for r in lot.rejets] == [
        (9, "siren", "SIREN invalide (clé de contrôle fausse)"),
        (11, None, "caractère nul (octet 0)"),
    ]
    csv = fabrique.ecrire(tmp_path, fabrique.texte_csv(ligne for i, ligne in enumerate(lignes) if i not in (7, 9)))
    (temoin,) = lire(fabrique.source_essai(), [csv])
    assert lot.lignes.drop("ligne").equals(temoin.lignes.drop("ligne"))
    assert lot.recues == 500


@given(
    nombre=st.decimals(-(10**15), 10**15, places=2),
    espace=st.sampled_from(["", " ", "\u00a0", "\u2009", "\u202f"]),
    marque=st.sampled_from(",."),
    declaree=st.booleans(),
)
def test_t5_a_number_typed_in_french_is_read_for_what_it_is(
    nombre: Decimal, espace: str, marque: str, declaree: bool
) -> None:
    ecrit = f"{nombre:,.2f}".replace(",", espace).replace(".", marque)
    champ = Valeurs._meta.get_field("virgule" if declaree else "decimal")
    assert relecture(champ, pl.Series([ecrit, "douze"])).to_list() == [nombre, None]
    entier = f"{int(nombre):,}".replace(",", espace)
    assert relecture(Valeurs._meta.get_field("entier"), pl.Series([entier])).to_list() == [int(nombre)]


@given(st.integers(1, 999), st.integers(0, 999))
def test_t5_a_number_that_could_be_two_is_not_guessed(milliers: int, reste: int) -> None:
    ecrit = f"{milliers},{reste:03d}"
    assert relecture(Valeurs._meta.get_field("decimal"), pl.Series([ecrit])).to_list() == [None]
    assert relecture(Valeurs._meta.get_field("virgule"), pl.Series([ecrit])).to_list() == [
        round(Decimal(ecrit.replace(",", ".")), 2)
    ]


def test_t5_a_figure_with_spaces_and_a_comma_needs_no_option(tmp_path: Path) -> None:
    lot = lire_valeur(tmp_path, "decimal", "1 250,50")
    assert not lot.rejets
    assert lot.lignes["decimal"].to_list() == [Decimal("1250.50")]
