"""Figures of a territory: sums over open rows only; no difference of two of them gives what is closed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.droits.journal.models import Consultation
from fce.ensembles.territoires.models import LieuPrepare
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.territoires import fabrique as t

pytestmark = pytest.mark.django_db
CHIFFRES = "/territoire/departement/59/chiffres"
REGION = "/territoire/region/32/chiffres"
UNE_ENTREPRISE = ["1", "voir la liste"]
VERS_LA_LISTE = re.compile(r'colspan="5" class="fce-discret"><a href="([^"]*)">voir la liste<')


def lire(client: Client, chemin: str = CHIFFRES, **params: Any) -> dict[str, list[str]]:
    """{group: its cells}, the number of establishments first."""
    reponse = client.get(chemin, params)
    assert reponse.status_code == 200
    lus = {}
    html = reponse.content.decode().split("Repères du département")[0]
    for rangee in re.findall(r"<tr>\s*(<th scope=\"row\">.*?)</tr>", html, re.S):
        titre = re.sub(r"<[^>]*>", "", re.search(r"<th scope=\"row\">(.*?)</th>", rangee, re.S)[1]).strip()  # type: ignore[index]
        cellules = re.findall(r"<td[^>]*>(.*?)</td>", rangee, re.S)
        cellules = [re.sub(r"<span.*?</span>|<[^>]*>", "", c) for c in cellules]
        lus[titre] = [re.sub(r"\s", " ", c).replace("\u202f", " ").replace("\xa0", " ") for c in cellules]
    return lus


def test_by_section_and_by_commune_what_she_may_read_is_summed(peuple: None) -> None:
    lus = lire(t.agent("59").client())
    assert lus["Total"] == ["3", "460", "−100", "voir la liste", "1", "1"]
    assert lus["Lille (59)"] == lus["Total"]
    assert next(cellules for titre, cellules in lus.items() if titre.startswith("F ")) == UNE_ENTREPRISE


def test_filters_apply_to_the_figures(peuple: None) -> None:
    assert lire(t.agent("59").client(), naf="62.01Z")["Total"][:2] == ["2", "460"]


def test_what_one_company_makes_is_read_in_the_list_where_the_journal_names_it(peuple: None) -> None:
    client = t.agent("59").client()
    assert lire(client, tranche_effectif="41")["Total"] == UNE_ENTREPRISE
    # One cell for all its figures, which leads to the list with the same filters.
    menent = [
        unescape(ou) for ou in VERS_LA_LISTE.findall(client.get(CHIFFRES, {"tranche_effectif": "41"}).content.decode())
    ]
    assert menent == [
        "/territoire/departement/59/etablissements?tranche_effectif=41&naf=J",
        "/territoire/departement/59/etablissements?tranche_effectif=41",
        "/territoire/commune/59350/etablissements?tranche_effectif=41",
    ]
    assert all(t.GRANDE in re.sub(r"\D", "", client.get(ou).content.decode()) for ou in menent)


@pytest.mark.parametrize("tranche", ["41", "21"])  # one company each: with a plan, without
def test_a_filter_on_facts_tells_nothing_of_one_company_nor_whether_it_is_there(peuple: None, tranche: str) -> None:
    client = t.agent("59").client()
    html = client.get(CHIFFRES, {"tranche_effectif": tranche, "pse": "oui"}).content.decode()
    assert "Une entreprise au plus répond à ces filtres" in html
    assert f'href="/territoire/departement/59/etablissements?tranche_effectif={tranche}&amp;pse=oui"' in html
    assert lire(client, tranche_effectif=tranche, pse="oui") == {}


def test_a_group_of_one_company_is_not_shown_when_facts_filter(peuple: None) -> None:
    client = t.agent("59").client()
    LieuPrepare.objects.filter(departement="59").update(mortels=1)
    lus = lire(client, mortels="oui")
    assert lus["Total"][0] == "3"
    assert not any(titre.startswith("F ") for titre in lus)
    assert "n’a qu’une entreprise et n’est pas montrée" in client.get(CHIFFRES, {"mortels": "oui"}).content.decode()


def test_a_sum_that_one_company_makes_is_not_shown_among_others_without_a_value(peuple: None) -> None:
    LieuPrepare.objects.filter(siren=t.GRANDE).update(effectif=None)
    # The only company that declares people, and the only one with short-time work.
    assert lire(t.agent("59").client())["Total"] == ["3", "voir la liste", "1", "1"]


def test_an_associated_commune_is_counted_with_its_commune_as_its_list_does(peuple: None) -> None:
    f.lieux(
        f.lieu(t.MOYENNE, code_commune="59355", libelle_commune="LILLE"),  # Lomme
        f.lieu(t.GRANDE, code_commune=t.LILLE, libelle_commune="LILLE"),
    )
    t.preparer(t.paris.aujourd_hui())
    lus = lire(t.agent("59").client())
    assert lus["Lille (59)"] == lus["Total"]
    assert not any("Lomme" in titre for titre in lus)


def test_nothing_known_is_never_zero(peuple: None) -> None:
    LieuPrepare.objects.update(effectif_avant=None)
    assert lire(t.agent("59").client())["Total"][1:3] == ["460", "non comparable"]
    LieuPrepare.objects.update(effectif=None)
    assert lire(t.agent("59").client())["Total"][1] == "aucun déclaré"


def test_each_figure_says_the_part_of_the_territory_that_it_covers(peuple: None) -> None:
    html = t.agent("59").client().get(REGION).content.decode()
    (dite,) = re.findall(r"Vos droits n’ouvrent qu’une partie[^<]*", html)
    assert "Nord (59)" in dite
    assert "Salariés" in dite
    # Contacts are shared by the whole country.
    assert "Contrôlés depuis un an" not in dite
    assert "Vos droits n’ouvrent qu’une partie" not in t.agent("59").client().get(CHIFFRES).content.decode()


def test_a_commune_without_an_open_row_is_closed_never_zero(peuple: None) -> None:
    client = t.agent("59").client()
    lus = lire(client, REGION)
    assert lus["Lens (62)"][:5] == ["1", "fermé", "fermé", "fermé", "fermé"]
    assert lus["Total"][1] == "460"
    assert "Nord (59)" in client.get(REGION).content.decode()


def test_an_agent_without_habilitation_counts_establishments_only(peuple: None) -> None:
    lus = lire(t.sans_habilitation().client(finalite=None))
    assert lus["Total"] == ["3", *["fermé"] * 5]
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize("params", [{"pse": "oui"}, {"variation": "baisse"}, {"controle": "jamais"}])
def test_a_closed_filter_counts_nothing(peuple: None, params: dict[str, str]) -> None:
    assert lire(t.sans_habilitation().client(finalite=None), **params) == {}


def closes(lus: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a page says, without what Sirene says: the number of establishments."""
    return {titre: cellules[1:] for titre, cellules in lus.items()}


