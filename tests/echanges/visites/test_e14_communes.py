"""A common visit is one thing with its services and one day: half-days offered to all, answered by each, one confirmed
by the service that offers. Silence moves nothing; the days are known to the members alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import RendezVous, VisiteAnnoncee, VisiteCommune
from fce.echanges.visites import communes, reponses, services
from fce.echanges.visites.reponses import Reponse
from fce.echanges.vocabulaire import DemiJournee, Reaction
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import PARIS
from tests.concurrence import ensemble
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_visite_commune import COMMUNE, Scene, annoncer, d_accord, page, scene, texte

pytestmark = pytest.mark.django_db
__all__ = ["d_accord", "scene"]
MATIN, APRES_MIDI = DemiJournee


def dates(*jours: date) -> list[tuple[date, DemiJournee]]:
    return [(jour, MATIN) for jour in jours]


def proposer(scene: Scene, *jours: date, de: v.Service | None = None) -> VisiteCommune:
    scene.relire()
    qui, visite = (scene.autre, scene.sienne) if de is scene.autre else (scene.elle, scene.mienne)
    communes.proposer(qui.lecteur, visite, dates(*(jours or (v.dans(3),))), visite.version)
    scene.relire()
    return VisiteCommune.objects.get()


def accepter(scene: Scene, rang: int = 0) -> None:
    """The other service comes, and the one that offers confirms."""
    scene.relire()
    communes.repondre_aux_dates(scene.autre.lecteur, scene.sienne, [rang], scene.sienne.version)
    scene.relire()
    communes.confirmer(scene.elle.lecteur, scene.mienne, rang, scene.mienne.version)
    scene.relire()


def dire_commune(de: v.Service, mienne: VisiteAnnoncee, sienne: VisiteAnnoncee) -> None:
    mienne.refresh_from_db()
    reponses.repondre(de.lecteur, mienne, [f"visite-{sienne.pk}"], COMMUNE, mienne.version)
    mienne.refresh_from_db()


def test_e9_one_offers_the_other_comes_and_both_visits_are_on_the_confirmed_day(d_accord: Scene) -> None:
    proposer(d_accord, v.dans(3), v.dans(4))
    assert d_accord.derouler(1) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    accepter(d_accord, 1)
    assert [(x.debut, x.fin) for x in (d_accord.mienne, d_accord.sienne)] == [(v.dans(4), v.dans(4))] * 2
    assert d_accord.a_faire(d_accord.elle) == []
    assert set(d_accord.derouler(120)) == {d_accord.elle.groupe.courriel, d_accord.autre.groupe.courriel}
    for qui, visite in ((d_accord.elle, d_accord.mienne), (d_accord.autre, d_accord.sienne)):
        assert f"Jour convenu mercredi {v.dans(4):%d/%m/%Y}" in page(qui, visite)


def test_e9_nothing_is_offered_before_both_said_it_nor_once_a_visit_has_left(scene: Scene) -> None:
    for avant in (lambda: None, lambda: scene.repondre(scene.elle)):
        avant()
        with pytest.raises(Introuvable):
            communes.proposer(scene.elle.lecteur, scene.mienne, dates(v.dans(3)), scene.mienne.version)
    scene.repondre(scene.autre)
    proposer(scene)
    scene.reporter(v.dans(5))
    scene.relire()
    with pytest.raises(Introuvable):
        communes.repondre_aux_dates(scene.autre.lecteur, scene.sienne, [0], scene.sienne.version)
    assert scene.sienne.debut == v.dans(2)


def test_e14_there_are_two_rounds_then_the_telephone(d_accord: Scene) -> None:
    proposer(d_accord, v.dans(3))
    proposer(d_accord, v.dans(4), de=d_accord.autre)
    with pytest.raises(GesteImpossible, match="vive voix"):
        proposer(d_accord, v.dans(9))
    assert "de vive voix" in page(d_accord.elle, d_accord.mienne)
    assert "Aucune ne va" not in page(d_accord.elle, d_accord.mienne)
    assert (d_accord.mienne.debut, d_accord.sienne.debut) == (v.dans(2), v.dans(2))


def test_e9_other_dates_offered_replace_those_before_and_their_answers(d_accord: Scene) -> None:
    proposer(d_accord)
    communes.repondre_aux_dates(d_accord.autre.lecteur, d_accord.sienne, [0], d_accord.sienne.version)
    proposer(d_accord, v.dans(6), de=d_accord.autre)
    assert (d_accord.mienne.rangs, d_accord.sienne.rangs) == (None, [0])
    with pytest.raises(GesteImpossible):
        communes.confirmer(d_accord.elle.lecteur, d_accord.mienne, 0, d_accord.mienne.version)
    communes.repondre_aux_dates(d_accord.elle.lecteur, d_accord.mienne, [0], d_accord.mienne.version)
    d_accord.relire()
    communes.confirmer(d_accord.autre.lecteur, d_accord.sienne, 0, d_accord.sienne.version)
    d_accord.relire()
    assert d_accord.mienne.debut == d_accord.sienne.debut == v.dans(6)


def test_e9_silence_moves_nothing_and_says_so_to_all(d_accord: Scene) -> None:
    commune = proposer(d_accord, v.dans(8))
    d_accord.derouler(1)
    assert commune.avant_le is not None
    le = datetime.combine(commune.avant_le, time(), tzinfo=PARIS)
    assert communes.clore_les_silences(le + timedelta(hours=12)) == 0
    assert communes.clore_les_silences(le + timedelta(hours=36)) == 1
    assert communes.clore_les_silences(le + timedelta(hours=36)) == 0
    d_accord.relire()
    assert (d_accord.mienne.debut, d_accord.sienne.debut) == (v.dans(2), v.dans(2))
    assert d_accord.derouler(1) == sorted([d_accord.elle.groupe.courriel, d_accord.autre.groupe.courriel])
    for qui, visite in ((d_accord.elle, d_accord.mienne), (d_accord.autre, d_accord.sienne)):
        assert "convenez du jour" in page(qui, visite)
        assert d_accord.a_faire(qui) == [f"/visites/{visite.reference}"]
        assert qui.client.post(f"/visites/{visite.reference}/lire").status_code == 302
        assert d_accord.a_faire(qui) == []


def test_e14_an_agreed_day_is_not_moved_by_one_alone_and_leaving_it_is_told_to_all(d_accord: Scene) -> None:
    proposer(d_accord, v.dans(4))
    accepter(d_accord)
    d_accord.derouler(90)
    with pytest.raises(GesteImpossible, match="demandez-leur"):
        d_accord.reporter(v.dans(4) + timedelta(days=1))
    assert "Demander un autre jour" in page(d_accord.elle, d_accord.mienne)
    assert "Réponses reçues" not in page(d_accord.elle, d_accord.mienne)
    communes.retirer(d_accord.elle.le(d_accord.quand), d_accord.mienne, d_accord.mienne.version)
    d_accord.relire()
    assert (d_accord.mienne.precision, d_accord.mienne.commune) == ("semaine", None)
    assert d_accord.sienne.debut == v.dans(4)
    assert d_accord.derouler(30) == []
    assert d_accord.derouler(90) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    assert "Jour convenu" not in page(d_accord.autre, d_accord.sienne)


@pytest.mark.parametrize("geste", ["retirer", "renoncer", "maintien"])
def test_e14_leaving_undone_within_the_minute_tells_nobody_and_the_day_holds(d_accord: Scene, geste: str) -> None:
    proposer(d_accord, v.dans(4))
    accepter(d_accord)
    d_accord.derouler(90)
    qui, visite = d_accord.elle.lecteur, d_accord.mienne
    if geste == "maintien":
        d_accord.repondre(d_accord.elle, Reponse(Reaction.MAINTIEN, "Urgence nouvelle"))
        d_accord.derouler(1)
    else:
        (communes.retirer if geste == "retirer" else services.renoncer)(qui, visite, visite.version)
        services.defaire(qui, visite, visite.version + 1)
        d_accord.relire()
        assert d_accord.mienne.convenue == (v.dans(4), MATIN)
        assert d_accord.derouler(120) == []
        return
    d_accord.relire()
    assert d_accord.mienne.commune is None
    assert d_accord.derouler(120) == [] or d_accord.a_faire(d_accord.autre)


def test_e14_three_services_take_one_day_and_the_one_who_did_not_answer_may_join_it() -> None:
    (ou,) = v.places()
    qui = [v.service(nom="Inspection"), v.service("ccrf", nom="Fraudes"), v.service("ccrf", nom="Douane")]
    visites = [annoncer(s, ou) for s in qui]
    scene = Scene(ou, qui[0], qui[1], visites[0], visites[1], timezone.now())
    scene.derouler(1)
    for n in (1, 2):
        dire_commune(qui[n], visites[n], visites[0])
        dire_commune(qui[0], visites[0], visites[n])
    commune = VisiteCommune.objects.get()
    assert commune.visites.count() == 3
    scene.derouler(120)
    mail.outbox.clear()
    communes.proposer(qui[0].lecteur, visites[0], dates(v.dans(3), v.dans(4)), visites[0].version)
    assert scene.derouler(1) == sorted(s.groupe.courriel for s in qui[1:])
    lue = page(qui[1], visites[1])
    assert "Douane" in lue
    assert "pas répondu" in lue
    for x in visites:
        x.refresh_from_db()
    communes.repondre_aux_dates(qui[1].lecteur, visites[1], [0], visites[1].version)
    visites[0].refresh_from_db()
    with pytest.raises(GesteImpossible):
        communes.confirmer(qui[0].lecteur, visites[0], 1, visites[0].version)
    communes.confirmer(qui[0].lecteur, visites[0], 0, visites[0].version)
    assert sorted(scene.derouler(1)) == sorted(s.groupe.courriel for s in qui[1:])
    for x in visites:
        x.refresh_from_db()
    assert [x.debut for x in visites] == [v.dans(3), v.dans(3), v.dans(2)]
    assert f"{v.dans(3):%d/%m/%Y}" in page(qui[2], visites[2])
    communes.venir(qui[2].lecteur, visites[2], visites[2].version)
    visites[2].refresh_from_db()
    assert visites[2].convenue == (v.dans(3), MATIN)
    # Another day is asked of all: it is not confirmed without one of those who agreed.
    visites[2].refresh_from_db()
    communes.proposer(qui[2].lecteur, visites[2], dates(v.dans(5)), visites[2].version)
    for n, rangs in ((0, [0]), (1, [])):
        visites[n].refresh_from_db()
        communes.repondre_aux_dates(qui[n].lecteur, visites[n], rangs, visites[n].version)
    visites[2].refresh_from_db()
    with pytest.raises(GesteImpossible, match="pour tous"):
        communes.confirmer(qui[2].lecteur, visites[2], 0, visites[2].version)
    visites[1].refresh_from_db()
    communes.repondre_aux_dates(qui[1].lecteur, visites[1], [0], visites[1].version)
    visites[2].refresh_from_db()
    communes.confirmer(qui[2].lecteur, visites[2], 0, visites[2].version)
    for x in visites:
        x.refresh_from_db()
    assert [x.debut for x in visites] == [v.dans(5)] * 3


def test_e14_a_visit_that_was_already_on_that_day_has_not_agreed_on_it(d_accord: Scene) -> None:
    tiers = v.service("ccrf", nom="Tiers")
    la_leur = annoncer(tiers, d_accord.ou, services.Quand(services.Precision.JOUR, v.dans(3)))
    d_accord.derouler(90)
    dire_commune(tiers, la_leur, d_accord.mienne)
    d_accord.relire()
    dire_commune(d_accord.elle, d_accord.mienne, la_leur)
    proposer(d_accord, v.dans(3))
    accepter(d_accord)
    la_leur.refresh_from_db()
    assert (la_leur.debut, la_leur.convenue) == (v.dans(3), None)
    assert "Venir ce jour-là" in page(tiers, la_leur)


def test_e14_a_third_who_said_it_alone_is_told_when_the_others_agree(d_accord: Scene) -> None:
    tiers = v.service("ccrf", nom="Tiers")
    la_leur = annoncer(tiers, d_accord.ou)
    d_accord.derouler(90)
    dire_commune(tiers, la_leur, d_accord.mienne)
    d_accord.derouler(90)
    proposer(d_accord, v.dans(2) + timedelta(days=1))
    accepter(d_accord)
    assert tiers.groupe.courriel in d_accord.derouler(120)
    lue = page(tiers, la_leur)
    assert "a convenu d’un jour avec d’autres" in lue
    assert f"{v.dans(2) + timedelta(days=1):%d/%m/%Y}" not in lue
    # Answered by one member, it is one of them, and is asked whether it comes.
    d_accord.relire()
    dire_commune(d_accord.elle, d_accord.mienne, la_leur)
    la_leur.refresh_from_db()
    assert "Venir ce jour-là" in page(tiers, la_leur)


def test_e9_a_third_service_reads_the_week_never_the_day(d_accord: Scene) -> None:
    tiers = v.service("ccrf", nom="Tiers")
    la_leur = annoncer(tiers, d_accord.ou)
    d_accord.derouler(90)
    mail.outbox.clear()
    proposer(d_accord, v.dans(4), v.dans(5))
    accepter(d_accord)
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


def test_e9_another_service_and_an_old_page_change_nothing(d_accord: Scene) -> None:
    proposer(d_accord)
    tiers = v.service("ccrf")
    la_leur = annoncer(tiers, d_accord.ou)
    with pytest.raises(Introuvable):
        communes.repondre_aux_dates(tiers.lecteur, la_leur, [0], 1)
    with pytest.raises(GesteImpossible):
        communes.repondre_aux_dates(d_accord.elle.lecteur, d_accord.mienne, [0], d_accord.mienne.version)
    with pytest.raises(ParametreInvalide):
        communes.repondre_aux_dates(d_accord.autre.lecteur, d_accord.sienne, [3], d_accord.sienne.version)
    version = d_accord.mienne.version
    communes.repondre_aux_dates(d_accord.autre.lecteur, d_accord.sienne, [0], d_accord.sienne.version)
    with pytest.raises(Concurrence):  # confirms unaware of that answer
        communes.confirmer(d_accord.elle.lecteur, d_accord.mienne, 0, version)
    assert VisiteCommune.objects.get().creneaux


def test_e9_one_confirms_while_the_other_leaves_and_both_agree_on_what_holds(transactional_db: None) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    scene.derouler(1)
    scene.repondre(elle)
    scene.repondre(autre)
    proposer(scene, v.dans(3))
    communes.repondre_aux_dates(autre.lecteur, scene.sienne, [0], scene.sienne.version)
    scene.relire()
    quand = services.Quand(services.Precision.JOUR, v.dans(5))
    fautes = ensemble(
        lambda: communes.confirmer(elle.lecteur, scene.mienne, 0, scene.mienne.version),
        lambda: services.reporter(autre.lecteur, scene.sienne, scene.sienne.version, quand),
    )
    scene.relire()
    assert len(fautes) == 1
    assert (scene.mienne.debut, scene.sienne.debut) in [(v.dans(3), v.dans(3)), (v.dans(2), v.dans(5))]


@pytest.mark.parametrize("etat", ["accepte", "propose"])
def test_e14_a_pair_of_the_release_before_becomes_a_common_visit(d_accord: Scene, etat: str) -> None:
    VisiteAnnoncee.objects.update(commune=None)
    VisiteCommune.objects.all().delete()
    jours = [[v.dans(2).isoformat(), "matin"], [v.dans(2).isoformat(), "apres-midi"]]
    RendezVous.objects.create(
        visite=d_accord.mienne, autre=d_accord.sienne, creneaux=jours, choisi=1 if etat == "accepte" else None,
        etat=etat, avant_le=v.dans(2), par="c1",
    )  # fmt: skip
    for _ in range(2):
        communes.reunir_les_annoncees()
    commune = VisiteCommune.objects.get()
    d_accord.relire()
    if etat == "accepte":
        assert d_accord.mienne.convenue == d_accord.sienne.convenue == (v.dans(2), APRES_MIDI)
    else:
        assert (commune.proposee_par, commune.creneaux, commune.jour) == (d_accord.mienne, jours, None)
        accepter(d_accord)
        assert d_accord.mienne.convenue == (v.dans(2), MATIN)


def lire_agenda(scene: Scene, de: v.Service) -> Any:
    visite = scene.mienne if de is scene.elle else scene.sienne
    reponse = de.client.get(f"/visites/{visite.reference}.ics")
    assert reponse["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(reponse.content)


def test_e19_the_agreed_half_day_is_busy_and_an_announced_week_is_not(d_accord: Scene) -> None:
    avant = lire_agenda(d_accord, d_accord.elle)
    proposer(d_accord, v.dans(4))
    accepter(d_accord)
    fichier = lire_agenda(d_accord, d_accord.elle)
    (evenement,), (ancien,) = fichier.walk("VEVENT"), avant.walk("VEVENT")
    assert (ancien["TRANSP"], evenement["TRANSP"]) == ("TRANSPARENT", "OPAQUE")
    assert evenement["UID"] == ancien["UID"]
    assert evenement["SEQUENCE"] > ancien["SEQUENCE"]
    assert evenement["DTSTART"].dt == datetime.combine(v.dans(4), time(9), tzinfo=PARIS)
    assert evenement["LOCATION"].title() == "Lille"
    assert evenement["URL"].endswith(f"/visites/{d_accord.mienne.reference}")
    dit = fichier.to_ical().decode()
    for secret in ("ENTREPRISE", d_accord.ou.siren, "Fraudes", d_accord.elle.agent.nom):
        assert secret not in dit
    services.renoncer(d_accord.elle.lecteur, d_accord.mienne, d_accord.mienne.version)
    fini = lire_agenda(d_accord, d_accord.elle)
    (annule,) = fini.walk("VEVENT")
    assert (fini["METHOD"], annule["STATUS"], annule["UID"]) == ("CANCEL", "CANCELLED", evenement["UID"])
    assert annule["SEQUENCE"] > evenement["SEQUENCE"]


def test_e9_the_calendar_file_is_for_the_service_of_the_visit(d_accord: Scene) -> None:
    assert d_accord.autre.client.get(f"/visites/{d_accord.mienne.reference}.ics").status_code == 404


def test_e9_the_whole_exchange_is_made_in_the_page(d_accord: Scene) -> None:
    def envoyer(de: v.Service, visite: VisiteAnnoncee, geste: str, **envoi: Any) -> int:
        visite.refresh_from_db()
        envoi["version"] = visite.version
        return de.client.post(f"/visites/{visite.reference}/{geste}", envoi).status_code

    elle, mienne, autre, sienne = d_accord.elle, d_accord.mienne, d_accord.autre, d_accord.sienne
    jours = {"jour_1": v.dans(3).isoformat(), "moment_1": "matin", "moment_2": "apres-midi", "moment_3": "matin"}
    assert envoyer(elle, mienne, "proposer", **jours, jour_2=v.dans(4).isoformat()) == 302
    assert f"mercredi {v.dans(4):%d/%m/%Y}, après-midi, de 14 h à 17 h" in page(autre, sienne)
    assert envoyer(autre, sienne, "disponible", rangs=[1]) == 302
    assert "2 sur 2" in page(elle, mienne)
    assert envoyer(elle, mienne, "confirmer") == 400
    assert envoyer(elle, mienne, "confirmer", rang=1) == 302
    d_accord.relire()
    assert mienne.debut == sienne.debut == v.dans(4)
    assert envoyer(autre, sienne, "retirer") == 302
