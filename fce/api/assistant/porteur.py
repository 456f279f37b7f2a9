"""Who an assistant reads for: anyone, or the agent of a token of ProConnect, with his rights at this instant."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from django.http import HttpRequest

from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc.introspection import PorteurRefuse, porteur_de
from fce.droits.habilitations import assistants
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import AccordDAssistant
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.base.roles import Role, elever
from fce.socle.web.routes import Surface

_JETON: Final = re.compile(r"[\x21-\x7e]{1,4096}")


def agent_de(request: HttpRequest) -> tuple[Compte, str] | None:
    """(account, client) of the request's token; None without one. Never creates an account. Raises PorteurRefuse,
    FournisseurIndisponible."""
    entete = request.headers.get("Authorization", "")
    if not entete:
        return None
    genre, _, jeton = entete.partition(" ")
    if genre.lower() != "bearer" or not _JETON.fullmatch(jeton):
        raise PorteurRefuse("Envoyez « Authorization: Bearer » et le jeton de ProConnect, ou rien : données ouvertes.")
    porteur = porteur_de(jeton)
    elever(Role.AGENTS)
    compte = Compte.objects.filter(iss=porteur.iss, sub=porteur.sub).first()
    if compte is None or not compte.agent or not compte.actif:
        raise PorteurRefuse("Ce jeton n’est pas d’un agent connu ici : connectez-vous d’abord sur la fiche.")
    if assistants.est_coupe(compte, porteur.client):
        raise PorteurRefuse("L’agent ne laisse plus cet assistant lire pour lui (« Mes assistants »).")
    return compte, porteur.client


def lecteur_de(request: HttpRequest, agent: tuple[Compte, str] | None, outil: str) -> LecteurDeDonnees:
    """The reader of a call, up to class C1: without a second factor, nothing above opens, and no secret ever does. The
    journal holds client and tool after the number of the request."""
    if agent is None:
        return LecteurDeDonnees(surface=Surface.ASSISTANT)
    compte, client = agent
    numero, ip = getattr(request, "numero", ""), getattr(request, "adresse_ip", "")
    lecteur = LecteurDeDonnees(acteur_de(compte, mfa=False), usuelle=True, surface=Surface.ASSISTANT, sans_secret=True)
    return replace(lecteur, requete=f"{numero} {client} {outil}", adresse_ip=ip)


def avec_accord(lecteur: LecteurDeDonnees, compte: Compte, accord: AccordDAssistant) -> LecteurDeDonnees:
    """The reader, as the agent let him read on our page, where he had presented a second factor."""
    acteur, requete = acteur_de(compte, mfa=True), f"{lecteur.requete} {accord.reference}"
    return replace(lecteur, acteur=acteur, finalite=accord.finalite, usuelle=False, requete=requete)
