"""The reports of the demonstration: in every state, those of the officer who may be played, written once."""

from __future__ import annotations

import pytest

from fce.demo import ouverture
from fce.demo.identite.personnages import PRODUCTEUR
from fce.demo.signalements import SIGNALEMENTS, ecrire_signalements
from fce.donnees.imports.depots.deposants import Responsable
from fce.droits.comptes.models import Compte
from fce.service.portail.models import Signalement
from fce.service.portail.signalements import selectors
from fce.service.portail.signalements.etats import EtatSignalement
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def comptes() -> dict[str, Compte]:
    f.unites(*(f.unite(siren, denomination=f"ENTREPRISE {siren}") for siren in {s.siren for s in SIGNALEMENTS}))
    return ouverture.ouvrir("https://demo.example", lambda qui: qui.cle)


def test_the_officer_meets_every_state_a_late_one_first_and_the_team_has_its_own(comptes: dict[str, Compte]) -> None:
    assert ecrire_signalements(comptes)
    officier = Responsable(comptes[PRODUCTEUR.cle].identifiant, frozenset({"dgfip"}))
    siens = selectors.vus(selectors.signalements_de(officier))
    assert {vu.signalement.etat for vu in siens} == set(EtatSignalement)
    assert [vu.retard for vu in siens] == [True, *[False] * (len(siens) - 1)]
    assert all(vu.signalement.reponse for vu in siens if not vu.ouvert)
    assert all(s.recu_le < s.traite_le for s in Signalement.objects.exclude(traite_le=None))
    assert [s.source for s in selectors.de_l_equipe()] == ["sirene-etablissements"]


def test_they_are_written_once_whatever_visitors_report(comptes: dict[str, Compte]) -> None:
    ecrire_signalements(comptes)
    Signalement.objects.create(siren=SIGNALEMENTS[0].siren, rubrique="identite", texte="D’un visiteur", auteur="c0")
    assert not ecrire_signalements(comptes)
    assert Signalement.objects.count() == len(SIGNALEMENTS) + 1
