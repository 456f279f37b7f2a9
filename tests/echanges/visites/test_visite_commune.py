"""A « visite commune » holds: whoever answered a visit is told what it becomes, by a mail and something to do, and
answers are asked again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Groupe
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.models import CourrielDeVisite, ReponseCroisement, VisiteAnnoncee
from fce.echanges.suivis.courriels import preparer_les_courriels
from fce.echanges.visites import reponses, selectors, services
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.selectors import taches
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v

pytestmark = pytest.mark.django_db
JOUR = Precision.JOUR
COMMUNE = Reponse(Reaction.COMMUNE)


@dataclass
class Scene:
    """Two services at the same place; ``elle`` announced first. ``quand``: instant reached by the worker."""

    ou: v.LieuConnu
    elle: v.Service
    autre: v.Service
    mienne: VisiteAnnoncee
    sienne: VisiteAnnoncee
    quand: datetime

    def derouler(self, secondes: int = 0) -> list[str]:
        """Let time pass; return whom mails were sent to. More than a quarter of an hour goes by before what follows."""
        self.quand += timedelta(seconds=secondes)
        avant = len(mail.outbox)
        derouler(self.quand)
        CourrielDeVisite.objects.update(parti_le=None)
        return sorted(adresse for message in mail.outbox[avant:] for adresse in message.to)

    def relire(self) -> None:
        self.mienne.refresh_from_db()
        self.sienne.refresh_from_db()

    def repondre(self, qui: v.Service, reponse: Reponse = COMMUNE) -> None:
        self.relire()
        deux = (self.mienne, self.sienne) if qui is self.elle else (self.sienne, self.mienne)
        reponses.repondre(qui.lecteur, deux[0], [f"visite-{deux[1].pk}"], reponse, deux[0].version)
        self.relire()

    def reporter(self, jour: date) -> None:
        self.relire()
        services.reporter(self.elle.le(self.quand), self.mienne, self.mienne.version, Quand(JOUR, jour))

    def a_faire(self, qui: v.Service) -> list[str]:
        return [
            t.adresse for t in taches(qui.agent, timezone.localdate()) if t.titre == "Lire ce qui attend votre visite"
        ]

    def commune(self, qui: v.Service) -> bool:
        self.relire()
        sienne = self.mienne if qui is self.elle else self.sienne
        return any(c.commune for c in selectors.visite_vue(qui.lecteur, sienne).croisements)


def annoncer(de: v.Service, ou: v.LieuConnu, quand: Quand | None = None) -> VisiteAnnoncee:
    quand = quand or Quand(JOUR, v.dans(2))
    return services.annoncer(de.lecteur, de.groupe.pk, ou.siren, [ou.siret], quand, services.Teneur())


@pytest.fixture
def scene() -> Scene:
    (ou,) = v.places()
    elle, autre = v.service(nom="Inspection"), v.service("ccrf", nom="Fraudes")
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    scene.derouler(1)
    return scene


@pytest.fixture
def d_accord(scene: Scene) -> Scene:
    """Both said « visite commune », and everybody has read his mails."""
    scene.repondre(scene.elle)
    scene.repondre(scene.autre)
    scene.derouler(90)
    assert scene.commune(scene.elle)
    assert (scene.a_faire(scene.elle), scene.a_faire(scene.autre)) == ([], [])
    return scene


def texte(reponse: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(reponse.content.decode())))


def page(de: v.Service, visite: VisiteAnnoncee) -> str:
    return texte(de.client.get(f"/visites/{visite.reference}"))


def changer(scene: Scene, geste: str) -> None:
    scene.relire()
    lecteur, visite, version = scene.elle.le(scene.quand), scene.mienne, scene.mienne.version
    if geste == "reporter":
        services.reporter(lecteur, visite, version, Quand(JOUR, v.dans(4)))
    elif geste == "loin":
        services.reporter(lecteur, visite, version, Quand(JOUR, v.dans(30)))
    elif geste == "renoncer":
        services.renoncer(lecteur, visite, version)
    else:
        VisiteAnnoncee.objects.filter(pk=visite.pk).update(debut=timezone.localdate())
        visite.refresh_from_db()
        {"tenue": services.tenir, "non-tenue": services.ne_pas_tenir}[geste](lecteur, visite, version)


def test_e3_two_announced_in_the_same_second_are_both_told_by_mail_and_task() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    # Neither transaction sees the other: each is alone when it looks, and both rows come from the jobs.
    scene = Scene(ou, elle, autre, annoncer(elle, ou), annoncer(autre, ou), timezone.now())
    assert scene.derouler(1) == sorted([elle.groupe.courriel, autre.groupe.courriel])
    assert scene.a_faire(elle) == [f"/visites/{scene.mienne.reference}"]
    assert scene.a_faire(autre) == [f"/visites/{scene.sienne.reference}"]


def test_e3_the_crossed_agent_has_a_task_at_any_date_until_he_answers(scene: Scene) -> None:
    assert scene.a_faire(scene.elle) == [f"/visites/{scene.mienne.reference}"]
    scene.repondre(scene.elle, Reponse(Reaction.MAINTIEN, "Délai légal"))
    assert scene.a_faire(scene.elle) == []
    assert scene.a_faire(scene.autre) == [f"/visites/{scene.sienne.reference}"]


def test_e3_the_task_says_neither_who_nor_when(scene: Scene) -> None:
    (tache,) = taches(scene.elle.agent, timezone.localdate())
    for tu in ("Fraudes", "ENTREPRISE 1"):  # its company is for who may read the visit, journalled first
        assert tu not in f"{tache.titre} {tache.precision}"


def test_e3_the_digest_of_the_crossed_agent_leads_to_his_tasks_once(scene: Scene) -> None:
    mail.outbox.clear()
    demain = timezone.now() + timedelta(days=1, hours=1)
    assert preparer_les_courriels(demain) == 2
    derouler(demain)
    assert {tuple(m.to) for m in mail.outbox} == {(scene.elle.agent.courriel,), (scene.autre.agent.courriel,)}
    for message in mail.outbox:
        assert message.subject.endswith("Du nouveau vous attend")
        assert scene.ou.siren not in message.body
    assert preparer_les_courriels(demain + timedelta(days=1)) == 0


def test_e3_nothing_waits_for_who_is_crossed_at_another_establishment_or_by_a_hidden_operation() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    annoncer(elle, ou)
    v.visite(autre.groupe, ou, v.dans(2), operation=v.operation(autre.groupe))
    derouler(timezone.now())
    assert not ReponseCroisement.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("geste", ["reporter", "loin", "renoncer", "tenue", "non-tenue"])
def test_e1_what_becomes_of_an_agreed_visit_is_told_after_a_minute_by_mail_and_task(
    d_accord: Scene, geste: str
) -> None:
    changer(d_accord, geste)
    assert d_accord.derouler(30) == []
    assert d_accord.a_faire(d_accord.autre) == []
    assert not d_accord.commune(d_accord.autre), "an agreement that no longer holds is not shown as one"
    assert d_accord.derouler(90) == [d_accord.autre.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == [f"/visites/{d_accord.sienne.reference}"]
    lue = page(d_accord.autre, d_accord.sienne)
    dit = {
        "reporter": "a déplacé sa visite",
        "loin": "a déplacé sa visite",
        "renoncer": "a renoncé à sa visite",
        "tenue": "sa visite a eu lieu",
        "non-tenue": "sa visite n’a pas eu lieu",
    }[geste]
    assert dit in lue
    assert "Inspection" in lue
    assert "Rien de votre visite n’a changé" in lue


def test_e1_of_a_moved_visit_the_other_reads_the_weeks_never_the_day(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    d_accord.derouler(90)
    lue = page(d_accord.autre, d_accord.sienne)
    assert f"{v.dans(4):%d/%m/%Y}" not in lue.replace(f"{v.dans(4) - timedelta(days=2):%d/%m/%Y}", "")
    assert f"semaine {v.dans(4).isocalendar().week}" in lue


def test_e1_answers_are_asked_again_and_the_same_answer_is_then_a_new_one(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    d_accord.derouler(90)
    assert not d_accord.commune(d_accord.elle)
    d_accord.repondre(d_accord.autre)
    assert d_accord.commune(d_accord.elle)
    assert d_accord.commune(d_accord.autre)
    assert d_accord.derouler(90) == [d_accord.elle.groupe.courriel]
    assert d_accord.a_faire(d_accord.autre) == []


def test_e1_undone_within_the_minute_nobody_is_told_and_the_agreement_stands(d_accord: Scene) -> None:
    for geste in ("reporter", "renoncer"):
        changer(d_accord, geste)
        d_accord.relire()
        assert "Défaire ce changement" in page(d_accord.elle, d_accord.mienne)
        services.defaire(d_accord.elle.lecteur, d_accord.mienne, d_accord.mienne.version)
        d_accord.relire()
        assert (d_accord.mienne.etat, d_accord.mienne.debut) == ("annoncee", v.dans(2))
        assert d_accord.derouler(120) == []
        assert d_accord.commune(d_accord.autre)
    assert d_accord.a_faire(d_accord.autre) == []


def test_e1_after_the_minute_nothing_is_undone(d_accord: Scene) -> None:
    changer(d_accord, "renoncer")
    d_accord.relire()
    plus_tard = d_accord.elle.le(timezone.now() + timedelta(seconds=61))
    with pytest.raises(GesteImpossible, match="minute"):
        services.defaire(plus_tard, d_accord.mienne, d_accord.mienne.version)
    assert VisiteAnnoncee.objects.get(pk=d_accord.mienne.pk).etat == "renoncee"


def test_e1_two_moves_in_a_minute_are_told_once(d_accord: Scene) -> None:
    changer(d_accord, "reporter")
    d_accord.relire()
    services.reporter(
        d_accord.elle.le(d_accord.quand), d_accord.mienne, d_accord.mienne.version, Quand(JOUR, v.dans(5))
    )
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]


def test_e1_moving_within_the_week_tells_nothing_that_the_other_may_not_know(d_accord: Scene) -> None:
    services.reporter(
        d_accord.elle.le(d_accord.quand),
        d_accord.mienne,
        d_accord.mienne.version,
        Quand(JOUR, v.dans(2) + timedelta(days=1)),
    )
    assert d_accord.derouler(120) == []
    assert d_accord.commune(d_accord.autre)


def test_e1_a_changed_answer_leaves_nobody_with_an_agreement(d_accord: Scene) -> None:
    d_accord.repondre(d_accord.autre, Reponse(Reaction.MAINTIEN, "Urgence nouvelle"))
    assert d_accord.derouler(1) == [d_accord.elle.groupe.courriel]
    assert d_accord.a_faire(d_accord.elle) == [f"/visites/{d_accord.mienne.reference}"]


def test_e1_a_third_service_is_told_too_and_a_service_that_never_spoke_is_not(d_accord: Scene) -> None:
    tiers, muet = v.service("ccrf", nom="Tiers"), v.service("ccrf", nom="Muet")
    la_leur, _ = annoncer(tiers, d_accord.ou), annoncer(muet, d_accord.ou)
    d_accord.derouler(90)
    reponses.repondre(
        tiers.lecteur, la_leur, [f"visite-{d_accord.mienne.pk}"], Reponse(Reaction.MAINTIEN, "Délai légal"), 1
    )
    d_accord.derouler(90)
    changer(d_accord, "renoncer")
    assert d_accord.derouler(120) == sorted([d_accord.autre.groupe.courriel, tiers.groupe.courriel])


def test_e1_what_was_read_no_longer_waits(d_accord: Scene) -> None:
    changer(d_accord, "renoncer")
    d_accord.derouler(120)
    d_accord.relire()
    envoi = {"croisement": d_accord.mienne.reference, "vu": v.vu(d_accord.mienne)}
    faite = d_accord.autre.client.post(f"/visites/{d_accord.sienne.reference}/lire", envoi)
    assert faite.status_code == 302
    assert d_accord.a_faire(d_accord.autre) == []
    assert "a renoncé" not in page(d_accord.autre, d_accord.sienne).split("Réponses reçues")[0]


def test_e1_an_expired_visit_is_told(d_accord: Scene) -> None:
    VisiteAnnoncee.objects.filter(pk=d_accord.mienne.pk).update(
        debut=timezone.localdate() - timedelta(days=30), fin=timezone.localdate() - timedelta(days=30)
    )
    services.finir_les_passees(timezone.now())
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert "n’a pas dit si sa visite a eu lieu" in page(d_accord.autre, d_accord.sienne)


def test_e1_an_agreement_with_a_service_that_closes_is_told_to_the_other(d_accord: Scene) -> None:
    Groupe.objects.filter(pk=d_accord.elle.groupe.pk).update(ferme_le=timezone.now())
    services.finir_les_passees(timezone.now())
    assert d_accord.derouler(120) == [d_accord.autre.groupe.courriel]
    assert "a fermé : sa visite n’aura pas lieu" in page(d_accord.autre, d_accord.sienne)


@pytest.mark.parametrize(("geste", "dit"), [("tenue", "sa visite a eu lieu"), ("renoncer", "a renoncé à sa visite")])
def test_a_service_that_closes_afterwards_takes_back_nothing_of_what_it_said(
    d_accord: Scene, geste: str, dit: str
) -> None:
    changer(d_accord, geste)
    d_accord.derouler(120)
    Groupe.objects.filter(pk=d_accord.elle.groupe.pk).update(ferme_le=timezone.now())
    services.finir_les_passees(timezone.now())
    lue = page(d_accord.autre, d_accord.sienne)
    assert dit in lue
    assert "a fermé" not in lue


def test_e1_before_a_change_the_page_says_who_will_be_told_and_changes_nothing(d_accord: Scene) -> None:
    adresse = f"/visites/{d_accord.mienne.reference}/renoncer"
    d_accord.relire()
    demandee = d_accord.elle.client.post(adresse, {"version": d_accord.mienne.version})
    lue = texte(demandee)
    assert demandee.status_code == 200
    assert "Qui sera prévenu" in lue
    assert "Fraudes" in lue
    assert "visite commune" in lue
    d_accord.relire()
    assert d_accord.mienne.etat == "annoncee"
    marque = re.search(r'name="confirme" value="([0-9a-f]+)"', demandee.content.decode())
    assert marque
    faite = d_accord.elle.client.post(adresse, {"version": d_accord.mienne.version, "confirme": marque[1]})
    assert faite.status_code == 302
    d_accord.relire()
    assert d_accord.mienne.etat == "renoncee"


def test_e1_moving_into_a_collision_asks_as_announcing_does() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Fraudes")
    sienne = annoncer(autre, ou, Quand(JOUR, v.dans(20)))
    mienne = annoncer(elle, ou)
    derouler(timezone.now())
    assert not ReponseCroisement.objects.exists()
    adresse = f"/visites/{mienne.reference}/reporter"
    envoi = {"version": 1, "precision": "jour", "jour": v.dans(19).isoformat()}
    demandee = elle.client.post(adresse, envoi)
    assert "Fraudes" in texte(demandee)
    marque = re.search(r'name="confirme" value="([0-9a-f]+)"', demandee.content.decode())
    assert marque
    sans_reponse = elle.client.post(adresse, {**envoi, "confirme": marque[1]})
    assert sans_reponse.status_code == 400
    mienne.refresh_from_db()
    assert mienne.debut == v.dans(2)
    faite = elle.client.post(adresse, {**envoi, "confirme": marque[1], "collision-choix": "commune"})
    assert faite.status_code == 302
    mienne.refresh_from_db()
    assert mienne.debut == v.dans(19)
    assert mienne.reponses.get(autre=sienne).choix == Reaction.COMMUNE
    derouler(timezone.now())
    assert [m.to for m in mail.outbox] == [[autre.groupe.courriel]]


def test_e1_postponing_as_one_announces_does_not_fall_on_another_visit_unread() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf", nom="Fraudes")
    annoncer(autre, ou)
    annoncer(autre, ou, Quand(JOUR, v.dans(20)))
    adresse = f"/etablissement/{ou.siret}/visites/nouvelle"
    envoi = {"service": elle.groupe.pk, "sirets": [ou.siret], "precision": "jour", "genre": "visite"}
    envoi |= {"jour": v.dans(2).isoformat(), "geste": "annoncer", "choix": "report"}
    vu = re.search(r'name="vu" value="([0-9a-f]+)"', elle.client.post(adresse, envoi).content.decode())
    assert vu
    for report, statut in ((v.dans(20), 400), (v.dans(4), 302)):
        faite = elle.client.post(adresse, {**envoi, "vu": vu[1], "report": report.isoformat()})
        assert faite.status_code == statut
    assert [x.debut for x in VisiteAnnoncee.objects.filter(service=elle.groupe)] == [v.dans(4)]


def test_e1_moving_asks_what_was_never_answered(scene: Scene) -> None:
    scene.relire()
    envoi = {"version": scene.mienne.version, "precision": "jour", "jour": v.dans(3).isoformat()}
    demandee = scene.elle.client.post(f"/visites/{scene.mienne.reference}/reporter", envoi)
    assert demandee.status_code == 200
    assert "Fraudes" in texte(demandee)
    scene.relire()
    assert scene.mienne.debut == v.dans(2)


def test_e1_a_visit_moved_away_without_any_answer_leaves_nothing_to_do(scene: Scene) -> None:
    scene.reporter(v.dans(30))
    scene.derouler(120)
    assert scene.a_faire(scene.autre) == []
    assert not ReponseCroisement.objects.exists()


def test_e1_a_worker_killed_before_its_job_ends_tells_once_when_it_is_run_again(d_accord: Scene) -> None:
    changer(d_accord, "renoncer")
    (travail,) = ProcrastinateJob.objects.filter(task_name="dire_un_changement_de_visite", status="todo")
    d_accord.derouler(120)
    ProcrastinateJob.objects.filter(pk=travail.pk).update(status="todo")
    assert d_accord.derouler(1) == []
