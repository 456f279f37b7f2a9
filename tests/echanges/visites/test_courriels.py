"""Mails about visits, as they are really sent: how many, when, and what they say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.echanges import courriels, tasks
from fce.echanges.models import CourrielDeVisite, VisiteAnnoncee
from fce.echanges.visites import reponses, services
from fce.echanges.visites.croisees import ecrire_au_service_de
from fce.echanges.visites.genre import VOUS_ATTEND
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.erreurs import FCEError
from tests.echanges.travaux import derouler
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.test_passages import noter
from tests.echanges.visites.test_visite_commune import annoncer

pytestmark = pytest.mark.django_db
GRAINE, VISITES = 22, 40


def recus() -> Counter[tuple[str, str]]:
    """{(mailbox, page): mails}."""
    return Counter((m.to[0], str(m.body).split("\n\n")[1]) for m in mail.outbox)


def agir(alea: Random, deux: list[tuple[v.Service, VisiteAnnoncee]], tiers: v.Service, ou: v.LieuConnu) -> None:
    """One of the things that services do about their visits; nothing when it is refused."""
    (qui, mienne), (_, sienne) = alea.sample(deux, 2)
    mienne.refresh_from_db()
    quand = qui.le(timezone.now())
    try:
        match alea.choice(("répondre", "reporter", "renoncer", "défaire", "contact")):
            case "répondre":
                dite = Reponse(alea.choice((Reaction.COMMUNE, Reaction.MAINTIEN)), "Délai légal")
                reponses.repondre(quand, mienne, [f"visite-{sienne.pk}"], dite, mienne.version)
            case "reporter":
                semaine = alea.choice((2, 3, 4, 5))
                services.reporter(quand, mienne, mienne.version, Quand(Precision.JOUR, v.dans(semaine)))
            case "renoncer":
                services.renoncer(quand, mienne, mienne.version)
            case "défaire":
                services.reporter(quand, mienne, mienne.version, Quand(Precision.JOUR, v.dans(7)))
                services.defaire(quand, mienne, mienne.version + 1)
            case "contact":
                noter(tiers, ou)
    except FCEError:
        return


def test_e22_a_worker_that_is_late_tells_each_service_of_each_visit_once() -> None:
    alea, lieux = Random(GRAINE), v.places(VISITES)
    elle, autre, tiers, meneur = v.service(), v.service("ccrf"), v.service("douane"), v.service("ccrf")
    menees = {}
    for ou in lieux:
        menee = menees[ou.siret] = v.operation(meneur.groupe, ouverte_aux_croisements=True)
        menee.participations.create(service=meneur.groupe, par="c1")
        menee.cibles.create(siren=ou.siren, siret=ou.siret, cle_adresse=ou.cle_adresse)
    for ou in lieux:
        deux = [(qui, annoncer(qui, ou)) for qui in (elle, autre)]
        for _ in range(alea.randint(0, 4)):
            agir(alea, deux, tiers, ou)
    # Nothing has run so far.
    assert mail.outbox == []
    derouler(timezone.now() + timedelta(days=1))
    lus = recus()
    visites = {adresse: combien for adresse, combien in lus.items() if "/visites/" in adresse[1]}
    assert {adresse: combien for adresse, combien in visites.items() if combien > 1} == {}
    assert len(visites) > VISITES
    # A coordinator is told of two visits at most: one mail for each.
    assert max(combien for (_, page), combien in lus.items() if "/operations/" in page) == 2
    # Run again, as after the loss of a worker: nothing is left to tell.
    mail.outbox.clear()
    ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE).update(status="todo")
    derouler(timezone.now() + timedelta(days=1))
    assert mail.outbox == []


def test_e18_one_visit_of_four_services_writes_to_each_at_once_then_once_a_quarter_of_an_hour() -> None:
    (ou,) = v.places()
    quatre = [v.service(profil) for profil in ("inspection-travail", "ccrf", "douane", "inspection-travail")]
    visites = []
    for qui in quatre:
        visites.append(annoncer(qui, ou))
        derouler(timezone.now())
    # Whoever is there already is written to at once.
    assert [n for n in recus().values() if n > 1] == []
    assert len(recus()) == 4
    for qui, mienne in zip(quatre, visites, strict=True):
        mienne.refresh_from_db()
        autres = [f"visite-{autre.pk}" for autre in visites if autre != mienne]
        reponses.repondre(qui.lecteur, mienne, autres, Reponse(Reaction.COMMUNE), mienne.version)
        derouler(timezone.now() + timedelta(minutes=2))
    assert sum(recus().values()) == 4
    (parti_le,) = {min(CourrielDeVisite.objects.values_list("parti_le", flat=True))}
    derouler(parti_le + courriels.PAS - timedelta(minutes=1))
    assert sum(recus().values()) == 4
    derouler(timezone.now() + courriels.PAS)
    assert set(recus().values()) == {2}
    assert sum(recus().values()) == 8
    derouler(timezone.now() + timedelta(days=1))
    assert sum(recus().values()) == 8


def _parti(visite: VisiteAnnoncee) -> datetime | None:
    return CourrielDeVisite.objects.get(visite=visite).parti_le


def test_e18_the_subject_says_the_reference_and_what_happens_while_a_mail_leaves_asks_for_another() -> None:
    (ou,) = v.places()
    elle = v.service()
    visite = v.visite(elle.groupe, ou, v.dans(2))
    ecrire_au_service_de(visite)
    derouler(timezone.now())
    (message,) = mail.outbox
    assert message.subject == f"[FCE] {VOUS_ATTEND} ({visite.marque})"
    assert f"/visites/{visite.reference}" in str(message.body)
    for secret in (ou.siret, ou.siren, "ENTREPRISE", f"{visite.debut:%d/%m}"):
        assert secret not in f"{message.subject} {message.body}"
    assert _parti(visite) is not None
    assert CourrielDeVisite.objects.get(visite=visite).du_le is None
    ecrire_au_service_de(visite)
    (travail,) = ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE, status="todo")
    assert travail.scheduled_at == (_parti(visite) or timezone.now()) + courriels.PAS


def test_e18_a_mail_server_that_fails_leaves_the_mail_due(settings: Any) -> None:
    (ou,) = v.places()
    visite = v.visite(v.service().groupe, ou, v.dans(2))
    ecrire_au_service_de(visite)
    (travail,) = ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE)
    boite, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(OSError, match="refused"):
        tasks.ecrire_a_un_service(**travail.args)
    settings.EMAIL_BACKEND = boite
    tasks.ecrire_a_un_service(**travail.args)
    assert len(mail.outbox) == 1
