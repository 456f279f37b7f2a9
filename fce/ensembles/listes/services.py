"""Writes of lists. Other rooms call ``creer`` and ``ajouter``. Rights are those of ``acces``, checked in the
transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Count, F, QuerySet

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import services_pourvus
from fce.echanges.genre import exiger_version
from fce.ensembles.listes import suivi
from fce.ensembles.listes.acces import compte_du_lecteur, tenir, trouver
from fce.ensembles.listes.models import EtatLigne, LigneDeListe, ListeDeTravail, Partage
from fce.ensembles.listes.objets import LISTE
from fce.ensembles.listes.saisies import (
    LIGNES_MAX,
    exiger_valides,
    verifier_cadre,
    verifier_non_reconnues,
    verifier_note_de_ligne,
)
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import nombre

DUREE: Final = timedelta(days=365)
"""How long a list lasts after it is created or kept."""
PREAVIS: Final = timedelta(days=30)
"""How long before it is deleted its readers find a task."""
LISTES_MAX: Final = 200
_LOT: Final = 2_000
LIGNE_INCONNUE: Final = "Cette liste n’a pas de ligne à cette adresse."
_PLEINE: Final = f"Une liste a {nombre(LIGNES_MAX)} lignes au plus. Rien n’a été ajouté."


class AjoutDeLignes(NamedTuple):
    """``ajoutees``: new lines; ``deja``: numbers that the list had already."""

    ajoutees: int
    deja: int


def creer(
    lecteur: LecteurDeDonnees,
    nom: str,
    service: int | None = None,
    numeros: Iterable[str] = (),
    *,
    note: str = "",
    etiquettes: Iterable[str] = (),
    non_reconnues: Iterable[str] = (),
) -> ListeDeTravail:
    """Create a list with these SIRENs and SIRETs, for a service, or for the reader alone (``service`` None). A request
    repeated after its answer was lost gives the list already made: same author, frame and numbers.

    Raises GesteRefuse, ParametreInvalide, TexteRefuse.
    """
    lecteur.exiger(LISTE)
    if service is not None:
        lecteur.exiger_service(service, LISTE)
    nom, note = verifier_cadre(nom, note)
    valides = exiger_valides(numeros)
    compte = None if service is not None else compte_du_lecteur(lecteur)
    with ecriture():
        siennes = ListeDeTravail.objects.filter(service=service, compte=compte)
        cadre = {"nom": nom, "note": note, "etiquettes": list(etiquettes), "auteur": lecteur.acteur.identifiant}
        restent = verifier_non_reconnues(non_reconnues)
        limites.reserver("listes", f"{service}/{compte}")
        if deja := _deja_faite(siennes.filter(**cadre), valides):
            return deja
        trop = f"{LISTES_MAX} listes au plus : supprimez-en d’abord."
        limites.exiger_place("listes", f"{service}/{compte}", siennes, LISTES_MAX, trop)
        liste = ListeDeTravail.objects.create(
            service_id=service,
            compte_id=compte,
            expire_le=lecteur.maintenant + DUREE,
            non_reconnues=restent,
            **cadre,
        )
        _ajouter(lecteur, liste, valides)
    return liste


def _deja_faite(semblables: QuerySet[ListeDeTravail], numeros: Collection[str]) -> ListeDeTravail | None:
    for liste in semblables.annotate(lignes_n=Count("lignes")).filter(lignes_n=len(numeros)):
        if set(liste.lignes.values_list("numero", flat=True)) == set(numeros):
            return liste
    return None


def ajouter(
    lecteur: LecteurDeDonnees, liste: int, numeros: Iterable[str], non_reconnues: Iterable[str] = ()
) -> AjoutDeLignes:
    """Add SIRENs and SIRETs to a list; those that it has already stay as they are. ``non_reconnues``: pasted lines that
    are neither, kept beside.

    Raises GesteRefuse, Introuvable, ParametreInvalide, TexteRefuse.
    """
    valides = exiger_valides(numeros)
    with ecriture():
        tenue = tenir(lecteur, liste)
        ajout = _ajouter(lecteur, tenue, valides)
        if restent := verifier_non_reconnues(non_reconnues):
            tenue.changer(non_reconnues=verifier_non_reconnues([*tenue.non_reconnues, *restent]))
        suivi.accorder(tenue)
    return ajout


def oublier_les_non_reconnues(lecteur: LecteurDeDonnees, liste: int) -> None:
    """Raises GesteRefuse, Introuvable."""
    with ecriture():
        tenir(lecteur, liste).changer(non_reconnues=[])


def modifier(
    lecteur: LecteurDeDonnees, liste: int, nom: str, *, note: str, etiquettes: Iterable[str], version: int
) -> None:
    """Raises GesteRefuse, Introuvable, Concurrence, ParametreInvalide, TexteRefuse."""
    nom, note = verifier_cadre(nom, note)
    with ecriture():
        tenue = tenir(lecteur, liste, version)
        tenue.changer(nom=nom, note=note, etiquettes=list(etiquettes), version=tenue.version + 1)


def noter_lecture(lecteur: LecteurDeDonnees, liste: int) -> None:
    """The reader has read what changed in a list. Raises GesteRefuse, Introuvable."""
    with ecriture():
        sienne = ListeDeTravail.objects.select_for_update().get(pk=trouver(lecteur, liste).liste.pk)
        sienne.changer(lectures=sienne.lectures | {str(compte_du_lecteur(lecteur)): lecteur.maintenant.isoformat()})


def garder(lecteur: LecteurDeDonnees, liste: int) -> None:
    """Keep a list for ``DUREE`` from now on. Raises GesteRefuse, Introuvable."""
    with ecriture():
        tenir(lecteur, liste).changer(expire_le=lecteur.maintenant + DUREE)


def effacer(lecteur: LecteurDeDonnees, liste: int, version: int) -> None:
    """Delete a list with its lines. Raises GesteRefuse, Introuvable, Concurrence."""
    with ecriture():
        tenir(lecteur, liste, version, sienne=True).delete()


def partager(lecteur: LecteurDeDonnees, liste: int, service: int, droit: str) -> None:
    """Let another habilitated service read a list of one's own, or change its lines (``Partage``); "" stops it. Its
    members read it under their own habilitation. Raises GesteRefuse, Introuvable, ParametreInvalide."""
    with ecriture():
        tenue = tenir(lecteur, liste, sienne=True)
        if tenue.personnelle or service == tenue.service_id:
            raise ParametreInvalide("Une liste d’un service se partage avec un autre.")
        if droit and not services_pourvus(lecteur.aujourd_hui, Droit.CONSULTER).filter(pk=service).exists():
            raise ParametreInvalide("Ce service n’est pas habilité à lire une liste.", champ="service")
        tenue.changer(
            lecteurs=[s for s in tenue.lecteurs if s != service] + [service] * (droit == Partage.LECTURE),
            travailleurs=[s for s in tenue.travailleurs if s != service] + [service] * (droit == Partage.TRAVAIL),
        )
        suivi.accorder(tenue)


def marquer(lecteur: LecteurDeDonnees, liste: int, lignes: Collection[int], etat: EtatLigne) -> int:
    """Set the state of some lines of a list; return how many changed. Raises GesteRefuse, Introuvable."""
    with ecriture():
        autres = tenir(lecteur, liste).lignes.filter(pk__in=lignes).exclude(etat=etat)
        return autres.update(
            etat=etat,
            changee_par=lecteur.acteur.identifiant,
            changee_le=lecteur.maintenant,
            version=F("version") + 1,
        )


def annoter(lecteur: LecteurDeDonnees, liste: int, ligne: int, etat: EtatLigne, note: str, version: int) -> None:
    """Write the state and the note of a line. Raises GesteRefuse, Introuvable, Concurrence, ParametreInvalide,
    TexteRefuse."""
    note = verifier_note_de_ligne(note)
    with ecriture():
        tenue = tenir(lecteur, liste).lignes.filter(pk=ligne).first()
        if tenue is None:
            raise Introuvable(LIGNE_INCONNUE)
        exiger_version(version, tenue.version, "modifié cette ligne")
        tenue.etat, tenue.note = etat, note
        tenue.changee_par, tenue.changee_le = lecteur.acteur.identifiant, lecteur.maintenant
        tenue.version += 1
        tenue.save()


def retirer(lecteur: LecteurDeDonnees, liste: int, lignes: Collection[int]) -> int:
    """Remove some lines from a list; return how many. Raises GesteRefuse, Introuvable."""
    with ecriture():
        tenue = tenir(lecteur, liste)
        retirees = tenue.lignes.filter(pk__in=lignes).delete()[0]
        suivi.accorder(tenue)
    return retirees


def _ajouter(lecteur: LecteurDeDonnees, liste: ListeDeTravail, numeros: list[str]) -> AjoutDeLignes:
    """``liste``: locked, or not yet visible to others."""
    en_place = set(liste.lignes.values_list("numero", flat=True))
    neufs = [n for n in numeros if n not in en_place]
    if len(en_place) + len(neufs) > LIGNES_MAX:
        raise ParametreInvalide(_PLEINE)
    par, quand = lecteur.acteur.identifiant, lecteur.maintenant
    # Latest first is the default order: reversed, so that lines added together are read in the order given.
    lignes = [LigneDeListe(liste=liste, numero=n, par=par, quand=quand) for n in reversed(neufs)]
    LigneDeListe.objects.bulk_create(lignes, batch_size=_LOT)
    return AjoutDeLignes(len(neufs), len(numeros) - len(neufs))
