"""Signed-in agents for the benches: ``python -m bench.agents`` prints one session key per agent.

Uses the services and factories of the tests. One agent reads in all France, the other in one département; both have
every C2 group under its usual purpose, and the secrets of the chosen purpose.
"""

from secrets import token_hex

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.test import Client

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.finalites import FINALITES, GROUPES
from tests.droits.comptes import fabrique as comptes
from tests.droits.habilitations.dossiers.fabrique import Scene

FINALITE = "controle-travail"
TERRITOIRES = {"tous les droits": FRANCE, "un département": "59"}


def ouvrir() -> list[str]:
    """In the order of ``TERRITOIRES``."""
    cles = []
    for territoire in TERRITOIRES.values():
        jouee = _scene()
        jouee.validee(groupes_de_donnees=tuple(GROUPES), finalites=tuple(FINALITES), territoire=(territoire,))
        session = comptes.connecter(Client(), jouee.membre, finalite=FINALITE)
        cles.append(str(session.session_key))
    return cles


def _scene() -> Scene:
    """New people and a new group, because a kept data folder has those of earlier runs."""
    groupe = comptes.groupe(nom=f"Équipe {token_hex(8)}")
    gestionnaire, membre, approbateur = _compte(), _compte(), _compte(siret=comptes.AUTRE_SERVICE)
    comptes.appartenance(gestionnaire, groupe, gestionnaire=True)
    comptes.appartenance(membre, groupe)
    comptes.mandat(approbateur, Mandats.APPROBATEUR)
    return Scene(groupe, gestionnaire, membre, approbateur)


def _compte(**differences: str) -> Compte:
    unique = token_hex(8)
    return comptes.compte(sub=unique, courriel=f"{unique}@travail.example", **differences)


if __name__ == "__main__":
    assert settings.CLUSTER_EMBARQUE is not None, "DATABASE_URL doit être vide"
    with settings.CLUSTER_EMBARQUE.en_marche():
        print("\n".join(ouvrir()))
