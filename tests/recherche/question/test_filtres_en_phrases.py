"""Phrases that mean a filter are read as such, show as chips that come off, and give way to a name."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import given, strategies as st

from fce.recherche.question import filtres, lieu_et_activite
from fce.recherche.reponse import suggestions
from fce.referentiels import effectifs
from tests.recherche.univers import BREST, LYON, Univers

CINQUANTE = ("21", "22", "31", "32", "41", "42", "51", "52", "53")
REV2 = {"nomenclature_activite_principale": "NAFRev2"}


def lu(texte: str) -> tuple[dict[str, tuple[str, ...]], str, str]:
    lecture = lieu_et_activite.lecture_de(texte)
    assert lecture.sure, lecture
    return dict(lecture.filtres()), lecture.reste, lecture.etat


@pytest.mark.parametrize(
    ("texte", "tranches"),
    [
        ("plus de 50 salariés", CINQUANTE),
        ("au moins 50 salariés", CINQUANTE),
        ("50 salariés et plus", CINQUANTE),
        ("plus de 50 employés", CINQUANTE),
        ("entreprises de plus de 50 salariés", CINQUANTE),
        ("plus de 10 000 salariés", ("53",)),
        ("plus de 60 000 salariés", ("53",)),
        ("moins de 10 salariés", ("00", "01", "02", "03")),
        ("9 salariés ou moins", ("00", "01", "02", "03")),
        ("entre 20 et 49 salariés", ("12",)),
        ("de 20 à 199 salariés", ("12", "21", "22")),
        ("entre 12 et 15 salariés", ("11",)),
        ("50 salariés", ("21",)),
        ("sans salarié", ("NN", "00")),
    ],
)
def test_a11_a_head_count_is_the_bands_of_insee_that_it_covers(texte: str, tranches: tuple[str, ...]) -> None:
    assert lu(texte) == ({"tranche_effectif": tranches}, "", "")


@pytest.mark.parametrize(
    ("texte", "bornes"),
    [
        ("créée en 2024", ("2024-01-01", "2024-12-31")),
        ("créées en 2024", ("2024-01-01", "2024-12-31")),
        ("immatriculée depuis 2024", ("2024-01-01", "")),
        ("créée après 2020", ("2021-01-01", "")),
        ("avant 1990", ("", "1989-12-31")),
        ("créé avant 1990", ("", "1989-12-31")),
        ("créée entre 2010 et 2015", ("2010-01-01", "2015-12-31")),
    ],
)
def test_a11_a_year_of_creation_is_two_bounds(texte: str, bornes: tuple[str, str]) -> None:
    poses = {nom: (b,) for nom, b in zip(filtres.BORNES_CREATION, bornes, strict=True) if b}
    assert lu(texte) == (poses, "", "")


@pytest.mark.parametrize(
    ("texte", "poses", "reste", "etat"),
    [
        ("plus de 50 salariés lille", {"tranche_effectif": CINQUANTE, "commune": ("59350",)}, "", ""),
        ("sofitel plus de 50 salariés", {"tranche_effectif": CINQUANTE}, "sofitel", ""),
        ("sofitel fermée en 2025", {"fermeture": ("2025",)}, "sofitel", "cesse"),
        ("fermée en 2025", {"fermeture": ("2025",)}, "", "cesse"),
        ("boulangerie fermée lille", {"naf": ("10.71C",), "commune": ("59350",)}, "", "cesse"),
        ("en redressement", {"procedure_collective": ("redressement_judiciaire",)}, "", ""),
        (
            "en redressement judiciaire lille",
            {"procedure_collective": ("redressement_judiciaire",), "commune": ("59350",)},
            "",
            "",
        ),
        ("en liquidation", {"procedure_collective": ("liquidation_judiciaire",)}, "", ""),
        ("siège à lille", {"siege": ("oui",), "commune": ("59350",)}, "", ""),
        ("boulangerie siège social à lille", {"siege": ("oui",), "naf": ("10.71C",), "commune": ("59350",)}, "", ""),
        ("association lille", {"categorie_juridique": ("92",), "commune": ("59350",)}, "", ""),
        ("pme dans le nord", {"categorie": ("PME",), "departement": ("59",)}, "", ""),
    ],
)
def test_a11_phrases_join_a_place_an_activity_and_a_name(
    texte: str, poses: dict[str, tuple[str, ...]], reste: str, etat: str
) -> None:
    assert lu(texte) == (poses, reste, etat)


@pytest.mark.parametrize(
    "texte",
    ["association", "pme", "association sportive", "redressement plus", "siège", "le siège à manger", "fermée",
     "depuis 1920", "maison dupont depuis 1920", "50", "2024", "la fermée du bois"],
)  # fmt: skip
def test_a11_what_may_be_a_name_is_left_alone(texte: str) -> None:
    assert not lieu_et_activite.lecture_de(texte).sure


@given(st.lists(st.sampled_from("plus de moins 50 salariés créée en 2024 avant entre et lille siège à".split())))  # noqa: SIM905
def test_a11_any_order_of_these_words_is_read_and_what_it_says_can_be_asked(mots: list[str]) -> None:
    tous = filtres.tous()
    for un in lieu_et_activite.lecture_de(" ".join(mots)).compris:
        assert tous[un.filtre].saisie.canonique(un.filtre, un.valeur) == un.valeur


def test_a11_every_phrase_of_a_filter_is_one_of_its_values() -> None:
    for nom, filtre in filtres.tous().items():
        for phrase, valeur in filtre.tournures.items():
            assert filtre.libelle(valeur), (nom, phrase)
            assert phrase == phrase.lower()


def test_a11_bands_that_follow_each_other_have_one_label() -> None:
    assert effectifs.ecrire_ensemble(CINQUANTE) == "50 salariés et plus"
    assert effectifs.ecrire_ensemble(("03", "01", "02")) == "1 à 9 salariés"
    assert effectifs.ecrire_ensemble(("41", "42")) == "500 à 1\u202f999 salariés"
    assert effectifs.ecrire_ensemble(("NN", "00")) == "Aucun salarié"
    assert effectifs.ecrire_ensemble(("01", "03")) is None
    assert effectifs.ecrire_ensemble(("01",)) is None


@pytest.fixture
def ville(univers: Univers) -> dict[str, str]:
    noms = {
        "grande": univers.entreprise(
            "FONDERIE DU LYS", {"tranche_effectifs": "21"}, tranche_effectifs="21", date_creation="2024-05-02"
        ),
        "brest": univers.entreprise("CHANTIER NAVAL", {**BREST, "tranche_effectifs": "32"}, tranche_effectifs="32"),
        "petite": univers.entreprise("COUTURE DU LYS", tranche_effectifs="01", date_creation="1985-01-01"),
        "fermee": univers.entreprise(
            "OUBLIEE", {"date_debut": "2025-03-01"}, etat_administratif="C", date_debut="2025-03-01"
        ),
        "avant": univers.entreprise("OUBLIEE AVANT", etat_administratif="C", date_debut="2019-03-01"),
        "nommee": univers.entreprise("50 SALARIES", LYON),
        "plus": univers.entreprise("REDRESSEMENT PLUS", LYON),
    }
    univers.fait(
        "bodacc", siren=noms["petite"], id="A1", type_avis="annonce", procedure="redressement_judiciaire",
        jugement_date="2026-09-01", date_parution="2026-09-10",
    )  # fmt: skip
    univers.indexer()
    return noms


def menee(client: Client, q: str) -> tuple[dict[str, list[str]], str]:
    reponse = client.get("/recherche", {"q": q})
    adresse = reponse.headers.get("Location", "")
    return parse_qs(urlsplit(adresse).query), client.get("/recherche", {"q": q}, follow=True).content.decode()


@pytest.mark.parametrize(
    ("q", "trouvees", "puce"),
    [
        ("plus de 50 salariés lille", {"grande"}, "50 salariés et plus, par tranches de l’Insee"),
        ("plus de 50 salariés", {"grande", "brest"}, "50 salariés et plus, par tranches de l’Insee"),
        ("moins de 10 salariés", {"petite"}, "0 à 9 salariés, par tranches de l’Insee"),
        ("en redressement", {"petite"}, "Procédure collective en cours : Redressement judiciaire"),
        ("fermée en 2025", {"fermee"}, "Fermée en 2025"),
        ("créée en 2024", {"grande"}, "Créée en 2024"),
        ("avant 1990", {"petite"}, "Créée jusqu’au 31/12/1989"),
    ],
)
def test_a11_a_phrase_gives_what_it_says_with_one_chip_that_comes_off(
    client: Client, ville: dict[str, str], q: str, trouvees: set[str], puce: str
) -> None:
    parametres, html = menee(client, q)
    assert parametres["saisie"] == [q]
    assert {nom for nom, siren in ville.items() if f'"/entreprise/{siren}"' in html} == trouvees
    chips = html[html.index("Filtres actifs") :].partition("</ul>")[0]
    assert chips.count(puce) == 1
    assert f'value="{q}"' in html
    assert "saisie=" not in chips  # without a chip, the address no longer says the phrase


def test_a11_a_name_that_holds_such_words_is_found(client: Client, ville: dict[str, str]) -> None:
    parametres, html = menee(client, "50 salariés")
    assert not parametres
    assert f"/entreprise/{ville['nommee']}" in html
    assert "Plutôt : 50 à 99 salariés" in html
    assert f"/entreprise/{ville['plus']}" in menee(client, "redressement plus")[1]


def test_a11_the_words_themselves_can_be_searched_instead(client: Client, univers: Univers) -> None:
    univers.entreprise("CLUB DES FIRMES DE PLUS DE 50 SALARIES")
    univers.entreprise("FONDERIE", tranche_effectifs="21")
    univers.indexer()
    html = menee(client, "plus de 50 salariés")[1]
    assert "Chercher plutôt ces mots dans les noms et les adresses – 1 entreprise" in html
    assert "FONDERIE" in html
    assert "CLUB DES FIRMES" not in html


def test_a11_a_closing_year_keeps_closed_units_only_and_comes_off_whole(client: Client, ville: dict[str, str]) -> None:
    html = client.get("/recherche?fermeture=2025&etat=actif").content.decode()
    assert f"/entreprise/{ville['fermee']}" in html
    assert 'href="?vue=entreprises"' in html
    assert "État : cessées" not in html
    lieux = client.get("/recherche?fermeture=2025&vue=etablissements").content.decode()
    assert f"/etablissement/{ville['fermee']}" in lieux


def test_a11_suggestions_say_what_is_understood(ville: dict[str, str]) -> None:
    for texte in ("plus de 50 salariés lille", "plus de 50 salariés lil"):
        (groupe,) = (g for g in suggestions.suggerer(texte, "/recherche") if g.titre == "Compris")
        assert groupe.propositions[0].titre == "Lille (59), 50 salariés et plus, par tranches de l’Insee"
        assert groupe.propositions[0].details == ("1 entreprise",)
    (groupe,) = (g for g in suggestions.suggerer("fermée en 2025", "/recherche") if g.titre == "Compris")
    assert "fermeture=2025" in groupe.propositions[0].adresse


def test_a11_the_api_says_the_filters_that_the_page_would_set(client: Client, ville: dict[str, str]) -> None:
    compris = client.get("/api/v1/recherche?q=plus+de+50+salariés+lille").json()["compris"]
    assert parse_qs(compris["parametres"])["tranche_effectif"] == [*CINQUANTE]
    assert compris["total"] == 1
    lue = client.get(f"/api/v1/recherche?{compris['parametres']}").json()
    assert [r["siren"] for r in lue["resultats"]] == [ville["grande"]]
    assert client.get("/api/v1/recherche?fermeture=2025").json()["total"] == 1


def test_a11_words_that_name_a_state_leave_with_the_phrase(client: Client, univers: Univers) -> None:
    """« Chercher plutôt ces mots » is among open companies again, as before the phrase was read."""
    boulangerie = {"activite_principale": "10.71C", **REV2}
    univers.entreprise("AU PAIN", boulangerie, etat_administratif="C", **boulangerie)
    univers.entreprise("BOULANGERIE FERMEE LILLE CONSEIL")
    univers.indexer()
    html = menee(client, "boulangerie fermée lille")[1]
    assert "AU PAIN" in html
    assert "Chercher plutôt ces mots dans les noms et les adresses – 1 entreprise" in html
