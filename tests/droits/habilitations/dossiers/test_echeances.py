"""Reminders at 60, 30 and 7 days, once each; mails that say a number and give a link, to those who manage now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Appartenance
from fce.droits.habilitations import tasks
from fce.droits.habilitations.dossiers import courriels, echeances, services
from fce.droits.habilitations.dossiers.echeances import seuil_atteint
from fce.droits.habilitations.dossiers.etats import DOSSIERS, EtatDossier, GesteDossier
from fce.droits.habilitations.models import Dossier
from tests.droits.habilitations.dossiers.fabrique import Scene, contenu

FIN = date(2027, 6, 14)
DEBUT = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("restants", "seuil"),
    [(365, None), (61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_the_closest_threshold_reached_is_the_one_told(restants: int, seuil: int | None) -> None:
    assert seuil_atteint(DEBUT, FIN, FIN - timedelta(days=restants)) == seuil


def test_what_was_short_from_the_first_day_on_is_no_news() -> None:
    debut = FIN - timedelta(days=20)
    assert [seuil_atteint(debut, FIN, debut + timedelta(days=n)) for n in (0, 12, 13, 20)] == [None, None, 7, 7]


@given(st.integers(1, 366), st.sets(st.integers(0, 366)))
def test_each_threshold_is_told_once_whatever_the_days_the_worker_runs(duree: int, jours: set[int]) -> None:
    vus = [seuil_atteint(DEBUT, DEBUT + timedelta(days=duree), DEBUT + timedelta(days=n)) for n in sorted(jours)]
    dits = [s for s in vus if s is not None]
    assert dits == sorted(dits, reverse=True)
    assert all(s < duree for s in dits)


def a(jour: date) -> datetime:
    return datetime(jour.year, jour.month, jour.day, 10, tzinfo=timezone.get_current_timezone())


def travaux() -> list[dict[str, Any]]:
    return list(ProcrastinateJob.objects.order_by("id").values_list("args", flat=True))


def test_hab_06_reminders_at_60_30_and_7_days_once_each_with_an_event(dossier: Dossier, scene: Scene) -> None:
    ProcrastinateJob.objects.all()._raw_delete("default")
    faits = []
    for n in range(70, -1, -1):
        faits += [n] * echeances.rappeler(a(dossier.fin - timedelta(days=n)))
        assert echeances.rappeler(a(dossier.fin - timedelta(days=n))) == 0
    assert faits == [60, 30, 7]
    notes = dossier.evenements.filter(action="rappeler", par="systeme").order_by("pk")
    assert [e.apres for e in notes] == [{"seuil": s, "echeance": dossier.fin.isoformat()} for s in (60, 30, 7)]
    rappel = {"dossier": dossier.pk, "objet": "rappel", "compte": scene.gestionnaire.pk}
    assert travaux() == [rappel] * 3


def test_a_worker_that_was_down_tells_what_is_closest_only(dossier: Dossier) -> None:
    assert [echeances.rappeler(a(dossier.fin - timedelta(days=n))) for n in (6, 5, 0)] == [1, 0, 0]


def test_a_habilitation_already_renewed_is_left_alone(dossier: Dossier, scene: Scene) -> None:
    suite = services.creer(scene.groupe, contenu(), scene.gestionnaire.identifiant, renouvelle=dossier)
    veille = a(dossier.fin - timedelta(days=5))
    services.soumettre(suite, scene.gestionnaire.identifiant)
    assert echeances.rappeler(veille) == 0
    services.decider(GesteDossier.REFUSER, suite, scene.approbateur.identifiant, "Pas de base légale.")
    assert echeances.rappeler(veille) == 1


def test_the_end_of_a_review_is_recalled_as_well(scene: Scene) -> None:
    dossier = scene.validee(debut=timezone.localdate() + timedelta(days=30))
    revue = echeances.fin_de_revue(dossier)
    assert revue < dossier.fin
    assert echeances.echeance(dossier) == revue
    assert echeances.rappeler(a(revue - timedelta(days=30))) == 1
    assert dossier.evenements.get(action="rappeler").apres == {"seuil": 30, "echeance": revue.isoformat()}


@pytest.mark.parametrize("objet", [*(g for g, dit in DOSSIERS.gestes.items() if dit.previent), courriels.RAPPEL])
def test_a_mail_says_a_number_and_a_link_and_nothing_of_what_is_opened(
    scene: Scene, mailoutbox: list[Any], settings: Any, objet: str
) -> None:
    settings.FCE_ADRESSE_PUBLIQUE = "https://fce.example/"
    dossier = scene.validee(conditions="MRK-conditions")
    destinataire = scene.approbateur if objet == GesteDossier.SOUMETTRE else scene.gestionnaire
    assert courriels.envoyer(dossier, objet, destinataire)
    (message,) = mailoutbox
    texte = message.subject + message.body
    assert message.to == [destinataire.courriel]
    assert f"n° {dossier.pk}" in texte
    page = f"file/{dossier.pk}" if objet == GesteDossier.SOUMETTRE else str(dossier.pk)
    assert f"https://fce.example/habilitations/{page}\n" in texte
    for tu in (scene.groupe.nom, scene.groupe.organisation.nom, "emploi", "Nord", "59", "MRK-", scene.gestionnaire.nom):
        assert tu not in texte.replace(str(dossier.pk), "")


def test_each_gesture_queues_its_mail_in_its_own_transaction(dossier: Dossier, scene: Scene) -> None:
    assert [(t["objet"], t["compte"]) for t in travaux()] == [
        ("soumettre", scene.approbateur.pk),
        ("valider", scene.gestionnaire.pk),
    ]
    assert all(set(t) == {"dossier", "objet", "compte"} for t in travaux())
    assert dossier.etat == EtatDossier.VALIDE


def test_whoever_manages_no_more_receives_nothing(dossier: Dossier, scene: Scene, mailoutbox: list[Any]) -> None:
    Appartenance.objects.filter(compte=scene.gestionnaire).update(gestionnaire=False)
    for compte in (scene.gestionnaire, scene.membre, scene.approbateur):
        tasks.prevenir(dossier=dossier.pk, objet="valider", compte=compte.pk)
    tasks.prevenir(dossier=0, objet="valider", compte=scene.gestionnaire.pk)
    tasks.prevenir(dossier=dossier.pk, objet="valider", compte=0)
    assert mailoutbox == []


def test_the_job_of_each_hour_does_all_of_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    echue, proche = scene.validee(), scene.validee()
    hier = timezone.localdate() - timedelta(days=1)
    Dossier.objects.filter(pk=echue.pk).update(debut=hier - timedelta(days=100), fin=hier)
    Dossier.objects.filter(pk=proche.pk).update(debut=hier - timedelta(days=100), fin=hier + timedelta(days=20))
    absent = Appartenance.objects.get(compte=scene.membre)
    ancien = timezone.now() - timedelta(days=91)
    Appartenance.objects.filter(pk=absent.pk).update(depuis=ancien)
    type(scene.membre).objects.filter(pk=scene.membre.pk).update(derniere_connexion=ancien)
    tasks.veiller_aux_habilitations()
    tasks.veiller_aux_habilitations()
    assert Dossier.objects.get(pk=echue.pk).etat == EtatDossier.EXPIRE
    assert proche.evenements.filter(action="rappeler").count() == 1
    absent.refresh_from_db()
    assert absent.suspendue_le is not None
