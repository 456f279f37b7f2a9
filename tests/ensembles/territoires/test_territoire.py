"""A territory: which establishments, which facts, for whom, and what the journal says of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.droits.journal.models import Consultation
from fce.ensembles.territoires import formulaires, selection
from fce.ensembles.territoires.mesures import mesures
from fce.ensembles.territoires.models import LieuPrepare
from fce.recherche.question import filtres
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db
NORD = "/territoire/departement/59/etablissements"


def lignes(page: str) -> dict[str, list[str]]:
    """{SIREN: texts of its cells} of the rows of a page."""
    lues = {}
    for rangee in re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1], re.S) if "<tbody>" in page else ():
        siret = re.sub(r"\D", "", re.search(r"fce-numero\">([^<]*)", rangee)[1])  # type: ignore[index]
        cellules = re.findall(r"<td[^>]*>(.*?)</td>", rangee, re.S)
        lues[siret[:9]] = [re.sub(r"<[^>]*>|\s+", " ", c).strip() for c in cellules]
    return lues


def lire(client: Client, chemin: str = NORD, **params: Any) -> dict[str, list[str]]:
    reponse = client.get(chemin, params)
    assert reponse.status_code == 200, reponse.content.decode()[:2000]
    return lignes(reponse.content.decode())


def test_the_inspector_lists_her_departement_largest_first_with_her_facts(peuple: None) -> None:
    lues = lire(t.agent("59").client())
    assert list(lues) == [t.GRANDE, t.MOYENNE, t.PETITE]
    assert any("400 (−20 % en un an)" in cellule for cellule in lues[t.GRANDE])
    assert any("1 500 h" in c.replace("\u202f", " ").replace("\xa0", " ") for c in lues[t.MOYENNE])
    assert any("1 mort au travail" in cellule for cellule in lues[t.PETITE])


@pytest.mark.parametrize(
    ("params", "attendus"),
    [
        ({"activite_partielle": "oui"}, [t.MOYENNE]),
        ({"pse": "oui"}, [t.GRANDE]),
        ({"mortels": "oui"}, [t.PETITE]),
        ({"controle": "jamais"}, [t.PETITE]),
        ({"controle": "24"}, [t.GRANDE, t.PETITE]),
        ({"contact": "12"}, [t.GRANDE, t.PETITE]),
        ({"variation": "baisse"}, [t.GRANDE]),
        ({"variation": "hausse"}, []),
        ({"au_moins": "21"}, [t.GRANDE, t.MOYENNE]),
        ({"tri": "heures"}, [t.MOYENNE, t.GRANDE, t.PETITE]),
        ({"tri": "controle"}, [t.PETITE, t.GRANDE, t.MOYENNE]),
    ],
)
def test_filters_and_orders(peuple: None, params: dict[str, Any], attendus: list[str]) -> None:
    assert list(lire(t.agent("59").client(), **params)) == attendus


@pytest.mark.parametrize(
    ("chemin", "attendus"),
    [
        ("/territoire/region/32/etablissements", {t.GRANDE, t.MOYENNE, t.PETITE, t.VOISINE}),
        ("/territoire/unite-controle/059U01/etablissements", {t.GRANDE}),
    ],
)
def test_every_kind_of_territory(peuple: None, chemin: str, attendus: set[str]) -> None:
    assert set(lire(t.agent("59").client(), chemin)) == attendus


@pytest.mark.parametrize("chemin", ["departement/00", "region/00", "commune/00000", "unite-controle/X", "autre/59"])
def test_an_unknown_territory_is_not_found(peuple: None, chemin: str) -> None:
    assert t.agent("59").client().get(f"/territoire/{chemin}").status_code == 404


def test_beyond_her_territory_facts_are_closed_never_none_known(peuple: None) -> None:
    lues = lire(t.agent("59").client(), "/territoire/region/32/etablissements", colonnes=["effectif", "pse", "mortels"])
    assert lues[t.VOISINE][-3:] == ["fermé"] * 3
    assert lues[t.MOYENNE][-1] == "aucun connu"
    # Whether a company was visited is shared by every control body, in the whole country.
    assert (
        lire(t.agent("59").client(), "/territoire/departement/35/etablissements", colonnes=["contact"])[t.LOIN][-1]
        == "aucun connu"
    )


def test_a_filter_on_facts_keeps_only_rows_that_she_may_read(peuple: None) -> None:
    region = "/territoire/region/32/etablissements"
    assert list(lire(t.agent("59").client(), region, variation="change")) == [t.GRANDE]
    assert set(lire(t.agent("59", "62").client(), region, variation="change")) == {t.GRANDE, t.VOISINE}
    assert lire(t.agent("59").client(), "/territoire/departement/35/etablissements", pse="oui") == {}


def test_an_order_says_nothing_of_the_rows_that_are_closed(peuple: None) -> None:
    """Closed rows come last by their public band, whatever their facts."""
    for total in (1, 9000):
        t.f.charger(
            "dsn-effectifs",
            [
                {"siret": t.siret(t.MOYENNE), "mois": t.dernier_mois(), "total": 60},
                {"siret": t.siret(t.VOISINE), "mois": t.dernier_mois(), "total": total},
            ],
        )
        t.preparer(t.paris.aujourd_hui())
        lues = lire(t.agent("59").client(), "/territoire/region/32/etablissements", tri="salaries")
        assert list(lues) == [t.MOYENNE, t.GRANDE, t.PETITE, t.VOISINE]


@pytest.mark.parametrize("tri", ["salaries", "variation", "heures", "mortels"])
def test_closed_rows_of_one_band_are_in_an_order_that_no_fact_makes(peuple: None, tri: str) -> None:
    siennes = LieuPrepare.objects.filter(departement="59")
    siennes.update(rang=3)
    client = t.agent("62").client()
    ordres = []
    for forte in (t.GRANDE, t.PETITE):
        siennes.update(effectif=10, effectif_avant=9, heures=1, mortels=None)
        siennes.filter(siren=forte).update(effectif=900, effectif_avant=950, heures=99, mortels=2)
        ordres.append(list(lire(client, "/territoire/region/32/etablissements", tri=tri)))
    assert ordres[0] == ordres[1] == [t.VOISINE, *sorted([t.GRANDE, t.MOYENNE, t.PETITE])]


@pytest.mark.parametrize("page", ["chiffres", "export.csv", "liste"])
def test_an_unknown_choice_is_never_read_as_no_choice(peuple: None, page: str) -> None:
    client = t.agent("59").client()
    assert client.get(f"/territoire/departement/59/{page}", {"pse": "oui", "tri": "x"}).status_code == 400
    assert Consultation.objects.count() == 0


def test_an_agent_without_habilitation_reads_open_columns_and_what_is_closed_is_named(peuple: None) -> None:
    client = t.sans_habilitation().client(finalite=None)
    page = client.get(NORD, {"colonnes": ["pse", "mortels"]}).content.decode()
    assert list(lignes(page)) == [t.GRANDE, t.MOYENNE, t.PETITE]
    assert {c for cellules in lignes(page).values() for c in cellules[-2:]} == {"fermé"}
    assert "Fermé à votre lecture" in page
    assert "aucun connu" not in page
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("params", [{"pse": "oui"}, {"tri": "heures"}, {"contact": "12"}])
def test_a_filter_or_an_order_that_is_closed_lists_nothing_and_says_why(peuple: None, params: dict[str, str]) -> None:
    page = t.sans_habilitation().client(finalite=None).get(NORD, params).content.decode()
    assert lignes(page) == {}
    assert "Rien n’est listé" in page
    assert Consultation.objects.count() == 0


def test_a_service_of_another_trade_reads_its_own_facts_only(peuple: None) -> None:
    lues = lire(t.agent("59", profil="ccrf").client(finalite=None), colonnes=["mortels", "pse", "controle"])
    assert [cellules[-3:-1] for cellules in lues.values()] == [["fermé", "fermé"]] * 3
    assert lues[t.PETITE][-1] == "aucun connu"


def test_the_journal_has_one_line_per_company_before_its_facts_are_shown(peuple: None) -> None:
    lire(t.agent("59").client(), colonnes=["effectif", "mortels"])
    ecrites = Consultation.objects.order_by("numero")
    assert [c.numero for c in ecrites] == sorted([t.GRANDE, t.MOYENNE, t.PETITE])
    assert {c.poids for c in ecrites} == {1}
    assert all({"dsn-effectifs", "accidents-travail"} == set(c.lignes) for c in ecrites)
    assert ecrites.get(numero=t.GRANDE).lignes["accidents-travail"] == 0


def test_only_companies_with_an_open_fact_are_written(peuple: None) -> None:
    lire(t.agent("59").client(), "/territoire/region/32/etablissements", colonnes=["effectif"])
    assert set(Consultation.objects.values_list("numero", flat=True)) == {t.GRANDE, t.MOYENNE, t.PETITE}


def test_an_empty_answer_to_a_filter_on_facts_is_written_too(peuple: None) -> None:
    assert lire(t.agent("59").client(), variation="hausse") == {}
    assert {c.numero for c in Consultation.objects.all()} == {t.GRANDE, t.MOYENNE, t.PETITE}


def test_beyond_the_volume_the_open_part_is_shown_and_says_so(peuple: None, settings: Any) -> None:
    settings.FCE_VOLUMES = "2/600"
    page = t.agent("59").client().get(NORD, {"colonnes": ["pse"]}).content.decode()
    assert {cellules[-1] for cellules in lignes(page).values()} == {"fermé"}
    assert "limitée à 2 entreprises" in page.replace("\xa0", " ")


def test_a_masked_person_is_neither_listed_nor_counted(peuple: None) -> None:
    assert not LieuPrepare.objects.filter(siren=t.MASQUEE).exists()
    page = t.agent("59").client().get(NORD).content.decode()
    assert "MARTRENEUF" not in page
    assert t.MASQUEE not in page
    assert "3 établissements ouverts" in page.replace("\xa0", " ")


def test_v28_a_company_that_objected_is_listed_and_the_pages_say_natural_persons(peuple: None, client: Client) -> None:
    f.unites(f.unite(t.GRANDE, categorie_juridique="5710", statut_diffusion="P", denomination="SOCIETE OPPOSEE"))
    t.preparer(t.paris.aujourd_hui())
    page = t.agent("59").client().get(NORD).content.decode()
    assert t.GRANDE in lignes(page)
    assert "Les personnes physiques qui se sont opposées à la diffusion de leurs données ne sont ni listées" in page
    for adresse in ("/mentions-legales", "/faq"):
        html = " ".join(client.get(adresse).content.decode().split())
        assert "d’une société ou d’une association, l’adresse seule est cachée" in html.lower()
    assert "ni le nom d'une personne physique" in client.get(f"/entreprise/{t.GRANDE}").content.decode().replace(
        "&#x27;", "'"
    )


def test_someone_masked_since_the_preparation_is_dropped(peuple: None) -> None:
    f.unites(f.unite(t.GRANDE, categorie_juridique="1000", statut_diffusion="P", nom="DUVOILE"))
    page = t.agent("59").client().get(NORD).content.decode()
    assert t.GRANDE not in lignes(page)
    assert "DUVOILE" not in page
    assert t.GRANDE not in Consultation.objects.values_list("numero", flat=True)


def test_the_number_of_queries_does_not_depend_on_the_rows(peuple: None) -> None:
    client = t.agent("59").client()
    with CaptureQueriesContext(
        connection,
    ) as une:
        lire(client, "/territoire/commune/62498/etablissements")
    with CaptureQueriesContext(connection) as trois:
        lire(client)
    assert len(trois) <= len(une) + 1


def test_the_form_keeps_the_filters_of_a_search_that_led_to_it(peuple: None) -> None:
    html = (
        t.agent("59").client().get(NORD, {"tranche_effectif": ["11", "21"], "naf": "F", "page": "2"}).content.decode()
    )
    gardes = re.findall(r'<input type="hidden" name="(tranche_effectif|naf|page)" value="(\w+)">', html)
    assert gardes == [("tranche_effectif", "11"), ("tranche_effectif", "21")]


def test_a_closed_source_is_absent_not_closed() -> None:
    t.peupler()
    assert "source absente" not in t.agent("59").client().get(NORD).content.decode()


def test_before_the_first_preparation_the_page_says_so() -> None:
    assert "en préparation" in t.agent("59").client().get(NORD).content.decode()


def test_no_filter_of_a_territory_has_the_name_of_one_of_the_search() -> None:
    assert not {*selection.FILTRES, "au_moins", "colonnes"} & {*filtres.tous(), *filtres.PARAMETRES}
    assert {*selection.FILTRES} <= {*formulaires.PROPRES}
    assert {filtre.mesure for filtre in selection.FILTRES.values()} <= {*mesures()}
