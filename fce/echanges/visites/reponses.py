"""Answers of a service whose visit crosses another, or a contact: applied, stored, and told once to the other
service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.courriels import annoncer_au_service
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.croisements.recherche import Croisement, croisements_de
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.genre import noter
from fce.echanges.models import ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.genre import VISITES, GesteVisite
from fce.echanges.visites.services import Quand, Teneur, annoncer, avancer, prendre, reporter_sans_attendre
from fce.echanges.vocabulaire import Reaction
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.evenements import signaler

MOTIF_MIN: Final = 5
MOTIF_MAX: Final = 1000
INTROUVABLE: Final = "Aucune visite ne croise la vôtre sous ce numéro."


_EVENEMENTS: Final = {
    Reaction.REPORT: "croisement_reporte",
    Reaction.COMMUNE: "croisement_commun",
    Reaction.RENONCEMENT: "croisement_abandonne",
    Reaction.MAINTIEN: "croisement_maintenu",
}
"""Usage event of each answer; the first three changed a visit."""


@dataclass(frozen=True, slots=True)
class Reponse:
    """``motif``: reason to maintain, read by the other service. ``quand``: new days of a moved visit.

    Raises ParametreInvalide when what the choice requires is missing.
    """

    choix: Reaction
    motif: str = ""
    quand: Quand | None = None

    def __post_init__(self) -> None:
        # Drop the fields of other choices, which a form may still hold.
        object.__setattr__(self, "motif", self.motif.strip() if self.choix is Reaction.MAINTIEN else "")
        object.__setattr__(self, "quand", self.quand if self.choix is Reaction.REPORT else None)
        if self.choix is Reaction.MAINTIEN and not MOTIF_MIN <= len(self.motif) <= MOTIF_MAX:
            raise ParametreInvalide(f"Dites en quelques mots pourquoi vous maintenez ({MOTIF_MAX} caractères au plus).")
        if self.choix is Reaction.REPORT and self.quand is None:
            raise ParametreInvalide("Indiquez à quand vous reportez votre visite.")


def annoncer_et_repondre(
    lecteur: LecteurDeDonnees,
    service: int,
    siren: str,
    sirets: Collection[str],
    quand: Quand,
    contenu: Teneur,
    reponse: Reponse | None,
    cles: Collection[str],
) -> VisiteAnnoncee:
    """Announce a visit and answer its crossings, both or neither: ``annoncer``, then ``repondre``.

    ``reponse``: None when nothing crosses it at the same place. A common visit is only proposed to visits.
    """
    with ecriture():
        visite = annoncer(lecteur, service, siren, sirets, quand, contenu)
        if cles:
            qui = lecteur.acteur.identifiant
            signaler("croisement_dit", qui=qui, service=visite.corps, valeur=len(set(cles)))
        voulues = [c for c in cles if reponse and (reponse.choix is not Reaction.COMMUNE or c.startswith("visite-"))]
        if reponse is None or not voulues:
            return visite
        return repondre(lecteur, visite, voulues, reponse, visite.version)


def repondre(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, cles: Collection[str], reponse: Reponse, version: int
) -> VisiteAnnoncee:
    """Answer visits or contacts that cross one's own (``Croisement.cle``); return one's own visit, updated.

    « je reporte » moves it, « je renonce » gives it up. Each other service gets a mail with a link, unless already told
    the same answer. Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, and Introuvable for what does
    not cross it or must not be known.
    """
    par = lecteur.acteur.identifiant
    if reponse.quand is not None:
        reponse.quand.verifier(lecteur.aujourd_hui)
    with ecriture():
        tenue = prendre(lecteur, visite, version)
        VISITES.suivant(tenue.etat, GesteVisite.REPONDRE)
        if tenue.operation_id is not None:
            raise GesteImpossible("Cette visite est celle d’une opération conjointe : rien n’en est dit aux autres.")
        neuves = [c for c in _choisis(tenue, cles, reponse) if _ecrire(tenue, c, reponse, par)]
        if neuves:
            _faire(lecteur, tenue, reponse)
            phrase = VISITES.gestes[GesteVisite.REPONDRE].previent["autre"]
            noter(VISITES, tenue, GesteVisite.REPONDRE, par, choix=reponse.choix, a=[c.cle for c in neuves])
            for croisement in neuves:
                annoncer_au_service(croisement.service, _page_de(croisement), phrase)
            signaler(_EVENEMENTS[reponse.choix], qui=par, service=tenue.corps)
    return tenue


def croisements_de_la_visite(visite: VisiteAnnoncee) -> list[Croisement]:
    """Crossings of a visit that its service may know; none for an operation that is hidden, or led by another service.
    Two round trips."""
    return (
        []
        if est_tue(visite)
        else croisements_de(lieux_de_la_visite(visite), visite.debut, visite.fin, [visite.service_id])
    )


def lieux_de_la_visite(visite: VisiteAnnoncee) -> list[LieuConnu]:
    """Places of a visit, from Sirene today. Two round trips."""
    return list(lieux_de(visite.lieux.values_list("siret", flat=True)).values())


def est_tue(visite: VisiteAnnoncee) -> bool:
    """Whether the crossings of a visit are hidden: it belongs to an operation not opened by its coordinator, or led by
    another service."""
    operation = visite.operation
    if operation is None:
        return False
    return not operation.ouverte_aux_croisements or operation.coordinateur_id != visite.service_id


def _choisis(visite: VisiteAnnoncee, cles: Collection[str], reponse: Reponse) -> list[Croisement]:
    """The crossings named; all must cross the visit now."""
    connus = {c.cle: c for c in croisements_de_la_visite(visite)}
    if not cles or not set(cles) <= set(connus):
        raise Introuvable(INTROUVABLE)
    choisis = [connus[cle] for cle in sorted(cles)]
    if reponse.choix is Reaction.COMMUNE and not all(c.annonce for c in choisis):
        raise ParametreInvalide("Ce contact a déjà eu lieu : une visite commune se propose à une visite à venir.")
    return choisis


def _ecrire(visite: VisiteAnnoncee, croisement: Croisement, reponse: Reponse, par: str) -> bool:
    """Store an answer in place of the previous one; False when identical. After another move, it is a new answer."""
    sujet = {"visite": visite, "autre_id": croisement.visite, "contact_id": croisement.contact}
    gardee = ReponseCroisement.objects.filter(**sujet).first() or ReponseCroisement(**sujet)
    meme = gardee.pk and (gardee.choix, gardee.motif) == (reponse.choix, reponse.motif)
    if meme and reponse.choix is not Reaction.REPORT:
        return False
    gardee.choix, gardee.motif, gardee.par = reponse.choix, reponse.motif, par
    gardee.save()
    return True


def _faire(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, reponse: Reponse) -> None:
    """Effect of an answer on one's own visit."""
    if reponse.choix is Reaction.RENONCEMENT:
        avancer(lecteur, visite, GesteVisite.RENONCER)
    elif reponse.quand is not None:
        reporter_sans_attendre(lecteur, visite, reponse.quand)
    else:
        visite.version += 1
        visite.save(update_fields=["version"])


def _page_de(croisement: Croisement) -> str:
    """Page where the other service reads an answer: its visit, or its list for a contact."""
    if croisement.visite is None:
        return reverse("echanges:visites")
    return reverse("echanges:visite", args=[croisement.visite])
