"""A sheet with seventy sources, all filled, and a company out of all proportion: round trips, weight of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.fiche import selectors as fiches
from fce.fiche.assemblage import en_entier
from fce.fiche.lecture import enonces, plans
from fce.socle.base.lectures import EXECUTIONS_AVANT_PLAN
from fce.sources.presentation import Jalon, ParEtablissement, Presence, Serie, Tableau, Valeurs
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_fraicheur import le
from tests.sql import executer

pytestmark = pytest.mark.django_db
FORMES = [
    (jeux.Decision, {"presentation": Tableau(tri="-jour_decision", total=("heures",)), "selection": jeux.dernieres}),
    (jeux.Accord, {"presentation": Tableau(), "regroupement": ParEtablissement(("salaries",), "signature")}),
    (jeux.Accord, {"presentation": Tableau(tri="-signature"), "jalon": None}),
    (jeux.Immatriculation, {"presentation": Valeurs()}),
    (jeux.Label, {"presentation": Presence("Sur la liste.")}),
]
LIGNES = {
    jeux.Decision: [
        {"siret": SIRET, "dossier": f"D{n}", "jour_decision": date(2026, 1 + n % 10, 1), "heures": 10 * n,
         "lieu": "12 RUE DES TILLEULS LILLE"}
        for n in range(40)
    ],
    jeux.Accord: [
        {"siret": f.siret_no(SIREN, 1 + n % 30), "dossier": f"A{n}", "signature": date(2025, 1 + n % 12, 1),
         "salaries": n}
        for n in range(60)
    ],
    jeux.Immatriculation: [{"siren": SIREN, "capital": 50_000, "annee_depot": 2019, "vide": "Une observation " * 5}],
    jeux.Label: [{"siret": f.siret_no(SIREN, n), "numero": f"L-{n}"} for n in range(1, 16)],
}  # fmt: skip


def soixante_dix(monkeypatch: pytest.MonkeyPatch) -> None:
    rubriques = ["dirigeants", "relations-travail", "controles", "mutations-economiques", "aides", "agrements-labels"]
    declarees = [
        jeux.declarer(f"jeu-{n:02d}", FORMES[n % 5][0], rubriques[n % 6], **FORMES[n % 5][1]) for n in range(67)
    ]
    serie = [
        jeux.declarer(f"serie-{n}", jeux.Effectif, "effectifs", presentation=Serie("mois", ("total",), ("cdi", "cdd")))
        for n in range(3)
    ]
    jeux.installer(monkeypatch, [*declarees, *serie])
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.lieux(*(f.lieu(SIREN, n, libelle_commune=f"VILLE {n}", code_commune="59350") for n in range(1, 31)))
    for source in declarees:
        f.charger(source.nom, LIGNES[source.modele])
    for source in serie:
        f.charger(
            source.nom,
            [
                {"siret": SIRET, "mois": date(2026 - n // 12, 12 - n % 12, 1), "total": n, "cdi": n, "cdd": n}
                for n in range(120)
            ],
        )


@pytest.fixture
def pleines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventy sources, all full."""
    soixante_dix(monkeypatch)


def allers_retours(appel: Callable[[], object]) -> int:
    """Of a sheet, once its process knows which sources have a version; the test's own savepoints apart."""
    appel()
    with CaptureQueriesContext(connection) as requetes:
        appel()
    return sum("SAVEPOINT" not in r["sql"] for r in requetes.captured_queries)


def test_seventy_full_sources_fit_in_two_readings_and_250_kilobytes(pleines: None, client: Client) -> None:
    assert allers_retours(lambda: fiches.fiche_entreprise(SIREN)) == 2
    assert allers_retours(lambda: fiches.fiche_etablissement(SIRET)) == 1
    for adresse in (f"/entreprise/{SIREN}/tout?periode=60", f"/etablissement/{SIRET}/tout?periode=60"):
        assert len(client.get(adresse).content) <= 250_000


def test_one_failure_among_seventy_costs_only_its_block(pleines: None, client: Client) -> None:
    executer("DROP VIEW jeu_03")
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    assert html.count("momentanément indisponible") == 1
    assert "Jeu 08" in html


