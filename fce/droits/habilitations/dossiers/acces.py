"""Where an agent without habilitation stands: what he asked for and waits for, what ended, whom he may ask.

One card says it, on his home page and among his habilitations (``droits/_acces.html``). Asking opens nothing: the
managers of his group request a habilitation, or the team opens his administration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from fce.droits.comptes.administration import motif
from fce.droits.comptes.mandats import SANS_DONNEES
from fce.droits.comptes.models import Appartenance, Compte, DemandeOuverture, Groupe
from fce.droits.comptes.selectors import mandats_de
from fce.droits.habilitations.acteurs import Acteur, EtatHabilitation
from fce.droits.habilitations.dossiers import sollicitations
from fce.droits.habilitations.dossiers.etats import EtatDossier
from fce.droits.habilitations.dossiers.selectors import appartenances_tenues
from fce.droits.habilitations.finalites import FINALITES, PROFILS, Profil
from fce.droits.habilitations.models import Dossier, Sollicitation
from fce.socle.texte import paris
from fce.socle.texte.formats import jour

_EQUIPE: Final = "l’équipe de la fiche commune"


@dataclass(frozen=True, slots=True)
class DemandeEnvoyee:
    """A request without an answer: what, sent to whom, when."""

    quoi: str
    a_qui: str
    le: date


@dataclass(frozen=True, slots=True)
class Carte:
    """``motif``: why the account may ask for nothing; ``attentes``: its requests without an answer; ``closes``: what
    ended or was refused, in sentences; ``groupe``: its group, that it manages (``gere``) or not; ``rejoignables``:
    groups that it may ask to enter."""

    motif: str
    attentes: tuple[DemandeEnvoyee, ...]
    closes: tuple[str, ...]
    groupe: Groupe | None
    gere: bool
    rejoignables: tuple[Groupe, ...]

    @property
    def demandable(self) -> bool:
        """Whether a request may be sent now: one at a time."""
        return not self.motif and not self.attentes


def est_habilite(acteur: Acteur) -> bool:
    """Whether a habilitation of the reader's own administration is in force, whatever it opens."""
    maintenant = timezone.now()
    return any(
        h.est_de(acteur.siret_administration) and h.etat(maintenant) is EtatHabilitation.EN_VIGUEUR
        for h in acteur.habilitations
    )


def carte(compte: Compte, acteur: Acteur) -> Carte | None:
    """The card of an agent; None when he has a habilitation in force, or a mandate that excludes them."""
    if not compte.agent or est_habilite(acteur) or not SANS_DONNEES.isdisjoint(mandats_de(compte)):
        return None
    tenues = appartenances_tenues(compte)
    choisie = next((a for a in tenues if a.gestionnaire), tenues[0] if tenues else None)
    return Carte(
        motif(compte) or _suspension(compte, tenues),
        tuple(_attentes(compte, tenues)),
        tuple(_closes(compte, acteur, tenues)),
        choisie.groupe if choisie else None,
        bool(choisie and choisie.gestionnaire),
        tuple(sollicitations.rejoignables(compte)) if not tenues else (),
    )


def groupes_de_la_mission(profil: Profil) -> list[str]:
    """Groups of data that the purposes of a mission may open: those that it usually reads, and the others."""
    ouverts = frozenset[str]().union(*(FINALITES[f].groupes for f in profil.finalites))
    return sorted(ouverts, key=lambda g: (g not in profil.groupes, g))


def base_legale(mission: str, groupes: frozenset[str]) -> str:
    """The legal basis proposed for these data: the articles of the purposes of the mission that open some of them."""
    finalites = [FINALITES[f] for f in PROFILS[mission].finalites if not FINALITES[f].groupes.isdisjoint(groupes)]
    return "\n".join(f"{f.libelle} : {' ; '.join(f.articles)}." for f in finalites)


def _suspension(compte: Compte, tenues: list[Appartenance]) -> str:
    if tenues:
        return ""
    suspendue = Appartenance.objects.filter(compte=compte, fin=None, suspendue_le__isnull=False).first()
    if suspendue is None or suspendue.suspendue_le is None:
        return ""
    return (
        f"Vous êtes suspendu de votre groupe depuis le {jour(paris.jour_de(suspendue.suspendue_le))} : demandez à l’un "
        "de ses gestionnaires de vous confirmer."
    )


def _attentes(compte: Compte, tenues: list[Appartenance]) -> Iterator[DemandeEnvoyee]:
    for demande in DemandeOuverture.objects.filter(compte=compte, etat=DemandeOuverture.Etat.RECUE):
        yield DemandeEnvoyee(f"Demande d’accès n° {demande.pk}", _EQUIPE, paris.jour_de(demande.recue_le))
    soumis = Dossier.objects.filter(groupe__in=[a.groupe_id for a in tenues], etat=EtatDossier.SOUMIS)
    for dossier in soumis.select_related("groupe"):
        if dossier.soumis_le:
            quoi = f"Habilitation n° {dossier.pk} de {dossier.groupe.nom}"
            yield DemandeEnvoyee(quoi, "les approbateurs", paris.jour_de(dossier.soumis_le))
    siennes = Sollicitation.objects.filter(par=compte.identifiant).values_list("groupe", flat=True).distinct()
    for sollicitation, titre in sollicitations.en_attente(siennes):
        if sollicitation.par == compte.identifiant:
            quoi = f"Demande n° {sollicitation.pk}, {titre[:1].lower()}{titre[1:]}"
            a_qui = f"les gestionnaires de {sollicitation.groupe.nom}"
            yield DemandeEnvoyee(quoi, a_qui, paris.jour_de(sollicitation.demandee_le))


def _closes(compte: Compte, acteur: Acteur, tenues: list[Appartenance]) -> Iterator[str]:
    maintenant = timezone.now()
    for h in acteur.habilitations[-3:]:
        numero = f"L’habilitation n° {h.reference[1:]}"
        match h.etat(maintenant):
            case EtatHabilitation.EXPIREE:
                yield f"{numero} a expiré le {jour(h.fin)}."
            case EtatHabilitation.REVOQUEE:
                yield f"{numero} a été révoquée."
            case EtatHabilitation.SUSPENDUE:
                yield f"{numero} est suspendue."
            case EtatHabilitation.A_VENIR:
                yield f"{numero} s’ouvre le {jour(h.debut)}."
    refuses = Dossier.objects.filter(
        groupe__in=[a.groupe_id for a in tenues if a.gestionnaire], etat=EtatDossier.REFUSE
    )
    if (refuse := refuses.first()) and refuse.decide_le:
        dit = jour(paris.jour_de(refuse.decide_le))
        yield f"La demande d’habilitation n° {refuse.pk} a été refusée le {dit} : son motif est dans son historique."
    decidee = DemandeOuverture.objects.filter(compte=compte).exclude(etat=DemandeOuverture.Etat.RECUE).first()
    if decidee and decidee.decidee_le and not tenues:
        dit = f"{decidee.get_etat_display()} le {jour(paris.jour_de(decidee.decidee_le))}"
        yield f"La demande d’accès n° {decidee.pk} a été {dit}{f' : {decidee.reponse}' if decidee.reponse else ''}."
