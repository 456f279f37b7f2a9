"""Write the story of the exchanges through the room's services, in the name of an agent of each service.

Written once per demonstration. Remade for another day, the story is rewritten; what visitors wrote stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import structlog

from fce.demo.calendrier import Calendrier
from fce.demo.echanges import recit
from fce.demo.echanges.endroits import lieux_du_recit
from fce.demo.echanges.recit import ContactDuRecit, Endroit, VisiteDuRecit
from fce.demo.jeux.monde import ouvre
from fce.demo.ouverture import OUVERTURES, Ouverture
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.interactions import services as contacts
from fce.echanges.interactions.services import SaisieContact
from fce.echanges.models import Interaction, OperationConjointe, VisiteAnnoncee
from fce.echanges.operations import services as operations
from fce.echanges.operations.saisies import Cadre
from fce.echanges.visites import services as visites
from fce.echanges.visites.genre import VISITE
from fce.echanges.visites.reponses import Reponse, repondre
from fce.echanges.visites.services import Quand, Teneur
from fce.echanges.vocabulaire import Precision, Reaction
from fce.socle.base.ecriture import ecriture

MARQUE: Final = "demonstration "
"""Prefix of the keys of the story's contacts; the day of the demonstration follows."""
DEFAUT: Final = 60
"""Age in days of the contact that replaces the imported control when the universe has none."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Conteur:
    """An agent who writes for a service."""

    lecteur: LecteurDeDonnees
    service: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Authors, places, and the day from which the story counts."""

    conteurs: Mapping[Ouverture, Conteur]
    lieux: Mapping[Endroit, str]
    jour: date

    def semaine(self, dans: int) -> Quand:
        """The week ``dans`` weeks from now."""
        return Quand(Precision.SEMAINE, self.jour + timedelta(weeks=dans))


def ecrire_recit(comptes: Mapping[str, Compte], calendrier: Calendrier) -> bool:
    """Write the story, dated from today; return whether it was written. ``comptes``: by ``Personnage.cle``.

    Returns False when already written for the day of ``calendrier``, or when a visitor has removed a service's right to
    write. Raises SourceIndisponible.
    """
    cle = f"{MARQUE}{calendrier.jour}"
    if Interaction.objects.filter(cle_import__startswith=cle).exists():
        return False
    conteurs = conteurs_du_recit(comptes)
    if not conteurs:
        log.info("recit_des_echanges_non_ecrit")
        return False
    lieux, controle = lieux_du_recit()
    scene = Scene(conteurs, lieux, conteurs[recit.MENEUR].lecteur.aujourd_hui)
    with ecriture():
        _effacer()
        for rang, dit in enumerate(recit.CONTACTS):
            _ecrire_contact(scene, dit, controle, f"{cle} {rang:02d}")
        annoncees = [_annoncer(scene, dite) for dite in recit.VISITES]
        _repondre(scene, annoncees)
        _reculer(scene)
        _preparer(scene)
    return True


def conteurs_du_recit(comptes: Mapping[str, Compte]) -> dict[Ouverture, Conteur]:
    """Return an agent for each of the six services; empty when one of them may no longer write."""
    conteurs = {ouverture: _conteur(ouverture, comptes) for ouverture in OUVERTURES}
    tous = all(conteur.service in conteur.lecteur.services(VISITE) for conteur in conteurs.values())
    return conteurs if tous else {}


def _conteur(ouverture: Ouverture, comptes: Mapping[str, Compte]) -> Conteur:
    groupe = Groupe.objects.get(organisation__numero=ouverture.administration.siret, nom=ouverture.groupe)
    acteur = acteur_de(comptes[ouverture.demandeur.cle], mfa=True)
    return Conteur(LecteurDeDonnees(acteur, finalite=PROFILS[ouverture.profil].finalites[0], usuelle=True), groupe.pk)


