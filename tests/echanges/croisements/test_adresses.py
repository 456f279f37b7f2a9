"""Two ways to write one address are one door; two addresses are two; what is hidden or incomplete is none."""

import string
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.echanges.croisements.abreges import MOIS, MOTS as ABREGES_DE_MOTS, MULTIPLES, NOMBRES, PRENOMS, TITRES_DE_VOIE
from fce.echanges.croisements.adresses import (
    ABREGES,
    ARTICLES,
    ETENDUE_MAX,
    LieuConnu,
    cle,
    debuts,
    lieux_de,
    se_rejoignent,
)
from fce.echanges.models import LieuVisite
from fce.recherche.engines.voies import TYPES_VOIE
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, unite, unites

MOTS = st.text(string.ascii_uppercase, min_size=3, max_size=10).filter(
    lambda m: (
        m.lower() not in {*ABREGES, *ARTICLES, *ABREGES_DE_MOTS, *MULTIPLES, *NOMBRES, *PRENOMS, *TITRES_DE_VOIE, *MOIS}
        and m.lower() not in " ".join(ABREGES.values()).split()
        and not set(m) <= set("IVX")
    )
)
NOMS = st.lists(MOTS, min_size=1, max_size=3).map(" ".join)
TYPES = st.sampled_from(sorted(TYPES_VOIE))
LONGUEUR = LieuVisite._meta.get_field("cle_adresse").max_length or 0
NUMEROS = st.integers(1, 9999)


def adresse(**champs: Any) -> dict[str, Any]:
    return {"code_commune": "59350", "numero_voie": "12", "type_voie": "RUE", "libelle_voie": "DES LILAS", **champs}


@given(NUMEROS, TYPES, NOMS, st.integers(0, 3))
def test_the_kind_of_street_short_or_in_full_and_leading_zeros_change_nothing(
    numero: int, genre: str, nom: str, zeros: int
) -> None:
    courte = adresse(numero_voie=str(numero), type_voie=genre, libelle_voie=nom)
    longue = adresse(numero_voie="0" * zeros + str(numero), type_voie=TYPES_VOIE[genre].upper(), libelle_voie=nom)
    assert cle(courte) == cle(longue) != ""


@given(NUMEROS, TYPES, NOMS)
def test_the_kind_of_street_is_found_in_the_name_when_its_column_is_empty(numero: int, genre: str, nom: str) -> None:
    rangee = adresse(numero_voie=str(numero), type_voie=genre, libelle_voie=nom)
    assert cle(rangee) == cle(rangee | {"type_voie": None, "libelle_voie": f"{genre} {nom}"})
    assert cle(rangee) == cle(rangee | {"libelle_voie": f"{TYPES_VOIE[genre]} {nom}".title()})
    assert cle(rangee) == cle(
        {"code_commune": "59350", "numero_voie": None, "libelle_voie": f"{numero} {TYPES_VOIE[genre]} {nom}"}
    )


@given(NUMEROS, TYPES, NOMS, st.sampled_from(sorted(ARTICLES)))
def test_articles_and_case_change_nothing(numero: int, genre: str, nom: str, article: str) -> None:
    rangee = adresse(numero_voie=str(numero), type_voie=genre, libelle_voie=nom)
    assert se_rejoignent(cle(rangee), cle(rangee | {"libelle_voie": f"{article} {nom}".lower()}))


@given(NUMEROS, NUMEROS, NOMS, NOMS, st.sampled_from(["59350", "62041", "75101"]))
def test_another_number_street_or_commune_is_another_address(a: int, b: int, x: str, y: str, commune: str) -> None:
    une = adresse(numero_voie=str(a), libelle_voie=x)
    autre = adresse(numero_voie=str(b), libelle_voie=y, code_commune=commune)
    assert (cle(une) == cle(autre)) is ((a, x, "59350") == (b, y, commune))


