"""S11: a limit holds when many come together, each in a transaction of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fce
from fce.droits.comptes import appartenances, demandes
from fce.droits.comptes.models import DemandeOuverture, Invitation, Rattachement
from fce.service.portail.dirigeant import services as dirigeant
from fce.service.portail.models import Signalement
from fce.service.portail.signalements import services as signalements
from fce.socle.erreurs import ParametreInvalide
from tests.concurrence import ensemble
from tests.donnees.entreprises.fabrique import siren_no, unite, unites
from tests.droits.comptes import fabrique as c

pytestmark = pytest.mark.django_db(transaction=True)
ENSEMBLE = 6
FICHIERS = Path(fce.__file__).parent


def en_masse(fois: int, ajouter: Callable[[int], object]) -> int:
    """Add that many times, by groups that start together; how many were told that the limit is reached."""
    fautes: list[BaseException] = []
    for debut in range(0, fois, ENSEMBLE):
        fautes += ensemble(*(lambda rang=rang: ajouter(rang) for rang in range(debut, debut + ENSEMBLE)))  # type: ignore[misc]
    assert {type(faute) for faute in fautes} <= {ParametreInvalide}, fautes
    return len(fautes)


@pytest.mark.parametrize("essai", range(3))
def test_s11_five_requests_to_be_let_in_wait_and_not_one_more(essai: int) -> None:
    compte = c.compte()
    refus = en_masse(12, lambda _: demandes.deposer(compte, organisme="X", service="Y", profil="", besoin="Z"))
    assert DemandeOuverture.objects.filter(compte=compte).count() == demandes.DEMANDES_MAX
    assert refus == 12 - demandes.DEMANDES_MAX


def test_s11_twenty_reports_wait_and_not_one_more() -> None:
    compte = c.compte()
    refus = en_masse(
        30, lambda _: signalements.signaler(compte, siren_no(1), rubrique="effectifs", source="", texte="Faux.")
    )
    assert Signalement.objects.filter(auteur=compte.identifiant).count() == signalements.SIGNALEMENTS_MAX
    assert refus == 30 - signalements.SIGNALEMENTS_MAX


def test_s11_five_companies_wait_for_an_answer_and_not_one_more() -> None:
    numeros = [siren_no(n) for n in range(1, 13)]
    unites(*(unite(numero, denomination="ATELIERS") for numero in numeros))
    elle = c.particulier()
    refus = en_masse(12, lambda rang: dirigeant.demander(elle, numeros[rang]))
    assert Rattachement.objects.filter(compte=elle).count() == dirigeant.RATTACHEMENTS_MAX
    assert refus == 12 - dirigeant.RATTACHEMENTS_MAX


def test_s11_twenty_companies_a_month_and_not_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dirigeant, "RATTACHEMENTS_MAX", 100)
    numeros = [siren_no(n) for n in range(1, 31)]
    unites(*(unite(numero, denomination="ATELIERS") for numero in numeros))
    elle = c.particulier()
    en_masse(30, lambda rang: dirigeant.demander(elle, numeros[rang]))
    assert Rattachement.objects.filter(compte=elle).count() == dirigeant.PAR_MOIS_MAX


def test_s11_one_link_of_invitation_is_left_to_an_address() -> None:
    groupe = c.groupe()
    assert en_masse(12, lambda rang: appartenances.inviter(groupe, "attendue@travail.example", f"c{rang}")) == 0
    assert Invitation.objects.filter(groupe=groupe, annulee_le=None).count() == 1


def test_s11_the_limit_of_one_is_nothing_to_another() -> None:
    comptes = [c.compte() for _ in range(ENSEMBLE)]

    def deposer(rang: int) -> Any:
        return demandes.deposer(comptes[rang], organisme="X", service="Y", profil="", besoin="Z")

    assert en_masse(ENSEMBLE, deposer) == 0


def test_s11_nothing_counts_by_itself_what_it_then_adds() -> None:
    """A count compared with a limit anywhere else is a limit that two may pass together."""
    compte_puis = re.compile(r"\.count\(\)\s*(>=|>|<|==)|len\(.*objects.*\)\s*(>=|<)")
    permis = {
        "socle/base/limites.py",
        # Answers at once to who comes too late; the count that decides is made under the lock.
        "donnees/imports/depots/services.py",
    }
    fautifs = {
        str(fichier.relative_to(FICHIERS))
        for fichier in FICHIERS.rglob("*.py")
        if compte_puis.search(fichier.read_text(encoding="utf-8"))
    }
    assert fautifs == permis