def _effacer() -> None:
    """Erase the story written for another day; visits and operations are recognised by their text."""
    Interaction.objects.filter(cle_import__startswith=MARQUE).delete()
    objets = [dite.objet for dite in (*recit.VISITES, recit.PASSEE)]
    VisiteAnnoncee.objects.filter(objet__in=objets).delete()
    OperationConjointe.objects.filter(nom=recit.OPERATION).delete()


def _ecrire_contact(scene: Scene, dit: ContactDuRecit, controle: date | None, cle: str) -> None:
    conteur, siret = scene.conteurs[dit.service], scene.lieux[dit.ou]
    il_y_a = ouvre(scene.jour - timedelta(days=(dit.il_y_a or DEFAUT) + 2))
    saisie = SaisieContact(
        siret[:9],
        (siret,),
        dit.genre,
        controle if dit.il_y_a is None and controle else il_y_a,
        dit.themes,
        themes_partages=dit.dits,
        suite=dit.suite,
        suite_le=scene.jour + timedelta(days=dit.suite_dans) if dit.suite_dans else None,
        note=dit.note,
        partages=frozenset(scene.conteurs[autre].service for autre in dit.ouvert_a),
    )
    connus = contacts.verifier_saisie(conteur.lecteur, conteur.service, saisie, confirme=False)
    contacts.ajouter_contact(conteur.lecteur, conteur.service, saisie, connus, cle_import=cle)


def _annoncer(scene: Scene, dite: VisiteDuRecit) -> VisiteAnnoncee:
    conteur, siret = scene.conteurs[dite.service], scene.lieux[dite.ou]
    quand, teneur = scene.semaine(max(dite.dans, 0)), Teneur(dite.genre, dite.objet)
    return visites.annoncer(conteur.lecteur, conteur.service, siret[:9], [siret], quand, teneur)


def _repondre(scene: Scene, annoncees: list[VisiteAnnoncee]) -> None:
    """Reply « visite commune » from both services, « je reporte » from one."""
    un, autre = recit.COMMUNE
    mienne, sienne = recit.REPORTEE
    for de, vers, reponse in (
        (un, autre, Reponse(Reaction.COMMUNE)),
        (autre, un, Reponse(Reaction.COMMUNE)),
        (mienne, sienne, Reponse(Reaction.REPORT, quand=scene.semaine(recit.REPORT))),
    ):
        lecteur, visite = scene.conteurs[recit.VISITES[de].service].lecteur, annoncees[de]
        repondre(lecteur, visite, [f"visite-{annoncees[vers].pk}"], reponse, visite.version)


def _reculer(scene: Scene) -> None:
    """Create a past visit: the service accepts only future ones, so announce it this week, then move it back."""
    visite, recul = _annoncer(scene, recit.PASSEE), timedelta(weeks=recit.PASSEE.dans)
    VisiteAnnoncee.objects.filter(pk=visite.pk).update(
        debut=visite.debut + recul, fin=visite.fin + recul, cree_le=visite.cree_le + 2 * recul
    )


def _preparer(scene: Scene) -> None:
    """Create the joint operation, with its first target prepared, visible to crossing visits."""
    meneur, invite = scene.conteurs[recit.MENEUR], scene.conteurs[recit.INVITES[0]]
    jour = ouvre(scene.jour + timedelta(days=recit.OPERATION_DANS))
    operation = operations.creer(
        meneur.lecteur,
        meneur.service,
        Cadre(recit.OPERATION, jour, recit.CONSIGNES),
        invites=[scene.conteurs[service].service for service in recit.INVITES],
        sirets=[scene.lieux[cible] for cible in recit.CIBLES],
    )
    operations.ouvrir_aux_croisements(meneur.lecteur, operation.pk, True, operation.version)
    cible = operation.cibles.order_by("siret")[0]
    operations.ecrire_preparation(
        meneur.lecteur, operation.pk, cible.pk, cible.version, preparation=recit.PREPARATION, roles=recit.ROLES
    )
    operations.ajouter_note(invite.lecteur, operation.pk, invite.service, recit.NOTE_PARTAGEE)
