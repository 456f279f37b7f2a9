"""What an operation leaves: visited targets noted as contacts, what a removed service wrote, retention."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.echanges import courriels, tasks
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.interactions.services import SaisieContact, ecrire
from fce.echanges.models import Cible, Interaction, NoteOperation, OperationConjointe
from fce.echanges.operations import contacts, selectors, services
from fce.echanges.operations.contacts import noter_les_visites
from fce.echanges.operations.echeances import clore_les_laissees
from fce.echanges.operations.genre import LAISSEE, PREAVIS, EtatOperation
from fce.echanges.suivis.annonces import TACHE_CONTACT
from fce.echanges.visites.genre import EtatVisite
from fce.echanges.vocabulaire import GenreInteraction, Precision
from fce.socle.base import conservation
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import PARIS
from fce.socle.web.references import reference
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle
from tests.echanges.operations.fabrique import ServiceJoue

pytestmark = pytest.mark.django_db


def hier() -> date:
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def passee(salle: Salle) -> Salle:
    """The day of the operation was yesterday."""
    OperationConjointe.objects.filter(pk=salle.pk).update(jour=hier(), premier_jour=hier())
    salle.operation.refresh_from_db()
    return salle


def cibles(salle: Salle) -> list[int]:
    return list(salle.operation.cibles.order_by("siret").values_list("pk", flat=True))


def constater(salle: Salle, de: ServiceJoue, rang: int = 0, *, partage: bool = False, texte: str = "Vu.") -> None:
    services.ecrire_constat(de.lecteur(), salle.pk, cibles(salle)[rang], de.pk, 0, texte=texte, partage=partage)


def noter(salle: Salle, de: ServiceJoue, *rangs: int, jour: date | None = None, **autres: Any) -> int:
    jours = {cibles(salle)[rang]: jour or hier() for rang in rangs}
    return noter_les_visites(de.lecteur(), salle.pk, de.pk, jours, GenreInteraction.CONTROLE, **autres)


# Visited targets become contacts.


def test_e6_the_targets_that_a_service_visited_become_its_contacts_in_one_form(passee: Salle) -> None:
    constater(passee, passee.invite)
    services.terminer(passee.mene.lecteur(), passee.pk, 1, "Fait.")
    client, adresse = passee.invite.client(), f"/operations/{passee.reference}/visites/{passee.invite.pk}"
    assert f'href="{adresse}"' in client.get(f"/operations/{passee.reference}").content.decode()
    formulaire = client.get(adresse).context["formulaire"]
    une, autre = (reference(Cible, n) for n in cibles(passee))
    assert (formulaire[f"cible_{une}"].initial, formulaire[f"cible_{autre}"].initial) == (True, False)
    assert formulaire[f"jour_{une}"].initial == hier()
    dit = {f"cible_{une}": "on", f"jour_{une}": hier().isoformat(), "genre": "controle", "themes": ["travail"]}
    reponse = client.post(adresse, dit)
    assert reponse["Location"] == f"/operations/{passee.reference}?fait=operation-visites-notees"
    (contact,) = Interaction.objects.all()
    assert (contact.service_id, contact.jour, contact.genre, contact.themes, contact.themes_partages) == (
        *(passee.invite.pk, hier(), "controle", ["travail"]),
        False,
    )
    assert [lieu.siret for lieu in contact.lieux.all()] == [passee.sirets[0]]
    assert (contact.auteur, contact.note) == (passee.invite.compte.identifiant, "")
    # As any contact: those who follow the company are told.
    assert ProcrastinateJob.objects.filter(task_name=TACHE_CONTACT).count() == 1
    # A second press of the button, and the page again.
    assert client.post(adresse, dit).status_code == 302
    assert Interaction.objects.count() == 1
    assert f'href="/contacts/{contact.reference}"' in client.get(adresse).content.decode()


def test_e6_the_day_is_that_of_the_visit_which_is_then_held(passee: Salle) -> None:
    jour = hier() if hier().weekday() == 0 else hier() - timedelta(days=1)
    visite = fabrique.visite(passee.invite, passee.sirets[1], jour, precision=Precision.JOUR)
    lus = contacts.visites_des_cibles(passee.operation, passee.invite.pk, timezone.localdate())
    passage = lus[cibles(passee)[1]]
    assert (passage.jour, passage.a_noter, passage.visite) == (jour, True, visite)
    assert noter(passee, passee.invite, 1, jour=passage.jour) == 1
    visite.refresh_from_db()
    assert (visite.etat, visite.interaction) == (EtatVisite.TENUE, Interaction.objects.get())
    # Of another service's visit, nothing.
    autre = contacts.visites_des_cibles(passee.operation, passee.mene.pk, timezone.localdate())
    assert not any(p.visitee for p in autre.values())


def test_e6_a_contact_typed_before_and_one_withdrawn_are_not_doubled(passee: Salle) -> None:
    siret = passee.sirets[0]
    saisie = SaisieContact(siret[:9], (siret,), GenreInteraction.VISITE, hier())
    tapee = ecrire(passee.invite.lecteur(), passee.invite.pk, saisie)
    constater(passee, passee.invite)
    lus = contacts.visites_des_cibles(passee.operation, passee.invite.pk, timezone.localdate())
    assert lus[cibles(passee)[0]].contact == tapee.pk
    assert not lus[cibles(passee)[0]].a_noter
    assert noter(passee, passee.invite, 0, 1) == 1
    Interaction.objects.exclude(pk=tapee.pk).update(retiree_le=timezone.now())
    assert noter(passee, passee.invite, 0, 1) == 0
    # The contacts of the other service are its own.
    assert noter(passee, passee.mene, 0, 1) == 2


def test_e6_the_gesture_has_the_checks_of_a_contact_and_is_all_or_nothing(passee: Salle) -> None:
    demain = timezone.localdate() + timedelta(days=1)
    une, autre = cibles(passee)
    for jours, genre, themes in (
        ({une: hier(), autre: demain}, "visite", ()),
        ({une: hier()}, "courrier", ()),
        ({une: hier()}, "visite", ("police",)),
        ({une: hier(), 987654: hier()}, "visite", ()),
        ({}, "visite", ()),
    ):
        with pytest.raises(ParametreInvalide):
            noter_les_visites(passee.invite.lecteur(), passee.pk, passee.invite.pk, jours, genre, themes=themes)
    assert not Interaction.objects.exists()
    client, adresse = passee.invite.client(), f"/operations/{passee.reference}/visites/{passee.invite.pk}"
    dite = reference(Cible, une)
    for dit, phrase in (
        ({f"cible_{dite}": "on", "genre": "visite"}, "Donnez la date de cette visite."),
        ({"genre": "visite"}, "Cochez au moins une cible"),
        ({f"cible_{dite}": "on", f"jour_{dite}": demain.isoformat(), "genre": "visite"}, "ne peut pas être à venir"),
    ):
        refus = client.post(adresse, dit)
        assert refus.status_code == 400
        assert phrase in refus.content.decode()
    assert not Interaction.objects.exists()


def test_e6_nobody_notes_for_another_service_nor_without_the_right_nor_before_the_day(salle: Salle) -> None:
    with pytest.raises(GesteImpossible, match="à partir de son jour"):
        noter(salle, salle.invite, 0)
    OperationConjointe.objects.filter(pk=salle.pk).update(jour=hier(), premier_jour=hier())
    une = cibles(salle)[0]
    with pytest.raises(GesteRefuse):
        noter_les_visites(salle.invite.lecteur(), salle.pk, salle.mene.pk, {une: hier()}, "visite")
    with pytest.raises(Introuvable):
        noter_les_visites(salle.tiers.lecteur(), salle.pk, salle.tiers.pk, {une: hier()}, "visite")
    assert salle.invite.client().get(f"/operations/{salle.reference}/visites/{salle.mene.pk}").status_code == 403
    Dossier.objects.filter(pk=salle.invite.dossier.pk).update(droits=["consulter"])
    with pytest.raises(GesteRefuse):
        noter(salle, salle.invite, 0)
    services.annuler(salle.mene.lecteur(), salle.pk, 1)
    with pytest.raises(GesteImpossible):
        noter(salle, salle.mene, 0)
    assert not Interaction.objects.exists()


def test_e6_a_masked_target_is_noted_without_its_name_nor_its_address(salle: Salle) -> None:
    siren = f.siren_no(70)
    cache = {"statut_diffusion": "P"}
    f.unites(f.unite(siren, nom="NOM MASQUE", denomination="NOM MASQUE", categorie_juridique="1000", **cache))
    f.lieux(
        f.lieu(siren, code_commune="59178", libelle_commune="DOUAI", numero_voie="1", libelle_voie="CACHEE", **cache)
    )
    services.ajouter_cibles(salle.mene.lecteur(), salle.pk, [f.siret_no(siren)])
    OperationConjointe.objects.filter(pk=salle.pk).update(jour=hier(), premier_jour=hier())
    cible = salle.operation.cibles.get(siren=siren).reference
    client, adresse = salle.invite.client(), f"/operations/{salle.reference}/visites/{salle.invite.pk}"
    dit = {f"cible_{cible}": "on", f"jour_{cible}": hier().isoformat(), "genre": "visite"}
    assert client.post(adresse, dit).status_code == 302
    assert Interaction.objects.get().lieux.get().cle_adresse == ""
    page = client.get(adresse).content.decode()
    assert "Déjà notées" in page
    assert not re.search("MASQUE|DOUAI|CACHEE|59178", page)


def test_e6_each_service_that_visited_has_a_task_until_it_has_noted(passee: Salle) -> None:
    def titres(de: ServiceJoue) -> list[str]:
        return [t.titre for t in selectors.taches(de.compte, timezone.localdate())]

    constater(passee, passee.invite)
    constater(passee, passee.mene)
    services.terminer(passee.mene.lecteur(), passee.pk, 1, "Fait.")
    (message,) = _courriels()
    assert message.to == [passee.invite.groupe.courriel]
    assert f"/operations/{passee.reference}\n" in message.body
    assert passee.operation.nom not in message.subject + message.body
    noter(passee, passee.mene, 0)
    assert titres(passee.invite) == ["Noter les visites de l’opération"]
    assert titres(passee.mene) == titres(passee.tiers) == []
    noter(passee, passee.invite, 0)
    assert titres(passee.invite) == []


# What a removed service keeps.


def test_e6_a_removed_service_reads_what_it_wrote_and_nothing_else(passee: Salle) -> None:
    constater(passee, passee.invite, texte="Constat du sortant.")
    constater(passee, passee.mene, partage=True, texte="Constat partagé du meneur.")
    for de, texte in ((passee.invite, "Note du sortant."), (passee.mene, "Note du meneur.")):
        services.ajouter_note(de.lecteur(), passee.pk, de.pk, texte)
    services.retirer_service(passee.mene.lecteur(), passee.pk, passee.invite.pk)
    services.ajouter_note(passee.mene.lecteur(), passee.pk, passee.mene.pk, "Écrite ensuite.")
    client = passee.invite.client()
    page = client.get(f"/operations/{passee.reference}").content.decode()
    for sien in ("Constat du sortant.", "Note du sortant.", "ATELIERS INVENTES 1"):
        assert sien in page
    for d_autrui in ("meneur", "ensuite", passee.operation.nom, str(passee.mene.groupe), "ATELIERS INVENTES 2"):
        assert d_autrui not in page
    lues = Consultation.objects.filter(agent=passee.invite.compte.identifiant).order_by("-pk")
    assert (lues[0].numero, list(lues[0].sources)) == (passee.sirets[0], ["echanges-operations"])
    liste = client.get("/operations").content.decode()
    assert f'href="/operations/{passee.reference}"' in liste
    assert f"Opération {passee.operation.marque}" in liste
    assert f"Opération {passee.operation.marque}" in page
    assert passee.operation.nom not in liste
    # It writes nothing more there, and every other address of the operation is unknown to it.
    for suite in ("/impression", ".ics", f"/cibles/{passee.la_cible.reference}", f"/visites/{passee.invite.pk}"):
        assert client.get(f"/operations/{passee.reference}{suite}").status_code == 404, suite
    assert client.post(f"/operations/{passee.reference}/notes", {"texte": "Encore."}).status_code == 404
    assert NoteOperation.objects.count() == 3
    # Invited again, it reads the whole.
    services.ajouter_service(passee.mene.lecteur(), passee.pk, passee.invite.pk)
    assert "Écrite ensuite." in client.get(f"/operations/{passee.reference}").content.decode()


def test_e6_an_agent_of_a_member_and_of_a_removed_service_reads_what_each_may(passee: Salle) -> None:
    constater(passee, passee.invite, texte="Constat du sortant.")
    services.retirer_service(passee.mene.lecteur(), passee.pk, passee.invite.pk)
    cible = f"/operations/{passee.reference}/cibles/{passee.la_cible.reference}"
    assert "Constat du sortant." not in passee.mene.client().get(cible).content.decode()
    c.appartenance(passee.mene.compte, passee.invite.groupe)
    page = passee.mene.client().get(cible).content.decode()
    assert "Constat du sortant." in page
    # Read in its name too, and no more written in it.
    assert passee.invite.dossier.reference in Consultation.objects.latest("quand").habilitations
    assert "Modifier le constat" not in page


def test_e6_what_a_removed_service_keeps_is_asked_the_same_rights(passee: Salle) -> None:
    services.ajouter_note(passee.invite.lecteur(), passee.pk, passee.invite.pk, "Note du sortant.")
    services.retirer_service(passee.mene.lecteur(), passee.pk, passee.invite.pk)
    page = f"/operations/{passee.reference}"
    assert passee.invite.client().get(page).status_code == 200
    assert passee.tiers.client().get(page).status_code == 404
    assert "Note du sortant." not in passee.invite.client(finalite=None).get(page).content.decode()
    assert passee.invite.client(mfa=False).get(page).status_code == 302
    parti = passee.invite.client()
    passee.invite.compte.appartenances.update(fin=timezone.now())
    assert parti.get(page).status_code == 404
    Dossier.objects.filter(pk=passee.invite.dossier.pk).update(groupes_de_donnees=["travail"])
    assert passee.invite.client().get(page).status_code == 404


# One that nobody closes.


def _courriels(deja: Collection[int] = ()) -> list[EmailMessage]:
    """The mails to services that are queued, but those of the jobs ``deja``."""
    avant = len(mail.outbox)
    for travail in ProcrastinateJob.objects.filter(task_name=courriels.TACHE_SERVICE).exclude(pk__in=deja):
        tasks.ecrire_a_un_service(**travail.args)
    return mail.outbox[avant:]


def _nuit(quand: timedelta) -> list[EmailMessage]:
    """Run the job of the night, so many days after today; return the mails."""
    deja = list(ProcrastinateJob.objects.values_list("pk", flat=True))
    clore_les_laissees(datetime.combine(timezone.localdate() + quand, time(3), tzinfo=PARIS))
    return _courriels(deja)


def test_e6_one_that_nobody_closes_is_warned_of_closed_then_purged(passee: Salle) -> None:
    jour, un = LAISSEE - PREAVIS, timedelta(days=1)
    assert _nuit(jour - 2 * un) == []
    (message,) = _nuit(jour)
    assert message.to == [passee.mene.groupe.courriel]
    assert f"/operations/{passee.reference}\n" in message.body
    assert passee.operation.nom not in message.subject + message.body
    relue = passee.relue()
    assert (relue.etat, relue.version) == (EtatOperation.PREPARATION, 1)
    assert relue.cloture_d_office == timezone.localdate() + LAISSEE
    assert "se clôt d’elle-même" in passee.mene.client().get(f"/operations/{passee.reference}").content.decode()
    assert "se clôt d’elle-même" not in passee.invite.client().get(f"/operations/{passee.reference}").content.decode()
    (tache,) = selectors.taches(passee.mene.compte, timezone.localdate() + jour)
    assert tache.avant_le == relue.cloture_d_office
    assert _nuit(jour + un) == _nuit(LAISSEE - un) == []
    assert passee.relue().etat == EtatOperation.PREPARATION
    assert _nuit(LAISSEE) == []
    close = passee.relue()
    assert (close.etat, close.bilan, close.close_le is None) == (EtatOperation.EXPIREE, "", False)
    # Its services still read it, and note what they visited.
    assert "Close sans bilan" in passee.invite.client().get(f"/operations/{passee.reference}").content.decode()
    assert noter(passee, passee.invite, 0) == 1
    conservation.purger(timezone.now() + LAISSEE + timedelta(days=3 * 365 - 1))
    assert OperationConjointe.objects.exists()
    conservation.purger(timezone.now() + LAISSEE + timedelta(days=3 * 365 + 1))
    assert not OperationConjointe.objects.exists()


def test_e6_a_warning_given_before_the_day_was_moved_does_not_count(passee: Salle) -> None:
    _nuit(LAISSEE - PREAVIS)
    OperationConjointe.objects.filter(pk=passee.pk).update(jour=timezone.localdate() + timedelta(days=90))
    assert passee.relue().cloture_d_office is None
    assert _nuit(LAISSEE) == []
    assert passee.relue().etat == EtatOperation.PREPARATION
    assert len(_nuit(LAISSEE + timedelta(days=90))) == 1
    assert passee.relue().etat == EtatOperation.PREPARATION


def test_e6_the_job_of_the_night_closes_nothing_while_the_room_is_closed(passee: Salle, settings: Any) -> None:
    loin = timezone.localdate() - LAISSEE
    OperationConjointe.objects.filter(pk=passee.pk).update(jour=loin, avertie_le=loin + LAISSEE - PREAVIS)
    settings.FCE_ECHANGES = False
    tasks.clore_les_operations()
    assert passee.relue().etat == EtatOperation.PREPARATION
    settings.FCE_ECHANGES = True
    tasks.clore_les_operations()
    assert passee.relue().etat == EtatOperation.EXPIREE
