"""A sheet sent to a colleague: a link to an agent, the same answer to anybody else, so many in a day."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from fce.comptes.evenements import noter
from fce.comptes.models import Compte, EvenementCompte
from fce.comptes.tasks import envoyer_a_un_compte
from fce.echanges.envois import services
from fce.echanges.unites import unite_visee
from fce.socle.erreurs import ParametreInvalide
from tests.acces import acteurs
from tests.comptes import fabrique as c
from tests.comptes.courrier import relever
from tests.concurrence import ensemble
from tests.echanges.visites.fabrique import service
from tests.entreprises import fabrique as f

pytestmark = pytest.mark.django_db(transaction=True)
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
PHRASE = "Si cette adresse est celle d’un agent qui utilise FCE, le lien lui est envoyé."


@pytest.fixture(autouse=True)
def _lieu(settings: Any) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    f.unites(f.unite(SIREN, denomination="MINOTERIE"))
    f.lieux(f.lieu(SIREN, code_commune="59350"))


@pytest.mark.parametrize("fiche", [f"/entreprise/{SIREN}", f"/etablissement/{SIRET}"])
def test_a_colleague_receives_a_link_and_nothing_else(fiche: str, mailoutbox: list[EmailMessage]) -> None:
    nous, collegue = service(), c.compte()
    assert f"{fiche}/envoyer" in nous.client.get(fiche).content.decode()
    assert nous.client.get(f"{fiche}/envoyer").status_code == 200
    fait = nous.client.post(f"{fiche}/envoyer", {"courriel": f" {collegue.courriel.upper()} "})
    assert (fait.status_code, fait["Location"]) == (302, f"{fiche}?fait=fiche-envoyee")
    assert PHRASE in nous.client.get(fait["Location"]).content.decode()
    relever()
    (message,) = mailoutbox
    assert message.to == [collegue.courriel]
    assert f"https://fce.example{fiche}\n" in message.body
    assert "MINOTERIE" not in f"{message.subject}{message.body}"
    assert nous.agent.nom not in f"{message.subject}{message.body}"


def test_whether_somebody_has_an_account_is_not_told(mailoutbox: list[EmailMessage]) -> None:
    nous, ferme = service(), c.compte()
    Compte.objects.filter(pk=ferme.pk).update(desactive_le="2026-01-01T00:00Z")
    particulier = c.compte(genre="particulier")
    collegue = c.compte()
    connu = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel})
    for adresse in (ferme.courriel, particulier.courriel, "personne@nulle-part.example"):
        reponse = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse})
        assert (reponse.status_code, reponse["Location"]) == (connu.status_code, connu["Location"])
    relever()
    assert [message.to for message in mailoutbox] == [[collegue.courriel]]


def test_e11_neither_the_company_nor_the_colleague_is_kept_beside_who_sent() -> None:
    nous, collegue = service(), c.compte()
    for adresse in (collegue.courriel, "personne@nulle-part.example"):
        nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse})
    ecrits = EvenementCompte.objects.filter(action=services.GESTE).values_list("par", "objet", "avant", "apres")
    assert list(ecrits) == [(nous.agent.identifiant, "fiche", {}, {})] * 2


def test_e11_the_team_does_not_read_who_sent_a_sheet_to_whom() -> None:
    """Nor in the events written before, which named the colleague."""
    nous, collegue, equipe = service(), c.compte(), c.compte()
    c.mandat(equipe, "equipe")
    client = Client()
    c.connecter(client, equipe)
    nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel})
    lui, moi = collegue.identifiant, nous.agent.identifiant
    noter(moi, services.GESTE, lui)
    for filtre in ("objet=fiche", f"objet={lui}", f"par={moi}"):
        assert "Aucun événement" in client.get(f"/gestion/evenements?{filtre}").content.decode()
    assert services.GESTE not in client.get("/gestion/evenements").content.decode()
    assert moi not in client.get(f"/gestion/comptes/{collegue.pk}").content.decode()


def test_so_many_in_a_day_and_no_more_even_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PAR_JOUR", 3)
    nous, unite = service(), unite_visee(SIREN)

    def envoyer() -> None:
        services.envoyer_fiche(nous.agent, "personne@nulle-part.example", unite)

    refus = ensemble(*[envoyer] * 6)
    assert [type(erreur) for erreur in refus] == [ParametreInvalide] * 3
    reponse = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": c.compte().courriel})
    assert reponse.status_code == 400
    assert "recommencez demain" in reponse.content.decode()


@pytest.mark.parametrize("adresse", ["", "pas une adresse", "a@b", "x" * 330 + "@t.example"])
def test_what_is_no_address_is_said_beside_the_field(adresse: str) -> None:
    reponse = service().client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse})
    assert reponse.status_code == 400
    assert 'class="fr-message fr-message--error"' in reponse.content.decode()


@pytest.mark.parametrize("qui", ["anonyme", "dirigeant"])
def test_only_an_agent_sends(qui: str) -> None:
    client = acteurs.ACTEURS[qui]().client
    assert "/envoyer" not in client.get(f"/entreprise/{SIREN}").content.decode()
    assert client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": c.compte().courriel}).status_code in (302, 401, 403)
    assert not EvenementCompte.objects.filter(action=services.GESTE).exists()


def test_who_lost_his_account_meanwhile_receives_nothing(mailoutbox: list[EmailMessage]) -> None:
    collegue = c.compte(desactive_le="2026-01-01T00:00Z")
    envoyer_a_un_compte(compte=collegue.pk, phrase="Un collègue vous envoie une fiche", page=f"/entreprise/{SIREN}")
    assert mailoutbox == []
