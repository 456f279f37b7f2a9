"""Files that the worker writes for an agent, with the reserved columns if he says why.

The rights are those of the moment when the worker writes, and are asked again when the file is downloaded. Nothing is
in the file that the journal does not hold first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from django.utils import timezone
from procrastinate.contrib.django import app

from fce.donnees.entreprises.repertoire import COURANTS
from fce.donnees.imports.selectors import generations
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.acteurs import EtatHabilitation
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.interactions.textes import verifier_textes
from fce.ensembles.fichiers.models import FichierDemande, FormatDeFichier
from fce.fiche.colonnes_de_liste import CASE_RESERVEE, RIEN_D_OUVERT, ColonnesReservees
from fce.fiche.lecture.finalites import possibles
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import FCEError, Introuvable, JournalIndisponible, ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.exports import Cellule, Feuille, ecrire_xlsx, lignes_csv
from fce.socle.web.offres import offres
from fce.socle.web.routes import Surface

F = TypeVar("F", bound=FichierDemande)
AUSSITOT: Final = 2_000
"""Lines of a file that the page itself sends."""
RESERVEES_MAX: Final = 5_000
"""Lines of a file with reserved columns."""
DUREE: Final = timedelta(days=1)
"""How long the content of a file is kept."""
MOTIF_MIN: Final = 10
EN_COURS_MAX: Final = 3
PAS: Final = 500
"""Lines, or companies, between two notes of how far the worker is."""
_TROP_D_UN_COUP: Final = f"{EN_COURS_MAX} fichiers sont déjà en cours pour vous : attendez qu’ils soient prêts."
TROP_LONG: Final = (
    f"Au-delà de {nombre(AUSSITOT)} lignes, un fichier n’est pas envoyé aussitôt : demandez-le, il s’écrit pour vous."
)
INCONNU: Final = "Aucun de vos fichiers n’est à cette adresse."
EFFACE: Final = "Ce fichier est effacé : il se garde un jour. Demandez-le à nouveau."
PERIME: Final = "Sirene a été mis à jour depuis que ce fichier est demandé. Demandez-le à nouveau."
JAMAIS_ECRIT: Final = "Ce fichier n’a pas pu être écrit en un jour. Demandez-le à nouveau."
PANNE: Final = "Une panne a arrêté l’écriture de ce fichier. Demandez-le à nouveau."
PLUS_LE_DROIT: Final = "Vos droits ont changé depuis que ce fichier est écrit : il ne peut plus être téléchargé."


def refuser_les_reservees(_: LecteurDeDonnees, __: Callable[[int], None]) -> ColonnesReservees:
    """No reserved column. Raises GesteRefuse."""
    raise GesteRefuse(RIEN_D_OUVERT)


class ContenuDeFichier(NamedTuple):
    """The content of a file, for the worker to write.

    ``rangees``: (key of its reserved columns, "" for none; cells), in order; ``unites``: how many units have reserved
    columns; ``largeurs``: of the first columns of a workbook; ``reservees``: reads the reserved columns, journals them,
    then gives them, as ``fiche.colonnes_de_liste.lire_colonnes`` does.
    """

    feuille: str
    entetes: Sequence[str]
    rangees: Iterable[tuple[str, Sequence[Cellule]]]
    unites: int = 0
    largeurs: Sequence[int] = (24, 18)
    reservees: Callable[[LecteurDeDonnees, Callable[[int], None]], ColonnesReservees] = refuser_les_reservees


@dataclass(frozen=True, slots=True)
class GenreDeFichier(Generic[F]):
    """Files that a room gives, declared in its ``offres.py``.

    ``modele``: their table; ``page``: route of the page that they are asked of, whose namespace is that of the pages
    of its files; ``tache``: job that writes one; ``preparer``: its content, once checked that the reader still may read
    it, and journalled.
    """

    modele: type[F]
    page: str
    tache: str
    preparer: Callable[[F, LecteurDeDonnees], ContenuDeFichier]


class Arret(Exception):
    """The worker stops: the job is done again by the next one."""


def exiger_reservees(lecteur: LecteurDeDonnees, lignes: int, finalite: str, motif: str) -> None:
    """Check that this reader may ask for the reserved columns of so many lines. Raises ParametreInvalide,
    TexteRefuse."""
    exiger_taille(lignes)
    if len(motif) < MOTIF_MIN:
        raise ParametreInvalide("Dites pourquoi vous demandez ces données, en dix signes au moins.", champ="motif")
    verifier_textes([motif], confirme=True)
    if finalite not in {f.code for f in possibles(lecteur.acteur, lecteur)}:
        raise ParametreInvalide("Choisissez une finalité de votre habilitation.", champ="finalite")


def exiger_taille(lignes: int) -> None:
    """Raise ParametreInvalide for more lines than a file with reserved columns may have."""
    if lignes > RESERVEES_MAX:
        raise ParametreInvalide(
            f"Les colonnes réservées s’ajoutent à {nombre(RESERVEES_MAX)} lignes au plus, et il y en a "
            f"{nombre(lignes)} : filtrez, ou partagez en plusieurs fichiers."
        )


def en_fichier(lecteur: LecteurDeDonnees, finalite: str) -> LecteurDeDonnees:
    """The reader as a file of reserved columns reads: to export, for this purpose and no other."""
    return replace(lecteur, action=Droit.EXPORTER, finalite=finalite, usuelle=False)


def lecteur_des_reservees(lecteur: LecteurDeDonnees, fichier: FichierDemande) -> LecteurDeDonnees:
    """The reader of the reserved columns of a file. A job done again counts no company twice."""
    return replace(en_fichier(lecteur, fichier.finalite), pesee=fichier.consigne_le is not None)


def demander(lecteur: LecteurDeDonnees, fichier: FichierDemande, tache: str) -> FichierDemande:
    """Keep the request of a file, and queue its writing. Raises ParametreInvalide, TexteRefuse."""
    fichier.auteur, fichier.requete, fichier.adresse_ip = (
        lecteur.acteur.identifiant,
        lecteur.requete[:64],
        lecteur.adresse_ip,
    )
    if fichier.finalite or fichier.motif:
        exiger_reservees(lecteur, fichier.total, fichier.finalite, fichier.motif)
        # Companies are read first, then lines are written.
        fichier.total *= 2
    with ecriture():
        siens = type(fichier)._default_manager.filter(auteur=fichier.auteur, fini_le=None)
        limites.exiger_place("fichiers", fichier.auteur, siens, EN_COURS_MAX, _TROP_D_UN_COUP)
        fichier.save()
        app.configure_task(tache).defer(fichier=fichier.pk)
    return fichier


def ecrire(genre: GenreDeFichier[F], numero: int, continuer: Callable[[], bool] = lambda: True) -> None:
    """Write the file asked for, or why it is refused. Does nothing for a file that is gone or done.

    ``continuer``: asked as the work goes on. Raises Arret, JournalIndisponible.
    """
    fichier = genre.modele._default_manager.filter(pk=numero, fini_le=None).first()
    if fichier is None:
        return
    fait: dict[str, object] = {"sirene": generations(COURANTS)}
    try:
        contenu = _ecrire(genre, fichier, continuer)
        if generations(COURANTS) != fait["sirene"]:
            raise ParametreInvalide(PERIME)
        fait["contenu"] = contenu
    except JournalIndisponible:
        raise
    except FCEError as refus:
        fait["erreur"] = refus.message[:500]
    genre.modele._default_manager.filter(pk=numero).update(fini_le=timezone.now(), **fait)


def abandonner(genre: GenreDeFichier[F], numero: int) -> None:
    """Say on the page of a file that a failure stopped its writing for good."""
    genre.modele._default_manager.filter(pk=numero, fini_le=None).update(fini_le=timezone.now(), erreur=PANNE)


def _ecrire(genre: GenreDeFichier[F], fichier: F, continuer: Callable[[], bool]) -> bytes:
    lecteur = lecteur_de_fichier(fichier)

    def avancer(faites: int) -> None:
        if faites % PAS == 0:
            if not continuer():
                raise Arret
            _noter(fichier, faites=faites)

    contenu, reservees = genre.preparer(fichier, lecteur), None
    if fichier.motif:
        exiger_reservees(lecteur, contenu.unites, fichier.finalite, fichier.motif)
        reservees = contenu.reservees(lecteur_des_reservees(lecteur, fichier), avancer)
        _noter(fichier, consigne_le=timezone.now(), habilitations=sorted(reservees.habilitations))
    deja = len(reservees.valeurs) if reservees else 0
    return octets(fichier.format, contenu, reservees, lambda rang: avancer(deja + rang))


def _noter(fichier: FichierDemande, **champs: object) -> None:
    type(fichier)._default_manager.filter(pk=fichier.pk).update(**champs)


def octets(
    format_: str,
    contenu: ContenuDeFichier,
    reservees: ColonnesReservees | None = None,
    avancer: Callable[[int], None] = lambda _: None,
) -> bytes:
    """The bytes of a file. ``avancer``: told of each row."""
    entetes = (*contenu.entetes, *(reservees.titres if reservees else ()))
    rangees = _rangees(contenu.rangees, reservees, avancer)
    with tempfile.TemporaryDirectory(prefix="fce-export-") as dossier:
        chemin = Path(dossier) / "fichier"
        if format_ == FormatDeFichier.XLSX:
            ecrire_xlsx(chemin, [Feuille(contenu.feuille, entetes, rangees, contenu.largeurs)])
        else:
            with chemin.open("wb") as sortie:
                sortie.writelines(lignes_csv(entetes, rangees))
        return chemin.read_bytes()


def _rangees(
    rangees: Iterable[tuple[str, Sequence[Cellule]]],
    reservees: ColonnesReservees | None,
    avancer: Callable[[int], None],
) -> Iterator[Sequence[Cellule]]:
    for rang, (cle, cellules) in enumerate(rangees, 1):
        avancer(rang)
        if reservees is None:
            yield cellules
        else:
            fermee = (CASE_RESERVEE if cle else "",) * len(reservees.titres)
            yield (*cellules, *reservees.valeurs.get(cle, fermee))


def lecteur_de_fichier(fichier: FichierDemande) -> LecteurDeDonnees:
    """The reader that the worker writes for, with his rights of now. The page that took the request asked for a second
    factor."""
    compte = Compte.objects.filter(pk=lire_entier(fichier.auteur.removeprefix("c"))).first()
    return LecteurDeDonnees(
        acteur_de(compte, mfa=True),
        usuelle=True,
        surface=Surface(fichier.format),
        requete=fichier.requete,
        adresse_ip=fichier.adresse_ip,
        motivee=bool(fichier.motif),
    )


def telecharger(lecteur: LecteurDeDonnees, fichier: FichierDemande) -> bytes:
    """The bytes of a file, for its author. Raises GesteRefuse when a right that opened it has ended, Introuvable when
    it is not ready, erased, or older than Sirene, where somebody may have been masked since."""
    if fichier.fini_le is None or fichier.erreur:
        raise Introuvable(INCONNU)
    if fichier.contenu is None or fichier.fini_le < timezone.now() - DUREE:
        raise Introuvable(EFFACE)
    if generations(COURANTS) != fichier.sirene:
        raise Introuvable(PERIME)
    tenues = {
        h.reference
        for h in lecteur.acteur.habilitations
        if h.etat(lecteur.maintenant) is EtatHabilitation.EN_VIGUEUR and Droit.EXPORTER in h.droits
    }
    if not tenues.issuperset(fichier.habilitations):
        raise GesteRefuse(PLUS_LE_DROIT)
    return bytes(fichier.contenu)


def effacer_les_contenus() -> int:
    """Erase the content of the files older than ``DUREE``, with the choice of their rows, and give up those not written
    by then; return how many contents."""
    maintenant, effaces = timezone.now(), 0
    for genre in offres().fichiers:
        lignes = genre.modele._default_manager
        finis = lignes.filter(fini_le__lt=maintenant - DUREE)
        # The words typed among the filters may be the name of a person.
        finis.exclude(choix="").update(choix="")
        effaces += finis.filter(contenu__isnull=False).update(contenu=None)
        lignes.filter(fini_le=None, cree_le__lt=maintenant - DUREE).update(fini_le=maintenant, erreur=JAMAIS_ECRIT)
    return effaces
