"""The reader of an answer of the API: anyone, or the program of a token, with its purpose and its case."""

import re
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from ninja import Query

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.erreurs import FinaliteRefusee, JetonRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.jetons import acteur_du_jeton
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.lecture.finalites import possibles
from fce.socle.base.roles import Role, elever, rendre_role
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.routes import Surface

FINALITE: Any = Query(
    "",
    max_length=60,
    description="Finalité, pour un jeton : son code dans l’habilitation. Sans elle, les données ouvertes seulement.",
)
REFERENCE: Any = Query(
    "", max_length=60, description="Avec « finalite » : numéro du dossier pour lequel on lit, écrit dans le journal."
)
_SANS_DOSSIER: Final = "Donnez « finalite » et « reference » : un jeton lit une donnée réservée pour une affaire."
REFERENCE_DE_DOSSIER: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{2,59}", re.ASCII)
"""A file number, not a sentence: the journal holds no name of a person."""


def lecteur_de(request: HttpRequest, finalite: str, reference: str) -> LecteurDeDonnees:
    """Anyone, for open data; with ``Authorization: Bearer fceapi_…``, a program with its habilitation's rights, for the
    purpose and the case that it names. The journal holds the case after the number of the request.

    A program that names neither reads open data.

    Raises JetonRefuse for any other value of the header, FinaliteRefusee, and ParametreInvalide when only one of
    purpose and case is given.
    """
    porteur = request.headers.get("Authorization", "")
    if not porteur:
        return LecteurDeDonnees(action=Droit.API, surface=Surface.API)
    genre, _, secret = porteur.partition(" ")
    if genre.lower() != "bearer":
        raise JetonRefuse("Envoyez « Authorization: Bearer » suivi de votre jeton, ou rien pour les données ouvertes.")
    elever(Role.AGENTS)
    acteur = acteur_du_jeton(secret.strip())
    if acteur is ANONYME:
        # A key: it is read no more than anyone may.
        rendre_role()
    lecteur = LecteurDeDonnees(
        acteur,
        Droit.API,
        surface=Surface.API,
        requete=getattr(request, "numero", ""),
        adresse_ip=getattr(request, "adresse_ip", ""),
    )
    request.jeton_accepte = True  # type: ignore[attr-defined]
    if not (finalite or reference):
        # Restricted data stay closed, those open to all agents too.
        return lecteur if acteur is ANONYME else replace(lecteur, empechement=_SANS_DOSSIER)
    _exiger(lecteur, finalite, reference)
    return replace(lecteur, finalite=finalite, requete=f"{lecteur.requete} {reference}".strip())


def _exiger(lecteur: LecteurDeDonnees, finalite: str, reference: str) -> None:
    codes = [f.code for f in possibles(lecteur.acteur, lecteur)]
    permises = f"Celles de ce jeton : {', '.join(codes)}." if codes else "Ce jeton n’en a aucune."
    if not finalite:
        raise ParametreInvalide(f"Donnez « finalite » avec « reference ». {permises}", parametre="finalite")
    if finalite not in codes:
        raise FinaliteRefusee(f"La finalité « {finalite} » n’est pas de ce jeton. {permises}")
    if not REFERENCE_DE_DOSSIER.fullmatch(reference):
        raise ParametreInvalide(
            "Donnez dans « reference » le numéro du dossier pour lequel vous lisez ces données : 3 à 60 lettres sans "
            "accent, chiffres, points, tirets ou barres, dont un chiffre. Il est écrit dans le journal.",
            parametre="reference",
        )
