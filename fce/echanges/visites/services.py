"""Actions on an announced visit. Each writes a step of history, and gives the version that it read, so that the change
of a colleague is never overwritten."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.urls import reverse

from fce.droits.comptes import courriels
from fce.droits.comptes.evenements import SYSTEME
from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import services_presents
from fce.echanges.corps import corps_de
from fce.echanges.courriels import membres_presents
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.croisements.regles import Duree, lundi
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.genre import exiger_version, faire, noter
from fce.echanges.models import Interaction, LieuVisite, VisiteAnnoncee
from fce.echanges.models.commun import NOTE_MAX
from fce.echanges.operations import croisements as operations
from fce.echanges.suivis.annonces import annoncer_une_visite
from fce.echanges.visites.croisees import demander_de_croiser, tenir_ensemble
from fce.echanges.visites.devenir import QUI_SE_DISENT, a_defaire, demander_de_dire
from fce.echanges.visites.genre import VISITE, VISITES, VOUS_ATTEND, EtatVisite, GesteVisite
from fce.echanges.vocabulaire import ATTENTE, SUR_PLACE, GenreInteraction, Precision
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.evenements import signaler

LIEUX_MAX: Final = 50
AVANCE: Final = timedelta(days=366)
"""How far ahead a visit may be announced: one year."""


class Quand(NamedTuple):
    """A day, or the week of ``jour``."""

    precision: Precision
    jour: date

    @property
    def duree(self) -> Duree:
        """The day, or Monday to Sunday."""
        seul = Duree(self.jour, self.jour)
        return seul.semaines if self.precision is Precision.SEMAINE else seul

    @property
    def colonnes(self) -> dict[str, Any]:
        """Columns of a visit for its days."""
        return {"precision": self.precision, "debut": self.duree.debut, "fin": self.duree.fin}

    def verifier(self, aujourd_hui: date) -> None:
        """Raise ParametreInvalide when it is past, or more than a year ahead."""
        if self.duree.fin < aujourd_hui:
            raise ParametreInvalide(
                "Ce jour est passé : choisissez aujourd’hui ou un jour à venir. Ce qui a déjà eu lieu se dit par une "
                "interaction."
            )
        if self.duree.debut > aujourd_hui + AVANCE:
            raise ParametreInvalide("Une visite s’annonce un an à l’avance au plus : choisissez un jour plus proche.")


@dataclass(frozen=True, slots=True)
class Teneur:
    """Content of a visit that only its own service reads. Raises ParametreInvalide."""

    genre: str = GenreInteraction.VISITE
    objet: str = ""

    def __post_init__(self) -> None:
        if self.genre not in SUR_PLACE:
            raise ParametreInvalide("Une visite ou un contrôle s’annoncent ; le reste se dit une fois fait.")
        if len(self.objet) > NOTE_MAX:
            raise ParametreInvalide(f"L’objet tient en {NOTE_MAX} caractères.")

    @property
    def colonnes(self) -> dict[str, Any]:
        """Columns of a visit for this content."""
        return {"genre": self.genre, "objet": self.objet.strip()}


def annoncer(
    lecteur: LecteurDeDonnees,
    service: int,
    siren: str,
    sirets: Collection[str],
    quand: Quand,
    contenu: Teneur = Teneur(),
) -> VisiteAnnoncee:
    """Announce a group's visit to establishments of one company. Raises GesteRefuse, ParametreInvalide."""
    lecteur.exiger_service(service, VISITE)
    quand.verifier(lecteur.aujourd_hui)
    lieux = lieux_connus(siren, sirets)
    with ecriture():
        groupe = Groupe.objects.get(pk=service)
        visite = VisiteAnnoncee.objects.create(
            service=groupe,
            corps=corps_de(groupe),
            siren=siren,
            auteur=lecteur.acteur.identifiant,
            **quand.colonnes,
            **contenu.colonnes,
        )
        LieuVisite.objects.bulk_create(
            LieuVisite(visite=visite, siret=lieu.siret, cle_adresse=lieu.cle_adresse) for lieu in lieux
        )
        noter(VISITES, visite, GesteVisite.ANNONCER, lecteur.acteur.identifiant)
        operations.annoncer(visite)
        annoncer_une_visite(visite)
        demander_de_croiser(visite)
        signaler("visite_annoncee", qui=lecteur.acteur.identifiant, service=visite.corps)
    return visite


def lieux_connus(siren: str, sirets: Collection[str]) -> list[LieuConnu]:
    """Places of a visit, by SIRET. Raises ParametreInvalide for none, too many, or one of another company."""
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
    """Change the content read by the service only. Raises GesteRefuse, Concurrence, GesteImpossible."""
    return _changer(lecteur, visite, version, GesteVisite.MODIFIER, **contenu.colonnes)


def reporter(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, quand: Quand) -> VisiteAnnoncee:
    """Move a visit to other days. Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide (days)."""
    quand.verifier(lecteur.aujourd_hui)
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        if tenue.convenue is not None:
            raise GesteImpossible("Ce jour est convenu avec d’autres services : demandez-leur un autre jour.")
        reporter_sans_attendre(lecteur, tenue, quand)
    return tenue


def reporter_sans_attendre(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, quand: Quand) -> None:
    """Move a locked visit; out of its week, or of an agreed day, it leaves its common visit. Raises GesteImpossible,
    and ParametreInvalide for the same days."""
    if (quand.precision, quand.duree.debut) == (visite.precision, visite.debut):
        raise ParametreInvalide("Choisissez d’autres dates : ce sont celles que la visite a déjà.")
    quitte = visite.convenue is not None or lundi(quand.duree.debut) != lundi(visite.debut)
    avancer(lecteur, visite, GesteVisite.REPORTER, **(depart(visite) if quitte else {}) | quand.colonnes)
    demander_apres_un_report(visite)


