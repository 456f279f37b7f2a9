"""The gestures on an announced visit. Each is written with what it changed, and says which version it saw: what a
colleague changed meanwhile is never overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from fce.comptes.evenements import SYSTEME
from fce.comptes.models import Groupe
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.corps import corps_de
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.etats import PARCOURS_VISITE, EtatVisite, GesteVisite, suivant
from fce.echanges.models import EvenementVisite, Interaction, LieuVisite, VisiteAnnoncee
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.objets import VISITE
from fce.echanges.operations import croisements as operations
from fce.echanges.suivis.annonces import annoncer_une_visite
from fce.echanges.visites.annonce import Quand
from fce.echanges.vocabulaire import ATTENTE, SUR_PLACE, GenreInteraction
from fce.socle import paris
from fce.socle.base import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.evenements import signaler

LIEUX_MAX: Final = 50
CONFLIT: Final = "Un collègue a modifié cette visite entre-temps : rien n’a été écrasé. Relisez, puis recommencez."
_SUIVIS: Final = ("etat", "precision", "debut", "fin", "genre", "objet", "interaction_id")
"""What a step says before and after."""


@dataclass(frozen=True, slots=True)
class Teneur:
    """What only the service that announces knows of its visit. Raises ParametreInvalide."""

    genre: str = GenreInteraction.VISITE
    objet: str = ""

    def __post_init__(self) -> None:
        if self.genre not in SUR_PLACE:
            raise ParametreInvalide("Une visite ou un contrôle s’annoncent ; le reste se dit une fois fait.")
        if len(self.objet) > NOTE_MAX:
            raise ParametreInvalide(f"L’objet tient en {NOTE_MAX} caractères.")


def annoncer(
    lecteur: LecteurDeDonnees,
    service: int,
    siren: str,
    sirets: Collection[str],
    quand: Quand,
    contenu: Teneur = Teneur(),
) -> VisiteAnnoncee:
    """Announce a visit of a group to establishments of one company. Raises GesteRefuse, ParametreInvalide."""
    lecteur.exiger_service(service, VISITE)
    quand.verifier(lecteur.aujourd_hui)
    lieux = lieux_connus(siren, sirets)
    with ecriture():
        groupe = Groupe.objects.get(pk=service)
        visite = VisiteAnnoncee.objects.create(
            service=groupe,
            corps=corps_de(groupe),
            siren=siren,
            precision=quand.precision,
            debut=quand.duree.debut,
            fin=quand.duree.fin,
            genre=contenu.genre,
            objet=contenu.objet.strip(),
            auteur=lecteur.acteur.identifiant,
        )
        LieuVisite.objects.bulk_create(
            LieuVisite(visite=visite, siret=lieu.siret, cle_adresse=lieu.cle_adresse) for lieu in lieux
        )
        noter(visite, lecteur.acteur.identifiant, "annoncer", {})
        operations.annoncer(visite)
        annoncer_une_visite(visite)
        signaler("visite_annoncee", qui=lecteur.acteur.identifiant, service=visite.corps)
    return visite


def lieux_connus(siren: str, sirets: Collection[str]) -> list[LieuConnu]:
    """The places of a visit, by SIRET. Raises ParametreInvalide for none, too many, or one that is not of the
    company."""
    demandes = sorted(set(sirets))
    if not demandes:
        raise ParametreInvalide("Choisissez au moins un établissement.")
    if len(demandes) > LIEUX_MAX:
        raise ParametreInvalide(f"Une visite porte sur {LIEUX_MAX} établissements au plus.")
    connus = lieux_de(demandes)
    if any(siret not in connus or connus[siret].siren != siren for siret in demandes):
        raise ParametreInvalide("Choisissez des établissements de cette entreprise.")
    return [connus[siret] for siret in demandes]


def modifier(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, contenu: Teneur) -> VisiteAnnoncee:
    """Change what the service alone knows. Raises GesteRefuse, Concurrence, GesteImpossible."""
    return _changer(
        lecteur, visite, version, GesteVisite.MODIFIER, {"genre": contenu.genre, "objet": contenu.objet.strip()}
    )


def reporter(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, quand: Quand) -> VisiteAnnoncee:
    """Move a visit to other days. Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide (the days)."""
    quand.verifier(lecteur.aujourd_hui)
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        reporter_sans_attendre(tenue, quand, lecteur.acteur.identifiant)
    return tenue


def reporter_sans_attendre(visite: VisiteAnnoncee, quand: Quand, par: str) -> None:
    """Move a visit that is held. Raises GesteImpossible, and ParametreInvalide when its days would be the same."""
    duree = quand.duree
    if (quand.precision, duree.debut) == (visite.precision, visite.debut):
        raise ParametreInvalide("Choisissez d’autres dates : ce sont celles que la visite a déjà.")
    jours = {"precision": quand.precision, "debut": duree.debut, "fin": duree.fin}
    ecrire(visite, GesteVisite.REPORTER, par, jours)
    operations.annoncer(visite)


def renoncer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Give a visit up: nobody else sees it any more. Raises GesteRefuse, Concurrence, GesteImpossible."""
    return _changer(lecteur, visite, version, GesteVisite.RENONCER)


