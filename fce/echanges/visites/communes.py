"""The common visit: one thing, with its services and one day.

Two services that said « visite commune » to one another are members of one common visit, with all those who said it to
either. One member offers half-days, each of the others says which suit it, the one who offered confirms one: that
closes the others for all. An agreed day changes only if all who are at it accept another one; whoever leaves does not
change it. Silence moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.models import ReponseCroisement, VisiteAnnoncee, VisiteCommune
from fce.echanges.models.visites import Creneau
from fce.echanges.visites.croisees import prevenir, rendez_vous_entre, tenir_ensemble
from fce.echanges.visites.genre import EtatRendezVous, EtatVisite, GesteVisite
from fce.echanges.visites.services import AVANCE, avancer, dater, demander_apres_un_report, depart, prendre
from fce.echanges.vocabulaire import DemiJournee, Precision, Reaction
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte import jours_ouvres, paris
from fce.socle.texte.formats import PARIS

TOURS: Final = 2
CRENEAUX: Final = 3
POUR_REPONDRE: Final = 4
"""Working days to answer an offer and confirm a day, cut short by its first day."""
SEULE: Final = "Cette visite n’est plus une visite commune : rechargez la page."
_PLUS_LA: Final = "Ces dates n’attendent plus de réponse : rechargez la page."
_HEURES: Final = {DemiJournee.MATIN: (time(9), time(12)), DemiJournee.APRES_MIDI: (time(14), time(17))}


def heures_de(jour: date, moment: DemiJournee) -> tuple[datetime, datetime]:
    """First and last instant of a half-day, in Paris."""
    debut, fin = _HEURES[moment]
    return datetime.combine(jour, debut, tzinfo=PARIS), datetime.combine(jour, fin, tzinfo=PARIS)


def reunir(visite: VisiteAnnoncee) -> None:
    """Make a locked visit, and those whose services said « visite commune » to one another with its own, members of one
    common visit. Two of them that have each agreed on a day stay apart."""
    dites = ReponseCroisement.objects.select_related("visite", "autre").filter(
        choix=Reaction.COMMUNE, visite__etat=EtatVisite.ANNONCEE, visite__operation=None
    )
    par_elle = {r.autre_id for r in dites.filter(visite=visite) if r.dit_commune}
    d_elle = {r.visite_id for r in dites.filter(autre=visite, visite__in=par_elle) if r.dit_commune}
    tenues = tenir_ensemble([visite.pk, *d_elle])
    for numero in sorted(d_elle):
        _joindre(visite, tenues[numero])


def proposer(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, creneaux: Sequence[Creneau], version: int
) -> VisiteAnnoncee:
    """Offer up to three half-days to all the members, in place of those offered before. Raises GesteRefuse,
    Concurrence, GesteImpossible, ParametreInvalide, Introuvable."""
    choisis = sorted(set(creneaux))
    _verifier(choisis, lecteur.aujourd_hui)
    with ecriture():
        tenue, commune, membres = _tenir(lecteur, visite, version)
        if commune.presentes and tenue not in commune.presentes:
            raise GesteImpossible("Un jour est convenu : dites d’abord que vous y venez.")
        if commune.tours >= TOURS:
            raise GesteImpossible("Deux tours sont passés : convenez du jour de vive voix.")
        commune.creneaux = [[jour.isoformat(), moment] for jour, moment in choisis]
        commune.avant_le = min(jours_ouvres.ajouter(lecteur.aujourd_hui, POUR_REPONDRE), choisis[0][0])
        commune.proposee_par, commune.tours = tenue, commune.tours + 1
        commune.save()
        for membre in membres:
            membre.rangs = list(range(len(choisis))) if membre == tenue else None
        _dire_aux_autres(tenue, membres)
    return tenue


def repondre_aux_dates(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, rangs: Collection[int], version: int
) -> VisiteAnnoncee:
    """Say which of the half-days offered suit, none included. The member who offered them is told once all have
    answered. Raises GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, Introuvable."""
    with ecriture():
        tenue, commune, membres = _tenir(lecteur, visite, version)
        if not commune.ouverte(lecteur.aujourd_hui) or commune.proposee_par_id == tenue.pk:
            raise GesteImpossible(_PLUS_LA)
        if not set(rangs) <= set(range(len(commune.creneaux))):
            raise ParametreInvalide("Choisissez parmi les dates proposées.")
        tenue.rangs, tenue.attend_depuis = sorted(set(rangs)), None
        # The one who confirms has read this answer: a page that has not is refused.
        offrant = [m for m in membres if m.pk == commune.proposee_par_id]
        if all(m.rangs is not None for m in membres if m != tenue):
            prevenir(offrant)
        dater(tenue, *offrant)
    return tenue


def confirmer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, rang: int, version: int) -> VisiteAnnoncee:
    """Agree on a half-day that one's service offered: those whom it suits are at it, in one transaction. Raises
    GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, Introuvable."""
    with ecriture():
        tenue, commune, membres = _tenir(lecteur, visite, version)
        if not commune.ouverte(lecteur.aujourd_hui) or commune.proposee_par_id != tenue.pk:
            raise GesteImpossible(_PLUS_LA)
        if not 0 <= rang < len(commune.creneaux):
            raise ParametreInvalide("Choisissez une des dates proposées.")
        viennent = [m for m in membres if rang in (m.rangs or ())]
        if len(viennent) < 2 or not set(commune.presentes) <= set(viennent):
            raise GesteImpossible("Un jour se confirme à deux au moins, et un jour convenu ne change que pour tous.")
        commune.jour, commune.moment = commune.demi_journees[rang]
        commune.tours = 0
        _clore(commune, membres)
        for membre in viennent:
            _mettre_au_jour(lecteur, membre, commune.jour)
        for reponse in ReponseCroisement.objects.filter(visite__in=viennent, autre__in=viennent).select_related(
            "autre"
        ):
            reponse.noter_lecture()
            reponse.save()
        _dire_aux_autres(tenue, membres)
    return tenue


def venir(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Come too, at the day that other members agreed on. Raises GesteRefuse, Concurrence, GesteImpossible,
    Introuvable."""
    with ecriture():
        tenue, commune, membres = _tenir(lecteur, visite, version)
        if not commune.presentes or tenue in commune.presentes or commune.jour < lecteur.aujourd_hui:  # type: ignore[operator]
            raise GesteImpossible("Aucun jour convenu ne vous attend : rechargez la page.")
        _mettre_au_jour(lecteur, tenue, commune.jour)
        _dire_aux_autres(tenue, membres)
    return tenue


