"""Where events are told: each gesture of the service counts itself, once, and says of its author what it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fce.droits.dossiers import services as dossiers
from fce.statistiques import collecte
from fce.statistiques.models import EvenementDUsage
from tests.acces import acteurs
from tests.comptes import fabrique as c
from tests.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)


def ecrits() -> dict[str, int]:
    return dict(EvenementDUsage.objects.values_list("nom", "nombre"))


def retenus() -> dict[str, int]:
    return {fait.nom: n for fait, n in collecte.MEMOIRE.faits.items()}


@pytest.fixture
def unite() -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS INVENTES"))
    f.lieux(f.lieu(SIREN))


@pytest.fixture
def agent() -> tuple[Client, Any]:
    compte, groupe, client = c.compte(), c.groupe(), Client()
    c.appartenance(compte, groupe)
    acteurs.dossier(groupe, "inspection-travail", ("59",))
    c.connecter(client, compte, finalite="controle-travail")
    return client, compte


def test_a_sheet_is_counted_for_an_agent_and_for_a_stranger(
    client: Client, agent: tuple[Client, Any], unite: None
) -> None:
    client.get(f"/entreprise/{SIREN}")
    assert retenus() == {"fiche_lue": 1}
    assert {fait.qui for fait in collecte.MEMOIRE.faits} == {""}
    collecte.MEMOIRE.faits.clear()
    agent[0].get(f"/entreprise/{SIREN}/tout")
    assert retenus().get("fiche_lue") == 1
    assert {fait.qui for fait in collecte.MEMOIRE.faits} == {agent[1].identifiant}


def test_a_private_person_is_never_told_from_a_stranger(client: Client, unite: None) -> None:
    c.connecter(client, c.particulier())
    client.get(f"/entreprise/{SIREN}")
    assert {(fait.nom, fait.qui) for fait in collecte.MEMOIRE.faits} == {("fiche_lue", "")}


def test_a_habilitation_is_counted_for_who_asked_for_it() -> None:
    demandeur, approbateur, groupe = c.compte(), c.compte(siret=c.AUTRE_SERVICE), c.groupe()
    contenu = dossiers.du_profil("inspection-travail", ("59",))
    dossier = dossiers.creer(groupe, contenu, demandeur.identifiant)
    dossiers.valider(dossiers.soumettre(dossier, demandeur.identifiant), approbateur.identifiant)
    assert ecrits() == {"habilitation_obtenue": 1}
    assert EvenementDUsage.objects.get().organisation == groupe.organisation


@pytest.mark.parametrize(
    ("dit", "attendus"),
    [
        ({"trouve": "oui", "recommandation": "9"}, {("avis_aide", None), ("avis_note", 9)}),
        ({"trouve": "en_partie"}, {("avis_aide_en_partie", None)}),
        ({"trouve": "non", "recommandation": "0"}, {("avis_aide_pas", None), ("avis_note", 0)}),
    ],
)
def test_an_opinion_is_counted_and_nobody_with_it(
    client: Client, dit: dict[str, str], attendus: set[tuple[str, int | None]]
) -> None:
    c.connecter(client, c.compte())
    assert client.post("/avis", dit).status_code == 302
    assert set(EvenementDUsage.objects.values_list("nom", "valeur")) == attendus
    assert set(EvenementDUsage.objects.values_list("pseudonyme", "organisation")) == {("", None)}


def test_a_mark_is_from_0_to_10(client: Client) -> None:
    assert client.post("/avis", {"trouve": "oui", "recommandation": "11"}).status_code == 400
    assert ecrits() == {}


def test_a_stranger_s_opinion_is_counted_under_the_role_of_strangers(client: Client) -> None:
    assert client.post("/avis", {"trouve": "oui"}).status_code == 302
    assert ecrits() == {"avis_aide": 1}


@pytest.mark.parametrize(("qui", "pseudonyme"), [(c.compte, True), (c.particulier, False)])
def test_an_error_reported_is_counted(
    client: Client, unite: None, qui: Callable[[], Any], pseudonyme: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fce.portail.signalements import services

    monkeypatch.setattr(services, "peut_signaler", lambda *_: True)
    services.signaler(qui(), SIREN, rubrique="identite", source="", texte="Le nom n’est plus le bon.")
    (evenement,) = EvenementDUsage.objects.all()
    assert evenement.nom == "erreur_signalee"
    assert bool(evenement.pseudonyme) is pseudonyme


def test_a_search_is_counted_once_per_question(agent: tuple[Client, Any], settings: Any) -> None:
    agent[0].get("/recherche?q=boulangerie&vue=entreprises")
    assert retenus().get("recherche", 0) <= 1
