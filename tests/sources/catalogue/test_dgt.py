"""Agreements, posted workers, labour inspection, gender equality."""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from fce.socle.erreurs import ImportRefuse
from fce.sources import registre
from fce.sources.catalogue.dgt.accords import regles as accords
from fce.sources.catalogue.dgt.detachement_siren import regles as detachement
from fce.sources.catalogue.dgt.egapro import regles as egapro
from fce.sources.catalogue.dgt.egapro.lecture import declarations
from fce.sources.catalogue.dgt.wikit_unites.lecture import unites
from fce.sources.modes import Cumule, ParPeriode
from tests.sources.catalogue.lectures import exemple_de, ligne, lignes

JOUR = date(2026, 11, 25)
SIRET = "00000100800010"


def accord(numero: str, jour: date | None, **themes: int) -> dict[str, object]:
    return ligne("accords-entreprise", numero=numero, siret=SIRET, date_signature=jour, **themes)


def test_a_note_says_how_many_agreements_then_their_themes_and_the_index_of_each_year() -> None:
    deux = [
        accord("A", date(2026, 3, 12), epargne=1, emploi=1),
        accord("B", date(2026, 1, 5), emploi=1),
    ]
    assert accords.en_note(deux, JOUR) == [
        ("En tout", "2 accords, le dernier signé le 12/03/2026"),
        ("Emploi", "2 accords"),
        ("Épargne salariale", "1 accord"),
    ]
    assert accords.en_note([], JOUR) == []
    annees = [ligne("egapro", annee=2024, index=88), ligne("egapro", annee=2025, index=None)]
    assert egapro.par_annee(annees, JOUR) == [("Index 2025", "non calculable"), ("Index 2024", "88/100")]


def test_an_agreement_on_three_themes_counts_once() -> None:
    trois = [accord("T1", date(2026, 3, 12), epargne=1, remuneration=1, temps_travail=1)]
    assert accords.accords(trois, JOUR) == "1 accord, le dernier signé le 12/03/2026"
    par_lignes = [accord("T1", date(2026, 3, 12), **{theme: 1}) for theme in ("epargne", "emploi", "autres")]
    (reuni,) = accords.distincts(par_lignes, JOUR)
    assert [theme for theme in accords.THEMES if reuni[theme]] == ["epargne", "emploi", "autres"]


def test_the_date_of_the_latest_agreement_is_a_day() -> None:
    phrase = accords.accords(
        [accord("T1", date(2024, 2, 2)), accord("T2", date(2026, 3, 12)), accord("T3", None)], JOUR
    )
    assert phrase == "3 accords, le dernier signé le 12/03/2026"
    assert accords.accords([accord("T3", None)], JOUR) == "1 accord"
    assert accords.accords([], JOUR) is None


def test_each_theme_has_its_number_and_its_latest_date() -> None:
    themes = accords.par_theme(
        [accord("T1", date(2024, 2, 2), emploi=1), accord("T2", date(2026, 3, 12), emploi=1, formation=1)], JOUR
    )
    assert [(t["theme"], t["accords"], t["dernier"]) for t in themes] == [
        ("Emploi", 2, date(2026, 3, 12)),
        ("Formation professionnelle", 1, date(2026, 3, 12)),
    ]


def test_the_twelve_themes_are_those_of_the_file() -> None:
    colonnes = [c.colonne for a, c in registre.source("accords-entreprise").champs.items() if a in accords.THEMES]
    assert [c[:9] for c in colonnes] == [f"groth2_{n:02d}" for n in range(1, 13)]


def test_the_link_to_legifrance_takes_a_siret_never_a_name() -> None:
    assert accords.legifrance(accord("T1", None)) == f"https://www.legifrance.gouv.fr/liste/acco?siret={SIRET}"


def poste(annee: int, salaries: int, siret: str = SIRET) -> dict[str, object]:
    return ligne("detachement-siret", annee=annee, salaries=salaries, siret=siret)


def test_the_year_of_posted_workers_is_that_of_the_column(tmp_path: Path) -> None:
    fichier = tmp_path / "ClientsPSI-Siren-2025-31122025.csv"
    fichier.write_text("client_siren,salaries_distincts_2025\n000001008,12\n")
    (lue,) = lignes("detachement-siren", fichier)
    assert (lue["annee"], lue["salaries"]) == (2025, 12)
    assert registre.source("detachement-siren").mode == ParPeriode("annee")


def test_only_this_year_and_the_one_before_are_shown() -> None:
    lues = [poste(an, 1) for an in (2024, 2025, 2026)]
    assert [lue["annee"] for lue in detachement.deux_annees(lues, JOUR)] == [2026, 2025]
    assert [lue["annee"] for lue in detachement.deux_annees(lues, date(2027, 1, 1))] == [2026]


