"""Who is in which group: exact numbers, absences, invitations that serve once, people expected."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from fce.droits.comptes import appartenances, membres_csv
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait, DernierGestionnaire
from fce.droits.comptes.models import Appartenance, Compte, EvenementCompte, Invitation
from fce.socle.erreurs import Introuvable, ParametreInvalide
from tests.concurrence import ensemble
from tests.droits.comptes import fabrique as f

pytestmark = pytest.mark.django_db
JOUR = timedelta(days=1)


@pytest.mark.parametrize(
    ("numero", "siret", "attendu"),
    [
        (f.SERVICE, f.SERVICE, True),
        (f.SERVICE[:9], f.SERVICE, True),
        (f.SERVICE[:9], f.MEME_ADMINISTRATION, True),
        (f.SERVICE, f.MEME_ADMINISTRATION, False),
        (f.SERVICE, f.AUTRE_SERVICE, False),
        (f.SERVICE[:8], f.SERVICE, False),
        (f.SERVICE, "", False),
    ],
)
def test_a_group_is_of_an_administration_by_its_whole_number(numero: str, siret: str, attendu: bool) -> None:
    assert appartenances.est_de(f.groupe(organisation=f.organisation(numero=numero)), siret) is attendu


def test_one_is_in_a_group_once() -> None:
    compte, groupe = f.compte(), f.groupe()
    appartenances.ajouter(compte, groupe, "c9", "gestionnaire")
    with pytest.raises(DejaFait):
        appartenances.ajouter(compte, groupe, "c9", "gestionnaire")
    appartenances.finir(Appartenance.objects.get(), "c9", "départ")
    appartenances.ajouter(compte, groupe, "c9", "gestionnaire")
    assert Appartenance.objects.filter(compte=compte).count() == 2


def test_nobody_of_elsewhere_nor_a_private_person_is_added() -> None:
    for etranger in (f.compte(siret=f.AUTRE_SERVICE), f.compte(siret=""), f.particulier(siret=f.SERVICE)):
        with pytest.raises(AccesRefuse):
            appartenances.ajouter(etranger, f.groupe(), "c9", "gestionnaire")


def absent(jours: int, *, depuis: int = 400) -> Appartenance:
    maintenant = timezone.now()
    compte = f.compte(derniere_connexion=maintenant - jours * JOUR)
    trouvee = f.appartenance(compte, f.groupe())
    Appartenance.objects.filter(pk=trouvee.pk).update(depuis=maintenant - depuis * JOUR)
    return trouvee


def suspendue(appartenance: Appartenance) -> bool:
    appartenance.refresh_from_db()
    return appartenance.suspendue_le is not None


def test_ninety_days_without_a_sign_in_suspend() -> None:
    present, parti = absent(89), absent(91)
    assert appartenances.suspendre_les_absents(timezone.now()) == 1
    assert (suspendue(present), suspendue(parti)) == (False, True)
    assert EvenementCompte.objects.get().apres == {"nombre": 1}
    assert appartenances.suspendre_les_absents(timezone.now()) == 0


def test_whoever_was_just_added_or_kept_is_not_suspended_the_next_hour() -> None:
    ajoute, garde = absent(200, depuis=1), absent(200)
    appartenances.maintenir(garde, "c9")
    assert appartenances.suspendre_les_absents(timezone.now()) == 0
    assert (suspendue(ajoute), suspendue(garde)) == (False, False)
    assert appartenances.suspendre_les_absents(timezone.now() + 91 * JOUR) == 2


def test_coming_back_after_ninety_days_does_not_open_again_by_itself() -> None:
    revenant = absent(0)
    maintenant = timezone.now()
    assert appartenances.suspendre_les_absents(maintenant, revenant.compte, None) == 0
    assert appartenances.suspendre_les_absents(maintenant, revenant.compte, maintenant - 89 * JOUR) == 0
    assert appartenances.suspendre_les_absents(maintenant, revenant.compte, maintenant - 91 * JOUR) == 1
    assert suspendue(revenant)


def test_another_siret_leaves_the_groups_of_the_old_one_and_keeps_those_of_the_same_administration() -> None:
    compte = f.compte()
    du_service, de_l_administration = f.groupe(), f.groupe(organisation=f.organisation(numero=f.SERVICE[:9]))
    for groupe in (du_service, de_l_administration):
        f.appartenance(compte, groupe)
    compte.siret = f.MEME_ADMINISTRATION
    assert appartenances.quitter_les_autres(compte) == 1
    assert Appartenance.objects.get(compte=compte, fin=None).groupe == de_l_administration


def test_an_invitation_serves_once_for_its_address_before_its_end() -> None:
    groupe = f.groupe()
    secret = appartenances.creer_lien(
        appartenances.inviter(groupe, " Une.Agente@Travail.Example ", "c9", gestionnaire=True)
    )
    invitee = f.compte(courriel="une.agente@travail.example")
    with pytest.raises(AccesRefuse):
        appartenances.accepter(secret, f.compte())
    assert appartenances.accepter(secret, invitee).gestionnaire
    for perdu in (secret, "x", "", "\udcff"):
        with pytest.raises(Introuvable):
            appartenances.accepter(perdu, invitee)


def test_an_invitation_ends_and_its_secret_is_not_kept() -> None:
    invitation = appartenances.inviter(f.groupe(), "une@travail.example", "c9")
    secret = appartenances.creer_lien(invitation)
    assert secret not in str(Invitation.objects.values().get())
    Invitation.objects.filter(pk=invitation.pk).update(expire_le=timezone.now())
    with pytest.raises(Introuvable):
        appartenances.accepter(secret, f.compte(courriel="une@travail.example"))


def test_a_new_invitation_replaces_the_one_before() -> None:
    groupe = f.groupe()
    premier = appartenances.creer_lien(appartenances.inviter(groupe, "une@travail.example", "c9"))
    second = appartenances.creer_lien(appartenances.inviter(groupe, "une@travail.example", "c9"))
    with pytest.raises(Introuvable):
        appartenances.groupe_invitant(premier)
    assert appartenances.groupe_invitant(second) == groupe


@pytest.mark.parametrize("courriel", ["", "@", "a@", "a b@c.example", "a@b\nBcc: c@d.example"])
def test_what_is_no_address_is_not_invited(courriel: str) -> None:
    with pytest.raises(ParametreInvalide):
        appartenances.inviter(f.groupe(), courriel, "c9")


def test_someone_expected_joins_at_sign_in_from_the_right_administration_only() -> None:
    groupe = f.groupe()
    appartenances.attendre(groupe, "future@travail.example", "c9", gestionnaire=False)
    ailleurs = f.compte(courriel="future@travail.example", siret=f.AUTRE_SERVICE)
    assert appartenances.accueillir(ailleurs) == 0
    future = f.compte(courriel="future@travail.example")
    assert appartenances.accueillir(future) == 1
    assert appartenances.accueillir(future) == 0
    assert Appartenance.objects.get().origine == Appartenance.Origine.CSV


def test_an_account_without_an_address_is_expected_nowhere() -> None:
    assert appartenances.accueillir(f.compte(courriel="")) == 0
    assert appartenances.agent_du_groupe(f.groupe(), "") is None


def test_two_accounts_of_one_address_are_not_guessed_between() -> None:
    jumeaux = [f.compte(courriel="une@travail.example") for _ in range(2)]
    assert appartenances.agent_du_groupe(f.groupe(), "une@travail.example") is None
    Compte.objects.filter(pk=jumeaux[0].pk).update(desactive_le=timezone.now())
    assert appartenances.agent_du_groupe(f.groupe(), "une@travail.example") == jumeaux[1]


def test_a_list_loaded_twice_adds_nobody_twice() -> None:
    groupe, agent = f.groupe(), f.compte()
    liste = f"courriel\n{agent.courriel}\nfuture@travail.example\n".encode()
    assert (membres_csv.charger(groupe, liste, "c9").ajoutes, Invitation.objects.count()) == (1, 1)
    bilan = membres_csv.charger(groupe, liste, "c9")
    assert (bilan.ajoutes, bilan.attendus, len(bilan.refus)) == (0, 1, 1)
    assert Invitation.objects.filter(annulee_le=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_take_each_other_out_at_once_leave_one() -> None:
    groupe = f.groupe()
    deux = [f.appartenance(f.compte(), groupe, gestionnaire=True) for _ in range(2)]

    fautes = ensemble(*(partial(appartenances.retirer, lien, "c9", "départ") for lien in deux))
    assert [type(faute) for faute in fautes] == [DernierGestionnaire]
    assert Appartenance.objects.filter(groupe=groupe, fin=None, gestionnaire=True).count() == 1
