"""Answers of a service whose visit crosses another: applied, stored, and told once to the other service."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.courriels import annoncer_pour_une_visite
from fce.echanges.croisements.recherche import Croisement
from fce.echanges.erreurs import Concurrence, GesteImpossible
from fce.echanges.genre import noter
from fce.echanges.models import ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.communes import reunir
from fce.echanges.visites.croisees import croisements_de_la_visite, garder, tenir_ensemble
from fce.echanges.visites.genre import VISITE, VISITES, EtatVisite, GesteVisite
from fce.echanges.visites.services import (
    Quand,
    Teneur,
    annoncer,
    avancer,
    dater,
    depart,
    prendre,
    reporter_sans_attendre,
)
from fce.echanges.vocabulaire import Reaction
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.evenements import signaler

MOTIF_MIN: Final = 5
MOTIF_MAX: Final = 1000
INTROUVABLE: Final = "Aucune visite ne croise la vôtre à cette adresse."


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

    ``cles``: what crosses it at the same place; ``reponse``: None when no announced visit does.
    """
    with ecriture():
        visite = annoncer(lecteur, service, siren, sirets, quand, contenu)
        if cles:
            qui = lecteur.acteur.identifiant
            signaler("croisement_dit", qui=qui, service=visite.corps, valeur=len(set(cles)))
        return repondre_a_tous(lecteur, visite, cles, reponse)


def repondre_a_tous(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, cles: Collection[str], reponse: Reponse | None
) -> VisiteAnnoncee:
    """``repondre`` to the announced visits that cross one just announced or moved."""
    if reponse is None:
        return visite
    faits = {c.cle for c in croisements_de_la_visite(visite) if not c.annonce}
    cles = [cle for cle in cles if cle not in faits]
    return repondre(lecteur, visite, cles, reponse, visite.version) if cles else visite


def noter_lecture(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, cle: str, vu: str) -> VisiteAnnoncee:
    """Note that the service of a visit has read what became of another (``Croisement.cle``). ``vu``: what its page has
    shown of it. Raises GesteRefuse, Introuvable, Concurrence."""
    lecteur.exiger_service(visite.service_id, VISITE)
    with ecriture():
        tenir_ensemble([visite.pk, *_visites([cle])])
        gardees = visite.reponses.select_related("autre")
        reponse = next((r for r in gardees if r.cle == cle), None)
        if reponse is None:
            raise Introuvable(INTROUVABLE)
        _exiger_vu(vu, reponse.vu)
        reponse.noter_lecture()
        reponse.save(update_fields=["lundi_lu", "etat_lu", "attend_depuis"])
    return visite


def repondre(
    lecteur: LecteurDeDonnees,
    visite: VisiteAnnoncee,
    cles: Collection[str],
    reponse: Reponse,
    version: int,
    vu: str | None = None,
) -> VisiteAnnoncee:
    """Answer announced visits that cross one's own (``Croisement.cle``); return one's own visit, updated.

    « je reporte » moves it, « je renonce » gives it up. Each other service gets a mail with a link, unless already told
    the same answer. ``vu``: what the page has shown of the one answered; None when this request has just shown it.
    Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, and Introuvable for what does not cross it or
    must not be known.
    """
    par = lecteur.acteur.identifiant
    if reponse.quand is not None:
        reponse.quand.verifier(lecteur.aujourd_hui)
    with ecriture():
        tenue = prendre(lecteur, visite, version, _visites(cles))
        VISITES.suivant(tenue.etat, GesteVisite.REPONDRE)
        if tenue.operation_id is not None:
            raise GesteImpossible("Cette visite est celle d’une opération conjointe : rien n’en est dit aux autres.")
        choisis = _choisis(tenue, cles)
        if vu is not None:
            _exiger_vu(vu, *(c.vu for c in choisis))
        neuves = [c for c in choisis if _ecrire(tenue, c, reponse, par)]
        if neuves:
            _faire(lecteur, tenue, reponse, {c.visite for c in neuves})
            phrase = VISITES.gestes[GesteVisite.REPONDRE].previent["autre"]
            noter(VISITES, tenue, GesteVisite.REPONDRE, par, choix=reponse.choix, a=[c.cle for c in neuves])
            for croisement in neuves:
                _faire_attendre(tenue, croisement, reponse.choix)
                if croisement.visite is not None:
                    annoncer_pour_une_visite(croisement.visite, croisement.service, phrase)
            signaler(_EVENEMENTS[reponse.choix], qui=par, service=tenue.corps)
        if reponse.choix is Reaction.COMMUNE:
            reunir(tenue)
    return tenue