def test_the_list_of_places_of_work_is_folded_from_ten_on() -> None:
    groupe = registre.source("detachement-siret").regroupement
    assert groupe is not None
    assert groupe.cachee_des == 10


def test_posted_workers_are_told_with_their_year() -> None:
    assert detachement.detaches([poste(2026, 38), poste(2025, 1204)], JOUR) == "38 en 2026, 1\u202f204 en 2025"


def test_past_controls_are_kept_when_the_file_carries_only_the_last() -> None:
    for nom in ("wikit-controles", "sora-controles", "sparc-metrologie", "eos-visites", "mdf-controles"):
        assert isinstance(registre.source(nom).mode, Cumule), nom


def test_the_existence_of_a_contact_is_common_and_its_content_belongs_to_its_body() -> None:
    for nom, contenu in {
        "wikit-controles": set(),
        "sora-controles": {"suite"},
        "sparc-metrologie": set(),
        "eos-visites": {"visiteurs", "filieres", "suivi_eti"},
        "mdf-controles": {"numero", "date_creation", "date_cloture", "clos", "clos_automatiquement", "nature", "cible"},
    }.items():
        source = registre.source(nom)
        assert source.acces.groupe == "contacts"
        assert {a for a, c in source.champs.items() if c.acces and c.acces.classe == "C3"} == contenu


def test_a_missing_control_unit_is_said_and_half_a_unit_is_not_undefined() -> None:
    assert registre.source("wikit-unites").absence == "Aucune unité de contrôle connue"
    sans_courriel = lignes("wikit-unites")[-1]
    assert (sans_courriel["libelle"], sans_courriel["courriel"]) == ("UC Finistère 1", None)


def test_the_directory_of_units_without_establishments_is_read(tmp_path: Path) -> None:
    fichier = tmp_path / "2026_WIKIT_UC.json"
    fichier.write_text(
        json.dumps({"UC": [{"CODE_UC": "059U01", "LIB_UC": "UC 1", "Courrier électronique": "a@b.example"}]})
    )
    (lue,) = lignes("wikit-unites", fichier)
    assert (lue["siret"], lue["code"]) == (None, "059U01")


@pytest.mark.parametrize("texte", ["{", "[]", '{"UC": 3}', '{"UC": ["a"]}'])
def test_another_json_is_refused_with_a_reason(tmp_path: Path, texte: str) -> None:
    fichier = tmp_path / "uc.json"
    fichier.write_text(texte)
    with pytest.raises(ImportRefuse, match=r"uc\.json"):
        list(unites(fichier))


def test_an_index_of_zero_is_a_score_and_nc_is_not() -> None:
    lues = {(lue["siren"], lue["annee"]): lue for lue in lignes("egapro")}
    assert egapro.index(lues["000001164", 2025]) == "0/100"
    assert egapro.index(lues["000001016", 2025]) == "non calculable"
    assert egapro.dernier([lues["000001164", 2025]], JOUR) == "0/100 en 2025"
    assert egapro.dernier([], JOUR) is None


def test_the_workbook_reads_as_the_csv(tmp_path: Path) -> None:
    exemple = exemple_de("egapro")
    rangs = [ligne.split(";") for ligne in exemple.read_text(encoding="utf-8").splitlines()]
    classeur = xlsxwriter.Workbook(tmp_path / "index-egalite-fh.xlsx")
    feuille = classeur.add_worksheet()
    for i, rang in enumerate(rangs):
        for j, valeur in enumerate(rang):
            if valeur.isdigit() and j != 3:
                feuille.write_number(i, j, int(valeur))
            elif valeur:
                feuille.write_string(i, j, valeur)
    classeur.close()
    assert lignes("egapro", tmp_path / "index-egalite-fh.xlsx") == lignes("egapro")


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    classeur = xlsxwriter.Workbook(tmp_path / "autre.xlsx")
    classeur.add_worksheet().write_row(0, 0, ["Nom", "Ville"])
    classeur.close()
    with pytest.raises(ImportRefuse, match="Note Index"):
        list(declarations(tmp_path / "autre.xlsx"))


def test_a_representation_that_cannot_be_computed_keeps_its_reason() -> None:
    derniere = lignes("egapro-representation")[-1]
    assert derniere["femmes_cadres"] is None
    assert (derniere["motif_cadres"], derniere["motif_membres"]) == (
        "aucun_cadre_dirigeant",
        "aucune_instance_dirigeante",
    )
