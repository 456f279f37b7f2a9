"""Companies and a person who says that she heads one, for the tests of company heads."""

import re

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from tests.donnees.entreprises.fabrique import charger, doublons, lieu, lieux, siren_no, unite, unites
from tests.droits.comptes.fabrique import client_de, particulier

SOCIETE, AUTRE, MASQUEE, SANS_DIRIGEANT, ANCIENNE = (siren_no(n) for n in range(1, 6))
ZOE = {"prenom": "Zoé Marie", "nom": "D’ŒUVRE-LÉGER"}


@pytest.fixture
def entreprises() -> None:
    unites(
        unite(SOCIETE, denomination="ATELIERS ZELBRAC"),
        unite(AUTRE, denomination="COMPTOIR NORBRAC"),
        unite(MASQUEE, statut_diffusion="P", categorie_juridique="1000", nom="SECRETNOM", prenom_1="SECRETPRENOM"),
        unite(SANS_DIRIGEANT, denomination="SANS PERSONNE"),
    )
    lieux(*(lieu(s) for s in (SOCIETE, AUTRE, MASQUEE, SANS_DIRIGEANT)))
    doublons((ANCIENNE, SOCIETE))
    charger(
        "rne-dirigeants",
        [
            _mandat(SOCIETE, 1, "D'OEUVRE LEGER", "ZOE"),
            _mandat(SOCIETE, 2, "MARKER-NOM", "MARKER-PRENOM"),
            _mandat(AUTRE, 1, "MARKER-NOM", "MARKER-PRENOM"),
            {"siren": SANS_DIRIGEANT, "rang": 1, "type_personne": "personne morale", "denomination": "HOLDING"},
        ],
    )


def _mandat(siren: str, rang: int, nom: str, prenoms: str) -> dict[str, object]:
    return {"siren": siren, "rang": rang, "type_personne": "personne physique", "nom": nom, "prenoms": prenoms}


@pytest.fixture
def zoe(entreprises: None) -> Compte:
    return particulier(**ZOE, courriel="zoe@personne.example")


@pytest.fixture
def chez_elle(zoe: Compte) -> Client:
    return client_de(zoe)


def demander(client: Client, saisie: str = SOCIETE):
    return client.post("/mes-entreprises", {"siren": saisie})


def anonyme(html: str) -> str:
    """A page without what signing in adds to it or takes away: the bar, the menu of the account, the word before a
    session ends, the question asked to whom the register names, the invitation to sign in."""
    html = re.sub(r'<li><a [^>]*href="/mes-entreprises/\d{9}/corriger"[^>]*>Votre entreprise \?</a></li>', "", html)
    html = re.sub(r' <a class="fr-link fr-link--sm fce-ecran" href="/connexion[^>]*>Se connecter</a>', "", html)
    sans_menu = re.sub(r'<nav class="fce-compte".*?</nav>', "", html, count=1, flags=re.S)
    sans_menu = re.sub(r'<nav class="fce-nav".*?</nav>', "", sans_menu, count=1, flags=re.S)
    return re.sub(
        r'\n<div class="fce-session.*?(?=\n    <p class="fr-sr-only" role="status")', "", sans_menu, flags=re.S
    )
