"""Writes of the team, each with its event."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from fce.droits.comptes import appartenances, demandes, services as comptes
from fce.droits.comptes.erreurs import AccesRefuse, DejaFait
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Appartenance, Compte, DemandeOuverture, Groupe
from fce.service.portail import annonces
from fce.service.portail.models import Bandeau, RetourUtilisateur, TexteDePage
from fce.service.portail.nouvelles.versions import noter_version
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable, ParametreInvalide

SOI_MEME: Final = "Nul n’agit ici sur son propre compte : demandez-le à un autre membre de l’équipe."


def desactiver(compte: Compte, moi: Compte, motif: str) -> None:
    """Disable somebody else's account. Raises AccesRefuse, ParametreInvalide, DejaFait."""
    _autre(compte, moi)
    if len(motif.strip()) < 5:
        raise ParametreInvalide("Dites pourquoi, en une phrase.")
    comptes.desactiver(compte, moi.identifiant, motif.strip())


def reactiver(compte: Compte, moi: Compte) -> None:
    """Enable an account again. Raises AccesRefuse, DejaFait."""
    _autre(compte, moi)
    comptes.reactiver(compte, moi.identifiant)


def designer_gestionnaire(groupe: Groupe, courriel: str, moi: Compte) -> str:
    """Make someone manager of a group of his administration, now or at first sign-in; return the sentence to show.
    Raises AccesRefuse (oneself, other administration), ParametreInvalide.

    This opens no data: managers request habilitations, approvers grant them.
    """
    courriel = courriel.strip().lower()
    if courriel == moi.courriel:
        raise AccesRefuse(SOI_MEME)
    appartenances.refuser_ailleurs(groupe, courriel, moi.identifiant)
    connu = appartenances.agent_du_groupe(groupe, courriel)
    if connu is None:
        appartenances.attendre(groupe, courriel, moi.identifiant, gestionnaire=True)
        return "Cette personne sera gestionnaire du groupe à sa première connexion."
    _autre(connu, moi)
    presente = Appartenance.objects.filter(compte=connu, groupe=groupe, fin=None).first()
    if presente is None:
        origine = Appartenance.Origine.GESTIONNAIRE
        appartenances.ajouter(connu, groupe, moi.identifiant, origine, gestionnaire=True)
    else:
        appartenances.designer_gestionnaire(presente, True, moi.identifiant)
    return "Cette personne est gestionnaire du groupe."


def decider(demande: DemandeOuverture, moi: Compte, *, acceptee: bool, reponse: str) -> None:
    """Answer somebody else's request. Raises AccesRefuse, DejaFait, ParametreInvalide."""
    _autre(demande.compte, moi)
    demandes.decider(demande, acceptee=acceptee, reponse=reponse, par=moi.identifiant)


def ecrire_texte(cle: str, contenu: str, par: str) -> None:
    """Change a text of the pages, visible within ten seconds. Raises Introuvable."""
    if cle not in TexteDePage.Cle.values:
        raise Introuvable("Ce texte n’existe pas.")
    with ecriture():
        TexteDePage.objects.update_or_create(cle=cle, defaults={"contenu": contenu.strip()})
        noter_version(f"texte-{cle}", contenu.strip())
        noter(par, "texte", f"texte-{cle}")
    annonces.oublier()


def ajouter_bandeau(message: str, motif: str, niveau: str, debut: datetime, fin: datetime, par: str) -> Bandeau:
    """Show a banner between two instants. Raises ParametreInvalide."""
    if fin <= debut or fin <= timezone.now():
        raise ParametreInvalide("Le bandeau finit après avoir commencé, et plus tard que maintenant.")
    with ecriture():
        bandeau = Bandeau.objects.create(message=message, motif=motif, niveau=niveau, debut=debut, fin=fin)
        noter(par, "bandeau_pose", f"bandeau-{bandeau.pk}", apres={"motif": motif, "niveau": niveau})
    annonces.oublier()
    return bandeau


def retirer_bandeau(numero: int, par: str) -> None:
    """Remove a banner now. Raises DejaFait."""
    maintenant = timezone.now()
    with ecriture():
        if not Bandeau.objects.filter(pk=numero, fin__gt=maintenant).update(fin=maintenant):
            raise DejaFait("Ce bandeau n’est déjà plus affiché.")
        noter(par, "bandeau_retire", f"bandeau-{numero}")
    annonces.oublier()


def noter_lecture(numero: int, par: str) -> None:
    """Mark feedback as read. Raises DejaFait."""
    with ecriture():
        if not RetourUtilisateur.objects.filter(pk=numero, lu_le=None).update(lu_le=timezone.now()):
            raise DejaFait("Cet avis a déjà été lu.")
        noter(par, "avis_lu", f"avis-{numero}")


def relancer(numero: int, par: str) -> None:
    """Queue a failed job again as a new job; the failed one remains, to be counted. Raises Introuvable, DejaFait."""
    echoues = ProcrastinateJob.objects.filter(status="failed")
    travail = trouver_ligne(echoues, numero, "Ce travail n’est pas en échec, ou n’existe plus.")
    if ProcrastinateJob.objects.filter(
        pk__gt=numero, task_name=travail.task_name, args__contains=_propres(travail.args)
    ).exists():
        raise DejaFait("Ce travail a déjà été relancé.")
    demande = app.configure_task(
        travail.task_name, queue=travail.queue_name, lock=travail.lock, queueing_lock=travail.queueing_lock
    )
    try:
        with ecriture():
            demande.defer(**travail.args)
            noter(par, "travail_relance", f"travail-{numero}", apres={"tache": travail.task_name})
    except AlreadyEnqueued:
        raise DejaFait("Ce travail attend déjà son tour.") from None


def _propres(arguments: dict[str, object]) -> dict[str, object]:
    """Arguments that identify a job, without the timestamp of a periodic run."""
    return {nom: valeur for nom, valeur in arguments.items() if nom != "timestamp"}


def _autre(compte: Compte, moi: Compte) -> None:
    if compte.pk == moi.pk:
        raise AccesRefuse(SOI_MEME)
