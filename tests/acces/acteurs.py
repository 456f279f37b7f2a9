"""Who asks: every kind of reader that securite.md § 4.6 names, signed in for real, with real habilitations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Compte, Groupe, Session
from fce.droits.habilitations import jetons
from fce.droits.habilitations.acteurs import ANONYME, Acteur
from fce.droits.habilitations.dossiers import services as dossiers
from fce.droits.habilitations.dossiers.etats import GesteDossier
from fce.droits.habilitations.finalites import PROFILS, Droit
from fce.droits.habilitations.jetons import acteur_du_jeton
from fce.droits.habilitations.models import Dossier
from fce.droits.habilitations.selectors import acteur_de
from tests.droits.comptes import fabrique as c

APPROBATRICE = "c999001"
DEMANDEUR = "c999002"


@dataclass(frozen=True)
class Joue:
    """A reader ready to ask. ``finalite``: the purpose confirmed in his session, or named by his program."""

    client: Client
    acteur: Acteur
    finalite: str | None = None
    entetes: dict[str, str] | None = None
    mfa: bool = True

    @property
    def api(self) -> dict[str, Any]:
        return {"headers": self.entetes or {}}


def dossier(groupe: Groupe, profil: str, territoire: tuple[str, ...], *, droits: tuple[str, ...] = ()) -> Dossier:
    """A habilitation granted as it is in the service: asked by one, approved by another."""
    contenu = dossiers.du_profil(profil, territoire)
    if droits:
        contenu = dossiers.Contenu(**{**_champs(contenu), "droits": droits})
    cree = dossiers.creer(groupe, contenu, DEMANDEUR)
    dossiers.soumettre(cree, DEMANDEUR)
    return dossiers.valider(cree, approbatrice().identifiant)


def approbatrice() -> Compte:
    """``APPROBATRICE``, of an administration that no test habilitates; made once."""
    numero = int(APPROBATRICE[1:])
    return Compte.objects.filter(pk=numero).first() or c.compte(pk=numero, siret=c.siret(299))


def _champs(contenu: dossiers.Contenu) -> dict[str, Any]:
    return {nom: getattr(contenu, nom) for nom in contenu.__dataclass_fields__}


def habilite(profil: str, territoire: tuple[str, ...] = ("59",), *, mfa: bool = True, confirmee: bool = True) -> Joue:
    """An agent of a service with a ready profile; ``confirmee``: he has chosen its first purpose."""
    compte, groupe = c.membre()
    dossier(groupe, profil, territoire)
    return _connecter(compte, mfa=mfa, finalite=PROFILS[profil].finalites[0] if confirmee else None)


def _connecter(compte: Compte, *, mfa: bool = True, finalite: str | None = None) -> Joue:
    client = c.client_de(compte, mfa=mfa, **({"finalite": finalite} if finalite else {}))
    return Joue(client, acteur_de(compte, mfa=mfa), finalite, mfa=mfa)


def autre_finalite() -> Joue:
    """An inspector who has confirmed a purpose that opens nothing of what his habilitation holds."""
    return _inspecteur(finalite="controle-fiscal")


def session_finie() -> Joue:
    """A cookie whose session is no more: the rights of nobody."""
    joue = habilite("inspection-travail")
    Session.objects.filter(compte__isnull=False).delete()
    return Joue(joue.client, ANONYME)


def anonyme() -> Joue:
    return Joue(Client(), ANONYME)


def prestataire() -> Joue:
    """Signed in with ProConnect, but no agent of an administration; in a group all the same, by mistake."""
    return _inspecteur(c.compte(roles=[]))


def agent_simple() -> Joue:
    return _connecter(c.compte())


def expire() -> Joue:
    hier = timezone.localdate() - timedelta(days=1)
    return _inspecteur(apres=lambda d: Dossier.objects.filter(pk=d.pk).update(debut=hier, fin=hier))


def revoque() -> Joue:
    return _inspecteur(apres=lambda d: dossiers.decider(GesteDossier.REVOQUER, d, APPROBATRICE, "fin de mission"))


def suspendu() -> Joue:
    return _inspecteur(apres=lambda d: dossiers.decider(GesteDossier.SUSPENDRE, d, APPROBATRICE, "revue en attente"))


def _inspecteur(
    compte: Compte | None = None,
    apres: Callable[[Dossier], object] = lambda _: None,
    finalite: str = "controle-travail",
    **lien: Any,
) -> Joue:
    """``apres``: what happens to the habilitation of his group; ``lien``: what differs of his place in it."""
    compte, groupe = c.membre(compte, **lien)
    apres(dossier(groupe, "inspection-travail", ("59",)))
    return _connecter(compte, finalite=finalite)


def sorti_du_groupe() -> Joue:
    return _inspecteur(fin=timezone.now())


def autre_administration() -> Joue:
    """In the group of an administration that is not his any more."""
    return _inspecteur(c.compte(siret=c.AUTRE_SERVICE))


def mandataire(role: str, perimetre: str = "") -> Callable[[], Joue]:
    def jouer() -> Joue:
        return _connecter(c.mandataire(role, perimetre))

    return jouer


def dirigeant() -> Joue:
    return _connecter(c.particulier())


def programme(territoire: tuple[str, ...] = ("59",)) -> Joue:
    """A program with a token of the API; it reads no page."""
    emetteur, groupe = c.membre(gestionnaire=True)
    tenu = dossier(groupe, "inspection-travail", territoire, droits=(Droit.CONSULTER, Droit.API))
    _, secret = jetons.creer(tenu, emetteur, mfa=True, libelle="essai", jours=30)
    return Joue(Client(), acteur_du_jeton(secret), "controle-travail", {"Authorization": f"Bearer {secret}"})


ACTEURS: dict[str, Callable[[], Joue]] = {
    "anonyme": anonyme,
    "prestataire": prestataire,
    "agent-simple": agent_simple,
    "inspection-59": lambda: habilite("inspection-travail"),
    "inspection-75": lambda: habilite("inspection-travail", ("75",)),
    "inspection-sans-second-facteur": lambda: habilite("inspection-travail", mfa=False),
    "dreets": lambda: habilite("dreets-3e"),
    "ddets": lambda: habilite("ddets-emploi"),
    "formation": lambda: habilite("dreets-formation"),
    "ccrf": lambda: habilite("ccrf"),
    "dgfip": lambda: habilite("dgfip"),
    "dgfip-sans-confirmer": lambda: habilite("dgfip", confirmee=False),
    "dgfip-75": lambda: habilite("dgfip", ("75",)),
    "douane": lambda: habilite("douane", ("FR",)),
    "expire": expire,
    "revoque": revoque,
    "suspendu": suspendu,
    "sorti-du-groupe": sorti_du_groupe,
    "autre-administration": autre_administration,
    "equipe": mandataire("equipe"),
    "approbateur": mandataire("approbateur"),
    "auditeur": mandataire("auditeur"),
    "budget": mandataire("budget"),
    "depot-dgfip": mandataire("depot", "dgfip"),
    "dirigeant": dirigeant,
    "programme": programme,
}
ECHANTILLON = ("anonyme", "agent-simple", "inspection-59", "dgfip", "dgfip-sans-confirmer", "equipe", "programme")