def _exiger_vu(vu: str, *en_place: str) -> None:
    """Raise Concurrence when the other one is no longer what the page has shown."""
    if any(vu != autre for autre in en_place):
        raise Concurrence(
            "Ce que la page en disait a changé entre-temps : rien n’est enregistré. Relisez, puis recommencez."
        )


def _visites(cles: Iterable[str]) -> set[int]:
    """Numbers of the visits that keys name."""
    return {
        numero
        for genre, _, texte in (c.partition("-") for c in cles)
        if genre == "visite" and (numero := lire_entier(texte))
    }


def _choisis(visite: VisiteAnnoncee, cles: Collection[str]) -> list[Croisement]:
    """The announced visits named; all must cross the visit now."""
    connus = {c.cle: c for c in croisements_de_la_visite(visite)}
    if not cles or not set(cles) <= set(connus):
        raise Introuvable(INTROUVABLE)
    choisis = [connus[cle] for cle in sorted(cles)]
    if not all(c.annonce for c in choisis):
        raise ParametreInvalide("Ce passage a déjà eu lieu : il n’y a rien à y répondre.")
    return choisis


def _ecrire(visite: VisiteAnnoncee, croisement: Croisement, reponse: Reponse, par: str) -> bool:
    """Store an answer in place of the previous one; False when identical. After another move, of either visit, it is a
    new answer."""
    sujet = {"visite": visite, "autre_id": croisement.visite}
    gardee = ReponseCroisement.objects.filter(**sujet).first() or ReponseCroisement(**sujet)
    meme = gardee.pk and (gardee.choix, gardee.motif) == (reponse.choix, reponse.motif) and not gardee.perimee
    neuve = not meme or reponse.choix is Reaction.REPORT
    if neuve:
        gardee.choix, gardee.motif, gardee.par, gardee.quand = reponse.choix, reponse.motif, par, timezone.now()
    gardee.noter_lecture()
    gardee.save()
    return neuve


def _faire_attendre(visite: VisiteAnnoncee, croisement: Croisement, choix: Reaction) -> None:
    """Leave the other service something to do, unless its own answer still fits this one."""
    autre = VisiteAnnoncee.objects.get(pk=croisement.visite or 0)
    garder(autre, visite)
    sienne = autre.reponses.select_related("autre").get(autre=visite)
    tient = sienne.choix and not sienne.perimee and choix in (sienne.choix, Reaction.COMMUNE)
    if not tient and autre.etat == EtatVisite.ANNONCEE:
        autre.reponses.filter(autre=visite).update(attend_depuis=timezone.now())


def _faire(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, reponse: Reponse, autres: Collection[int | None]) -> None:
    """Effect of an answer about ``autres`` on one's own visit: to go one's own way leaves the common visit."""
    if reponse.choix is Reaction.RENONCEMENT:
        avancer(lecteur, visite, GesteVisite.RENONCER, commune_id=None)
    elif reponse.quand is not None:
        reporter_sans_attendre(lecteur, visite, reponse.quand)
    elif reponse.choix is Reaction.MAINTIEN and any(m.pk in autres for m in visite.autres_membres):
        avancer(lecteur, visite, GesteVisite.RETIRER, **depart(visite))
    else:
        dater(visite)
