"""What may be done with an announced visit, by whom, once, and what is told to the other service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.echanges import courriels, tasks
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import EvenementVisite, VisiteAnnoncee
from fce.echanges.visites import croisees as recherche, reponses, services
from fce.echanges.visites.genre import VOUS_ATTEND
from fce.echanges.visites.reponses import Reponse
from fce.echanges.visites.services import Quand
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.erreurs import Introuvable, ParametreInvalide
from tests.echanges.visites import fabrique as v

JOUR, SEMAINE = Precision.JOUR, Precision.SEMAINE
pytestmark = pytest.mark.django_db


def annonce(de: v.Service, ou: v.LieuConnu, quand: Quand | None = None, **contenu: Any) -> VisiteAnnoncee:
    return services.annoncer(
        de.lecteur,
        de.groupe.pk,
        ou.siren,
        [ou.siret],
        quand or Quand(JOUR, v.dans(2)),
        services.Teneur(**contenu),
    )


def travaux() -> list[dict[str, Any]]:
    """The mails to services that are queued."""
    return list(
        ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE).order_by("pk").values_list("args", flat=True)
    )


@pytest.fixture
def croisees() -> tuple[v.Service, VisiteAnnoncee, v.Service, VisiteAnnoncee]:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    return elle, annonce(elle, ou), autre, annonce(autre, ou)


def test_a_week_is_announced_from_monday_to_sunday_with_its_places() -> None:
    (ou,) = v.places()
    visite = annonce(v.service(), ou, Quand(SEMAINE, v.dans(2)), objet="  Chantier  ")
    assert (visite.debut.weekday(), visite.fin - visite.debut) == (0, timedelta(days=6))
    assert visite.objet == "Chantier"
    assert visite.corps == "dgt"
    assert [(lieu.siret, lieu.cle_adresse) for lieu in visite.lieux.all()] == [(ou.siret, ou.cle_adresse)]
    assert [e.geste for e in visite.evenements.all()] == ["annoncer"]


@pytest.mark.parametrize(
    ("precision", "ecart", "permis"),
    [(JOUR, 0, True), (JOUR, -1, False), (JOUR, 366, True), (JOUR, 367, False), (SEMAINE, 0, True),
     (SEMAINE, -7, False)],
)  # fmt: skip
def test_a_visit_is_announced_for_a_day_that_is_not_over_and_a_year_ahead_at_most(
    precision: Precision, ecart: int, permis: bool
) -> None:
    (ou,) = v.places()
    quand = Quand(precision, timezone.localdate() + timedelta(days=ecart))
    if permis:
        assert annonce(v.service(), ou, quand).etat == "annoncee"
    else:
        with pytest.raises(ParametreInvalide):
            annonce(v.service(), ou, quand)


def test_places_are_of_the_company_and_known() -> None:
    ou, ailleurs = v.places(2)
    elle = v.service()
    for sirets in ([], [ailleurs.siret], [ou.siret, ailleurs.siret], ["12345678901234"], [ou.siret] * 0):
        with pytest.raises(ParametreInvalide):
            services.annoncer(elle.lecteur, elle.groupe.pk, ou.siren, sirets, Quand(JOUR, v.dans(2)))
    with pytest.raises(ParametreInvalide):
        annonce(elle, ou, genre="courrier")


def test_only_an_agent_of_a_habilitated_service_announces_with_a_second_factor_in_its_name_alone() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    quand = Quand(JOUR, v.dans(2))
    for faible in (v.service(""), v.service(mfa=False)):
        with pytest.raises(GesteRefuse):
            services.annoncer(faible.lecteur, faible.groupe.pk, ou.siren, [ou.siret], quand)
    with pytest.raises(GesteRefuse):
        services.annoncer(elle.lecteur, autre.groupe.pk, ou.siren, [ou.siret], quand)
    assert not VisiteAnnoncee.objects.exists()


GESTES: dict[str, Callable[[Any, VisiteAnnoncee, int], Any]] = {
    "modifier": lambda lecteur, x, n: services.modifier(lecteur, x, n, services.Teneur(objet="Autre")),
    "reporter": lambda lecteur, x, n: services.reporter(lecteur, x, n, Quand(JOUR, v.dans(4))),
    "renoncer": lambda lecteur, x, n: services.renoncer(lecteur, x, n),
    "tenir": lambda lecteur, x, n: services.tenir(lecteur, x, n, None),
    "ne_pas_tenir": lambda lecteur, x, n: services.ne_pas_tenir(lecteur, x, n),
}


@pytest.mark.parametrize("geste", GESTES)
def test_a_gesture_of_another_service_or_on_an_old_version_changes_nothing(geste: str) -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    visite = annonce(elle, ou, Quand(JOUR, timezone.localdate()))
    for lecteur, version, erreur in ((autre.lecteur, 1, GesteRefuse), (elle.lecteur, 0, Concurrence)):
        with pytest.raises(erreur):
            GESTES[geste](lecteur, visite, version)
    visite.refresh_from_db()
    assert (visite.version, visite.etat, visite.evenements.count()) == (1, "annoncee", 1)
    assert GESTES[geste](elle.lecteur, visite, 1).version == 2
    with pytest.raises(Concurrence, match="rien n’a été écrasé"):
        GESTES[geste](elle.lecteur, visite, 1)


def test_a_step_says_what_changed_before_and_after() -> None:
    (ou,) = v.places()
    elle = v.service()
    visite = services.reporter(elle.lecteur, annonce(elle, ou), 1, Quand(JOUR, v.dans(4)))
    etape = EvenementVisite.objects.filter(visite=visite).last()
    assert etape is not None
    assert etape.par == elle.agent.identifiant
    assert etape.avant == {"debut": v.dans(2).isoformat(), "fin": v.dans(2).isoformat()}
    assert etape.apres == {"debut": v.dans(4).isoformat(), "fin": v.dans(4).isoformat()}
    with pytest.raises(ParametreInvalide, match="d’autres dates"):
        services.reporter(elle.lecteur, visite, 2, Quand(JOUR, v.dans(4)))


def test_what_has_not_begun_did_not_take_place_yet() -> None:
    (ou,) = v.places()
    elle = v.service()
    visite = annonce(elle, ou)
    for geste in ("tenir", "ne_pas_tenir"):
        with pytest.raises(GesteImpossible):
            GESTES[geste](elle.lecteur, visite, 1)


def test_a_visit_held_bears_the_contact_of_its_own_service_and_company_only() -> None:
    ou, ailleurs = v.places(2)
    elle, autre = v.service(), v.service("ccrf")
    visite = annonce(elle, ou, Quand(JOUR, timezone.localdate()))
    for etranger in (v.contact(autre.groupe, ou, v.dans(0)), v.contact(elle.groupe, ailleurs, v.dans(0))):
        with pytest.raises(ParametreInvalide):
            services.tenir(elle.lecteur, visite, 1, etranger)
    sien = v.contact(elle.groupe, ou, v.dans(0))
    assert services.tenir(elle.lecteur, visite, 1, sien).interaction == sien


def test_a_visit_of_which_nobody_says_anything_expires_after_fourteen_days_and_may_still_be_told() -> None:
    (ou,) = v.places()
    elle = v.service()
    jour = timezone.localdate()
    perimee, attend = (v.visite(elle.groupe, ou, jour - timedelta(days=n)) for n in (15, 14))
    tasks.finir_les_visites()
    tasks.finir_les_visites()
    perimee.refresh_from_db()
    attend.refresh_from_db()
    assert (perimee.etat, attend.etat) == ("expiree", "annoncee")
    assert perimee.close_le is not None
    assert [(e.geste, e.par) for e in perimee.evenements.all()] == [("expirer", "systeme")]
    assert services.tenir(elle.lecteur, perimee, 2, None).etat == "tenue"


def test_each_answer_is_told_to_the_mailbox_of_the_other_service_with_a_link_and_nothing_else(croisees: Any) -> None:
    elle, visite, autre, sienne = croisees
    reponses.repondre(elle.lecteur, visite, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    (travail,) = travaux()
    envoi = {"service": autre.groupe.pk, "page": f"/visites/{sienne.reference}", "phrase": VOUS_ATTEND}
    assert travail == {**envoi, "visite": sienne.pk}
    tasks.ecrire_a_un_service(**travail)
    (message,) = mail.outbox
    assert message.to == [autre.groupe.courriel]
    texte = f"{message.subject} {message.body}"
    for secret in (elle.groupe.nom, elle.agent.nom, "ENTREPRISE", visite.siren, str(visite.debut.year), "commune "):
        assert secret not in texte.replace("Fiche Commune", "")


def test_the_same_answer_is_told_once_another_one_is_told_again(croisees: Any) -> None:
    elle, visite, _, sienne = croisees
    cles = [f"visite-{sienne.pk}"]
    suite = [
        Reponse(Reaction.COMMUNE),
        Reponse(Reaction.COMMUNE, "motif qui ne sert pas"),
        Reponse(Reaction.MAINTIEN, "Délai légal"),
        Reponse(Reaction.MAINTIEN, " Délai légal "),
        Reponse(Reaction.MAINTIEN, "Plainte reçue"),
        Reponse(Reaction.COMMUNE),
    ]
    nombres = []
    for reponse in suite:
        visite = reponses.repondre(elle.lecteur, visite, cles, reponse, visite.version)
        nombres.append(len(travaux()))
    assert nombres == [1, 1, 2, 2, 3, 4]
    assert visite.reponses.get().choix == Reaction.COMMUNE


def test_postponing_moves_the_visit_and_giving_up_ends_it(croisees: Any) -> None:
    elle, visite, autre, sienne = croisees
    cles = [f"visite-{sienne.pk}"]
    visite = reponses.repondre(elle.lecteur, visite, cles, Reponse(Reaction.REPORT, quand=Quand(JOUR, v.dans(3))), 1)
    assert visite.debut == v.dans(3)
    visite = reponses.repondre(elle.lecteur, visite, cles, Reponse(Reaction.RENONCEMENT), visite.version)
    assert visite.etat == "renoncee"
    with pytest.raises(GesteImpossible):
        reponses.repondre(elle.lecteur, visite, cles, Reponse(Reaction.COMMUNE), visite.version)
    with pytest.raises(Introuvable):
        reponses.repondre(autre.lecteur, sienne, [f"visite-{visite.pk}"], Reponse(Reaction.COMMUNE), 1)
    assert len(travaux()) == 2


@pytest.mark.parametrize(
    ("choix", "autres"),
    [(Reaction.MAINTIEN, {}), (Reaction.MAINTIEN, {"motif": "  oui "}), (Reaction.REPORT, {})],
)
def test_an_answer_says_what_it_needs(choix: Reaction, autres: dict[str, Any]) -> None:
    with pytest.raises(ParametreInvalide):
        Reponse(choix, **autres)


def test_e14_a_contact_already_made_is_not_answered() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    fait = v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=5))
    visite = annonce(elle, ou)
    for choix in (Reaction.COMMUNE, Reaction.RENONCEMENT):
        with pytest.raises(ParametreInvalide, match="déjà eu lieu"):
            reponses.repondre(elle.lecteur, visite, [f"contact-{fait.pk}"], Reponse(choix), 1)
    assert travaux() == []


def test_what_does_not_cross_cannot_be_answered_whether_it_exists_or_not(croisees: Any) -> None:
    elle, visite, autre, sienne = croisees
    (ou,) = recherche.lieux_de_la_visite(visite)
    cachee = v.visite(autre.groupe, ou, v.dans(2), operation=v.operation(autre.groupe))
    loin = v.visite(autre.groupe, ou, v.dans(30))
    mienne = v.visite(elle.groupe, ou, v.dans(2))
    for cle in (f"visite-{cachee.pk}", f"visite-{loin.pk}", f"visite-{mienne.pk}", "visite-999999", "contact-1", ""):
        with pytest.raises(Introuvable, match="ne croise la vôtre"):
            reponses.repondre(elle.lecteur, visite, [cle], Reponse(Reaction.COMMUNE), 1)
    with pytest.raises(Introuvable):
        reponses.repondre(elle.lecteur, visite, [f"visite-{sienne.pk}", "visite-999999"], Reponse(Reaction.COMMUNE), 1)
    assert travaux() == []


def test_a_visit_of_an_operation_answers_nothing_and_sees_nothing_unless_its_coordinator_has_opened_it(
    croisees: Any,
) -> None:
    elle, _, autre, sienne = croisees
    (ou,) = recherche.lieux_de_la_visite(sienne)
    operation = v.operation(elle.groupe)
    cachee = v.visite(elle.groupe, ou, v.dans(2), operation=operation)
    assert recherche.croisements_de_la_visite(cachee) == []
    operation.ouverte_aux_croisements = True
    operation.save()
    cachee = VisiteAnnoncee.objects.get(pk=cachee.pk)
    assert [c.visite for c in recherche.croisements_de_la_visite(cachee)] == [sienne.pk]
    with pytest.raises(GesteImpossible):
        reponses.repondre(elle.lecteur, cachee, [f"visite-{sienne.pk}"], Reponse(Reaction.COMMUNE), 1)
    d_un_membre = v.visite(autre.groupe, ou, v.dans(2), operation=operation)
    assert recherche.croisements_de_la_visite(d_un_membre) == []


def test_announcing_with_an_answer_does_both_or_neither() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    sienne = annonce(autre, ou)
    fait = v.contact(autre.groupe, ou, timezone.localdate() - timedelta(days=5))
    demande = (elle.groupe.pk, ou.siren, [ou.siret], Quand(JOUR, v.dans(2)), services.Teneur())
    with pytest.raises(Introuvable):
        reponses.annoncer_et_repondre(elle.lecteur, *demande, Reponse(Reaction.COMMUNE), ["visite-999999"])
    assert VisiteAnnoncee.objects.count() == 1
    cles = [f"visite-{sienne.pk}", f"contact-{fait.pk}"]
    visite = reponses.annoncer_et_repondre(elle.lecteur, *demande, Reponse(Reaction.COMMUNE), cles)
    assert [r.autre_id for r in visite.reponses.all()] == [sienne.pk]
    renoncee = reponses.annoncer_et_repondre(elle.lecteur, *demande, Reponse(Reaction.RENONCEMENT), cles)
    assert renoncee.etat == "renoncee"
    assert [t["page"] for t in travaux()] == [
        f"/visites/{sienne.reference}",
        f"/visites/{sienne.reference}",
    ]


def test_a_closed_service_is_written_nothing(croisees: Any) -> None:
    _, _, autre, sienne = croisees
    for courriel in ("", "b@x.example"):
        type(autre.groupe).objects.filter(pk=autre.groupe.pk).update(courriel=courriel, ferme_le=timezone.now())
        tasks.ecrire_a_un_service(autre.groupe.pk, f"/visites/{sienne.reference}", VOUS_ATTEND)
    tasks.ecrire_a_un_service(999999, "/visites", VOUS_ATTEND)
    assert mail.outbox == []


def test_who_leaves_the_service_takes_nothing_away() -> None:
    (ou,) = v.places()
    elle = v.service()
    visite = annonce(elle, ou)
    elle.agent.appartenances.update(fin=timezone.now())
    with pytest.raises(GesteRefuse):
        services.renoncer(elle.lecteur, visite, 1)
    visite.refresh_from_db()
    assert (visite.service, visite.etat) == (elle.groupe, "annoncee")


def test_a_day_is_written_as_a_date_and_a_week_by_any_of_its_days() -> None:
    mercredi = date(2026, 12, 2)
    assert Quand(SEMAINE, mercredi).duree == Quand(SEMAINE, date(2026, 11, 30)).duree
