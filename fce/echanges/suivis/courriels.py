"""Mails about changes: a number and two links, without what or whom.

Each alert is counted by one mail, whose number it takes in the transaction that queues it. On sending, alerts that the
reader may no longer read are not counted. When something waits for a visit that the reader announced, the mail leads to
his home page, where his tasks are.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from procrastinate.contrib.django import app

from fce.droits.comptes.models import Compte, Genre
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.models import AlerteSuivi, RythmeAlertes
from fce.echanges.suivis.lisibles import lisibles
from fce.echanges.suivis.services import secret_d_arret
from fce.echanges.visites.croisees import attendent
from fce.echanges.vocabulaire import Rythme
from fce.socle.base.ecriture import ecriture
from fce.socle.texte import paris
from fce.socle.texte.formats import PARIS, pluriel
from fce.socle.travaux import courriel

TACHE_ALERTES: Final = "ecrire_les_alertes"
DU_NOUVEAU: Final = "Du nouveau vous attend"
COMPTEES_MAX: Final = 1_000
"""Maximum alerts counted for one mail."""


MATIN: Final = time(8)


def preparer_les_courriels(maintenant: datetime) -> int:
    """Queue the mails that are due, at most one per agent; return how many."""
    actifs = Compte.objects.filter(genre=Genre.AGENT, desactive_le=None).exclude(courriel="")
    rythmes = RythmeAlertes.objects.exclude(rythme=Rythme.JAMAIS).filter(compte__in=actifs)
    dus = [r.pk for r in rythmes if est_du(r.rythme, r.dernier_le, maintenant)]
    return sum(_preparer(compte, maintenant) for compte in dus)


def envoyer_les_alertes(compte: int, lot: int) -> bool:
    """Send a queued mail, unless already sent, unsubscribed, or without any alert that its reader may read. Raises
    OSError when the mail server fails."""
    rythme = RythmeAlertes.objects.select_related("compte").filter(pk=compte).first()
    if rythme is None or rythme.rythme == Rythme.JAMAIS or rythme.partis >= lot:
        return False
    destinataire = rythme.compte
    comptees = _non_vues(compte).filter(lot=lot)
    nombre_lisible = len(_lisibles(destinataire, comptees))
    attendu = attendent(destinataire)
    if not (nombre_lisible or attendu) or not (destinataire.actif and destinataire.courriel):
        return False
    arret = settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse("echanges:arret", args=[secret_d_arret(compte)])
    courriel.envoyer(
        destinataire.courriel,
        DU_NOUVEAU if attendu else _phrase(nombre_lisible),
        reverse("portail:accueil" if attendu else "echanges:suivis"),
        f"Ne plus recevoir ces courriels : {arret}",
        entetes={"List-Unsubscribe": f"<{arret}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    # At once, so that a job run again does not send it twice.
    RythmeAlertes.objects.filter(pk=compte, partis__lt=lot).update(partis=lot)
    return True


def dernier_rendez_vous(rythme: str, maintenant: datetime) -> datetime | None:
    """Latest time, ``maintenant`` included, when a mail of this frequency was due; None when never."""
    if rythme == Rythme.TOUT_DE_SUITE:
        return maintenant
    if rythme == Rythme.JAMAIS:
        return None
    ce_matin = datetime.combine(paris.jour_de(maintenant), MATIN, tzinfo=PARIS)
    return ce_matin if ce_matin <= maintenant else ce_matin - timedelta(days=1)


def est_du(rythme: str, dernier_le: datetime, maintenant: datetime) -> bool:
    """Whether a mail is due, when the last check was at ``dernier_le``."""
    rendez_vous = dernier_rendez_vous(rythme, maintenant)
    return rendez_vous is not None and dernier_le < rendez_vous


def _preparer(compte: int, maintenant: datetime) -> bool:
    with ecriture():
        rythme = RythmeAlertes.objects.select_for_update().select_related("compte").get(pk=compte)
        if not est_du(rythme.rythme, rythme.dernier_le, maintenant):
            return False
        attendu = attendent(rythme.compte, rythme.dernier_le)
        rythme.dernier_le = maintenant
        alertes = _lisibles(rythme.compte, _non_vues(compte).filter(lot=None))
        if alertes or attendu:
            rythme.lots += 1
            AlerteSuivi.objects.filter(pk__in=alertes).update(lot=rythme.lots)
            app.configure_task(TACHE_ALERTES).defer(compte=compte, lot=rythme.lots)
        rythme.save(update_fields=["dernier_le", "lots"])
        return bool(alertes) or attendu


def _non_vues(compte: int) -> QuerySet[AlerteSuivi]:
    return AlerteSuivi.objects.filter(suivi__compte=compte, lue_le=None).order_by("-id")


def _lisibles(compte: Compte, alertes: QuerySet[AlerteSuivi]) -> list[int]:
    """Numbers of the alerts that this account may read now; the page asks for a second factor."""
    lecteur = LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True)
    return [lisible.alerte.pk for lisible in lisibles(lecteur, list(alertes.select_related("suivi")[:COMPTEES_MAX]))]


def _phrase(combien: int) -> str:
    return f"{pluriel(combien, 'changement')} sur ce que vous suivez"
