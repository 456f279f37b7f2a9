"""``fce habilitation``: from nothing to a request that waits for an approver, and no further."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fce.droits.comptes import appartenances
from fce.droits.comptes.erreurs import AccesRefuse
from fce.droits.comptes.models import Appartenance, EvenementCompte, Groupe, Organisation
from fce.droits.habilitations import adhesions
from fce.droits.habilitations.dossiers import services
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.management.commands.habilitation import Command
from fce.droits.habilitations.models import Dossier
from tests.droits.comptes import fabrique as comptes

pytestmark = pytest.mark.django_db
GROUPE = "Inspection du travail"


def lancer(*arguments: str) -> str:
    sortie = StringIO()
    call_command("habilitation", *arguments, stdout=sortie)
    return sortie.getvalue()


@pytest.fixture(autouse=True)
def ouverte(db: None) -> None:
    lancer("organisation", comptes.SERVICE, "DDETS d’essai")
    lancer("groupe", GROUPE, "--organisation", comptes.SERVICE)


def proposer(*autres: str) -> Dossier:
    lancer("proposer", "inspection-travail", "--organisation", comptes.SERVICE, "--groupe", GROUPE, *autres)
    return Dossier.objects.latest("pk")


def test_the_first_day_of_an_administration() -> None:
    dossier = proposer("--territoire", "59", "Pas-de-Calais", "--adhesion-automatique")
    assert (dossier.etat, dossier.demandeur) == (EtatDossier.SOUMIS, "operateur")
    assert (dossier.territoire, dossier.adhesion_automatique) == (["59", "62"], True)
    agent = comptes.compte()
    assert adhesions.adherer(agent) == 0
    services.valider(dossier, comptes.compte(siret=comptes.AUTRE_SERVICE).identifiant)
    assert adhesions.adherer(agent) == 1
    liste = lancer("lister")
    assert "validée" in liste
    assert comptes.SERVICE in liste
    assert lancer("lister", "--etat", "soumis") == ""


def test_no_command_validates() -> None:
    dossier = proposer("--territoire", "FR")
    with pytest.raises(AccesRefuse):
        services.valider(dossier, "operateur")
    analyseur = Command().create_parser("fce", "habilitation")
    actions = next(a.choices for a in analyseur._actions if a.dest == "action")
    assert set(actions or ()) == {"organisation", "groupe", "proposer", "lister"}


def test_a_manager_is_named_whether_known_or_not() -> None:
    connu = comptes.compte()
    for courriel in (connu.courriel, "future@travail.example"):
        lancer("groupe", GROUPE, "--organisation", comptes.SERVICE, "--gestionnaire", courriel)
    assert Appartenance.objects.get(compte=connu).gestionnaire
    future = comptes.compte(courriel="future@travail.example")
    assert appartenances.accueillir(future) == 1
    assert Appartenance.objects.get(compte=future).gestionnaire
    assert Groupe.objects.count() == 1


def test_a_member_suspended_for_want_of_a_manager_is_named_and_restored() -> None:
    agent = comptes.compte()
    comptes.appartenance(agent, Groupe.objects.get(), suspendue_le="2026-01-01T00:00Z")
    lancer("groupe", GROUPE, "--organisation", comptes.SERVICE, "--gestionnaire", agent.courriel)
    sienne = Appartenance.objects.get(compte=agent)
    assert (sienne.gestionnaire, sienne.suspendue_le) == (True, None)


def test_what_the_operator_did_is_kept() -> None:
    assert list(EvenementCompte.objects.order_by("pk").values_list("action", "par")) == [
        ("organisation_creee", "operateur"),
        ("groupe_cree", "operateur"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("organisation", "123", "Rien"),
        ("organisation", comptes.SERVICE, "  "),
        ("organisation", comptes.SERVICE, "La même"),
        ("groupe", "Autre", "--organisation", comptes.AUTRE_SERVICE),
        ("proposer", "ccrf", "--organisation", comptes.SERVICE, "--groupe", "Inconnu", "--territoire", "59"),
        ("proposer", "ccrf", "--organisation", comptes.SERVICE, "--groupe", GROUPE, "--territoire", "Bretagnne"),
        ("proposer", "tout", "--organisation", comptes.SERVICE, "--groupe", GROUPE, "--territoire", "59"),
    ],
)
def test_a_wrong_command_says_why_and_makes_nothing(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        lancer(*arguments)
    assert (Organisation.objects.count(), Groupe.objects.count(), Dossier.objects.count()) == (1, 1, 0)
