"""Following a list: what changes in its units is told as for any follow, to who still reads the list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import compte_de
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.models import AlerteSuivi, Suivi
from fce.echanges.suivis import ensembles
from fce.echanges.suivis.proprietaires import perdus
from fce.ensembles.listes.acces import listes_lisibles, trouver
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.sources import registre
from fce.sources.acces import Public

CHOSE: Final = "liste"


def cle_de(numero: int) -> str:
    """Key of a list among the followed sets."""
    return ensembles.cle_d_ensemble(CHOSE, numero)


def suivre(lecteur: LecteurDeDonnees, compte: Compte, numero: int) -> None:
    """Follow the units of a list. Raises GesteRefuse, Introuvable, ParametreInvalide (nothing to follow)."""
    with ecriture():
        liste = trouver(lecteur, numero).liste
        numeros = list(liste.lignes.order_by("pk").values_list("numero", flat=True))
        if not numeros:
            raise ParametreInvalide("Cette liste est vide : ajoutez-y d’abord des lignes.")
        ensembles.suivre_un_ensemble(compte, cle_de(numero), f"Liste {liste.marque}", numeros)


def ne_plus_suivre(compte: Compte, numero: int) -> None:
    """Unfollow a list, whether followed or not."""
    with ecriture():
        ensembles.arreter_de_suivre(compte, cle_de(numero))


def est_suivie(compte: Compte, numero: int) -> bool:
    """Whether this account follows this list."""
    return ensembles.suit_l_ensemble(compte, cle_de(numero))


def accorder(liste: ListeDeTravail) -> None:
    """Follow what the list holds now; who no longer reads it stops. One query when nobody follows it. Call it in the
    transaction that changed the list."""
    comptes = ensembles.comptes_qui_suivent(cle_de(liste.pk))
    if not comptes:
        return
    lignes = liste.lignes.order_by().values("numero")
    ensembles.accorder(cle_de(liste.pk), lignes, [c.pk for c in comptes if peut_lire(c, liste.pk)])


def compter_les_changees(request: HttpRequest) -> int:
    """Number of the lists that an account follows, still reads, and where an open fact has changed since it marked its
    changes as read. News of reserved facts are not counted: their number alone would have to be journalled."""
    ouvertes = [s.nom for s in registre.toutes() if isinstance(s.acces, Public) and not s.acces_propres]
    nouvelles = AlerteSuivi.objects.filter(suivi=OuterRef("pk"), lue_le=None, source__in=ouvertes)
    suivis = Suivi.objects.filter(compte=compte_de(request), recherche__startswith=cle_de(0)[:-1])
    changees = list(suivis.filter(Exists(nouvelles)))
    return len(changees) - len(perdus(lecteur_de(request), changees))


def peut_lire(compte: Compte, numero: int) -> bool:
    """Whether this account would read this list today, its second factor shown."""
    return numero in lisibles(LecteurDeDonnees(acteur_de(compte, mfa=True), usuelle=True), [numero])


def lisibles(lecteur: LecteurDeDonnees, numeros: Collection[int]) -> set[int]:
    """Numbers of the lists, among these, that the reader may read now."""
    if not lecteur.decider(LISTE):
        return set()
    return set(listes_lisibles(lecteur).filter(pk__in=numeros).values_list("pk", flat=True))


def arreter_les_suivis_perdus() -> int:
    """Stop the follows of lists by those who left or lost the right; return how many lists were looked at."""
    suivies = ensembles.numeros_suivis(CHOSE)
    for liste in ListeDeTravail.objects.filter(pk__in=suivies):
        with ecriture():
            accorder(liste)
    return len(suivies)
