"""Who reads and writes a list: the members of its service, or of one that it is shared with, while the habilitation of
theirs holds; or its author alone.

Rights are checked before anything is read, and one query covers both kinds, so that another's list gets the same answer
as an unknown one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from django.db.models import Q, QuerySet

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse, QuestionReservee
from fce.echanges.acces import services_auteurs, services_lecteurs, services_nommes
from fce.echanges.genre import exiger_version
from fce.ensembles.listes.models import ListeDeTravail
from fce.ensembles.listes.objets import LISTE
from fce.socle.erreurs import Introuvable
from fce.socle.texte.pliage import lire_entier

LISTE_INCONNUE: Final = "Aucune de vos listes n’est à cette adresse."


class ListeOuverte(NamedTuple):
    """A list that the reader may read; ``modifiable``: and change."""

    liste: ListeDeTravail
    modifiable: bool

    def exiger_modifiable(self) -> ListeDeTravail:
        """Raise GesteRefuse when the reader may only read it."""
        if not self.modifiable:
            raise GesteRefuse("Vous ne pouvez que lire cette liste : son partage, ou votre habilitation, le dit.")
        return self.liste


def compte_du_lecteur(lecteur: LecteurDeDonnees) -> int:
    """Number of the reader's account; 0, which nobody has, for a program."""
    return lire_entier(lecteur.acteur.identifiant.removeprefix("c"))


def listes_lisibles(lecteur: LecteurDeDonnees) -> QuerySet[ListeDeTravail]:
    """The lists of the reader and of his services. Raises GesteRefuse with the reason when he has no right to any."""
    lecteur.exiger(LISTE)
    siens = list(services_lecteurs(lecteur, LISTE))
    siennes = Q(compte=compte_du_lecteur(lecteur)) | Q(service__in=siens)
    siennes |= Q(lecteurs__overlap=siens) | Q(travailleurs__overlap=siens)
    return ListeDeTravail.objects.select_related("service__organisation").filter(siennes)


def trouver(lecteur: LecteurDeDonnees, numero: int) -> ListeOuverte:
    """A list that the reader may read. Raises GesteRefuse, Introuvable."""
    return _ouvrir(lecteur, listes_lisibles(lecteur).filter(pk=numero).first())


def tenir(
    lecteur: LecteurDeDonnees, numero: int, version: int | None = None, *, sienne: bool = False
) -> ListeDeTravail:
    """Lock a list until the end of the transaction, to change it; ``sienne``: not one that is shared with the reader.

    Raises GesteRefuse, Introuvable, and Concurrence when it is no longer the ``version`` read.
    """
    ouverte = _ouvrir(lecteur, listes_lisibles(lecteur).select_for_update(of=("self",)).filter(pk=numero).first())
    liste = ouverte.exiger_modifiable()
    if sienne and not est_sienne(lecteur, liste):
        raise GesteRefuse("Cette liste est à un autre service, qui la partage : lui seul peut le faire.")
    if version is not None:
        exiger_version(version, liste.version, "modifié cette liste")
    return liste


def est_sienne(lecteur: LecteurDeDonnees, liste: ListeDeTravail) -> bool:
    """Whether a list that the reader may change is his, or of one of his services, and not only shared with it."""
    return liste.service_id is None or liste.service_id in services_auteurs(lecteur, LISTE)


def services_d_ecriture(lecteur: LecteurDeDonnees) -> list[Groupe]:
    """Services in whose name the reader may keep a list, by name."""
    return services_nommes(services_auteurs(lecteur, LISTE))


def modifiables(lecteur: LecteurDeDonnees) -> QuerySet[ListeDeTravail]:
    """The lists that the reader may change. Raises GesteRefuse."""
    siens = list(services_auteurs(lecteur, LISTE))
    siennes = Q(service=None) | Q(service__in=siens) | Q(travailleurs__overlap=siens)
    return listes_lisibles(lecteur).filter(siennes)


def consigner(
    lecteur: LecteurDeDonnees,
    liste: ListeDeTravail,
    numeros: Iterable[str],
    parmi: Collection[str] = (),
    filtres: str = "",
) -> None:
    """Write in the journal the reading of these lines, before they leave; of those among which a filter by state chose
    them too (``parmi``: SIREN, as ``QuestionReservee``). Raises GesteRefuse, JournalIndisponible, VolumeDepasse."""
    permis = _au_nom(lecteur, liste).exiger(LISTE)
    if parmi:
        lecteur.consigner_reponse(
            [], [QuestionReservee(parmi, lambda siren: [PartDeReponse(LISTE.nom, siren, 0, [permis])])], filtres
        )
    lecteur.consigner_liste(LISTE, permis, numeros)


def consigner_en_fichier(lecteur: LecteurDeDonnees, liste: ListeDeTravail, lots: Iterable[Iterable[str]]) -> None:
    """Check the right to export a list, then journal all its lines, by lots. Raises as ``consigner``."""
    en_fichier = replace(lecteur, action=Droit.EXPORTER)
    for lot in list(lots) or [()]:
        consigner(en_fichier, liste, lot)


def exiger_export(lecteur: LecteurDeDonnees, liste: ListeDeTravail) -> None:
    """Raise GesteRefuse unless the reader may have a file of a list that he reads."""
    if not peut_exporter(lecteur, liste):
        raise GesteRefuse("Votre habilitation ne permet pas d’exporter cette liste.")


def peut_exporter(lecteur: LecteurDeDonnees, liste: ListeDeTravail) -> bool:
    """Whether the reader may have a file of a list that he reads."""
    return bool(_au_nom(lecteur, liste).decider(LISTE, action=Droit.EXPORTER))


def _au_nom(lecteur: LecteurDeDonnees, liste: ListeDeTravail) -> LecteurDeDonnees:
    return lecteur if liste.service_id is None else lecteur.au_nom_de(liste.services)


def _ouvrir(lecteur: LecteurDeDonnees, liste: ListeDeTravail | None) -> ListeOuverte:
    if liste is None:
        raise Introuvable(LISTE_INCONNUE)
    travaille = not services_auteurs(lecteur, LISTE).isdisjoint(liste.travailleurs)
    return ListeOuverte(liste, travaille or est_sienne(lecteur, liste))
