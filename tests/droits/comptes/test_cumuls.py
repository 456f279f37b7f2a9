"""S2: whoever runs the service, decides of rights or pays for it is in no group, whichever comes first, and however."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db.utils import OperationalError
from django.test import Client

from fce.droits.comptes import appartenances, cumuls, membres_csv, services
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait, DernierGestionnaire
from fce.droits.comptes.mandats import INCOMPATIBLES, SANS_DONNEES, Mandats
from fce.droits.comptes.models import Appartenance, Compte, EvenementCompte, Groupe, Mandat
from fce.droits.habilitations.tasks import veiller_aux_habilitations
from fce.service.gestion import services as gestion
from fce.socle.base.roles import Role
from tests.acces.acteurs import dossier
from tests.concurrence import ensemble
from tests.droits.comptes import fabrique as f
from tests.droits.comptes.courrier import relever
from tests.droits.habilitations.dossiers.test_habilitations_en_vigueur import identite
from tests.droits.habilitations.roles.outils import en_tant_que

pytestmark = pytest.mark.django_db
OPERATEUR = "operateur"


def _par_courriel(compte: Compte, groupe: Groupe) -> object:
    return appartenances.ajouter_par_courriel(groupe, compte.courriel, "c9")


def _par_invitation(compte: Compte, groupe: Groupe) -> object:
    secret = appartenances.creer_lien(appartenances.inviter(groupe, compte.courriel, "c9"))
    return appartenances.accepter(secret, compte)


def _par_liste(compte: Compte, groupe: Groupe) -> object:
    return membres_csv.charger(groupe, f"courriel\n{compte.courriel}\n".encode(), "c9")


def _attendu(compte: Compte, groupe: Groupe) -> object:
    appartenances.attendre(groupe, compte.courriel, "c9", gestionnaire=True)
    return services.connecter(identite(compte))


def _par_la_connexion(compte: Compte, groupe: Groupe) -> object:
    tenu = dossier(groupe, "inspection-travail", ("59",))
    type(tenu).objects.filter(pk=tenu.pk).update(adhesion_automatique=True)
    return services.connecter(identite(compte))


def _par_l_equipe(compte: Compte, groupe: Groupe) -> object:
    return gestion.designer_gestionnaire(groupe, compte.courriel, f.compte())


ENTREES: dict[str, Callable[[Compte, Groupe], object]] = {
    "gestionnaire": _par_courriel,
    "invitation": _par_invitation,
    "liste": _par_liste,
    "attendu": _attendu,
    "connexion": _par_la_connexion,
    "equipe": _par_l_equipe,
}


@pytest.mark.parametrize("entree", list(ENTREES))
@pytest.mark.parametrize("role", sorted(SANS_DONNEES))
def test_s2_a_mandate_keeps_out_of_every_group_by_every_way(role: str, entree: str) -> None:
    compte, groupe = f.compte(), f.groupe()
    services.donner_mandat(compte, role, "", OPERATEUR)
    with suppress(AccesRefuse):
        ENTREES[entree](compte, groupe)
    assert not Appartenance.objects.filter(compte=compte).exists()


@pytest.mark.parametrize("entree", list(ENTREES))
def test_s2_whoever_joined_a_group_by_any_way_is_given_no_such_mandate(entree: str) -> None:
    compte, groupe = f.compte(), f.groupe()
    ENTREES[entree](compte, groupe)
    assert Appartenance.objects.filter(compte=compte, groupe=groupe, fin=None).exists()
    for role in SANS_DONNEES:
        with pytest.raises(AccesRefuse, match="retirer"):
            services.donner_mandat(compte, role, "", OPERATEUR)
    assert not Mandat.objects.filter(compte=compte).exists()


def test_s2_neither_a_suspension_nor_a_closed_group_makes_room_for_one() -> None:
    compte, groupe = f.compte(), f.groupe()
    lien = f.appartenance(compte, groupe)
    Appartenance.objects.update(suspendue_le=lien.depuis)
    Groupe.objects.update(ferme_le=lien.depuis)
    with pytest.raises(AccesRefuse):
        services.donner_mandat(compte, Mandats.EQUIPE, "", OPERATEUR)
    appartenances.finir(lien, "c9", "départ")
    services.donner_mandat(compte, Mandats.EQUIPE, "", OPERATEUR)


def test_s2_once_a_mandate_is_over_a_manager_may_add_him() -> None:
    compte, groupe = f.compte(), f.groupe()
    mandat = services.donner_mandat(compte, Mandats.BUDGET, "", OPERATEUR)
    services.retirer_mandat(mandat, OPERATEUR)
    assert appartenances.ajouter(compte, groupe, "c9", "gestionnaire")


@pytest.mark.parametrize(("role", "perimetre"), [("depot", "dgfip"), ("auditeur", "")])
def test_s2_the_other_mandates_go_with_a_group(role: str, perimetre: str) -> None:
    compte, groupe = f.compte(), f.groupe()
    services.donner_mandat(compte, role, perimetre, OPERATEUR)
    assert appartenances.ajouter(compte, groupe, "c9", "gestionnaire")


def test_s2_who_holds_both_from_before_is_told_once_on_his_pages_and_by_mail(client: Client) -> None:
    compte = f.compte()
    f.appartenance(compte, f.groupe())
    f.mandat(compte, Mandats.EQUIPE)
    f.mandat(f.compte(), Mandats.EQUIPE)
    f.appartenance(f.compte(), f.groupe())
    for _ in range(3):
        veiller_aux_habilitations()
    [courriel] = relever()
    assert courriel.to == [compte.courriel]
    assert "vos groupes ne vous ouvrent plus rien" in courriel.body
    assert "Équipe" not in courriel.body
    assert EvenementCompte.objects.filter(objet=compte.identifiant, action=cumuls.ANNONCE).count() == 1
    f.connecter(client, compte)
    for page in ("/compte", "/droits", "/habilitations"):
        assert "vos groupes ne vous ouvrent rien" in client.get(page).content.decode(), page


def test_s2_nobody_else_reads_that_sentence(client: Client) -> None:
    compte = f.compte()
    f.appartenance(compte, f.groupe())
    f.connecter(client, compte)
    for page in ("/compte", "/droits", "/habilitations"):
        assert "ne vous ouvrent rien" not in client.get(page).content.decode(), page


def test_s2_who_leaves_for_another_administration_deposits_no_more_for_a_producer() -> None:
    compte = f.mandataire(Mandats.DEPOT, "dgfip")
    services.connecter(identite(compte, siret=f.MEME_ADMINISTRATION))
    assert Mandat.objects.filter(compte=compte, fin=None).exists()
    with en_tant_que(Role.COMPTES):  # as the page of sign-in does it
        services.connecter(identite(compte, siret=f.AUTRE_SERVICE))
    assert not Mandat.objects.filter(compte=compte, fin=None).exists()
    assert EvenementCompte.objects.filter(objet=compte.identifiant, action="mandat_retire").exists()


def _incompatibles(compte: Compte) -> bool:
    tenus = set(Mandat.objects.filter(compte=compte, fin=None).values_list("role", flat=True))
    groupes = Appartenance.objects.filter(compte=compte, fin=None).exists()
    return any(couple <= tenus for couple in INCOMPATIBLES) or (groupes and not SANS_DONNEES.isdisjoint(tenus))


def _ensemble(compte: Compte, groupe: Groupe, gestes: list[str]) -> None:
    """Do them at once; each is done or refused with a sentence."""
    travaux = [
        partial(appartenances.ajouter, compte, groupe, "c9", "gestionnaire")
        if geste == "groupe"
        else partial(services.donner_mandat, compte, geste, "", OPERATEUR)
        for geste in gestes
    ]
    fautes = ensemble(*travaux)
    assert {type(faute) for faute in fautes} <= {AccesRefuse, DejaFait}, fautes
    assert len(fautes) < len(gestes), fautes
    assert not _incompatibles(compte), gestes


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "gestes", [["equipe", "approbateur"], ["equipe", "auditeur"], ["equipe", "groupe"], ["approbateur", "groupe"]]
)
def test_s2_mandates_and_groups_given_at_once_never_become_incompatible(gestes: list[str]) -> None:
    groupe = f.groupe()
    for _ in range(8):
        _ensemble(f.compte(), groupe, gestes)


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
def test_s2_race_on_mandates() -> None:
    """Hundreds of tries, of two to four gestures at once on one account."""
    groupe, hasard = f.groupe(), random.Random(2026)
    for _ in range(400):
        gestes = hasard.sample(["equipe", "approbateur", "auditeur", "budget", "groupe"], hasard.randint(2, 4))
        _ensemble(f.compte(), groupe, gestes)


@pytest.mark.django_db(transaction=True)
def test_s2_gestures_on_a_group_that_cross_wait_for_each_other_and_never_block() -> None:
    groupe = f.groupe()
    for _ in range(10):
        un, deux, trois = (f.compte() for _ in range(3))
        liens = [f.appartenance(compte, groupe, gestionnaire=True) for compte in (un, deux)]
        fautes = ensemble(
            partial(appartenances.retirer, liens[0], deux.identifiant, "croisés"),
            partial(appartenances.suspendre, liens[1], un.identifiant),
            partial(services.connecter, identite(un, siret=f.AUTRE_SERVICE)),
            partial(services.connecter, identite(deux)),
            partial(appartenances.ajouter, trois, groupe, "c9", "gestionnaire"),
        )
        assert not any(isinstance(faute, OperationalError) for faute in fautes), fautes
        assert {type(faute) for faute in fautes} <= {DejaFait, DernierGestionnaire}, fautes
