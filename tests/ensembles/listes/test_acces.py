"""Who reads a list, changes it, and what is said to the others: nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.ensembles.listes import services, suivi
from fce.ensembles.listes.models import EtatLigne, LigneDeListe, ListeDeTravail
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.web.references import reference
from tests.ensembles.listes import fabrique as l

pytestmark = pytest.mark.django_db
GESTES = ("modifier", "garder", "supprimer", "ajouter", "lignes")


def adresses(liste: ListeDeTravail) -> list[str]:
    page = f"/listes/{liste.reference}"
    ligne = LigneDeListe.objects.filter(liste=liste).first()
    return [page, *(f"{page}/{geste}" for geste in GESTES), f"{page}/lignes/{ligne.reference}" if ligne else page]


def essayer(client: Client, liste: ListeDeTravail) -> set[int]:
    """Statuses of every address of a list, read then written."""
    codes = set()
    for adresse in adresses(liste):
        for reponse in (client.get(adresse), client.post(adresse, {"numeros": "1", "geste": "vu", "ligne": "x"})):
            if reponse.status_code != 405:
                codes.add(reponse.status_code)
            assert "Chantiers" not in reponse.content.decode()
    return codes


def test_the_members_of_the_service_read_and_change_its_list(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, autre = l.liste(unite, sirets[:2]), l.collegue(unite)
    page = autre.client(finalite=None).get(f"/listes/{liste.reference}").content.decode()
    assert "Chantiers" in page
    assert "ATELIERS INVENTES 1" in page
    assert "Chantiers" in autre.client().get("/listes").content.decode()
    services.marquer(autre.lecteur(), liste.pk, [liste.lignes.all()[0].pk], EtatLigne.VU)
    assert liste.lignes.filter(etat=EtatLigne.VU, changee_par=autre.compte.identifiant).count() == 1


def test_a_personal_list_is_its_author_s_alone(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, autre = l.liste(unite, sirets, perso=True), l.collegue(unite)
    assert "Chantiers" in unite.client().get(f"/listes/{liste.reference}").content.decode()
    assert essayer(autre.client(), liste) == {404}
    assert "Chantiers" not in autre.client().get("/listes").content.decode()


def test_another_service_gets_the_answer_of_an_unknown_list(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, ailleurs = l.liste(unite, sirets), l.service("Brigade")
    assert essayer(ailleurs.client(), liste) == {404}
    connue = ailleurs.client().get(f"/listes/{liste.reference}").content
    inconnue = ailleurs.client().get(f"/listes/{reference(ListeDeTravail, 987654)}").content
    assert connue.count(b"Aucune de vos listes") == inconnue.count(b"Aucune de vos listes") == 1


def partir(unite: l.ServiceJoue) -> None:
    Appartenance.objects.filter(compte=unite.compte).update(fin=timezone.now())


def suspendre(unite: l.ServiceJoue) -> None:
    Appartenance.objects.filter(compte=unite.compte).update(suspendue_le=timezone.now())


def echoir(unite: l.ServiceJoue) -> None:
    Dossier.objects.filter(pk=unite.dossier.pk).update(fin=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("perdre", [partir, suspendre, echoir])
@pytest.mark.parametrize("perso", [False, True])
def test_who_left_or_lost_the_right_reads_no_list_any_more(
    perdre: Callable[[l.ServiceJoue], None], perso: bool, unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste = l.liste(unite, sirets, perso=perso)
    perdre(unite)
    assert essayer(unite.client(), liste) == {403}
    assert "Chantiers" not in unite.client().get("/listes").content.decode()
    with pytest.raises(GesteRefuse):
        services.ajouter(unite.lecteur(), liste.pk, sirets)


def test_who_left_for_another_service_reads_the_lists_of_the_new_one_only(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, nouveau = l.liste(unite, sirets), l.service("Brigade")
    partir(unite)
    Appartenance.objects.create(compte=unite.compte, groupe=nouveau.groupe, par="c0", origine="gestionnaire")
    assert essayer(unite.client(), liste) == {404}


def test_a_habilitation_to_read_changes_nothing(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    Dossier.objects.filter(pk=unite.dossier.pk).update(droits=[Droit.CONSULTER])
    page = unite.client().get(f"/listes/{liste.reference}")
    assert page.status_code == 200
    assert "Marquer «" not in page.content.decode()
    for geste in (
        lambda: services.ajouter(unite.lecteur(), liste.pk, []),
        lambda: services.retirer(unite.lecteur(), liste.pk, []),
        lambda: services.garder(unite.lecteur(), liste.pk),
        lambda: services.creer(unite.lecteur(), "Autre", unite.pk),
    ):
        with pytest.raises(GesteRefuse):
            geste()


def test_a_line_is_changed_through_its_own_list_only(unite: l.ServiceJoue, sirets: list[str]) -> None:
    mienne, ailleurs = l.liste(unite, sirets), l.service("Brigade")
    autre = l.liste(ailleurs, sirets)
    ligne = autre.lignes.all()[0]
    services.marquer(unite.lecteur(), mienne.pk, [ligne.pk], EtatLigne.VU)
    services.retirer(unite.lecteur(), mienne.pk, [ligne.pk])
    assert LigneDeListe.objects.get(pk=ligne.pk).etat == EtatLigne.A_VOIR
    with pytest.raises(Introuvable):
        services.annoter(unite.lecteur(), mienne.pk, ligne.pk, EtatLigne.VU, "", 1)
    assert unite.client().get(f"/listes/{mienne.reference}/lignes/{ligne.reference}").status_code == 404


def test_the_lines_shown_are_in_the_journal_first_in_the_name_of_the_service(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste = l.liste(unite, sirets)
    unite.client().get(f"/listes/{liste.reference}")
    ecrites = Consultation.objects.filter(sources=["listes"], surface="liste")
    assert sorted(ecrites.values_list("numero", flat=True)) == sorted(sirets)
    assert sum(ecrites.values_list("poids", flat=True)) == 1


def test_a_shared_list_is_read_or_worked_under_the_other_service_s_own_habilitation(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, lit, travaille = l.liste(unite, sirets), l.service("Brigade"), l.service("Renfort")
    services.partager(unite.lecteur(), liste.pk, lit.pk, "lecture")
    services.partager(unite.lecteur(), liste.pk, travaille.pk, "travail")
    page = unite.client().get(f"/listes/{liste.reference}").content.decode()
    assert ("lue aussi de <bdi>Brigade" in page, "travaillée aussi par <bdi>Renfort" in page) == (True, True)
    for autre in (lit, travaille):
        assert "Chantiers" in autre.client().get("/listes").content.decode()
        vue = autre.client().get(f"/listes/{liste.reference}").content.decode()
        assert ("Marquer «" in vue) is (autre is travaille)
        assert "Supprimer la liste" not in vue
        ecrite = Consultation.objects.latest("pk")
        assert ecrite.agent == autre.compte.identifiant
    ligne = liste.lignes.all()[0].pk
    services.marquer(travaille.lecteur(), liste.pk, [ligne], EtatLigne.VU)
    with pytest.raises(GesteRefuse):
        services.marquer(lit.lecteur(), liste.pk, [ligne], EtatLigne.VU)
    for sans in (lit, travaille):
        with pytest.raises(GesteRefuse):
            services.effacer(sans.lecteur(), liste.pk, liste.version)
        with pytest.raises(GesteRefuse):
            services.partager(sans.lecteur(), liste.pk, unite.pk, "lecture")
    Dossier.objects.filter(pk=lit.dossier.pk).update(fin=timezone.localdate() - timedelta(days=1))
    assert essayer(lit.client(), liste) == {403}


def test_a_share_ends_at_once_and_the_follows_with_it(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, lit = l.liste(unite, sirets), l.service("Brigade")
    services.partager(unite.lecteur(), liste.pk, lit.pk, "lecture")
    suivi.suivre(lit.lecteur(), lit.compte, liste.pk)
    fait = unite.client().post(f"/listes/{liste.reference}/partager", {"geste": "arreter", "service": lit.pk})
    assert fait.status_code == 302
    assert essayer(lit.client(), liste) == {404}
    assert not suivi.est_suivie(lit.compte, liste.pk)


def test_a_list_is_shared_with_a_habilitated_service_only_and_a_personal_one_with_nobody(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    sans = l.service("Sans droit")
    Dossier.objects.filter(pk=sans.dossier.pk).update(fin=timezone.localdate() - timedelta(days=1))
    for liste, service in ((l.liste(unite, sirets), sans.pk), (l.liste(unite, sirets, perso=True), unite.pk)):
        with pytest.raises(ParametreInvalide):
            services.partager(unite.lecteur(), liste.pk, service, "travail")
        page = unite.client().post(f"/listes/{liste.reference}/partager", {"service": service, "droit": "travail"})
        assert page.status_code == 400
        liste.refresh_from_db()
        assert liste.travailleurs == []