def depart(visite: VisiteAnnoncee) -> dict[str, Any]:
    """Columns of a visit that leaves its common visit: without the agreed day, it is in the week of that day."""
    jours = Quand(Precision.SEMAINE, visite.debut).colonnes if visite.convenue is not None else {}
    return {"commune_id": None, "jour_convenu": None, **jours}


def demander_apres_un_report(visite: VisiteAnnoncee) -> None:
    """Queue the search of what a visit crosses on its new days."""
    operations.annoncer(visite)
    demander_de_croiser(visite)


def renoncer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Give a visit up: nobody else sees it any more. Raises GesteRefuse, Concurrence, GesteImpossible."""
    return _changer(lecteur, visite, version, GesteVisite.RENONCER, commune_id=None)


def tenir(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, interaction: Interaction | None = None
) -> VisiteAnnoncee:
    """Report that a visit took place. ``interaction``: its contact, of the same service and company, or None. Raises
    GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide."""
    if interaction is not None and (interaction.service_id, interaction.siren) != (visite.service_id, visite.siren):
        raise ParametreInvalide("Ce contact est celui d’un autre service ou d’une autre entreprise.")
    exiger_commencee(visite, lecteur.aujourd_hui)
    return _changer(lecteur, visite, version, GesteVisite.TENIR, interaction=interaction)


def ne_pas_tenir(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Report that a visit did not take place. Raises GesteRefuse, Concurrence, GesteImpossible."""
    exiger_commencee(visite, lecteur.aujourd_hui)
    return _changer(lecteur, visite, version, GesteVisite.NE_PAS_TENIR)


def defaire(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Undo the last change of a visit, within a minute: nobody is told of it, but an earlier change that stands is.
    Raises GesteRefuse, Concurrence, GesteImpossible."""
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        etape = a_defaire(tenue, lecteur.maintenant)
        if etape is None:
            raise GesteImpossible("Plus d’une minute a passé : les autres services en sont prévenus.")
        avant = {nom: valeur for nom, valeur in etape.avant.items() if nom != "etat"}
        jours = {nom: date.fromisoformat(avant[nom]) for nom in ("debut", "fin", "jour_convenu") if avant.get(nom)}
        avancer(lecteur, tenue, GesteVisite.DEFAIRE, **(avant | jours))
        demander_apres_un_report(tenue)
    return tenue


def passer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, compte: int) -> VisiteAnnoncee:
    """Hand a visit over to a colleague who is there, who gets a link. Raises GesteRefuse, Concurrence, GesteImpossible,
    ParametreInvalide."""
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        collegue = membres_presents(tenue.service_id, lecteur.aujourd_hui).filter(pk=compte).first()
        if collegue is None:
            raise ParametreInvalide("Choisissez un collègue présent de ce service.")
        avancer(lecteur, tenue, GesteVisite.PASSER, auteur=collegue.identifiant)
        courriels.annoncer(collegue, VOUS_ATTEND, reverse("echanges:visite", args=[tenue.pk]))
    return tenue


def exiger_commencee(visite: VisiteAnnoncee, aujourd_hui: date) -> None:
    """Raise GesteImpossible before the first day of a visit."""
    if visite.debut > aujourd_hui:
        raise GesteImpossible("Cette visite n’a pas encore commencé : reportez-la, ou renoncez-y.")


def finir_les_passees(maintenant: datetime) -> int:
    """Expire the visits not reported ``ATTENTE`` after their last day, and those of services that are closed or have no
    member left; return how many. A habilitation that lapses takes none back: it may be renewed the next day."""
    jour = paris.jour_de(maintenant)
    sans_suite = Q(fin__lt=jour - ATTENTE) | ~Q(service__in=services_presents().values("pk"))
    passees = VisiteAnnoncee.objects.filter(sans_suite, etat=EtatVisite.ANNONCEE)
    expirees = 0
    for numero in list(passees.values_list("pk", flat=True)):
        with ecriture():
            # Waits for a concurrent report, which then prevails.
            visite = passees.filter(pk=numero).select_for_update(no_key=True, of=("self",)).first()
            if visite is not None:
                faire(VISITES, visite, GesteVisite.EXPIRER, SYSTEME, maintenant, {"commune_id": None})
                demander_de_dire(visite, maintenant)
                expirees += 1
    return expirees


def _changer(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, geste: GesteVisite, **valeurs: Any
) -> VisiteAnnoncee:
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        avancer(lecteur, tenue, geste, **valeurs)
    return tenue


def avancer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, geste: GesteVisite, **valeurs: Any) -> None:
    """Apply an action to a locked visit, and queue what must be told of it. Raises GesteImpossible."""
    faire(VISITES, visite, geste, lecteur.acteur.identifiant, lecteur.maintenant, valeurs)
    if geste in QUI_SE_DISENT:
        demander_de_dire(visite, lecteur.maintenant)


def dater(*visites: VisiteAnnoncee) -> None:
    """Give locked visits a new version, so that nobody acts on a page read before."""
    for visite in visites:
        visite.version += 1
        visite.save(update_fields=["version", "rangs", "attend_depuis"])


def prendre(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int, autres: Iterable[int] = ()
) -> VisiteAnnoncee:
    """Reload a visit, locked until the end of the transaction with ``autres`` (see ``tenir_ensemble``). Raises
    GesteRefuse, and Concurrence when it is no longer the version read."""
    tenue = tenir_ensemble([visite.pk, *autres])[visite.pk]
    lecteur.exiger_service(tenue.service_id, VISITE)
    exiger_version(version, tenue.version, "modifié cette visite")
    return tenue
