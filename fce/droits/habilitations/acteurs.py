"""The actor of a request and his habilitations, as frozen data. Decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from fce.droits.habilitations.finalites import Droit, Finalite
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.identifiants import designe, siren_valide, siret_valide

FRANCE = "FR"
DUREE_MAXIMALE = 366  # days: twelve months, leap year included; renewable by a new habilitation
_GROUPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DEPARTEMENT = re.compile(r"0[1-9]|(?!20)[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9]")


class GenreActeur(StrEnum):
    """``agent``: a signed-in person; ``jeton``: a program of an administration; ``anonyme``: anyone else."""

    ANONYME = "anonyme"
    AGENT = "agent"
    JETON = "jeton"


class EtatHabilitation(StrEnum):
    A_VENIR = "a_venir"
    EN_VIGUEUR = "en_vigueur"
    EXPIREE = "expiree"
    SUSPENDUE = "suspendue"
    REVOQUEE = "revoquee"


@dataclass(frozen=True, slots=True)
class Habilitation:
    """What an administration was granted, by whom, for what and until when.

    ``organisation``: SIREN (the whole administration) or SIRET (one service). ``territoire``: département codes, or
    ``{"FR"}`` for the whole country. ``debut`` and ``fin``: days of Paris, both included. ``revoquee_le``: from this
    instant it opens nothing. ``suspendue``: it opens nothing for now. ``approbateur`` and ``demandeur``: opaque
    identifiers, never the same person. ``reference``: its identifier in the journal. ``service``: opaque identifier of
    the group that holds it; all its programs share one volume budget. ``profil``: the ready profile it was requested
    from, "" without one; it only orders what is shown.

    Raises ``ParametreInvalide`` when inconsistent, so that an invalid habilitation opens nothing.
    """

    organisation: str
    groupes: frozenset[str]
    finalites: tuple[Finalite, ...]
    territoire: frozenset[str]
    droits: frozenset[Droit]
    debut: date
    fin: date
    approbateur: str
    demandeur: str
    revoquee_le: datetime | None = None
    suspendue: bool = False
    reference: str = ""
    service: str = ""
    profil: str = ""

    def __post_init__(self) -> None:
        for nom in ("groupes", "territoire", "droits"):
            if isinstance(getattr(self, nom), str):
                raise ParametreInvalide(f"Donnez une liste pour « {nom} », pas un texte.", champ=nom)
        object.__setattr__(self, "groupes", frozenset(self.groupes))
        object.__setattr__(self, "territoire", frozenset(self.territoire))
        object.__setattr__(self, "finalites", tuple(self.finalites))
        if faute := self._faute():
            raise ParametreInvalide(faute)
        object.__setattr__(self, "droits", frozenset(Droit(d) for d in self.droits))

    def _faute(self) -> str | None:
        approbateur, demandeur = self.approbateur.strip().casefold(), self.demandeur.strip().casefold()
        if not (siren_valide(self.organisation) or siret_valide(self.organisation)):
            return "L'organisation d'une habilitation est désignée par son SIREN ou son SIRET."
        if not approbateur or not demandeur:
            return "Une habilitation nomme celui qui la demande et celui qui l'approuve."
        if approbateur == demandeur:
            return "Celui qui demande une habilitation ne peut pas l'approuver : faites-la valider par un autre."
        if inconnus := sorted(str(d) for d in self.droits if d not in tuple(Droit)):
            return f"Droits inconnus : {', '.join(inconnus)}. Choisissez parmi {', '.join(Droit)}."
        if inconnus := sorted(t for t in self.territoire if t != FRANCE and not _DEPARTEMENT.fullmatch(t)):
            return f"Départements inconnus : {', '.join(inconnus)}. Donnez des codes de département, ou FR."
        if inconnus := sorted(g for g in self.groupes if not _GROUPE.fullmatch(g)):
            return f"Groupes de données mal écrits : {', '.join(inconnus)}."
        if not 0 <= (self.fin - self.debut).days <= DUREE_MAXIMALE:
            return "Une habilitation dure douze mois au plus, et finit après avoir commencé."
        if self.revoquee_le is not None and self.revoquee_le.utcoffset() is None:
            return "L'instant de la révocation doit porter son fuseau horaire."
        return None

    def etat(self, maintenant: datetime) -> EtatHabilitation:
        """State at an instant; raises ``ValueError`` for a naive datetime."""
        jour = paris.jour_de(maintenant)
        if self.revoquee_le is not None and maintenant >= self.revoquee_le:
            return EtatHabilitation.REVOQUEE
        if jour <= self.fin and self.suspendue:
            return EtatHabilitation.SUSPENDUE
        if jour < self.debut:
            return EtatHabilitation.A_VENIR
        return EtatHabilitation.EXPIREE if jour > self.fin else EtatHabilitation.EN_VIGUEUR

    def est_de(self, siret: str) -> bool:
        """Whether the habilitation was given to the administration ``siret`` (its SIREN or SIRET, never a prefix)."""
        return designe(self.organisation, siret)


@dataclass(frozen=True, slots=True)
class Acteur:
    """The actor, as established by the caller for this request.

    ``identifiant``: opaque; empty only for an anonymous reader. ``siret_administration``: the administration that the
    actor acts for; empty for a contractor or a private account. ``mfa``: signed in with a second factor; for a
    ``jeton``, issued by somebody who was. Raises ``ParametreInvalide`` when inconsistent.
    """

    genre: GenreActeur
    identifiant: str = ""
    siret_administration: str = ""
    habilitations: tuple[Habilitation, ...] = ()
    mfa: bool = False

    def __post_init__(self) -> None:
        if self.genre not in tuple(GenreActeur):
            raise ParametreInvalide(f"Genre d'acteur inconnu : {self.genre}.")
        object.__setattr__(self, "genre", GenreActeur(self.genre))
        object.__setattr__(self, "habilitations", tuple(self.habilitations))
        if self.genre is GenreActeur.ANONYME:
            if self.identifiant or self.siret_administration or self.habilitations or self.mfa:
                raise ParametreInvalide("Un lecteur anonyme n'a ni identité, ni administration, ni habilitation.")
        elif not self.identifiant.strip():
            raise ParametreInvalide("Un agent ou un jeton a un identifiant.")
        if self.siret_administration and not siret_valide(self.siret_administration):
            raise ParametreInvalide("Le SIRET de l'administration n'est pas valide.")

    @property
    def budget(self) -> str:
        """Identifier under which volume limits count his readings: the agent himself; for a program, its service."""
        services = [h.service for h in self.habilitations if h.service] if self.genre is GenreActeur.JETON else []
        return services[0] if services else self.identifiant


ANONYME = Acteur(GenreActeur.ANONYME)
