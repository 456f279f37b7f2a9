"""Actions on follows: follow, unfollow, mark as read, choose the frequency of mails."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.crypto import salted_hmac

from fce.droits.comptes.models import Compte
from fce.echanges.models import AlerteSuivi, RythmeAlertes, Suivi, UniteSuivie, VisiteAnnoncee
from fce.echanges.suivis.alertes import LOT_SANS_COURRIEL
from fce.echanges.suivis.proprietaires import CLE_D_ENSEMBLE
from fce.echanges.suivis.recherches import adresse_de, unites_trouvees
from fce.echanges.unites import UniteVisee
from fce.echanges.vocabulaire import Rythme
from fce.recherche.question.requete import Requete
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.web import cles, jetons

LOT_D_UNITES: Final = 5_000
"""Units written by one statement, within its time limit."""
SUIVIS_MAX: Final = 500
RECHERCHES_MAX: Final = 20
NOM_MAX: Final = 120
INCONNU: Final = "Ce suivi n’existe pas, ou n’est pas le vôtre."
ARRET_INCONNU: Final = "Ce lien n’arrête aucun courriel : ouvrez « Mes suivis » pour choisir."
_TROP: Final = f"Vous suivez déjà {SUIVIS_MAX} choses : retirez-en d’abord."
_TROP_DE_RECHERCHES: Final = f"Vous suivez déjà {RECHERCHES_MAX} recherches : retirez-en d’abord."
_MARQUE: Final = "fcearr_"
_FORME: Final = re.compile(rf"{_MARQUE}[0-9a-f]{{64}}")


def ajouter_suivi(compte: Compte, unite: UniteVisee) -> Suivi:
    """Follow a company or establishment; repeated calls do nothing more. Raises ParametreInvalide above
    ``SUIVIS_MAX``."""
    return suivre_des_unites(compte, (unite.numero,), {}, numero=unite.numero)


def ajouter_recherche(compte: Compte, requete: Requete, nom: str) -> Suivi:
    """Follow the results of a search. Raises ParametreInvalide when it cannot be followed, or above ``RECHERCHES_MAX``;
    IndexIndisponible."""
    numeros, index = unites_trouvees(requete)
    parametres = adresse_de(requete)
    if len(parametres) > 2000:
        raise ParametreInvalide("Cette recherche a trop de filtres pour être suivie : retirez-en.")
    dit = {"nom": " ".join(nom.split())[:NOM_MAX] or "Ma recherche", "index": index}
    return suivre_des_unites(compte, numeros, dit, recherche=parametres)


def suivre_des_unites(compte: Compte, numeros: Iterable[str], dit: Mapping[str, str], **quoi: str) -> Suivi:
    """Follow a unit, a search or a set (``quoi``), about these numbers, unless already followed. Raises
    ParametreInvalide above ``SUIVIS_MAX`` follows."""
    with ecriture():
        ouvrir_le_rythme(compte)
        siens = Suivi.objects.filter(compte=compte)
        limites.reserver("suivi", compte.pk)
        if (deja := siens.filter(**quoi).first()) is not None:
            return deja
        limites.exiger_place("suivi", compte.pk, siens, SUIVIS_MAX, _TROP)
        if "index" in dit:
            recherches = siens.exclude(recherche="").exclude(recherche__startswith=CLE_D_ENSEMBLE)
            limites.exiger_place("suivi", compte.pk, recherches, RECHERCHES_MAX, _TROP_DE_RECHERCHES)
        suivi = Suivi.objects.create(compte=compte, **quoi, **dit)
        UniteSuivie.objects.bulk_create((UniteSuivie(suivi=suivi, numero=n) for n in numeros), batch_size=LOT_D_UNITES)
    return suivi


def retirer_suivi(compte: Compte, numero: int) -> Suivi:
    """Unfollow; its alerts are deleted. Raises Introuvable, identical for another account's."""
    with ecriture():
        suivi = trouver_ligne(Suivi.objects.filter(compte=compte), numero, INCONNU)
        suivi.delete()
    return suivi


def retirer_unite(compte: Compte, unite: UniteVisee) -> None:
    """Unfollow a unit, whether followed or not."""
    with ecriture():
        Suivi.objects.filter(compte=compte, numero=unite.numero).delete()


def noter_vues(compte: Compte, alertes: Collection[int], *, vues: bool = True) -> int:
    """Mark these alerts of an account as read, or as unread again; return how many change."""
    with ecriture():
        siennes = AlerteSuivi.objects.filter(suivi__compte=compte, pk__in=alertes, lue_le__isnull=vues)
        return siennes.update(lue_le=timezone.now() if vues else None)


def choisir_rythme(compte: Compte, rythme: Rythme) -> None:
    """Choose the frequency of mails. Events while it was « jamais » stay on the page, and no mail counts them."""
    with ecriture():
        _changer_le_rythme(ouvrir_le_rythme(compte), rythme)


def suspendre_les_courriels(secret: str) -> None:
    """Stop the mails of the owner of this secret; idempotent. Raises Introuvable for an unknown one."""
    with ecriture():
        sien = RythmeAlertes.objects.select_for_update().filter(pk=rythme_du_secret(secret).pk).first()
        if sien is not None:
            _changer_le_rythme(sien, Rythme.JAMAIS)


def rythme_du_secret(secret: str) -> RythmeAlertes:
    """The mail settings of an unsubscribe secret. Raises Introuvable, identical for any fault."""
    sien = None
    if _FORME.fullmatch(secret):
        sien = RythmeAlertes.objects.filter(empreinte=jetons.empreinte(secret)).first()
    if sien is None:
        raise Introuvable(ARRET_INCONNU)
    return sien


def ouvrir_le_rythme_de_l_auteur(numero: int) -> None:
    """Open the mail settings of the agent who announced a visit: his digest then says that something waits for it."""
    visite = VisiteAnnoncee.objects.filter(pk=numero).first()
    compte = Compte.objects.filter(pk=lire_entier(visite.auteur.removeprefix("c"))).first() if visite else None
    if visite is not None and compte is not None:
        with ecriture():
            ouvrir_le_rythme(compte, visite.cree_le)


def secret_d_arret(compte: int) -> str:
    """The unsubscribe secret of an account: the same in all mails, computed and never stored. Drawn from the oldest key
    listed, so that mails already sent keep their link while it is."""
    sel, secret = "fce.echanges.suivis.arret", cles.la_plus_ancienne()
    return _MARQUE + salted_hmac(sel, str(compte), secret=secret, algorithm="sha256").hexdigest()


def ouvrir_le_rythme(compte: Compte, depuis: datetime | None = None) -> RythmeAlertes:
    """The mail settings of an account, locked; at the first time, those by default: what is new since ``depuis``, or
    now, is told."""
    empreinte = jetons.empreinte(secret_d_arret(compte.pk))
    defaut = {"empreinte": empreinte, "dernier_le": depuis or timezone.now()}
    rythme, _ = RythmeAlertes.objects.select_for_update().get_or_create(compte=compte, defaults=defaut)
    if rythme.empreinte != empreinte:  # the service key has changed
        rythme.changer(empreinte=empreinte)
    return rythme


def _changer_le_rythme(rythme: RythmeAlertes, nouveau: Rythme) -> None:
    if Rythme.JAMAIS in (rythme.rythme, nouveau):
        AlerteSuivi.objects.filter(suivi__compte=rythme.compte_id, lot=None).update(lot=LOT_SANS_COURRIEL)
    rythme.changer(rythme=nouveau, dernier_le=timezone.now())
