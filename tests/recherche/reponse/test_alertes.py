"""A result says its public alarms, as the sources declare them; nothing reserved ever feeds one."""

from copy import copy

import pytest
from django.test import Client

from fce.recherche.question import filtres
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import alertes, selectors
from fce.sources import registre
from fce.sources.presentation import Filtre
from tests.recherche.univers import BREST, Univers


@pytest.fixture
def noms(univers: Univers) -> dict[str, str]:
    siens = {
        "saine": univers.entreprise("ATELIER SAIN"),
        "suivie": univers.entreprise("ATELIER SUIVI"),
        "close": univers.entreprise("ATELIER CLOS"),
        "fermee": univers.entreprise("ATELIER FERME", {"etat_administratif": "F", "date_debut": "2026-03-12"}),
        "cessee": univers.entreprise("ATELIER CESSE", etat_administratif="C"),
    }
    for nom, procedure in (("suivie", "liquidation_judiciaire"), ("close", "cloture")):
        univers.fait(
            "bodacc", siren=siens[nom], id=nom, type_avis="annonce", procedure=procedure,
            jugement_date="2026-09-01", date_parution="2026-09-10",
        )  # fmt: skip
    univers.etablissement(siens["suivie"], 2, **BREST)
    univers.indexer()
    return siens


@pytest.mark.parametrize("vue", ["entreprises", "etablissements"])
def test_a_result_says_its_alarms(noms: dict[str, str], vue: str) -> None:
    trouves = selectors.rechercher(Requete.depuis({"q": "atelier", "vue": vue, "etat": "tous"})).resultats
    dites = {r.entreprise.siren: r.alertes for r in trouves}
    assert dites == {
        noms["saine"]: (),
        noms["suivie"]: ("Liquidation judiciaire, 01/09/2026",),
        noms["close"]: (),
        noms["fermee"]: ("Siège fermé le 12/03/2026",),
        noms["cessee"]: (),
    }


def test_nothing_is_asked_for_companies_that_mention_no_alarm(
    noms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    demandes: list[str] = []
    porteurs = alertes.porteurs
    monkeypatch.setattr(
        alertes, "porteurs", lambda moteur, filtre, sirens: demandes.extend(sirens) or porteurs(moteur, filtre, sirens)
    )
    selectors.rechercher(Requete.depuis({"q": "atelier sain"}))
    assert demandes == []
    selectors.rechercher(Requete.depuis({"q": "atelier", "etat": "tous"}))
    assert demandes == [noms["suivie"]]


@pytest.mark.parametrize("affichage", ["liste", "tableau"])
def test_the_page_shows_them_and_an_establishment_says_whose_they_are(
    client: Client, noms: dict[str, str], affichage: str
) -> None:
    html = client.get(f"/recherche?q=atelier+suivi&vue=entreprises&affichage={affichage}").content.decode()
    assert ">Liquidation judiciaire, 01/09/2026<" in html
    html = client.get(f"/recherche?q=atelier+suivi&vue=etablissements&affichage={affichage}").content.decode()
    alerte = "Liquidation judiciaire, 01/09/2026</span>"
    dite = alerte if affichage == "tableau" else f"Entreprise : {alerte}"
    assert html.count(dite) == 2
    assert f'href="/entreprise/{noms["suivie"]}"' in html
    assert "BREST" in html


def test_an_alarm_is_one_whichever_source_gives_it(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another source feeds the filter without saying that it is an alarm: who bears its value mentions it all the
    same, else nobody would ask."""
    muette = copy(registre.source("ess"))
    muette.recherche = (Filtre("procedure_collective", "Procédure", valeur="liquidation_judiciaire"),)
    sources = {s.nom: muette if s.nom == muette.nom else s for s in registre.toutes()}
    monkeypatch.setattr(registre, "par_nom", lambda: sources)
    siren = univers.entreprise("ATELIER LIQUIDE")
    univers.fait(muette.nom, siren=siren)
    univers.indexer()
    (trouve,) = selectors.rechercher(Requete.depuis({"q": "atelier liquide"})).resultats
    assert trouve.alertes == ("Liquidation judiciaire",)


def test_alarms_are_declared_by_open_sources_only() -> None:
    declares = [f for f in filtres.declares() if f.alerte]
    assert [f.nom for f in declares] == ["procedure_collective"]
