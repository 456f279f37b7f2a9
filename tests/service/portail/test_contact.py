"""Anyone writes to the team, signed in or not; each reads his message and its answer, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.models import EvenementCompte
from fce.service.portail.contact import services
from fce.service.portail.contact.etats import EtatAssistance
from fce.service.portail.models import DemandeAssistance
from fce.socle.base import conservation
from fce.socle.web import portes
from tests.droits.comptes import fabrique as c
from tests.droits.comptes.courrier import relever
from tests.service.portail.pages import texte, verifier

pytestmark = pytest.mark.django_db
MESSAGE = {"sujet": "question", "texte": "Comment lire une fiche ?"}
ANONYME = {**MESSAGE, "courriel": "Personne@Exemple.fr"}


@pytest.fixture(autouse=True)
def _limites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portes, "DE_TOUS", 60_000)


@pytest.fixture
def moi() -> Client:
    return c.client_de(c.compte())


def repondre(equipe: Client, demande: DemandeAssistance, **champs: Any) -> Any:
    return equipe.post(f"/gestion/messages/{demande.pk}", {"version": demande.version, "reponse": "Voici.", **champs})


def test_a_reader_who_is_not_signed_in_gives_a_mail_and_follows_his_message(client: Client, equipe: Client) -> None:
    assert client.post("/contact", MESSAGE).status_code == 400
    envoi = client.post("/contact", ANONYME)
    assert envoi.status_code == 302
    demande = DemandeAssistance.objects.get()
    assert (demande.courriel, demande.auteur) == ("personne@exemple.fr", "")
    suivi = envoi["Location"].partition("?")[0]
    page = texte(client.get(suivi))
    verifier(page)
    assert f"Message n° {demande.pk}" in page
    assert "Reçu" in page
    assert repondre(equipe, demande).status_code == 302
    relever()
    (message,) = mail.outbox
    assert message.to == ["personne@exemple.fr"]
    assert "Voici" not in message.body
    lien = re.search(r"https?://\S+(/contact/suivi/\S+)", message.body)
    assert lien
    assert lien[1] == suivi
    assert "Voici." in texte(Client().get(suivi))


def test_a_mail_may_be_answered(client: Client, equipe: Client, settings: Any) -> None:
    settings.FCE_COURRIEL_REPONSE = "equipe@fce.example"
    client.post("/contact", ANONYME)
    repondre(equipe, DemandeAssistance.objects.get())
    relever()
    assert mail.outbox[0].reply_to == ["equipe@fce.example"]
    assert "equipe@fce.example" in texte(client.get("/contact"))


@pytest.mark.parametrize("faux", ["1", "1.", "2.abc", "x", "%00", "1." + "A" * 43])
def test_a_link_made_up_shows_nothing(client: Client, faux: str) -> None:
    client.post("/contact", ANONYME)
    assert client.get(f"/contact/suivi/{faux}").status_code == 404


def test_the_link_of_one_s_message_shows_no_other(client: Client, moi: Client) -> None:
    autre = Client()
    suivi = autre.post("/contact", ANONYME)["Location"].partition("?")[0]
    jeton = suivi.rpartition("/")[2]
    autre.post("/contact", {**ANONYME, "texte": "Un autre message, à lui seul."})
    voisine = jeton.replace(jeton.partition(".")[0], str(DemandeAssistance.objects.latest("pk").pk), 1)
    assert autre.get(f"/contact/suivi/{voisine}").status_code == 404
    # Of an account, there is no link: it is read once signed in.
    moi.post("/contact", MESSAGE)
    sienne = services.jeton_de_suivi(DemandeAssistance.objects.exclude(auteur="").get())
    assert autre.get(f"/contact/suivi/{sienne}").status_code == 404


def test_an_account_reads_its_messages_and_no_other(moi: Client, equipe: Client) -> None:
    page = texte(moi.get("/contact"))
    assert "Votre adresse" not in page
    assert moi.post("/contact", MESSAGE).status_code == 302
    Client().post("/contact", {**ANONYME, "texte": "Le message secret d’un autre."})
    assert "Comment lire une fiche" in texte(moi.get("/mes-messages"))
    assert "secret" not in texte(moi.get("/mes-messages"))
    repondre(equipe, DemandeAssistance.objects.exclude(auteur="").get())
    assert "Voici." in texte(moi.get("/mes-messages"))
    relever()
    assert "/mes-messages" in mail.outbox[0].body


@pytest.mark.parametrize(
    "champs",
    [{"texte": ""}, {"texte": "court"}, {"texte": "x" * 2001}, {"sujet": "autre-chose"}, {"courriel": "nulle part"},
     {"courriel": "a@b.fr\nBcc: x@y.fr"}, {"texte": "Mon numéro : 1 84 12 76 451 089 46"}],
)  # fmt: skip
def test_a_message_badly_written_is_refused_beside_its_field(client: Client, champs: dict[str, str]) -> None:
    reponse = client.post("/contact", ANONYME | champs)
    assert reponse.status_code == 400
    verifier(texte(reponse))
    assert not DemandeAssistance.objects.exists()


def test_a_reader_writes_so_many_messages_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portes, "PAR_HEURE", 2)
    c.connecter(client, c.compte())
    assert [client.post("/contact", MESSAGE).status_code for _ in range(3)] == [302, 302, 429]


def test_two_of_the_team_who_answer_at_once_make_one_answer(client: Client, equipe: Client) -> None:
    client.post("/contact", ANONYME)
    demande = DemandeAssistance.objects.get()
    assert repondre(equipe, demande).status_code == 302
    seconde = repondre(equipe, demande, reponse="Une autre réponse.")
    assert seconde.status_code == 409
    assert "Quelqu’un a traité ce message" in texte(seconde)
    assert "Une autre réponse." in texte(seconde)  # not lost for who wrote it
    demande.refresh_from_db()
    assert demande.reponse == "Voici."
    assert ProcrastinateJob.objects.count() == 1


def test_the_team_takes_a_message_then_closes_it_and_each_gesture_is_an_event(client: Client, equipe: Client) -> None:
    client.post("/contact", ANONYME)
    demande = DemandeAssistance.objects.get()
    assert repondre(equipe, demande, geste="prendre").status_code == 302
    demande.refresh_from_db()
    assert demande.etat == EtatAssistance.PRISE
    verifier(texte(equipe.get(f"/gestion/messages/{demande.pk}")))
    assert repondre(equipe, demande, geste="classer").status_code == 302
    actions = EvenementCompte.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["assistance_demandee", "assistance_prise", "assistance_classee"]
    assert equipe.get("/gestion/messages/987654").status_code == 404
    assert equipe.get("/gestion/messages/9" + "0" * 20).status_code == 404


def test_a_message_is_kept_twelve_months_after_it_is_closed(client: Client, equipe: Client) -> None:
    client.post("/contact", ANONYME)
    client.post("/contact", ANONYME)
    close = DemandeAssistance.objects.earliest("pk")
    repondre(equipe, close)
    conservation.purger(timezone.now() + timedelta(days=364))
    assert DemandeAssistance.objects.count() == 2
    conservation.purger(timezone.now() + timedelta(days=366))
    assert list(DemandeAssistance.objects.values_list("etat", flat=True)) == ["recue"]


def test_a_closed_message_takes_no_gesture(client: Client) -> None:
    client.post("/contact", ANONYME)
    demande = DemandeAssistance.objects.get()
    services.ranger_sans_reponse(demande, version=1, par="c0")
    for geste in (services.prendre_demande, services.ranger_sans_reponse):
        with pytest.raises(DejaFait):
            geste(demande, version=2, par="c0")
