"""The gestures on an operation: who may, when, what is refused, and that nothing typed by another is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.echanges.acces import services_lecteurs
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.models import ConstatOperation, NoteOperation, OperationConjointe
from fce.echanges.operations import acces, selectors, services
from fce.echanges.operations.genre import OPERATION, EtatOperation
from fce.echanges.operations.saisies import CIBLES_MAX, lire_sirets
from fce.socle.erreurs import Introuvable, ParametreInvalide
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations import fabrique
from tests.echanges.operations.conftest import Salle

pytestmark = pytest.mark.django_db
DIX_JOURS = timedelta(days=10)


def test_an_operation_has_its_services_its_targets(salle: Salle) -> None:
    operation = salle.relue()
    assert [s.pk for s in selectors.participants(operation)] == [salle.mene.pk, salle.invite.pk]
    assert list(operation.cibles.values_list("siret", flat=True)) == sorted(salle.sirets[:2])
    assert all(operation.cibles.values_list("cle_adresse", flat=True))


def test_a_creation_that_is_refused_leaves_nothing(salle: Salle) -> None:
    avant = OperationConjointe.objects.count()
    inconnu = f.siret_no(f.siren_no(900))
    for voulue in (
        {"sirets": [salle.sirets[0], inconnu]},
        {"invites": [salle.invite.pk, 987654]},
        {"sirets": [f.siret_no(f.siren_no(n)) for n in range(CIBLES_MAX + 1)]},
    ):
        with pytest.raises(ParametreInvalide):
            services.creer(salle.mene.lecteur(), salle.mene.pk, fabrique.cadre(), **voulue)  # type: ignore[arg-type]
    hier = timezone.localdate() - timedelta(days=1)
    for cadre in (fabrique.cadre(hier), fabrique.cadre(nom="  "), fabrique.cadre(hier + timedelta(days=900))):
        with pytest.raises(ParametreInvalide):
            services.creer(salle.mene.lecteur(), salle.mene.pk, cadre)
    assert OperationConjointe.objects.count() == avant


def test_one_writes_in_the_name_of_a_service_of_ones_own(salle: Salle) -> None:
    with pytest.raises(GesteRefuse):
        services.creer(salle.mene.lecteur(), salle.tiers.pk, fabrique.cadre())
    with pytest.raises(GesteRefuse):
        services.creer(salle.mene.lecteur(finalite=None), salle.mene.pk, fabrique.cadre())
    with pytest.raises(GesteRefuse):
        services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.mene.pk, "Au nom d’un autre.")
    with pytest.raises(GesteRefuse):
        services.ecrire_constat(
            salle.invite.lecteur(DIX_JOURS), salle.pk, salle.cible, salle.mene.pk, 0, texte="Faux.", partage=True
        )


def test_the_frame_the_services_the_targets_and_the_end_are_the_coordinator_s_alone(salle: Salle) -> None:
    lecteur, version = salle.invite.lecteur(DIX_JOURS), salle.operation.version
    for geste in (
        lambda: services.ecrire_cadre(lecteur, salle.pk, fabrique.cadre(), version),
        lambda: services.ouvrir_aux_croisements(lecteur, salle.pk, True, version),
        lambda: services.ajouter_service(lecteur, salle.pk, salle.tiers.pk),
        lambda: services.retirer_service(lecteur, salle.pk, salle.mene.pk),
        lambda: services.terminer(lecteur, salle.pk, version, "Fait."),
        lambda: services.annuler(lecteur, salle.pk, version),
        lambda: services.ajouter_cibles(lecteur, salle.pk, salle.sirets[2:]),
        lambda: services.retirer_cible(lecteur, salle.pk, salle.cible, 1),
    ):
        with pytest.raises(GesteRefuse):
            geste()
    assert salle.relue().version == version


def test_each_service_prepares_and_shares_notes_and_its_own_findings(salle: Salle) -> None:
    services.ecrire_preparation(
        salle.invite.lecteur(), salle.pk, salle.cible, 1, preparation="Deux équipes.", roles="Brigade : accueil."
    )
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Rendez-vous à 8 h.")
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Rendez-vous à 8 h. ")
    assert NoteOperation.objects.count() == 1
    services.ecrire_constat(
        salle.invite.lecteur(DIX_JOURS), salle.pk, salle.cible, salle.invite.pk, 0, texte="Rien vu.", partage=False
    )
    meneur = acces.trouver(salle.mene.lecteur(), salle.pk)
    assert [vue.constats for vue in selectors.cibles_vues(meneur)] == [0, 0]
    services.ecrire_constat(
        salle.invite.lecteur(DIX_JOURS), salle.pk, salle.cible, salle.invite.pk, 1, texte="Rien vu.", partage=True
    )
    assert [vue.constats for vue in selectors.cibles_vues(meneur)] == [1, 0]


def test_two_who_read_the_same_version_do_not_overwrite_each_other(salle: Salle) -> None:
    services.ecrire_preparation(salle.mene.lecteur(), salle.pk, salle.cible, 1, preparation="Première.", roles="")
    with pytest.raises(Concurrence, match="rien n’a été écrasé"):
        services.ecrire_preparation(salle.invite.lecteur(), salle.pk, salle.cible, 1, preparation="Seconde.", roles="")
    assert salle.relue().cibles.get(pk=salle.cible).preparation == "Première."
    services.ecrire_cadre(salle.mene.lecteur(), salle.pk, fabrique.cadre(nom="Un"), 1)
    for geste in (
        lambda: services.ecrire_cadre(salle.mene.lecteur(), salle.pk, fabrique.cadre(nom="Deux"), 1),
        lambda: services.ouvrir_aux_croisements(salle.mene.lecteur(), salle.pk, True, 1),
        lambda: services.annuler(salle.mene.lecteur(), salle.pk, 1),
        lambda: services.terminer(salle.mene.lecteur(DIX_JOURS), salle.pk, 1, "Fait."),
    ):
        with pytest.raises(Concurrence):
            geste()
    assert (salle.relue().nom, salle.relue().etat) == ("Un", EtatOperation.PREPARATION)
    un = {"texte": "Un.", "partage": False}
    mien = (salle.pk, salle.cible, salle.mene.pk)
    services.ecrire_constat(salle.mene.lecteur(DIX_JOURS), *mien, 0, **un)  # type: ignore[arg-type]
    with pytest.raises(Concurrence):
        services.ecrire_constat(salle.mene.lecteur(DIX_JOURS), *mien, 0, **un)  # type: ignore[arg-type]


def test_targets_are_added_all_or_none_once_each_and_sixty_at_most(salle: Salle) -> None:
    lecteur = salle.mene.lecteur()
    assert services.ajouter_cibles(lecteur, salle.pk, salle.sirets) == 1
    assert services.ajouter_cibles(lecteur, salle.pk, salle.sirets) == 0
    with pytest.raises(ParametreInvalide, match="Sirene ne connaît pas"):
        services.ajouter_cibles(lecteur, salle.pk, [f.siret_no(f.siren_no(900))])
    sirets = fabrique.sirene(CIBLES_MAX + 1)
    with pytest.raises(ParametreInvalide, match="60 cibles au plus"):
        services.ajouter_cibles(lecteur, salle.pk, sirets)
    assert salle.operation.cibles.count() == 3
    assert services.ajouter_cibles(lecteur, salle.pk, sirets[:CIBLES_MAX]) == CIBLES_MAX - 3


def test_a_target_leaves_before_the_day_only_so_that_no_finding_is_lost_nor_betrayed(salle: Salle) -> None:
    """From the day on the answer is the same whether a service wrote a finding or not."""
    with pytest.raises(GesteImpossible, match="à partir du jour"):
        services.ecrire_constat(
            salle.invite.lecteur(), salle.pk, salle.cible, salle.invite.pk, 0, texte="Trop tôt.", partage=False
        )
    tard = salle.mene.lecteur(DIX_JOURS)
    services.ecrire_constat(
        salle.invite.lecteur(DIX_JOURS), salle.pk, salle.cible, salle.invite.pk, 0, texte="Vu.", partage=False
    )
    # Moved once its day has come, it does not go back to a time without findings.
    services.ecrire_cadre(tard, salle.pk, fabrique.cadre(timezone.localdate() + 3 * DIX_JOURS), 1)
    refus = set()
    for cible in salle.operation.cibles.all():
        with pytest.raises(GesteImpossible) as refuse:
            services.retirer_cible(tard, salle.pk, cible.pk, 1)
        refus.add(refuse.value.message)
    assert len(refus) == 1
    assert ConstatOperation.objects.count() == 1


def test_a_target_that_somebody_prepared_meanwhile_stays(salle: Salle) -> None:
    services.ecrire_preparation(salle.invite.lecteur(), salle.pk, salle.cible, 1, preparation="Écrite.", roles="")
    with pytest.raises(Concurrence):
        services.retirer_cible(salle.mene.lecteur(), salle.pk, salle.cible, 1)
    services.retirer_cible(salle.mene.lecteur(), salle.pk, salle.cible, 2)
    assert salle.operation.cibles.count() == 1


def test_a_closed_operation_changes_no_more(salle: Salle) -> None:
    tard = salle.mene.lecteur(DIX_JOURS)
    with pytest.raises(GesteImpossible, match="une fois son jour venu"):
        services.terminer(salle.mene.lecteur(), salle.pk, 1, "Trop tôt.")
    services.terminer(tard, salle.pk, 1, "Deux visites.")
    close = salle.relue()
    assert (close.etat, close.bilan) == (EtatOperation.CLOSE, "Deux visites.")
    assert close.close_le is not None
    for geste in (
        lambda: services.annuler(tard, salle.pk, 2),
        lambda: services.terminer(tard, salle.pk, 2, "Encore."),
        lambda: services.ajouter_service(tard, salle.pk, salle.tiers.pk),
        lambda: services.retirer_service(tard, salle.pk, salle.invite.pk),
        lambda: services.ajouter_cibles(tard, salle.pk, salle.sirets),
        lambda: services.ajouter_note(tard, salle.pk, salle.mene.pk, "Après."),
        lambda: services.ecrire_preparation(tard, salle.pk, salle.cible, 1, preparation="Après.", roles=""),
        lambda: services.ecrire_constat(tard, salle.pk, salle.cible, salle.mene.pk, 0, texte="Après.", partage=True),
    ):
        with pytest.raises(GesteImpossible):
            geste()


def test_a_service_taken_out_loses_the_operation_at_once_and_what_it_shared_stays(salle: Salle) -> None:
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Restera.")
    services.retirer_service(salle.mene.lecteur(), salle.pk, salle.invite.pk)
    with pytest.raises(Introuvable):
        acces.trouver(salle.invite.lecteur(), salle.pk)
    with pytest.raises(Introuvable):
        services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Trop tard.")
    assert not selectors.operations_de(services_lecteurs(salle.invite.lecteur(), OPERATION)).exists()
    assert [n.texte for n in selectors.notes(salle.operation)] == ["Restera."]
    with pytest.raises(GesteImpossible):
        services.retirer_service(salle.mene.lecteur(), salle.pk, salle.mene.pk)


def test_only_services_that_are_habilitated_may_be_invited(salle: Salle) -> None:
    salle.tiers.dossier.droits = ["consulter"]
    salle.tiers.dossier.save()
    with pytest.raises(ParametreInvalide, match="habilité"):
        services.ajouter_service(salle.mene.lecteur(), salle.pk, salle.tiers.pk)
    assert salle.tiers.groupe not in selectors.services_invitables(timezone.localdate())


def test_what_a_leaver_wrote_stays_with_his_service(salle: Salle) -> None:
    services.ajouter_note(salle.invite.lecteur(), salle.pk, salle.invite.pk, "Écrite par qui part.")
    salle.invite.compte.delete()
    assert [n.service for n in selectors.notes(salle.operation)] == [salle.invite.groupe]


@pytest.mark.parametrize(
    "saisie",
    ["{0}\n{1}", "{0}, {1}", "{0};{1};", "{0} {1}", " SIRET : {0}\r\n\r\n{1}\n{0}", "{0}\t{1}"],
)
def test_a_pasted_list_is_read_however_it_is_separated(saisie: str) -> None:
    sirets = [f.siret_no(f.siren_no(n)) for n in (1, 2)]
    assert lire_sirets(saisie.format(*sirets)) == tuple(sirets)
    espaces = [f"{s[:3]} {s[3:6]} {s[6:9]} {s[9:]}" for s in sirets]
    assert lire_sirets("\n".join(espaces)) == tuple(sirets)


@pytest.mark.parametrize("saisie", ["123", "00000000000000", "{0}\nboulangerie", "{0}1", "٣" * 14])
def test_what_is_no_siret_is_named(saisie: str) -> None:
    with pytest.raises(ParametreInvalide, match="Rien n’a été ajouté"):
        lire_sirets(saisie.format(f.siret_no(f.siren_no(1))))


@pytest.mark.django_db(transaction=True)
def test_an_invited_service_gets_a_link_and_nothing_else(mailoutbox: list[EmailMessage]) -> None:
    mene, invite = fabrique.service("Unite"), fabrique.service("Brigade")
    operation = fabrique.operation(mene, invite)
    (message,) = fabrique.relever()
    assert message.to == [invite.groupe.courriel]
    assert f"/operations/{operation.reference}\n" in message.body
    assert operation.nom not in message.subject + message.body
    assert "Unite" not in message.body