@pytest.mark.parametrize(
    "params",
    [
        {}, {"naf": "62.01Z"}, {"au_moins": "31"}, {"commune": "62498"}, {"variation": "hausse"}, {"pse": "oui"},
        {"mortels": "oui"}, {"activite_partielle": "oui"}, {"tranche_effectif": "31"},
    ],
)  # fmt: skip
def test_no_filter_nor_difference_of_two_territories_tells_a_closed_fact(peuple: None, params: dict[str, str]) -> None:
    """The same pages, whatever the facts of an establishment beyond the reader's territory: neither the région minus
    the département, nor a filter, nor an order, nor the day before says anything of it."""
    client = t.agent("59").client()
    pages = [REGION, CHIFFRES, "/territoire/commune/62498/chiffres"]
    listes = ["/territoire/region/32/etablissements", "/territoire/region/32"]

    def tout() -> list[Any]:
        vues = [closes(lire(client, page, **params)) for page in pages]
        return [vues, [_corps(client, page, params | tri) for page in listes for tri in ({}, {"tri": "salaries"})]]

    avant = tout()
    mois = t.dernier_mois()
    f.charger("dsn-effectifs", [
        *({"siret": t.siret(s), "mois": m, "total": n} for s, a, b in ((t.GRANDE, 400, 500), (t.MOYENNE, 60, 60))
          for m, n in ((mois, a), (mois.replace(year=mois.year - 1), b))),
        {"siret": t.siret(t.VOISINE), "mois": mois, "total": 7777},
    ])  # fmt: skip
    f.charger("accidents-travail", [
        {"siret": t.siret(t.GRANDE), "total": 8, "mortels": 0}, {"siret": t.siret(t.PETITE), "total": 3, "mortels": 1},
        {"siret": t.siret(t.VOISINE), "total": 9, "mortels": 9},
    ])  # fmt: skip
    f.charger(
        "rupco-etablissements",
        [
            {"numero": n, "siren_entreprise": s, "siret": t.siret(s), "type": "PSE", "date_enregistrement": t.il_y_a(j)}
            for n, s, j in (("D1", t.GRANDE, 100), ("D9", t.VOISINE, 3))
        ],
    )
    t.preparer(t.paris.aujourd_hui())
    assert tout() == avant


def _corps(client: Client, page: str, params: dict[str, str]) -> str:
    html = client.get(page, params).content.decode()
    return re.sub(r"\w{64}|[0-9a-f]{16}", "", html.split("<main", 1)[1].split("</main>", 1)[0])


def test_the_sums_are_written_in_the_journal_with_the_few_companies_that_make_them(peuple: None) -> None:
    lire(t.agent("59").client())
    ecrites = list(Consultation.objects.all())
    assert {c.numero for c in ecrites} == {"", t.GRANDE, t.MOYENNE, t.PETITE}
    assert {s for c in ecrites for s in c.sources} >= {"dsn-effectifs", "activite-partielle", "rupco-etablissements"}
    assert "filtres:territoire/departement/59/chiffres?" in {s for c in ecrites for s in c.sources}
    assert sum(c.poids for c in ecrites) == 3
