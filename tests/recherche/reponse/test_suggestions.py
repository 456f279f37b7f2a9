"""What is offered while somebody types: each kind labelled, seven lines at most, nobody masked."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.recherche.reponse import suggestions
from fce.recherche.reponse.suggestions import Proposition
from tests.recherche.univers import BREST, LYON, Univers

BOULANGERIE = {"activite_principale": "10.71C", "nomenclature_activite_principale": "NAFRev2"}


@pytest.fixture
def ville(univers: Univers) -> dict[str, str]:
    noms = {
        "lys": univers.entreprise("BOULANGERIE DU LYS", BOULANGERIE, **BOULANGERIE),
        "pain": univers.entreprise("AU BON PAIN", BOULANGERIE, **BOULANGERIE),
        "brest": univers.entreprise("BOULANGERIE DU PORT", {**BREST, **BOULANGERIE}, **BOULANGERIE),
        "forge": univers.entreprise("FORGE NEUVE", {**LYON, "etat_administratif": "F"}),
        "cachee": univers.personne("SECRETAN", "ODILE", statut_diffusion="P"),
        "soufflet": univers.entreprise("MASQUEE ET FILS", statut_diffusion="P"),
    }
    univers.dirigeant(noms["lys"], "TOURNEBRIDE", "SOLANGE MARIE", qualite="Gérant")
    univers.dirigeant(noms["lys"], "VASSELIN", "ETIENNE")
    univers.dirigeant(noms["brest"], "TOURNEBRIDE", "SOLANGE MARIE")
    univers.dirigeant(noms["forge"], "QUESNOIS", "HIPPOLYTE")
    univers.dirigeant(noms["soufflet"], "CACHOTIER", "ANATOLE")
    univers.fait(
        "bodacc", siren=noms["lys"], id="A1", type_avis="annonce", procedure="redressement_judiciaire",
        jugement_date="2026-09-01", date_parution="2026-09-10",
    )  # fmt: skip
    univers.indexer()
    return noms


def groupes(texte: str) -> dict[str, list[Proposition]]:
    return {g.titre: [*g.propositions] for g in suggestions.suggerer(texte, "/recherche")}


def test_each_kind_is_labelled_and_empty_ones_are_absent(ville: dict[str, str]) -> None:
    lus = groupes("boulangerie lille")
    assert [*lus] == ["Compris", "Entreprises", "Activités", "Lieux"]
    (compris,) = lus["Compris"]
    assert compris.titre == "Boulangerie et boulangerie-pâtisserie, Lille (59)"
    assert compris.details == ("2 entreprises",)
    assert "naf=10.71C" in compris.adresse and "commune=59350" in compris.adresse  # noqa: PT018
    assert lus["Entreprises"][0].adresse == f"/entreprise/{ville['lys']}"
    assert lus["Activités"][0].details == ("NAF 10.71C", "3 entreprises")
    assert lus["Lieux"][0].titre == "Lille (59)"


@pytest.mark.parametrize("texte", ["boulangerie lil", "boulangerie à lil", "boulanger lill"])
def test_a_town_being_typed_after_an_activity_is_understood(ville: dict[str, str], texte: str) -> None:
    assert groupes(texte)["Compris"][0].titre == "Boulangerie et boulangerie-pâtisserie, Lille (59)"


@pytest.mark.parametrize("texte", ["li", "la li"])
def test_a_name_being_typed_is_not_that_of_a_town(ville: dict[str, str], univers: Univers, texte: str) -> None:
    lierre = univers.entreprise("LE LIERRE", LYON)
    univers.indexer()
    (seule,) = groupes(texte)["Entreprises"]  # not those of Lille
    assert seule.adresse == f"/entreprise/{lierre}"


def test_another_name_that_begins_so_is_shown_beside_the_company(univers: Univers) -> None:
    univers.entreprise("SOCIETE GRELOT", denomination_usuelle_1="LE CLAFOUTIS")
    univers.indexer()
    assert "Nom usuel : LE CLAFOUTIS" in groupes("clafou")["Entreprises"][0].details
    assert not any("CLAFOUTIS" in detail for detail in groupes("grelot")["Entreprises"][0].details)


def test_alarms_are_shown_beside_the_company(ville: dict[str, str]) -> None:
    assert groupes("boulangerie du lys")["Entreprises"][0].alertes == ("Redressement judiciaire, 01/09/2026",)
    assert groupes("forge")["Entreprises"][0].alertes == ("Siège fermé",)
    assert groupes("bon pain")["Entreprises"][0].alertes == ()


@pytest.mark.parametrize("texte", ["tournebride", "tournebrid", "solange tourneb", "tournebride sol", "marie tourne"])
def test_somebody_is_offered_once_with_all_his_companies(ville: dict[str, str], texte: str) -> None:
    (personne,) = groupes(texte)["Personnes"]
    assert personne.titre == "SOLANGE MARIE TOURNEBRIDE"
    assert "dirigeant=SOLANGE+MARIE+TOURNEBRIDE" in personne.adresse


def test_somebody_of_one_company_leads_to_it(ville: dict[str, str]) -> None:
    (personne,) = groupes("vasselin eti")["Personnes"]
    assert personne.adresse == f"/entreprise/{ville['lys']}"
    assert "BOULANGERIE DU LYS" in personne.details
    assert "Personnes" not in groupes("solange vasselin")  # two people of one company


@pytest.mark.parametrize("texte", ["secretan", "odile secr", "cachotier", "anatole cach"])
def test_nobody_masked_is_offered_by_a_name(ville: dict[str, str], texte: str) -> None:
    assert "Entreprises" not in groupes(texte)
    assert "Personnes" not in groupes(texte)


def test_somebody_whose_company_is_masked_since_is_dropped(ville: dict[str, str], univers: Univers) -> None:
    for unite in univers.unites:
        if unite["siren"] == ville["forge"]:
            unite["statut_diffusion"] = "P"
    assert "Personnes" in groupes("hippolyte quesnois")
    univers.charger()
    assert "Personnes" not in groupes("hippolyte quesnois")


def test_a11_a_surname_alone_gives_people_before_names_that_are_only_near(
    client: Client, ville: dict[str, str], univers: Univers
) -> None:
    for n in range(6):
        univers.entreprise(f"VASSELAN MACONNERIE {n}")
    univers.indexer()
    assert next(iter(groupes("vasselin"))) == "Personnes"
    (personne,) = groupes("vasselin")["Personnes"]
    assert personne.titre == "ETIENNE VASSELIN"
    assert "BOULANGERIE DU LYS" in personne.details
    assert next(iter(groupes("vasselan"))) == "Entreprises"
    html = client.get("/recherche", {"q": "vasselin"}, follow=True).content.decode()
    assert "1 entreprise pour" in html
    assert "Dirigeant : ETIENNE VASSELIN" in html
    assert "VASSELAN" not in html  # nobody spelt it so


def test_a11_a_role_and_a_company_are_shown_beside_somebody(ville: dict[str, str]) -> None:
    (personne,) = groupes("tournebride")["Personnes"]
    assert {"BOULANGERIE DU LYS", "BOULANGERIE DU PORT"} <= {*personne.details}
    (personne,) = groupes("quesnois")["Personnes"]
    assert personne.details[0] == "FORGE NEUVE"  # no role known


def test_a_number_offers_its_company_alone(ville: dict[str, str]) -> None:
    assert [p.adresse for p in groupes(ville["lys"])["Entreprises"]] == [f"/entreprise/{ville['lys']}"]
    assert [*groupes(ville["lys"])] == ["Entreprises"]
    assert groupes(ville["lys"][:4])["Entreprises"]


def test_seven_lines_at_most_without_asking_the_database(univers: Univers) -> None:
    for n in range(12):
        siren = univers.entreprise(f"LILLE ATELIER {n}")
        univers.dirigeant(siren, "LILLERS", f"PAUL{n}")
    univers.indexer()
    for texte in ("lille", "atelier", "lillers"):
        assert sum(len(x) for x in groupes(texte).values()) <= 7
    with CaptureQueriesContext(connection) as capture:
        assert groupes("lille")
        assert not groupes("introuvable")
    assert len(capture) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(texte=st.text(max_size=40))
def test_any_text_gives_seven_lines_at_most(ville: dict[str, str], texte: str) -> None:
    assert sum(len(x) for x in groupes(texte).values()) <= 7


def test_the_whole_option_leads_where_it_says(client: Client, ville: dict[str, str]) -> None:
    html = client.get("/recherche/suggestions", {"q": "boulangerie lille"}).content.decode()
    assert html.count('role="option"') == html.count("data-href=")
    assert 'role="group"' in html
