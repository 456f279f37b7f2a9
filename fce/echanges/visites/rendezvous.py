"""Agreement on a day, between two services that both said « visite commune ».

One proposes half-days, the other accepts one or asks again, three rounds at most; silence moves nothing. The days are
known to these two services alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import takewhile
from typing import Final

from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.models import RendezVous, ReponseCroisement, VisiteAnnoncee
from fce.echanges.visites.changements import attendre
from fce.echanges.visites.croisees import ecrire_au_service_de, rendez_vous_entre, tenir_ensemble
from fce.echanges.visites.genre import EtatRendezVous, EtatVisite, GesteVisite
from fce.echanges.visites.services import AVANCE, avancer, dater, demander_apres_un_report, prendre
from fce.echanges.vocabulaire import DemiJournee, Precision
from fce.socle import jours_ouvres, paris
from fce.socle.base import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.formats import PARIS

TOURS: Final = 3
CRENEAUX: Final = 3
POUR_REPONDRE: Final = 4
"""Working days to answer a proposal, cut short by its first day."""
PAS_COMMUNE: Final = (
    "Les deux services n’ont pas dit « visite commune », ou l’une des visites a changé : répondez d’abord."
)
_PLUS_LA: Final = "Cette proposition n’attend plus de réponse : rechargez la page."
_CONVENUS: Final = (EtatRendezVous.ACCEPTE, EtatRendezVous.ROMPU)
_HEURES: Final = {DemiJournee.MATIN: (time(9), time(12)), DemiJournee.APRES_MIDI: (time(14), time(17))}
Creneau = tuple[date, DemiJournee]


@dataclass(frozen=True, slots=True)
class Entente:
    """Where two services stand about the day of a common visit, as the service of ``visite`` sees it.

    ``convenu``: the half-day that both are at. ``a_accepter``: the proposal that waits for this service; ``propose``:
    the one that waits for the other. ``restants``: rounds left. ``dernier``: the last round, or None.
    """

    dernier: RendezVous | None
    convenu: Creneau | None
    a_accepter: RendezVous | None
    propose: RendezVous | None
    restants: int


def entente(
    visite: int, tours: Sequence[RendezVous], reponses: Iterable[ReponseCroisement | None], aujourd_hui: date
) -> Entente:
    """The agreement of ``visite`` with another one. ``tours``: their rounds, the last one first; ``reponses``: what
    each said of the other, since when rounds are counted."""
    dernier = tours[0] if tours else None
    attend = dernier is not None and dernier.etat == EtatRendezVous.PROPOSE and dernier.avant_le >= aujourd_hui
    ouvert = dernier if attend else None
    depuis = max((r.quand for r in reponses if r is not None), default=None)
    faits = list(takewhile(lambda t: t.etat not in _CONVENUS and (depuis is None or t.cree_le >= depuis), tours))
    return Entente(
        dernier,
        dernier.convenue if dernier is not None and dernier.tient else None,
        ouvert if ouvert is not None and ouvert.autre_id == visite else None,
        ouvert if ouvert is not None and ouvert.visite_id == visite else None,
        TOURS - len(faits),
    )


def heures_de(jour: date, moment: DemiJournee) -> tuple[datetime, datetime]:
    """First and last instant of a half-day, in Paris."""
    debut, fin = _HEURES[moment]
    return datetime.combine(jour, debut, tzinfo=PARIS), datetime.combine(jour, fin, tzinfo=PARIS)


def proposer(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, autre: int, creneaux: Sequence[Creneau], version: int
) -> VisiteAnnoncee:
    """Propose up to three half-days to the service of ``autre``, in place of its own proposal if there is one. Raises
    GesteRefuse, Concurrence, GesteImpossible, ParametreInvalide, Introuvable."""
    choisis = sorted(set(creneaux))
    _verifier(choisis, lecteur.aujourd_hui)
    with ecriture():
        tenue, autre_tenue = _prendre_les_deux(lecteur, visite, autre, version)
        ou_en_est = _entente_de(tenue, autre_tenue, lecteur.aujourd_hui)
        if ou_en_est.propose is not None:
            raise GesteImpossible("Vous avez déjà proposé des dates : l’autre service doit y répondre.")
        if not ou_en_est.restants:
            raise GesteImpossible("Trois tours sont passés : convenez du jour de vive voix.")
        if (dernier := ou_en_est.dernier) is not None and dernier.etat == EtatRendezVous.PROPOSE:
            # One whose date has passed waits for the job of the night, which must not close this one's round with it.
            _clore(dernier, EtatRendezVous.REFUSE if ou_en_est.a_accepter else EtatRendezVous.SANS_REPONSE)
        limite = min(jours_ouvres.ajouter(lecteur.aujourd_hui, POUR_REPONDRE), choisis[0][0])
        RendezVous.objects.create(
            visite=tenue,
            autre=autre_tenue,
            creneaux=[[jour.isoformat(), moment] for jour, moment in choisis],
            avant_le=limite,
            par=lecteur.acteur.identifiant,
        )
        attendre(autre_tenue, tenue)
        dater(tenue, autre_tenue)
    return tenue


def accepter(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, numero: int, rang: int, version: int) -> VisiteAnnoncee:
    """Accept a half-day: both visits are then on its day. Raises GesteRefuse, Concurrence, GesteImpossible,
    Introuvable."""
    with ecriture():
        tenue, autre, recue = _recue(lecteur, visite, numero, version)
        if not 0 <= rang < len(recue.creneaux):
            raise ParametreInvalide("Choisissez une des dates proposées.")
        jour = recue.demi_journees[rang][0]
        if jour < lecteur.aujourd_hui:
            raise GesteImpossible("Ce jour est passé : choisissez-en un autre, ou redemandez.")
        recue.choisi = rang
        _clore(recue, EtatRendezVous.ACCEPTE)
        colonnes = {"precision": Precision.JOUR, "debut": jour, "fin": jour}
        for une in (tenue, autre):
            avancer(lecteur, une, GesteVisite.CONVENIR, **colonnes)
            demander_apres_un_report(une)
        for reponse in ReponseCroisement.objects.filter(visite__in=(tenue, autre), autre__in=(tenue, autre)):
            reponse.lire()
            reponse.save()
        ecrire_au_service_de(autre)
    return tenue


def refuser(lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, numero: int, version: int) -> VisiteAnnoncee:
    """Say that no proposed half-day suits. Raises GesteRefuse, Concurrence, GesteImpossible, Introuvable."""
    with ecriture():
        tenue, autre, recue = _recue(lecteur, visite, numero, version)
        _clore(recue, EtatRendezVous.REFUSE)
        tenue.reponses.filter(autre=autre).update(attend_depuis=None)
        attendre(autre, tenue)
        dater(tenue, autre)
    return tenue


def clore_les_silences(maintenant: datetime) -> int:
    """Close the proposals left unanswered: no visit moves. Two services that still say « visite commune » are told, and
    asked again what they do. Return how many are closed."""
    passes = RendezVous.objects.filter(etat=EtatRendezVous.PROPOSE, avant_le__lt=paris.jour_de(maintenant))
    closes = 0
    for numero, deux in [(r.pk, (r.visite_id, r.autre_id)) for r in passes]:
        with ecriture():
            tenues = tenir_ensemble(deux)
            silence = passes.filter(pk=numero).first()
            if silence is None:
                continue
            _clore(silence, EtatRendezVous.SANS_REPONSE)
            closes += 1
            dites = ReponseCroisement.objects.filter(visite__in=deux, autre__in=deux).select_related("autre")
            annoncees = all(v.etat == EtatVisite.ANNONCEE for v in tenues.values())
            if annoncees and sum(r.dit_commune for r in dites) == len(deux):
                une, autre = tenues.values()
                dites.update(choix="")
                attendre(une, autre)
                attendre(autre, une)
    return closes


def _verifier(creneaux: Sequence[Creneau], aujourd_hui: date) -> None:
    if not 1 <= len(creneaux) <= CRENEAUX:
        raise ParametreInvalide(f"Proposez une à {CRENEAUX} demi-journées différentes.")
    if creneaux[0][0] <= aujourd_hui:
        raise ParametreInvalide(
            "Proposez des jours à venir, à partir de demain : l’autre service doit pouvoir répondre."
        )
    if creneaux[-1][0] > aujourd_hui + AVANCE:
        raise ParametreInvalide("Proposez des jours dans l’année qui vient.")


def _prendre_les_deux(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, autre: int, version: int
) -> tuple[VisiteAnnoncee, VisiteAnnoncee]:
    """Both visits, locked. Raises Introuvable when their services did not both say « visite commune »."""
    tenue = prendre(lecteur, visite, version, [autre])
    dites = ReponseCroisement.objects.select_related("visite", "autre").filter(
        visite__in=(tenue.pk, autre),
        autre__in=(tenue.pk, autre),
        visite__etat=EtatVisite.ANNONCEE,
        visite__operation=None,
    )
    tiennent = {r.visite_id: r.visite for r in dites if r.dit_commune}
    if set(tiennent) != {tenue.pk, autre} or tenue.pk == autre:
        raise Introuvable(PAS_COMMUNE)
    return tenue, tiennent[autre]


def _recue(
    lecteur: LecteurDeDonnees, visite: VisiteAnnoncee, numero: int, version: int
) -> tuple[VisiteAnnoncee, VisiteAnnoncee, RendezVous]:
    """Both visits, locked, and the proposal that waits for the service of ``visite``."""
    recue = visite.rendez_vous_recus.filter(pk=numero).first()
    if recue is None:
        raise Introuvable(_PLUS_LA)
    tenue, autre = _prendre_les_deux(lecteur, visite, recue.visite_id, version)
    attend = _entente_de(tenue, autre, lecteur.aujourd_hui).a_accepter
    if attend is None or attend.pk != numero:
        raise GesteImpossible(_PLUS_LA)
    return tenue, autre, attend


def _clore(rendez_vous: RendezVous, etat: EtatRendezVous) -> None:
    rendez_vous.etat = etat
    rendez_vous.save(update_fields=["etat", "choisi"])


def _entente_de(visite: VisiteAnnoncee, autre: VisiteAnnoncee, aujourd_hui: date) -> Entente:
    deux = (visite.pk, autre.pk)
    dites = ReponseCroisement.objects.filter(visite__in=deux, autre__in=deux)
    return entente(visite.pk, list(rendez_vous_entre(*deux)), dites, aujourd_hui)
