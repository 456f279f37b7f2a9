"""A search that is followed: what it finds is followed, who comes in is told once, and it never grows without bound."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Compte
from fce.echanges.models import AlerteSuivi, Suivi
from fce.echanges.suivis import alertes, recherches, services
from fce.echanges.suivis.alertes import FaitSuivi
from fce.echanges.suivis.annonces import TACHE_RECHERCHES
from fce.echanges.suivis.recherches import adresse_de, relire_les_recherches, requete_suivie
from fce.recherche.question.requete import Requete
from fce.socle.erreurs import ParametreInvalide
from tests.droits.comptes import fabrique as c
from tests.recherche.univers import Univers, deux_villes

pytestmark = pytest.mark.django_db
LILLE = "commune=59350"


@pytest.fixture
def univers() -> Univers:
    cree = deux_villes()
    cree.indexer()
    return cree


def suivre(compte: Compte, parametres: str = LILLE) -> Suivi:
    return services.ajouter_recherche(compte, Requete.depuis(QueryDict(parametres)), "À Lille")


def numeros(suivi: Suivi) -> set[str]:
    return set(suivi.unites.values_list("numero", flat=True))


def entrees() -> list[str]:
    return list(AlerteSuivi.objects.filter(code="entree").values_list("siren", flat=True))


def test_what_it_finds_is_followed_and_what_it_found_first_is_no_news(elle: Compte, univers: Univers) -> None:
    suivi = suivre(elle)
    lille = {u["siren"] for u in univers.unites[:2]}
    assert numeros(suivi) == lille
    assert relire_les_recherches() == 0
    assert entrees() == []
    faits = [FaitSuivi(u["siren"], "", "cessation", None) for u in univers.unites]
    assert alertes.ecrire_alertes("sirene-unites-legales", "import-1", faits) == 2


def test_of_establishments_their_numbers_are(univers: Univers) -> None:
    suivi = suivre(c.compte(), f"vue=etablissements&{LILLE}")
    assert {len(n) for n in numeros(suivi)} == {14}


def test_a_new_index_asks_again_and_who_comes_in_is_told_once(elle: Compte, univers: Univers) -> None:
    suivi = suivre(elle)
    neuve = univers.entreprise("DELTA")
    univers.unites[0]["etat_administratif"] = "C"
    univers.lieux[0]["etat_administratif"] = "F"
    univers.indexer()
    assert ProcrastinateJob.objects.filter(task_name=TACHE_RECHERCHES).exists()
    assert [relire_les_recherches() for _ in range(3)] == [1, 0, 0]
    assert entrees() == [neuve]
    assert numeros(suivi) == {univers.unites[1]["siren"], neuve}


def test_a_killed_reading_has_changed_nothing_and_runs_again(univers: Univers) -> None:
    suivi = suivre(c.compte())
    neuve = univers.entreprise("DELTA")
    univers.indexer()

    def mourir(execute: Any, requete: str, *reste: Any) -> Any:
        if "INSERT INTO" in requete and AlerteSuivi._meta.db_table in requete:
            raise SystemExit
        return execute(requete, *reste)

    with connection.execute_wrapper(mourir), pytest.raises(SystemExit):
        relire_les_recherches()
    assert neuve not in numeros(suivi)
    assert relire_les_recherches() == 1
    assert entrees() == [neuve]


def test_what_leaves_a_search_is_told_with_its_name_and_never_a_masked_person(univers: Univers) -> None:
    univers.entreprise("DELTA")
    masque = univers.personne("EPSILON", "ANNE")
    univers.indexer()
    elle = c.compte()
    assert len(numeros(suivre(elle))) == 4
    univers.unites[-1]["statut_diffusion"] = "P"
    univers.lieux[-2] |= {"code_commune": "29019", "libelle_commune": "BREST"}
    univers.indexer()
    relire_les_recherches()
    client = Client()
    c.connecter(client, elle, mfa=True)
    page = client.get("/suivis").content.decode()
    assert page.count("Sort de votre recherche « À Lille »") == 1
    assert masque not in page


def test_beyond_the_bound_it_is_refused_and_what_it_found_before_stays_followed(
    univers: Univers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recherches, "UNITES_MAX", 2)
    elle = c.compte()
    suivi = suivre(elle)
    avant = numeros(suivi)
    univers.entreprise("DELTA")
    univers.indexer()
    with pytest.raises(ParametreInvalide, match="affinez-la"):
        suivre(c.compte())
    relire_les_recherches()
    suivi.refresh_from_db()
    assert (suivi.figee, numeros(suivi), entrees()) == (True, avant, [])
    monkeypatch.setattr(recherches, "UNITES_MAX", 10)
    univers.entreprise("EPSILON")
    univers.indexer()
    relire_les_recherches()
    suivi.refresh_from_db()
    assert not suivi.figee
    assert entrees() == []  # nobody knows which of them came since


@pytest.mark.parametrize("parametres", ["", "etat=tous", "lieu=nullepart", "q=552032534", "q=55203253400646"])
def test_what_asks_nothing_or_one_number_is_not_followed(univers: Univers, parametres: str) -> None:
    with pytest.raises(ParametreInvalide):
        suivre(c.compte(), parametres)
    assert not Suivi.objects.exists()


def test_a_search_that_finds_nothing_yet_is_followed_and_tells_the_first_one(univers: Univers) -> None:
    suivre(c.compte(), "commune=29019")
    neuve = univers.entreprise("DELTA", {"code_commune": "29019", "libelle_commune": "BREST"})
    univers.indexer()
    relire_les_recherches()
    assert entrees() == [neuve]


@pytest.mark.parametrize("parametres", ["commune=59350&page=3&taille=50&tri=-nom", "tri=nom&commune=59350", LILLE])
def test_one_search_has_one_address_whatever_its_layout(elle: Compte, univers: Univers, parametres: str) -> None:
    premier = suivre(elle)
    assert suivre(elle, parametres) == premier
    assert premier.recherche == LILLE
    assert adresse_de(requete_suivie(premier.recherche)) == LILLE


def test_a_filter_that_is_gone_never_widens_a_search(univers: Univers) -> None:
    suivi = suivre(c.compte())
    avant = numeros(suivi)
    Suivi.objects.update(recherche="disparu=oui&commune=59350", index="")
    relire_les_recherches()
    suivi.refresh_from_db()
    assert (suivi.figee, numeros(suivi)) == (True, avant)


def test_so_many_searches_and_no_more(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "RECHERCHES_MAX", 1)
    elle = c.compte()
    suivre(elle)
    with pytest.raises(ParametreInvalide, match="retirez-en"):
        suivre(elle, "departement=69")


def test_from_the_results_an_agent_follows_and_nobody_else_is_offered_to(elle: Compte, univers: Univers) -> None:
    client = c.client_de(elle)
    resultats = client.get(f"/recherche?{LILLE}").content.decode()
    assert f'href="/suivis/recherche?vue=entreprises&amp;{LILLE}"' in resultats
    assert "Suivre cette recherche" not in Client().get(f"/recherche?{LILLE}").content.decode()
    page = client.get(f"/suivis/recherche?{LILLE}")
    assert "2 entreprises" in page.content.decode().replace("\xa0", " ")
    fait = client.post(f"/suivis/recherche?{LILLE}", {"nom": "  À   Lille "})
    assert (fait.status_code, fait["Location"]) == (302, "/suivis?fait=suivi-ajoute")
    mienne = client.get("/suivis").content.decode()
    assert "À Lille" in mienne
    assert f"/recherche?{LILLE}" in mienne


def test_a_search_that_cannot_be_followed_says_why(univers: Univers) -> None:
    client = c.client_de(c.compte())
    page = client.get("/suivis/recherche")
    assert page.status_code == 200
    assert "au moins un mot ou un filtre" in page.content.decode()
    assert client.post("/suivis/recherche", {"nom": "x"}).status_code == 400
