"""What makes a table readable: no empty column, a title for each of two tables, the establishment, deaths first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from fce.fiche.formes import regroupement
from fce.fiche.formes.contenu import Cellule, ColonneVue, EnTableau
from fce.fiche.page import colonnes, html
from fce.fiche.unite.perimetre import ENTREPRISE
from fce.sources.catalogue.dati.accidents.source import source as accidents
from fce.sources.presentation import ParEtablissement, Tableau, Valeurs
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux
from tests.fiche.fiches import entetes
from tests.fiche.jeux import AUTRE, SIREN, SIRET

pytestmark = pytest.mark.django_db
NOM = "accords-inventes"


def installer(monkeypatch: pytest.MonkeyPatch, **quoi: object) -> None:
    accords = jeux.declarer(NOM, jeux.Accord, "relations-travail", **quoi)
    jeux.installer(monkeypatch, [*(s for n, s in jeux.jeux().items() if n != NOM), accords])
    jeux.peupler()


def bloc(client: Client, adresse: str) -> str:
    page = unescape(client.get(f"{adresse}/travail").content.decode())
    debut = page.index(f'id="liste-{NOM}"')
    return page[debut : page.index("fce-source", debut)]


class TestEmptyColumns:
    def test_a_column_without_a_value_is_not_printed_but_stays_in_the_file(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installer(monkeypatch, presentation=Tableau(("dossier", "signature", "salaries"), tri="dossier"))
        lignes = [{"siret": SIRET, "dossier": f"A{n:03d}", "signature": None, "salaries": n} for n in range(1, 30)]
        f.charger(NOM, lignes)
        assert entetes(bloc(client, f"/etablissement/{SIRET}")) == ["Dossier", "Salariés couverts"]
        assert entetes(client.get(f"/etablissement/{SIRET}/{NOM}").content.decode()) == ["Dossier", "Salariés couverts"]
        fichier = b"".join(client.get(f"/etablissement/{SIRET}/{NOM}.csv")).decode()
        assert "Signature" in fichier.splitlines()[0]

    def test_what_the_next_page_has_stays_on_the_first(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        installer(monkeypatch, presentation=Tableau(("dossier", "signature", "salaries"), tri="dossier"))
        f.charger(NOM, [
            {"siret": SIRET, "dossier": f"A{n:03d}", "signature": date(2026, 1, 1) if n > 80 else None, "salaries": n}
            for n in range(120)
        ])  # fmt: skip
        for page in ("", "?page=2", "?page=3"):
            html_ = client.get(f"/etablissement/{SIRET}/{NOM}{page}").content.decode()
            assert entetes(html_) == ["Dossier", "Signature", "Salariés couverts"]

    def test_the_column_asked_for_is_shown_even_empty(self) -> None:
        vide = Cellule("")
        tableau = EnTableau(
            (ColonneVue("a", "A"), ColonneVue("b", "B"), ColonneVue("c", "C")),
            ((Cellule("1"), vide, vide),), 1, ENTREPRISE, optionnelles=("b",), vides=frozenset({"b", "c"}),
        )  # fmt: skip
        sans, avec = colonnes.choisir(tableau, None), colonnes.choisir(tableau, ["", "b"])
        assert [c.attribut for c in sans.tableau.colonnes] == ["a"]
        assert sans.options == (("b", "B", False),)
        assert [c.attribut for c in avec.tableau.colonnes] == ["a", "b"]

    def test_a_total_of_the_whole_company_keeps_its_column(self) -> None:
        tableau = EnTableau(
            (ColonneVue("a", "A"), ColonneVue("b", "B", chiffre=True)), ((Cellule("1"), Cellule("")),), 1, ENTREPRISE,
            ensemble=(Cellule(""), Cellule("12", 12)), vides=frozenset({"b"}),
        )  # fmt: skip
        assert [c.attribut for c in colonnes.sans_vides(tableau).colonnes] == ["a", "b"]
        assert len(colonnes.sans_vides(replace(tableau, ensemble=())).colonnes) == 1


def test_two_tables_one_below_the_other_each_have_their_title() -> None:
    tableau = EnTableau((ColonneVue("a", "A"),), ((Cellule("1"),),), 1, ENTREPRISE, unites="établissement")
    deux = html.tableau(replace(tableau, synthese=tableau), "Accords", "accords", "/entreprise/1")
    assert re.findall("<caption>(.*?)</caption>", deux) == ["Synthèse", "Par établissement"]
    seul = html.tableau(tableau, "Accords", "accords", "/entreprise/1")
    assert re.findall("<caption.*?</caption>", seul) == ['<caption class="fr-sr-only">Accords</caption>']


def test_a_repeated_unit_tells_of_which_establishment(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, presentation=Valeurs(("dossier", "salaries")))
    memes = [{"siret": s, "dossier": "UC 1", "signature": date(2026, 1, 1), "salaries": 3} for s in (SIRET, AUTRE)]
    f.charger(NOM, memes)
    html_ = bloc(client, f"/entreprise/{SIREN}")
    assert entetes(html_)[0] == "SIRET"
    assert html_.count('href="/etablissement/') == 2
    assert "/etablissement/" not in bloc(client, f"/etablissement/{SIRET}").partition("fce-barre__groupe")[0]


def test_the_headings_of_a_long_table_stay_in_view() -> None:
    ligne = (Cellule("1"),)
    tableau = EnTableau((ColonneVue("a", "A"),), (ligne,) * 16, 16, ENTREPRISE)
    assert "fce-defilement--fixe" in html.lignes(tableau, "Accords")
    assert "fce-defilement--fixe" not in html.lignes(replace(tableau, lignes=(ligne,) * 15), "Accords")
    large = replace(tableau, colonnes=tableau.colonnes * 9, lignes=(ligne * 9,) * 16)
    assert "fce-defilement--fixe" not in html.lignes(large, "Accords")


class TestDeaths:
    def test_establishments_with_deaths_come_first(self) -> None:
        assert accidents.regroupement is not None
        faits = [
            {"siret": siret, "total": total, "mortels": mortels}
            for siret, total, mortels in (("a", 50, 0), ("b", 2, None), ("c", 1, 1), ("d", 90, 0))
        ]
        groupes = regroupement.grouper(faits, "siret", accidents.regroupement)
        assert [groupe[0]["siret"] for groupe in groupes] == ["c", "d", "a", "b"]

    def test_the_database_sorts_establishments_alike(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        installer(
            monkeypatch,
            presentation=Tableau(("siret", "dossier", "salaries")),
            regroupement=ParEtablissement(somme=("salaries",), derniere="signature", premiers=("salaries",)),
        )
        f.charger(
            NOM,
            [
                {"siret": SIRET, "dossier": "1", "signature": date(2026, 1, 1), "salaries": 1},
                {"siret": AUTRE, "dossier": "2", "signature": date(2020, 1, 1), "salaries": 9},
            ],
        )
        assert re.findall(r'href="/etablissement/(\d+)"', bloc(client, f"/entreprise/{SIREN}")) == [AUTRE, SIRET]

    def test_the_period_of_a_table_is_told(self) -> None:
        presentation = accidents.presentation
        assert isinstance(presentation, Tableau)
        assert "période que couvre le fichier" in presentation.note

    def test_what_comes_first_must_be_summed(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="l'ordre du regroupement"):
            jeux.declarer(NOM, jeux.Accord, "relations-travail", regroupement=ParEtablissement(premiers=("dossier",)))