@given(st.dictionaries(st.sampled_from(sorted(adresse(indice_repetition=""))), st.none() | st.text(max_size=30)))
def test_whatever_a_file_says_the_key_holds_in_its_column(rangee: dict[str, Any]) -> None:
    assert len(cle(rangee)) <= LONGUEUR


@given(NUMEROS, NOMS, st.integers(0, 3 * ETENDUE_MAX), st.integers(0, 3 * ETENDUE_MAX))
def test_the_keys_of_one_door_begin_with_what_is_looked_for(numero: int, nom: str, fin: int, ecart: int) -> None:
    une = cle(adresse(numero_voie=f"{numero}-{numero + fin}", libelle_voie=nom))
    autre = cle(adresse(numero_voie=f"00{numero + ecart}", libelle_voie=nom))
    for ici, la in ((une, autre), (autre, une)):
        if se_rejoignent(ici, la):
            assert la.startswith(tuple(debuts(ici)))


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        ({"libelle_voie": "ST-JACQUES"}, {"libelle_voie": "Saint Jacques"}),
        ({"libelle_voie": "de l'Église Ste Anne"}, {"libelle_voie": "EGLISE SAINTE-ANNE"}),
        ({"indice_repetition": "B"}, {"numero_voie": "12bis"}),
        ({"indice_repetition": "B"}, {"numero_voie": "12 BIS"}),
        ({"indice_repetition": "A"}, {"numero_voie": "12A"}),
        ({"type_voie": "R"}, {"type_voie": "RUE"}),
        ({"type_voie": "GR", "libelle_voie": "GRANDE RUE"}, {"type_voie": None, "libelle_voie": "Grande Rue"}),
        ({"type_voie": "AV", "libelle_voie": "DU 8 MAI 1945"}, {"type_voie": "AVENUE", "libelle_voie": "8 MAI 1945"}),
        ({"type_voie": "ZI", "libelle_voie": "NORD"}, {"type_voie": None, "libelle_voie": "zone industrielle nord"}),
    ],
)
def test_the_same_place_written_in_two_ways(une: dict[str, Any], autre: dict[str, Any]) -> None:
    assert cle(adresse(**une)) == cle(adresse(**autre)) != ""


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        ({"indice_repetition": "B"}, {"indice_repetition": None}),
        ({"indice_repetition": "B"}, {"indice_repetition": "T"}),
        ({"type_voie": "RUE"}, {"type_voie": "AV"}),
        ({"libelle_voie": "DES LILAS"}, {"libelle_voie": "DES LILAS PROLONGEE"}),
        ({"libelle_voie": "DU 8 MAI 1945"}, {"libelle_voie": "DU 11 NOVEMBRE"}),
    ],
)
def test_two_places_that_are_nearly_written_alike(une: dict[str, Any], autre: dict[str, Any]) -> None:
    assert cle(adresse(**une)) != cle(adresse(**autre))


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        ("12 rue du Gal Leclerc", "12 RUE DU GENERAL LECLERC"),
        ("12 r du Mal Foch", "12 rue Foch"),
        ("7 rue du Dr Émile Roux", "7 RUE DU DOCTEUR ROUX"),
        ("7 rue du Pr Roux", "7 rue du professeur Roux"),
        ("4 rue du Pdt Wilson", "4 rue du président Wilson"),
        ("4 rue du Cdt Cousteau", "4 rue du commandant J. Cousteau"),
        ("3 av J Jaurès", "3 AVENUE JEAN JAURES"),
        ("3 av Jaurès", "3 AVENUE JEAN JAURES"),
        ("3 av J-B Lebas", "3 avenue Jean-Baptiste Lebas"),
        ("3 av J.B. Lebas", "3 avenue J-B Lebas"),
        ("12 R R SALENGRO", "12 rue Roger Salengro"),
        ("7 rue du 43 eme régiment d'infanterie", "7 rue du quarante-troisième régiment infanterie"),
        ("2 Z.A. des Prés", "2 ZA des Prés"),
        ("5 rue du 11 novembre 1918", "5 rue du onze novembre"),
        ("5 rue du onze novembre mille neuf cent dix-huit", "5 rue du 11 Novembre"),
        ("12 rue du 1er mai", "12 rue du premier mai"),
        ("9 rue Jean XXIII", "9 rue Jean 23"),
        ("10 quai des 4 vents", "10 quai des quatre-vents"),
        ("12-14 rue des Lilas", "14 rue des Lilas"),
        ("12 à 16 rue des Lilas", "14 rue des Lilas"),
        ("12/14 rue des Lilas", "14-16 rue des Lilas"),
        ("1 bvd de la Liberté", "1 BLD LIBERTE"),
        ("6 rue N D de Lourdes", "6 rue Notre-Dame de Lourdes"),
        ("1 rue de la Croix Nve", "1 rue de la Croix-Neuve"),
    ],
)
def test_e7_one_door_is_met_however_its_street_is_named(une: str, autre: str) -> None:
    cles = [cle({"code_commune": "59350", "libelle_voie": ecrite}) for ecrite in (une, autre)]
    assert se_rejoignent(*cles)
    assert se_rejoignent(*reversed(cles))