@pytest.mark.parametrize(("borne", "limite"), [("LIGNES_SOMME", 100), ("LIEUX_SOMME", 10)])
def test_a_sum_out_of_reach_is_made_after_the_page(
    pleines: None, borne: str, limite: int, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(enonces, borne, limite)
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    assert f'hx-get="/entreprise/{SIREN}/serie-0" hx-trigger="intersect once" hx-target="#liste-serie-0"' in html
    assert 'id="graphique-serie-0' not in html
    assert "Jeu 08" in html
    # What the page asks for then: a hundred and twenty months, each added up, with their chart.
    demande = {"HX-Request": "true", "HX-Target": "liste-serie-0"}
    somme = client.get(f"/entreprise/{SIREN}/serie-0", headers=demande).content.decode()
    assert somme.lstrip().startswith('<div id="liste-serie-0"')
    assert "120 lignes – page 1 sur 3" in somme
    assert 'id="graphique-serie-0' in somme
    assert "décembre 2017" in client.get(f"/entreprise/{SIREN}/serie-0?page=3").content.decode()
    # Neither a file nor the API has an after: they wait for it.
    rubriques = client.get(f"/api/v1/entreprises/{SIREN}").json()["rubriques"]
    serie = next(s for r in rubriques for s in r["sources"] if s["source"] == "serie-0")
    assert (serie["etat"], serie["lignes"][0]["total"]) == ("donnees", 0)
    assert len(serie["lignes"]) == 100
    # On the sheet of the establishment nothing is added up: its own figures are there.
    assert 'id="graphique-serie-0' in client.get(f"/etablissement/{SIRET}/tout").content.decode()


def test_a_company_of_a_thousand_places_without_headcounts_waits_for_nothing(
    pleines: None, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(enonces, "LIEUX_SOMME", 10)
    f.charger("serie-0", [])
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    assert f"/entreprise/{SIREN}/serie-0" not in html
    assert f"/entreprise/{SIREN}/serie-1" in html


def test_a_list_never_gives_a_partial_sum(pleines: None, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(en_entier, "LIGNES_SOMME_LISTE", 100)
    reponse = client.get(f"/entreprise/{SIREN}/serie-0")
    assert reponse.status_code == 503
    assert "trop de lignes à additionner. Lisez la fiche de chaque établissement" in reponse.content.decode()


def test_the_reading_of_a_sheet_is_planned_once_and_for_all(pleines: None) -> None:
    for _ in range(EXECUTIONS_AVANT_PLAN + 1):
        fiches.fiche_entreprise(SIREN)
    assert executer("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%jeu_03%%'")[0][0] == 1
    # A version switched meanwhile is read at once.
    f.charger("jeu-02", [])
    fiche = fiches.fiche_entreprise(SIREN)
    assert next(b for r in fiche.rubriques for b in r.blocs if b.cle == "jeu-02").etat == "aucune"


def test_what_is_computed_on_part_of_the_rows_says_so(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    jeux.installer(monkeypatch, jeux.jeux().values())
    for borne in ("LIGNES_REGLE", "LIGNES_JALONS"):
        monkeypatch.setattr(plans, borne, 30)
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.charger("decisions-inventees", LIGNES[jeux.Decision])
    le(monkeypatch, date(2026, 11, 25))
    html = client.get(f"/entreprise/{SIREN}/tout").content.decode()
    # The rule, with its tile; the line of the alert leads to it.
    assert html.count(", sur 30 lignes parmi 40") == 1
    assert html.count("Calculé sur 30 lignes parmi 40.") == 1
    monkeypatch.setattr(plans, "LIGNES_REGLE", 40)
    plans._modele.cache_clear()
    assert "lignes parmi" not in client.get(f"/entreprise/{SIREN}/tout").content.decode()


def test_a_grouping_of_part_of_the_facts_says_so(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """Grouped in Python: the facts also make the timeline."""
    forme = {"presentation": Tableau(), "jalon": Jalon("signature", "Accord", "dossier")}
    groupe = ParEtablissement(("salaries",), "signature")
    source = jeux.declarer("accords", jeux.Accord, "relations-travail", regroupement=groupe, **forme)
    jeux.installer(monkeypatch, [source])
    monkeypatch.setattr(plans, "LIGNES_REGLE", 30)
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD"))
    f.charger("accords", LIGNES[jeux.Accord])
    assert "Calculé sur 30 lignes parmi 60." in client.get(f"/entreprise/{SIREN}/tout").content.decode()
