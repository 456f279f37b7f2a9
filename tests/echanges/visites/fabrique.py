"""Services, places and announced visits of the tests: each factory gives the plain case, the test states what
differs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.croisements.regles import lundi
from fce.echanges.models import Interaction, LieuInteraction, LieuVisite, OperationConjointe, VisiteAnnoncee
from tests.acces.acteurs import dossier
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, unite, unites
from tests.droits.comptes import fabrique as c

_rangs = itertools.count(300)
ADRESSE = {"code_commune": "59350", "libelle_commune": "LILLE", "code_postal": "59000", "type_voie": "RUE"}


@dataclass(frozen=True)
class Service:
    groupe: Groupe
    agent: Compte
    client: Client
    mfa: bool = True

    @property
    def lecteur(self) -> LecteurDeDonnees:
        return LecteurDeDonnees(acteur_de(self.agent, mfa=self.mfa), usuelle=True)

    def le(self, instant: datetime) -> LecteurDeDonnees:
        return replace(self.lecteur, maintenant=instant)


def service(
    profil: str = "inspection-travail", *, territoire: tuple[str, ...] = ("59",), mfa: bool = True, **groupe: Any
) -> Service:
    rang = next(_rangs)
    numero = c.siret(rang)
    organisation = c.organisation(numero=numero, nom=f"Administration {rang}")
    cree = c.groupe(**{"organisation": organisation, "courriel": f"boite{rang}@service.example", **groupe})
    agent = c.compte(siret=numero, nom=f"AGENT{rang}")
    c.appartenance(agent, cree)
    if profil:
        dossier(cree, profil, territoire)
    client = c.client_de(agent, mfa=mfa, **({"finalite": PROFILS[profil].finalites[0]} if profil else {}))
    return Service(cree, agent, client, mfa)


def places(nombre: int = 1, **differences: Any) -> list[LieuConnu]:
    """Companies of one establishment at n, RUE DES LILAS, Lille, in Sirene; their places."""
    sirens = [siren_no(rang) for rang in range(1, nombre + 1)]
    unites(*(unite(siren, denomination=f"ENTREPRISE {rang}") for rang, siren in enumerate(sirens, 1)))
    brutes = [
        lieu(siren, **{**ADRESSE, "numero_voie": str(rang), "libelle_voie": "DES LILAS", **differences})
        for rang, siren in enumerate(sirens, 1)
    ]
    lieux(*brutes)
    connus = lieux_de(brute["siret"] for brute in brutes)
    return [connus[brute["siret"]] for brute in brutes]


def dans(semaines: int) -> date:
    """The Wednesday of a week, from now."""
    jour = timezone.localdate()
    return jour - timedelta(days=jour.weekday()) + timedelta(days=7 * semaines + 2)


def visite(groupe: Groupe, ou: LieuConnu, debut: date, fin: date | None = None, **differences: Any) -> VisiteAnnoncee:
    """One day unless ``fin`` is given."""
    creee = VisiteAnnoncee.objects.create(
        **{"service": groupe, "siren": ou.siren, "debut": debut, "fin": fin or debut, "auteur": "c1", **differences}
    )
    LieuVisite.objects.create(visite=creee, siret=ou.siret, cle_adresse=ou.cle_adresse)
    return creee


def vu(visite: VisiteAnnoncee) -> str:
    """What the form of another service shows of a visit."""
    return f"{lundi(visite.debut)} {visite.etat}"


def contact(groupe: Groupe, ou: LieuConnu, jour: date, **differences: Any) -> Interaction:
    cree = Interaction.objects.create(
        **{"service": groupe, "siren": ou.siren, "genre": "visite", "jour": jour, "auteur": "c1", **differences}
    )
    LieuInteraction.objects.create(interaction=cree, siret=ou.siret, cle_adresse=ou.cle_adresse)
    return cree


def operation(groupe: Groupe, **differences: Any) -> OperationConjointe:
    return OperationConjointe.objects.create(
        **{"coordinateur": groupe, "nom": "Opération", "jour": dans(2), "auteur": "c1", **differences}
    )


def collegue(de: Service) -> Service:
    agent = c.compte(siret=de.agent.siret)
    c.appartenance(agent, de.groupe)
    client = c.client_de(agent, finalite="controle-travail")
    return Service(de.groupe, agent, client)
