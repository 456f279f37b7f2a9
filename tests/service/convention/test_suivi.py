"""What is recorded beside the ledger: formalities, notices to the funder, committees, what waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.comptes.models import Compte
from fce.service.convention import a_faire, services, suivi
from fce.service.convention.erreurs import ConventionClose, EcritureRefusee
from fce.service.convention.models import Avenant, AvisAuFinanceur, Convention
from fce.service.convention.selectors import avancements_au, copies_manquantes, decisions_ouvertes
from fce.service.convention.tasks import preparer_les_avis
from fce.service.convention.vocabulaire import GenreAvis, NatureFormalite
from fce.socle.erreurs import Introuvable
from tests.droits.comptes import fabrique
from tests.service.convention import fabrique as f

pytestmark = pytest.mark.django_db
DEMAIN = timedelta(days=1)


def formalite(nature: str, jour: date, avenant: Avenant | None = None) -> dict[str, Any]:
    return {"nature": nature, "jour": jour, "objet": "objet", "avenant": avenant}


def avenant(convention: Convention) -> Avenant:
    return services.ajouter_avenant(
        convention.pk,
        {"objet": "o", "signe_le": f.jour(convention, 5), "effet_le": f.jour(convention, 6), "ae": 70_000_00,
         "cp": 70_000_00, "fin": convention.fin},
        f.PAR,
    )  # fmt: skip


def test_a_copy_of_an_avenant_goes_to_both_controllers_once_each(convention: Convention) -> None:
    ajoute = avenant(convention)
    assert len(copies_manquantes(convention)) == 2
    for nature in ("copie-delegant", "copie-delegataire"):
        suivi.noter_formalite(convention.pk, formalite(nature, f.aujourd_hui(), ajoute), f.PAR)
        with pytest.raises(ConventionClose):
            suivi.noter_formalite(convention.pk, formalite(nature, f.aujourd_hui(), ajoute), f.PAR)
    assert copies_manquantes(convention) == []
    assert {c.jour for c in ajoute.copies.all()} == {f.aujourd_hui()}


def test_a_formality_says_of_which_avenant_when_it_is_a_copy_and_only_then() -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    ailleurs = avenant(autre)
    for nature, de in (("copie-delegant", None), ("publication", avenant(convention)), ("copie-delegant", ailleurs)):
        with pytest.raises(EcritureRefusee, match="avenant"):
            suivi.noter_formalite(convention.pk, formalite(nature, f.aujourd_hui(), de), f.PAR)
    for nature in set(NatureFormalite.values) - {"copie-delegant", "copie-delegataire"}:
        suivi.noter_formalite(convention.pk, formalite(nature, f.aujourd_hui()), f.PAR)
    assert convention.formalites.count() == 4


def test_what_is_done_is_not_of_tomorrow(convention: Convention) -> None:
    demain = f.aujourd_hui() + DEMAIN
    comite = convention.comites.get()
    question = suivi.ajouter_decision(convention.pk, "Continuer ?", f.PAR)
    for geste in (
        lambda: suivi.noter_formalite(convention.pk, formalite("publication", demain), f.PAR),
        lambda: suivi.noter_avancement(
            convention.pk, {"nature": "devops", "jour": demain, "part": 1, "fait": "x"}, f.PAR
        ),
        lambda: suivi.noter_comite(convention.pk, comite.pk, {"tenu_le": demain}, f.PAR),
        lambda: suivi.noter_decision(convention.pk, question.pk, "Oui", demain, f.PAR),
        lambda: suivi.noter_envoi(convention.pk, 1, demain, f.PAR),
    ):
        with pytest.raises(EcritureRefusee, match="à venir"):
            geste()


def test_the_statement_keeps_the_latest_word_on_each_kind_of_work(convention: Convention) -> None:
    for rang, part in ((10, 20), (40, 60), (20, 30)):
        suivi.noter_avancement(
            convention.pk,
            {"nature": "design", "jour": f.jour(convention, rang), "part": part, "fait": "x"},
            f.PAR,
        )
    assert [a.part for a in avancements_au(convention, f.aujourd_hui())] == [60]
    assert [a.part for a in avancements_au(convention, f.jour(convention, 30))] == [30]


def test_the_record_of_a_committee_is_written_once() -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    comite = convention.comites.get()
    rendu = {"tenu_le": f.aujourd_hui(), "presidence": "P", "participants": "A, B", "decision": "Continuer"}
    with pytest.raises(Introuvable):
        suivi.noter_comite(autre.pk, comite.pk, rendu, f.PAR)
    suivi.noter_comite(convention.pk, comite.pk, rendu, f.PAR)
    with pytest.raises(ConventionClose):
        suivi.noter_comite(convention.pk, comite.pk, {**rendu, "decision": "Arrêter"}, f.PAR)
    comite.refresh_from_db()
    assert comite.decision == "Continuer"
    with pytest.raises(ConventionClose):
        suivi.ajouter_comite(convention.pk, comite.prevu_le, f.PAR)


def test_a_question_is_open_until_it_is_settled_once() -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    question = suivi.ajouter_decision(convention.pk, "Continuer ?", f.PAR)
    assert list(decisions_ouvertes(convention, f.aujourd_hui())) == [question]
    with pytest.raises(Introuvable):
        suivi.noter_decision(autre.pk, question.pk, "Oui", f.aujourd_hui(), f.PAR)
    suivi.noter_decision(convention.pk, question.pk, "Oui", f.aujourd_hui(), f.PAR)
    assert not decisions_ouvertes(convention, f.aujourd_hui()).exists()
    with pytest.raises(ConventionClose):
        suivi.noter_decision(convention.pk, question.pk, "Non", f.aujourd_hui(), f.PAR)


def insuffisante() -> Convention:
    convention = f.convention()
    f.ecrire(convention, "engagement", 50_000_00)
    services.ecrire_prevision(convention.pk, convention.fin, "devops", 20_000_00, 0, f.PAR)
    return convention


def test_a_notice_is_prepared_once_by_half_year_and_told_to_who_keeps_the_accounts(teneur_compte: Compte) -> None:
    fabrique.mandat(fabrique.compte(), "equipe")
    convention = insuffisante()
    jour = convention.debut + timedelta(days=31)
    for quand in (jour, jour + DEMAIN):
        suivi.preparer_avis(quand)
    avis = AvisAuFinanceur.objects.get()
    assert (avis.genre, avis.prepare_le, avis.envoye_le) == (GenreAvis.INSUFFISANCE, jour, None)
    assert (avis.ae_accorde, avis.ae_consomme, avis.ae_prevu) == (60_000_00, 50_000_00, 20_000_00)
    (travail,) = ProcrastinateJob.objects.filter(task_name="ecrire_a_un_compte")
    assert travail.args["compte"] == teneur_compte.pk
    # A link, and nothing of the credits.
    assert travail.args["page"] == f"/convention/{convention.pk}/avis/{avis.pk}"
    assert not any(c.isdigit() for c in travail.args["phrase"])
    assert mail.outbox == []


def test_an_agreement_that_is_over_or_that_balances_asks_for_none() -> None:
    convention = insuffisante()
    suivi.preparer_avis(convention.fin + DEMAIN)
    suivi.preparer_avis(convention.debut - DEMAIN)
    services.ecrire_prevision(convention.pk, convention.fin, "devops", 10_000_00, 0, f.PAR)
    suivi.preparer_avis(convention.debut)
    assert not AvisAuFinanceur.objects.exists()


def test_the_job_of_a_closed_room_does_nothing(settings: Any) -> None:
    insuffisante()
    settings.FCE_CONVENTION = False
    preparer_les_avis()
    assert not AvisAuFinanceur.objects.exists()
    settings.FCE_CONVENTION = True
    preparer_les_avis()
    assert AvisAuFinanceur.objects.count() == 1


def test_the_day_of_its_sending_is_kept() -> None:
    convention = insuffisante()
    (avis,) = suivi.preparer_avis(f.aujourd_hui())
    with pytest.raises(EcritureRefusee, match="avant d’être établi"):
        suivi.noter_envoi(convention.pk, avis.pk, f.aujourd_hui() - DEMAIN, f.PAR)
    with pytest.raises(Introuvable):
        suivi.noter_envoi(f.convention(titre="Autre").pk, avis.pk, f.aujourd_hui(), f.PAR)
    suivi.noter_envoi(convention.pk, avis.pk, f.aujourd_hui(), f.PAR)
    avis.refresh_from_db()
    assert (avis.envoye_le, avis.envoye_par) == (f.aujourd_hui(), f.PAR)


def test_what_waits_is_told_to_the_holders_of_the_mandate_alone(teneur_compte: Compte) -> None:
    convention = insuffisante()
    avenant(convention)
    suivi.preparer_avis(f.aujourd_hui())
    jour = convention.fin
    titres = [t.titre for t in a_faire.taches(teneur_compte, jour)]
    assert titres == [
        "Envoyer un avis au financeur",
        "Tenir le comité de la convention",
        *["Envoyer une copie d’avenant"] * 2,
    ]
    for role in ("equipe", "auditeur", "depot"):
        autre = fabrique.mandataire(role)
        assert list(a_faire.taches(autre, jour)) == []