def retirer(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int) -> VisiteAnnoncee:
    """Leave a common visit: one's own visit stays, in its week, and the day of the others does not change. Raises
    GesteRefuse, Concurrence, GesteImpossible, Introuvable."""
    with ecriture():
        tenue, _, membres = _tenir(lecteur, visite, version)
        tenue.reponses.filter(autre__in=membres, choix=Reaction.COMMUNE).update(choix="")
        tenue.attend_depuis = None
        avancer(lecteur, tenue, GesteVisite.RETIRER, **depart(tenue))
    return tenue


def noter_lecture(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee) -> VisiteAnnoncee:
    """Note that the service of a visit has read what its common visit has become. Raises GesteRefuse."""
    with ecriture():
        tenue = prendre(lecteur, visite, visite.version)
        tenue.changer(attend_depuis=None)
    return tenue


def clore_les_silences(maintenant: datetime) -> int:
    """Close the half-days that nobody confirmed: no visit moves, and the members are told. Return how many are
    closed."""
    passees = VisiteCommune.objects.filter(avant_le__lt=paris.jour_de(maintenant))
    closes = 0
    for numero in list(passees.values_list("pk", flat=True)):
        with ecriture():
            tenues = tenir_ensemble(VisiteAnnoncee.objects.filter(commune=numero).values_list("pk", flat=True))
            silence = passees.filter(pk=numero).first()
            if silence is None:
                continue
            membres = [v for v in tenues.values() if v.etat == EtatVisite.ANNONCEE]
            _clore(silence, membres)
            prevenir(membres)
            dater(*membres)
            closes += 1
    return closes


def reunir_les_annoncees() -> None:
    """``reunir`` the announced visits whose services said « visite commune » in the release before."""
    dites = ReponseCroisement.objects.filter(choix=Reaction.COMMUNE, visite__etat=EtatVisite.ANNONCEE)
    for numero in set(dites.filter(visite__commune=None).values_list("visite", flat=True)):
        with ecriture():
            if (visite := tenir_ensemble([numero]).get(numero)) is not None and visite.etat == EtatVisite.ANNONCEE:
                reunir(visite)