def tenir(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, interaction: Interaction | None
) -> VisiteAnnoncee:
    """Say that a visit took place. ``interaction``: what was written of it, of the same service and company; None when
    nothing was. Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide."""
    if interaction is not None and (interaction.service_id, interaction.siren) != (visite.service_id, visite.siren):
        raise ParametreInvalide("Ce contact est celui d’un autre service ou d’une autre entreprise.")
    exiger_commencee(visite, lecteur.aujourd_hui)
    return _changer(lecteur, visite, version, GesteVisite.TENIR, {"interaction": interaction})


def ne_pas_tenir(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Say that a visit did not take place. Raises GesteRefuse, Concurrence, GesteImpossible."""
    exiger_commencee(visite, lecteur.aujourd_hui)
    return _changer(lecteur, visite, version, GesteVisite.NE_PAS_TENIR)


def exiger_commencee(visite: VisiteAnnoncee, aujourd_hui: date) -> None:
    """Raise GesteImpossible before the first day of a visit."""
    if visite.debut > aujourd_hui:
        raise GesteImpossible("Cette visite n’a pas encore commencé : reportez-la, ou renoncez-y.")


def finir_les_passees(maintenant: datetime) -> int:
    """Let the visits expire of which nobody has said, so long after their last day, whether they took place; return
    how many."""
    limite = paris.jour_de(maintenant) - ATTENTE
    passees = VisiteAnnoncee.objects.filter(etat=EtatVisite.ANNONCEE, fin__lt=limite)
    return sum(_expirer(numero, limite) for numero in list(passees.values_list("pk", flat=True)))


def _expirer(numero: int, limite: date) -> bool:
    with ecriture():
        # Somebody who answers right now is waited for, and his answer stands.
        encore = VisiteAnnoncee.objects.filter(pk=numero, etat=EtatVisite.ANNONCEE, fin__lt=limite)
        visite = encore.select_for_update(no_key=True).first()
        if visite is None:
            return False
        ecrire(visite, GesteVisite.EXPIRER, SYSTEME)
    return True


def _changer(
    lecteur: LecteurDeDonnees,
    visite: VisiteAnnoncee,
    version: int,
    geste: GesteVisite,
    valeurs: Mapping[str, Any] | None = None,
) -> VisiteAnnoncee:
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        ecrire(tenue, geste, lecteur.acteur.identifiant, valeurs)
    return tenue


def prendre(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """The visit as it is now, held until the end of the transaction. Raises GesteRefuse, and Concurrence when it
    is no more the version that was seen.

    Rows that refer to it wait for nothing: two services that answer one another never block.
    """
    tenue = VisiteAnnoncee.objects.select_for_update(no_key=True).get(pk=visite.pk)
    lecteur.exiger_service(tenue.service_id, VISITE)
    if tenue.version != version:
        raise Concurrence(CONFLIT)
    return tenue


def ecrire(visite: VisiteAnnoncee, geste: GesteVisite, par: str, valeurs: Mapping[str, Any] | None = None) -> None:
    """Do a gesture on a visit that is held, and note it. Raises GesteImpossible."""
    etat = suivant(PARCOURS_VISITE, visite.etat, geste)
    avant = _photographie(visite)
    for nom, valeur in (valeurs or {}).items():
        setattr(visite, nom, valeur)
    visite.etat = etat
    if etat is not EtatVisite.ANNONCEE:
        visite.close_le = timezone.now()
    visite.version += 1
    visite.save()
    noter(visite, par, geste, avant)


def noter(visite: VisiteAnnoncee, par: str, geste: str, avant: Mapping[str, Any], **autres: Any) -> None:
    """Write a step: what differs from ``avant``, and whatever else it says."""
    apres = _photographie(visite)
    changes = {nom for nom in _SUIVIS if avant.get(nom) != apres[nom]}
    EvenementVisite.objects.create(
        visite=visite,
        par=par,
        geste=geste,
        avant={nom: avant[nom] for nom in sorted(changes) if nom in avant},
        apres={nom: apres[nom] for nom in sorted(changes)} | autres,
    )


def _photographie(visite: VisiteAnnoncee) -> dict[str, Any]:
    lues = {nom: getattr(visite, nom) for nom in _SUIVIS}
    return {nom: valeur.isoformat() if isinstance(valeur, date) else valeur for nom, valeur in lues.items()}
