"""Contradictions with a restricted register, listed where their reader may read every register that they compare.

A company of the page is written in the journal before it is shown, and so is a list that is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from fce.donnees.contradictions.models import ContradictionRelevee
from fce.donnees.contradictions.regle import Regle
from fce.donnees.contradictions.regles import REGLES
from fce.droits.habilitations.lecteur import LecteurDeDonnees, PartDeReponse, Pesee
from fce.fiche.lecture.consignation import ecrire
from fce.service.portail.contradictions.selectors import TerritoireRegarde, diffusees
from fce.sources.declaration import Source


class RegleReservee(NamedTuple):
    """A rule with a restricted register, for a reader. ``departements``: where he may read every register of it, None
    for everywhere; ``raison``: why nowhere."""

    regle: Regle
    departements: frozenset[str] | None
    raison: str = ""

    @property
    def lisible(self) -> bool:
        return self.departements is None or bool(self.departements)


def reservees(lecteur: LecteurDeDonnees) -> list[RegleReservee]:
    """Every rule with a restricted register, as this reader may read it. No query."""
    return [_ouvrir(regle, lecteur) for regle in REGLES if not regle.ouverte]


def relevees(la: TerritoireRegarde, reservee: RegleReservee) -> QuerySet[ContradictionRelevee]:
    """Units of the last count that break the rule in a territory, where the reader may read it. One whose département
    is unknown is nowhere."""
    trouvees = la.restreindre(ContradictionRelevee.objects.filter(regle=reservee.regle.code).exclude(departement=""))
    if reservee.departements is not None:
        trouvees = trouvees.filter(departement__in=reservee.departements)
    return trouvees.order_by("siren", "siret")


def consignees(
    lecteur: LecteurDeDonnees, regle: Regle, contradictions: Iterable[ContradictionRelevee]
) -> list[ContradictionRelevee]:
    """The units that may be listed, each written in the journal; those that were masked since the count are left out.

    Raises GesteRefuse, JournalIndisponible, VolumeDepasse.
    """
    gardees = [x for x, _ in diffusees(contradictions)]
    fermees = _fermees(regle)
    if not gardees:
        ou = frozenset[str]().union(*(h.territoire for h in lecteur.acteur.habilitations))
        lecteur.consigner_tout([(s, lecteur.exiger(s, departements=ou), "", 0) for s in fermees], Pesee.PAGE)
        return []
    ecrire(
        lecteur,
        [
            PartDeReponse(
                source.nom, x.siren, 1, [lecteur.exiger(source, x.siren, departements=frozenset({x.departement}))]
            )
            for x in gardees
            for source in fermees
        ],
        liste=True,
    )
    return gardees


def _ouvrir(regle: Regle, lecteur: LecteurDeDonnees) -> RegleReservee:
    """``portee`` of each restricted register, with all its fields: the rule does not say which it reads."""
    ouverts: frozenset[str] | None = None
    for source in _fermees(regle):
        portee = lecteur.portee(source)
        siens = portee.territoire(source.champs)
        if siens is not None and not siens:
            raison = lecteur.empechement or (portee.raison.phrase if portee.raison else "Vos droits ne l’ouvrent pas.")
            return RegleReservee(regle, frozenset(), raison)
        ouverts = siens if ouverts is None else ouverts if siens is None else ouverts & siens
    raison = "" if ouverts is None or ouverts else "Vos droits ne l’ouvrent nulle part."
    return RegleReservee(regle, ouverts, raison)


def _fermees(regle: Regle) -> list[Source]:
    return [source for source in regle.registres if source.acces.classe != "C0"]
