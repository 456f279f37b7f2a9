"""Reads of companies and establishments: round trips fixed, order and filters kept, missing rows survived."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.donnees.entreprises import flux, selectors
from fce.donnees.entreprises.construction import COLONNES_ADRESSE, ENTREPRISE_ABSENTE, NOM_ABSENT, nom_entreprise
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.socle.erreurs import SourceIndisponible
from fce.socle.texte.pliage import mots
from tests.donnees.entreprises import fabrique as f
from tests.sql import executer

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)


def numeros(page) -> list[int]:
    return [int(e.nic[:4]) for e in page.etablissements]


def test_a_company_with_its_head_office_and_its_counts_in_one_round_trip(django_assert_num_queries) -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS", categorie_entreprise="PME", societe_mission=True))
    f.lieux(f.lieu(SIREN, libelle_commune="LILLE"), f.lieu(SIREN, 2, etat_administratif="F"), f.lieu(SIREN, 3))
    with django_assert_num_queries(1):
        vues = selectors.entreprises([SIREN, f.siren_no(2), SIREN])
    assert list(vues) == [SIREN]
    vue = vues[SIREN]
    assert (vue.nom, vue.categorie, vue.societe_mission, vue.masque) == ("VERGERS", "PME", True, False)
    assert (vue.nombre_etablissements, vue.nombre_etablissements_ouverts) == (3, 2)
    assert vue.siege is not None
    assert vue.siege.adresse.commune == "LILLE"
    assert vue.siret_siege == vue.siege.siret == f.siret_no(SIREN)


def test_nothing_asked_nothing_read(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert selectors.entreprises([]) == {}
        assert selectors.etablissements([]) == {}


@pytest.mark.parametrize(
    ("champs", "nom"),
    [
        ({"denomination": "VERGERS", "sigle": "VDN"}, "VERGERS"),
        ({"nom": "MOREL", "prenom_1": "ANNE"}, "ANNE MOREL"),
        ({"nom": "MOREL", "prenom_1": "ANNE", "prenom_usuel": "LOU"}, "LOU MOREL"),
        ({"nom": "MOREL", "nom_usage": "DUVAL", "prenom_1": "ANNE"}, "ANNE DUVAL (MOREL)"),
        ({"nom": "MOREL", "nom_usage": "MOREL"}, "MOREL"),
        ({"denomination_usuelle_1": "AUX LILAS"}, "AUX LILAS"),
        ({"sigle": "VDN"}, "VDN"),
        ({}, NOM_ABSENT),
    ],
)
def test_the_displayed_name_and_the_name_of_the_stream_are_the_same(champs: dict[str, str], nom: str) -> None:
    f.unites(f.unite(SIREN, **champs))
    assert selectors.entreprises([SIREN])[SIREN].nom == nom
    assert (nom_entreprise(next(flux.documents()).entreprise._asdict()) or NOM_ABSENT) == nom


def test_a_head_office_absent_from_the_file_of_establishments() -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS"))
    f.lieux(f.lieu(SIREN, 2))
    vue = selectors.entreprises([SIREN])[SIREN]
    assert vue.siege is None
    assert vue.siret_siege == f.siret_no(SIREN)
    assert vue.nombre_etablissements == 1


def test_an_establishment_without_a_legal_unit_is_readable_but_masked() -> None:
    f.lieux(f.lieu(SIREN, enseigne_1="AUX LILAS", libelle_commune="LILLE", activite_principale="62.01Z"))
    vu = selectors.etablissements([f.siret_no(SIREN)])[f.siret_no(SIREN)]
    assert vu.masque
    assert vu.nom == ENTREPRISE_ABSENTE
    assert vu.adresse.commune is None
    assert vu.activite is not None


def test_a_complete_address_on_its_lines() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(
            SIREN, complement_adresse="BATIMENT C", numero_voie="3", indice_repetition="B", dernier_numero_voie="7",
            type_voie="RUE", libelle_voie="DES LILAS", distribution_speciale="BP 12", code_postal="59000",
            libelle_commune="LILLE", code_commune="59350", code_cedex="59777", libelle_cedex="LILLE CEDEX",
        )
    )  # fmt: skip
    adresse = selectors.etablissements([f.siret_no(SIREN)])[f.siret_no(SIREN)].adresse
    assert adresse.lignes == ("BATIMENT C", "3 B-7 RUE DES LILAS", "BP 12", "59777 LILLE CEDEX")
    assert adresse.departement is not None
    assert str(adresse.departement) == "59 – Nord"


@pytest.mark.parametrize(
    ("statut_unite", "categorie", "statut"),
    [("O", "5710", "O"), ("P", "5710", "O"), ("O", "1000", "P"), (None, "", "O")],
)
def test_an_address_read_alone_is_that_of_its_establishment(statut_unite, categorie, statut) -> None:
    if statut_unite:
        f.unites(f.unite(SIREN, statut_diffusion=statut_unite, categorie_juridique=categorie))
    remplies = {c: "59350" if c == "code_commune" else f"X {c}" for c in COLONNES_ADRESSE}
    f.lieux(f.lieu(SIREN, **{**remplies, "statut_diffusion": statut}), f.lieu(SIREN, 2, libelle_commune="[ND]"))
    numeros = [f.siret_no(SIREN), f.siret_no(SIREN, 2), f.siret_no(SIREN, 3)]
    lus = selectors.etablissements(numeros)
    assert selectors.adresses(numeros) == {siret: vu.adresse for siret, vu in lus.items()}


def test_open_establishments_first_the_head_office_then_by_commune() -> None:
    f.unites(f.unite(SIREN, nic_siege=f.siret_no(SIREN, 1)[9:]))
    f.lieux(
        f.lieu(SIREN, 5, etat_administratif="F", libelle_commune="AMIENS"),
        f.lieu(SIREN, 4, libelle_commune=None),
        f.lieu(SIREN, 3, libelle_commune="LILLE"),
        f.lieu(SIREN, 2, libelle_commune="ARRAS"),
        f.lieu(SIREN, 1, libelle_commune="ROUBAIX"),
    )
    page = selectors.etablissements_de(SIREN)
    assert numeros(page) == [1, 2, 3, 4, 5]
    assert (page.total, page.nombre, page.ouverts, page.pages) == (5, 5, 4, 1)


def test_pages_follow_without_gap_or_duplicate_and_stay_within_bounds() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(*(f.lieu(SIREN, n) for n in range(1, 24)))
    pages = [selectors.etablissements_de(SIREN, page=n, taille=10) for n in (1, 2, 3)]
    assert [n for page in pages for n in numeros(page)] == list(range(1, 24))
    assert {page.pages for page in pages} == {3}
    for demandee, obtenue in ((99, 3), (10**30, 3), (0, 1), (-5, 1)):
        page = selectors.etablissements_de(SIREN, page=demandee, taille=10)
        assert page.page == obtenue
        assert numeros(page) == numeros(pages[obtenue - 1])


def test_filters_by_state_and_by_text() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(
        f.lieu(SIREN, 1, libelle_commune="SAINT-ÉTIENNE", code_postal="42000", enseigne_1="L'ŒUVRE"),
        f.lieu(SIREN, 2, libelle_commune="LILLE", code_postal="59000", denomination_usuelle="AUX LILAS"),
        f.lieu(SIREN, 3, libelle_commune="LILLE", code_postal="59800", etat_administratif="F"),
    )

    def trouve(texte: str, etat: str | None = None) -> list[int]:
        page = selectors.etablissements_de(SIREN, choix=LieuxChoisis(etat, texte))
        assert page.nombre == 3
        return numeros(page)

    assert trouve("saint etienne") == [1]
    assert trouve("Saint-Étienne 42000") == [1]
    assert trouve("l'oeuvre") == [1]
    assert trouve("lille") == [2, 3]
    assert trouve("lille", "F") == [3]
    assert trouve("lilas") == [2]
    assert trouve(f.siret_no(SIREN, 3)) == [3]
    assert trouve(f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]} {f.siret_no(SIREN, 2)[9:]}") == [2]
    assert trouve("598") == [3]
    assert trouve("%") == [1, 2, 3]
    assert trouve("100%_\\") == []
    assert trouve("", "F") == [3]


def test_a_company_without_an_establishment() -> None:
    f.unites(f.unite(SIREN))
    page = selectors.etablissements_de(SIREN)
    assert (page.etablissements, page.total, page.page, page.pages, page.nombre) == ((), 0, 1, 1, 0)


def test_an_unreadable_source_is_told_as_unavailable() -> None:
    executer("DROP VIEW sirene_etablissements")
    with pytest.raises(SourceIndisponible):
        selectors.etablissements_de(SIREN)


def test_the_state_is_since_the_closing_when_closed_since_the_creation_when_open() -> None:
    f.unites(f.unite(SIREN, etat_administratif="C", date_debut=date(2015, 6, 30)))
    f.lieux(
        f.lieu(SIREN, 1, etat_administratif="F", date_debut=date(2015, 6, 30)),
        f.lieu(SIREN, 2, date_debut=date(2010, 1, 1)),
    )
    vue = selectors.entreprises([SIREN])[SIREN]
    assert (vue.etat, vue.etat_depuis) == ("C", date(2015, 6, 30))
    vus = selectors.etablissements([f.siret_no(SIREN, n) for n in (1, 2)])
    assert vus[f.siret_no(SIREN, 1)].etat_depuis == date(2015, 6, 30)
    assert vus[f.siret_no(SIREN, 2)].etat_depuis == date(2001, 2, 3)


LETTRES = "abcdxyzABCDXYZéèêëàâîïôöûüùçœŒÉÈÀÇÿñ0123 &('-’,/"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(LETTRES, min_size=1, max_size=30))
def test_any_word_of_a_shop_sign_finds_it(enseigne: str) -> None:
    """The fold in SQL and that of the reader's words agree, on the letters that French names are written with."""
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, enseigne_1=enseigne))
    for mot in mots(enseigne):
        assert numeros(selectors.etablissements_de(SIREN, choix=LieuxChoisis(texte=mot))) == [1]
    assert numeros(selectors.etablissements_de(SIREN, choix=LieuxChoisis(texte=enseigne))) == [1]