def _joindre(une: VisiteAnnoncee, autre: VisiteAnnoncee) -> None:
    """Put two locked visits, and those already with them, in one common visit."""
    leurs = {v.commune_id: v.commune for v in (une, autre) if v.commune is not None}
    # An agreed day, then an offer, brings the others to it.
    communes = sorted(leurs.values(), key=lambda c: (not c.presentes, not c.creneaux, c.pk))
    if une.commune_id == autre.commune_id is not None or (all(c.presentes for c in communes[:2]) and communes[1:]):
        return
    commune = communes[0] if communes else _commencer(une, autre)
    if communes and not commune.presentes:
        commune.jour = None
    commune.tours = 0
    commune.save()
    for visite in tenir_ensemble([une.pk, autre.pk]).values():
        if visite.commune_id != commune.pk:
            offre = visite == commune.proposee_par
            visite.commune, visite.rangs = commune, list(range(len(commune.creneaux))) if offre else None
            visite.jour_convenu = commune.jour if not communes and visite.debut == visite.fin else None
            if commune.creneaux or commune.jour:
                visite.attend_depuis = timezone.now()
            visite.save(update_fields=["commune", "jour_convenu", "rangs", "attend_depuis"])
    une.commune = commune


def _commencer(une: VisiteAnnoncee, autre: VisiteAnnoncee) -> VisiteCommune:
    """A common visit, as the release before kept it between these two: the day agreed, or offered."""
    commune, avant = VisiteCommune(), rendez_vous_entre(une.pk, autre.pk).first()
    if avant is not None and avant.etat == EtatRendezVous.ACCEPTE and avant.choisi is not None:
        commune.creneaux = [avant.creneaux[avant.choisi]]
        ((commune.jour, commune.moment),), commune.creneaux = commune.demi_journees, []
    elif avant is not None and avant.etat == EtatRendezVous.PROPOSE and avant.avant_le >= paris.aujourd_hui():
        commune.creneaux, commune.proposee_par, commune.avant_le = avant.creneaux, avant.visite, avant.avant_le
    return commune


def _tenir(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, version: int
) -> tuple[VisiteAnnoncee, VisiteCommune, list[VisiteAnnoncee]]:
    """A visit, its common visit and all its members, that one included, locked. Raises Introuvable when it is alone."""
    tenue = prendre(lecteur, visite, version)
    membres = [
        tenue if m == tenue else m
        for m in tenir_ensemble([tenue.pk]).values()
        if m.commune_id == tenue.commune_id and m.etat == EtatVisite.ANNONCEE
    ]
    if tenue.commune is None or tenue not in membres or len(membres) == 1:
        raise Introuvable(SEULE)
    return tenue, tenue.commune, membres


def _mettre_au_jour(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, jour: date | None) -> None:
    avancer(lecteur, visite, GesteVisite.CONVENIR, precision=Precision.JOUR, debut=jour, fin=jour, jour_convenu=jour)
    demander_apres_un_report(visite)


def _clore(commune: VisiteCommune, membres: Iterable[VisiteAnnoncee]) -> None:
    """Close the half-days offered, and what each answered."""
    commune.creneaux, commune.proposee_par, commune.avant_le = [], None, None
    commune.save()
    for membre in membres:
        membre.rangs = None


def _dire_aux_autres(tenue: VisiteAnnoncee, membres: Iterable[VisiteAnnoncee]) -> None:
    tenue.attend_depuis = None
    prevenir(m for m in membres if m != tenue)
    dater(*membres)


def _verifier(creneaux: Sequence[Creneau], aujourd_hui: date) -> None:
    if not 1 <= len(creneaux) <= CRENEAUX:
        raise ParametreInvalide(f"Proposez une à {CRENEAUX} demi-journées différentes.")
    if creneaux[0][0] <= aujourd_hui:
        raise ParametreInvalide("Proposez des jours à venir, à partir de demain : les autres doivent pouvoir répondre.")
    if creneaux[-1][0] > aujourd_hui + AVANCE:
        raise ParametreInvalide("Proposez des jours dans l’année qui vient.")
