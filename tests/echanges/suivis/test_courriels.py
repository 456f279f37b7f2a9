"""The mails: a number and two links, at the rhythm that was chosen, once, stopped in one click."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.models import Dossier
from fce.echanges import tasks
from fce.echanges.models import AlerteSuivi, RythmeAlertes
from fce.echanges.suivis import courriels, services
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.suivis.courriels import TACHE_ALERTES, envoyer_les_alertes, preparer_les_courriels
from fce.echanges.vocabulaire import Rythme
from fce.socle.erreurs import Introuvable
from fce.socle.texte.formats import PARIS
from fce.socle.travaux import courriel
from tests.droits.comptes import fabrique as c
from tests.echanges.suivis import fabrique as s
from tests.echanges.suivis.fabrique import SIREN, SIRET
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _adresse(settings: Any) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example"
    s.sirene()


def demain_matin(heure: int = 9) -> datetime:
    return (timezone.now().astimezone(PARIS) + timedelta(days=1)).replace(hour=heure, minute=0)


def alerter(compte: Compte, *codes: str, origine: str = "import-1") -> None:
    s.suivre(compte)
    ecrire_alertes("sirene-unites-legales", origine, [FaitSuivi(SIREN, "", code, None) for code in codes])


def travaux() -> list[dict[str, Any]]:
    return [t.args for t in ProcrastinateJob.objects.filter(task_name=TACHE_ALERTES).order_by("pk")]


def test_a_mail_says_how_many_gives_two_links_and_nothing_else(elle: Compte, mailoutbox: list[EmailMessage]) -> None:
    alerter(elle, "cessation", "siege", "reprise")
    assert preparer_les_courriels(demain_matin()) == 1
    assert travaux() == [{"compte": elle.pk, "lot": 1}]
    assert s.travailler() == 1
    (message,) = mailoutbox
    assert message.to == [elle.courriel]
    assert message.subject == "[FCE] 3 changements sur ce que vous suivez"
    arret = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert re.findall(r"https://\S+", message.body) == ["https://fce.example/suivis", arret]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for interdit in ("MINOTERIE", SIREN, "cess", "siège", "sirene"):
        assert interdit not in f"{message.subject}{message.body}{message.extra_headers}"


def test_nothing_to_say_no_mail_and_the_appointment_is_over(elle: Compte) -> None:
    s.suivre(elle)
    assert preparer_les_courriels(demain_matin()) == 0
    alerter(elle, "cessation")
    assert preparer_les_courriels(demain_matin(10)) == 0
    assert preparer_les_courriels(demain_matin() + timedelta(days=1)) == 1


def test_each_alert_is_counted_by_one_mail(elle: Compte) -> None:
    alerter(elle, "cessation")
    assert preparer_les_courriels(demain_matin()) == 1
    assert preparer_les_courriels(demain_matin() + timedelta(days=1)) == 0
    alerter(elle, "siege")
    assert preparer_les_courriels(demain_matin() + timedelta(days=2)) == 1
    assert sorted(AlerteSuivi.objects.values_list("code", "lot")) == [("cessation", 1), ("siege", 2)]


def test_what_was_read_on_the_page_is_in_no_mail(elle: Compte, mailoutbox: list[EmailMessage]) -> None:
    alerter(elle, "cessation", "siege")
    services.noter_vues(elle, [AlerteSuivi.objects.filter(code="siege").values_list("pk", flat=True)[0]])
    preparer_les_courriels(demain_matin())
    s.travailler()
    assert mailoutbox[0].subject == "[FCE] 1 changement sur ce que vous suivez"


@pytest.mark.parametrize(
    ("rythme", "heures"),
    [(Rythme.TOUT_DE_SUITE, 0), (Rythme.CHAQUE_JOUR, 24), (Rythme.JAMAIS, None)],
)
def test_the_rhythm_is_the_one_that_was_chosen(elle: Compte, rythme: Rythme, heures: int | None) -> None:
    s.suivre(elle)
    services.choisir_rythme(elle, rythme)
    alerter(elle, "cessation")
    maintenant = timezone.now() + timedelta(seconds=1)
    assert preparer_les_courriels(maintenant) == (heures == 0)
    if heures:
        assert preparer_les_courriels(maintenant + timedelta(hours=heures)) == 1
    if heures is None:
        assert preparer_les_courriels(maintenant + timedelta(days=60)) == 0


def test_what_happened_while_nothing_was_sent_is_in_no_mail(elle: Compte) -> None:
    s.suivre(elle)
    services.choisir_rythme(elle, Rythme.JAMAIS)
    alerter(elle, "cessation")
    services.choisir_rythme(elle, Rythme.TOUT_DE_SUITE)
    assert preparer_les_courriels(timezone.now() + timedelta(days=1)) == 0


def test_a_right_lost_between_the_queue_and_the_mail_is_not_counted(mailoutbox: list[EmailMessage]) -> None:
    elle = v.service()
    s.suivre(elle.agent)
    s.comparer("rupco-procedures", [], [s.pse()])
    alerter(elle.agent, "cessation")
    assert preparer_les_courriels(demain_matin()) == 1
    Dossier.objects.filter(groupe=elle.groupe).update(fin=timezone.localdate() - timedelta(days=1))
    s.travailler(TACHE_ALERTES)
    assert [m.subject for m in mailoutbox] == ["[FCE] 1 changement sur ce que vous suivez"]


def test_without_any_right_left_no_mail_at_all(mailoutbox: list[EmailMessage]) -> None:
    elle = v.service()
    s.suivre(elle.agent)
    s.comparer("rupco-procedures", [], [s.pse()])
    preparer_les_courriels(demain_matin())
    Dossier.objects.filter(groupe=elle.groupe).update(fin=timezone.localdate() - timedelta(days=1))
    s.travailler(TACHE_ALERTES)
    assert mailoutbox == []


def test_an_undone_import_takes_nothing_back_from_a_mail_but_its_job_counts_what_is_there(
    elle: Compte, mailoutbox: list[EmailMessage]
) -> None:
    alerter(elle, "cessation")
    preparer_les_courriels(demain_matin())
    AlerteSuivi.objects.all().delete()
    s.travailler(TACHE_ALERTES)
    assert mailoutbox == []


class TestKilled:
    """Killed anywhere: nobody is written to twice, and nothing is lost."""

    def test_before_the_end_of_the_transaction_nothing_is_counted(
        self, elle: Compte, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alerter(elle, "cessation")
        entiere = RythmeAlertes.save

        def mourir(*_: Any, **__: Any) -> None:
            raise SystemExit

        monkeypatch.setattr(RythmeAlertes, "save", mourir)
        with pytest.raises(SystemExit):
            preparer_les_courriels(demain_matin())
        assert travaux() == []
        assert AlerteSuivi.objects.filter(lot=None).count() == 1
        monkeypatch.setattr(RythmeAlertes, "save", entiere)
        assert preparer_les_courriels(demain_matin()) == 1

    def test_before_the_mail_leaves_the_job_sends_it_when_it_runs_again(
        self, elle: Compte, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
    ) -> None:
        alerter(elle, "cessation")
        preparer_les_courriels(demain_matin())
        entier = courriel.envoyer

        def mourir(*_: Any, **__: Any) -> None:
            raise SystemExit

        monkeypatch.setattr(courriel, "envoyer", mourir)
        with pytest.raises(SystemExit):
            s.travailler(TACHE_ALERTES)
        monkeypatch.setattr(courriel, "envoyer", entier)
        s.travailler(TACHE_ALERTES)
        assert len(mailoutbox) == 1

    def test_once_the_mail_left_the_job_that_runs_again_sends_nothing(
        self, elle: Compte, mailoutbox: list[EmailMessage]
    ) -> None:
        alerter(elle, "cessation")
        preparer_les_courriels(demain_matin())
        assert [s.travailler(TACHE_ALERTES) for _ in range(3)] == [1, 1, 1]
        assert len(mailoutbox) == 1


@pytest.mark.parametrize("parti", ["desactive", "sans_courriel", "efface", "jamais"])
def test_who_is_gone_or_wants_none_any_more_receives_nothing(
    elle: Compte, parti: str, mailoutbox: list[EmailMessage]
) -> None:
    alerter(elle, "cessation")
    preparer_les_courriels(demain_matin())
    if parti == "jamais":
        services.choisir_rythme(elle, Rythme.JAMAIS)
    elif parti == "efface":
        Compte.objects.filter(pk=elle.pk).delete()
    else:
        ote = {"desactive_le": timezone.now()} if parti == "desactive" else {"courriel": ""}
        Compte.objects.filter(pk=elle.pk).update(**ote)
    assert not envoyer_les_alertes(elle.pk, 1)
    assert mailoutbox == []


def test_a_closed_room_prepares_and_sends_nothing(elle: Compte, settings: Any, mailoutbox: list[EmailMessage]) -> None:
    alerter(elle, "cessation")
    preparer_les_courriels(demain_matin())
    settings.FCE_ECHANGES = False
    s.travailler(TACHE_ALERTES)
    RythmeAlertes.objects.update(rythme=Rythme.TOUT_DE_SUITE)
    alerter(elle, "siege")
    tasks.preparer_les_alertes()
    assert (len(travaux()), mailoutbox) == (1, [])


class TestStopping:
    def adresse(self, compte: Compte) -> str:
        return f"/suivis/arret/{services.secret_d_arret(compte.pk)}"

    def test_one_click_of_a_mail_program_stops_without_a_session_nor_a_page(self, elle: Compte) -> None:
        s.suivre(elle)
        programme = Client(enforce_csrf_checks=True)
        reponse = programme.post(self.adresse(elle), {"List-Unsubscribe": "One-Click"})
        assert (reponse.status_code, RythmeAlertes.objects.get().rythme) == (200, Rythme.JAMAIS)
        assert programme.post(self.adresse(elle)).status_code == 200

    def test_a_scanner_that_opens_the_link_stops_nothing_and_a_person_finds_a_button(self, elle: Compte) -> None:
        s.suivre(elle)
        page = Client().get(self.adresse(elle))
        assert RythmeAlertes.objects.get().rythme == Rythme.CHAQUE_JOUR
        assert "Arrêter ces courriels" in page.content.decode()
        assert page["Cache-Control"] == "no-store, private"
        assert elle.courriel not in page.content.decode()

    def test_only_its_digest_is_kept_and_the_same_link_works_in_each_mail(self, elle: Compte) -> None:
        s.suivre(elle)
        rythme = RythmeAlertes.objects.get()
        secret = services.secret_d_arret(rythme.pk)
        assert secret not in str(list(RythmeAlertes.objects.values()))
        services.choisir_rythme(elle, Rythme.TOUT_DE_SUITE)
        assert services.rythme_du_secret(secret).pk == elle.pk

    @pytest.mark.parametrize("faux", ["x", "fcearr_" + "0" * 64, "fcearr_" + "z" * 64, "", "0" * 64])
    @pytest.mark.parametrize("methode", ["get", "post"])
    def test_a_wrong_secret_answers_as_an_address_that_nobody_has(self, faux: str, methode: str) -> None:
        if faux:
            assert getattr(Client(), methode)(f"/suivis/arret/{faux}").status_code == 404
        with pytest.raises(Introuvable):
            services.rythme_du_secret(faux)

    def test_a_new_key_of_the_service_makes_a_new_secret(self, elle: Compte, settings: Any) -> None:
        s.suivre(elle)
        settings.SECRET_KEY = "x" * 60
        services.choisir_rythme(elle, Rythme.CHAQUE_JOUR)
        assert services.rythme_du_secret(services.secret_d_arret(elle.pk)).pk == elle.pk


def test_a_thousand_alerts_are_looked_at_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courriels, "COMPTEES_MAX", 2)
    elle = c.compte()
    s.suivre(elle)
    faits = [FaitSuivi(SIREN, SIRET[:-1] + str(n), "fermeture", None) for n in range(4)]
    ecrire_alertes("sirene-etablissements", "import-1", faits)
    preparer_les_courriels(demain_matin())
    assert AlerteSuivi.objects.exclude(lot=None).count() == 2
