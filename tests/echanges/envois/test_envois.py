"""A sheet sent to a colleague: a link to an agent, the same answer to anybody else, so many in a day."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.courriels import TACHE_COURRIEL
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte, EvenementCompte
from fce.droits.comptes.tasks import envoyer_a_un_compte
from fce.echanges.envois import services
from fce.echanges.models import FicheEnvoyee
from fce.echanges.unites import unite_visee
from fce.socle.base import conservation
from fce.socle.erreurs import ParametreInvalide
from tests.acces import acteurs
from tests.concurrence import ensemble
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.echanges.visites.fabrique import service

pytestmark = pytest.mark.django_db(transaction=True)
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
MOT = "MRK-MOT à voir avant jeudi"
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
    fait = nous.client.post(f"{fiche}/envoyer", {"courriel": f" {collegue.courriel.upper()} ", "mot": MOT})
    assert (fait.status_code, fait["Location"]) == (302, f"{fiche}?fait=fiche-envoyee")
    assert PHRASE in nous.client.get(fait["Location"]).content.decode()
    relever()
    (message,) = mailoutbox
    assert message.to == [collegue.courriel]
    texte = f"{message.subject}{message.body}"
    assert re.search(r"https://fce\.example/fiches-envoyees/[0-9a-f-]{36}\n", message.body)
    assert not [dit for dit in ("MINOTERIE", "MRK-", nous.agent.nom, SIREN) if dit in texte]
    (travail,) = ProcrastinateJob.objects.filter(task_name=TACHE_COURRIEL)
    assert SIREN not in str(travail.args)


def test_whether_somebody_has_an_account_is_not_told(mailoutbox: list[EmailMessage]) -> None:
    nous, ferme = service(), c.compte()
    Compte.objects.filter(pk=ferme.pk).update(desactive_le="2026-01-01T00:00Z")
    particulier = c.compte(genre="particulier")
    collegue = c.compte()
    connu = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel, "mot": MOT})
    for adresse in (ferme.courriel, particulier.courriel, "personne@nulle-part.example"):
        reponse = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse, "mot": MOT})
        assert (reponse.status_code, reponse["Location"]) == (connu.status_code, connu["Location"])
    relever()
    assert [message.to for message in mailoutbox] == [[collegue.courriel]]


def test_e11_neither_the_company_nor_the_colleague_is_kept_beside_who_sent() -> None:
    nous, collegue = service(), c.compte()
    for adresse in (collegue.courriel, "personne@nulle-part.example"):
        nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse, "mot": MOT})
    ecrits = EvenementCompte.objects.filter(action=services.GESTE).values_list("par", "objet", "avant", "apres")
    assert list(ecrits) == [(nous.agent.identifiant, "fiche", {}, {})] * 2


def test_e11_the_team_does_not_read_who_sent_a_sheet_to_whom() -> None:
    """Nor in the events written before, which named the colleague."""
    nous, collegue, equipe = service(), c.compte(), c.compte()
    c.mandat(equipe, "equipe")
    client = c.client_de(equipe)
    nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel, "mot": MOT})
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
        services.envoyer_fiche(nous.agent, "personne@nulle-part.example", unite, MOT)

    refus = ensemble(*[envoyer] * 6)
    assert [type(erreur) for erreur in refus] == [ParametreInvalide] * 3
    reponse = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": c.compte().courriel, "mot": MOT})
    assert reponse.status_code == 400
    assert "recommencez demain" in reponse.content.decode()


@pytest.mark.parametrize("adresse", ["", "pas une adresse", "a@b", "x" * 330 + "@t.example"])
def test_what_is_no_address_is_said_beside_the_field(adresse: str) -> None:
    reponse = service().client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": adresse, "mot": MOT})
    assert reponse.status_code == 400
    assert 'class="fr-message fr-message--error"' in reponse.content.decode()


@pytest.mark.parametrize("qui", ["anonyme", "dirigeant"])
def test_only_an_agent_sends(qui: str) -> None:
    client = acteurs.ACTEURS[qui]().client
    assert "/envoyer" not in client.get(f"/entreprise/{SIREN}").content.decode()
    assert client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": c.compte().courriel, "mot": MOT}).status_code in (
        302,
        401,
        403,
    )
    assert not EvenementCompte.objects.filter(action=services.GESTE).exists()


def test_who_lost_his_account_meanwhile_receives_nothing(mailoutbox: list[EmailMessage]) -> None:
    collegue = c.compte(desactive_le="2026-01-01T00:00Z")
    envoyer_a_un_compte(compte=collegue.pk, phrase="Un collègue vous envoie une fiche", page=f"/entreprise/{SIREN}")
    assert mailoutbox == []


@pytest.mark.parametrize("numero", [SIREN, SIRET])
def test_e10_the_page_says_who_sent_which_sheet_and_why_to_its_recipient_alone(numero: str) -> None:
    nous, eux, collegue = service(), service("douane"), c.compte()
    genre = "etablissement" if numero == SIRET else "entreprise"
    nous.client.post(f"/{genre}/{numero}/envoyer", {"courriel": collegue.courriel, "mot": f"  {MOT} <b> "})
    envoi = FicheEnvoyee.objects.get()
    client, page = Client(), f"/fiches-envoyees/{envoi.pk}"
    c.connecter(client, collegue)
    lue = unescape(client.get(page).content.decode())
    for dit in (nous.agent.nom_complet, str(nous.groupe), f"{MOT} <b>", "MINOTERIE", f'href="/{genre}/{numero}"'):
        assert dit in lue
    inconnue = f"/fiches-envoyees/{uuid.uuid4()}"
    for autre in (nous.client, eux.client):
        refus, rien = autre.get(page), autre.get(inconnue)
        assert refus.status_code == rien.status_code == 404
        pages = [r.content.partition(b"<main")[2].replace(r["X-Request-Id"].encode(), b"") for r in (refus, rien)]
        assert pages[0] == pages[1]
    assert Client().get(page).status_code == 302
    sans_mfa = c.client_de(collegue, mfa=False)
    assert sans_mfa.get(page).status_code in (302, 403)


def test_e10_a_masked_company_stays_masked_to_whoever_receives_its_sheet() -> None:
    masque = f.siren_no(2)
    f.unites(f.unite(masque, statut_diffusion="P", categorie_juridique="1000", nom="SECRET", prenom_1="ANNE"))
    nous, collegue = service(), c.compte()
    nous.client.post(f"/entreprise/{masque}/envoyer", {"courriel": collegue.courriel, "mot": MOT})
    client = c.client_de(collegue)
    reponse = client.get(f"/fiches-envoyees/{FicheEnvoyee.objects.get().pk}")
    assert reponse.status_code == 200
    assert "SECRET" not in reponse.content.decode()


@pytest.mark.parametrize(("mot", "phrase"), [("", "obligatoire"), ("NIR 1 84 12 76 451 089 46", "sécurité sociale")])
def test_e10_why_is_asked_for_and_holds_no_social_security_number(mot: str, phrase: str) -> None:
    nous, collegue = service(), c.compte()
    refus = nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel, "mot": mot})
    assert refus.status_code == 400
    assert phrase in unescape(refus.content.decode())
    assert collegue.courriel in refus.content.decode()
    assert not FicheEnvoyee.objects.exists()
    assert not EvenementCompte.objects.filter(action=services.GESTE).exists()


def test_e10_who_sent_a_sheet_to_whom_is_forgotten_after_thirty_days() -> None:
    nous, collegue = service(), c.compte()
    nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": "personne@nulle-part.example", "mot": MOT})
    assert not FicheEnvoyee.objects.exists()
    nous.client.post(f"/entreprise/{SIREN}/envoyer", {"courriel": collegue.courriel, "mot": MOT})
    conservation.purger(timezone.now() + timedelta(days=29))
    assert FicheEnvoyee.objects.exists()
    conservation.purger(timezone.now() + timedelta(days=31))
    assert not FicheEnvoyee.objects.exists()
