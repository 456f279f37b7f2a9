"""A day is agreed in the page: half-days proposed, one accepted, three rounds at most. Silence moves nothing; the days
are known to the two services alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import RendezVous
from fce.echanges.visites import rendezvous, services
from fce.echanges.visites.reponses import Reponse
from fce.echanges.vocabulaire import DemiJournee, Reaction
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.formats import PARIS
from tests.concurrence import ensemble
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import Scene, annoncer, d_accord, page, scene, texte

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]
MATIN, APRES_MIDI = DemiJournee


def dates(*jours: date) -> list[tuple[date, DemiJournee]]:
    return [(jour, MATIN) for jour in jours]


def proposer(scene: Scene, *jours: date, de: v.Service | None = None) -> RendezVous:
    scene.relire()
    deux = (scene.sienne, scene.mienne) if de is scene.autre else (scene.mienne, scene.sienne)
    qui = de or scene.elle
    rendezvous.proposer(qui.lecteur, deux[0], deux[1].pk, dates(*(jours or (v.dans(3),))), deux[0].version)
    scene.relire()
    return RendezVous.objects.first()  # type: ignore[return-value]


def accepter(scene: Scene, proposition: RendezVous, rang: int = 0) -> None:
    scene.relire()
    rendezvous.accepter(scene.autre.lecteur, scene.sienne, proposition.pk, rang, scene.sienne.version)
    scene.relire()


def test_e9_one_proposes_the_other_accepts_and_both_visits_are_on_that_day(d_accord: Scene) -> None:
    proposition = proposer(d_accord, v.dans(3), v.dans(4))
    assert d_accord.derouler(1) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    accepter(d_accord, proposition, 1)
    assert [(x.debut, x.fin) for x in (d_accord.mienne, d_accord.sienne)] == [(v.dans(4), v.dans(4))] * 2
    assert d_accord.a_faire(d_accord.autre) == []
    assert d_accord.derouler(120) == [d_accord.elle.groupe.courriel]
    assert d_accord.commune(d_accord.elle)
    for qui, visite in ((d_accord.elle, d_accord.mienne), (d_accord.autre, d_accord.sienne)):
        assert f"Jour convenu : mercredi {v.dans(4):%d/%m/%Y}" in page(qui, visite)


def test_e9_nothing_is_proposed_before_both_said_it_nor_once_a_visit_has_changed(scene: Scene) -> None:
    with pytest.raises(Introuvable):
        proposer(scene)
    scene.repondre(scene.elle)
    with pytest.raises(Introuvable):
        proposer(scene)
    scene.repondre(scene.autre)
    proposition = proposer(scene)
    scene.reporter(v.dans(5))
    with pytest.raises(Introuvable):
        accepter(scene, proposition)
    assert scene.sienne.debut == v.dans(2)


def test_e9_there_are_three_rounds_then_the_telephone(d_accord: Scene) -> None:
    for rang in range(3):
        proposition = proposer(d_accord, v.dans(3 + rang))
        rendezvous.refuser(d_accord.autre.lecteur, d_accord.sienne, proposition.pk, d_accord.sienne.version)
    with pytest.raises(GesteImpossible, match="vive voix"):
        proposer(d_accord, v.dans(9))
    assert "de vive voix" in page(d_accord.elle, d_accord.mienne)
    assert (d_accord.mienne.debut, d_accord.sienne.debut) == (v.dans(2), v.dans(2))


def test_e9_other_dates_may_be_proposed_in_answer(d_accord: Scene) -> None:
    premiere = proposer(d_accord)
    seconde = proposer(d_accord, v.dans(6), de=d_accord.autre)
    premiere.refresh_from_db()
    assert (premiere.etat, seconde.etat) == ("refuse", "propose")
    with pytest.raises(GesteImpossible, match="déjà proposé"):
        proposer(d_accord, v.dans(7), de=d_accord.autre)
    rendezvous.accepter(d_accord.elle.lecteur, d_accord.mienne, seconde.pk, 0, d_accord.mienne.version)
    d_accord.relire()
    assert d_accord.mienne.debut == d_accord.sienne.debut == v.dans(6)


def test_e9_silence_moves_nothing_and_says_so_to_both(d_accord: Scene) -> None:
    proposition = proposer(d_accord, v.dans(8))
    d_accord.derouler(1)
    le = datetime.combine(proposition.avant_le, datetime.min.time(), tzinfo=PARIS)
    assert rendezvous.clore_les_silences(le + timedelta(hours=12)) == 0
    assert rendezvous.clore_les_silences(le + timedelta(hours=36)) == 1
    assert rendezvous.clore_les_silences(le + timedelta(hours=36)) == 0
    d_accord.relire()
    assert (d_accord.mienne.debut, d_accord.sienne.debut) == (v.dans(2), v.dans(2))
    assert d_accord.derouler(1) == sorted([d_accord.elle.groupe.courriel, d_accord.autre.groupe.courriel])
    for qui, visite in ((d_accord.elle, d_accord.mienne), (d_accord.autre, d_accord.sienne)):
        assert "aucune des deux visites n’a été déplacée" in page(qui, visite)
        assert d_accord.a_faire(qui) == [f"/visites/{visite.reference}"]
    assert not d_accord.commune(d_accord.elle)


def la_nuit(passee: date) -> datetime:
    """When the job runs, the night after a date."""
    return datetime.combine(passee, time(), tzinfo=PARIS) + timedelta(hours=27)


@pytest.mark.parametrize("qui", ["elle", "autre"])
def test_days_left_for_another_answer_are_no_silence_and_the_answer_stands(d_accord: Scene, qui: str) -> None:
    proposition = proposer(d_accord, v.dans(8))
    d_accord.repondre(getattr(d_accord, qui), Reponse(Reaction.MAINTIEN, "Urgence nouvelle"))
    d_accord.derouler(90)
    proposition.refresh_from_db()
    assert proposition.etat == "refuse"
    assert rendezvous.clore_les_silences(la_nuit(proposition.avant_le)) == 0
    visite = d_accord.mienne if qui == "elle" else d_accord.sienne
    assert visite.reponses.get().choix == Reaction.MAINTIEN
    assert d_accord.derouler(1) == []


def test_the_silence_on_days_of_a_visit_moved_since_erases_no_answer(d_accord: Scene) -> None:
    proposition = proposer(d_accord, v.dans(8))
    d_accord.reporter(v.dans(5))
    d_accord.derouler(120)
    assert rendezvous.clore_les_silences(la_nuit(proposition.avant_le)) == 1
    assert d_accord.mienne.reponses.get().choix == Reaction.COMMUNE
    assert d_accord.derouler(1) == []


@pytest.mark.parametrize("de", ["elle", "autre"])
def test_days_proposed_after_the_silence_and_before_its_job_may_still_be_accepted(d_accord: Scene, de: str) -> None:
    premiere = proposer(d_accord, v.dans(8))
    RendezVous.objects.update(avant_le=timezone.localdate() - timedelta(days=1))
    seconde = proposer(d_accord, v.dans(9), de=getattr(d_accord, de))
    assert rendezvous.clore_les_silences(timezone.now()) == 0
    premiere.refresh_from_db()
    assert (premiere.etat, seconde.etat) == ("sans_reponse", "propose")
    qui, visite = (d_accord.elle, d_accord.mienne) if de == "autre" else (d_accord.autre, d_accord.sienne)
    rendezvous.accepter(qui.lecteur, visite, seconde.pk, 0, visite.version)
    d_accord.relire()
    assert d_accord.mienne.debut == d_accord.sienne.debut == v.dans(9)


def test_e9_leaving_the_agreed_day_is_told_even_within_the_week(d_accord: Scene) -> None:
    accepter(d_accord, proposer(d_accord, v.dans(4)))
    d_accord.derouler(90)
    d_accord.reporter(v.dans(4) + timedelta(days=1))
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    lue = page(d_accord.autre, d_accord.sienne)
    assert "Le jour convenu ne tient plus" in lue
    assert f"{v.dans(4) + timedelta(days=1):%d/%m/%Y}" not in lue


def test_e9_leaving_it_in_two_moves_within_the_minute_is_told_once(d_accord: Scene) -> None:
    accepter(d_accord, proposer(d_accord, v.dans(4)))
    d_accord.derouler(90)
    for ecart in (1, 2):
        d_accord.reporter(v.dans(4) + timedelta(days=ecart))
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    d_accord.reporter(v.dans(4) - timedelta(days=1))
    assert d_accord.derouler(120) == []


def test_e9_a_third_service_reads_the_week_never_the_day(d_accord: Scene) -> None:
    tiers = v.service("ccrf", nom="Tiers")
    la_leur = annoncer(tiers, d_accord.ou)
    d_accord.derouler(90)
    mail.outbox.clear()
    accepter(d_accord, proposer(d_accord, v.dans(4), v.dans(5)))
    d_accord.derouler(120)
    lues = page(tiers, la_leur) + texte(tiers.client.get(f"/etablissement/{d_accord.ou.siret}"))
    lues += "".join(f"{m.subject} {m.body}" for m in mail.outbox if tiers.groupe.courriel in m.to)
    for jour in (v.dans(4), v.dans(5)):
        assert f"{jour:%d/%m/%Y}" not in lues
    for chose in ("matin", "Jour convenu", "propose"):
        assert chose not in lues


@pytest.mark.parametrize("ecart", [0, -1, 400])
def test_e9_a_day_must_be_to_come_and_within_a_year(d_accord: Scene, ecart: int) -> None:
    with pytest.raises(ParametreInvalide):
        proposer(d_accord, timezone.localdate() + timedelta(days=ecart))


def test_e9_another_service_an_old_page_and_an_unknown_proposal_change_nothing(d_accord: Scene) -> None:
    proposition = proposer(d_accord)
    tiers = v.service("ccrf")
    la_leur = annoncer(tiers, d_accord.ou)
    with pytest.raises(Introuvable):
        rendezvous.accepter(tiers.lecteur, la_leur, proposition.pk, 0, 1)
    with pytest.raises(Introuvable):
        rendezvous.accepter(d_accord.elle.lecteur, d_accord.mienne, proposition.pk, 0, d_accord.mienne.version)
    with pytest.raises(Concurrence):
        rendezvous.accepter(d_accord.autre.lecteur, d_accord.sienne, proposition.pk, 0, d_accord.sienne.version - 1)
    with pytest.raises(ParametreInvalide):
        rendezvous.accepter(d_accord.autre.lecteur, d_accord.sienne, proposition.pk, 3, d_accord.sienne.version)
    assert RendezVous.objects.get(pk=proposition.pk).etat == "propose"


def test_e9_one_accepts_while_the_other_moves_and_both_agree_on_what_holds(transactional_db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    scene.derouler(1)
    scene.repondre(elle)
    scene.repondre(autre)
    proposition = proposer(scene, v.dans(3))
    quand = services.Quand(services.Precision.JOUR, v.dans(5))
    fautes = ensemble(
        lambda: rendezvous.accepter(autre.lecteur, scene.sienne, proposition.pk, 0, scene.sienne.version),
        lambda: services.reporter(elle.lecteur, scene.mienne, scene.mienne.version, quand),
    )
    scene.relire()
    assert len(fautes) == 1
    assert (scene.mienne.debut, scene.sienne.debut) in [(v.dans(3), v.dans(3)), (v.dans(5), v.dans(2))]


def lire_agenda(scene: Scene, de: v.Service) -> Any:
    visite = scene.mienne if de is scene.elle else scene.sienne
    reponse = de.client.get(f"/visites/{visite.reference}.ics")
    assert reponse["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(reponse.content)


def test_e9_each_downloads_the_event_with_number_day_hour_commune_and_link_alone(d_accord: Scene) -> None:
    avant = lire_agenda(d_accord, d_accord.elle)
    accepter(d_accord, proposer(d_accord, v.dans(4)))
    fichier = lire_agenda(d_accord, d_accord.elle)
    (evenement,), (ancien,) = fichier.walk("VEVENT"), avant.walk("VEVENT")
    assert evenement["UID"] == ancien["UID"]
    assert evenement["SEQUENCE"] > ancien["SEQUENCE"]
    assert evenement["DTSTART"].dt == datetime.combine(v.dans(4), time(9), tzinfo=PARIS)
    assert evenement["LOCATION"].title() == "Lille"
    assert evenement["URL"].endswith(f"/visites/{d_accord.mienne.reference}")
    dit = fichier.to_ical().decode()
    for secret in ("ENTREPRISE", d_accord.ou.siren, "Fraudes", d_accord.elle.agent.nom):
        assert secret not in dit
    d_accord.relire()
    services.renoncer(d_accord.elle.lecteur, d_accord.mienne, d_accord.mienne.version)
    fini = lire_agenda(d_accord, d_accord.elle)
    (annule,) = fini.walk("VEVENT")
    assert (fini["METHOD"], annule["STATUS"], annule["UID"]) == ("CANCEL", "CANCELLED", evenement["UID"])
    assert annule["SEQUENCE"] > evenement["SEQUENCE"]


def test_e9_the_calendar_file_is_for_the_service_of_the_visit(d_accord: Scene) -> None:
    assert d_accord.autre.client.get(f"/visites/{d_accord.mienne.reference}.ics").status_code == 404


def test_e9_the_whole_exchange_is_made_in_the_page(d_accord: Scene) -> None:
    d_accord.relire()
    envoi = {"version": d_accord.mienne.version, "croisement": d_accord.sienne.reference}
    envoi |= {"jour_1": v.dans(3).isoformat(), "moment_1": "matin", "moment_2": "matin", "moment_3": "matin"}
    envoi |= {"jour_2": v.dans(4).isoformat(), "moment_2": "apres-midi"}
    base = f"/visites/{d_accord.mienne.reference}"
    assert d_accord.elle.client.post(f"{base}/proposer", envoi).status_code == 302
    d_accord.relire()
    lue = page(d_accord.autre, d_accord.sienne)
    assert f"mercredi {v.dans(4):%d/%m/%Y}, après-midi, de 14 h à 17 h" in lue
    proposition = RendezVous.objects.get()
    base = f"/visites/{d_accord.sienne.reference}"
    envoi = {"version": d_accord.sienne.version, "rendez_vous": proposition.reference}
    assert d_accord.autre.client.post(f"{base}/accepter", envoi).status_code == 400
    assert d_accord.autre.client.post(f"{base}/accepter", {**envoi, "rang": 1}).status_code == 302
    d_accord.relire()
    assert d_accord.mienne.debut == d_accord.sienne.debut == v.dans(4)


def test_e9_a_new_answer_counts_the_rounds_again(d_accord: Scene) -> None:
    for _ in range(3):
        proposition = proposer(d_accord, v.dans(3))
        rendezvous.refuser(d_accord.autre.lecteur, d_accord.sienne, proposition.pk, d_accord.sienne.version)
    d_accord.reporter(v.dans(4))
    d_accord.repondre(d_accord.autre, Reponse(Reaction.COMMUNE))
    assert proposer(d_accord, v.dans(5)).etat == "propose"