@pytest.mark.parametrize(
    ("une", "autre"),
    [
        ("12 rue Pierre Curie", "12 rue Marie Curie"),
        ("12 rue de l'abbé Grégoire", "12 rue du docteur Grégoire"),
        ("12 rue Henri IV", "12 rue Henri Barbusse"),
        ("12 rue L. Blum", "12 rue A. Blum"),
        ("12 rue Saint Jean", "12 rue Jean"),
        ("12 rue Saint Jean", "12 rue Saint Pierre"),
        ("12 rue du Pont Neuf", "12 rue du Pont"),
        ("12 rue des trois frères", "12 rue des frères"),
        ("12-14 rue des Lilas", "13 rue des Lilas"),
        ("12-14 rue des Lilas", "16 rue des Lilas"),
        ("12 bis rue des Lilas", "12 rue des Lilas"),
    ],
)
def test_e7_two_doors_stay_two(une: str, autre: str) -> None:
    assert not se_rejoignent(*(cle({"code_commune": "59350", "libelle_voie": ecrite}) for ecrite in (une, autre)))


@pytest.mark.parametrize(
    ("ville", "arrondissement"), [("75056", "75107"), ("69123", "69383"), ("13055", "13201"), ("75102", "75107")]
)
def test_e7_a_city_of_arrondissements_is_one_commune(ville: str, arrondissement: str) -> None:
    assert se_rejoignent(cle(adresse(code_commune=ville)), cle(adresse(code_commune=arrondissement)))


def test_e7_the_last_number_of_the_file_counts() -> None:
    assert se_rejoignent(cle(adresse(dernier_numero_voie="16")), cle(adresse(numero_voie="14")))
    assert not se_rejoignent(cle(adresse(dernier_numero_voie="400")), cle(adresse(numero_voie="300")))


@pytest.mark.parametrize(
    "champs",
    [
        {"numero_voie": None},
        {"numero_voie": "0"},
        {"libelle_voie": None},
        {"libelle_voie": ""},
        {"libelle_voie": None, "numero_voie": None},
        {"code_commune": None},
        {"code_commune": "99109"},
        {"libelle_commune_etranger": "BRUXELLES"},
    ],
)
def test_an_address_that_is_incomplete_or_abroad_meets_no_other(champs: dict[str, Any]) -> None:
    assert cle(adresse(**champs)) == ""


