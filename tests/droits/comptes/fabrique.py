"""Factories of accounts, organisations and groups: each gives a plain case, and the test states the differences.

``connecter`` signs in without a provider: opens a session as the sign-in view does, and sets its cookie.
"""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.test import Client

from fce.demo import numeros
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Appartenance, Compte, Genre, Groupe, Mandat, Organisation
from fce.droits.comptes.sessions import SessionStore

PROCONNECT = "https://proconnect.example/api/v2"
FRANCECONNECT = "https://franceconnect.example/api/v2"
_rangs = itertools.count(1)


def siret(racine: int, rang: int = 1) -> str:
    siren = numeros.siren(racine)
    return siren + numeros.nic(siren, rang)


SERVICE = siret(201)
AUTRE_SERVICE = siret(202)
MEME_ADMINISTRATION = siret(201, 2)


def compte(**differences: Any) -> Compte:
    rang = next(_rangs)
    return Compte.objects.create(
        **{
            "genre": Genre.AGENT,
            "iss": PROCONNECT,
            "sub": f"sub-{rang}",
            "courriel": f"agent{rang}@travail.example",
            "prenom": "Camille",
            "nom": f"Essai{rang}",
            "siret": SERVICE,
            "organisme": "DDETS d’essai",
            "roles": ["agent_public", "agent_public_etat"],
            **differences,
        }
    )


def particulier(**differences: Any) -> Compte:
    """A private person, as known to FranceConnect."""
    return compte(
        **{
            "genre": Genre.PARTICULIER,
            "iss": FRANCECONNECT,
            "siret": "",
            "organisme": "",
            "roles": [],
            **differences,
        }
    )


def organisation(**differences: Any) -> Organisation:
    voulue = {"numero": SERVICE, "nom": "DDETS d’essai", **differences}
    return Organisation.objects.get_or_create(numero=voulue.pop("numero"), defaults=voulue)[0]


def groupe(**differences: Any) -> Groupe:
    rang = next(_rangs)
    return Groupe.objects.create(
        **{"organisation": differences.pop("organisation", None) or organisation(), "nom": f"Équipe no {rang}"}
        | differences
    )


def appartenance(compte: Compte, groupe: Groupe, **differences: Any) -> Appartenance:
    return Appartenance.objects.create(
        **{
            "compte": compte,
            "groupe": groupe,
            "origine": Appartenance.Origine.GESTIONNAIRE,
            "par": "c0",
            **differences,
        }
    )


def membre(agent: Compte | None = None, **lien: Any) -> tuple[Compte, Groupe]:
    """An agent in a group of his administration."""
    agent, equipe = agent or compte(), groupe()
    appartenance(agent, equipe, **lien)
    return agent, equipe


def mandat(compte: Compte, role: str, perimetre: str = "") -> Mandat:
    """``perimetre``: by default, what the role asks for."""
    perimetre = perimetre or ("dgfip" if role == Mandats.DEPOT else "")
    return Mandat.objects.create(compte=compte, role=role, perimetre=perimetre, par="operateur")


def mandataire(role: str, perimetre: str = "", **differences: Any) -> Compte:
    """An account that holds a mandate."""
    tenant = compte(**differences)
    mandat(tenant, role, perimetre)
    return tenant


def client_de(compte: Compte, mfa: bool = True, **donnees: Any) -> Client:
    """A browser of its own for ``compte``, signed in."""
    client = Client()
    connecter(client, compte, mfa, **donnees)
    return client


def connecter(
    client: Client, compte: Compte, mfa: bool = True, navigateur: str = "Navigateur", **donnees: Any
) -> SessionStore:
    """Sign ``compte`` in on ``client``, as at the end of a sign-in."""
    session = SessionStore()
    session.ouvrir(compte, {"mfa": mfa, **donnees}, navigateur=navigateur, adresse_ip="127.0.0.1")
    assert session.session_key is not None
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return session