@pytest.mark.parametrize(
    ("de_l_unite", "du_lieu"),
    [({"statut_diffusion": "P"}, {}), ({}, {"statut_diffusion": "P"}), ({"statut_diffusion": None}, {}),
     ({"statut_diffusion": "P", "categorie_juridique": "1000"}, {})],
)  # fmt: skip
def test_a_masked_unit_has_no_key_though_the_file_holds_its_address(
    db: None, de_l_unite: dict[str, Any], du_lieu: dict[str, Any]
) -> None:
    ouvert, masque = siren_no(1), siren_no(2)
    unites(unite(ouvert), unite(masque, **de_l_unite))
    lieux(lieu(ouvert, **adresse()), lieu(masque, **adresse(**du_lieu)))
    trouves = {trouve.siren: trouve.cle_adresse for trouve in lieux_de([*_sirets(ouvert), *_sirets(masque)]).values()}
    assert trouves[ouvert] == cle(adresse())
    assert trouves[masque] == ""


def test_places_are_read_in_one_statement_and_unknown_numbers_left_out(
    db: None, django_assert_num_queries: Any
) -> None:
    siren = siren_no(1)
    unites(unite(siren))
    lieux(lieu(siren, 1, **adresse()), lieu(siren, 2, **adresse(numero_voie="14")))
    premier, second, inconnu = _sirets(siren)
    with django_assert_num_queries(1):
        trouves = lieux_de([premier, second, inconnu])
    assert trouves[premier] == LieuConnu(premier, siren, cle(adresse()))
    assert set(trouves) == {premier, second}
    with django_assert_num_queries(0):
        assert lieux_de([]) == {}


def _sirets(siren: str) -> list[str]:
    return [lieu(siren, rang)["siret"] for rang in (1, 2, 3)]


def rues(une: str, autre: str) -> bool:
    return se_rejoignent(*(cle(adresse(numero_voie="2300", type_voie=None, libelle_voie=v)) for v in (une, autre)))


@pytest.mark.parametrize(
    "nom", ["NATIONALE 17", "N17", "RN 17", "R.N. 17", "N° 17", "NATIONALE", "NATIONALE 17 LE BOURG"]
)
def test_e20_a_numbered_road_is_one_road_however_it_is_written(nom: str) -> None:
    suite = " LE BOURG" if nom.endswith("LE BOURG") else ""
    en_colonnes = cle(
        adresse(numero_voie="2300", type_voie="RTE", libelle_voie=nom.replace("N° 17", "NATIONALE N° 17"))
    )
    for autre in ("RN 17", "N17", "RTE NATIONALE", "route nationale n°17"):
        assert se_rejoignent(en_colonnes, cle(adresse(numero_voie="2300", type_voie=None, libelle_voie=autre + suite)))
    for autre in ("RD 17", "RUE NATIONALE", "RTE DE LILLE", "RTE DEPARTEMENTALE 17"):
        assert not se_rejoignent(en_colonnes, cle(adresse(numero_voie="2300", type_voie=None, libelle_voie=autre)))
    assert rues("RD 643", "RTE DEPARTEMENTALE")
    assert rues("D643", "RTE DEPARTEMENTALE 643")
    assert not rues("RD 643", "D 644")


def test_e20_two_titles_are_two_people_an_abbreviation_is_none() -> None:
    assert not rues("rue du Maréchal Foch", "rue de l’Amiral Foch")
    assert not rues("rue du Maréchal Foch", "rue du Général Foch")
    assert not rues("rue du Docteur Calmette", "rue du Professeur Calmette")
    for ecrit in ("rue du Mal Foch", "rue Foch", "RUE MARECHAL FOCH", "rue de M. Foch"):
        assert rues("rue du Maréchal Foch", ecrit)
    titres = {titre[:6] for titre in TITRES_DE_VOIE.values()}
    assert len(titres) == len({*TITRES_DE_VOIE.values()})


def test_e20_a_key_stays_within_its_column() -> None:
    ligne = adresse(numero_voie="1234567", indice_repetition="QUATER", type_voie="AV", dernier_numero_voie="1234570",
                    libelle_voie="DU COMMANDANT JEAN BAPTISTE CHARCOT")  # fmt: skip
    assert 0 < len(cle(ligne)) <= LONGUEUR
